"""The slow, naive, independent way to the numbers of the gamma-Gompertz/NBD.

By mpmath: formulas as printed, integrals by brute force; and by what single customers do. Nothing
of custvalue is imported here.
"""

import math
from functools import cache
from itertools import pairwise

import mpmath
import numpy as np
from scipy import special

mp = mpmath.mp
DEEP = 150  # e^-150: nothing is looked for beyond it


def numbers(*values):
    return [mp.mpf(value) for value in values]


def survival(tau, beta, b, s):
    """(β / (β + e^(bτ) - 1))^s, as printed."""
    return (beta / (beta + mp.expm1(b * tau))) ** s


def density(tau, beta, b, s):
    """Minus its derivative, as printed."""
    return b * s * beta**s * mp.exp(b * tau) * (beta + mp.expm1(b * tau)) ** -(s + 1)


def pieces(f, places):
    """Integrate piece by piece, each brought near 1: mpmath takes what is tiny for nothing."""
    total = mp.mpf(0)
    for begin, end in pairwise(places):
        top = max(f(begin), f((begin + end) / 2), f(end))
        if top > 0:
            total += top * mp.quad(lambda at, top=top: f(at) / top, [begin, end])
    return total


def integral(f, first, last, scale):
    """Integrate over pieces that double in length, to where nothing is left or to the end."""
    total, begin, long = mp.mpf(0), first, scale / 8
    while begin < last:
        end = min(begin + long, last)
        total += pieces(f, [begin, (begin + end) / 2, end])
        if total and end - first > 20 * scale and f(end) * end < mp.exp(-DEEP) * total:
            break
        begin, long = end, 2 * long
    return total


def smallest(*times):
    return 1 / sum(1 / time for time in times)


@cache  # likelihood and P(alive) ask for the same, with as many digits
def log_odds_left(x, t_x, T, *parameters):
    r, alpha, beta, b, s = parameters
    if t_x == T:
        return -mp.inf
    m = r + x
    hazard = density(t_x, beta, b, s) / survival(t_x, beta, b, s)
    scale = smallest((alpha + t_x) / m, 1 / hazard, 1 / b, T - t_x)

    def f(tau):
        return ((alpha + t_x) / (alpha + tau)) ** m * density(tau, beta, b, s)

    left = mp.log(integral(f, t_x, T, scale))
    alive = m * mp.log((alpha + t_x) / (alpha + T)) + mp.log(survival(T, beta, b, s))
    return left - alive


def log_likelihood(x, t_x, T, *, r, alpha, beta, b, s, digits=30):
    """By integration over the time of death."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, beta, b, s = numbers(x, t_x, T, r, alpha, beta, b, s)
        odds = log_odds_left(x, t_x, T, r, alpha, beta, b, s)
        alive = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha)
        alive += mp.log(survival(T, beta, b, s)) - (r + x) * mp.log(alpha + T)
        return float(alive + mp.log1p(mp.exp(odds)))


def probability_alive(x, t_x, T, *, r, alpha, beta, b, s, digits=30):
    with mp.workdps(digits):
        odds = log_odds_left(*numbers(x, t_x, T, r, alpha, beta, b, s))
        return float(1 / (1 + mp.exp(odds)))


def discounted_if_alive(until, rate, x, T, *, r, alpha, beta, b, s, digits=30):
    """Integrate the purchase rate of those still alive; `until` may be infinite."""
    with mp.workdps(digits):
        until, rate, x, T, r, alpha, beta, b, s = numbers(until, rate, x, T, r, alpha, beta, b, s)
        now = survival(T, beta, b, s)
        scale = smallest(now / density(T, beta, b, s), 1 / b, until, 1 / (rate + mp.mpf("1e-30")))

        def f(u):
            return mp.exp(-rate * u) * survival(T + u, beta, b, s) / now

        return float((r + x) / (alpha + T) * integral(f, mp.mpf(0), until, scale))


def probability_active_if_alive(t, x, T, *, r, alpha, beta, b, s, digits=30):
    """Integrate the density of the next purchase of those still alive."""
    with mp.workdps(digits):
        t, x, T, r, alpha, beta, b, s = numbers(t, x, T, r, alpha, beta, b, s)
        now, m = survival(T, beta, b, s), r + x
        scale = smallest(now / density(T, beta, b, s), 1 / b, t, (alpha + T) / (m + 1))

        def f(u):
            bought = m / (alpha + T) * (1 + u / (alpha + T)) ** -(m + 1)
            return bought * survival(T + u, beta, b, s) / now

        return float(integral(f, mp.mpf(0), t, scale))


def purchase_count_if_alive(n, t, x, T, *, r, alpha, beta, b, s, digits=30):
    """Average the NBD of what is still to come over the time of death."""
    with mp.workdps(digits):
        n, t, x, T, r, alpha, beta, b, s = numbers(n, t, x, T, r, alpha, beta, b, s)
        now, m, a = survival(T, beta, b, s), r + x, alpha + T
        ways = mp.gamma(m + n) / (mp.gamma(m) * mp.factorial(n))

        def nbd(u):
            return ways * (a / (a + u)) ** m * (u / (a + u)) ** n

        def f(u):
            return nbd(u) * density(T + u, beta, b, s) / now

        places = [mp.mpf(0), *(t * mp.mpf(2) ** (-mp.mpf(k) / 2) for k in range(60, -1, -1))]
        return float(nbd(t) * survival(T + t, beta, b, s) / now + pieces(f, places))


def log_likelihood_from_the_story(x, t_x, T, *, r, alpha, beta, b, s):
    """Average over all customers (λ, η) what one customer does, by Gauss's rules."""
    rates, rate_weights = special.roots_genlaguerre(150, r - 1)
    scales, scale_weights = special.roots_genlaguerre(150, s - 1)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    tau = t_x + (T - t_x) * (nodes + 1) / 2
    rate, eta = rates[:, None] / alpha, scales / beta
    alive = np.exp(-rate * T) * np.exp(-eta * math.expm1(b * T))
    leaving = b * eta * np.exp(b * tau[:, None] - eta * np.expm1(b * tau[:, None]))
    gone = np.exp(-rate * tau) @ (weights[:, None] * leaving) * (T - t_x) / 2
    rate_weights, scale_weights = (w / w.sum() for w in (rate_weights, scale_weights))
    return math.log(rate_weights @ (rate**x * (alive + gone)) @ scale_weights)


def play(until, *, r, alpha, beta, b, s, customers, seed):
    """Play out customers one by one, purchase by purchase; return purchase times and deaths."""
    random = np.random.default_rng(seed)
    histories, deaths = [], []
    for _ in range(customers):
        rate, eta = random.gamma(r, 1 / alpha), random.gamma(s, 1 / beta)
        death = math.log(1 - math.log(1 - random.random()) / eta) / b
        now, times = 0.0, []
        while True:
            now += random.exponential(1 / rate)
            if now > min(until, death):
                break
            times.append(now)
        histories.append(times)
        deaths.append(death)
    return histories, np.array(deaths)
