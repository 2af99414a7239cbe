"""What is known of each customer, on one card."""
