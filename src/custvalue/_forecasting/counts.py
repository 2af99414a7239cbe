"""Customers by number of purchases: how many there are, and how many the model expects.

In the calibration: by repeat purchases, expected as the sum over customers of P(X(T) = n), each at
the own age. In the holdout: by purchases, given the history of each. The test is that of Nikulin
(1973) and Rao & Robson (1974) for data that are not grouped before the parameters are estimated, in
the form of Andrews (1988, *Econometrica* 56(6), 1419-1453) for customers who differ: the quadratic
form of the differences in their own covariance, which for the data that were fitted is
V - D C D' (estimation brings expected numbers nearer) and for later data V + D C D'; V is the
multinomial covariance, D the derivatives by the parameters and C their covariance. Pearson's
statistic has no chi-square distribution here, because the parameters are estimated from more than
these counts. Shares of P below 0.05, 0.1 and 0.5 in 200 simulated samples that were fitted, 39
weeks of calibration: BG/NBD of 1,000 customers .065, .100, .470; of 4,000 .060, .115, .510; MBG/NBD
of 300 .043, .071, .478; of 1,000 .055, .125, .520.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.newcomers import Newcomers
from custvalue._forecasting.subject import Subject
from custvalue._forecasting.uncertainty import chi_square, explained, outcome_ends, slopes
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray
from custvalue._words import number, one_line, p_value

Period = Literal["calibration", "holdout"]

MOST_CLASSES = 11  # 0 to 9, and 10 or more
LEAST_EXPECTED = 5.0  # customers in the last class


@dataclass(frozen=True, eq=False, repr=False)
class PurchaseCounts(Pictured, Tabulated, Columns):
    """Customers by number of purchases: observed and expected.

    Parameters
    ----------
    period : {"calibration", "holdout"}
        When: repeat purchases of the calibration, or purchases in the holdout.
    observed, expected : ndarray of float64, shape (classes,)
        Customers with 0, 1, 2, … purchases; the last class has all that have as many or more.
    deviation : ndarray of float64, shape (classes,)
        Standard deviation of observed - expected where the model is right.
    statistic : float
        The quadratic form of the differences.
    degrees_of_freedom : int
        Of its chi-square distribution.
    p_value : float
        Probability of so large a statistic where the model is right.
    parameters_known : bool
        Whether the model was given without the covariance of its parameters, as if known.
    """

    PICTURE: ClassVar[str] = "purchase_counts_bars"
    SHOWN: ClassVar[Mapping[str, str]] = shown("observed, expected, low, high")
    LABELS: ClassVar[str] = "purchases"

    period: Period
    observed: FloatArray
    expected: FloatArray
    deviation: FloatArray
    statistic: float
    degrees_of_freedom: int
    p_value: float
    parameters_known: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes: 0, 1, …, "7 or more"."""
        last = len(self.observed) - 1
        return (*map(str, range(last)), f"{last} or more")

    def _rows(self, level: float) -> Sequence[Row]:
        low, high = outcome_ends(self.expected, self.deviation, level)
        columns = zip(self.observed, self.expected, low, high, strict=True)
        names = ("observed", "expected", "low", "high")
        return [
            Row(label, {"purchases": label, **dict(zip(names, map(float, cells), strict=True))})
            for label, cells in zip(self.labels, columns, strict=True)
        ]

    @property
    def counted(self) -> str:
        """What is counted, in words."""
        early = self.period == "calibration"
        return "repeat purchases in the calibration" if early else "purchases in the holdout"

    def _title(self) -> str:
        return f"Customers by {self.counted}"

    def _notes(self) -> Sequence[str]:
        test = (
            f"Chi-square {number(self.statistic)} with {self.degrees_of_freedom} degrees of "
            f"freedom, {p_value(self.p_value)}"
        )
        known = ", parameters taken as known" if self.parameters_known else ""
        return (
            f"{test} (Nikulin-Rao-Robson{known}).",
            "Where the model is right, 95 % of samples have the observed number from low to high.",
        )

    def __repr__(self) -> str:
        return one_line(
            "PurchaseCounts",
            period=self.period,
            customers=float(self.observed.sum()),
            p_value=self.p_value,
        )


def in_calibration(its: Subject) -> PurchaseCounts:
    """Compare the repeat purchases of the calibration with the model's distribution."""
    born, bought = Newcomers.of(its), its.history.frequency
    classes = _classes(bought)
    probability = _with_the_rest(born.probabilities(its.model, classes - 1))
    sampled, times = born.sampled()

    def totals(other: Any) -> FloatArray:
        below = sampled.probabilities(other, classes - 1)
        return times * sampled.parts.total(sampled.customers, _with_the_rest(below))

    return _compared(its, bought, probability, born.customers, totals, period="calibration")


def in_holdout(its: Subject, holdout: Holdout) -> PurchaseCounts:
    """Compare the purchases in the holdout with the distribution given each history."""
    cells, classes = its.cells, _classes(holdout.frequency)
    numbers = np.arange(classes - 1.0)

    def totals(other: Any) -> FloatArray:
        asked = its.asked(other)
        alive, (ahead, of_cell) = asked.alive(), asked.pairs
        rows = its.parts(ahead.cells)
        given_alive = _with_the_rest(ahead.counts(numbers, holdout.duration))
        weight = np.bincount(of_cell, cells.count * alive, len(given_alive)).astype(np.float64)
        found = rows.total(weight, given_alive)
        found[:, 0] += its.parts(cells).total(cells.count, 1 - alive[:, None])[:, 0]
        return found

    asked = its.asked()
    alive = asked.alive()[:, None]
    given_alive = asked.by_pair(lambda some: _with_the_rest(some.counts(numbers, holdout.duration)))
    probability = alive * given_alive
    probability[:, 0] += 1 - alive[:, 0]
    bought = holdout.frequency
    return _compared(its, bought, probability, cells.count, totals, period="holdout")


def _compared(
    its: Subject,
    purchases: FloatArray,
    probability: FloatArray,
    weight: FloatArray,
    totals: Callable[[Any], FloatArray],
    *,
    period: Period,
) -> PurchaseCounts:
    expected = weight @ probability
    kept = _enough(expected)
    merged = _merged(probability, kept)
    expected = weight @ merged
    observed = np.bincount(np.minimum(purchases, kept - 1).astype(np.int64), minlength=kept)
    slope = slopes(its.ways, lambda other: _merged(totals(other), kept))
    of_parameters = explained(slope, kept)
    within = np.diag(expected) - (merged * weight[:, None]).T @ merged
    of_parameters *= -1 if period == "calibration" else 1
    statistic, degrees, p = chi_square(observed - expected, within, of_parameters)
    return PurchaseCounts(
        period=period,
        observed=observed.astype(np.float64),
        expected=expected,
        deviation=np.sqrt(np.maximum(np.diag(within + of_parameters), 0.0)),
        statistic=statistic,
        degrees_of_freedom=degrees,
        p_value=p,
        parameters_known=slope is None,
    )


def _classes(purchases: FloatArray) -> int:
    return int(min(max(purchases.max() + 1, 2), MOST_CLASSES))


def _enough(expected: FloatArray) -> int:
    """Return how many classes are left where the last has enough customers."""
    from_there = np.cumsum(expected[::-1])[::-1]
    return max(2, int(np.count_nonzero(from_there >= LEAST_EXPECTED)))


def _merged(probability: FloatArray, kept: int) -> FloatArray:
    return np.column_stack([probability[:, : kept - 1], probability[:, kept - 1 :].sum(axis=1)])


def _with_the_rest(below: FloatArray) -> FloatArray:
    """Append what is left of 1, the probability of the last class."""
    return np.column_stack([below, np.maximum(1 - below.sum(axis=1), 0.0)])
