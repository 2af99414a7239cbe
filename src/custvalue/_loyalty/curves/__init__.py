"""What customers do against how satisfied they are: curves, their shapes, zones, ratios."""
