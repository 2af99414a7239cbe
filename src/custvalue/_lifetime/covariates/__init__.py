"""Covariates that do not change: what drives purchases, dropout and spend."""
