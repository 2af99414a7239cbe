"""What is known before the data: priors, posteriors, and how well these are approximated."""
