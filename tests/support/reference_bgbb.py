"""The slow, naive, independent way to the numbers of BG/BB.

By mpmath, and by writing down every history that a customer can have. Nothing of custvalue is
imported here.
"""

import itertools

import mpmath
import numpy as np

mp = mpmath.mp


def _taken(x, i, alpha, beta):
    """P(one given history of x purchases at i opportunities | alive)."""
    return mp.beta(alpha + x, beta + i - x) / mp.beta(alpha, beta)


def _lives(n, gamma, delta):
    return mp.beta(gamma, delta + n) / mp.beta(gamma, delta)


def likelihood(x, t_x, n, *, alpha, beta, gamma, delta):
    """Fader, Hardie & Shang (2010): the sum over the opportunity after which the customer left."""
    alpha, beta, gamma, delta = map(mp.mpf, (alpha, beta, gamma, delta))
    total = _taken(x, n, alpha, beta) * _lives(n, gamma, delta)
    for i in range(int(t_x), int(n)):
        leaves = mp.beta(gamma + 1, delta + i) / mp.beta(gamma, delta)
        total += _taken(x, i, alpha, beta) * leaves
    return total


def log_likelihood(x, t_x, n, digits=40, **parameters):
    with mp.workdps(digits):
        return float(mp.log(likelihood(x, t_x, n, **parameters)))


def probability_alive(x, t_x, n, ahead, *, alpha, beta, gamma, delta, digits=40):
    with mp.workdps(digits):
        stays = _taken(x, n, mp.mpf(alpha), mp.mpf(beta)) * _lives(n + ahead, gamma, delta)
        return float(
            stays / likelihood(x, t_x, n, alpha=alpha, beta=beta, gamma=gamma, delta=delta)
        )


def futures(x, t_x, n, ahead, *, digits=30, **parameters):
    """P(each number of purchases at the next opportunities), by every history that there can be."""
    with mp.workdps(digits):
        now = likelihood(x, t_x, n, **parameters)
        chances = [mp.mpf(0)] * (ahead + 1)
        for history in itertools.product((0, 1), repeat=ahead):
            taken = sum(history)
            last = n + max((k + 1 for k, y in enumerate(history) if y), default=t_x - n)
            chances[taken] += likelihood(x + taken, last, n + ahead, **parameters)
        return [float(chance / now) for chance in chances]


def discounted(x, t_x, n, ahead, rate, *, alpha, beta, gamma, delta, digits=30):
    """Add up the probabilities to take each of the next opportunities, discounted."""
    with mp.workdps(digits):
        now = likelihood(x, t_x, n, alpha=alpha, beta=beta, gamma=gamma, delta=delta)
        takes = mp.beta(mp.mpf(alpha) + x + 1, mp.mpf(beta) + n - x) / mp.beta(alpha, beta)
        lives = (_lives(n + j, gamma, delta) / (1 + mp.mpf(rate)) ** j for j in range(1, ahead + 1))
        return float(takes / now * mp.fsum(lives))


def play(n, *, alpha, beta, gamma, delta, customers, seed):
    """Play out customers one by one; return (x, t_x) of each."""
    random = np.random.default_rng(seed)
    histories = []
    for _ in range(customers):
        takes, leaves, x, t_x = random.beta(alpha, beta), random.beta(gamma, delta), 0, 0
        for opportunity in range(1, n + 1):
            if random.random() < leaves:
                break
            if random.random() < takes:
                x, t_x = x + 1, opportunity
        histories.append((x, t_x))
    return histories
