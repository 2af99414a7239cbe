"""Data to try things on: embedded ones, and simulated ones with known truth."""
