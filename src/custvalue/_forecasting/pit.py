"""Probability integral transform: where in its distribution each customer's outcome fell.

Randomised for counts, u = P(Y < y) + v P(Y = y) with v uniform (Smith 1985; Czado, Gneiting & Held
2009, *Biometrics* 65(4), 1254-1261), it is uniform where the model is right. A hump in the middle
says that the distributions are too wide, a U that they are too narrow, a slope that all are off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.predictive import Places, Predictive, at_places
from custvalue._forecasting.subject import Subject
from custvalue._forecasting.uncertainty import chi_square, explained, outcome_ends, slopes
from custvalue._histories.covariates.changing.followed_cells import FollowedCells
from custvalue._histories.covariates.pattern_cells import PatternCells
from custvalue._lifetime.asking import answers_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray
from custvalue._words import number, one_line, p_value, percent

CLASSES = 10
SAMPLED = 20_000  # customers from whom the derivatives by the parameters are estimated
OF_KINDS = 4_000  # the same, where they differ by covariates


@dataclass(frozen=True, eq=False, repr=False)
class OutcomeRanks(Pictured, Tabulated, Columns):
    """The histogram of the randomised probability integral transform, in ten classes.

    Parameters
    ----------
    customers : ndarray of float64, shape (10,)
        Customers whose outcome fell into each tenth of its distribution.
    deviation : ndarray of float64, shape (10,)
        Standard deviation of these numbers where the model is right.
    statistic, degrees_of_freedom, p_value : float, int, float
        Of the test of uniformity.
    """

    PICTURE: ClassVar[str] = "outcome_ranks_bars"
    SHOWN: ClassVar[Mapping[str, str]] = shown("customers, expected, low, high")
    LABELS: ClassVar[str] = "tenth"
    TITLE: ClassVar[str] = "Where outcomes fell in their distributions (PIT)"

    customers: FloatArray
    deviation: FloatArray
    statistic: float
    degrees_of_freedom: int
    p_value: float

    @property
    def expected(self) -> float:
        """Customers in each class where the model is right."""
        return float(self.customers.sum()) / len(self.customers)

    def _rows(self, level: float) -> Sequence[Row]:
        low, high = self.ends(level)
        width = 1 / len(self.customers)
        rows = []
        for place, observed in enumerate(self.customers.tolist()):
            label = f"{percent(place * width)} to {percent((place + 1) * width)}"
            values = {"tenth": label, "customers": observed, "expected": self.expected}
            rows.append(Row(label, {**values, "low": low[place], "high": high[place]}))
        return rows

    def ends(self, level: float) -> tuple[FloatArray, FloatArray]:
        """Return where the numbers lie if the model is right.

        Parameters
        ----------
        level : float
            Of the intervals.
        """
        return outcome_ends(np.full(len(self.customers), self.expected), self.deviation, level)

    def _notes(self) -> Sequence[str]:
        return (
            (
                f"Uniform where the model is right: chi-square {number(self.statistic)} with "
                f"{self.degrees_of_freedom} degrees of freedom, {p_value(self.p_value)}."
            ),
        )

    def __repr__(self) -> str:
        total = float(self.customers.sum())
        return one_line("OutcomeRanks", customers=total, p_value=self.p_value)


def outcome_ranks(
    its: Subject, holdout: Holdout, outcomes: Predictive, random: np.random.Generator
) -> OutcomeRanks:
    """Make the histogram, and test whether it is uniform."""
    n = len(its.history)
    alike = np.lexsort((outcomes.at, outcomes.below))  # whatever the order of the rows
    u = outcomes.below[alike] + random.random(n) * outcomes.at[alike]
    tenth = np.minimum(u * CLASSES, CLASSES - 1).astype(int)
    observed: FloatArray = np.bincount(tenth, minlength=CLASSES).astype(np.float64)
    share = 1 / CLASSES
    chance = n * share * (np.eye(CLASSES) - share)
    of_parameters = explained(_slopes(its, holdout), CLASSES)
    difference: FloatArray = observed - n * share
    statistic, degrees, p = chi_square(difference, chance, of_parameters)
    return OutcomeRanks(
        customers=observed,
        deviation=np.sqrt(np.diag(chance + of_parameters)),
        statistic=statistic,
        degrees_of_freedom=degrees,
        p_value=p,
    )


def _slopes(its: Subject, holdout: Holdout) -> FloatArray | None:
    """Return the changes of the ten numbers by the parameters, from some of the customers."""
    n = len(its.history)
    kinds = isinstance(its.cells, PatternCells | FollowedCells) and its.groups == 1
    most = OF_KINDS if kinds else SAMPLED
    some = slice(None, None, math.ceil(n / most))
    used, cell = np.unique(its.history.cell_of_customer[some], return_inverse=True)
    cells = its.cells.some(used)
    places = Places.of(answers_of(its.model, cells), cell, holdout.frequency[some])
    parts = its.parts(cells).at(cell)

    def totals(model: Any) -> FloatArray:
        below, at = at_places(answers_of(model, cells), places, holdout.duration)
        edges = np.arange(CLASSES + 1)[:, None] / CLASSES
        share = np.minimum(np.maximum((edges - below) / at, 0.0), 1.0)
        return parts.total(np.full(len(cell), n / len(cell)), np.diff(share, axis=0).T)

    return slopes(its.ways, totals)
