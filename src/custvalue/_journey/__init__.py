"""What dealers measure of visits, from first-time fix to the moments that customers remember."""
