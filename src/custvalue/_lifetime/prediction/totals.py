"""Totals of what is predicted, whose customers share the uncertainty of the parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal, cast

from scipy import special

from custvalue._inference.estimate import IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._numerics.estimates import TotalEstimate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen, Level, NonNegative, Probability
from custvalue._words import listed, number
from custvalue.errors import ParameterError

Of = Literal["mean", "outcome"]

OUTCOME = "gamma distribution with the variance of the outcome, and the probability of nothing"
SMALLEST_TAIL = 1e-12  # of an outcome; what is less cannot be computed
LEAST = 1e-8  # variance, as a share of the square of the mean, that is as good as none
KINDS = MappingProxyType(
    {
        "mean": "of what is expected: only the parameters are uncertain.",
        "outcome": ("of what will happen: uncertain parameters, and the customers' own chance."),
    }
)


def kind_in_words(of: Of, level: float) -> str:
    """Say what intervals hold."""
    return f"{number(100 * level)} % intervals {KINDS[of]}"


def _of_outcome(estimate: OutcomeTotal, level: float) -> Interval:
    """Return quantiles of an atom at 0 and of a gamma distribution for what is above."""
    mean, error, some = estimate.value, estimate.standard_error or 0.0, 1 - estimate.nothing
    low = high = 0.0
    if some * mean > 0:
        mean_of_some = mean / some
        variance = max((error**2 + mean**2) / some - mean_of_some**2, LEAST * mean_of_some**2)
        shape, scale = mean_of_some**2 / variance, variance / mean_of_some
        beyond = max((1 - level) / 2, SMALLEST_TAIL)
        below, above = max(beyond - estimate.nothing, 0) / some, min(beyond / some, 1)
        low = scale * float(special.gammaincinv(shape, below))
        high = scale * float(special.gammainccinv(shape, above))
    if estimate.whole:
        low, high = math.floor(low + 0.5), math.ceil(high - 0.5)
    return Interval(low=low, high=high, level=level, method=OUTCOME)


@dataclass(frozen=True, kw_only=True, repr=False)
class OutcomeTotal(TotalEstimate):
    """What customers will do together, uncertain by the parameters and by their own chance.

    The variance of a total adds up the customers' own variances, and adds that of the expected
    total. A sum of counts is skewed like a gamma variable where customers are few, and is
    nearly normal where they are many; that nothing comes has a probability of its own.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"outcome": cast("IntervalMethod", _of_outcome)}
    )

    whole: bool  # whether it counts something
    nothing: Probability  # of being 0


Total = TotalEstimate | OutcomeTotal


def total_of(
    name: str,
    value: float,
    error: tuple[float | None, str],
    customers: int,
    nothing: float | None,
) -> Total:
    """Return a total; `error` is its standard error, or why there is none.

    `nothing` is the probability that it is 0, where it is an outcome.
    """
    known: dict[str, Any] = {
        "name": f"total {name}",
        "value": value,
        "standard_error": error[0],
        "no_error_because": error[1],
        "n": customers,
        "effective_n": float(customers),
    }
    if nothing is None:
        return TotalEstimate(**known)
    return OutcomeTotal(**known, whole=name == "purchases", nothing=nothing)


class PredictionTotal(Tabulated, Frozen):
    """What is predicted for some customers together.

    Parameters
    ----------
    label : str
        Which customers they are.
    customers : int
        How many.
    alive : float
        How many of them are expected to be alive.
    purchases : Estimate
        Within the horizon.
    value : Estimate or None
        Of these purchases.
    level : float
        Confidence level of the intervals for which no other is asked.
    of : {"mean", "outcome"}
        What the intervals hold.
    """

    SHOWN: ClassVar = shown("total, low, high")
    REPR: ClassVar = ("label", "customers", "alive", "purchases", "value")

    label: str
    customers: Count
    alive: NonNegative
    purchases: Total
    value: Total | None
    level: Level
    of: Of

    def _usual_level(self) -> float:
        return self.level

    def _title(self) -> str:
        return f"Prediction for {self.label}, {self.customers:,} customers"

    def _rows(self, level: float) -> Sequence[Row]:
        parts = {"purchases": self.purchases, "value": self.value}
        rows = [Row("alive", {"name": "alive", "total": self.alive, "low": None, "high": None})]
        for name, each in parts.items():
            if each is not None:
                ends = each.row(level, value="total")
                known = {part: ends[part] for part in self.SHOWN}
                rows.append(Row(name, {"name": name, **known}))
        return rows

    def _notes(self) -> Iterable[str]:
        return (kind_in_words(self.of, self.level),) if self.purchases.has_interval else ()


class PredictionTotals(Tabulated, Frozen):
    """What is predicted for groups of customers.

    Parameters
    ----------
    totals : tuple of PredictionTotal
        One for each group, in order of their labels.
    horizon : str
        How far ahead.
    """

    LABELS: ClassVar = "group"
    REPR: ClassVar = ("totals", "horizon")

    totals: tuple[PredictionTotal, ...]
    horizon: str

    def __getitem__(self, label: object) -> PredictionTotal:
        """Return the total of one group."""
        for each in self.totals:
            if each.label == str(label):
                return each
        labels = [each.label for each in self.totals]
        raise ParameterError(f"there is no group {label!r}. The groups are {listed(labels)}.")

    def _shown(self) -> Mapping[str, str]:
        first = "customers, alive, purchases, purchases_low, purchases_high"
        valued = any(each.value is not None for each in self.totals)
        return shown(first + ", value, value_low, value_high" * valued)

    def _usual_level(self) -> float:
        return self.totals[0].level if self.totals else 0.95

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(each.label, _row_of(each, level)) for each in self.totals]

    def _title(self) -> str:
        return f"Predictions within {self.horizon}"

    def _notes(self) -> Iterable[str]:
        kinds: set[Of] = {each.of for each in self.totals if each.purchases.has_interval}
        return tuple(kind_in_words(kind, self._usual_level()) for kind in sorted(kinds))


def _row_of(total: PredictionTotal, level: float) -> dict[str, object]:
    first = {"group": total.label, "customers": total.customers, "alive": total.alive}
    valued = {} if total.value is None else total.value.ends(level, "value")
    return {**first, **total.purchases.ends(level, "purchases"), **valued}
