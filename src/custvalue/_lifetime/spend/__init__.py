"""Models of how much is spent at a purchase."""
