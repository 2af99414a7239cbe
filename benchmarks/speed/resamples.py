"""Bootstraps of whole respondents: measures that are functions of sums, and the drawing itself."""

from __future__ import annotations

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import comparing
from custvalue.satisfaction import customer_satisfaction_index
from custvalue.survey import Bootstrap, Responses, Scale, cronbach_alpha

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


@growth("bootstrap of the index against respondents, BCa", 1_000, 10_000, 100_000)
def index_grows(respondents: int) -> Work:
    """The cost of one respondent more."""
    return index_interval(respondents, "bca")


@growth("bootstrap of the index of 10,000 against resamples", 250, 1_000, 4_000)
def index_grows_with_resamples(resamples: int) -> Work:
    """The cost of one resample more."""
    answers, method = survey(10_000), Bootstrap(resamples, rng=1)
    return lambda: comparing.bootstrap_interval(answers, customer_satisfaction_index, method=method)
