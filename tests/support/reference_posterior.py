"""Posteriors by brute force: likelihoods as the papers print them, and a random walk.

Imports nothing of ours.
"""

import math

import numpy as np
from scipy.special import betaln, gammaln

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def bgnbd(data, parameters):
    """Fader, Hardie & Lee (2005), equation (6)."""
    (x, t_x, T, n), (r, alpha, a, b) = data, parameters
    common = gammaln(r + x) - gammaln(r) + r * math.log(alpha) - betaln(a, b)
    never = betaln(a, b + x) - (r + x) * np.log(alpha + T)
    back = np.maximum(x, 1)
    left = betaln(a + 1, b + back - 1) - (r + x) * np.log(alpha + t_x)
    return n @ (common + np.where(x > 0, np.logaddexp(never, left), never))


def pareto_nbd(data, parameters):
    """The story: alive until T, or dead at a time after the last purchase, by quadrature."""
    (x, t_x, T, n), (r, alpha, s, beta) = data, parameters
    common = gammaln(r + x) - gammaln(r) + r * math.log(alpha) + s * math.log(beta)
    low, high = np.log(alpha + t_x), np.log(alpha + T)
    v = (high + low)[:, None] / 2 + (high - low)[:, None] / 2 * NODES
    tau = np.exp(v) - alpha
    dead = np.exp(-(r + x[:, None]) * (v - low[:, None]) - (s + 1) * np.log(beta + tau) + v)
    integral = dead @ WEIGHTS * (high - low) / 2 * np.exp(-(r + x) * low)
    alive = np.exp(-(r + x) * high - s * np.log(beta + T))
    return n @ (common + np.log(alive + s * integral))


def bgnbd_words(r, alpha, a, b):
    """Rate, its spread, lifetime, and the spread of the probability to leave, from moments."""
    mean = a / (a + b)
    variance = a * b / ((a + b) ** 2 * (a + b + 1))
    rate = r / alpha
    return rate, math.sqrt(r / alpha**2) / rate, 1 / (rate * mean), math.sqrt(variance) / mean


def pareto_words(r, alpha, s, beta):
    rate = r / alpha
    return rate, math.sqrt(r / alpha**2) / rate, beta / s, math.sqrt(s / beta**2) / (s / beta)


def log_prior(point, words, ends, z):
    """Lognormal quantities; the volume by differences of the quantities themselves."""
    logs = np.log(words(*np.exp(point)))
    low, high = np.log(np.array(ends)).T
    off = (logs - (low + high) / 2) / ((high - low) / (2 * z))
    step, k = 1e-5, len(point)
    moved = [
        np.log(words(*np.exp(point + step * way))) - np.log(words(*np.exp(point - step * way)))
        for way in np.eye(k)
    ]
    volume = abs(np.linalg.det(np.array(moved) / (2 * step)))
    return -0.5 * off @ off + math.log(volume)


def random_walk(target, start, scale, steps, random):
    """Metropolis: after a pilot, the proposal has the covariance of what it found."""
    draws = _walk(target, start, np.linalg.cholesky(scale), steps // 5, random)
    half = draws[len(draws) // 3 :]
    root = np.linalg.cholesky(np.cov(half.T) * 2.38**2 / len(start))
    return _walk(target, draws[-1], root, steps, random)


def _walk(target, start, root, steps, random):
    here, there, draws = np.array(start), target(start), np.empty((steps, len(start)))
    moves = random.standard_normal((steps, len(start))) @ root.T
    chances = np.log(random.random(steps))
    for step in range(steps):
        point = here + moves[step]
        value = target(point)
        if chances[step] < value - there:
            here, there = point, value
        draws[step] = here
    return draws
