"""The Pareto/NBD with covariates that change, customer by customer and slowly, in two ways.

A path is a list of (start, stop, z of purchases, z of dropout), one after the other. Nothing here
knows of cells, segments that are shared, or derivatives.
"""

import math

import numpy as np
from scipy import special
from scipy.integrate import quad

FINE = {"epsabs": 0.0, "epsrel": 1e-12, "limit": 200}


class Customer:
    """Born at a time, with purchases since, observed until the end of observation."""

    def __init__(self, path, birth, purchases, end, model, *, buying, leaving):
        self.r, self.alpha, self.s, self.beta = model
        self.pieces = [
            (start, stop, math.exp(np.dot(buying, z)), math.exp(np.dot(leaving, w)))
            for start, stop, z, w in path
        ]
        self.birth, self.end, self.purchases = birth, end, sorted(purchases)
        self.last = max([birth, *purchases])
        self.m = self.r + len(purchases)
        places = [np.searchsorted([p[0] for p in path], t, side="right") - 1 for t in purchases]
        self.driven = sum(float(np.dot(buying, path[k][2])) for k in places)

    def clock(self, time, which):
        """A, or D, from the birth to a time."""
        return sum(
            piece[2 + which] * max(0.0, min(time, piece[1]) - max(self.birth, piece[0]))
            for piece in self.pieces
        )

    def bought(self, time):
        return self.clock(time, 0)

    def stayed(self, time):
        return self.clock(time, 1)

    def integral(self, function, start, stop):
        """∫ function(time, piece), piece by piece."""
        total = 0.0
        for piece in self.pieces:
            low, high = max(start, piece[0]), min(stop, piece[1])
            if high > low:
                total += quad(lambda u, p=piece: function(u, p), low, high, **FINE)[0]
        return total

    def terms(self):
        """Alive at the end, and left since the last purchase, without the common factors."""
        m, s = self.m, self.s

        def silent(u, power):
            return (self.alpha + self.bought(u)) ** -m * (self.beta + self.stayed(u)) ** -power

        def leaves(u, piece):
            return s * piece[3] * silent(u, s + 1)

        return silent(self.end, s), self.integral(leaves, self.last, self.end)

    def log_likelihood(self):
        common = special.gammaln(self.m) - special.gammaln(self.r) + self.driven
        common += self.r * math.log(self.alpha) + self.s * math.log(self.beta)
        return common + math.log(sum(self.terms()))

    def alive(self):
        here, left = self.terms()
        return here / (here + left)

    def stays(self, later):
        b = self.beta + self.stayed(self.end)
        return (b / (self.beta + self.stayed(self.end + later))) ** self.s

    def purchases_ahead(self, until, rate=0.0):
        def buys(u, piece):
            return math.exp(-rate * (u - self.end)) * piece[2] * self.stays(u - self.end)

        ahead = self.integral(buys, self.end, self.end + until)
        return self.m / (self.alpha + self.bought(self.end)) * ahead

    def buys(self, until):
        a = self.alpha + self.bought(self.end)

        def first(u, piece):
            silent = (a / (self.alpha + self.bought(u))) ** (self.m + 1)
            return piece[2] * silent * self.stays(u - self.end)

        return self.m / a * self.integral(first, self.end, self.end + until)

    def log_likelihood_by_rates(self, nodes=120):
        """The same from each customer's own rates, integrated out last: no integral over time.

        While λ and μ are known, leaving within a piece has a closed form.
        """
        own, chance = self._of_rates(nodes, self.r, self.alpha)
        leaving, weight = self._of_rates(nodes, self.s, self.beta)
        own, leaving = own[:, None], leaving[None, :]
        found = np.exp(-own * self.bought(self.end) - leaving * self.stayed(self.end))
        for start, stop, fast, quick in self.pieces:
            low, high = max(start, self.last), min(stop, self.end)
            if high > low:
                speed = own * fast + leaving * quick
                begun = own * self.bought(low) + leaving * self.stayed(low)
                gone = leaving * quick / speed * -np.expm1(-speed * (high - low))
                found = found + np.exp(-begun) * gone
        total = chance @ (own ** len(self.purchases) * found) @ weight
        return math.log(total) + self.driven

    @staticmethod
    def _of_rates(nodes, shape, rate):
        """Nodes and probabilities of a gamma distribution."""
        places, weights = special.roots_genlaguerre(nodes, shape - 1)
        return places / rate, weights / weights.sum()


def draw(random, path, births, end, model, *, buying, leaving):
    """Draw the purchases of customers on one path: a list of times for each, birth excluded."""
    r, alpha, s, beta = model
    bounds = np.array([path[0][0], *(stop for _, stop, _, _ in path)])
    lengths = np.diff(bounds)

    def clock(gamma, column):
        speeds = np.exp([np.dot(gamma, piece[column]) for piece in path])
        return np.append(0.0, np.cumsum(speeds * lengths))

    A, D = clock(buying, 2), clock(leaving, 3)
    rate, leaving = random.gamma(r, 1 / alpha, len(births)), random.gamma(s, 1 / beta, len(births))
    life = np.interp(births, bounds, D) + random.exponential(size=len(births)) / leaving
    gone = np.minimum(np.interp(life, D, bounds), end)
    first, last = np.interp(births, bounds, A), np.interp(gone, bounds, A)
    counts = random.poisson(rate * (last - first))
    who = np.repeat(np.arange(len(births)), counts)
    own = first[who] + random.random(len(who)) * (last - first)[who]
    times = np.interp(own, A, bounds)
    return [np.sort(each) for each in np.split(times, np.cumsum(counts)[:-1])]
