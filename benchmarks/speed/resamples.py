"""Bootstraps of whole respondents: measures that are functions of sums, and the drawing itself."""

from __future__ import annotations

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import comparing, servqual
from custvalue.satisfaction import customer_satisfaction_index
from custvalue.survey import Bootstrap, Responses, Scale, cronbach_alpha, reliability

RESAMPLES = 2_000


def answered(respondents: int, items: int) -> np.ndarray:
    """Answers to items that go together, on seven points."""
    random = np.random.default_rng(1)
    own = random.normal(size=(respondents, 1))
    return np.clip(np.rint(4 + own + random.normal(size=(respondents, items))), 1, 7)


def survey(respondents: int, items: int = 6) -> Responses:
    """The same, read and checked."""
    return Responses.from_arrays(answered(respondents, items), scale=Scale(1, 7))


def index_by_hand(answers: np.ndarray) -> np.ndarray:
    """One score a respondent, and its mean over the respondents drawn."""
    random, scores = np.random.default_rng(1), 100 * (answers.mean(axis=1) - 1) / 6
    count = len(scores)
    draws = [scores[random.integers(count, size=count)].mean() for _ in range(RESAMPLES)]
    return np.quantile(draws, [0.025, 0.975])


def alpha_by_hand(answers: np.ndarray) -> np.ndarray:
    """Alpha of the covariance matrix of the respondents drawn."""
    random = np.random.default_rng(1)
    count, items = answers.shape
    draws = []
    for _ in range(RESAMPLES):
        covariance = np.cov(answers[random.integers(count, size=count)].T)
        draws.append(items / (items - 1) * (1 - np.trace(covariance) / covariance.sum()))
    return np.quantile(draws, [0.025, 0.975])


def index_interval(respondents: int, kind: str = "percentile") -> Work:
    """Our call for the index."""
    answers, method = survey(respondents), Bootstrap(RESAMPLES, rng=1, kind=kind)
    return lambda: comparing.bootstrap_interval(answers, customer_satisfaction_index, method=method)


def alpha_interval(respondents: int) -> Work:
    """Our call for alpha."""
    answers, method = survey(respondents), Bootstrap(RESAMPLES, rng=1)
    return lambda: comparing.bootstrap_interval(answers, cronbach_alpha, method=method)


@row("bootstrap of the satisfaction index, 6 items of 1,000, 2,000 resamples", goal=0.15)
def index_of_a_thousand() -> Pair:
    """Percentiles."""
    return Pair(index_interval(1_000), lambda: index_by_hand(answered(1_000, 6)))


@row("bootstrap of the satisfaction index, 6 items of 100,000, 2,000 resamples", goal=3)
def index_of_many() -> Pair:
    """Percentiles."""
    return Pair(index_interval(100_000), lambda: index_by_hand(answered(100_000, 6)))


@row("bootstrap of alpha, 6 items of 1,000, 2,000 resamples", goal=0.15)
def alpha_of_a_thousand() -> Pair:
    """Percentiles."""
    return Pair(alpha_interval(1_000), lambda: alpha_by_hand(answered(1_000, 6)))


@row("bootstrap of alpha, 6 items of 100,000, 2,000 resamples", goal=3)
def alpha_of_many() -> Pair:
    """Percentiles; by hand it takes the rows."""
    return Pair(alpha_interval(100_000), lambda: alpha_by_hand(answered(100_000, 6)))


@row("bootstrap of the satisfaction index, 6 items of 100,000, BCa", goal=6)
def index_bca() -> Pair:
    """With the jackknife of 100,000 respondents; nobody does that by hand."""
    return Pair(index_interval(100_000, "bca"))


def priorities_of(respondents: int) -> Pair:
    """Parts of the overall gap with importance points; by hand the same means of rows."""
    random, method = np.random.default_rng(2), Bootstrap(RESAMPLES, rng=1)
    points = 100 * random.dirichlet(np.ones(5), respondents)
    perceived, expected = answered(respondents, 22), answered(respondents, 22)
    given = servqual.Survey.from_arrays(perceived, expected, points, scale=Scale(1, 7))
    parts = perceived[:, :5] * points

    def by_hand() -> list[np.ndarray]:
        draw = np.random.default_rng(1).integers
        rows = (draw(respondents, size=respondents) for _ in range(RESAMPLES))
        return [np.bincount(its, minlength=respondents) @ parts for its in rows]

    return Pair(lambda: servqual.priorities(given, method=method), by_hand)


@row("priorities by bootstrap, 100,000 respondents, 2,000 resamples", goal=2.5)
def priorities_of_many() -> Pair:
    """The probability of each dimension to be the weakest."""
    return priorities_of(100_000)


@row("priorities by bootstrap, 1,000,000 respondents, 2,000 resamples", goal=30)
def priorities_of_a_million() -> Pair:
    """As above; drawing alone takes most of it."""
    return priorities_of(1_000_000)


@row("derived importance, 14 items of 130,000, 2,000 resamples", goal=8)
def derived_importance() -> Pair:
    """Relative weights and index; by hand the correlation matrices of the rows drawn, a tenth."""
    given, method = survey(130_000, 15), Bootstrap(RESAMPLES, rng=1)

    def by_hand() -> list[np.ndarray]:
        random, answers = np.random.default_rng(1), given.answers
        count = len(answers)
        rows = (random.integers(count, size=count) for _ in range(RESAMPLES // 10))
        return [np.corrcoef(answers[its].T) for its in rows]

    return Pair(
        lambda: customer_satisfaction_index(
            given, importance="derived", overall="item 15", method=method
        ),
        by_hand,
    )


@row("reliability of 22 items of 100,000, 2,000 resamples", goal=10)
def reliability_of_many() -> Pair:
    """Alpha and omega: the factor is fitted 2,000 times; by hand alpha of rows, a tenth."""
    answers, method = survey(100_000, 22), Bootstrap(RESAMPLES, rng=1)

    def by_hand() -> list[np.ndarray]:
        random = np.random.default_rng(1)
        rows = (random.integers(100_000, size=100_000) for _ in range(RESAMPLES // 10))
        return [np.cov(answers.answers[its].T) for its in rows]

    return Pair(lambda: reliability(answers, method=method), by_hand)


@growth("bootstrap of the index against respondents, BCa", 1_000, 10_000, 100_000)
def index_grows(respondents: int) -> Work:
    """The cost of one respondent more."""
    return index_interval(respondents, "bca")


@growth("bootstrap of the index of 10,000 against resamples", 250, 1_000, 4_000)
def index_grows_with_resamples(resamples: int) -> Work:
    """The cost of one resample more."""
    answers, method = survey(10_000), Bootstrap(resamples, rng=1)
    return lambda: comparing.bootstrap_interval(answers, customer_satisfaction_index, method=method)
