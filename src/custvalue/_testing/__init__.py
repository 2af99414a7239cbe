"""Hypothesis strategies: what is asked for is checked at once, and drawn when a test runs."""
