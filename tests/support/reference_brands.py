"""Brand choice and customer equity, slowly, one respondent and one purchase at a time."""

from __future__ import annotations

import math

import numpy as np
from scipy import optimize


def probabilities(ratings, beta, last, known):
    """Return the chances of the next brand of one respondent; last is a place or None."""
    raised = {}
    for brand, rated in enumerate(ratings):
        if known[brand]:
            utility = sum(b * x for b, x in zip(beta[1:], rated, strict=True))
            raised[brand] = math.exp(utility + (beta[0] if brand == last else 0.0))
    total = sum(raised.values())
    return [raised.get(brand, 0.0) / total for brand in range(len(ratings))]


def fitted(people, drivers):
    """Maximise the log-likelihood by a method that knows no derivatives but its own."""

    def minus(beta):
        total = 0.0
        for ratings, last, chosen, known, weight in people:
            chances = probabilities(ratings, beta, last, known)
            total -= weight * sum(
                y * math.log(p) for y, p in zip(chosen, chances, strict=True) if y > 0
            )
        return total

    found = optimize.minimize(minus, np.zeros(1 + drivers), method="BFGS", options={"gtol": 1e-7})
    return found.x, -found.fun


def purchases(ratings, beta, last, known, *, a_year, years, rate):
    """Return discounted purchases of each brand by one respondent, purchase by purchase."""
    chances = probabilities(ratings, beta, last, known)
    total = [0.0] * len(ratings)
    for t in range(math.floor(years * a_year + 1e-9) + 1):
        kept = (1 + rate) ** (-t / a_year)
        total = [have + kept * its for have, its in zip(total, chances, strict=True)]
        following = [0.0] * len(ratings)
        for brand, chance in enumerate(chances):
            if chance > 0:
                for then, its in enumerate(probabilities(ratings, beta, brand, known)):
                    following[then] += chance * its
        chances = following
    return total
