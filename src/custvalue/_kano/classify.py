"""From a distribution over categories to one category: the published rules, and Fong's test.

Everything works on arrays whose last axis is the categories in the order M, O, A, I, R, Q, so
that one item, a thousand items and a thousand draws of a thousand items are the same call.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt
from annotated_types import Interval
from scipy import special

from custvalue._kano.table import CATEGORIES, A, Category, M, O
from custvalue._rows import FloatArray
from custvalue._values import NUMBER, Frozen
from custvalue._words import percent

Rule = Literal["mode", "M>O>A>I", "berger"]
SmallShare = Annotated[float, Interval(ge=0, lt=1), NUMBER]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

RULES: tuple[Rule, ...] = get_args(Rule)
FONG_FACTOR = 1.65  # of the published formula: 90 % two-sided
ROUNDING = 1e-9  # shares that differ by less are tied, whatever the order of the respondents


class Classification(Frozen):
    """How items are classified: the rule with its margin, and when questions are in doubt.

    Parameters
    ----------
    rule : {"mode", "M>O>A>I", "berger"}
        The rule that gives the category of an item; the others stand beside it in the result.
        The most frequent category; the first of M > O > A > I > R > Q among those within
        `tie_margin` of the most frequent; or Berger's, the largest of M, O, A where these three
        outnumber I, R, Q, else the largest of those.
    tie_margin : float
        Shares this close to the largest count as equal to it in the rule ``M>O>A>I``; 0.05 is
        five percentage points.
    questionable_limit : float
        Share of questionable answers above which the result warns of an item.

    Raises
    ------
    ParameterError
        If an argument is outside its domain.

    Examples
    --------
    >>> Classification(rule="M>O>A>I", tie_margin=0.1)
    Classification(rule='M>O>A>I', tie_margin=0.1000, questionable_limit=0.1000)
    """

    REPR: ClassVar[tuple[str, ...]] = ("rule", "tie_margin", "questionable_limit")

    rule: Rule = "mode"
    tie_margin: SmallShare = 0.05
    questionable_limit: SmallShare = 0.10

    def __str__(self) -> str:
        return (
            f"Category by {self.rule}, ties by M > O > A > I > R > Q; rule M>O>A>I: the first "
            f"within {percent(self.tie_margin, 1)} of the largest"
        )


MODE = Classification()


def decide(shares: FloatArray, rule: Rule, tie_margin: float) -> Indices:
    """Return the position of the category that a rule gives, shape (..., 6) to shape (...)."""
    if rule == "mode":
        return _first_within(shares, 0.0)
    if rule == "M>O>A>I":
        return _first_within(shares, tie_margin)
    wanted = shares[..., [M, O, A]]
    rest = shares[..., A + 1 :]
    chosen = wanted.sum(axis=-1) > rest.sum(axis=-1) + ROUNDING
    return np.where(chosen, _first_within(wanted, 0.0), _first_within(rest, 0.0) + A + 1)


def _first_within(shares: FloatArray, margin: float) -> Indices:
    """Return the first position whose share is within `margin` of the largest."""
    top = shares.max(axis=-1, keepdims=True)
    return np.asarray(np.argmax(shares >= top - margin - ROUNDING, axis=-1))


def tied_with_top(shares: FloatArray) -> Flags:
    """Say which categories share the largest share, shape (..., 6)."""
    return np.asarray(shares >= shares.max(axis=-1, keepdims=True) - ROUNDING)


def top_two(shares: FloatArray) -> tuple[Indices, Indices]:
    """Return the positions of the two largest shares; ties by M > O > A > I > R > Q."""
    first = _first_within(shares, 0.0)
    others = shares.copy()
    np.put_along_axis(others, first[..., np.newaxis], -1.0, axis=-1)
    return first, _first_within(others, 0.0)


def at(shares: FloatArray, place: Indices) -> FloatArray:
    """Return the share at one position for each item."""
    return np.take_along_axis(shares, place[..., np.newaxis], axis=-1)[..., 0]


def fong_critical(first: FloatArray, second: FloatArray, n: FloatArray) -> FloatArray:
    """Return 1.65 √[(a + b)(2n - a - b) / 2n], Fong's bound for the difference a - b."""
    both = first + second
    return np.asarray(FONG_FACTOR * np.sqrt(both * (2 * n - both) / (2 * n)))


def one_sample_critical(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return 1.65 √(a + b): the bound for two counts of the same answers."""
    return np.asarray(FONG_FACTOR * np.sqrt(first + second))


def equal_shares_test(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pearson's χ² that M, O, A and I are equally frequent, 3 degrees of freedom, and its P.

    The counts have the shape (items, 4); statistic and P are NaN where all four are 0.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = counts.mean(axis=-1, keepdims=True)
        statistic = np.square(counts - expected).sum(axis=-1) / expected[..., 0]
    return statistic, np.asarray(special.chdtrc(3, statistic))


def categories_at(places: Indices) -> tuple[Category, ...]:
    """Turn positions into categories."""
    return tuple(CATEGORIES[place] for place in places.tolist())
