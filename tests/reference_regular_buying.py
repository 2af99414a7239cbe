"""The slow, naive, independent way to the numbers of the models for regular buyers.

By mpmath: sums as printed, means over p and λ by closed forms at many digits or by brute
integration; and by what single customers do. Nothing of custvalue is imported here.
"""

import math

import mpmath
import numpy as np

mp = mpmath.mp


def numbers(*values):
    return [mp.mpf(value) for value in values]


def terms(x, t_x, T, k, r, alpha):
    """Return what the silence says of each phase, up to a factor."""
    m = r + k * x
    return [
        mp.rf(m + 0, j) * (T - t_x) ** j / mp.factorial(j) / (alpha + T) ** (m + j)
        for j in range(k)
    ]


def alive_and_left(x, t_x, T, k, r, alpha, a, b, first):
    """Return both ways in which the silence may have come about."""
    chances = x + first
    alive = mp.beta(a, b + chances) * mp.fsum(terms(x, t_x, T, k, r, alpha))
    if chances == 0:
        return alive, mp.mpf(0)
    return alive, mp.beta(a + 1, b + chances - 1) / (alpha + t_x) ** (r + k * x)


def log_likelihood(x, t_x, T, log_intervals, *, k, r, alpha, a, b, first, digits=40):
    """Multiply out: the intervals, the rates, the chances."""
    with mp.workdps(digits):
        x, t_x, T, log_intervals, r, alpha, a, b = numbers(x, t_x, T, log_intervals, r, alpha, a, b)
        alive, left = alive_and_left(x, t_x, T, k, r, alpha, a, b, first)
        total = mp.log(alive + left) - mp.log(mp.beta(a, b)) + r * mp.log(alpha)
        total += mp.loggamma(r + k * x) - mp.loggamma(r)
        return float(total + (k - 1) * log_intervals - x * mp.loggamma(k))


def probability_alive(x, t_x, T, *, k, r, alpha, a, b, first, digits=40):
    with mp.workdps(digits):
        x, t_x, T, r, alpha, a, b = numbers(x, t_x, T, r, alpha, a, b)
        alive, left = alive_and_left(x, t_x, T, k, r, alpha, a, b, first)
        return float(alive / (alive + left))


def phases(x, t_x, T, k, r, alpha):
    every = terms(x, t_x, T, k, r, alpha)
    total = mp.fsum(every)
    return [each / total for each in every]


def more_than(n, m, tau):
    """P(N >= n) of a negative binomial count: m, mean m tau."""
    if n <= 0:
        return mp.mpf(1)
    return mp.betainc(n, m, 0, tau / (1 + tau), regularized=True)


def purchases_by_sum(t, x, t_x, T, *, k, r, alpha, a, b, first, digits=30):
    """Σ_i E[(1-p)^(i-1)] P(N >= ik - j), term by term, given alive."""
    with mp.workdps(digits):
        x, t_x, T, t, r, alpha, a, b = numbers(x, t_x, T, t, r, alpha, a, b)
        tau, stay = t / (alpha + T), b + x + first
        total = mp.mpf(0)
        for j, share in enumerate(phases(x, t_x, T, k, r, alpha)):
            m, i, factor = r + k * x + j, 1, mp.mpf(1)
            while True:
                term = factor * more_than(i * k - j, m, tau)
                total += share * term
                if term < mp.mpf(10) ** -16 * total and i * k > m * tau:
                    break
                factor *= (stay + i - 1) / (a + stay + i - 1)
                i += 1
        return float(total)


def beta_mean(f, a, b):
    """Integrate over log(p / (1-p)), brutally."""
    centre, scale = mp.log(a / b), mp.sqrt(1 / a + 1 / b)

    def integrand(z):
        p = 1 / (1 + mp.exp(-z))
        return mp.exp(a * mp.log(p) + b * mp.log1p(-p)) * f(p) if 0 < p < 1 else mp.mpf(0)

    low, high = centre - 90 / a - 9 * scale, centre + 90 / b + 9 * scale
    low, high = max(low, -150 - centre), min(high, mp.mpf(150))
    places = [low + (high - low) * i / 24 for i in range(25)]
    places = sorted({*places, centre, centre - scale, centre + scale, mp.mpf(-3), mp.mpf(3)})
    return mp.quad(integrand, places) / mp.beta(a, b)


def survival_given_p(p, t, m, age, j, k):
    """E[(1-p)^K] over λ ~ Gamma(m, age): by the roots of unity, with digits to waste."""
    tau, s = t / age, (1 - p) ** (mp.mpf(1) / k)
    total = mp.mpc(0)
    for place in range(k):
        root = mp.expjpi(mp.mpf(2 * place) / k)
        weight = (s**-k - 1) / (1 / (s * root) - 1) / k
        total += weight * (s * root) ** j * (1 + (1 - s * root) * tau) ** (-m)
    return total.real


def purchases_by_quadrature(t, x, t_x, T, *, k, r, alpha, a, b, first, digits=50):
    """E[(1 - (1-p)^K) / p], given alive: for sums of a million terms."""
    with mp.workdps(digits):
        x, t_x, T, t, r, alpha, a, b = numbers(x, t_x, T, t, r, alpha, a, b)
        total = mp.mpf(0)
        for j, share in enumerate(phases(x, t_x, T, k, r, alpha)):
            m = r + k * x + j

            def one(p, m=m, j=j):
                return (1 - survival_given_p(p, t, m, alpha + T, j, k)) / p

            total += share * beta_mean(one, a, b + x + first)
        return float(total)
