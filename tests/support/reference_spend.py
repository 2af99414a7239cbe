"""Models of spend by their stories: integration over customers, one at a time."""

import math

import numpy as np
from scipy import integrate, stats


def normal_spend(x, z, *, mean, between, within):
    """Return log f(z | x), and mean and standard deviation of a future profit."""

    def joint(own):
        return stats.norm.pdf(own, mean, between) * stats.norm.pdf(z, own, within / math.sqrt(x))

    def over_customers(of):
        middle = (mean / between**2 + x * z / within**2) / (1 / between**2 + x / within**2)
        reach = 12 / math.sqrt(1 / between**2 + x / within**2)
        value, _ = integrate.quad(of, middle - reach, middle + reach, epsabs=0, epsrel=1e-12)
        return value

    density = over_customers(joint)
    expected = over_customers(lambda own: own * joint(own)) / density
    square = over_customers(lambda own: (own**2 + within**2) * joint(own)) / density
    return math.log(density), expected, math.sqrt(square - expected**2)


def robust_gamma_gamma(x, z, *, p, q, gamma, outliers):
    """Return log f(z | x), P(outlier) and E[spend], by integration over the customers' rates."""

    def spread(nu):
        return stats.gamma.pdf(nu, q, scale=1 / gamma)

    def joint(nu):
        return spread(nu) * stats.gamma.pdf(z, p * x, scale=1 / (nu * x))

    def over(of):
        value, _ = integrate.quad(
            lambda log_nu: of(math.exp(log_nu)) * math.exp(log_nu), -25, 15, epsabs=0, limit=500
        )
        return value

    density = over(joint)
    wild = 1 / (z * math.log(1e6))
    both = (1 - outliers) * density + outliers * wild
    usual = (1 - outliers) * density / both
    own = over(lambda nu: p / nu * joint(nu)) / density
    of_all = over(lambda nu: p / nu * spread(nu))
    return math.log(both), 1 - usual, usual * own + (1 - usual) * of_all


def log_power_mean(delta, shape, *, alive, rates):
    """Return log E[λ^δ] of gamma rates with probability `alive` and 1 - `alive`, by quadrature."""
    chances = [alive, 1 - alive]
    total = 0.0
    for chance, rate in zip(chances, rates, strict=True):
        value, _ = integrate.quad(
            lambda log_rate, rate=rate: (
                np.exp(delta * log_rate)
                * stats.gamma.pdf(math.exp(log_rate), shape, scale=1 / rate)
                * math.exp(log_rate)
            ),
            -60,
            10,
            epsabs=0,
            limit=1000,
        )
        total += chance * value
    return math.log(total)
