"""The posterior of an NBD with one binary covariate, added up on a grid."""

import numpy as np
from scipy import special, stats

POINTS = 61


def lognormal(low, high, level):
    """Return mean and standard deviation of the logarithm."""
    reach = 2 * stats.norm.ppf((1 + level) / 2)
    return np.log(low * high) / 2, np.log(high / low) / reach


def posterior_of_nbd(x, age, app, *, rate, rate_spread, ratio, level):
    """Return posterior means and standard deviations of r, alpha of the base and the coefficient.

    Rates are per year, times in weeks. The rate of the prior is that of customers with the mean of
    the covariate.
    """
    prior = [lognormal(*ends, level) for ends in (rate, rate_spread, ratio)]
    axes = [np.linspace(m - 5 * s, m + 5 * s, POINTS) for m, s in prior]
    log_rate, log_spread, gamma = np.meshgrid(*axes, indexing="ij")
    value = sum(
        stats.norm.logpdf(each, m, s)
        for each, (m, s) in zip((log_rate, log_spread, gamma), prior, strict=True)
    )
    r = np.exp(-2 * log_spread)
    weekly = np.exp(log_rate) * 7 / 365.25
    share = app.mean()
    base = r / weekly * np.exp(share * gamma)
    for count, time, has in zip(x, age, app, strict=True):
        alpha = base * np.exp(-gamma * has)
        value = value + special.gammaln(r + count) - special.gammaln(r)
        value = value + r * np.log(alpha / (alpha + time)) - count * np.log(alpha + time)
    weight = np.exp(value - value.max())
    weight /= weight.sum()
    named = {"r": r, "alpha": base, "purchase: app=yes": gamma}
    mean = {name: float((weight * each).sum()) for name, each in named.items()}
    sd = {
        name: float(np.sqrt((weight * (each - mean[name]) ** 2).sum()))
        for name, each in named.items()
    }
    return mean, sd
