"""Estimates, their intervals, resampling and contrasts: once, for every subject."""
