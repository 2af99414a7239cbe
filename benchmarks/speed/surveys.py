"""A million answers: scores and scales from arrays that are read already."""

from __future__ import annotations

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import satisfaction, servqual, survey
from custvalue.survey import Responses, Scale


def recommendations(count: int) -> np.ndarray:
    """Whole answers from 0 to 10."""
    return np.random.default_rng(1).integers(0, 11, count)


def net_promoters_by_hand(answers: np.ndarray) -> float:
    """Promoters minus detractors by one count of the cells."""
    counts = np.bincount(answers, minlength=11)
    return float((counts[9:].sum() - counts[:7].sum()) / len(answers) * 100)


@row("NPS of 1,000,000 whole answers", goal=0.004)
def net_promoters() -> Pair:
    """A list of a million answers, checked and scored."""
    answers = recommendations(1_000_000)
    return Pair(
        lambda: satisfaction.net_promoter_score(answers), lambda: net_promoters_by_hand(answers)
    )


@growth("NPS against answers", 1_000, 10_000, 100_000, 1_000_000)
def net_promoters_grow(count: int) -> Work:
    """The cost of one answer more."""
    answers = recommendations(count)
    return lambda: satisfaction.net_promoter_score(answers)


@row("top-two box of 1,000,000 whole answers", goal=0.004)
def top_two() -> Pair:
    """Five points, with the mean and the distribution."""
    answers, scale = np.random.default_rng(2).integers(1, 6, 1_000_000), Scale(1, 5)

    def by_hand() -> float:
        counts = np.bincount(answers, minlength=6)
        return float(counts[4:].sum() / counts.sum())

    return Pair(lambda: satisfaction.top_box(answers, scale=scale), by_hand)


def correlated(respondents: int, items: int) -> np.ndarray:
    """Answers from 1 to 7 that go together."""
    random = np.random.default_rng(3)
    each = random.normal(5, 1, (respondents, 1)) + random.normal(0, 1, (respondents, items))
    return np.asfortranarray(np.clip(np.rint(each), 1, 7))


def index_by_hand(answers: np.ndarray) -> tuple[float, float]:
    """Mean and standard error of everybody's own index."""
    scores = (answers.mean(axis=1) - 1) / 6 * 100
    return float(scores.mean()), float(scores.std(ddof=1) / len(scores) ** 0.5)


def alpha_by_hand(answers: np.ndarray) -> float:
    """Alpha from numpy's covariances."""
    covariance = np.cov(answers.T)
    items = len(covariance)
    return float(items / (items - 1) * (1 - np.trace(covariance) / covariance.sum()))


@row("satisfaction index, 1,000,000 x 22", goal=0.08)
def index() -> Pair:
    """The index with its interval, and the mean of each item."""
    answers = correlated(1_000_000, 22)
    read = Responses.from_arrays(answers, scale=Scale(1, 7))
    return Pair(
        lambda: satisfaction.customer_satisfaction_index(read), lambda: index_by_hand(answers)
    )


@row("Cronbach's alpha, 1,000,000 x 22", goal=0.15)
def alpha() -> Pair:
    """Alpha with both errors, and keys that look reversed."""
    answers = correlated(1_000_000, 22)
    read = Responses.from_arrays(answers, scale=Scale(1, 7))
    return Pair(lambda: survey.cronbach_alpha(read), lambda: alpha_by_hand(answers))


@row("SERVPERF, 1,000,000 x 22", goal=0.25)
def servperf() -> Pair:
    """Means of items, dimensions and all, with alphas; by hand means and errors alone."""
    answers = correlated(1_000_000, 22)
    read = servqual.Survey.from_arrays(answers, scale=Scale(1, 7))
    places = servqual.SERVQUAL.slices()

    def by_hand() -> list[float]:
        scores = [answers[:, place].mean(axis=1) for place in places]
        each = [*answers.T, *scores]
        return [value for its in each for value in (its.mean(), its.std(ddof=1))]

    return Pair(lambda: servqual.performance(read), by_hand)


@growth("alpha of 2,000 respondents against items", 4, 40, 400)
def alpha_grows(items: int) -> Work:
    """Covariances grow with the square of the items."""
    read = Responses.from_arrays(correlated(2_000, items), scale=Scale(1, 7))
    return lambda: survey.cronbach_alpha(read)
