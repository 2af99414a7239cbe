"""Models of who buys when: buying while alive, and dropping out."""
