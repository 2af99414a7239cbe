"""The functions behind `custvalue.plotting`, by subject."""
