"""Groups of customers that borrow from one another."""
