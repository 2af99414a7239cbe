"""Machinery of :mod:`custvalue.lifetime`: models, fitting, covariates, priors, groups, value."""
