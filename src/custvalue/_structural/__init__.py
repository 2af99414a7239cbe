"""Structural models by partial least squares: the machinery of :mod:`custvalue.structural`."""
