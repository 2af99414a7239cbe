"""Repeat purchases week by week: what came, and what the model expects.

In the calibration a week's expectation is the sum over customers of E[X] between two ages, from
their first purchases on (Fader, Hardie & Lee 2005, figure 3). In the holdout it is what is expected
given the history of each, and cumulative numbers go on from what had really come. Intervals say
where the numbers lie in most samples if the model is right: chance in customers' own purchases,
and how well the parameters are known. In the calibration, estimation brings expectations nearer to
what came, and makes the intervals narrower. In 53 simulated logs of 500 customers (BG/NBD, 39 and
39 weeks) the difference over its standard deviation had the standard deviation .97 in weeks of the
calibration and 1.01 in those of the holdout; intervals of 90 % held the purchases of all 39 weeks
of the holdout in 89 %, and, being whole numbers, those of single weeks in 95 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.later import WEEK
from custvalue._forecasting.moments import Curves, Pairs, alive_now, expected
from custvalue._forecasting.uncertainty import outcome_ends, slopes, variances
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS
from custvalue._lifetime.purchasing.purchase_model import NEW, PurchasesAtAnyTime
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._words import count, one_line


class Expected(NamedTuple):
    """Means and variances of some windows, and of the time from their start to each end."""

    mean: FloatArray
    variance: FloatArray
    cumulative: FloatArray
    cumulative_variance: FloatArray


@dataclass(frozen=True, eq=False, repr=False)
class Tracking(Pictured, Tabulated, Columns):
    """Repeat purchases of the customers of the calibration, by week: actual and expected.

    Parameters
    ----------
    end : ndarray of str, shape (weeks,)
        The last day of each week.
    calibration_weeks : int
        How many of them lie in the calibration.
    actual, expected, deviation : ndarray of float64, shape (weeks,)
        Repeat purchases in the week, expected ones, and the standard deviation of the difference
        where the model is right.
    cumulative, cumulative_expected, cumulative_deviation : ndarray of float64, shape (weeks,)
        The same from the first week on; in the holdout, expected numbers go on from what had
        really come until the end of the calibration.
    parameters_known : bool
        Whether the model was given without the covariance of its parameters.
    """

    PICTURE: ClassVar[str] = "tracking_lines"
    SHOWN: ClassVar[Mapping[str, str]] = shown(
        "actual, expected, low, high, cumulative, cumulative_expected: expected, "
        "cumulative_low, cumulative_high"
    )
    LABELS: ClassVar[str] = "week to"
    TITLE: ClassVar[str] = "Repeat purchases by week"

    end: LabelArray
    calibration_weeks: int
    actual: FloatArray
    expected: FloatArray
    deviation: FloatArray
    cumulative: FloatArray
    cumulative_expected: FloatArray
    cumulative_deviation: FloatArray
    parameters_known: bool = False

    @property
    def of_holdout(self) -> tuple[float, float]:
        """Purchases expected in the holdout, and the standard deviation of what comes."""
        expected = float(self.expected[self.calibration_weeks :].sum())
        return expected, float(self.cumulative_deviation[-1])

    def ends(self, level: float, *, cumulative: bool) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the intervals of expected numbers.

        Parameters
        ----------
        level : float
            Of the intervals.
        cumulative : bool
            Whether of cumulative numbers.
        """
        if not cumulative:
            return outcome_ends(self.expected, self.deviation, level)
        weeks = self.calibration_weeks
        base = np.zeros(len(self.end))
        if weeks:
            base[weeks:] = self.cumulative[weeks - 1]
        ahead = self.cumulative_expected - base
        low, high = outcome_ends(np.maximum(ahead, 0.0), self.cumulative_deviation, level)
        return low + base, high + base

    def _rows(self, level: float) -> Sequence[Row]:
        columns = {
            "end": self.end,
            "period": np.array(["calibration", "holdout"], dtype=object)[
                (np.arange(len(self.end)) >= self.calibration_weeks).astype(int)
            ],
            "actual": self.actual,
            "expected": self.expected,
            **dict(zip(("low", "high"), self.ends(level, cumulative=False), strict=True)),
            "cumulative": self.cumulative,
            "cumulative_expected": self.cumulative_expected,
        }
        ends = self.ends(level, cumulative=True)
        columns |= dict(zip(("cumulative_low", "cumulative_high"), ends, strict=True))
        listed = [column.tolist() for column in columns.values()]
        return [
            Row(str(cells[0]), dict(zip(columns, cells, strict=True)))
            for cells in zip(*listed, strict=True)
        ]

    def _notes(self) -> Sequence[str]:
        weeks = count(self.calibration_weeks, "week")
        known = " Parameters are taken as known." if self.parameters_known else ""
        return (
            (
                f"The first {weeks} are the calibration. The intervals hold the number in 95 % of "
                f"samples where the model is right.{known}"
            ),
        )

    def __repr__(self) -> str:
        return one_line(
            "Tracking",
            weeks=len(self.end),
            calibration_weeks=self.calibration_weeks,
            actual=float(self.actual[self.calibration_weeks :].sum()),
            expected=float(self.expected[self.calibration_weeks :].sum()),
        )


def tracked(
    given: Any, model: PurchasesAtAnyTime, train: PurchaseHistory, holdout: Holdout
) -> Tracking | None:
    """Track a model; None where the holdout was not made from a log."""
    if holdout.tracked is None:
        return None
    ends = holdout.week_ends
    later = holdout.weeks
    early = len(ends) - later
    before = _calibration(given, model, train, early)
    time = np.minimum(np.arange(later + 1) * WEEK / DAYS[train.unit], holdout.duration)
    after = ahead(given, model, train, time)
    until = np.cumsum(holdout.tracked)
    reached = until[early - 1] if early else 0.0
    return Tracking(
        end=np.datetime_as_string(ends.astype("M8[D]")),
        calibration_weeks=early,
        actual=holdout.tracked,
        expected=np.concatenate([before.mean, after.mean]),
        deviation=np.sqrt(np.concatenate([before.variance, after.variance])),
        cumulative=until,
        cumulative_expected=np.concatenate([before.cumulative, reached + after.cumulative]),
        cumulative_deviation=np.sqrt(
            np.concatenate([before.cumulative_variance, after.cumulative_variance])
        ),
        parameters_known=slopes(given, lambda _: np.zeros(1)) is None,
    )


class Worth(NamedTuple):
    """Worth of a customer's purchases: mean, mean square of the own mean, variance about it."""

    mean: FloatArray
    square: FloatArray
    within: FloatArray


class Weights(NamedTuple):
    """Sums over the customers of each pair of x and T, alive or not."""

    pairs: Pairs
    alive: FloatArray  # of each row
    pair: IntArray
    customers: FloatArray | float
    worth: Worth | None

    @classmethod
    def of(cls, model: PurchasesAtAnyTime, train: PurchaseHistory, worth: Worth | None) -> Weights:
        """Take cells as rows; where purchases are worth something, customers."""
        pairs = Pairs.of(model, train.cells)
        alive = alive_now(model, train.cells)
        if worth is None:
            return cls(pairs, alive, pairs.of_cell, train.cells.count, None)
        cell = train.cell_of_customer
        return cls(pairs, alive[cell], pairs.of_cell[cell], 1.0, worth)

    def total(self, each: FloatArray | float) -> FloatArray:
        """Add up over the rows of each pair."""
        values = np.broadcast_to(self.customers * each, len(self.alive))
        return np.bincount(self.pair, values, minlength=len(self.pairs.cells)).astype(np.float64)

    @property
    def means(self) -> FloatArray:
        """Σ P(alive) times the mean worth."""
        return self.total(self.alive if self.worth is None else self.alive * self.worth.mean)


SLOPES = 9  # times at which derivatives by the parameters are computed, at most


def ahead(
    given: Any,
    model: PurchasesAtAnyTime,
    train: PurchaseHistory,
    time: FloatArray,
    worth: Worth | None = None,
) -> Expected:
    """Return what known customers buy in windows between times ahead, the first of which is 0."""
    rows = Weights.of(model, train, worth)
    curves = Curves.of(model, rows.pairs.cells, time)
    alive, its = rows.alive, rows.worth
    mean_once = rows.means
    pair = mean_once if its is None else rows.total(alive * its.square)
    single = pair if its is None else pair + rows.total(alive * its.within)
    squared = rows.total((alive if its is None else alive * its.mean) ** 2)
    last = np.arange(1, len(time))

    def moments(start: IntArray) -> tuple[FloatArray, FloatArray]:
        mean = curves.mean[last] - curves.mean[start]
        several = curves.pairs(start, last)
        variance = mean @ single + several @ pair - mean**2 @ squared
        return mean @ mean_once, np.where(variance < 0, 0.0, variance)

    some = time[np.unique(np.linspace(0, last[-1], SLOPES).astype(int))]

    def totals(other: PurchasesAtAnyTime) -> FloatArray:
        weight = Weights.of(other, train, worth).means
        each = np.array([weight @ expected(other, rows.pairs.cells, float(t)) for t in some])
        found: FloatArray = np.interp(time[1:], some, each)
        return found

    mean, variance = moments(last - 1)
    cumulative, whole = moments(np.zeros_like(last))
    slope = slopes(given, totals)
    step = None if slope is None else np.diff(slope, axis=1, prepend=0.0)
    size = len(last)
    return Expected(
        mean,
        variance + variances(given, step, size),
        cumulative,
        whole + variances(given, slope, size),
    )


def _calibration(
    given: Any, model: PurchasesAtAnyTime, train: PurchaseHistory, weeks: int
) -> Expected:
    """Return what is expected from first purchases on, of each week before the end."""
    days, customers = _days_known(train)
    ages = np.arange(int(days[-1]) + 1)
    back = WEEK * np.arange(weeks, -1, -1)
    at = np.maximum(days - back[:, None], 0)  # age of each cohort at the ends of weeks
    time = ages / DAYS[train.unit]
    curve = Curves.of(model, NEW, time) if len(ages) > 1 else None
    if curve is None:
        return Expected(*np.zeros((4, weeks)))
    alive = alive_now(model, NEW)[0]

    def moments(start: Any) -> tuple[FloatArray, FloatArray]:
        end = at[1:]
        mean = alive * (curve.mean[end, 0] - curve.mean[start, 0])
        flat = curve.pairs(np.broadcast_to(start, end.shape).ravel(), end.ravel())[:, 0]
        variance = mean + alive * flat.reshape(end.shape) - mean**2
        return mean @ customers, np.maximum(variance, 0.0) @ customers

    mean, variance = moments(at[:-1])
    cumulative, whole = moments(np.zeros_like(at[1:]))
    slope = slopes(given, partial(_from_births, time=time, at=at[1:], customers=customers))
    step = None if slope is None else np.diff(slope, axis=1, prepend=0.0)
    return Expected(
        mean,
        np.maximum(variance - variances(given, step, weeks), LEFT * variance),
        cumulative,
        np.maximum(whole - variances(given, slope, weeks), LEFT * LEFT * whole),
    )


BIRTH_SLOPES = 40  # ages at which they are computed in the calibration, at most
LEFT = 0.25  # share of a variance that estimation leaves at least


def _from_births(
    model: PurchasesAtAnyTime, *, time: FloatArray, at: Any, customers: FloatArray
) -> FloatArray:
    """Return the cumulative expectation at the end of each week."""
    alive = alive_now(model, NEW)[0]
    some = time[np.unique(np.linspace(0, len(time) - 1, BIRTH_SLOPES).astype(int))]
    each = [expected(model, NEW, float(age))[0] for age in some]
    mean = np.interp(time, some, each)
    found: FloatArray = alive * mean[at] @ customers
    return found


def _days_known(train: PurchaseHistory) -> tuple[Any, FloatArray]:
    """Return the distinct ages in days, ascending, and how many customers have them."""
    days = np.rint(train.cells.age * DAYS[train.unit]).astype(np.int64)
    distinct, place = np.unique(days, return_inverse=True)
    return distinct, np.bincount(place, train.cells.count).astype(np.float64)
