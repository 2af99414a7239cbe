"""Machinery of :mod:`custvalue.servqual`: the instrument, surveys, gaps, SERVPERF."""
