"""The slow, naive, independent way to the numbers of the models for regular buyers.

By mpmath: sums as printed, means over p and λ by closed forms at many digits or by brute
integration; and by what single customers do. Nothing of custvalue is imported here.
"""

import math

import mpmath
import numpy as np
from scipy import special

mp = mpmath.mp


def numbers(*values):
    return [mp.mpf(value) for value in values]


def terms(x, t_x, T, *, k, r, alpha):
    """Return what the silence says of each phase, up to a factor."""
    m = r + k * x
    return [
        mp.rf(m, j) * (T - t_x) ** j / mp.factorial(j) / (alpha + T) ** (m + j) for j in range(k)
    ]


def alive_and_left(x, t_x, T, *, k, r, alpha, a, b, first):
    """Return both ways in which the silence may have come about."""
    chances = x + first
    alive = mp.beta(a, b + chances) * mp.fsum(terms(x, t_x, T, k=k, r=r, alpha=alpha))
    if chances == 0:
        return alive, mp.mpf(0)
    return alive, mp.beta(a + 1, b + chances - 1) / (alpha + t_x) ** (r + k * x)


def log_likelihood(x, t_x, T, log_intervals, *, k, r, alpha, a, b, first, digits=40):
    """Multiply out: the intervals, the rates, the chances."""
    with mp.workdps(digits):
        x, t_x, T, log_intervals, r, alpha, a, b = numbers(x, t_x, T, log_intervals, r, alpha, a, b)
        alive, left = alive_and_left(x, t_x, T, k=k, r=r, alpha=alpha, a=a, b=b, first=first)
        total = mp.log(alive + left) - mp.log(mp.beta(a, b)) + r * mp.log(alpha)
        total += mp.loggamma(r + k * x) - mp.loggamma(r)
        return float(total + (k - 1) * log_intervals - x * mp.loggamma(k))


def probability_alive(x, t_x, T, *, k, r, alpha, a, b, first, digits=40):
    with mp.workdps(digits):
        x, t_x, T, r, alpha, a, b = numbers(x, t_x, T, r, alpha, a, b)
        alive, left = alive_and_left(x, t_x, T, k=k, r=r, alpha=alpha, a=a, b=b, first=first)
        return float(alive / (alive + left))


def phases(x, t_x, T, *, k, r, alpha):
    every = terms(x, t_x, T, k=k, r=r, alpha=alpha)
    total = mp.fsum(every)
    return [each / total for each in every]


def more_than(n, m, tau):
    """P(N >= n) of a negative binomial count: m, mean m tau."""
    if n <= 0:
        return mp.mpf(1)
    return mp.betainc(n, m, 0, tau / (1 + tau), regularized=True)


def by_sum(t, x, t_x, T, *, k, r, alpha, a, b, first, digits=40):
    """Return E[Y(t)] and P(alive at T + t), given alive, purchase by purchase.

    Σ_i E[(1-p)^(i-1)] P(N >= ik - j), and Σ_i E[(1-p)^i] P(ik - j <= N < (i+1)k - j).
    """
    with mp.workdps(digits):
        x, t_x, T, t, r, alpha, a, b = numbers(x, t_x, T, t, r, alpha, a, b)
        tau, stay = t / (alpha + T), b + x + first
        expected, stays = mp.mpf(0), mp.mpf(0)
        for j, share in enumerate(phases(x, t_x, T, k=k, r=r, alpha=alpha)):
            m, i, factor, reached = r + k * x + j, 0, share, mp.mpf(1)
            while True:
                following = more_than((i + 1) * k - j, m, tau)
                stays += factor * (reached - following)
                expected += factor * following
                if following <= mp.mpf(10) ** -17 and i * k > m * tau:
                    break
                factor *= (stay + i) / (a + stay + i)
                i, reached = i + 1, following
        return float(expected), float(stays)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)


def beta_mean(f, a, b, smallest):
    """Integrate over z = log(p / (1-p)) by panels; f is constant below `smallest` and near 1."""
    spread = float(mp.sqrt(1 / a + 1 / b))
    low, high = float(mp.log(smallest)), 40.0
    centre = float(mp.log(a / b))
    if a > 1 and b > 1:
        low, high = max(low, centre - 80 - 20 * spread), min(high, centre + 80 + 20 * spread)
    count = math.ceil((high - low) / min(2.5, 3 * spread))
    width = (high - low) / count
    total = mp.mpf(0)
    for panel in range(count):
        for node, weight in zip(NODES.tolist(), WEIGHTS.tolist(), strict=True):
            z = mp.mpf(low + width * (panel + (node + 1) / 2))
            p = 1 / (1 + mp.exp(-z))
            density = mp.exp(a * mp.log(p) - b * mp.log1p(mp.exp(z)))
            total += weight * width / 2 * density * f(p)
    total /= mp.beta(a, b)
    first, last = 1 / (1 + mp.exp(-mp.mpf(low))), 1 / (1 + mp.exp(mp.mpf(high)))
    total += f(first) * mp.betainc(a, b, 0, first, regularized=True)
    return total + f(1 - last) * mp.betainc(b, a, 0, last, regularized=True)


def stays_given_p(p, t, m, age, shares):
    """E[(1-p)^K] over phases and λ | j ~ Gamma(m + j, age): roots of unity, digits to waste."""
    k, tau = len(shares), t / age
    s = (1 - p) ** (mp.mpf(1) / k)
    total = mp.mpc(0)
    for place in range(k):
        root = s * mp.expjpi(mp.mpf(2 * place) / k)
        fades = 1 + (1 - root) * tau
        weight = (s**-k - 1) / (1 / root - 1) / k
        total += weight * fades ** (-m) * mp.polyval(shares, root / fades, asc=True)
    return total.real


def by_quadrature(t, x, t_x, T, *, k, r, alpha, a, b, first, digits=60):
    """Return E[(1 - (1-p)^K) / p] and E[(1-p)^K], given alive: for sums of a million terms."""
    with mp.workdps(digits):
        x, t_x, T, t, r, alpha, a, b = numbers(x, t_x, T, t, r, alpha, a, b)
        shares, m = phases(x, t_x, T, k=k, r=r, alpha=alpha), r + k * x
        seen = {}

        def stays(p):
            if p not in seen:
                seen[p] = stays_given_p(p, t, m, alpha + T, shares)
            return seen[p]

        smallest = mp.mpf(10) ** -17 / (1 + (m + k + 1) * t / (alpha + T))
        stay = b + x + first
        expected = beta_mean(lambda p: (1 - stays(p)) / p, a, stay, smallest)
        return float(expected), float(beta_mean(stays, a, stay, smallest))


def first_purchase(t, x, t_x, T, *, k, r, alpha, digits=40, **_):
    """P(N >= k - j), given alive."""
    with mp.workdps(digits):
        x, t_x, T, t, r, alpha = numbers(x, t_x, T, t, r, alpha)
        return float(
            mp.fsum(
                share * more_than(k - j, r + k * x + j, t / (alpha + T))
                for j, share in enumerate(phases(x, t_x, T, k=k, r=r, alpha=alpha))
            )
        )


def count_probability(n, t, x, t_x, T, *, k, r, alpha, a, b, first, digits=60):
    """P(Y(t) = n), given alive: stayed and exactly n, or left at the n-th."""
    with mp.workdps(digits):
        x, t_x, T, t, r, alpha, a, b = numbers(x, t_x, T, t, r, alpha, a, b)
        stay, tau, total = b + x + first, t / (alpha + T), mp.mpf(0)
        for j, share in enumerate(phases(x, t_x, T, k=k, r=r, alpha=alpha)):
            m = r + k * x + j
            reached = more_than(n * k - j, m, tau)
            exactly = reached - more_than((n + 1) * k - j, m, tau)
            one = mp.beta(a, stay + n) * exactly
            if n > 0:
                one += mp.beta(a + 1, stay + n - 1) * reached
            total += share * one / mp.beta(a, stay)
        return float(total)


def discounted_for_ever(rate, x, t_x, T, *, k, r, alpha, a, b, first, digits=30):
    """Σ_i E[(1-p)^(i-1)] E[(λ/(λ+δ))^(ik-j)], the last by Tricomi's U, given alive."""
    with mp.workdps(digits):
        x, t_x, T, rate, r, alpha, a, b = numbers(x, t_x, T, rate, r, alpha, a, b)
        stay, age, total = b + x + first, alpha + T, mp.mpf(0)
        for j, share in enumerate(phases(x, t_x, T, k=k, r=r, alpha=alpha)):
            m, i, factor = r + k * x + j, 1, mp.mpf(1)
            while True:
                n = i * k - j
                z = mp.hyperu(m + n, m + 1, age * rate) * (age * rate) ** m * mp.rf(m, n)
                total += share * factor * z
                if z < mp.mpf(10) ** -14 and i * k > m / age / rate:
                    break
                factor *= (stay + i - 1) / (a + stay + i - 1)
                i += 1
        return float(total)


def discounted(t, rate, *cell, **parameters):
    """∫ e^(-δu) dE[Y(u)] by parts and by Gauss's rule over time, given alive."""
    nodes, weights = np.polynomial.legendre.leggauss(24)
    times = (nodes + 1) / 2 * t
    values = np.array([by_sum(time, *cell, **parameters)[0] for time in times])
    inside = rate * np.exp(-rate * times) * values @ weights * t / 2
    return math.exp(-rate * t) * by_sum(t, *cell, **parameters)[0] + inside


def log_likelihood_from_the_story(x, t_x, T, log_intervals, *, k, r, alpha, a, b, first):
    """Average over all customers (λ, p) what one customer does, by Gauss's rules."""
    rates, rate_weights = special.roots_genlaguerre(120, r - 1)
    places, place_weights = special.roots_jacobi(60, b - 1, a - 1)
    rate, p, chances = rates[:, None] / alpha, (places + 1) / 2, x + first
    waits = rate ** (k * x) * np.exp((k - 1) * log_intervals - rate * t_x) / math.gamma(k) ** x
    passed = rate * (T - t_x)
    silent = sum(passed**j / math.factorial(j) for j in range(k)) * np.exp(-passed)
    ends = (1 - p) ** chances * silent + (p * (1 - p) ** (chances - 1) if chances else 0)
    rate_weights, place_weights = (w / w.sum() for w in (rate_weights, place_weights))
    return math.log(rate_weights @ (waits * ends) @ place_weights)


def play(known, later, *, k, r, alpha, a, b, first, customers, seed):
    """Play out customers one by one, phase by phase; return purchase times and when they left."""
    random = np.random.default_rng(seed)
    histories, left = [], []
    for _ in range(customers):
        rate, p = random.gamma(r, 1 / alpha), random.beta(a, b)
        now, times, gone = 0.0, [], math.inf
        if first and random.random() < p:
            gone = 0.0
        while now <= known + later and gone == math.inf:
            now += sum(random.exponential(1 / rate) for _ in range(k))
            if now <= known + later:
                times.append(now)
                if random.random() < p:
                    gone = now
        histories.append(times)
        left.append(gone)
    return histories, np.array(left)
