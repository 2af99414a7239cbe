"""Intervals of what will happen, cell by cell, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from custvalue._lifetime.cells import Cells
from custvalue._lifetime.entry import EnteredCells
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.history import PurchaseHistory
from custvalue._lifetime.prediction.counts import FAINT, Counts, Distribution
from custvalue._lifetime.prediction.parameters import points
from custvalue._lifetime.prediction.spend import Point, spend_quantile
from custvalue._lifetime.prediction.spend_fit import Spender
from custvalue._lifetime.prediction.values import paid
from custvalue._rows import FloatArray

Columns = dict[str, FloatArray]

BLOCK = 2048  # cells whose counts are looked at together


class Ahead(NamedTuple):
    """What is asked: a model of purchases with its errors, until when, and the tail beyond."""

    fit: Fit[Any]
    until: float
    beyond: float
    spend: Point | None


def outcomes(ask: Ahead, history: PurchaseHistory, days: FloatArray | None) -> Columns:
    """Return ends and probabilities for the purchases, and for the value in multiples of γ'.

    `days` are the purchases of which the spend is known: usually all, else none of a customer's.
    """
    found = cell_outcomes(ask, history.cells, history.cells.frequency)
    each = {name: history.per_customer(column) for name, column in found.items()}
    if days is not None and (other := days != history.frequency).any():
        few = history.select(other)
        instead = cell_outcomes(ask, few.cells, np.zeros(len(few.cells)))
        for name, column in instead.items():
            each[name] = each[name].copy()
            each[name][other] = few.per_customer(column)
    return each


def cell_outcomes(ask: Ahead, cells: Cells, days: FloatArray) -> Columns:
    """Return the same for cells with their days of known spend."""
    fit, until, beyond, spend = ask
    names = [f"purchases_{each}" for each in ("low", "high", "probability", "none", "variance")]
    if spend is not None:
        names += ["value_low", "value_high", "value_probability"]
    result = {name: np.zeros(len(cells)) for name in names}
    models = list(points(fit))
    alive = np.stack([np.atleast_1d(model._alive(cells)) for model in models])  # noqa: SLF001
    for rows, some in _blocks(cells) if until > 0 else ():
        parts = [model._count_parts(some, until) for model in models]  # noqa: SLF001
        counts = Distribution.of(Counts.of(alive[:, rows], parts), min(FAINT, beyond))
        low, high = counts.quantile(1 - beyond), counts.quantile(beyond)
        none = counts.within(0 * low, 0 * low)
        found = [low, high, counts.within(low, high), none, counts.variance]
        if spend is not None:
            found += paid(counts, days[rows], spend, beyond)
        for name, column in zip(names, found, strict=True):
            result[name][rows] = column
    if not until > 0:
        result |= {
            name: np.ones(len(cells)) for name in names if name.endswith(("probability", "none"))
        }
    return result


def _blocks(cells: Cells) -> Iterator[tuple[slice, Cells]]:
    """Yield some cells at a time; of those who entered the log later, some with the same entry."""
    columns = [cells.frequency, cells.recency, cells.age, cells.count]
    ranges = [slice(0, len(cells))]
    if isinstance(cells, EnteredCells):
        columns.append(cells.entry)
        ranges = [part.rows for part in cells.parts]
    for whole in ranges:
        for start in range(whole.start, whole.stop, BLOCK):
            rows = slice(start, min(start + BLOCK, whole.stop))
            yield rows, type(cells)(*(column[rows] for column in columns))


def spend_outcomes(
    spender: Spender, history: PurchaseHistory, beyond: float
) -> dict[str, FloatArray]:
    """Return the ends for the spend of one purchase day."""
    beside = list(points(spender.fit)) if spender.fit else []
    low, high = (
        spend_quantile(spender.model, beside, history, beyond, upper=upper)
        for upper in (False, True)
    )
    return {"spend_low": np.minimum(low, high), "spend_high": high}  # also where they are medians
