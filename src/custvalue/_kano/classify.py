"""From a distribution over categories to one category: the published rules, and Fong's test.

Everything works on arrays whose last axis is the categories in the order M, O, A, I, R, Q, so
that one item, a thousand items and a thousand draws of a thousand items are the same call.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._kano.table import CATEGORIES, A, Category, M, O
from custvalue._rows import FloatArray
from custvalue._values import Frozen
from custvalue._words import number

Rule = Literal["mode", "M>O>A>I", "berger"]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FONG_FACTOR = 1.65  # of the published formula: 90 % two-sided
ROUNDING = 1e-9  # shares that differ by less are tied, whatever the order of the respondents


def decide(shares: FloatArray, rule: Rule, tie_margin: float) -> Indices:
    """Return the position of the category that a rule gives.

    Parameters
    ----------
    shares : ndarray of shape (..., 6)
        Shares of M, O, A, I, R, Q.
    rule : {"mode", "M>O>A>I", "berger"}
        Which rule.
    tie_margin : float
        For ``M>O>A>I``: shares within this distance of the largest count as equal to it.

    Returns
    -------
    ndarray of int64, shape (...)
        Positions in the order M, O, A, I, R, Q.
    """
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
    """Return 1.65 √[(a + b)(2n - a - b) / 2n], Fong's bound for the difference a - b.

    Parameters
    ----------
    first, second : ndarray
        Answers in the two largest categories, a and b.
    n : ndarray
        All answers.
    """
    both = first + second
    return np.asarray(FONG_FACTOR * np.sqrt(both * (2 * n - both) / (2 * n)))


def one_sample_critical(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return 1.65 √(a + b): the bound for two counts of the same answers.

    Parameters
    ----------
    first, second : ndarray
        Answers in the two largest categories, a and b.
    """
    return np.asarray(FONG_FACTOR * np.sqrt(first + second))


class Fong(Frozen):
    """Fong's test of whether the largest category is larger than the next.

    Fong (1996, *Center for Quality of Management Journal* 5) calls the difference of the two
    counts significant from 1.65 √[(a + b)(2n - a - b) / 2n] on. The formula treats them as
    counts of two samples; they come from one, where what one gains the other loses, and their
    difference varies more: 1.65 √(a + b) is the bound that counts this. Neither knows that the
    two largest were picked afterwards: look at P(category) too.

    Parameters
    ----------
    first, second : Category
        The two largest categories.
    difference : float
        a - b, in answers; weighted data are scaled to the effective n.
    critical : float
        Fong's bound.
    critical_one_sample : float
        1.65 √(a + b).
    """

    first: Category
    second: Category
    difference: float
    critical: float
    critical_one_sample: float

    @property
    def significant(self) -> bool:
        """Whether the difference reaches Fong's bound."""
        return self.difference >= self.critical

    def __str__(self) -> str:
        sign, verdict = (">=", "significant") if self.significant else ("<", "not significant")
        return (
            f"{self.first} - {self.second}: {number(self.difference)} {sign} "
            f"{number(self.critical)}, {verdict}"
        )


def equal_shares_test(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pearson's χ² that M, O, A and I are equally frequent, 3 degrees of freedom, and its P.

    Parameters
    ----------
    counts : ndarray of shape (items, 4)
        Answers in M, O, A and I; NaN where nobody is in any of them.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = counts.mean(axis=-1, keepdims=True)
        statistic = np.square(counts - expected).sum(axis=-1) / expected[..., 0]
    return statistic, np.asarray(special.chdtrc(3, statistic))


def categories_at(places: Indices) -> tuple[Category, ...]:
    """Turn positions into categories."""
    return tuple(CATEGORIES[place] for place in places.tolist())
