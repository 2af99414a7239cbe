"""A market with known truth: suppliers, ratings of three attributes, and prices."""

import numpy as np


def market(rng, *, suppliers=4, n=20, spread=1.0, weighted=False, dealers=0):
    """Return ratings, and the true mean of each attribute and of the price."""
    code = np.repeat(np.arange(suppliers), n)
    quality = 20 + spread * rng.normal(size=(suppliers, 3))
    price = 100 * np.exp(0.1 * spread * rng.normal(size=suppliers))
    rows = suppliers * n
    dealer = rng.integers(0, max(dealers, 1), rows)
    common = rng.normal(0, 0.6, max(dealers, 1))[dealer] if dealers else np.zeros(rows)
    noise = rng.normal(0, 1.4, (rows, 3)) + rng.normal(0, 0.6, rows)[:, np.newaxis]
    answers = quality[code] + common[:, np.newaxis] + noise
    frame = {
        "supplier": [f"s{k}" for k in code],
        "bill": price[code] * np.exp(rng.normal(-0.02, 0.2, rows)),
        "w": np.exp(rng.normal(0, 0.5, rows)) if weighted else np.ones(rows),
        "dealer": dealer,
        **{name: answers[:, k] for k, name in enumerate("abc")},
    }
    return frame, quality, price
