"""The likelihood of each pattern by itself, from what a model says of cells that are alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from custvalue._columns import first_of_runs
from custvalue._lifetime.covariates.surface import ByPattern, Likelihood
from custvalue._numerics.maximum import Objective
from custvalue._rows import FloatArray


def by_pattern(
    objective: Callable[[Any], Objective], kind: Callable[..., Any], cells: Any, design: FloatArray
) -> tuple[Likelihood, FloatArray]:
    """Return the likelihood of cells by their pattern, and the rows of the design it is of.

    `kind` are cells without a pattern, whose fields are columns of these.
    """
    starts = np.flatnonzero(first_of_runs(cells.pattern))
    columns = {field.name: getattr(cells, field.name) for field in fields(kind)}  # type: ignore[arg-type]
    parts = [
        kind(**{name: column[first:last] for name, column in columns.items()})
        for first, last in zip(starts, np.append(starts[1:], len(cells)), strict=True)
    ]
    return ByPattern([objective(part) for part in parts]), design[cells.pattern[starts]]
