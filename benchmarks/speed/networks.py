"""Networks of dealers: league tables, waves of the same dealers, programmes."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import comparing, datasets, satisfaction, servqual
from custvalue.survey import Bootstrap, Responses, Scale

MEAN = partial(Responses.mean, name="q")


def dealers(groups: int, size: int = 40) -> Responses:
    """Answers on five points of dealers who differ."""
    random = np.random.default_rng(1)
    dealer = np.repeat(np.arange(groups), size)
    level = random.normal(3.5, 0.4, groups)[dealer] + random.normal(0, 1.2, len(dealer))
    values = np.clip(np.rint(level), 1, 5)
    wave = np.arange(len(dealer)) % 4
    return Responses.from_arrays(values, items=["q"], scale=Scale(1, 5), cluster=dealer, wave=wave)


@row("league table of 600 dealers, mean", goal=1)
def league() -> Pair:
    """40 answers a dealer."""
    answers = dealers(600)
    return Pair(lambda: comparing.league(answers, MEAN, by="cluster", rng=1))


@row("league table of 5,000 dealers, top box", goal=10)
def large_league() -> Pair:
    """Shares are drawn from a population on a grid."""
    answers = dealers(5_000)
    return Pair(lambda: comparing.league(answers, satisfaction.top_box, by="cluster", rng=1))


@row("print the comparison of 600 dealers, all pairs", goal=0.2)
def printed() -> Pair:
    """179,700 pairs, of which those that differ most surely are shown."""
    found = comparing.groups(dealers(600), satisfaction.top_box, by="cluster")
    return Pair(lambda: str(found))


@row("four waves of 600 dealers, means compared", goal=1)
def waves() -> Pair:
    """The correlation of the waves by leaving out dealers, from sums."""
    answers = dealers(600)
    return Pair(lambda: comparing.groups(answers, MEAN, by="wave"))


@row("2,000 resamples of 600 dealers, mean of 24,000 answers", goal=1)
def resampled() -> Pair:
    """Dealers are drawn, and their sums added."""
    answers, method = dealers(600), Bootstrap(2_000, rng=1)
    return Pair(lambda: comparing.bootstrap_interval(answers, MEAN, method=method))


@row("gaps of 22 items, 100,000 respondents in 600 dealers", goal=2)
def gaps() -> Pair:
    """Every mean, gap and dimension by clusters."""
    random = np.random.default_rng(2)
    both = random.integers(1, 8, (2, 100_000, 22)).astype(np.float64)
    survey = servqual.Survey.from_arrays(
        *both, scale=Scale(1, 7), cluster=random.integers(0, 600, 100_000)
    )
    return Pair(lambda: servqual.gaps(survey))


@row("simulate_network of 600 dealers in 4 waves", goal=0.5)
def network() -> Pair:
    """96,000 answers and the purchases of their customers."""
    return Pair(lambda: datasets.simulate_network(600, 4, rng=1))


@growth("league table against dealers", 300, 1_200, 4_800)
def leagues_grow(groups: int) -> Work:
    """Each dealer with 40 answers more."""
    answers = dealers(groups)
    return lambda: comparing.league(answers, MEAN, by="cluster", rng=1)
