"""Slow, naive and independent ways to what the satisfaction measures compute.

Nothing of custvalue is imported here: root search where the library has a closed form, sums over
all samples where it has a formula, loops over respondents where it has arrays.
"""

import math
from itertools import pairwise

import mpmath as mp


def normal_quantile(level):
    return mp.sqrt(2) * mp.erfinv(mp.mpf(level))


def t_quantile(level, degrees_of_freedom):
    """Root of the regularised incomplete beta form of P(|T| <= t) = level."""
    nu = mp.mpf(degrees_of_freedom)

    def excess(t):
        tail = mp.betainc(nu / 2, mp.mpf("0.5"), 0, nu / (nu + t**2), regularized=True)
        return 1 - tail - mp.mpf(level)

    return bisect(excess, mp.mpf(0), mp.mpf(1000), steps=60)


def bisect(function, low, high, steps=80):
    """Find where an increasing function passes 0."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


# --- one share ------------------------------------------------------------------------------


def wilson(hits, n, level):
    """Ends of all p with (p̂ - p)² <= z² p (1 - p) / n, by root search."""
    z, share = normal_quantile(level), mp.mpf(hits) / n

    def rejected(p):
        return (share - p) ** 2 - z**2 * p * (1 - p) / n

    low = 0 if hits == 0 else bisect(lambda p: -rejected(p), mp.mpf(0), share)
    high = 1 if hits == n else bisect(rejected, share, mp.mpf(1))
    return (float(low), float(high)), ""


def binomial(k, n, p):
    return mp.binomial(n, k) * p**k * (1 - p) ** (n - k)


def clopper_pearson(hits, n, level):
    """Ends where a tail of the binomial distribution, summed term by term, is (1 - level) / 2."""
    tail = (1 - mp.mpf(level)) / 2

    def at_least(p):
        return mp.fsum(binomial(k, n, p) for k in range(hits, n + 1)) - tail

    def at_most(p):
        return tail - mp.fsum(binomial(k, n, p) for k in range(hits + 1))

    low = 0 if hits == 0 else bisect(at_least, mp.mpf(0), mp.mpf(1), 60)
    high = 1 if hits == n else bisect(at_most, mp.mpf(0), mp.mpf(1), 60)
    return (float(low), float(high)), ""


def mid_p(hits, n, level):
    """Ends where a tail with half of the observed count is (1 - level) / 2."""
    tail = (1 - mp.mpf(level)) / 2

    def more(p):
        return binomial(hits, n, p) / 2 + mp.fsum(binomial(k, n, p) for k in range(hits + 1, n + 1))

    low = 0 if hits == 0 else bisect(lambda p: more(p) - tail, mp.mpf(0), mp.mpf(1), 60)
    high = 1 if hits == n else bisect(lambda p: more(p) - 1 + tail, mp.mpf(0), mp.mpf(1), 60)
    return (float(low), float(high)), ""


def jeffreys(hits, n, level):
    """Quantiles of Beta(hits + ½, misses + ½) by its distribution function."""
    a, b, tail = hits + mp.mpf("0.5"), n - hits + mp.mpf("0.5"), (1 - mp.mpf(level)) / 2

    def below(p):
        return mp.betainc(a, b, 0, p, regularized=True)

    low = 0 if hits == 0 else bisect(lambda p: below(p) - tail, mp.mpf(0), mp.mpf(1), 60)
    high = 1 if hits == n else bisect(lambda p: below(p) - 1 + tail, mp.mpf(0), mp.mpf(1), 60)
    return (float(low), float(high)), ""


def agresti_coull(hits, n, level):
    """Wald after z²/2 successes and failures, in as many words."""
    z = normal_quantile(level)
    successes, answers = hits + z**2 / 2, n + z**2
    p = successes / answers
    reach = z * mp.sqrt(p * (1 - p) / answers)
    outside = ", clipped at 0" if p < reach else ""
    outside += ", clipped at 1" if p + reach > 1 else ""
    return (float(max(0, p - reach)), float(min(1, p + reach))), outside


def binomial_coverage(ends, n, p):
    """Probability that the interval of the observed count holds p."""
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        + k * math.log(p) + (n - k) * math.log1p(-p)
        for k in range(n + 1)
    ]  # fmt: skip
    inside = (low <= p <= high for low, high in ends)
    return sum(math.exp(log) for log, held in zip(logs, inside, strict=True) if held)


# --- a mean on a scale with ends ------------------------------------------------------------


def scale_answers(points):
    """Shares of the answers from 1 to `points`: spread, and 60 to 98 % at the upper end."""
    lower = points - 1
    binomial_shares = [math.comb(lower, k) / 2**lower for k in range(points)]
    tails = {
        "falling": [0.4 ** (lower - k) for k in range(lower)],
        "level": [1.0] * lower,
        "other end": [1.0] + [0.0] * (lower - 1),
        "next to it": [0.0] * (lower - 1) + [1.0],
        "both": [0.3] + [0.0] * (lower - 2) + [0.7],
    }
    shares = {"uniform": [1 / points] * points, "binomial": binomial_shares}
    for end in (0.6, 0.8, 0.9, 0.95, 0.98):
        for name, tail in tails.items():
            rest = [(1 - end) * part / sum(tail) for part in tail]
            shares[f"{end}, {name}"] = [*rest, end]
    return shares


# --- derived importance ---------------------------------------------------------------------


def correlation(x, y):
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    sxy = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    sxx, syy = sum((a - mx) ** 2 for a in x), sum((b - my) ** 2 for b in y)
    return sxy / math.sqrt(sxx * syy)


def derived_importance(rows, decomposition):
    """Importance of all columns but the last for the last one, and R²."""
    columns = list(zip(*rows, strict=True))
    items, overall = columns[:-1], columns[-1]
    between = mp.matrix([[correlation(x, y) for y in items] for x in items])
    with_overall = mp.matrix([correlation(x, overall) for x in items])
    slopes = mp.lu_solve(between, with_overall)
    r_squared = float(sum(b * r for b, r in zip(slopes, with_overall, strict=True)))
    if decomposition == "correlation":
        return [float(r) for r in with_overall], r_squared
    if decomposition == "regression":
        return [float(b) for b in slopes], r_squared
    values, vectors = mp.eigsy(between)
    root = vectors * mp.diag([mp.sqrt(value) for value in values]) * vectors.T
    beta = mp.lu_solve(root, with_overall)
    k = range(len(items))
    return [float(sum(root[j, m] ** 2 * beta[m] ** 2 for m in k)) for j in k], r_squared


# --- a difference of two shares ---------------------------------------------------------------


def likely_variance(up, rest, down, theta):
    """Variance at the shares that make the counts most likely given p - d = θ: golden section."""

    def log_likelihood(d):
        shares = (d + theta, 1 - 2 * d - theta, d)
        total = mp.mpf(0)
        for count, share in zip((up, rest, down), shares, strict=True):
            if count:
                if share <= 0:
                    return mp.mpf("-inf")
                total += count * mp.log(share)
        return total

    low, high = max(mp.mpf(0), -theta), (1 - theta) / 2
    ratio = (mp.sqrt(5) - 1) / 2
    for _ in range(70):
        one, two = high - ratio * (high - low), low + ratio * (high - low)
        if log_likelihood(one) < log_likelihood(two):
            low = one
        else:
            high = two
    d = (low + high) / 2
    return 2 * d + theta - theta**2


@mp.workdps(30)  # golden section finds a maximum to half of the digits only
def score_interval(up, rest, down, level):
    """All θ that the score test keeps, by root search from the estimate outwards."""
    n = up + rest + down
    z, net = normal_quantile(level), mp.mpf(up - down) / n

    def rejected(theta):
        return (net - theta) ** 2 * n - z**2 * likely_variance(up, rest, down, theta)

    low = mp.mpf(-1) if net == -1 else bisect(lambda t: -rejected(t), mp.mpf(-1), net, 45)
    high = mp.mpf(1) if net == 1 else bisect(rejected, net, mp.mpf(1), 45)
    return float(low), float(high)


@mp.workdps(40)
def score_interval_by_shares(up, down, n, level):
    """The same of exact shares, by the quadratic equation of Tango (1998) and halving."""
    up, down, n = mp.mpf(up), mp.mpf(down), mp.mpf(n)
    net = up - down

    def excess(theta):
        linear, constant = (2 - up + down) * theta - up - down, -down * theta * (1 - theta)
        q = (mp.sqrt(linear**2 - 8 * constant) - linear) / 4
        variance = 2 * q + theta - theta**2
        return (net - theta) ** 2 * n - normal_quantile(level) ** 2 * variance

    low = bisect(lambda t: -excess(t), mp.mpf(-1), net, 130)
    return float(low), float(bisect(excess, net, mp.mpf(1), 130))


def net_share_cdf(theta, plus, zero, minus):
    """P(p - d <= θ) under a Dirichlet distribution, by adaptive quadrature over p + d."""
    theta, active = mp.mpf(theta), mp.mpf(plus) + minus

    def density(s):
        u = min(max((theta / s + 1) / 2, 0), 1)
        given = mp.betainc(plus, minus, 0, u, regularized=True)
        return s ** (active - 1) * (1 - s) ** (zero - 1) / mp.beta(active, zero) * given

    start = abs(theta)
    knots = [start + (1 - start) * mp.mpf(k) / 8 for k in range(9)]
    certain = mp.betainc(active, zero, 0, start, regularized=True) if theta > 0 else mp.mpf(0)
    return float(mp.fsum([certain, *(mp.quad(density, ends) for ends in pairwise(knots))]))


def trinomial_coverage(ends, n, shares):
    """Probability that the interval holds p - d; `ends` is a dict of (up, down) to interval."""
    up_share, _, down_share = shares
    truth, total = up_share - down_share, 0.0
    for (up, down), (low, high) in ends.items():
        if low - 1e-12 <= truth <= high + 1e-12:
            counts = (up, n - up - down, down)
            log = math.lgamma(n + 1)
            for count, share in zip(counts, shares, strict=True):
                if count and not share:
                    break
                log += (count * math.log(share) if count else 0.0) - math.lgamma(count + 1)
            else:
                total += math.exp(log)
    return total


# --- respondent by respondent -----------------------------------------------------------------


def mean_and_error(values, weights):
    """Weighted mean and linearised standard error, one respondent after the other."""
    total = sum(weights)
    mean = sum(w * x for w, x in zip(weights, values, strict=True)) / total
    n = len(values)
    squares = sum((w * (x - mean) / total) ** 2 for w, x in zip(weights, values, strict=True))
    return mean, math.sqrt(n / (n - 1) * squares)


def jackknife_error(statistic, rows):
    """Standard error by leaving out one respondent after the other."""
    n = len(rows)
    left = [statistic(rows[:i] + rows[i + 1 :]) for i in range(n)]
    mean = sum(left) / n
    return math.sqrt((n - 1) / n * sum((value - mean) ** 2 for value in left))


def index_of_means(rows):
    """Σ m_j s_j / Σ m_j over rows of (weight, scores, importance)."""
    total = sum(weight for weight, _, _ in rows)
    items = range(len(rows[0][1]))
    score = [sum(w * s[j] for w, s, _ in rows) / total for j in items]
    importance = [sum(w * m[j] for w, _, m in rows) / total for j in items]
    return sum(m * s for m, s in zip(importance, score, strict=True)) / sum(importance)


def index_of_respondents(rows):
    """Weighted mean of each respondent's own importance-weighted score."""
    total = sum(weight for weight, _, _ in rows)
    own = [sum(m * s for m, s in zip(ms, ss, strict=True)) / sum(ms) for _, ss, ms in rows]
    return sum(w * index for (w, _, _), index in zip(rows, own, strict=True)) / total


def effect(tier, difference, unmet_slope, exceeded_slope):
    """Dissatisfaction and delight by the table of tiers, case by case."""
    if difference < 0:
        return (unmet_slope * difference if tier in ("satisfied", "desired") else 0.0, 0.0)
    return (0.0, exceeded_slope * difference if tier in ("desired", "surprised") else 0.0)
