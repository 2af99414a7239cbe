"""The top of a log-likelihood, once for all models.

A model hands over its log-likelihood with exact gradient and Hessian; here it is maximised over
the logarithms of the parameters by Newton's method in a trust region, which grows as long as the
parabola tells the truth (Conn, Gould & Toint 2000, *Trust-Region Methods*, chapter 6). Large data
are first fitted on every 16th customer, and so on: from there, two or three evaluations are left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

import numpy as np

from custvalue._numerics.trust_region import Parabola
from custvalue._rows import FloatArray

THINNING = 16  # every 16th customer for the warm start
THINNED_CELLS = 1_000  # a sample smaller than this is a poor start
MOST_STEPS = 200
VANISHED = 1e-10  # a gradient smaller than this share of the log-likelihood is zero
FLAT = 10.0  # standard deviation of a log-parameter from which on nothing is known: e^±20
NOTHING = 1e-4  # a gain in log-likelihood that means nothing
LONGEST_STEP = 5.0
FAR = 240.0  # of log-parameters: as far as strides along a ridge go
SHORTEST_STRIDE = 0.05  # share of a stride along a ridge that is tried last
FARTHEST = 250.0  # of log-parameters: on a ridge beyond e^±250, the limit has been reached
NEARLY_VANISHED = 1e-4  # a gradient from which a Newton step leads to the top
POLISH = 5  # such steps at most
ROUNDING = 1e-14  # share of a log-likelihood that rounding hides
FIRST_RADIUS = 1.0  # of the trust region, in log-parameters
POOR, ENOUGH, GOOD = 0.25, 0.15, 0.75  # shares of a gain that was expected


class Derivatives(NamedTuple):
    """A log-likelihood with its gradient and its Hessian."""

    value: float
    gradient: FloatArray
    hessian: FloatArray

    @classmethod
    def total(cls, parts: Iterable[Derivatives]) -> Derivatives:
        """Add up the parts of a log-likelihood, at least one."""
        values, gradients, hessians = zip(*parts, strict=True)
        return cls(sum(values), np.sum(gradients, axis=0), np.sum(hessians, axis=0))


class DataCells(Protocol):
    """What a model is fitted to: a frozen dataclass of arrays with one entry per cell.

    Where a field is called `count`, a cell stands for so many customers, else for one.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __len__(self) -> int: ...


CellsT = TypeVar("CellsT", bound=DataCells)
Objective = Callable[[FloatArray], Derivatives]


def highest(
    cells: CellsT, objective: Callable[[CellsT], Objective], starts: Sequence[FloatArray]
) -> tuple[FloatArray, float]:
    """Return where the log-likelihood is highest, and how high, without judging it."""
    found = search([np.log(start) for start in starts], objective, cells)
    return np.exp(found.point), _height(found)


def climbed(objective: Objective, start: FloatArray) -> tuple[FloatArray, float]:
    """Return the same from one start, on all data at once."""
    surface = on_log_scale(objective)
    found = along_the_ridge(surface, maximise(surface, np.log(start)))
    return np.exp(found.point), _height(found)


def thinned(cells: CellsT) -> CellsT | None:
    """Return every 16th customer, in the order of the cells; None where that would be too few."""
    return _thinned(cells) if len(cells) >= THINNING * THINNED_CELLS else None


def search(
    points: Sequence[FloatArray], objective: Callable[[CellsT], Objective], cells: CellsT
) -> Found:
    """Return where the highest of the searches ends; large data are first searched on a sample."""
    return climb(points, lambda some: on_log_scale(objective(some)), cells)


def climb(
    points: Sequence[FloatArray], surface_of: Callable[[CellsT], Objective], cells: CellsT
) -> Found:
    """Return the same of surfaces, whose coordinates may be any."""
    surface = surface_of(cells)
    return along_the_ridge(surface, _highest(surface, _warm(points, surface_of, cells)))


def _warm(
    points: Sequence[FloatArray], surface_of: Callable[[CellsT], Objective], cells: CellsT
) -> Sequence[FloatArray]:
    """Return where to start: of large data, where the search on a sample ends."""
    sample = thinned(cells)
    if sample is None:
        return points
    return [_highest(surface_of(sample), _warm(points, surface_of, sample)).point]


def _highest(surface: Objective, points: Sequence[FloatArray]) -> Found:
    """Return where the highest of the searches ends; one that cannot be it is given up."""
    best = maximise(surface, points[0])
    for point in points[1:]:
        best = max(best, maximise(surface, point, _height(best)), key=_height)
    return best


def _height(found: Found) -> float:
    return found.at.value if math.isfinite(found.at.value) else -math.inf


def _thinned(cells: CellsT) -> CellsT:
    """Keep every 16th customer, in the order of the cells."""
    columns = {field.name: getattr(cells, field.name) for field in fields(cells)}
    count = columns.get("count", np.ones(len(cells)))
    sampled = np.diff(np.floor(np.cumsum(count) / THINNING), prepend=0)
    kept = np.flatnonzero(sampled)
    columns = {name: column[kept] for name, column in columns.items()}
    if "count" in columns:
        columns["count"] = sampled[kept]
    return replace(cells, **columns)


def on_log_scale(objective: Objective) -> Objective:
    """Turn derivatives by the parameters into derivatives by their logarithms."""

    def on_log_scale(point: FloatArray) -> Derivatives:
        parameters = np.exp(point)
        value, gradient, hessian = objective(parameters)
        slope = parameters * gradient
        return Derivatives(
            value, slope, hessian * np.outer(parameters, parameters) + np.diag(slope)
        )

    return on_log_scale


class Found(NamedTuple):
    """Where the search ended."""

    point: FloatArray  # logarithms of the parameters
    at: Derivatives  # by the logarithms
    steps: int
    converged: bool = False

    @property
    def scaled_gradient(self) -> float:
        return float(np.abs(self.at.gradient).max() / max(abs(self.at.value), 1.0))


def along_the_ridge(surface: Objective, found: Found) -> Found:
    """On a ridge, go on towards its end as long as that gains anything.

    The end of a ridge is a simpler model at infinity. The log-likelihood may near its value there
    like 1 / log of a parameter: then it rises by little at each step, and by much in all.
    """
    share = 1.0
    while (stride := _stride(found)) is not None and share >= SHORTEST_STRIDE:
        ahead = maximise(surface, found.point + share * stride)
        if ahead.converged and ahead.at.value > found.at.value + NOTHING:
            found, share = ahead._replace(steps=found.steps + ahead.steps), 1.0
        else:
            share /= 4
    return found


def _stride(found: Found) -> FloatArray | None:
    """Return Newton's long step in the flat directions in which there is something to gain."""
    if not found.converged:
        return None
    curvature, directions = np.linalg.eigh(-found.at.hessian)
    slope = directions.T @ found.at.gradient
    least = np.abs(slope) / FARTHEST + ROUNDING * np.abs(curvature).max()
    reach = np.abs(slope) / np.maximum(curvature, least)
    promising = (reach > LONGEST_STEP) & (np.abs(slope) * reach > NOTHING)
    if not promising.any():
        return None
    step: FloatArray = directions @ np.where(promising, np.sign(slope) * reach, 0.0)
    room = (FAR - np.sign(step) * found.point) / np.maximum(np.abs(step), ROUNDING)
    return step * min(1.0, float(room.min())) if room.min() > 0 else None


def maximise(objective: Objective, point: FloatArray, reached: float = -math.inf) -> Found:
    """Climb by Newton's method in a trust region, then polish.

    `reached` is how high another search came: a ridge that cannot lead there is left at once.
    """
    here = objective(point)
    if not _is_finite(here):
        return Found(point, here, steps=0)
    with np.errstate(over="ignore", invalid="ignore"):  # far out, it turns back
        found, on_a_ridge = _climbed(objective, Found(np.array(point), here, steps=0), reached)
    found = _polished(objective, found)
    return found._replace(converged=on_a_ridge or found.scaled_gradient <= VANISHED)


def _climbed(objective: Objective, found: Found, reached: float) -> tuple[Found, bool]:
    """Return where nothing more can be gained that could be seen, and whether that is a ridge."""
    vanished = VANISHED * max(abs(found.at.value), 1.0)
    parabola, radius = Parabola.of(found.at.gradient, found.at.hessian), FIRST_RADIUS
    for steps in range(1, MOST_STEPS + 1):
        step = parabola.highest(radius)
        if not step.gain > 0:
            break
        there = objective(found.point + step.move)
        gain = there.value - found.at.value if _is_finite(there) else -math.inf
        # As far as steps go, and at this pace all those that are left would not lead there.
        hopeless = radius >= LONGEST_STEP and step.at_edge and gain > 0
        hopeless = hopeless and there.value + gain * (MOST_STEPS - steps) < reached
        if gain < POOR * step.gain:
            radius /= 4
        elif gain > GOOD * step.gain and step.at_edge:
            radius = min(2 * radius, LONGEST_STEP)
        found = found._replace(steps=steps)
        if gain > ENOUGH * step.gain:
            found = Found(found.point + step.move, there, steps)
            parabola = Parabola.of(there.gradient, there.hessian)
        if _on_a_ridge(parabola, found.point):
            return found, True
        if hopeless:
            break
        if _at_a_top(parabola, found.at.value) or np.linalg.norm(found.at.gradient) < vanished:
            break
    return found, False


def _is_finite(here: Derivatives) -> bool:
    return all(np.isfinite(part).all() for part in here)


def _gain_left(parabola: Parabola) -> float:
    slope, curvature = parabola.slope, parabola.curvature
    return float(slope @ (slope / np.maximum(curvature, FLAT**-2))) / 2


def _on_a_ridge(parabola: Parabola, point: FloatArray) -> bool:
    """Say whether a log-likelihood is flat, and has nothing to gain along it."""
    flat = abs(parabola.curvature[0]) <= FLAT**-2
    return bool(flat and (_gain_left(parabola) <= NOTHING or np.abs(point).max() > FARTHEST))


def _at_a_top(parabola: Parabola, value: float) -> bool:
    """Say whether this is a top that only polishing can still improve."""
    curved = parabola.curvature[0] > FLAT**-2
    return bool(curved and _gain_left(parabola) <= ROUNDING * abs(value))


def _polished(objective: Objective, found: Found) -> Found:
    """Take the last Newton steps, which gain less than the rounding of the value can show."""
    for _ in range(POLISH):
        if not VANISHED < found.scaled_gradient < NEARLY_VANISHED:
            break
        step, *_ = np.linalg.lstsq(-found.at.hessian, found.at.gradient)
        if np.abs(step).max() > LONGEST_STEP:
            break  # a ridge, along which Newton's method knows no end
        point = found.point + step
        better = Found(point, objective(point), found.steps + 1)
        if not better.scaled_gradient < found.scaled_gradient:
            break
        found = better
    return found
