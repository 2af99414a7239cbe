"""What results have in common: who answered, rows by level, tables."""
