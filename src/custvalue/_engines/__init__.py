"""Customer bases that stay in their engine: summaries and scores of them there."""
