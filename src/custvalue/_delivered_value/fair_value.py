"""Lines of fair value on a map, and what a map estimates and draws of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._delivered_value.rated import Rated
from custvalue._delivered_value.value_map import (
    Advantage,
    FairValueLine,
    LineName,
    MappedSupplier,
    ValueMap,
)
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.estimate import Estimate
from custvalue._inference.resamples import MOST_FAILED
from custvalue._rows import FloatArray
from custvalue.errors import EstimationError

Numbers = npt.NDArray[Any]  # real, or complex where derivatives are taken
Place = Callable[[Numbers], tuple[Numbers, Numbers]]  # means to quality and price
Line = Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]  # to intercept and slope, (samples, 1)

EVEN = 1e-9  # of the axes, whose mean is about 100 or an amount of money: on the line
ROUNDING = 1e-24  # of the squares of qualities: those that are alike


@dataclass(frozen=True)
class Plan:
    """What is on the map: places, lines by name, and the weight of quality where it is known."""

    place: Place
    lines: Mapping[LineName, Line]
    quality_weight: float | None = None

    @property
    def distances(self) -> list[str]:
        """Names of the distances, one for each line."""
        return [f"below line, {name}" for name in self.lines]

    def statistics(self, means: Numbers) -> Numbers:
        """Return slopes; then quality, price, score and distances of all suppliers."""
        quality, price = self.place(means)
        found, slopes = [quality, price], []
        if self.quality_weight is not None:
            found.append(score(quality, price, self.quality_weight))
        for line in self.lines.values():
            intercept, slope = line(quality, price)
            slopes.append(slope)
            found.append(intercept + slope * quality - price)
        return np.hstack([*slopes, *found])


def score(quality: Numbers, price: Numbers, weight: float) -> Numbers:
    """Return quality x its weight + (200 - price) x the weight of the price."""
    return np.asarray(weight * quality + (1 - weight) * (200 - price))


def weight_based(weight: float) -> Line:
    """Return the line of equal value through (100, 100): a point of quality for its weight."""
    slope = weight / (1 - weight)

    def line(quality: Numbers, _: Numbers) -> tuple[Numbers, Numbers]:
        ones = np.ones((len(quality), 1))
        return 100 * (1 - slope) * ones, slope * ones

    return line


def diagonal(quality: Numbers, _: Numbers) -> tuple[Numbers, Numbers]:
    """Return the line on which the price ratio is the quality ratio."""
    ones = np.ones((len(quality), 1))
    return 0 * ones, ones


def regression(quality: Numbers, price: Numbers) -> tuple[Numbers, Numbers]:
    """Return the least-squares line of price on quality; NaN where all qualities are alike."""
    x = quality - quality.mean(axis=1, keepdims=True)
    y = price - price.mean(axis=1, keepdims=True)
    spread = (x * x).sum(axis=1, keepdims=True)
    over = (x * y).sum(axis=1, keepdims=True)
    alike = np.abs(spread) <= ROUNDING * np.square(np.abs(quality)).sum(axis=1, keepdims=True)
    slope = np.divide(over, spread, out=np.full_like(over, np.nan), where=~alike)
    middle = price.mean(axis=1, keepdims=True) - slope * quality.mean(axis=1, keepdims=True)
    return middle, slope


def equivalence(slope: float, shares: FloatArray) -> Line:
    """Return the line of equal value through the average of the market."""

    def line(quality: Numbers, price: Numbers) -> tuple[Numbers, Numbers]:
        at = (price @ shares - slope * (quality @ shares))[:, np.newaxis]
        return at, np.full(at.shape, slope)

    return line


def mapped(
    joint: Rated,
    plan: Plan,
    method: Bootstrap,
    *,
    axes: tuple[str, str],
    conventions: tuple[str, ...],
) -> ValueMap:
    """Estimate all numbers of a map, and the probabilities from resamples."""
    suppliers = len(joint.names)
    every = list(range(suppliers))
    kinds = [*axes, *(["value score"] if plan.quality_weight is not None else [])]
    names = [*(f"slope, {name}" for name in plan.lines)]
    names += [kind for kind in (*kinds, *plan.distances) for _ in every]
    of = [0] * len(plan.lines) + every * (len(kinds) + len(plan.lines))
    found = joint.estimates(names, plan.statistics, of)
    slopes, told = found[: len(plan.lines)], found[len(plan.lines) :]
    table = [told[at : at + suppliers] for at in range(0, len(told), suppliers)]
    draws = _usable(plan.statistics(joint.draws(method)))
    even = np.abs(draws) <= EVEN
    ahead = (
        (((draws > 0) & ~even) + even / 2).mean(axis=0)[len(plan.lines) :].reshape(-1, suppliers)
    )
    return ValueMap(
        suppliers=tuple(
            _supplier(joint.names[place], [row[place] for row in table], ahead[:, place], plan)
            for place in every
        ),
        lines=_lines(joint, plan, slopes),
        quality_axis=axes[0],
        price_axis=axes[1],
        conventions=conventions,
        draws=len(draws),
    )


def _usable(statistics: FloatArray) -> FloatArray:
    """Return the resamples in which every supplier has a place."""
    there = np.asarray(np.isfinite(statistics).all(axis=1))
    if (~there).mean() > MOST_FAILED:
        raise EstimationError(
            f"{int((~there).sum()):,} of {len(there):,} resamples hold no ratings of some "
            f"supplier. Collect ratings of each supplier in more clusters."
        )
    return np.asarray(statistics[there])


def _supplier(name: str, found: list[Estimate], ahead: FloatArray, plan: Plan) -> MappedSupplier:
    """Put one supplier together: quality, price, score where there is one, distances."""
    distances = found[-len(plan.lines) :]
    sure = ahead[-len(plan.lines) :].tolist()
    return MappedSupplier(
        name=name,
        quality=found[0],
        price=found[1],
        score=None if plan.quality_weight is None else found[2],
        advantages=tuple(
            Advantage(line=line, distance=distance, probability=probability)
            for line, distance, probability in zip(plan.lines, distances, sure, strict=True)
        ),
    )


def _lines(joint: Rated, plan: Plan, slopes: list[Estimate]) -> tuple[FairValueLine, ...]:
    """Return the lines as they are estimated; a slope that is declared has no standard error."""
    quality, price = plan.place(joint.means[np.newaxis])
    return tuple(
        FairValueLine(
            name=name,
            slope=slope if slope.varies else replace(slope, standard_error=None),
            intercept=float(line(quality, price)[0][0, 0]),
        )
        for (name, line), slope in zip(plan.lines.items(), slopes, strict=True)
    )
