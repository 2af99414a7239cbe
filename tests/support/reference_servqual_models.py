"""Zone of tolerance, evaluated performance, provider gaps and R² the naive way.

Loops over respondents and textbook routines (scipy.stats, numpy.linalg.lstsq); nothing of
custvalue. Standard errors of nonlinear statistics come from moving one weight at a time, as in
``reference_servqual``.
"""

import math

import numpy as np
from scipy import stats


def zone(perceived, adequate, desired, weights, *, exclude=False):
    """Means, shares and position of one item; inverted zones have no class."""
    total = {"adequacy": 0.0, "superiority": 0.0, "width": 0.0, "weight": 0.0}
    classes = {"below": 0.0, "inside": 0.0, "above": 0.0}
    inverted = zero = everybody = valid = 0.0
    for p, a, d, w in zip(perceived, adequate, desired, weights, strict=True):
        if any(math.isnan(x) for x in (p, a, d)):
            continue
        everybody += w
        zero += w if a == d else 0
        if a > d:
            inverted += w
        else:
            valid += w
            place = "below" if p < a else "above" if p > d else "inside"
            classes[place] += w
        if a <= d or not exclude:
            total["adequacy"] += w * (p - a)
            total["superiority"] += w * (p - d)
            total["width"] += w * (d - a)
            total["weight"] += w
    means = {key: total[key] / total["weight"] for key in ("adequacy", "superiority", "width")}
    shares = {key: value / valid for key, value in classes.items()}
    position = means["adequacy"] / means["width"]
    return (
        means
        | shares
        | {
            "inverted": inverted / everybody,
            "zero": zero / everybody,
            "position": position,
        }
    )


def fieller(x, y, level=0.95):
    """Interval of mean(x) / mean(y) by scanning: ratios that a paired t test does not refuse."""
    x, y = np.asarray(x), np.asarray(y)

    def refused(ratio):
        return stats.ttest_1samp(x - ratio * y, 0).pvalue < 1 - level

    centre = x.mean() / y.mean()
    ends = []
    for sign in (-1, 1):
        inside, outside = centre, centre + sign
        while not refused(outside):
            outside += sign * 2
        for _ in range(80):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if refused(middle) else (middle, outside)
        ends.append(inside)
    return tuple(ends)


def evaluated(perceived, ideal, weights):
    """Weighted mean of -|P - I| over respondents and items alike; rows are respondents."""
    total = weight = 0.0
    for row, ideals, w in zip(perceived, ideal, weights, strict=True):
        for p, i in zip(row, ideals, strict=True):
            total -= w * abs(p - i)
            weight += w
    return total / weight


def welch(x, y, level=0.95):
    """Difference of means, P and interval of two independent samples."""
    found = stats.ttest_ind(x, y, equal_var=False)
    interval = found.confidence_interval(level)
    return np.mean(x) - np.mean(y), found.pvalue, (interval.low, interval.high)


def regression(outcome, scores, weights):
    """R² and standardised slopes by least squares on rows that are multiplied by √w."""
    outcome, scores = np.asarray(outcome, float), np.asarray(scores, float)
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(outcome)), scores])
    slopes = np.linalg.lstsq(design * root[:, None], outcome * root, rcond=None)[0]
    mean = np.average(outcome, weights=weights)
    left = np.average((outcome - design @ slopes) ** 2, weights=weights)
    all_of_it = np.average((outcome - mean) ** 2, weights=weights)
    spread = np.sqrt(np.average((scores - np.average(scores, axis=0, weights=weights)) ** 2,
                                axis=0, weights=weights))  # fmt: skip
    return 1 - left / all_of_it, slopes[1:] * spread / np.sqrt(all_of_it)
