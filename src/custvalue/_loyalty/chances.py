"""Chances of return: one rate for all customers, one for each group, or one for each customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy import special

from custvalue._columns import one_dimensional, refuse_where, to_numbers
from custvalue._frames import Source
from custvalue._loyalty.rates import Rate, rate_of
from custvalue._rows import FloatArray, IntArray
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

OWN = -1  # in the place of a shared rate
ROUNDING = 1e-9
EDGE = 1e-12  # of a chance that is almost 0 or 1, for its log-odds


class Chances(NamedTuple):
    """The chance of each customer, its standard error, and the rate that it shares with others."""

    value: FloatArray
    error: FloatArray
    shared: IntArray  # the place of the rate, OWN where every customer has a chance of its own
    rates: tuple[Rate, ...]

    def of(self, rows: IntArray) -> Chances:
        """Return those of some customers."""
        return Chances(self.value[rows], self.error[rows], self.shared[rows], self.rates)

    def at(self, probabilities: FloatArray) -> FloatArray:
        """Return what chances stay below with probabilities, shape (customers, probabilities)."""
        if self.rates:
            found: FloatArray = np.array([r.quantiles(probabilities) for r in self.rates])
            return found[self.shared]
        inner = np.minimum(np.maximum(self.value, EDGE), 1 - EDGE)
        off = (self.error / (inner * (1 - inner)))[:, np.newaxis] * special.ndtri(probabilities)
        moved = special.expit(special.logit(inner)[:, np.newaxis] + off)
        return np.where(self.error[:, np.newaxis] > 0, moved, self.value[:, np.newaxis])


def chances_of(given: Any, error: Any, by: Any, rows: int) -> Chances:
    """Read the chance of each customer, NaN where it is not known."""
    is_column = not isinstance(given, tuple | str) and hasattr(given, "__len__")
    is_column = is_column and not isinstance(given, Mapping | Rate)
    if not is_column and error is not None:
        raise ParameterError(
            "chance_error needs a chance for each customer. Give a rate that is shared as counts, "
            "an estimate, or Rate.beta(a, b), which say how sure it is."
        )
    if isinstance(given, Mapping) and "value" not in given:
        return _by_group(given, by, rows)
    if by is not None:
        raise ParameterError(
            f"by= needs chance as a mapping of group to rate, as in {{'price': (9, 80), "
            f"'service': (12, 40)}}, but it is {type(given).__name__}."
        )
    if is_column:
        return _of_each(given, error, rows)
    return _sharing((rate_of(given, "chance"),), np.zeros(rows, dtype=np.int64))


def _sharing(rates: tuple[Rate, ...], shared: IntArray) -> Chances:
    value = np.array([its.value for its in rates])[shared]
    return Chances(value, np.zeros(len(shared)), shared, rates)


def _by_group(given: Mapping[Any, Any], by: Any, rows: int) -> Chances:
    if not given:
        raise ParameterError("chance must have a rate for every group of by, but it is {}.")
    if by is None:
        raise ParameterError(
            f"chance has a rate for each of {listed(given)}, so by= must say to which of them each "
            f"customer belongs."
        )
    labels = one_dimensional("by", by)
    if len(labels) != rows:
        raise DataError(f"by has {len(labels)} entries for {rows} values.")
    groups, codes = Source({"by": labels}).codes("by")
    lacking = [label for label in groups.tolist() if label not in given]
    if lacking:
        raise DataError(
            f"chance must have a rate for every group of by, but it has none for {listed(lacking)}."
        )
    rates = tuple(rate_of(given[label], f"chance[{label!r}]") for label in groups.tolist())
    return _sharing(rates, codes)


def _of_each(given: Any, error: Any, rows: int) -> Chances:
    """Read a chance for each customer; its error is that of its log-odds, by the delta method."""
    value = column_of("chance", given, rows)
    bad = (value < 0) | (value > 1)
    refuse_where(bad, "chance", "a share from 0 to 1", value, "Give the chance of return.")
    spread = column_of("chance_error", 0.0 if error is None else error, rows, least=0.0)
    known = np.isfinite(value)
    hint = "Where so little is known, give a rate for a group of customers, as counts."
    wide = known & (spread > value * (1 - value) * (1 + ROUNDING))
    refuse_where(wide, "chance_error", "at most chance · (1 - chance)", spread, hint)
    return Chances(value, spread, np.full(rows, OWN), ())


def column_of(argument: str, given: Any, rows: int, *, least: float | None = None) -> FloatArray:
    """Read a number for all customers, or one for each; NaN only where there is no least one."""
    if isinstance(given, int | float | np.number) and not isinstance(given, bool):
        given = np.full(rows, float(given))
    if isinstance(given, str | bool) or not isinstance(given, Iterable):
        raise ParameterError(
            f"{argument} must be one number for all customers, or one for each, but it is "
            f"{given!r}."
        )
    found = to_numbers(argument, one_dimensional(argument, given))
    if len(found) != rows:
        raise DataError(f"{argument} has {len(found)} entries for {rows} values.")
    bad = np.isinf(found) if least is None else ~((found >= least) & (found <= MOST))
    expected = "a finite number" if least is None else f"a number from {least:g} to {MOST:g}"
    refuse_where(bad, argument, expected, found, "Give one number for all, or one for each.")
    return found


MOST = 1e100  # of an amount
