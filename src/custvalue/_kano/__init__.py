"""The machinery of :mod:`custvalue.kano`."""
