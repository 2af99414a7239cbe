"""The slow, naive, independent way to models with covariates: customer by customer.

Likelihoods as printed in the papers, integrals by scipy's general quadrature, and an optimiser that
knows no derivatives. Nothing of custvalue is imported here.
"""

import math

import numpy as np
from scipy import integrate, optimize, special


def pareto_nbd(x, t_x, T, r, alpha, s, beta):  # noqa: PLR0917 - a customer and a model
    """log L of one customer: alive at T, or dead at some time in between."""

    def density(tau):
        return (alpha + tau) ** -(r + x) * (beta + tau) ** -(s + 1)

    inside, _ = integrate.quad(density, t_x, T, epsabs=0, epsrel=1e-12)
    alive = (alpha + T) ** -(r + x) * (beta + T) ** -s
    constant = special.gammaln(r + x) - special.gammaln(r)
    return constant + r * math.log(alpha) + s * math.log(beta) + math.log(alive + s * inside)


def bg_nbd(x, t_x, T, r, alpha, a, b, first=0):  # noqa: PLR0917 - a customer and a model
    """log L of one customer of a BG/NBD (first=0) or an MBG/NBD (first=1)."""
    chances = x + first
    constant = special.gammaln(r + x) - special.gammaln(r) + r * math.log(alpha)
    total = special.beta(a, b + chances) * (alpha + T) ** -(r + x)
    if chances > 0:
        total += special.beta(a + 1, b + chances - 1) * (alpha + t_x) ** -(r + x)
    return constant + math.log(total / special.beta(a, b))


def mbg_nbd(x, t_x, T, r, alpha, a, b):  # noqa: PLR0917 - a customer and a model
    return bg_nbd(x, t_x, T, r, alpha, a, b, first=1)


def gompertz_nbd(x, t_x, T, r, alpha, beta, b, s):  # noqa: PLR0917 - a customer and a model
    def survival(tau):
        return (beta / (beta + math.expm1(b * tau))) ** s

    def density(tau):
        hazard = s * b * math.exp(b * tau) / (beta + math.expm1(b * tau))
        return (alpha + tau) ** -(r + x) * hazard * survival(tau)

    inside, _ = integrate.quad(density, t_x, T, epsabs=0, epsrel=1e-12)
    constant = special.gammaln(r + x) - special.gammaln(r) + r * math.log(alpha)
    return constant + math.log((alpha + T) ** -(r + x) * survival(T) + inside)


def mean_moved(a, b, gamma):
    """a and b whose mean has moved on the logit scale, at the same a + b."""
    mean = 1 / (1 + math.exp(-(math.log(a / b) + gamma)))
    return mean * (a + b), (1 - mean) * (a + b)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(100)


def pareto_nbd_of_many(x, t_x, T, r, alpha, s, beta):  # noqa: PLR0917 - a customer and a model
    """Sum of log L over customers with the same parameters, by 100 nodes of Gauss and Legendre."""
    half = (T - t_x) / 2
    tau = t_x[:, None] + half[:, None] * (1 + NODES)
    density = ((alpha + tau) / (alpha + T[:, None])) ** -(r + x[:, None])
    density *= ((beta + tau) / (beta + T[:, None])) ** -(s + 1)
    odds = s / (beta + T) * half * (density @ WEIGHTS)
    constant = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    alive = s * np.log(beta / (beta + T)) - (r + x) * np.log(alpha + T)
    return float(np.sum(constant + alive + np.log1p(odds)))


def best_of_groups(rows, start):
    """Maximise over common r and s, and over alpha and beta of each group, without derivatives."""

    def minus(point):
        r, s, *scales = np.exp(point)
        groups = zip(rows.swapaxes(0, 1), np.reshape(scales, (-1, 2)), strict=True)
        return -sum(pareto_nbd_of_many(*its, r, alpha, s, beta) for its, (alpha, beta) in groups)

    found = optimize.minimize(minus, np.log(start), method="BFGS", options={"gtol": 1e-3})
    return -found.fun, np.exp(found.x)
