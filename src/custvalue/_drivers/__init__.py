"""What moves satisfaction: importance of drivers, asymmetry, importance and performance, ranks."""
