"""The machinery of :mod:`custvalue.satisfaction`, one idea a file."""
