"""Models of contracts that are renewed or ended."""
