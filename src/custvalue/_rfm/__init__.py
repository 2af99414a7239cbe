"""Recency, frequency and monetary value: scores, named segments, and how customers move."""
