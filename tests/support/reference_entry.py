"""Customers who are observed from some age on: by mpmath, by integration over the time of death.

Nothing of custvalue is imported here.
"""

import mpmath
import numpy as np

mp = mpmath.mp


def pareto(s, beta):
    """Survival function and density of lifetimes."""
    return (
        lambda tau: (beta / (beta + tau)) ** s,
        lambda tau: s / (beta + tau) * (beta / (beta + tau)) ** s,
    )


def gompertz(beta, b, s):
    def survival(tau):
        return (beta / (beta + mp.expm1(b * tau))) ** s

    def density(tau):
        return s * b * mp.exp(b * tau) / (beta + mp.expm1(b * tau)) * survival(tau)

    return survival, density


def parts(x, t_x, T, c, *, r, alpha, lifetime):
    """Likelihood of a history together with: left before c; left since; alive at T."""
    survival, density = lifetime
    last = t_x if x > 0 else c

    def bought(tau):
        rising = mp.rf(r, x)
        return rising * alpha**r * (alpha + tau - c) ** -(r + x)

    before = 1 - survival(c) if x == 0 else mp.mpf(0)
    steps = [last + (T - last) * mp.mpf(k) / 3 for k in range(4)]
    since = mp.quad(lambda tau: bought(tau) * density(tau), steps)
    return before, since, bought(T) * survival(T)


def log_likelihood(x, t_x, T, c, *, r, alpha, lifetime):
    with mp.workdps(18):
        return float(mp.log(sum(parts(x, t_x, T, c, r=r, alpha=alpha, lifetime=lifetime))))


def probability_alive(x, t_x, T, c, *, r, alpha, lifetime):
    with mp.workdps(18):
        before, since, alive = parts(x, t_x, T, c, r=r, alpha=alpha, lifetime=lifetime)
        return float(alive / (before + since + alive))


def expected_purchases(x, t_x, T, c, t, *, r, alpha, lifetime):
    """Purchases in (T, T + t]: rate of who is alive, times the time until the end or death."""
    survival, _ = lifetime
    with mp.workdps(18):
        alive = probability_alive(x, t_x, T, c, r=r, alpha=alpha, lifetime=lifetime)
        time = mp.quad(lambda u: survival(T + u) / survival(T), [0, t / 4, t])
        return float(alive * (r + x) / (alpha + T - c) * time)


def simulated(born, window, *, r, alpha, s, beta, random):
    """Customers born before a window: what they buy in it; times from birth."""
    n = len(born)
    rate, leaving = random.gamma(r, 1 / alpha, n), random.gamma(s, 1 / beta, n)
    life = random.exponential(size=n) / leaving
    entry = -born
    T = entry + window
    length = np.clip(np.minimum(life, T) - entry, 0, None)
    x = random.poisson(rate * length)
    last = entry + length * random.random(n) ** (1 / np.maximum(x, 1))
    return x, np.where(x > 0, last, 0.0), T, entry
