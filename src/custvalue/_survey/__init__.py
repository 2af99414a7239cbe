"""Machinery of :mod:`custvalue.survey`: scales, instruments, answers, reliability."""
