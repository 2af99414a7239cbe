"""Cases with known answers, and how another implementation is asked for them."""
