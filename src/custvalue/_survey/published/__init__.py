"""Machinery of :func:`custvalue.survey.check_published`: what follows from printed numbers."""
