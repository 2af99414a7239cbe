"""Covariates that change: seasons, promotions, prices, satisfaction waves."""
