"""Importance and performance of constructs for one that they lead to (IPMA).

Importance is the unstandardised total effect: by how many points of 0-100 the index of the target
changes with one point of another construct, as far as paths are causes. Performance is the index of
that construct on 0-100 by the theoretical ends of the scales (Ringle & Sarstedt 2016, *Industrial
Management & Data Systems* 116(9)). With U the sum of the unstandardised weights of a construct, its
index has the standard deviation 1 / U, so that a standardised total effect t becomes t U_c / U_t.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from custvalue._checks import callers_level, no_such, require_choice
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._structural.estimates import StructuralEstimate
from custvalue._structural.index import checked_shares
from custvalue._structural.plan import Plan
from custvalue._structural.solution import Solution
from custvalue._structural.statistics import Labels, Statistics
from custvalue._values import Frozen
from custvalue._words import listed, number
from custvalue.errors import DataWarning, ParameterError

if TYPE_CHECKING:
    from custvalue._structural.fit import StructuralFit

Quadrant = Literal["concentrate here", "keep up the good work", "low priority", "possible overkill"]


def effects_on_points(its: Solution) -> FloatArray:
    """Return unstandardised total effects, (samples, pairs): points of 0-100 by one point."""
    starts, ends = np.array(its.plan.reaches).T
    sums = its.unstandardised @ its.plan.membership
    found: FloatArray = its.total[:, starts, ends] * sums[:, starts] / sums[:, ends]
    return found


def _pairs(plan: Plan) -> Labels:
    return tuple((plan.names[i], plan.names[j]) for i, j in plan.reaches)


UNSTANDARDISED_EFFECTS = Statistics(
    "unstandardised_effects",
    "Total effects in points of 0-100",
    ("source", "target"),
    _pairs,
    effects_on_points,
)


class PlacedItem(Frozen):
    """One item of the map.

    Parameters
    ----------
    name, measures : str
        The item, and what it measures.
    importance : float
        Importance of its construct times its share in the index of that.
    performance : float
        Its mean on 0-100.
    share : float
        Its share in the index of its construct; below 0 for a negative weight.
    """

    name: str
    measures: str
    importance: float
    performance: float
    share: float


class PlacedConstruct(Frozen):
    """One construct of the map.

    Parameters
    ----------
    name : str
        The construct.
    importance : StructuralEstimate
        Points of the target by one point of it.
    performance : StructuralEstimate
        Its index on 0-100.
    quadrant : str
        ``concentrate here`` (important, performed badly), ``keep up the good work`` (important,
        well), ``low priority`` (not, badly), ``possible overkill`` (not, well), about the cross.
    items : tuple of PlacedItem
        Its items.
    """

    REPR: ClassVar[tuple[str, ...]] = ("name", "importance", "performance", "quadrant")

    name: str
    importance: StructuralEstimate
    performance: StructuralEstimate
    quadrant: Quadrant
    items: tuple[PlacedItem, ...]


class StructuralMap(Pictured, Tabulated, Frozen):
    """Constructs by their importance for one of them, and by their performance.

    Parameters
    ----------
    target : str
        The construct for which they are important.
    performance : StructuralEstimate
        Its own index.
    constructs : tuple of PlacedConstruct
        Those that lead to it, the most important first.
    cross : tuple of float
        Mean importance and mean performance of these, where the quadrants meet.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    PICTURE: ClassVar[str] = "structural_map"
    SHOWN: ClassVar = shown(
        "importance, importance_low, importance_high, performance, performance_low, "
        "performance_high, quadrant"
    )
    REPR: ClassVar[tuple[str, ...]] = ("target", "constructs")

    target: str
    performance: StructuralEstimate
    constructs: tuple[PlacedConstruct, ...]
    cross: tuple[float, float]
    base: Base

    def __getitem__(self, name: str) -> PlacedConstruct:
        for its in self.constructs:
            if its.name == name:
                return its
        raise ParameterError(no_such("construct", name, [its.name for its in self.constructs]))

    @property
    def items(self) -> tuple[PlacedItem, ...]:
        """All items of these constructs, the most important first."""
        every = [item for its in self.constructs for item in its.items]
        return tuple(sorted(every, key=lambda item: -item.importance))

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, _cells(its, level)) for its in self.constructs]

    def _title(self) -> str:
        return f"Importance for {self.target}, and performance"

    def _notes(self) -> Iterator[str]:
        yield (
            f"Importance: points of {self.target} (0-100) by one point of a construct, along all "
            f"paths. Performance: index 0-100, unstandardised weights."
        )
        across, up = self.cross
        yield f"Cross: means, importance {number(across)}, performance {number(up)}."
        yield "An effect by the model; what a change would bring, a survey alone does not show."
        yield str(self.base)


def _cells(its: PlacedConstruct, level: float) -> dict[str, Any]:
    return {
        "construct": its.name,
        **its.importance.ends(level, "importance"),
        **its.performance.ends(level, "performance"),
        "quadrant": its.quadrant,
    }


def structural_map(fit: StructuralFit, target: str) -> StructuralMap:
    """Place the constructs that lead to a target by importance and performance."""
    plan = fit.plan
    effects = fit.estimates("unstandardised_effects")
    require_choice("target", target, tuple(plan.names[at] for at in plan.endogenous))
    sources = [source for source, end in effects.labels if end == target]
    indices = fit.estimates("index, unstandardised")
    importance = [effects[source, target] for source in sources]
    performance = [indices[source] for source in sources]
    cross = _mean(importance), _mean(performance)
    shares = checked_shares(fit.solution, "unstandardised")
    _warn_of_negative(plan, sources, shares)
    placed = [
        PlacedConstruct(
            name=name,
            importance=weighs,
            performance=does,
            quadrant=_quadrant(weighs.value >= cross[0], does.value >= cross[1]),
            items=_items(fit, name, weighs.value, shares),
        )
        for name, weighs, does in zip(sources, importance, performance, strict=True)
    ]
    return StructuralMap(
        target=target,
        performance=indices[target],
        constructs=tuple(sorted(placed, key=lambda its: -its.importance.value)),
        cross=cross,
        base=fit.base,
    )


def _mean(estimates: Sequence[StructuralEstimate]) -> float:
    return float(np.mean([its.value for its in estimates]))


def _quadrant(important: bool, well: bool) -> Quadrant:  # noqa: FBT001 - both have a name
    if important:
        return "keep up the good work" if well else "concentrate here"
    return "possible overkill" if well else "low priority"


def _items(
    fit: StructuralFit, construct: str, importance: float, shares: FloatArray
) -> tuple[PlacedItem, ...]:
    plan = fit.plan
    block = plan.blocks[plan.names.index(construct)]
    return tuple(
        PlacedItem(
            name=plan.items[at],
            measures=construct,
            importance=importance * float(shares[at]),
            performance=float(fit.moments.means[at]),
            share=float(shares[at]),
        )
        for at in range(block.start, block.stop)
    )


def _warn_of_negative(plan: Plan, sources: Sequence[str], shares: FloatArray) -> None:
    """Warn where a weight is negative, which makes no performance (Ringle & Sarstedt 2016)."""
    pairs = zip(plan.items, plan.owner.tolist(), shares.tolist(), strict=True)
    negative = [item for item, owner, share in pairs if share < 0 and plan.names[owner] in sources]
    if negative:
        warnings.warn(
            f"the weight of {listed(negative)} is negative, so that the index of its construct can "
            f"leave 0 to 100 and is no performance. Check the direction of the item, leave it out, "
            f"or use Mode A where its block is in Mode B.",
            DataWarning,
            stacklevel=callers_level(),
        )
