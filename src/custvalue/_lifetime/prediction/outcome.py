"""Intervals of what will happen, cell by cell, in blocks of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._histories.entry import EnteredCells
from custvalue._lifetime.answers import CellAnswers
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.counts import FAINT, Counts, Distribution
from custvalue._lifetime.prediction.parameters import points
from custvalue._lifetime.prediction.question import Columns
from custvalue._lifetime.prediction.spend import Point, spend_quantile
from custvalue._lifetime.prediction.spend_fit import Spender
from custvalue._lifetime.prediction.values import paid
from custvalue._lifetime.spend.spend_data import SpendHistory
from custvalue._rows import FloatArray

BLOCK = 2048  # cells whose counts are looked at together


class Ahead(NamedTuple):
    """What is asked: a model of purchases with its errors, until when, and the tail beyond."""

    fit: Fit[Any]
    until: float
    beyond: float
    spend: Point | None


def cell_outcomes(ask: Ahead, cells: Cells, days: FloatArray) -> Columns:
    """Return ends and probabilities for the purchases, and for the value in multiples of γ'.

    `days` are the purchases of which the spend is known.
    """
    fit, until, beyond, spend = ask
    asked = [CellAnswers.of(model, cells) for model in points(fit)]
    alive = np.stack([each.alive() for each in asked])
    if not until > 0:
        return nothing(len(cells), spend)
    found = []
    for rows in _blocks(cells):
        parts = [each.some(rows).parts(until) for each in asked]
        counts = Distribution.of(Counts.of(alive[:, rows], parts), min(FAINT, beyond))
        found.append(ends(counts, beyond, spend, days[rows]))
    return {name: np.concatenate([each[name] for each in found]) for name in found[0]}


def ends(counts: Distribution, beyond: float, spend: Point | None, days: FloatArray) -> Columns:
    """Return what is said of an outcome, from its distribution."""
    low, high = counts.quantile(1 - beyond), counts.quantile(beyond)
    made = {
        "purchases_low": low,
        "purchases_high": high,
        "purchases_probability": counts.within(low, high),
        "purchases_none": counts.within(0 * low, 0 * low),
        "purchases_variance": counts.variance,
    }
    if spend is not None:
        names = ("value_low", "value_high", "value_probability")
        made |= dict(zip(names, paid(counts, days, spend, beyond), strict=True))
    return made


def nothing(customers: int, spend: Point | None) -> Columns:
    """Return what is said where nothing can happen."""
    names = [f"purchases_{each}" for each in ("low", "high", "probability", "none", "variance")]
    if spend is not None:
        names += ["value_low", "value_high", "value_probability"]
    certain = ("probability", "none")
    return {name: np.full(customers, float(name.endswith(certain))) for name in names}


def _blocks(cells: Cells) -> Iterator[slice]:
    """Yield some cells at a time; of those who entered the log later, some with the same entry."""
    parts = cells.parts if isinstance(cells, EnteredCells) else [slice(0, len(cells))]
    for part in parts:
        whole = part if isinstance(part, slice) else part.rows
        for start in range(whole.start, whole.stop, BLOCK):
            yield slice(start, min(start + BLOCK, whole.stop))


def spend_outcomes(spender: Spender, history: SpendHistory, beyond: float) -> dict[str, FloatArray]:
    """Return the ends for the spend of one purchase day."""
    beside = list(points(spender.fit)) if spender.fit else []
    low, high = (
        spend_quantile(spender.model, beside, history, beyond, upper=upper)
        for upper in (False, True)
    )
    return {"spend_low": np.minimum(low, high), "spend_high": high}  # also where they are medians
