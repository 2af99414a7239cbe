"""The slow, naive, independent way to the numbers of the lifetime models.

By mpmath, by brute integration over what a customer is, by playing out single customers.
Nothing of custvalue is imported here.
"""

import math

import mpmath
import numpy as np
from scipy import special

mp = mpmath.mp


def log_likelihood(x, t_x, T, *, r, alpha, a, b, digits=50):
    """BG/NBD, equation (6) of Fader, Hardie & Lee (2005) as printed, with many digits."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, a, b = map(mp.mpf, (x, t_x, T, r, alpha, a, b))
        stayed = mp.beta(a, b + x) / mp.beta(a, b) / (alpha + T) ** (r + x)
        left = mp.mpf(0)
        if x > 0:
            left = mp.beta(a + 1, b + x - 1) / mp.beta(a, b) / (alpha + t_x) ** (r + x)
        return float(mp.log(mp.gamma(r + x) * alpha**r / mp.gamma(r) * (stayed + left)))


def probability_alive(x, t_x, T, *, r, alpha, a, b, digits=50):
    """BG/NBD, as the share of the first term of the likelihood."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, a, b = map(mp.mpf, (x, t_x, T, r, alpha, a, b))
        odds = a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x > 0 else 0
        return float(1 / (1 + odds))


def expected_purchases(t, x, t_x, T, *, r, alpha, a, b, digits=80):
    """BG/NBD, equation (10) as printed, by 2F1; a = 1 as a limit."""
    with mp.workdps(digits):
        t, x, t_x, T, r, alpha, a, b = map(mp.mpf, (t, x, t_x, T, r, alpha, a, b))
        odds = a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x > 0 else 0
        if a == 1:
            a += mp.mpf(10) ** (-digits // 2)
        ratio = ((alpha + T) / (alpha + T + t)) ** (r + x)
        hyper = mp.hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))
        return float((a + b + x - 1) / (a - 1) * (1 - ratio * hyper) / (1 + odds))


def alive_later(t, x, t_x, T, *, r, alpha, a, b, digits=60):
    """P(alive at T) times the mean over λ and p of exp(-λpt): Euler's integral of 2F1."""
    alive = probability_alive(x, t_x, T, r=r, alpha=alpha, a=a, b=b)
    with mp.workdps(digits):
        t, x, T, r, alpha, a, b = map(mp.mpf, (t, x, T, r, alpha, a, b))
        return float(alive * mp.hyp2f1(r + x, a, a + b + x, -t / (alpha + T)))


def discounted_purchases_if_alive(until, rate, x, T, *, r, alpha, a, b, digits=30):
    """Integrate the rate of purchases over time: ∫ e^(-δu) E[λ e^(-λpu)] du, given alive at T."""
    with mp.workdps(digits):
        rate, x, T, r, alpha, a, b = map(mp.mpf, (rate, x, T, r, alpha, a, b))
        m, age = r + x, alpha + T
        end = 80 / rate if rate > 0 else mp.inf
        end = min(end, mp.mpf(until))

        def intensity(v):  # in v = log(1 + u / age)
            u = age * mp.expm1(v)
            mean_rate = m / age * mp.hyp2f1(m + 1, a, a + b + x, -u / age)
            return mp.exp(-rate * u) * mean_rate * (age + u)

        last = mp.log1p(end / age)
        scale = min(1 / (m * a / (a + b + x) + 1), mp.mpf(1))
        inner = [scale * mp.mpf(2) ** k for k in range(-3, 12)]
        return float(mp.quad(intensity, [0, *[v for v in inner if v < last], last]))


def purchase_count_probability(n, t, *, r, alpha, a, b, digits=60):
    """BG/NBD, equation (8) as printed: the sum over fewer purchases term by term."""
    with mp.workdps(digits):
        n, t, r, alpha, a, b = int(n), *map(mp.mpf, (t, r, alpha, a, b))
        stay, move = alpha / (alpha + t), t / (alpha + t)

        terms = [stay**r]  # of the NBD, each from the one before
        for j in range(n):
            terms.append(terms[-1] * (r + j) / (j + 1) * move)
        total = mp.beta(a, b + n) / mp.beta(a, b) * terms[n]
        if n > 0:
            total += mp.beta(a + 1, b + n - 1) / mp.beta(a, b) * (1 - mp.fsum(terms[:n]))
        return float(total)


def log_likelihood_from_the_story(x, t_x, T, *, r, alpha, a, b):
    """Average over all customers (λ, p) what one customer does, equation (3), by Gauss's rules."""
    rates, rate_weights = special.roots_genlaguerre(150, r - 1)
    rates, rate_weights = rates[:, None] / alpha, rate_weights / rate_weights.sum()
    places, weights = special.roots_jacobi(50, b - 1, a - 1)  # weight (1 - s)^(b-1) (1 + s)^(a-1)
    p, weights = (1 + places) / 2, weights / weights.sum()
    one = (1 - p) ** x * rates**x * np.exp(-rates * T)
    if x > 0:
        one = one + p * (1 - p) ** (x - 1) * rates**x * np.exp(-rates * t_x)
    return math.log(rate_weights @ one @ weights)


def play(until, *, r, alpha, a, b, customers, seed):
    """Play out customers one by one, purchase by purchase; return their purchase times."""
    random = np.random.default_rng(seed)
    histories = []
    for _ in range(customers):
        rate, p, now, times = random.gamma(r, 1 / alpha), random.beta(a, b), 0.0, []
        while True:
            now += random.exponential(1 / rate) if rate > 0 else math.inf
            if now > until:
                break
            times.append(now)
            if random.random() < p:
                break
        histories.append(times)
    return histories


def gamma_gamma_log_likelihood(x, z, *, p, q, gamma, digits=50):
    """Equation (1a) of Fader & Hardie (2013) as printed."""
    with mp.workdps(digits):
        x, z, p, q, gamma = map(mp.mpf, (x, z, p, q, gamma))
        density = (
            mp.gamma(p * x + q)
            / (mp.gamma(p * x) * mp.gamma(q))
            * gamma**q
            * z ** (p * x - 1)
            * x ** (p * x)
            / (gamma + x * z) ** (p * x + q)
        )
        return float(mp.log(density))


def gamma_gamma_from_the_story(x, z, *, p, q, gamma):
    """Density of the mean and expected spend, integrated over the rate ν of the customer."""
    with mp.workdps(25):

        def joint(nu):
            prior = mp.mpf(gamma) ** q * nu ** (q - 1) * mp.exp(-gamma * nu) / mp.gamma(q)
            shape, rate = p * x, nu * x
            mean = rate**shape * z ** (shape - 1) * mp.exp(-rate * z) / mp.gamma(shape)
            return prior * mean

        middle = (p * x + q) / (gamma + x * z)
        places = [0, middle / 4, middle, 3 * middle, 20 * middle, mp.inf]
        density = mp.quad(joint, places)
        spend = mp.quad(lambda nu: p / nu * joint(nu), places)
        return float(mp.log(density)), float(spend / density)
