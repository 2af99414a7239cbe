"""Customer equity of the sample and of each draw of respondents.

Respondents (or clusters) are drawn with replacement; the effects of a draw are one Newton step away
from those of the sample, by what each respondent adds to slope and curvature. With few respondents
the worth of each is computed at the effects of each draw. With many, effects hardly differ between
draws, and the worth of each respondent is the parabola through effects one standard deviation away
along the principal axes of the draws: draws are then sums of what does not change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.drawing import Units
from custvalue._profit_chain.asked_brands import AskedBrands
from custvalue._profit_chain.choice import (
    BrandChoice,
    choice_probabilities,
    switching_probabilities,
)
from custvalue._profit_chain.switching import discounted_purchases
from custvalue._rows import Columns, FloatArray

MANY = 2**21  # draws x respondents, beyond which worth is a parabola of effects


@dataclass(frozen=True, eq=False, repr=False)
class Setting(Columns):
    """What equity is computed by."""

    REPR: ClassVar[tuple[str, ...]] = ("customers", "horizon")

    contribution: FloatArray  # of a purchase of each brand
    customers: float
    years: float
    rate: float
    horizon: str | None

    def columns(self) -> dict[str, Any]:
        """Return what a purchase of each brand leaves."""
        return {"contribution": self.contribution}


@dataclass(frozen=True, eq=False, repr=False)
class Drawn(Columns):
    """Effects and how often each respondent counts: of the sample, then of each draw."""

    effects: FloatArray  # (1 + draws, effects)
    weights: FloatArray  # (1 + draws, respondents)

    REPR: ClassVar[tuple[str, ...]] = ()

    def columns(self) -> dict[str, Any]:
        """Return the effects, one row for each draw."""
        return {f"effect {k}": its for k, its in enumerate(self.effects.T)}


def drawn_of(model: BrandChoice, method: Bootstrap) -> Drawn:
    """Draw respondents or clusters; effects follow by one Newton step."""
    sample = model.asked.sample
    n, start = len(model.asked), model.coefficients
    curvatures = model.curvatures.reshape(n, -1)
    effects, weights = [start], [sample.weights]
    units = Units.of(n, sample)
    for drawn in units.drawn(method):
        times = np.bincount(units.rows(drawn), minlength=n).astype(np.float64)
        information = (times @ curvatures).reshape(len(start), -1)
        step, *_ = np.linalg.lstsq(information, times @ model.slopes)
        effects.append(start + step)
        weights.append(times * sample.weights)
    return Drawn(np.array(effects), np.array(weights))


def equities(
    model: BrandChoice, setting: Setting, drawn: Drawn, shift: FloatArray | None = None
) -> FloatArray:
    """Return the equity of each brand in the sample and in each draw, (1 + draws, brands)."""
    asked = model.asked if shift is None else model.asked.moved(shift)
    how = _near if drawn.weights.size > MANY else _exact
    mean = how(asked, setting, drawn) / drawn.weights.sum(axis=1, keepdims=True)
    return np.asarray(setting.customers * setting.contribution * mean)


def _worth(asked: AskedBrands, setting: Setting, beta: FloatArray) -> FloatArray:
    """Return discounted purchases of each brand by each respondent."""
    return discounted_purchases(
        switching_probabilities(asked, beta),
        choice_probabilities(asked, beta),
        asked.a_year,
        setting.years,
        setting.rate,
    )


def _exact(asked: AskedBrands, setting: Setting, drawn: Drawn) -> FloatArray:
    """Return sums over respondents, whose worth is computed at the effects of each draw."""
    found = []
    for weights, beta in zip(drawn.weights, drawn.effects, strict=True):
        rows = np.flatnonzero(weights > 0)
        found.append(weights[rows] @ _worth(asked.of_rows(rows), setting, beta))
    return np.array(found)


def _near(asked: AskedBrands, setting: Setting, drawn: Drawn) -> FloatArray:
    """Return sums over respondents, whose worth is a parabola of effects."""
    start, moves = drawn.effects[0], drawn.effects - drawn.effects[0]
    _, size, directions = np.linalg.svd(moves, full_matrices=False)
    axes = size[:, None] / math.sqrt(len(moves)) * directions
    axes = axes[size > 0]
    steps = moves @ np.linalg.pinv(axes)
    found = np.zeros((len(moves), len(asked.brands)))
    terms = _terms(lambda at: _worth(asked, setting, start + at @ axes), steps)
    for factor, worth in terms:
        found += factor[:, None] * (drawn.weights @ worth)
    return found


def _terms(
    function: Callable[[FloatArray], FloatArray], steps: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield the terms of the parabola: a factor for each draw, and what it multiplies."""
    size = steps.shape[1]
    one = np.eye(size)
    here = function(np.zeros(size))
    yield np.ones(len(steps)), here
    ups = []
    for place, along in enumerate(steps.T):
        up, down = function(one[place]), function(-one[place])
        ups.append(up)
        yield along, (up - down) / 2
        yield along**2 / 2, up - 2 * here + down
        for other in range(place):
            both = function(one[place] + one[other])
            yield along * steps[:, other], both - up - ups[other] + here
