"""Variances of clusters by full matrices, and an invented survey of dealers in regions."""

import numpy as np

# an invented set of 24 customers of 8 dealers in 2 regions
DEALER = np.repeat([f"D{k}" for k in range(1, 9)], [3, 4, 2, 3, 4, 3, 2, 3])
REGION = np.repeat(["N", "S"], 12)
Q = [5, 4, 5, 3, 4, 2, 3, 5, 5, 4, 3, 4, 2, 1, 3, 2, 4, 4, 5, 3, 2, 5, 4, 4]
NPS = [10, 9, 10, 7, 8, 3, 6, 10, 9, 8, 6, 9, 2, 0, 5, 4, 8, 9, 10, 6, 3, 9, 8, 7]
W = [1, 1.5, 0.8, 1.2, 1, 2, 0.6, 1.1, 0.9, 1, 1.4, 0.7]
W += [1.3, 1, 0.5, 1.6, 1, 0.9, 1.2, 2.1, 0.7, 1, 1.1, 0.8]


def slow(residual, weights, dealer, region=None):
    """Variance and degrees of freedom by full matrices, and R's linearised variance."""
    names = np.unique(dealer)
    rows = [dealer == name for name in names]
    whole = weights.sum()
    added = np.array([(weights * residual)[row].sum() for row in rows]) / whole
    share = np.array([weights[row].sum() for row in rows]) / whole
    own = np.diag([np.square(weights[row]).sum() / whole**2 for row in rows])
    strata = [()] if region is None else np.unique(region)
    several = len(strata) > 1
    count = len(names)
    scale = np.diag(np.sqrt((1 - 1 / count if several else 1) / (1 - share)))
    centre = np.eye(count)
    plain = np.zeros((count, count))
    for name in strata:
        its = np.array([not several or region[row][0] == name for row in rows])
        n = its.sum()
        within = np.diag(its.astype(float)) - np.outer(its, its) / n
        plain += within * n / (n - 1)
        if several:
            centre[np.ix_(its, its)] = within[np.ix_(its, its)] * np.sqrt(n / (n - 1))
    moved = centre @ scale @ added
    one_out = np.eye(count) - np.outer(share, np.ones(count))
    s = centre @ scale @ one_out @ own @ one_out.T @ scale @ centre.T
    return moved @ moved, np.trace(s) ** 2 / np.trace(s @ s), added @ plain @ added
