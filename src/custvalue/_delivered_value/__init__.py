"""The machinery of :mod:`custvalue.delivered_value`."""
