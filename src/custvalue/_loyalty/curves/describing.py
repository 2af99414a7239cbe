"""The shapes of a curve in the words and units that people have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from custvalue._inference.resampled import ResampledEstimate
from custvalue._loyalty.curves.choosing import (
    Situation,
)
from custvalue._loyalty.curves.fitting import Fits
from custvalue._loyalty.curves.levels import Found, Resampled
from custvalue._loyalty.curves.logistic_curve import separated
from custvalue._loyalty.curves.parts import CurveShape, CurveShapes
from custvalue._loyalty.curves.result import Separation
from custvalue._loyalty.curves.shapes import CHINESE, ORDER, ShapeName
from custvalue._rows import FloatArray, read_only

METHODS: dict[ShapeName, str] = {"monotone": "isotonic, by pooled adjacent violators"}


def separation_of(at: Situation) -> Separation:
    if at.levels.family.kind != "shares" or not separated(at.mean[np.newaxis])[0]:
        return "none"
    return "quasi-complete" if ((at.mean > 0) & (at.mean < 1)).any() else "complete"


def shapes_of(
    found: Found, resampled: Resampled, scores: Mapping[ShapeName, float], folds: int
) -> CurveShapes:
    names = list(found.fits)
    best = resampled.chosen.bic.argmin(axis=1)
    bic = found.chosen.bic[0]
    shapes = [
        CurveShape(
            name=name,
            chinese=CHINESE[name],
            parameters=float(found.fits[name].parameters[0]),
            log_likelihood=float(found.fits[name].likelihood[0]),
            bic=float(bic[place] - bic.min()),
            probability=float(found.chosen.probability[0, place]),
            bootstrap_share=float((best == place).mean()),
            log_score=scores[name],
            method=_method(name, found.at),
            curve=tuple(found.at.in_units(found.fits[name].curve)[0].tolist()),
            values=tuple(_values(name, found, resampled)),
        )
        for place, name in enumerate(names)
    ]
    return CurveShapes(
        shapes=tuple(sorted(shapes, key=lambda its: -its.probability)),
        left_out=tuple(name for name in ORDER if name not in names),
        folds=folds,
        effective_n=found.at.effective_n,
        resamples=len(resampled.draws.mean),
    )


def _method(name: ShapeName, at: Situation) -> str:
    if name == "logistic" and separation_of(at) != "none":
        return "penalised by Jeffreys' prior (Firth), because the likelihood has no maximum"
    return METHODS.get(name, "maximum quasi-likelihood")


def _values(name: ShapeName, found: Found, resampled: Resampled) -> list[ResampledEstimate]:
    """Return the numbers that describe a shape, in units that people have."""
    at, n = found.at, len(found.data.level)
    own, draws = (_in_words(its, found) for its in (found.fits[name], resampled.fits[name]))
    design = resampled.draws.design
    clusters: dict[str, Any] = {}
    if design is not None:
        clusters = {
            "clusters": design.clusters,
            "degrees_of_freedom": design.degrees_of_freedom,
            "expansion": design.expansion,
        }
    return [
        ResampledEstimate(
            name=what,
            value=float(value[0]),
            standard_error=float(draws[what].std(ddof=1)) * clusters.get("expansion", 1.0),
            n=n,
            effective_n=at.effective_n,
            draws=read_only(np.array(draws[what], dtype=np.float64)),
            **clusters,
        )
        for what, value in own.items()
    ]


def _in_words(fits: Fits, found: Found) -> dict[str, FloatArray]:
    """Return floor and ceiling as outcomes, the inflexion as an answer, logits by the point."""
    at, scale, values = found.at, found.data.scale, dict(fits.values)
    upwards = (at.back.step > 0) == (scale.sign > 0)
    told: dict[str, FloatArray] = {}
    for name in ("floor", "ceiling"):
        if name in values:
            told[name] = at.in_units(values[name][:, np.newaxis])[:, 0]
    if "steepness" in values:
        told["steepness"] = values["steepness"]
    if "inflexion" in values:
        place = values["inflexion"] if upwards else 1 - values["inflexion"]
        told["inflexion"] = scale.low + scale.width * place
    if "slope" in values:
        told["log odds for a point"] = at.back.step * values["slope"] / scale.width
    return told
