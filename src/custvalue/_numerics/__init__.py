"""Likelihoods at their greatest: optimiser, quadrature, special functions, limits of parameters."""
