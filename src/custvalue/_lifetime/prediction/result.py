"""What is predicted for each customer, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._aligned import require_order
from custvalue._checks import require_choice
from custvalue._columns import one_dimensional, sorted_codes
from custvalue._histories.arguments import checked_count
from custvalue._histories.rows import CustomerRows, largest_first
from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.prediction.totals import (
    Of,
    PredictionTotal,
    PredictionTotals,
    kind_in_words,
    total_of,
)
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray, IntArray, LabelArray, Probabilities
from custvalue._table import Table
from custvalue._values import Level, NonNegative
from custvalue._words import count, number, one_line
from custvalue.errors import DataError, ParameterError

ROWS_SHOWN = 10
ASK = "no interval was asked for. Ask for one, as in predict(..., interval=0.9)."
NO_VARIANCE = (
    "the spend of some customers has no finite variance under this Gamma-Gamma (q + p x <= 2). Use "
    "of='mean', or the intervals of single customers."
)


@dataclass(frozen=True, eq=False, repr=False)
class Prediction(Pictured, CustomerRows):
    """What is ahead of each customer within a horizon, and how sure that is.

    ``fit.predict(history, "1 year", interval=0.9)`` makes it. Without an interval, and where
    nothing is known of spend, the columns that need them are None.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        Identifiers.
    probability_alive, purchases : ndarray of float64, shape (n,)
        P(alive) at the end of observation, and the purchases expected within the horizon.
    horizon : str
        How far ahead.
    convention : str
        What is counted, and which spend.
    spend, value : ndarray of float64, shape (n,), or None
        Expected spend of a future purchase day; margin x spend x (discounted) purchases.
    interval : float or None
        Level of the intervals.
    of : {"mean", "outcome"}
        What they hold: what is expected, or what will happen. P(alive) has the first kind only.
    annual_discount_rate, margin : float
        Of `value`.
    probability_alive_low, …, value_high : ndarray of float64, shape (n,), or None
        The ends of the intervals.
    purchases_probability, value_probability : ndarray of float64, shape (n,), or None
        Of outcomes, the probability that the interval holds: at least `interval`, because a count
        jumps.
    purchases_errors, value_errors : ndarray of float64, shape (n, k), or None
        By how much what is expected changes in one standard error of each of k independent
        directions of the parameters, which all customers share.
    fit_of : ndarray of float64, shape (n,), or None
        With which of several fits a row is predicted; None of one. Of the directions of purchases,
        the first half is then of each fit alone, and all others are shared.
    purchases_none : ndarray of float64, shape (n,), or None
        Of outcomes, the probability of no purchase within the horizon.
    purchases_variance, value_variance : ndarray of float64, shape (n,), or None
        Of the outcome, were the parameters known. NaN where it is not finite.
    """

    PICTURE: ClassVar[str] = "customer_forecasts"
    NUMBERS: ClassVar = (
        "probability_alive",
        "probability_alive_low",
        "probability_alive_high",
        "purchases",
        "purchases_low",
        "purchases_high",
        "purchases_probability",
        "spend",
        "spend_low",
        "spend_high",
        "value",
        "value_low",
        "value_high",
        "value_probability",
    )

    customer: LabelArray
    probability_alive: Probabilities
    purchases: FloatArray
    horizon: str
    convention: str
    spend: FloatArray | None = None
    value: FloatArray | None = None
    interval: Level | None = None
    of: Of = "mean"
    annual_discount_rate: NonNegative = 0.0
    margin: NonNegative = 1.0
    probability_alive_low: Probabilities | None = None
    probability_alive_high: Probabilities | None = None
    purchases_low: FloatArray | None = None
    purchases_high: FloatArray | None = None
    purchases_probability: Probabilities | None = None
    spend_low: FloatArray | None = None
    spend_high: FloatArray | None = None
    value_low: FloatArray | None = None
    value_high: FloatArray | None = None
    value_probability: Probabilities | None = None
    purchases_errors: FloatArray | None = None
    value_errors: FloatArray | None = None
    fit_of: FloatArray | None = None
    purchases_none: Probabilities | None = None
    purchases_variance: FloatArray | None = None
    value_variance: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def total(self) -> PredictionTotal:
        """What all these customers will do together.

        Their errors are not independent: they share the parameters. The variance of an expected
        total is that of the sum over customers, in each direction of the parameters; that of an
        outcome adds the customers' own variances.
        """
        return self._total("all", np.arange(len(self)))

    def totals(self, by: npt.ArrayLike) -> PredictionTotals:
        """Return the totals of groups of customers.

        Parameters
        ----------
        by : array_like of shape (n,)
            The group of each customer, in their order: whole numbers or text.

        Raises
        ------
        DataError
            If there is not one label for each customer, or one is missing.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.BGNBD(r=1, alpha=5, a=1, b=3, unit="week")
        >>> history = truth.simulate(1_000, age="52 weeks", rng=1)
        >>> fit = lifetime.BGNBD.fit(history)
        >>> rows = fit.predict(history, "1 year", interval=0.9)
        >>> came_back = ["yes" if x else "no" for x in history.frequency]
        >>> print(rows.totals(came_back))
        Predictions within 1 year
        ────────────────────────────────────────────────
        group  customers  alive  purchases    low   high
        ────────────────────────────────────────────────
        no            82     82      65.34  60.37  70.71
        yes          918  291.6      1,277  1,183  1,378
        ────────────────────────────────────────────────
        90 % intervals of what is expected: only the parameters are uncertain.
        """
        labels = one_dimensional("by", by)
        if len(labels) != len(self):
            raise DataError(
                f"by must have one label for each of the {len(self):,} customers, but it has "
                f"{len(labels):,}. Give them in the order of `customer`."
            )
        require_order("by", by, self.customer)
        names, codes = sorted_codes("by", labels)
        order = np.argsort(codes, kind="stable")
        parts = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
        made = zip(names.tolist(), parts, strict=True)
        totals = tuple(self._total(str(name), rows) for name, rows in made)
        return PredictionTotals(totals=totals, horizon=self.horizon)

    def of_mean(self, column: str) -> tuple[FloatArray, FloatArray]:
        """Return the ends of the intervals of what is expected, also where `of` is the outcome.

        Parameters
        ----------
        column : {"purchases", "value"}
            Of which column.

        Raises
        ------
        ParameterError
            If `column` is another one, or no interval was asked for.
        """
        require_choice("column", column, ("purchases", "value"))
        centre, errors = getattr(self, column), getattr(self, f"{column}_errors")
        if errors is None or self.interval is None:
            raise ParameterError(f"{column}: there is no interval, because {ASK}")
        relative = np.sqrt(np.square(errors).sum(axis=1)) / np.maximum(centre, 1e-300)
        reach = np.exp(normal_quantile(self.interval) * relative)
        return centre / reach, centre * reach

    def _total(self, label: str, rows: IntArray) -> PredictionTotal:
        """Return the total of some rows."""
        none = self.purchases_none
        with np.errstate(divide="ignore"):
            nothing = None if none is None else float(np.exp(np.log(none[rows]).sum()))

        def of(name: str) -> Any:
            each = getattr(self, name)
            if each is None:
                return None
            value = float(each[rows].sum())
            return total_of(name, value, self._error(name, rows), len(rows), nothing)

        return PredictionTotal(
            label=label,
            customers=len(rows),
            alive=float(self.probability_alive[rows].sum()),
            purchases=of("purchases"),
            value=of("value"),
            level=self.interval or 0.95,
            of=self.of,
        )

    def _error(self, name: str, rows: IntArray) -> tuple[float | None, str]:
        """Return the standard error of a total, or why there is none."""
        errors = getattr(self, f"{name}_errors")
        if errors is None:
            return None, ASK
        variance = float(np.square(self._together(errors, rows)).sum())
        own = getattr(self, f"{name}_variance")
        if own is not None:
            variance += float(own[rows].sum())
        return (None, NO_VARIANCE) if math.isnan(variance) else (math.sqrt(variance), "")

    def _together(self, errors: FloatArray, rows: IntArray) -> FloatArray:
        """Add up errors of rows; those of one fit alone apart from those of another."""
        if self.fit_of is None or self.purchases_errors is None:
            together: FloatArray = errors[rows].sum(axis=0)
            return together
        k = self.purchases_errors.shape[1] // 2
        _, fit = np.unique(self.fit_of[rows], return_inverse=True)
        own = [np.bincount(fit, errors[rows, direction]) for direction in range(k)]
        return np.concatenate([*own, errors[rows, k:].sum(axis=0)])

    def top(self, n: int = 10, *, by: str | None = None) -> Prediction:
        """Return the n best customers, the best first.

        Parameters
        ----------
        n : int
            How many; all if there are fewer.
        by : str, optional
            A column, such as ``"purchases"`` or ``"value_low"``; by default the value, or the
            purchases where nothing is known of spend.

        Raises
        ------
        ParameterError
            If `n` is not a whole number >= 1, or there is no such column.
        """
        known = [name for name in self.NUMBERS if getattr(self, name) is not None]
        usual = "purchases" if self.value is None else "value"
        require_choice("by", usual if by is None else by, known)
        return self._some(largest_first(getattr(self, by or usual), checked_count("n", n)))

    def of_customer(self, customer: object) -> Prediction:
        """Return the row of one customer.

        Parameters
        ----------
        customer : object
            The identifier.

        Raises
        ------
        DataError
            If there is no such customer.
        """
        rows = np.flatnonzero(self.customer == customer)
        if not rows.size:
            raise DataError(
                f"there is no customer {customer!r} among the {len(self):,} for whom this was "
                f"predicted. Identifiers are like {self.customer[0].item()!r}.",
                column="customer",
            )
        return self._some(rows)

    def _some(self, rows: IntArray) -> Prediction:
        arrays = {each.name: getattr(self, each.name) for each in fields(self)}
        part: dict[str, Any] = {
            name: its[rows] for name, its in arrays.items() if isinstance(its, np.ndarray)
        }
        return replace(self, **part)

    def __repr__(self) -> str:
        return one_line(
            "Prediction",
            customers=len(self),
            purchases=float(self.purchases.sum()),
            horizon=self.horizon,
            interval=self.interval,
            of=self.of,
        )

    def _table(self) -> Table:
        columns = self.top(ROWS_SHOWN).columns()
        rows = tuple(zip(*(each.tolist() for each in columns.values()), strict=True))
        customers = count(len(self), "customer")
        some = "" if len(rows) == len(self) else f", the best {len(rows)}"
        return Table(
            f"Prediction within {self.horizon}{some} of {customers}",
            tuple(map(_heading, columns)),
            tuple((str(row[0]), *row[1:]) for row in rows),
            tuple(self._notes()),
        )

    def _notes(self) -> list[str]:
        total = self.total
        parts = [f"{name} {_in_words(total, name)}" for name in ("purchases", "value")]
        known = parts if total.value is not None else parts[:1]
        notes = [f"Total: {', '.join(known)}."]
        if self.interval is not None:
            notes.append(kind_in_words(self.of, self.interval))
        return [*notes, f"Counted: {self.convention}."]


ENDS = {"low": "low", "high": "high", "probability": "P(holds)", "alive": "P(alive)"}


def _heading(column: str) -> str:
    return ENDS.get(column.rpartition("_")[2], column)


def _in_words(total: PredictionTotal, name: str) -> str:
    estimate = getattr(total, name)
    if estimate is None:
        return ""
    known = estimate.has_interval
    ends = f" {estimate.confidence_interval(total.level)}" if known else ""
    return f"{number(estimate.value, 6)}{ends}"
