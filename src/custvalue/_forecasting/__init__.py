"""Forecasts of customers held against what they did: split, holdout, diagnosis."""
