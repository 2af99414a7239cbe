"""Intervals of what will happen along paths of changing covariates, cell by cell, in blocks."""

from __future__ import annotations

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
    standing = [along.standing(model) for model in points(fit)]
    n = len(along.built.cells)
    if not until > 0:
        return nothing(n, spend)
    known = along.built.cells.frequency if days is None else days
    order = np.argsort(standing[0].ahead(until).purchases, kind="stable")
    found = []
    for block in slices(n, BLOCK):
        rows = order[block]  # cells that buy about as often
        some = [each.some(rows) for each in standing]
        parts = [each.ahead(until).count_parts for each in some]
        counts = Counts.of(np.stack([each.alive for each in some]), parts)
        found.append(ends(Distribution.of(counts, min(FAINT, beyond)), beyond, spend, known[rows]))
    back = np.argsort(order)
    return {name: np.concatenate([each[name] for each in found])[back] for name in found[0]}
