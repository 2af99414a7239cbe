"""SERVQUAL the slow and naive way: loops over respondents, nothing of custvalue.

Answers are lists of lists, None where there is none. Standard errors come from no formula but
from the definition of linearisation: move the weight of one respondent a little, see what the
estimate does.
"""

import math


def weighted_mean(pairs):
    return sum(w * x for x, w in pairs) / sum(w for _, w in pairs)


def respondent_gap(perceived, expected, items, sign=1):
    """Mean gap of one respondent over some items; None where an answer is missing."""
    gaps = []
    for i in items:
        if perceived[i] is None or expected[i] is None:
            return None
        gaps.append(sign * (perceived[i] - expected[i]))
    return sum(gaps) / len(gaps)


def mean_gap(perceptions, expectations, items, weights, sign=1):
    pairs = []
    for p, e, w in zip(perceptions, expectations, weights, strict=True):
        gap = respondent_gap(p, e, items, sign)
        if gap is not None:
            pairs.append((gap, w))
    return weighted_mean(pairs)


def overall_gap(perceptions, expectations, dimensions, weights, sign=1):
    gaps = [mean_gap(perceptions, expectations, items, weights, sign) for items in dimensions]
    return sum(gaps) / len(gaps)


def gap_by_own_points(perceptions, expectations, dimensions, points, weights):
    pairs = []
    for p, e, shares, w in zip(perceptions, expectations, points, weights, strict=True):
        gaps = [respondent_gap(p, e, items) for items in dimensions]
        if None in gaps or None in shares:
            continue
        pairs.append((sum(s / 100 * g for s, g in zip(shares, gaps, strict=True)), w))
    return weighted_mean(pairs)


def gap_by_mean_points(perceptions, expectations, dimensions, points, weights):
    total = 0.0
    for k, items in enumerate(dimensions):
        given = [(s[k], w) for s, w in zip(points, weights, strict=True) if s[k] is not None]
        gap = mean_gap(perceptions, expectations, items, weights)
        total += weighted_mean(given) / 100 * gap
    return total


def covariance(xs, ys, weights):
    mx = weighted_mean(list(zip(xs, weights, strict=True)))
    my = weighted_mean(list(zip(ys, weights, strict=True)))
    n = len(xs)
    total = sum(w * (x - mx) * (y - my) for x, y, w in zip(xs, ys, weights, strict=True))
    return n / (n - 1) * total / sum(weights)


def cronbach_alpha(rows, weights):
    items = list(zip(*rows, strict=True))
    k = len(items)
    totals = [sum(row) for row in rows]
    own = sum(covariance(item, item, weights) for item in items)
    return k / (k - 1) * (1 - own / covariance(totals, totals, weights))


def linearised_error(estimate, weights, step=1e-5):
    """√(n/(n-1) Σ (w_i dθ/dw_i)²), the derivative by central differences."""
    n = len(weights)
    total = 0.0
    for i in range(n):
        moved = []
        for factor in (1 + step, 1 - step):
            changed = list(weights)
            changed[i] *= factor
            moved.append(estimate(changed))
        total += ((moved[0] - moved[1]) / (2 * step)) ** 2
    return math.sqrt(n / (n - 1) * total)
