"""Customers of a summary in an engine, counted there: what comes back, and what it must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from custvalue._frames.customer_summary import DAYS, MAKE, SPEND, CustomerSummary
from custvalue._histories import units
from custvalue._histories.buyer_spend import BuyerSpend
from custvalue._histories.rows import AMOUNT, LARGEST, BoolArray, nobody
from custvalue._histories.units import TimeUnit
from custvalue._rows import FloatArray
from custvalue._words import count, number, plain
from custvalue.errors import DataError

Resolution = Literal["day", "week"]
EXACT_SPENDS = 20_000_000
BIN = 0.002  # of the logarithm of a mean spend

Counted = Mapping[str, FloatArray]


def counted_in_engine(
    summary: Any, unit: TimeUnit, resolution: Resolution, exact_spends: int
) -> dict[str, Any]:
    """Return the fields of cells of customers, but for the unit."""
    source, weeks = CustomerSummary(summary), resolution == "week"
    cells = cells_of(source, weeks=weeks)
    buyers = int(cells["customers"][cells["repeat_days"] > 0].sum())
    notes = [_rounding(source)] if weeks else []
    fields = {
        "frequency": cells["repeat_days"],
        "recency": cells["recency_days"] / units.DAYS[unit],
        "age": cells["age_days"] / units.DAYS[unit],
        "count": cells["customers"],
    }
    if source.has_spend and buyers:
        exact = buyers <= exact_spends
        notes += [] if exact else [f"Mean spends are counted in bins of {100 * BIN:g} %."]
        spend = spend_of(source, None if exact else BIN)
    else:
        spend = None
    nothing = np.zeros(len(cells["customers"])) if source.has_spend and not buyers else None
    return {
        **fields,
        "monetary_value": nothing,
        "spend": spend,
        "approximation": " ".join(notes),
    }


def cells_of(
    source: CustomerSummary, *, weeks: bool = False, covariates: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the different days of a summary, ascending, with the number of customers."""
    cells = source.cells(weeks=weeks, covariates=covariates)
    if not len(cells["customers"]):
        raise nobody("the summary is empty")
    _check_days(source.contradictions() if weeks else cells)
    return cells


def spend_of(source: CustomerSummary, width: float | None) -> BuyerSpend:
    """Return what those who came back spent, ascending."""
    found = source.spends(width=width)
    x, total, customers = found["repeat_days"], found[SPEND], found["customers"]
    bad = ~np.isfinite(total)
    if bad.any():
        raise _unlike(SPEND, AMOUNT, int(customers[bad].sum()), "")
    absurd = np.abs(total) > LARGEST
    if absurd.any():
        raise _unlike(SPEND, f"at most {LARGEST:g} in size", int(customers[absurd].sum()), "")
    mean = total / x
    order = np.lexsort((mean, x))
    return BuyerSpend(frequency=x[order], monetary_value=mean[order], count=customers[order])


def _check_days(cells: Counted) -> None:
    """Refuse days that contradict each other or what they are."""
    x, recency, age = (cells[name] for name in DAYS)
    for name in DAYS:
        _refuse(name, "present", np.isnan(cells[name]), cells)
        _refuse(name, ">= 0", cells[name] < 0, cells)
    _refuse("recency_days", "at most age_days", recency > age, cells)
    _refuse("recency_days", "0 where repeat_days is 0", (x == 0) & (recency > 0), cells)
    _refuse("repeat_days", "at most recency_days", x > recency, cells)


def _refuse(name: str, expected: str, bad: BoolArray, cells: Counted) -> None:
    if not bad.any():
        return
    first = int(np.argmax(bad))
    there = [f"{each} {_shown(cells[each][first])}" for each in DAYS]
    raise _unlike(name, expected, int(cells["customers"][bad].sum()), f": {', '.join(there)}")


def _shown(days: float) -> str:
    return "missing" if np.isnan(days) else str(plain(days))


def _unlike(name: str, expected: str, customers: int, where: str) -> DataError:
    """Build the error for customers who have no row number, only a count."""
    these = f"of {count(customers, 'customer')} it is not{where}"
    return DataError(
        f"{name} must be {expected}, but {these}. {MAKE}", column=name, count=customers
    )


def _rounding(source: CustomerSummary) -> str:
    """Say how far times are moved when they are rounded to weeks."""
    moved, most = source.moved_by_weeks()
    of = " and ".join(f"{name} by {number(days, 3)}" for name, days in moved.items())
    return (
        f"Times are rounded to whole weeks: by {number(most)} days at most, and on average {of} "
        f"days."
    )
