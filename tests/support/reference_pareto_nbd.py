"""The slow, naive, independent way to the numbers of the Pareto/NBD and of the NBD.

By mpmath: formulas as printed, integrals by brute force; and by what single customers do. Nothing
of custvalue is imported here.
"""

import math

import mpmath
import numpy as np
from scipy import special

mp = mpmath.mp


def numbers(*values):
    return [mp.mpf(value) for value in values]


def two_powers(span, of_alpha, of_beta, alpha, beta):
    """Integrate ((α+τ)/(α+first))^-of_alpha ((β+τ)/(β+first))^-of_beta over τ, brutally."""
    first, last = span
    base = min(alpha, beta) + first
    end = mp.log1p((last - first) / base)

    def f(z):
        u = base * mp.expm1(z)
        fall = of_alpha * mp.log1p(u / (alpha + first)) + of_beta * mp.log1p(u / (beta + first))
        return mp.exp(z - fall)

    places, place = [mp.mpf(0)], min(end, 1 / (of_alpha + of_beta)) / 4
    while place < end:
        places.append(place)
        place *= 2
    return base * mp.quad(f, [*places, end])


def log_odds_left(x, t_x, T, *parameters):
    r, alpha, s, beta = parameters
    if t_x == T:
        return -mp.inf
    inside = s / (beta + t_x) * two_powers((t_x, T), r + x, s + 1, alpha, beta)
    silence = (r + x) * mp.log((alpha + T) / (alpha + t_x)) + s * mp.log((beta + T) / (beta + t_x))
    return mp.log(inside) + silence


def log_likelihood(x, t_x, T, *, r, alpha, s, beta, digits=30):
    """Pareto/NBD, by integration over the time of death."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, s, beta = numbers(x, t_x, T, r, alpha, s, beta)
        odds = log_odds_left(x, t_x, T, r, alpha, s, beta)
        alive = mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha) + s * mp.log(beta)
        alive -= (r + x) * mp.log(alpha + T) + s * mp.log(beta + T)
        return float(alive + mp.log1p(mp.exp(odds)))


def log_likelihood_as_printed(x, t_x, T, *, r, alpha, s, beta, digits=60):
    """Pareto/NBD, as a difference of two hypergeometric functions (Fader & Hardie 2005)."""
    with mp.workdps(digits):
        x, t_x, T, r, alpha, s, beta = numbers(x, t_x, T, r, alpha, s, beta)
        larger, c = max(alpha, beta), r + s + x

        def one(t):
            upper = s + 1 if alpha >= beta else r + x
            z = abs(alpha - beta) / (larger + t)
            return mp.hyp2f1(c, upper, c + 1, z) / (larger + t) ** c

        alive = (alpha + T) ** -(r + x) * (beta + T) ** -s
        total = alive + s / c * (one(t_x) - one(T))
        constant = mp.gamma(r + x) / mp.gamma(r) * alpha**r * beta**s
        return float(mp.log(constant * total))


def probability_alive(x, t_x, T, *, r, alpha, s, beta, digits=30):
    with mp.workdps(digits):
        odds = log_odds_left(*numbers(x, t_x, T, r, alpha, s, beta))
        return float(1 / (1 + mp.exp(odds)))


def expected_purchases_if_alive(t, x, T, *, r, alpha, s, beta, digits=80):
    """The closed form as printed; s = 1 as a limit."""
    with mp.workdps(digits):
        t, x, T, r, alpha, s, beta = numbers(t, x, T, r, alpha, s, beta)
        if s == 1:
            s += mp.mpf(10) ** (-digits // 2)
        kept = ((beta + T) / (beta + T + t)) ** (s - 1)
        return float((r + x) * (beta + T) / ((alpha + T) * (s - 1)) * (1 - kept))


def discounted_for_ever_if_alive(rate, x, T, *, r, alpha, s, beta, digits=40):
    """By Tricomi's function, as printed (Fader, Hardie & Lee 2005), divided by P(alive)."""
    with mp.workdps(digits):
        rate, x, T, r, alpha, s, beta = numbers(rate, x, T, r, alpha, s, beta)
        z = rate * (beta + T)
        return float((r + x) / (alpha + T) * (beta + T) * z ** (s - 1) * mp.hyperu(s, s, z))


def discounted_if_alive(until, rate, x, T, *, r, alpha, s, beta, digits=30):
    with mp.workdps(digits):
        until, rate, x, T, r, alpha, s, beta = numbers(until, rate, x, T, r, alpha, s, beta)
        end = mp.log1p(min(until, 200 / rate) / (beta + T))
        places = [end * k / 32 for k in range(33)]
        time = mp.quad(lambda v: mp.exp(-rate * (beta + T) * mp.expm1(v) - (s - 1) * v), places)
        return float((r + x) / (alpha + T) * (beta + T) * time)


def probability_active_if_alive(t, x, T, *, r, alpha, s, beta, digits=40):
    """One minus the probability of no purchase: none although alive, or death before."""
    with mp.workdps(digits):
        t, x, T, r, alpha, s, beta = numbers(t, x, T, r, alpha, s, beta)
        silent = ((alpha + T) / (alpha + T + t)) ** (r + x) * ((beta + T) / (beta + T + t)) ** s
        before = s / (beta + T) * two_powers((T, T + t), r + x, s + 1, alpha, beta)
        return float(1 - silent - before)


def purchase_count_probability(n, t, *, r, alpha, s, beta, digits=40):
    """Average the NBD over the time of death."""
    with mp.workdps(digits):
        n, t, r, alpha, s, beta = numbers(n, t, r, alpha, s, beta)

        def nbd(tau):
            ways = mp.gamma(r + n) / (mp.gamma(r) * mp.factorial(n))
            return ways * (alpha / (alpha + tau)) ** r * (tau / (alpha + tau)) ** n

        places = [0, *(t * mp.mpf(2) ** k for k in range(-24, 1))]
        died = mp.quad(lambda tau: nbd(tau) * s * beta**s / (beta + tau) ** (s + 1), places)
        return float(nbd(t) * (beta / (beta + t)) ** s + died)


def log_likelihood_from_the_story(x, t_x, T, *, r, alpha, s, beta):
    """Average over all customers (λ, μ) what one customer does, by Gauss's rules."""
    rates, rate_weights = special.roots_genlaguerre(150, r - 1)
    deaths, death_weights = special.roots_genlaguerre(150, s - 1)
    rate, death = rates[:, None] / alpha, deaths / beta
    both = rate + death
    one = rate**x / both * (death * np.exp(-both * t_x) + rate * np.exp(-both * T))
    rate_weights, death_weights = (w / w.sum() for w in (rate_weights, death_weights))
    return math.log(rate_weights @ one @ death_weights)


def play(until, *, r, alpha, s, beta, customers, seed):
    """Play out customers one by one, purchase by purchase; return purchase times and deaths."""
    random = np.random.default_rng(seed)
    histories, deaths = [], []
    for _ in range(customers):
        rate = random.gamma(r, 1 / alpha)
        death = random.exponential(1 / random.gamma(s, 1 / beta))
        now, times = 0.0, []
        while True:
            now += random.exponential(1 / rate)
            if now > min(until, death):
                break
            times.append(now)
        histories.append(times)
        deaths.append(death)
    return histories, np.array(deaths)


def nbd_log_likelihood(x, T, *, r, alpha, digits=40):
    with mp.workdps(digits):
        x, T, r, alpha = numbers(x, T, r, alpha)
        gammas = mp.loggamma(r + x) - mp.loggamma(r)
        return float(gammas + r * mp.log(alpha) - (r + x) * mp.log(alpha + T))
