"""Intervals of what will happen, cell by cell, in blocks of bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._lifetime.cells import Cells
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.history import PurchaseHistory
from custvalue._lifetime.prediction.counts import FAINT, Counts, Distribution
from custvalue._lifetime.prediction.parameters import points
from custvalue._lifetime.prediction.spend import spend_quantile
from custvalue._lifetime.prediction.spend_fit import Spender
from custvalue._lifetime.prediction.values import paid
from custvalue._lifetime.quadrature import slices
from custvalue._rows import FloatArray

BLOCK = 2048  # cells whose counts are looked at together


def cell_outcomes(
    fit: Fit[Any], cells: Cells, until: float, beyond: float, spender: Spender | None
) -> dict[str, FloatArray]:
    """Return ends and probabilities for the purchases, and for the value in multiples of γ'."""
    names = ["purchases_low", "purchases_high", "purchases_probability", "purchases_variance"]
    if spender is not None:
        names += ["value_low", "value_high", "value_probability"]
    result = {name: np.zeros(len(cells)) for name in names}
    models = list(points(fit))
    alive = np.stack([np.atleast_1d(model._alive(cells)) for model in models])  # noqa: SLF001
    for rows in slices(len(cells), BLOCK) if until > 0 else ():
        some = _part(cells, rows)
        parts = [model._count_parts(some, until) for model in models]  # noqa: SLF001
        counts = Distribution.of(Counts.of(alive[:, rows], parts), min(FAINT, beyond))
        low, high = counts.quantile(1 - beyond), counts.quantile(beyond)
        found = [low, high, counts.within(low, high), counts.variance]
        if spender is not None:
            found += paid(counts, some.frequency, spender.point, beyond)
        for name, column in zip(names, found, strict=True):
            result[name][rows] = column
    if not until > 0:
        result |= {name: np.ones(len(cells)) for name in names if name.endswith("probability")}
    return result


def _part(cells: Cells, rows: slice) -> Cells:
    columns = (cells.frequency, cells.recency, cells.age, cells.count)
    return Cells(*(column[rows] for column in columns))


def spend_outcomes(
    spender: Spender, history: PurchaseHistory, beyond: float
) -> dict[str, FloatArray]:
    """Return the ends for the spend of one purchase day."""
    beside = list(points(spender.fit)) if spender.fit else []
    return {
        f"spend_{end}": spend_quantile(spender.model, beside, history, beyond, upper=end == "high")
        for end in ("low", "high")
    }
