"""Levels of satisfaction with what customers do there, the curve, and the steps between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from custvalue._inference.contrast import APART, Tie, bounds_between
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import MeanEstimate
from custvalue._inference.shares import Proportion
from custvalue._loyalty.curves.cells import OutcomeCells
from custvalue._loyalty.curves.choosing import (
    Chosen,
    Drawn,
    Situation,
)
from custvalue._loyalty.curves.fitting import Fits
from custvalue._loyalty.curves.parts import CurveLevel, Step
from custvalue._loyalty.curves.reading import Known
from custvalue._loyalty.curves.shapes import ShapeName
from custvalue._rows import FloatArray


class Found(NamedTuple):
    """Level means, shapes and their weights in the sample."""

    data: Known
    at: Situation
    fits: Mapping[ShapeName, Fits]
    chosen: Chosen
    estimates: Sequence[Estimate]


class Resampled(NamedTuple):
    """The same of resamples."""

    draws: Drawn
    fits: Mapping[ShapeName, Fits]
    chosen: Chosen


def outcomes_of(data: Known, cells: OutcomeCells) -> list[Estimate]:
    """Estimate the outcome at each level."""
    each = zip(data.scores, cells.each_level(len(data.scores)), strict=True)
    return [its.outcome(f"outcome at {score:g}", data.family, data.ends) for score, its in each]


def levels_of(found: Found, resampled: Resampled, cells: OutcomeCells) -> list[CurveLevel]:
    curve: list[float] = found.at.in_units(found.fits["monotone"].curve)[0].tolist()
    draws = found.at.in_units(resampled.fits["monotone"].curve)
    wider = 1.0 if resampled.draws.design is None else resampled.draws.design.expansion
    errors: list[float] = (draws.std(axis=0, ddof=1) * wider).tolist()
    most = found.at.effective_n
    fitted = [_fitted(*its, most) for its in zip(found.estimates, curve, errors, strict=True)]
    alike = _correlations(cells.roots(len(curve)), len(curve))
    steps = [_step(found.estimates, tie, place) for place, tie in enumerate(alike)]
    rows = zip(found.data.scores.tolist(), found.estimates, fitted, [*steps, None], strict=True)
    return [CurveLevel(score, its.n, its, line, step) for score, its, line, step in rows]


def _correlations(moved: FloatArray | None, levels: int) -> list[float]:
    """Return correlations of neighbouring levels from what moves them."""
    if moved is None:
        return [0.0] * (levels - 1)
    size = np.sqrt(np.square(moved).sum(axis=0))
    size = size[:-1] * size[1:]
    products = (moved[:, :-1] * moved[:, 1:]).sum(axis=0)
    ratio = np.divide(products, size, out=np.zeros(levels - 1), where=size > 0)
    return [min(max(float(its), -1.0), 1.0) for its in ratio]


def _fitted(observed: Estimate, value: float, error: float, most: float) -> Estimate:
    """Return the curve at a level as an estimate of the kind of the outcome there."""
    name = observed.name.replace("outcome", "curve")
    n = observed.effective_n
    own: dict[str, Any] = {
        "name": name,
        "value": value,
        "n": observed.n,
        "standard_error": error if observed.has_interval else None,
        "degrees_of_freedom": observed.degrees_of_freedom,
        "clusters": observed.clusters,
    }
    if isinstance(observed, Proportion):
        variance = value * (1 - value)
        matched = variance / error**2 if error > 0 and variance > 0 else n
        return Proportion(**own, effective_n=min(matched, max(most, n)))
    method = observed.usual_method if isinstance(observed, MeanEstimate) else "t"
    return MeanEstimate(**own, effective_n=n, bounds=observed.bounds, usual_method=method)


def _step(of: Sequence[Estimate], correlation: float, place: int) -> Step | None:
    """Return what the next level is more than this one."""
    here, there = of[place], of[place + 1]
    if not (here.has_interval and there.has_interval):
        return None
    a, b = there.standard_error or 0.0, here.standard_error or 0.0
    return Step(
        name=f"{there.name} - {here.name}",
        value=there.value - here.value,
        standard_error=math.sqrt(max(a * a + b * b - 2 * correlation * a * b, 0.0)),
        n=here.n + there.n,
        effective_n=here.effective_n + there.effective_n,
        bounds=bounds_between(there, here),
        of=(there, here),
        tie=Tie(correlation, 0.0) if correlation else APART,
    )
