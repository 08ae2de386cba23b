"""The office itself: what the circulars mean, in values. No clock, no environment, no input or output."""
