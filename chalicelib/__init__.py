"""Hadir: a government works from home by circular, and its reports leave at the legal minute."""
