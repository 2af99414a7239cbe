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
from typing import Any, ClassVar, NamedTuple

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.later import WEEK
from custvalue._forecasting.moments import Curves, nodes_between
from custvalue._forecasting.newcomers import Newcomers
from custvalue._forecasting.subject import Parts, Subject
from custvalue._forecasting.uncertainty import outcome_ends, slopes, variances
from custvalue._histories.units import DAYS
from custvalue._lifetime.answers import Answers
from custvalue._lifetime.asking import answers_of
from custvalue._numerics.quadrature import slices
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


def tracked(its: Subject, holdout: Holdout) -> Tracking | None:
    """Track a model; None where the holdout was not made from a log."""
    if holdout.tracked is None:
        return None
    ends = holdout.week_ends
    later = holdout.weeks
    early = len(ends) - later
    before = _calibration(its, early)
    per_week = WEEK / DAYS[its.history.unit]
    after = ahead(its, np.minimum(np.arange(later + 1) * per_week, holdout.duration))
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
        parameters_known=its.ways is None,
    )


class Worth(NamedTuple):
    """Worth of a customer's purchases: mean, mean square of the own mean, variance about it."""

    mean: FloatArray
    square: FloatArray
    within: FloatArray


class Weights(NamedTuple):
    """Sums over the customers of each pair of x and T, alive or not."""

    ahead: Answers  # of the pairs
    parts: Parts  # of the pairs
    alive: FloatArray  # of each row
    pair: IntArray
    customers: FloatArray | float
    worth: Worth | None

    @classmethod
    def of(cls, its: Subject, worth: Worth | None, model: Any = None) -> Weights:
        """Take cells as rows; where purchases are worth something, customers."""
        asked = its.asked(model)
        pairs, of_cell = asked.pairs
        parts, alive = its.parts(pairs.cells), asked.alive()
        if worth is None:
            return cls(pairs, parts, alive, of_cell, its.cells.count, None)
        cell = its.history.cell_of_customer
        return cls(pairs, parts, alive[cell], of_cell[cell], 1.0, worth)

    def total(self, each: FloatArray | float) -> FloatArray:
        """Add up over the rows of each pair."""
        values = np.broadcast_to(self.customers * each, len(self.alive))
        return np.bincount(self.pair, values, len(self.ahead.cells)).astype(np.float64)

    @property
    def means(self) -> FloatArray:
        """Σ P(alive) times the mean worth."""
        return self.total(self.alive if self.worth is None else self.alive * self.worth.mean)

    @property
    def squares(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Σ P(alive) of the squared worth, of that of one purchase, and squared means."""
        alive, its = self.alive, self.worth
        if its is None:
            return self.means, self.means, self.total(alive**2)
        pair = self.total(alive * its.square)
        single = pair + self.total(alive * its.within)
        return pair, single, self.total((alive * its.mean) ** 2)


SLOPES = 9  # times at which derivatives by the parameters are computed, at most
HELD = 1 << 22  # times of pairs held at a time


def ahead(its: Subject, time: FloatArray, worth: Worth | None = None) -> Expected:
    """Return what known customers buy in windows between times ahead, the first of which is 0."""
    rows = Weights.of(its, worth)
    last = np.arange(1, len(time))
    mean, variance, cumulative, whole = _moments(rows, time, last)
    some = time[np.unique(np.linspace(0, last[-1], SLOPES).astype(int))]
    some = time if rows.ahead.on_paths else some  # as seasons go

    def totals(other: Any) -> FloatArray:
        moved = Weights.of(its, worth, other)
        each = moved.ahead.until_each(some).T
        by_part = moved.parts.total(moved.means, each)
        return np.array([np.interp(time[1:], some, row) for row in by_part])

    slope = slopes(its.ways, totals)
    step = None if slope is None else np.diff(slope, axis=1, prepend=0.0)
    size = len(last)
    return Expected(
        mean, variance + variances(step, size), cumulative, whole + variances(slope, size)
    )


def _moments(rows: Weights, time: FloatArray, last: IntArray) -> FloatArray:
    """Return means and variances of windows and from the start on, of all customers together."""
    means, (pair, single, squared) = rows.means, rows.squares
    total = np.zeros((4, len(last)))
    for some in slices(len(means), HELD // len(time) + 1):
        curves = Curves.of(rows.ahead.some(some), time)
        for place, start in ((0, last - 1), (2, np.zeros_like(last))):
            mean = curves.mean[last] - curves.mean[start]
            several = curves.pairs(start, last)
            total[place] += mean @ means[some]
            total[place + 1] += mean @ single[some] + several @ pair[some]
            total[place + 1] -= mean**2 @ squared[some]
    total[[1, 3]] = np.where(total[[1, 3]] < 0, 0.0, total[[1, 3]])  # and NaN stays NaN
    return total


def _calibration(its: Subject, weeks: int) -> Expected:
    """Return what is expected from first purchases on, of each week before the end."""
    born, days = Newcomers.of(its), DAYS[its.history.unit]
    age = np.rint(born.age * days).astype(np.int64)
    time: FloatArray = np.arange(int(age.max()) + 1) / days
    if len(time) == 1:
        return Expected(*np.zeros((4, weeks)))
    back = WEEK * np.arange(weeks, -1, -1)
    at = np.maximum(age - back[:, None], 0)  # age of each row at the ends of weeks
    few = len(born.kinds) <= FEW_KINDS or len(time) <= CURVE_NODES
    nodes = time if few else nodes_between(0.0, float(time[-1]), CURVE_NODES)
    asked, total = answers_of(its.model, born.kinds), np.zeros((4, weeks))
    for rows, kinds, place in born.blocks():
        here = asked.some(kinds)
        if here.on_paths:
            total += _on_paths(here.some(place), at[:, rows] / days, born.customers[rows])
            continue
        curves = Curves.of(here, nodes)
        curves = curves if few else curves.at(time)
        its_rows = _Rows(here.alive()[place], place, at[:, rows], born.customers[rows])
        total += its_rows.moments(curves)
    mean, variance, cumulative, whole = total
    sampled, times = born.sampled()
    then = np.maximum(np.rint(sampled.age * days).astype(np.int64) - back[1:, None], 0)
    slope = slopes(its.ways, lambda other: times * _from_births(other, sampled, time, then))
    step = None if slope is None else np.diff(slope, axis=1, prepend=0.0)
    return Expected(
        mean,
        np.maximum(variance - variances(step, weeks), LEFT * variance),
        cumulative,
        np.maximum(whole - variances(slope, weeks), LEFT * LEFT * whole),
    )


FEW_KINDS = 50  # of customers, of whom all days are looked at
CURVE_NODES = 33  # times at which others are looked at
BIRTH_SLOPES = 40  # ages at which derivatives are computed in the calibration, at most
LEFT = 0.25  # share of a variance that estimation leaves at least


class _Rows(NamedTuple):
    """Customers of the same age and kind: P(alive) when new, their kind, their ages, how many."""

    alive: FloatArray
    kind: IntArray
    at: IntArray  # (weeks + 1, rows), in days
    customers: FloatArray

    def moments(self, curves: Curves) -> FloatArray:
        """Return means and variances of weeks, and from the birth on to their ends."""
        end, found = self.at[1:], []
        for start in (self.at[:-1], np.zeros_like(end)):
            mean = self.alive * (curves.mean[end, self.kind] - curves.mean[start, self.kind])
            several = curves.pairs(start, end, self.kind)
            variance = mean + self.alive * several - mean**2
            found += [mean @ self.customers, np.maximum(variance, 0.0) @ self.customers]
        return np.array(found)


def _on_paths(asked: Answers, age: FloatArray, customers: FloatArray) -> FloatArray:
    """Return moments of customers who are asked about at ages of their own, (weeks + 1, rows)."""
    each = np.broadcast_to(np.arange(len(age))[:, None], age.shape)
    its = _Rows(asked.alive(), np.arange(age.shape[1]), each, customers)
    return its.moments(Curves.of(asked, age))


def _from_births(model: Any, born: Newcomers, time: FloatArray, at: IntArray) -> FloatArray:
    """Return the cumulative expectation at the end of each week, (groups, weeks)."""
    asked, parts = answers_of(model, born.kinds), born.parts
    some = time[np.unique(np.linspace(0, len(time) - 1, BIRTH_SLOPES).astype(int))]
    found = np.zeros((parts.groups, len(at)))
    for rows, kinds, place in born.blocks():
        here = asked.some(kinds)
        if here.on_paths:
            each = here.some(place)
            until = each.until_each(at[:, rows] * (time[1] - time[0])) * each.alive()
            found += parts.at(rows).total(born.customers[rows], until.T)
            continue
        known = here.until_each(some) * here.alive()
        mean = np.array([np.interp(time, some, column) for column in known.T])
        found += parts.at(rows).total(born.customers[rows], mean[place, at[:, rows]].T)
    return found
