"""Comparing groups, waves and paired answers of any measure, and planning how many to ask."""
