"""Partial least squares the slow way: from rows, a score for every respondent in every round.

Nothing of custvalue. Whole-number weights repeat rows; other weights enter sums row by row. Blocks
are lists of columns, paths are pairs of blocks (from, to), each weighted sum is a plain loop over
respondents in the order of the rows.
"""

import math

import numpy as np

MOST = 2_000


def repeated(rows, weights):
    """Return rows as often as their whole-number weight says."""
    return [row for row, times in zip(rows, weights, strict=True) for _ in range(int(times))]


def mean(column, weights):
    return math.fsum(w * x for w, x in zip(weights, column, strict=True)) / math.fsum(weights)


def covariance(one, other, weights):
    a, b = mean(one, weights), mean(other, weights)
    both = zip(weights, one, other, strict=True)
    return math.fsum(w * (x - a) * (y - b) for w, x, y in both) / math.fsum(weights)


def correlation(one, other, weights):
    own = covariance(one, one, weights) * covariance(other, other, weights)
    return covariance(one, other, weights) / math.sqrt(own)


def standardised(column, weights):
    centre, spread = mean(column, weights), math.sqrt(covariance(column, column, weights))
    return [(x - centre) / spread for x in column]


def matrix(columns, weights):
    return np.array([[covariance(x, y, weights) for y in columns] for x in columns])


def regression(outcome, predictors, weights):
    """Return slopes by the normal equations, and R²."""
    if not predictors:
        return [], 0.0
    own = matrix(predictors, weights)
    shared = np.array([covariance(x, outcome, weights) for x in predictors])
    slopes = np.linalg.solve(own, shared)
    return list(slopes), float(slopes @ shared / covariance(outcome, outcome, weights))


def combined(columns, weights):
    return [
        math.fsum(w * x for w, x in zip(weights, row, strict=True))
        for row in zip(*columns, strict=True)
    ]


def inner(scores, paths, place, scheme, weights):
    """Return the inner proxy of one block."""
    before = [i for i, j in paths if j == place]
    after = [j for i, j in paths if i == place]
    found = {}
    for other in (*before, *after):
        r = correlation(scores[place], scores[other], weights)
        found[other] = math.copysign(1.0, r) if scheme == "centroid" else r
    if scheme == "path" and before:
        slopes, _ = regression(scores[place], [scores[i] for i in before], weights)
        found.update(zip(before, slopes, strict=True))
    return combined([scores[k] for k in found], list(found.values()))


def pls(
    rows,
    blocks,
    paths,
    *,
    modes=None,
    scheme="path",
    weights=None,
    standardise=True,
    tolerance=1e-12,
    sign="majority",
):
    """Return weights, loadings, paths, R², scores of a model as a dict."""
    weights = [1.0] * len(rows) if weights is None else list(weights)
    modes = ["A"] * len(blocks) if modes is None else modes
    columns = [list(column) for column in zip(*rows, strict=True)]
    if standardise:
        x = [standardised(column, weights) for column in columns]
    else:
        x = [[value - mean(column, weights) for value in column] for column in columns]
    outer = [[1.0] * len(block) for block in blocks]
    outer = [_unit(x, block, w, weights) for block, w in zip(blocks, outer, strict=True)]
    for _ in range(MOST):
        scores = [
            combined([x[k] for k in block], w) for block, w in zip(blocks, outer, strict=True)
        ]
        new = []
        for place, block in enumerate(blocks):
            proxy = standardised(inner(scores, paths, place, scheme, weights), weights)
            shared = [covariance(x[k], proxy, weights) for k in block]
            if modes[place] == "B":
                own = matrix([x[k] for k in block], weights)
                shared = list(np.linalg.solve(own, np.array(shared)))
            new.append(_unit(x, block, shared, weights))
        change = max(
            abs(abs(a) - abs(b))
            for one, other in zip(outer, new, strict=True)
            for a, b in zip(one, other, strict=True)
        )
        outer = new
        if change < tolerance:
            break
    scores = [combined([x[k] for k in block], w) for block, w in zip(blocks, outer, strict=True)]
    for place, block in enumerate(blocks):
        turned = _sign([correlation(x[k], scores[place], weights) for k in block], sign)
        outer[place] = [turned * w for w in outer[place]]
        scores[place] = [turned * s for s in scores[place]]
    loadings = [
        [correlation(x[k], scores[place], weights) for k in block]
        for place, block in enumerate(blocks)
    ]
    return {
        "weights": outer,
        "loadings": loadings,
        "scores": scores,
        **structure(scores, paths, weights),
    }


def _unit(x, block, w, weights):
    scores = combined([x[k] for k in block], w)
    size = math.sqrt(covariance(scores, scores, weights))
    return [each / size for each in w]


def _sign(loadings, rule):
    if rule == "majority":
        votes = sum(math.copysign(1, each) for each in loadings)
        if votes:
            return math.copysign(1, votes)
        return math.copysign(1, math.fsum(loadings))
    if rule == "sum":
        return math.copysign(1, math.fsum(loadings))
    return math.copysign(1, loadings[0])


def structure(scores, paths, weights):
    """Return path coefficients, R² and total effects of scores."""
    slopes, explained = {}, {}
    for place, score in enumerate(scores):
        before = [i for i, j in paths if j == place]
        if before:
            found, explained[place] = regression(score, [scores[i] for i in before], weights)
            slopes.update({(i, place): b for i, b in zip(before, found, strict=True)})
    return {"paths": slopes, "r_squared": explained, "total": total_effects(slopes, len(scores))}


def total_effects(slopes, size):
    """Return the sum over all routes of the products of their paths, by following each route."""

    def along(start, end):
        direct = slopes.get((start, end), 0.0)
        return direct + math.fsum(
            b * along(middle, end) for (i, middle), b in slopes.items() if i == start
        )

    found = {(i, j): along(i, j) for i in range(size) for j in range(size) if i != j}
    return {pair: value for pair, value in found.items() if value != 0.0}


# --- reliability and consistent PLS -----------------------------------------------------------


def rho_a(own, w):
    """Dijkstra & Henseler (2015), equation 3, by loops; `own` is the correlation of the items."""
    k = range(len(w))
    squares = math.fsum(w[i] ** 2 for i in k)
    above = math.fsum(w[i] * own[i][j] * w[j] for i in k for j in k if i != j)
    below = math.fsum(w[i] * w[j] * w[i] * w[j] for i in k for j in k if i != j)
    return squares**2 * above / below


def alpha(own):
    k = len(own)
    return k / (k - 1) * (1 - math.fsum(own[i][i] for i in range(k)) / float(np.sum(own)))


def rho_c(loadings):
    shared = math.fsum(loadings) ** 2
    return shared / (shared + math.fsum(1 - each**2 for each in loadings))


def ave(loadings):
    return math.fsum(each**2 for each in loadings) / len(loadings)


def consistent(rows, blocks, paths, *, weights=None, modes=None, **how):
    """Return PLSc: disattenuated correlations, paths, R², loadings, rho_A."""
    weights = [1.0] * len(rows) if weights is None else list(weights)
    modes = ["A"] * len(blocks) if modes is None else modes
    found = pls(rows, blocks, paths, weights=weights, modes=modes, **how)
    columns = [list(column) for column in zip(*rows, strict=True)]
    rho, loadings = [], []
    for block, mode, w, plain in zip(
        blocks, modes, found["weights"], found["loadings"], strict=True
    ):
        if mode == "B" or len(block) == 1:
            rho.append(1.0)
            loadings.append(plain)
            continue
        own = [[correlation(columns[i], columns[j], weights) for j in block] for i in block]
        rho.append(rho_a(own, w))
        size = math.fsum(each**2 for each in w)
        loadings.append([math.sqrt(rho[-1]) * each / size for each in w])
    scores, k = found["scores"], range(len(blocks))
    between = np.array(
        [
            [
                1.0
                if i == j
                else correlation(scores[i], scores[j], weights) / math.sqrt(rho[i] * rho[j])
                for j in k
            ]
            for i in k
        ]
    )
    slopes, explained = {}, {}
    for place in k:
        before = [i for i, j in paths if j == place]
        if before:
            b = np.linalg.solve(between[np.ix_(before, before)], between[before, place])
            slopes.update({(i, place): float(each) for i, each in zip(before, b, strict=True)})
            explained[place] = float(b @ between[before, place])
    return {
        "rho": rho,
        "loadings": loadings,
        "correlations": between,
        "paths": slopes,
        "r_squared": explained,
    }


# --- the index --------------------------------------------------------------------------------


def index(rows, block, w, *, low, high, convention, weights):
    """Return 0-100: weighted mean of the items, weights as the convention says, summing to 1."""
    columns = [[row[k] for row in rows] for k in block]
    if convention == "equal":
        w = [1.0] * len(block)
    elif convention == "unstandardised":
        w = [
            each / math.sqrt(covariance(column, column, weights))
            for each, column in zip(w, columns, strict=True)
        ]
    total = math.fsum(w)
    score = math.fsum(each / total * mean(c, weights) for each, c in zip(w, columns, strict=True))
    return 100 * (score - low) / (high - low)


# --- HTMT, VIF, model fit ---------------------------------------------------------------------


def htmt(rows, one, other, weights=None, *, absolute=False):
    """Return the heterotrait-monotrait ratio of two blocks, by lists of correlations."""
    weights = [1.0] * len(rows) if weights is None else list(weights)
    columns = [list(column) for column in zip(*rows, strict=True)]

    def r(i, j):
        value = correlation(columns[i], columns[j], weights)
        return abs(value) if absolute else value

    def within(block):
        pairs = [r(i, j) for i in block for j in block if i < j]
        return math.fsum(pairs) / len(pairs) if pairs else 1.0

    across = [r(i, j) for i in one for j in other]
    return math.fsum(across) / len(across) / math.sqrt(within(one) * within(other))


def vif(columns, place, weights):
    """Return 1 / (1 - R²) of one column on the others."""
    others = [column for k, column in enumerate(columns) if k != place]
    return 1 / (1 - regression(columns[place], others, weights)[1])


def discrepancies(observed, implied):
    """Return SRMR and d_ULS, over the lower triangle with its diagonal, by loops."""
    p = len(observed)
    squares = [(observed[i][j] - implied[i][j]) ** 2 for i in range(p) for j in range(i + 1)]
    whole = [(observed[i][j] - implied[i][j]) ** 2 for i in range(p) for j in range(p)]
    return math.sqrt(math.fsum(squares) / (p * (p + 1) / 2)), 0.5 * math.fsum(whole)


# --- prediction -------------------------------------------------------------------------------


def predicted_rows(train, test, blocks, paths, *, weights=None, modes=None, **how):
    """Predict the items of endogenous blocks of held-out rows, one row after the other.

    Scores of the first blocks from their items, in units of the training rows; later blocks from
    the paths alone; items by their loadings.
    """
    weights = [1.0] * len(train) if weights is None else list(weights)
    found = pls(train, blocks, paths, weights=weights, modes=modes, **how)
    columns = [list(column) for column in zip(*train, strict=True)]
    centres = [mean(column, weights) for column in columns]
    spreads = [math.sqrt(covariance(column, column, weights)) for column in columns]
    last = {j for _, j in paths}
    out = []
    for row in test:
        z = [(x - m) / s for x, m, s in zip(row, centres, spreads, strict=True)]
        scores = {}

        def score(place, z=z, scores=scores):
            if place not in scores:
                if place in last:
                    scores[place] = math.fsum(
                        b * score(i) for (i, j), b in found["paths"].items() if j == place
                    )
                else:
                    items = zip(blocks[place], found["weights"][place], strict=True)
                    scores[place] = math.fsum(w * z[k] for k, w in items)
            return scores[place]

        out.append(
            {
                k: centres[k] + spreads[k] * loading * score(place)
                for place in sorted(last)
                for k, loading in zip(blocks[place], found["loadings"][place], strict=True)
            }
        )
    return out


def linear_rows(train, test, predictors, outcome, weights=None):
    """Predict one item by a linear model of other items, with a constant."""
    weights = [1.0] * len(train) if weights is None else list(weights)
    columns = [list(column) for column in zip(*train, strict=True)]
    slopes, _ = regression(columns[outcome], [columns[k] for k in predictors], weights)
    centre = mean(columns[outcome], weights)
    return [
        centre
        + math.fsum(
            b * (row[k] - mean(columns[k], weights))
            for b, k in zip(slopes, predictors, strict=True)
        )
        for row in test
    ]


# --- measurement invariance -------------------------------------------------------------------


def compositional(one, other, blocks, paths, place, **how):
    """Return Henseler, Ringle & Sarstedt's c: scores of all rows by the weights of either group."""
    everyone = [*one, *other]
    columns = [list(column) for column in zip(*everyone, strict=True)]
    x = [standardised(columns[k], [1.0] * len(everyone)) for k in blocks[place]]
    scores = []
    for rows in (one, other):
        found = pls(rows, blocks, paths, **how)
        scores.append(combined(x, found["weights"][place]))
    return correlation(*scores, [1.0] * len(everyone))
