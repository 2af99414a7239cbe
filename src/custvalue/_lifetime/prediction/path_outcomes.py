"""Intervals of what will happen along paths of changing covariates, cell by cell, in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue._lifetime.covariates.changing.answers import Along
from custvalue._lifetime.prediction.counts import FAINT, Counts, Distribution
from custvalue._lifetime.prediction.outcome import Ahead, ends, nothing
from custvalue._lifetime.prediction.parameters import points
from custvalue._lifetime.prediction.question import Columns
from custvalue._numerics.quadrature import slices
from custvalue._rows import FloatArray

BLOCK = 512  # cells, with some hundred points of the parameters and times of leaving for each


def path_outcomes(ask: Ahead, along: Along, days: FloatArray | None = None) -> Columns:
    """Return ends and probabilities of each cell, as :func:`.outcome.cell_outcomes` does.

    `days` are the purchases of which the spend is known; all by default.
    """
    fit, until, beyond, spend = ask
    asked = [along.likelihood(model) for model in points(fit)]
    paths: Any = asked[0][0]
    n = len(paths.cells)
    if not until > 0:
        return nothing(n, spend)
    known = paths.cells.frequency if days is None else days
    order = np.argsort(paths.purchases(asked[0][1], until), kind="stable")  # alike in a block
    found = []
    for block in slices(n, BLOCK):
        rows = order[block]
        some = paths.some(rows)
        alive = np.stack([some.alive(point) for _, point in asked])
        parts = [some.count_parts(point, until) for _, point in asked]
        counts = Distribution.of(Counts.of(alive, parts), min(FAINT, beyond))
        found.append(ends(counts, beyond, spend, known[rows]))
    back = np.argsort(order)
    return {name: np.concatenate([each[name] for each in found])[back] for name in found[0]}
