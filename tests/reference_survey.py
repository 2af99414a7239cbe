"""Descriptions and raking the slow way: plain Python, respondent by respondent."""

import math


def moments(answers, weights):
    """Mean, linearised standard error, SD, skewness and 1/Σp² of one item; None is no answer."""
    pairs = [(x, w) for x, w in zip(answers, weights, strict=True) if x is not None and w > 0]
    n, total = len(pairs), sum(w for _, w in pairs)
    mean = sum(w * x for x, w in pairs) / total
    second = sum(w * (x - mean) ** 2 for x, w in pairs) / total
    third = sum(w * (x - mean) ** 3 for x, w in pairs) / total
    error = None
    if n > 1:
        error = math.sqrt(n / (n - 1) * sum((w * (x - mean) / total) ** 2 for x, w in pairs))
    shares = {x: sum(w for y, w in pairs if y == x) / total for x, _ in pairs}
    return {
        "n": n,
        "mean": mean,
        "standard_error": error,
        "standard_deviation": math.sqrt(n / (n - 1) * second) if n > 1 else None,
        "skewness": third / second**1.5 if len(shares) > 1 else None,
        "effective_categories": 1 / sum(p * p for p in shares.values()),
    }


def share(answers, weights, answer):
    """Weighted share of one answer and its linearised standard error, without n / (n - 1)."""
    pairs = [(x, w) for x, w in zip(answers, weights, strict=True) if x is not None and w > 0]
    total = sum(w for _, w in pairs)
    value = sum(w for x, w in pairs if x == answer) / total
    return value, math.sqrt(sum((w * ((x == answer) - value) / total) ** 2 for x, w in pairs))


def raked(rows, base, margins, *, rounds=2000, low=0.0, high=math.inf):
    """Rake weights of rows of categories to margins, one margin after the other.

    After every round weights are cut to low and high times their mean.
    """
    weights = list(base)
    mean = sum(base) / len(base)
    total = sum(base)
    for _ in range(rounds):
        for place, margin in enumerate(margins):
            for category, target in margin.items():
                own = [i for i, row in enumerate(rows) if row[place] == category]
                found = sum(weights[i] for i in own)
                for i in own:
                    weights[i] *= target * total / found
        weights = [min(max(w, low * mean), high * mean) for w in weights]
    return weights


def achieved(rows, weights, place, category):
    """Weighted share of a category."""
    own = sum(w for row, w in zip(rows, weights, strict=True) if row[place] == category)
    return own / sum(weights)
