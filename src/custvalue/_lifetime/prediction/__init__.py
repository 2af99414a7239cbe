"""What is ahead of each customer, and how sure that is."""
