"""Covariates of customers: tables, coding, terms, patterns."""
