"""Switching cost in money: the difference in price at which customers would go to a rival.

Each customer says from which difference in price on, for the same offer, he would change his
supplier. Some would at no price; the median is there nevertheless, and the share who would go at a
difference is what a rival looks at. The interval of the median are the quantiles at ½ ± z / (2 √n),
with the effective n (Woodruff 1952, *JASA* 47, 635-646). What people say is not what they do: ask
those who changed what the difference was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level
from custvalue._columns import missing, one_dimensional, refuse_where, to_numbers
from custvalue._histories.arguments import checked_number
from custvalue._inference.ends import normal_quantile
from custvalue._inference.means import MeanEstimate, kish_effective_n, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, percent_with_interval, proportion
from custvalue._loyalty.tiers import LARGEST
from custvalue._respondents.sampled import sample_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._words import count, number
from custvalue.errors import DataError

MOST_POINTS = 8  # in the table
HALF = 0.5
TIGHT = 1e-12  # of a share that is reached exactly
Ends = tuple[float | None, float | None]


@dataclass(frozen=True, eq=False, repr=False)
class SwitchingCost(Tabulated, Columns):
    """From which difference in price on customers would go. Use :func:`switching_cost`.

    Parameters
    ----------
    difference : ndarray of float64, shape (customers,)
        Of each, in ascending order; those who would go at no price are last, with NaN.
    weights : ndarray of float64, shape (customers,)
        Sampling weights.
    left_out : int
        Customers who gave no answer, or whose weight is 0.
    """

    TITLE: ClassVar[str] = "Switching cost"
    LABELS: ClassVar[str] = "difference in price"
    SHOWN: ClassVar = shown("share: would go, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("customers", "median")

    difference: FloatArray
    weights: FloatArray
    left_out: int = 0

    @property
    def customers(self) -> int:
        """Customers who answered."""
        return len(self.difference)

    @property
    def never(self) -> Proportion:
        """Share who would go at no price."""
        return self._share(np.isnan(self.difference), "never")

    @property
    def median(self) -> float | None:
        """The difference at which half would go; None where more than half would go at no price."""
        return self._quantile(HALF)

    @property
    def mean(self) -> MeanEstimate | None:
        """The mean difference; None where some would go at no price, or one customer answered."""
        if np.isnan(self.difference).any():
            return None
        return mean_estimate(self.difference, Sample(self.weights), name="mean switching cost")

    def median_interval(self, level: float = 0.95) -> Ends:
        """Return the interval of the median; None for an end that no price reaches.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        reach = normal_quantile(checked_level(level)) / 2 / kish_effective_n(self.weights) ** 0.5
        if reach > HALF:  # so few tell nothing
            return 0.0, None
        return self._quantile(HALF - reach), self._quantile(HALF + reach)

    def share_going(self, difference: float) -> Proportion:
        """Return the share of customers who would go at a difference in price.

        Parameters
        ----------
        difference : float
            By which a rival is cheaper.

        Raises
        ------
        ParameterError
            If it is no number >= 0.
        """
        at = checked_number("difference", difference, lambda x: 0 <= x < np.inf, "a number >= 0")
        return self._share(self.difference <= at, f"would go at {number(at)}")

    def _share(self, who: npt.NDArray[np.bool_], name: str) -> Proportion:
        return proportion(who.astype(np.float64), Sample(self.weights), name=name)

    def _quantile(self, part: float) -> float | None:
        """Return the least difference at which so many would go, halfway where a gap is exact."""
        reached = np.cumsum(self.weights) / self.weights.sum()
        first = min(int(np.searchsorted(reached, part - TIGHT)), self.customers - 1)
        is_exact = abs(float(reached[first]) - part) <= TIGHT
        next_one = min(first + is_exact, self.customers - 1)
        middle = float(self.difference[[first, next_one]].mean())
        return None if np.isnan(middle) else middle

    def _points(self) -> list[float]:
        """Return differences for the table: those named, or some of them."""
        named = np.unique(self.difference[~np.isnan(self.difference)])
        if len(named) > MOST_POINTS:
            levels = np.linspace(0, 1, MOST_POINTS)
            named = np.unique(np.quantile(named, levels, method="inverted_cdf"))
        points: list[float] = named.tolist()
        return points

    def _rows(self, level: float) -> Sequence[Row]:
        shares = [(at, self.share_going(at)) for at in self._points()]
        return [
            Row(number(at), {"difference": at, **share.row(level, value="share")})
            for at, share in shares
        ]

    def _notes(self) -> Iterable[str]:
        ends = [
            "beyond any price" if its is None else number(its) for its in self.median_interval()
        ]
        median = "beyond any price" if self.median is None else number(self.median)
        yield f"Median {median}, 95 % interval {ends[0]} to {ends[1]} (Woodruff)."
        if self.mean is not None and self.mean.has_interval:
            yield f"Mean {number(self.mean.value)} {self.mean.confidence_interval()}."
        elif np.isnan(self.difference).any():
            yield f"At no price: {percent_with_interval(self.never)}; so there is no mean."
        lost = f"; {self.left_out:,} left out without an answer or weight" if self.left_out else ""
        yield f"{count(self.customers, 'customer')}{lost}."


def switching_cost(
    differences: npt.ArrayLike, *, never: npt.ArrayLike | None = None, weights: Any = None
) -> SwitchingCost:
    """Estimate what it takes to make customers go to a rival, in money.

    Parameters
    ----------
    differences : array_like of shape (customers,)
        The difference in price from which on each customer would go, 0 for those who go at once;
        NaN where there is no answer.
    never : array_like of shape (customers,), optional
        True for customers who would go at no price, whatever stands in `differences`.
    weights : array_like of shape (customers,), optional
        Sampling weights.

    Returns
    -------
    SwitchingCost
        Median, mean where it exists, and the share who would go at every difference.

    Raises
    ------
    DataError
        If a difference is negative, or nobody answered.

    Examples
    --------
    >>> from custvalue import loyalty
    >>> found = loyalty.switching_cost([0, 20, 50, 50, 100, None], never=[0, 0, 0, 0, 0, 1])
    >>> found.median, found.share_going(50).value.__round__(3), found.mean
    (50.0, 0.667, None)
    """
    amounts = to_numbers("differences", one_dimensional("differences", differences))
    bad = (amounts < 0) | (amounts > LARGEST)
    hint = "A customer who would pay more to go has the difference 0; use never= for no price."
    refuse_where(bad, "differences", f"a number from 0 to {LARGEST:g}", amounts, hint)
    stays = np.zeros(len(amounts), dtype=bool) if never is None else _flags(never, len(amounts))
    sample = sample_of(len(amounts), weights, None)
    known = (~np.isnan(amounts) | stays) & (sample.weights > 0)
    if not known.any():
        raise DataError("differences must be known of at least one customer, but nobody answered.")
    amounts = np.where(stays, np.nan, amounts)[known]
    order = np.argsort(amounts, kind="stable")
    return SwitchingCost(
        difference=read_only(amounts[order]),
        weights=read_only(sample.weights[known][order]),
        left_out=len(known) - int(known.sum()),
    )


def _flags(never: Any, rows: int) -> npt.NDArray[np.bool_]:
    """Read true and false."""
    flags = one_dimensional("never", never)
    gone = missing(flags)
    answers = zip(flags.tolist(), gone.tolist(), strict=True)
    bad = np.array([lost or each not in (0, 1) for each, lost in answers], dtype=bool)
    refuse_where(bad, "never", "True or False", flags, "Give one for each customer.")
    if len(flags) != rows:
        raise DataError(f"never has {len(flags)} entries for {rows} differences.")
    return flags.astype(bool)
