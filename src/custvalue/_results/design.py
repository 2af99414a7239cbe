"""What a table says of clusters: how many, and what they do to its estimates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

FEW_CLUSTERS = 10  # whose number of degrees of freedom decides the interval
ESTIMATES = 400  # looked at, in a long table
DEEPEST = 3  # a result, its entries, their estimates


def design_note(result: object) -> str:
    """Say what clusters do to the estimates of a result; nothing where there are none."""
    designs = [its for its in _estimates(result, DEEPEST) if its.clusters is not None]
    known = [its for its in designs if its.degrees_of_freedom is not None]
    several = known if any(its.clusters > 1 for its in known) else []
    if not designs:
        return ""
    if not several:
        return "One cluster: estimated from its respondents, and says nothing about others."
    parts = [f"{_range([its.degrees_of_freedom for its in several], '.1f')} degrees of freedom"]
    effects = [its.design_effect for its in several if its.design_effect is not None]
    alike = [i for its in several if (i := its.intraclass_correlation) is not None]
    parts += [f"design effect {_range(effects, '.2f')}"] if effects else []
    parts += [f"intraclass correlation {_range(alike, '.3f')}"] if alike else []
    clusters = [its.clusters for its in several]
    few = f" Fewer than {FEW_CLUSTERS}: rely on intervals with caution."
    return f"{_range(clusters, 'd')} clusters: {', '.join(parts)}." + (
        few if min(clusters) < FEW_CLUSTERS else ""
    )


def _range(values: list[Any], form: str) -> str:
    low, high = (format(end(values), form) for end in (min, max))
    return low if low == high else f"{low} to {high}"


def _estimates(result: object, depth: int) -> Iterator[Any]:
    """Yield the estimates that a result is, or has in its fields: the main one, if there is one."""
    main = getattr(result, "estimate", None)
    if main is not None:
        yield from _estimates(main, depth)
    elif hasattr(result, "clusters") and hasattr(result, "intraclass_correlation"):
        yield result
    elif isinstance(result, tuple):
        for its in result[:ESTIMATES]:
            yield from _estimates(its, depth)
    elif depth:
        for its in _fields(result):
            yield from _estimates(its, depth - 1)


def _fields(result: object) -> list[Any]:
    if is_dataclass(result):
        return [getattr(result, its.name) for its in fields(result)]
    return [getattr(result, name) for name in getattr(type(result), "model_fields", ())]
