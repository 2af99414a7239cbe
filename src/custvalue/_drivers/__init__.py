"""What moves satisfaction: derived importance, asymmetric response, importance and performance."""
