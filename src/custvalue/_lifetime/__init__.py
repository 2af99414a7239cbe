"""Machinery of :mod:`custvalue.lifetime`: purchase histories, models, fitting, value."""
