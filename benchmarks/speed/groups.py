"""Groups of a survey: answers split by their labels, and what is computed of every part."""

from __future__ import annotations

import numpy as np

from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue.survey import Responses, Scale


def grouped(respondents: int, items: int, groups: int) -> Responses:
    """Whole answers on seven points, with the group of each respondent."""
    random = np.random.default_rng(1)
    answers = random.integers(1, 8, (respondents, items)).astype(np.int8)
    labels = random.integers(0, groups, respondents)
    return Responses.from_arrays(answers, scale=Scale(1, 7), group=labels)


def split_by_hand(answers: Responses) -> list[np.ndarray]:
    """Sort once, and cut the sorted answers."""
    labels = answers.labels["group"]
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.unique(labels))
    return np.split(answers.answers[order], starts[1:])


@row("by() of 1,000,000 respondents into 1,000 groups, 1 item", goal=0.25)
def one_item() -> Pair:
    """Every part with its weights and labels."""
    answers = grouped(1_000_000, 1, 1_000)
    return Pair(lambda: answers.by("group"), lambda: split_by_hand(answers))


@row("by() of 1,000,000 respondents into 1,000 groups, 22 items", goal=0.6)
def many_items() -> Pair:
    """As above, of a whole questionnaire."""
    answers = grouped(1_000_000, 22, 1_000)
    return Pair(lambda: answers.by("group"), lambda: split_by_hand(answers))


@growth("by() against groups, 1,000,000 respondents", 10, 100, 1_000, 10_000)
def by_grows_with_groups(groups: int) -> Work:
    """The cost of one group more."""
    answers = grouped(1_000_000, 1, groups)
    return lambda: answers.by("group")
