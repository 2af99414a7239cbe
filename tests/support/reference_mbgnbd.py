"""MBG/NBD the slow way: printed formulas with many digits, and customers played out one by one.

Nothing of custvalue is imported here.
"""

import math

import mpmath
import numpy as np

mp = mpmath.mp


def log_likelihood(x, t_x, T, *, r, alpha, a, b, digits=50):
    """Batislam, Denizel & Filiztekin (2007), the likelihood as a sum of staying and leaving."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, a, b = map(mp.mpf, (x, t_x, T, r, alpha, a, b))
        stayed = mp.beta(a, b + x + 1) / (alpha + T) ** (r + x)
        left = mp.beta(a + 1, b + x) / (alpha + t_x) ** (r + x)
        front = mp.gamma(r + x) * alpha**r / (mp.gamma(r) * mp.beta(a, b))
        return float(mp.log(front * (stayed + left)))


def probability_alive(x, t_x, T, *, r, alpha, a, b, digits=50):
    """As the share of those who stayed in the likelihood."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, a, b = map(mp.mpf, (x, t_x, T, r, alpha, a, b))
        return float(1 / (1 + a / (b + x) * ((alpha + T) / (alpha + t_x)) ** (r + x)))


def expected_purchases(t, x, t_x, T, *, r, alpha, a, b, digits=80):
    """The published formula with its misprinted factor corrected; a = 1 as a limit."""
    with mp.workdps(digits):
        t, x, t_x, T, r, alpha, a, b = map(mp.mpf, (t, x, t_x, T, r, alpha, a, b))
        odds = a / (b + x) * ((alpha + T) / (alpha + t_x)) ** (r + x)
        if a == 1:
            a += mp.mpf(10) ** (-digits // 2)
        ratio = ((alpha + T) / (alpha + T + t)) ** (r + x)
        hyper = mp.hyp2f1(r + x, b + x + 1, a + b + x, t / (alpha + T + t))
        return float((a + b + x) / (a - 1) * (1 - ratio * hyper) / (1 + odds))


def alive_later(t, x, t_x, T, *, r, alpha, a, b, digits=60):
    """P(alive at T) times the mean over λ and p of exp(-λpt): Euler's integral of 2F1."""
    alive = probability_alive(x, t_x, T, r=r, alpha=alpha, a=a, b=b)
    with mp.workdps(digits):
        t, x, T, r, alpha, a, b = map(mp.mpf, (t, x, T, r, alpha, a, b))
        return float(alive * mp.hyp2f1(r + x, a, a + b + x + 1, -t / (alpha + T)))


def play(until, *, r, alpha, a, b, customers, seed):
    """Play out customers one by one; return their purchase times and when they left."""
    random = np.random.default_rng(seed)
    histories, left = [], []
    for _ in range(customers):
        rate, p, now, times = random.gamma(r, 1 / alpha), random.beta(a, b), 0.0, []
        gone = 0.0 if random.random() < p else math.inf
        while gone == math.inf:
            now += random.exponential(1 / rate) if rate > 0 else math.inf
            if now > until:
                break
            times.append(now)
            if random.random() < p:
                gone = now
        histories.append(times)
        left.append(gone)
    return histories, np.array(left)
