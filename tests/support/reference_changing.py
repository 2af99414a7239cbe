"""The slow, naive, independent way to covariates that change: customer by customer, day by day.

A path is a list of (start, end, value) for each covariate's sum γ'z: times in the unit of the
model, since the birth of the customer. Integrals by scipy's general quadrature. Nothing of
custvalue is imported here.
"""

import itertools
import math

import numpy as np
from scipy import integrate, linalg, special


def value_at(path, time):
    """γ'z at a time: of the first piece that has not ended."""
    for start, end, value in path:
        if start <= time < end:
            return value
    raise AssertionError((path, time))


def passed(path, since, until):
    """∫ e^(γ'z) between two times."""
    total = 0.0
    for start, end, value in path:
        here = min(end, until) - max(start, since)
        if here > 0:
            total += math.exp(value) * here
    return total


def at_purchase(times, age, bought, left, r, alpha, a, b, first):  # noqa: PLR0917 - a customer, a model
    """log L of a BG/NBD (first=0) or MBG/NBD (first=1): the mean over p of what p makes likely.

    Given p the rate is integrated over its gamma distribution; the density of the purchase times is
    left of it as e^(γ'z) at each of them.
    """
    x = len(times)
    chances = ([0.0] if first else []) + list(times)
    last = times[-1] if times else 0.0
    speed = sum(value_at(bought, time) for time in times)
    lived, until_last = passed(bought, 0.0, age), passed(bought, 0.0, last)

    def given(p):
        stay = 1.0
        for time in chances[:-1]:
            stay *= (1 - p) ** math.exp(value_at(left, time))
        total = 0.0
        if chances:
            at_last = (1 - p) ** math.exp(value_at(left, chances[-1]))
            total += stay * (1 - at_last) * (alpha + until_last) ** -(r + x)
            stay *= at_last
        return total + stay * (alpha + lived) ** -(r + x)

    def density(z):  # p = 1 / (1 + e^-z)
        p = special.expit(z)
        return given(p) * math.exp(a * special.log_expit(z) + b * special.log_expit(-z))

    inside, _ = integrate.quad(density, -60, 60, epsabs=0, epsrel=1e-11, limit=500)
    constant = special.gammaln(r + x) - special.gammaln(r) + r * math.log(alpha) + speed
    return constant + math.log(inside) - special.betaln(a, b)


def bought_ahead(times, age, until, bought, left, r, alpha, a, b, first):  # noqa: PLR0917
    """Of a customer who is alive: purchases expected, P(no purchase), P(stays), over p."""
    x = len(times)
    chances = ([0.0] if first else []) + list(times)
    m, beta = r + x, alpha + passed(bought, 0.0, age)
    total = sum(math.exp(value_at(left, time)) for time in chances)

    cuts = [start for start, *_ in bought if age < start < age + until]
    spans = list(itertools.pairwise([age, *cuts, age + until]))

    def given(p):
        hazard, expected = 0.0, 0.0
        for low, high in spans:  # 20 nodes of Gauss and Legendre in each
            rate = math.exp(value_at(bought, low))
            q = 1 - (1 - p) ** math.exp(value_at(left, low))
            times = (high - low) * (1 + NODES) / 2
            falls = (1 + (hazard + rate * q * times) / beta) ** -(m + 1)
            expected += (high - low) / 2 * rate * m / beta * float(WEIGHTS @ falls)
            hazard += rate * q * (high - low)
        nothing = (1 + passed(bought, age, age + until) / beta) ** -m
        return np.array([expected, nothing, (1 + hazard / beta) ** -m])

    places, weights = special.roots_jacobi(60, b + total - 1, a - 1)
    weights = weights / weights.sum()
    return sum(w * given((1 + each) / 2) for each, w in zip(places, weights, strict=True))


NODES, WEIGHTS = special.roots_legendre(20)


def counts_ahead(times, age, until, most, bought, left, r, alpha, a, b, first):  # noqa: PLR0917
    """Of a customer who is alive: P(0), P(1), … P(most) purchases, over rates and p.

    Given both, a Markov chain: alive or left, with so many purchases, from one piece of time to the
    next by the exponential of its matrix of rates.
    """
    chances = ([0.0] if first else []) + list(times)
    total = sum(math.exp(value_at(left, time)) for time in chances)
    cuts = [start for start, *_ in bought if age < start < age + until]
    spans = list(itertools.pairwise([age, *cuts, age + until]))
    speed = [(high - low, value_at(bought, low), value_at(left, low)) for low, high in spans]
    rates, of_rate = special.roots_genlaguerre(16, r + len(times) - 1)
    rates = rates / (alpha + passed(bought, 0.0, age))
    places, of_p = special.roots_jacobi(24, b + total - 1, a - 1)
    weight = np.outer(of_rate / of_rate.sum(), of_p / of_p.sum())
    found = np.zeros(most + 1)
    for (i, rate), (j, p) in itertools.product(enumerate(rates), enumerate((1 + places) / 2)):
        found += weight[i, j] * _chain(speed, rate, p, most)
    return found


def _chain(speed, rate, p, most):
    """Probabilities of counts up to `most`, for a known rate and a known p."""
    states = most + 2  # alive with 0, 1, … purchases, then left with as many
    now = np.zeros(2 * states)
    now[0] = 1.0
    for length, buying, leaving in speed:
        comes, stays = rate * math.exp(buying), (1 - p) ** math.exp(leaving)
        matrix = np.zeros((2 * states, 2 * states))
        for n in range(states - 1):
            matrix[n, n] = -comes
            matrix[n, n + 1] = comes * stays
            matrix[n, states + n + 1] = comes * (1 - stays)
        now = now @ linalg.expm(matrix * length)
    return (now[:states] + now[states:])[: most + 1]
