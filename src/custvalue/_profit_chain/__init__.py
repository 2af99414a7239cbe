"""The machinery of :mod:`custvalue.profit_chain`."""
