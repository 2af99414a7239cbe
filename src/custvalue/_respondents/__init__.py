"""Answers of the same people, with weights, labels and a policy for missing answers."""
