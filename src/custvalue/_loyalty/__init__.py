"""Complaints, their answers, reasons to leave, and what all that costs."""
