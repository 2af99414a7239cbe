"""The slow, naive, independent way to the numbers of the models of contracts.

By mpmath, by adding up renewal after renewal, by playing out single customers. Nothing of
custvalue is imported here.
"""

import mpmath
import numpy as np

mp = mpmath.mp


def survival(t, *, alpha, beta, c=1.0, digits=60):
    """B(α, β + t^c) / B(α, β); with c = 1 equation of Fader & Hardie (2007) as printed."""
    with mp.workdps(digits):
        alpha, beta, power = mp.mpf(alpha), mp.mpf(beta), mp.mpf(t) ** mp.mpf(c)
        logs = mp.loggamma(beta + power) + mp.loggamma(alpha + beta)
        logs -= mp.loggamma(beta) + mp.loggamma(alpha + beta + power)
        return mp.exp(logs)


def log_beta_ratio(x, h, alpha, digits=60):
    """log of B(α, x + h) / B(α, x) by four log-gamma functions with many digits."""
    with mp.workdps(digits):
        x, h, alpha = map(mp.mpf, (x, h, alpha))
        up = mp.loggamma(x + h) + mp.loggamma(x + alpha)
        return float(up - mp.loggamma(x) - mp.loggamma(x + h + alpha))


def residual_lifetime(k, periods, annual_rate, *, alpha, beta, c=1.0):
    """Add up the renewals to come, each with its probability and discount (before a renewal)."""
    with mp.workdps(30):
        v = 1 / (1 + mp.mpf(annual_rate))
        terms = (
            survival(k + j, alpha=alpha, beta=beta, c=c, digits=30) * v ** (j - 1)
            for j in range(1, periods + 1)
        )
        return float(mp.fsum(terms) / survival(k, alpha=alpha, beta=beta, c=c, digits=30))


def residual_lifetime_for_ever(k, annual_rate, *, alpha, beta):
    """Fader & Hardie (2010): the formula with 2F1, before a renewal, after k of them."""
    with mp.workdps(40):
        a, b, v = mp.mpf(alpha), mp.mpf(beta) + k, 1 / (1 + mp.mpf(annual_rate))
        return float(b / (a + b) * mp.hyp2f1(1, b + 1, a + b + 1, v))


def log_likelihood(outcomes, *, alpha, beta, c=1.0):
    """Sum over (renewals, left, active) the logs of S(k) - S(k + 1) and S(k)."""
    total = mp.mpf(0)
    with mp.workdps(50):
        for k, left, active in outcomes:
            here = survival(k, alpha=alpha, beta=beta, c=c)
            total += left * mp.log(here - survival(k + 1, alpha=alpha, beta=beta, c=c))
            total += active * mp.log(here)
        return float(total)


def play(periods, *, alpha, beta, c, customers, seed):
    """Play out customers one by one, renewal by renewal; return (renewals, active) of each."""
    random = np.random.default_rng(seed)
    outcomes = []
    for _ in range(customers):
        leaves, made = random.beta(alpha, beta), 0
        while made < periods:
            stays = (1 - leaves) ** ((made + 1) ** c - made**c)
            if random.random() >= stays:
                break
            made += 1
        outcomes.append((made, made == periods))
    return outcomes
