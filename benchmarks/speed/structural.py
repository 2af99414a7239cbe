"""Structural models: a fit, resamples of covariance matrices, a million respondents, dealers."""

from __future__ import annotations

from functools import cache

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue.structural import Construct, Model, Path, StructuralFit, compare, items
from custvalue.survey import Bootstrap, Responses, Scale

SIZES = {
    "Image": 5,
    "Expectation": 5,
    "Quality": 5,
    "Value": 4,
    "Satisfaction": 4,
    "Loyalty": 4,
}
ARROWS = (
    ("Image", "Expectation"),
    ("Image", "Satisfaction"),
    ("Image", "Loyalty"),
    ("Expectation", "Quality"),
    ("Expectation", "Value"),
    ("Expectation", "Satisfaction"),
    ("Quality", "Value"),
    ("Quality", "Satisfaction"),
    ("Value", "Satisfaction"),
    ("Satisfaction", "Loyalty"),
)
ECSI = Model(
    [
        *(Construct(name, items(name.lower(), 1, size)) for name, size in SIZES.items()),
        *(Path(*ends) for ends in ARROWS),
    ]
)
OWNER = np.repeat(np.arange(6), list(SIZES.values()))


@cache
def drawn(respondents: int) -> np.ndarray:
    """Answers from 1 to 10 to 27 items of six constructs that go together."""
    random = np.random.default_rng(1)
    scores = random.standard_normal((respondents, 6)) + random.standard_normal((respondents, 1))
    noise = random.standard_normal((respondents, len(OWNER)))
    return np.asfortranarray(np.clip(np.rint(6 + scores[:, OWNER] + noise), 1, 10))


@cache
def answers(respondents: int, dealers: int = 0) -> Responses:
    """The same, read and checked, with sampling weights where there are dealers."""
    random = np.random.default_rng(2)
    more = {}
    if dealers:
        more = {
            "weights": random.lognormal(0, 0.4, respondents),
            "group": random.integers(0, dealers, respondents),
        }
    rows = drawn(respondents)
    return Responses.from_arrays(rows, items=ECSI.item_names, scale=Scale(1, 10), **more)


@cache
def fitted(respondents: int, dealers: int) -> StructuralFit:
    """A fit of all."""
    return ECSI.fit(answers(respondents, dealers))


def by_hand(rows: np.ndarray) -> np.ndarray:
    """Partial least squares of rows, centroid scheme: paths to each construct."""
    place = list(SIZES)
    arrows = [(place.index(one), place.index(two)) for one, two in ARROWS]
    linked = np.zeros((6, 6))
    for one, two in arrows:
        linked[one, two] = linked[two, one] = 1
    x = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    blocks = [np.flatnonzero(at == OWNER) for at in range(6)]
    weights = np.ones(len(OWNER))
    for _ in range(300):
        y = np.column_stack([x[:, its] @ weights[its] for its in blocks])
        y /= y.std(axis=0)
        z = y @ (np.sign(np.corrcoef(y.T)) * linked)
        new = np.concatenate([x[:, its].T @ z[:, at] for at, its in enumerate(blocks)])
        spread = [(x[:, its] @ new[its]).std() for its in blocks]
        new /= np.array(spread)[OWNER]
        done = np.abs(np.abs(new) - np.abs(weights)).max() < 1e-7
        weights = new
        if done:
            break
    y = np.column_stack([x[:, its] @ weights[its] for its in blocks])
    y /= y.std(axis=0)
    found = []
    for target in range(1, 6):
        before = [one for one, two in arrows if two == target]
        found.append(np.linalg.lstsq(y[:, before], y[:, target], rcond=None)[0])
    return np.concatenate(found)


def resampled_by_hand(rows: np.ndarray, resamples: int) -> np.ndarray:
    """Fit the rows drawn, one resample after the other."""
    random, n = np.random.default_rng(1), len(rows)
    draws = [by_hand(rows[random.integers(n, size=n)]) for _ in range(resamples)]
    return np.quantile(draws, [0.025, 0.975], axis=0)


@row("structural model of 27 items, 250 respondents, fit", goal=0.005)
def fit_of_a_survey() -> Pair:
    """Six constructs, ten paths."""
    people, rows = answers(250), drawn(250)
    return Pair(lambda: ECSI.fit(people, scheme="centroid"), lambda: by_hand(rows))


@row("structural model of 27 items, 250 respondents, all standard errors of paths", goal=0.1)
def errors() -> Pair:
    """Linearised."""
    people = answers(250)
    return Pair(lambda: ECSI.fit(people).paths)


@row("structural model of 27 items, 250 respondents, 1,000 resamples", goal=0.3)
def resamples() -> Pair:
    """All numbers of the model."""
    people, rows = answers(250), drawn(250)
    method = Bootstrap(1_000, rng=1)
    return Pair(
        lambda: ECSI.fit(people, scheme="centroid", method=method),
        lambda: resampled_by_hand(rows, 1_000),
    )


@row("structural model of 27 items, 250 respondents, 10,000 resamples", goal=2)
def many_resamples() -> Pair:
    """All numbers of the model."""
    people, method = answers(250), Bootstrap(10_000, rng=1)
    return Pair(lambda: ECSI.fit(people, method=method))


@row("structural model of 27 items, 1,000,000 weighted respondents, fit", goal=2)
def fit_of_a_million() -> Pair:
    """With sampling weights."""
    people = answers(1_000_000, 600)
    return Pair(lambda: ECSI.fit(people))


@row("structural index of 600 dealers, 1,000,000 weighted respondents", goal=5)
def dealers() -> Pair:
    """By the weights of the network."""
    fit = fitted(1_000_000, 600)
    return Pair(lambda: fit.index_by("group", "Satisfaction"))


@row("two groups by one structural model of 27 items, 250 respondents each, 1,000 shuffles", goal=1)
def two_groups() -> Pair:
    """Measurement invariance, paths, total effects, R² and indices."""
    people = answers(500, 2)
    fits = [ECSI.fit(people.by("group")[each]) for each in (0, 1)]
    return Pair(lambda: compare(*fits, permutations=1_000, rng=1))


@row("prediction of 27 items by 10 folds of 250 respondents, 10 times", goal=0.5)
def folds() -> Pair:
    """PLSpredict with its linear benchmark."""
    fit = ECSI.fit(answers(250))
    return Pair(lambda: fit.predictive_power(rng=1))


@growth("structural model of 27 items, fit", 10_000, 100_000, 1_000_000)
def growing(respondents: int) -> Work:
    """One pass over the answers for the covariances, whatever follows."""
    people = answers(respondents)
    return lambda: ECSI.fit(people)
