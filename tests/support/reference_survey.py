"""Descriptions and raking the slow way: respondent by respondent, one dummy a category."""

import math

import numpy as np


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
    """Weighted share of one answer, rounding apart, and its linearised standard error."""

    def same(x):
        return abs(x - answer) < 1e-9 * max(1, abs(answer))

    pairs = [(x, w) for x, w in zip(answers, weights, strict=True) if x is not None and w > 0]
    total = sum(w for _, w in pairs)
    value = sum(w for x, w in pairs if same(x)) / total
    return value, math.sqrt(sum((w * (same(x) - value) / total) ** 2 for x, w in pairs))


def raked(rows, base, margins, *, rounds=2000, low=0.0, high=math.inf):
    """Rake weights of rows of categories to margins, one margin after the other.

    A weight is its base weight times a factor of every category, cut to low and high times the
    mean; each factor is found by halving, so that the cut weights of its category fit.
    """
    mean, total = sum(base) / len(base), sum(base)
    factors = [dict.fromkeys(margin, 1.0) for margin in margins]

    def weight(row, start):
        for place, category in enumerate(row):
            start *= factors[place][category]
        return min(max(start, low * mean), high * mean)

    for _ in range(rounds):
        for place, margin in enumerate(margins):
            for category, target in margin.items():
                own = [(r, b) for r, b in zip(rows, base, strict=True) if r[place] == category]
                few, many = 1e-6, 1e6
                for _ in range(60):
                    factors[place][category] = math.sqrt(few * many)
                    found = sum(weight(row, start) for row, start in own)
                    few, many = (
                        (few, factors[place][category])
                        if found > target * total
                        else (factors[place][category], many)
                    )
    return [weight(row, start) for row, start in zip(rows, base, strict=True)]


def achieved(rows, weights, place, category):
    """Weighted share of a category."""
    own = sum(w for row, w in zip(rows, weights, strict=True) if row[place] == category)
    return own / sum(weights)


def raked_error(answers, weights, rows):
    """Standard error of a mean with raked weights and its degrees of freedom, by full matrices.

    The residuals of a regression on all dummies are e = W (I - H) u; under the model of independent
    u of one variance their covariances are S0 = W (I - H) V (I - H)' W, and each is scaled to the
    variance w² that it should have.
    """
    used = [i for i, w in enumerate(weights) if w > 0]
    there = np.array([answers[i] is not None for i in used])
    w = np.array([weights[i] for i in used])
    y = np.array([answers[i] if answers[i] is not None else 0.0 for i in used])
    mean = w[there] @ y[there] / w[there].sum()
    u = np.where(there, y - mean, 0) / w[there].sum()
    columns = [
        [float(rows[i][place] == category) for i in used]
        for place in range(len(rows[0]))
        for category in sorted({row[place] for row in rows}, key=str)
    ]
    x = np.array(columns).T
    hat = x @ np.linalg.pinv(x.T @ np.diag(w) @ x) @ x.T @ np.diag(w)
    maker = np.diag(w) @ (np.eye(len(w)) - hat)
    covariance = maker @ np.diag(there.astype(float)) @ maker.T
    factor = np.where(there, w**2 / np.diag(covariance), 1.0)
    s = np.sqrt(factor)[:, None] * covariance * np.sqrt(factor)
    error = math.sqrt(float(factor @ (maker @ u) ** 2))
    return error, float(np.trace(s) ** 2 / np.trace(s @ s))
