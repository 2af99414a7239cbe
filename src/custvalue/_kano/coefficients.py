"""Shares of a distribution over categories, Timko's better and worse among them, with intervals.

All the weighted data that any of them needs are three sums for each category of an item: the
answers, the weights Σ w, and the squared weights Σ w². For a share p = W_in / W_base the Taylor
linearised variance is [V_in (1 - p)² + V_out p²] / W_base² with V the sums of squared weights: the
variance of a ratio, since the base itself is random (Särndal, Swensson & Wretman 1992, section
5.6), and p (1 - p) / n for equal weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import checked_level, require_choice
from custvalue._inference.ends import normal_quantile
from custvalue._inference.interval import Interval
from custvalue._kano.table import CATEGORIES, A, I, M, O
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative
from custvalue._words import listed, number, plain
from custvalue.errors import DataError, ParameterError

IntervalMethod = Literal["wilson", "delta", "dirichlet"]
Places = Sequence[int]

EVERY = tuple(range(len(CATEGORIES)))
COUNTED = (M, O, A, I)  # what better and worse rest on
NEEDS_N = "Give n, the number of answers, to Result.from_percentages."


@dataclass(frozen=True)
class Sums:
    """What is known of the answers to some items, one row an item, one column a category.

    Parameters
    ----------
    counts : ndarray of shape (items, 6)
        Answers, whatever their weight; NaN where their number is not known.
    weights : ndarray of shape (items, 6)
        Σ w of these answers.
    squares : ndarray of shape (items, 6)
        Σ w² of these answers; NaN where the number of answers is not known.
    """

    counts: FloatArray
    weights: FloatArray
    squares: FloatArray

    @property
    def shares(self) -> FloatArray:
        """Weighted shares of M, O, A, I, R, Q, shape (items, 6)."""
        return np.asarray(self.weights / self.weights.sum(axis=1, keepdims=True))

    @property
    def n(self) -> FloatArray:
        """Answers to each item, shape (items,)."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def effective_n(self) -> FloatArray:
        """Kish's effective number of answers to each item, shape (items,)."""
        return np.asarray(self.weights.sum(axis=1) ** 2 / self.squares.sum(axis=1))

    @property
    def scaled(self) -> FloatArray:
        """Shares times the effective number of answers: the counts, for equal weights."""
        size = self.weights.sum(axis=1) / self.squares.sum(axis=1)
        return np.asarray(self.weights * size[:, np.newaxis])

    def row(self, place: int) -> Sums:
        """Return what is known of one item.

        Parameters
        ----------
        place : int
            Its position.
        """
        here = slice(place, place + 1)
        return Sums(self.counts[here], self.weights[here], self.squares[here])


@dataclass(frozen=True)
class Shares:
    """One share for each item, with what its interval needs; every array has shape (items,).

    Parameters
    ----------
    value : ndarray
        The shares; NaN where nobody is in the base.
    error : ndarray
        Linearised standard errors.
    n : ndarray
        Answers in the base.
    effective_n : ndarray
        Answers of a simple random sample with the same variance, at most `n`; Kish's effective
        n where the share is 0 or 1.
    inside, outside : int
        How many categories are counted, and how many more are in the base.
    """

    value: FloatArray
    error: FloatArray
    n: FloatArray
    effective_n: FloatArray
    inside: int
    outside: int

    def ends(
        self, level: float, method: IntervalMethod, prior: float
    ) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the intervals, both of shape (items,).

        Parameters
        ----------
        level : float
            Confidence level.
        method : {"wilson", "delta", "dirichlet"}
            As in :meth:`Share.confidence_interval`.
        prior : float
            Dirichlet prior of each category, for the posterior.
        """
        if method == "dirichlet":
            return self._posterior(level, prior)
        z = normal_quantile(level)
        if method == "delta":
            reach = z * self.error  # NaN stays NaN
            return np.maximum(self.value - reach, 0.0), np.minimum(self.value + reach, 1.0)
        return _wilson(self.value, self.effective_n, z)

    def _posterior(self, level: float, prior: float) -> tuple[FloatArray, FloatArray]:
        """Quantiles of the beta distribution that a sum of Dirichlet shares in a base has."""
        hits = self.value * self.effective_n + prior * self.inside
        rest = (1 - self.value) * self.effective_n + prior * self.outside
        tail = (1 - level) / 2
        ends = (special.betaincinv(hits, rest, end) for end in (tail, 1 - tail))
        low, high = (np.asarray(end, dtype=np.float64) for end in ends)
        return low, high


def tallied(categories: npt.NDArray[np.int64], weights: FloatArray) -> Sums:
    """Count the answers in every category of every item.

    Parameters
    ----------
    categories : ndarray of int64, shape (respondents, items)
        Positions in the order M, O, A, I, R, Q; -1 where there is none.
    weights : ndarray of shape (respondents,)
        Sampling weights; who has the weight 0 is not counted.
    """
    items = categories.shape[1]
    width = len(CATEGORIES) + 1  # the first cell takes what is not counted
    counted = np.where(weights[:, np.newaxis] > 0, categories, -1)
    cells = (counted + 1 + width * np.arange(items)).ravel()

    def per_cell(power: int) -> FloatArray:
        each = None if power == 0 else np.repeat(weights**power, items)
        found = np.bincount(cells, each, minlength=width * items).astype(np.float64)
        return found.reshape(items, width)[:, 1:]

    counts = per_cell(0)
    if (weights == 1).all():
        return Sums(counts, counts, counts)
    return Sums(counts, per_cell(1), per_cell(2))


def shares_of(sums: Sums, inside: Places, base: Places = EVERY) -> Shares:
    """Estimate the share of some categories in a base of categories.

    Parameters
    ----------
    sums : Sums
        What is known of the answers.
    inside : sequence of int
        Positions of the categories that are counted.
    base : sequence of int
        Positions of all the categories that make the whole, those of `inside` among them.
    """
    outside = [place for place in base if place not in inside]
    within, without = list(inside), list(base)
    total = sums.weights[:, without].sum(axis=1)
    hit, miss = sums.squares[:, within].sum(axis=1), sums.squares[:, outside].sum(axis=1)
    n = sums.counts[:, without].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.minimum(sums.weights[:, within].sum(axis=1) / total, 1.0)
        error = np.sqrt(hit * (1 - share) ** 2 + miss * share**2) / total
        kish = total**2 / (hit + miss)
        matched = np.minimum(share * (1 - share) / error**2, n)
    inner = (share > 0) & (share < 1)
    effective = np.where(inner, matched, kish)
    return Shares(share, error, n, effective, len(within), len(outside))


def better_of(sums: Sums) -> Shares:
    """Timko's better, (A + O) / (A + O + M + I)."""
    return shares_of(sums, (O, A), COUNTED)


def worse_of(sums: Sums) -> Shares:
    """Timko's worse without its sign, (O + M) / (A + O + M + I)."""
    return shares_of(sums, (M, O), COUNTED)


def _wilson(share: FloatArray, n: FloatArray, z: float) -> tuple[FloatArray, FloatArray]:
    """Wilson (1927) score interval, as of one share."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = np.where(share == 0, 0.0, np.maximum(centre - reach, 0.0))
    high = np.where(share == 1, 1.0, np.minimum(centre + reach, 1.0))
    unknown = np.isnan(share) | np.isnan(n)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def strength_error(
    sums: Sums, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]
) -> FloatArray:
    """Linearised standard error of the difference of two shares of the same answers."""
    rows = np.arange(len(sums.weights))
    total = sums.weights.sum(axis=1)
    shares = sums.shares
    gap = shares[rows, first] - shares[rows, second]
    one, two = sums.squares[rows, first], sums.squares[rows, second]
    rest = sums.squares.sum(axis=1) - one - two
    variance = one * (1 - gap) ** 2 + two * (1 + gap) ** 2 + rest * gap**2
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)) / total)


class Share(Frozen):
    """A share of the answers to one item, or a coefficient that is one but for its sign.

    Parameters
    ----------
    name : str
        What it is.
    value : float
        From 0 to 1; from -1 to 0 for *worse*.
    standard_error : float or None
        Linearised for weights; None where the number of answers is not known.
    n : number or None
        Answers in the base; None where it is not known.
    effective_n : float or None
        Answers of a simple random sample with the same variance, at most `n`; Kish's effective
        n where the share is 0 or 1.
    sign : {1, -1}
        -1 for *worse*, which is written as a negative number.
    categories : tuple of int
        How many categories are counted, and how many more are in the base.
    """

    name: str
    value: float
    standard_error: NonNegative | None
    n: int | float | None
    effective_n: float | None
    sign: Literal[1, -1] = 1
    categories: tuple[int, int]

    def confidence_interval(
        self, level: float = 0.95, *, method: IntervalMethod = "wilson", prior: float = 0.5
    ) -> Interval:
        """Return an interval that stays within 0 and 1, or -1 and 0 for *worse*.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : {"wilson", "delta", "dirichlet"}
            Wilson's score interval with the effective n is the default: unweighted, it covers
            93.0 to 97.8 % at shares from 0.01 to 0.99 for n = 30, 95.2 % on average. The delta
            method (linearised standard error, clipped) covers 26 to 96 % there, and has no width
            at 0 and 1. ``dirichlet``: Bayes, the equal-tailed credible interval under a Dirichlet
            prior on the six categories; it covers 88 to 97 %, 95.1 % on average.
        prior : float
            Dirichlet parameter of each category, for the posterior; 0.5 is Jeffreys' prior.

        Raises
        ------
        DataError
            If the number of answers is not known.
        ParameterError
            If `level`, `method` or `prior` is outside its domain.
        """
        level = checked_interval(level, method, prior)
        shares = self._shares()
        low, high = (float(end[0]) for end in shares.ends(level, method, prior))
        if self.sign < 0:
            low, high = 0.0 - high, 0.0 - low  # 0 and not -0
        return Interval(low=low, high=high, level=level, method=method_name(method, prior))

    def _shares(self) -> Shares:
        if self.standard_error is None or self.n is None or self.effective_n is None:
            raise DataError(
                f"{self.name}: an interval needs the number of answers, which is not known. "
                f"{NEEDS_N}"
            )
        numbers = (abs(self.value), self.standard_error, float(self.n), self.effective_n)
        value, error, n, effective = (np.array([number]) for number in numbers)
        return Shares(value, error, n, effective, *self.categories)

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return value, low, high and n as cells of a table.

        Parameters
        ----------
        level : float
            Confidence level.
        """
        if self.n is None:
            return (self.value, None, None, None)
        interval = self.confidence_interval(level)
        return (self.value, interval.low, interval.high, self.n)

    def _table(self) -> Table:
        note = "95 % interval, wilson." if self.n is not None else f"No interval. {NEEDS_N}"
        effective = "" if self.effective_n is None else f" Effective n {self.effective_n:,.1f}."
        row = (self.name, *self.cells())
        return Table(self.name, ("", "share", "low", "high", "n"), (row,), (note + effective,))


class ShareDifference(Frozen):
    """The difference of two shares of the same answers.

    Parameters
    ----------
    name : str
        What it is.
    value : float
        From 0 to 1.
    standard_error : float or None
        Linearised; None where the number of answers is not known.
    n : number or None
        All answers.
    """

    name: str
    value: float
    standard_error: NonNegative | None
    n: int | float | None

    def confidence_interval(self, level: float = 0.95) -> Interval:
        """Return the delta interval, clipped at 0 and 1.

        It does not know that the two categories were chosen because they are the largest:
        for the class itself look at P(category).

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Raises
        ------
        DataError
            If the number of answers is not known.
        ParameterError
            If `level` is not between 0 and 1.
        """
        level = checked_level(level)
        if self.standard_error is None:
            raise DataError(
                f"{self.name}: an interval needs the number of answers, which is not known. "
                f"{NEEDS_N}"
            )
        reach = normal_quantile(level) * self.standard_error
        low, high = max(self.value - reach, 0.0), min(self.value + reach, 1.0)
        return Interval(low=low, high=high, level=level, method="delta, clipped at 0 and 1")

    def __str__(self) -> str:
        return number(self.value)


def checked_interval(level: float, method: str, prior: float) -> float:
    """Return `level` if level, method and prior are in their domains.

    Raises
    ------
    ParameterError
        If one of them is not.
    """
    check_method(method, get_args(IntervalMethod))
    if not (isinstance(prior, int | float) and 0 < prior < np.inf):
        raise ParameterError(
            f"prior must be a number > 0, the Dirichlet parameter of each category, but it is "
            f"{prior!r}. Jeffreys' prior is 0.5, the uniform prior is 1."
        )
    return checked_level(level)


def check_method(method: object, choices: Sequence[str]) -> None:
    """Raise a ParameterError unless `method` is one of `choices`; Bayes has one name here.

    Parameters
    ----------
    method : object
        What was asked for.
    choices : sequence of str
        The methods that there are.
    """
    if method in ("posterior", "bayes"):
        raise ParameterError(
            f"method must be one of {listed(choices)}, but it is {method!r}. Intervals and "
            f"probabilities from the posterior are method='dirichlet'."
        )
    require_choice("method", method, choices)


def method_name(method: IntervalMethod, prior: float) -> str:
    """Name the method of an interval in a result."""
    names = {
        "wilson": "wilson",
        "delta": "delta, clipped",
        "dirichlet": f"dirichlet, prior {number(prior)} in each category",
    }
    return names[method]


def one(shares: Shares, name: str, *, sign: Literal[1, -1] = 1) -> Share:
    """Turn the share of a single item into a result.

    Parameters
    ----------
    shares : Shares
        Of one item.
    name : str
        What it is.
    sign : {1, -1}
        -1 for *worse*.
    """
    value, error, n, effective_n = (
        float(array[0]) for array in (shares.value, shares.error, shares.n, shares.effective_n)
    )
    known = not np.isnan(n)
    return Share(
        name=name,
        value=sign * value + 0.0,  # 0 and not -0
        standard_error=error if known else None,
        n=plain(n) if known else None,
        effective_n=effective_n if known else None,
        sign=sign,
        categories=(shares.inside, shares.outside),
    )
