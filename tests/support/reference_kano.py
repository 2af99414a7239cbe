"""Kano the slow and naive way: loops over respondents and dictionaries, nothing of custvalue.

Answers are levels by name, None where there is none. Standard errors come from no formula but
from the definition of linearisation: move the weight of one respondent a little, see what the
estimate does.
"""

import math

from scipy import integrate, optimize, stats

LETTERS = "MOAIRQ"
LEVELS = ("like", "must-be", "neutral", "live-with", "dislike")


def category(functional, dysfunctional):
    """Berger's table, as sentences."""
    if functional is None or dysfunctional is None:
        return None
    if functional == dysfunctional and functional in ("like", "dislike"):
        return "Q"
    if functional == "like":
        return "O" if dysfunctional == "dislike" else "A"
    if functional == "dislike" or dysfunctional == "like":
        return "R"
    return "M" if dysfunctional == "dislike" else "I"


def distribution(categories, weights):
    """Weighted share of each letter among the respondents who have one."""
    total = sum(w for c, w in zip(categories, weights, strict=True) if c is not None)
    return {
        letter: sum(w for c, w in zip(categories, weights, strict=True) if c == letter) / total
        for letter in LETTERS
    }


def ratio(categories, weights, inside, base):
    """Share of some letters among others."""
    pairs = list(zip(categories, weights, strict=True))
    hit = sum(w for c, w in pairs if c is not None and c in inside)
    return hit / sum(w for c, w in pairs if c is not None and c in base)


def linearised_error(estimate, weights):
    """Σ (w dθ/dw)², by differences."""
    total = 0.0
    for place, weight in enumerate(weights):
        step = 1e-6 * weight
        up, down = list(weights), list(weights)
        up[place] += step
        down[place] -= step
        total += ((estimate(up) - estimate(down)) / (2e-6)) ** 2
    return math.sqrt(total)


def by_mode(shares):
    top = max(shares.values())
    return next(letter for letter in LETTERS if shares[letter] > top - 1e-9)


def by_precedence(shares, margin):
    top = max(shares.values())
    return next(letter for letter in LETTERS if shares[letter] > top - margin - 1e-9)


def by_berger(shares):
    wanted = {letter: shares[letter] for letter in "MOA"}
    others = {letter: shares[letter] for letter in "IRQ"}
    group = wanted if sum(wanted.values()) > sum(others.values()) + 1e-9 else others
    top = max(group.values())
    return next(letter for letter, share in group.items() if share > top - 1e-9)


def wilson(share, n, level):
    """The two shares that the score test just accepts, by bisection."""
    z = stats.norm.ppf(0.5 + level / 2)

    def surplus(theta):
        return (share - theta) ** 2 - z * z * theta * (1 - theta) / n

    near = 1e-9  # the observed share itself is a root where it is 0 or 1
    low = 0.0 if share == 0 else optimize.brentq(surplus, 0.0, min(share, 1 - near), xtol=1e-14)
    high = 1.0 if share == 1 else optimize.brentq(surplus, max(share, near), 1.0, xtol=1e-14)
    return low, high


def fong(counts):
    first, second = sorted(counts, reverse=True)[:2]
    n = sum(counts)
    bound = 1.65 * math.sqrt((first + second) * (2 * n - first - second) / (2 * n))
    return first - second, bound


def probability_of_mode(alpha, place):
    """P(one Dirichlet share is the largest), by adaptive quadrature over its gamma variable."""

    def integrand(x):
        value = stats.gamma.pdf(x, alpha[place])
        for other, shape in enumerate(alpha):
            if other != place:
                value *= stats.gamma.cdf(x, shape)
        return value

    middle, spread = alpha[place], math.sqrt(alpha[place])
    points = [max(middle + k * spread, 0.0) for k in (-3, 0, 3)]
    high = middle + 40 * spread + 40
    return integrate.quad(integrand, 0, high, points=points, limit=500)[0]


def mean_score(answers, scores, weights):
    total = sum(w for _, w in zip(answers, weights, strict=True))
    return sum(w * scores[a] for a, w in zip(answers, weights, strict=True)) / total


def fuzzy_degrees(functional, dysfunctional):
    """Degree of each letter for one respondent: all 25 cells, one after the other."""
    found = dict.fromkeys(LETTERS, 0.0)
    for f, with_item in zip(LEVELS, functional, strict=True):
        for d, without in zip(LEVELS, dysfunctional, strict=True):
            found[category(f, d)] += with_item * without
    return found


def holm(p_values):
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, running = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        running = max(running, p_values[place] * (len(p_values) - rank))
        adjusted[place] = min(running, 1.0)
    return adjusted
