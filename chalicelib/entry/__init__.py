"""The doors: one Blueprint per kind of caller, each a translation and one call. Only app.py imports these."""
