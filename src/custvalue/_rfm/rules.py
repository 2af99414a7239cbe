"""Rules of segments: which scores make which segment; every cell in one, and in no other.

The names come from practice. Scores of recency, frequency and monetary value are Hughes's (1994,
*Strategic Database Marketing*); the ten segments below circulate in the tools and articles of
marketers, with cells that differ between them. No study is known that derives them. Evidence grade:
folk. Look at what segments bought afterwards before a budget depends on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from custvalue._checks import as_whole
from custvalue._rfm.scores import DIMENSIONS, Dimension
from custvalue._rows import IntArray
from custvalue._words import did_you_mean, listed, more
from custvalue.errors import ParameterError

Rule = Mapping[str, "int | tuple[int, int]"]
Rules = Mapping[str, "Rule | Sequence[Rule]"]

#: The ten segments that circulate among marketers, for 5 scores of recency and of frequency: name
#: to the scores that belong to it. Evidence grade: folk.
RFM_SEGMENTS: Mapping[str, Rule] = MappingProxyType(
    {
        "champions": {"recency": 5, "frequency": (4, 5)},
        "loyal customers": {"recency": (3, 4), "frequency": (4, 5)},
        "potential loyalists": {"recency": (4, 5), "frequency": (2, 3)},
        "new customers": {"recency": 5, "frequency": 1},
        "promising": {"recency": 4, "frequency": 1},
        "need attention": {"recency": 3, "frequency": 3},
        "about to sleep": {"recency": 3, "frequency": (1, 2)},
        "at risk": {"recency": (1, 2), "frequency": (3, 4)},
        "cannot lose them": {"recency": (1, 2), "frequency": 5},
        "hibernating": {"recency": (1, 2), "frequency": (1, 2)},
    }
)
PUBLISHED = 5  # scores of recency and of frequency there
EXAMPLE = "{'active': {'recency': (4, 5)}, 'passive': {'recency': (1, 3)}}"
SHOWN = 5  # cells in a message


class SegmentGrid(NamedTuple):
    """The segment of every cell of scores."""

    names: tuple[str, ...]
    segment: IntArray  # (recency, frequency) or (recency, frequency, monetary)

    def of(self, scores: Sequence[IntArray]) -> IntArray:
        """Return the place of the segment of each customer."""
        flat = np.zeros(len(scores[0]), dtype=np.int64)
        for score, most in zip(scores, self.segment.shape, strict=True):
            flat = flat * most + (score - 1)
        return self.segment.ravel()[flat]


def segment_grid(rules: Any, scores: Mapping[Dimension, int]) -> SegmentGrid:
    """Lay rules out over all cells of scores, and raise where they leave gaps or overlap."""
    if not isinstance(rules, Mapping) or not rules:
        raise ParameterError(
            f"rules must map the name of each segment to its scores, as in {EXAMPLE}, but it is "
            f"{rules!r}."
        )
    if rules is RFM_SEGMENTS:
        _require_published(scores)
    grid = np.full(tuple(scores.values()), -1)
    names = tuple(map(str, rules))
    for place, (name, each) in enumerate(rules.items()):
        for rule in _alternatives(name, each):
            cells = tuple(_scores_of(name, rule, scores))
            taken = grid[cells]
            if ((taken >= 0) & (taken != place)).any():
                raise _overlap(names, place, grid, cells)
            grid[cells] = place
    if (grid < 0).any():
        raise _gap(grid)
    return SegmentGrid(names, grid)


def _require_published(scores: Mapping[Dimension, int]) -> None:
    found = [scores["recency"], scores["frequency"]]
    if found != [PUBLISHED] * 2:
        raise ParameterError(
            f"the published segments are for {PUBLISHED} scores of recency and frequency, but "
            f"there are {found[0]} and {found[1]}. Use scores={PUBLISHED}, or give rules of your "
            f"own, as in rules={EXAMPLE}."
        )


def _alternatives(name: str, each: Any) -> Sequence[Any]:
    """Return the rules of a segment: one, or several of which one must hold."""
    if isinstance(each, Mapping):
        return [each]
    several = list(each) if isinstance(each, list | tuple) else []
    if not several or not all(isinstance(rule, Mapping) for rule in several):
        raise ParameterError(
            f"rules[{name!r}] must be scores by dimension, as in {{'recency': (4, 5), "
            f"'frequency': 1}}, or a list of such, but it is {each!r}."
        )
    return several


def _scores_of(
    name: str, rule: Mapping[Any, Any], scores: Mapping[Dimension, int]
) -> Iterator[slice]:
    """Yield the scores of each dimension that belong to a rule; all where it names none."""
    for dimension in rule:
        if dimension in scores:
            continue
        known = listed(scores)
        near = did_you_mean(dimension, DIMENSIONS) if dimension not in DIMENSIONS else ""
        raise ParameterError(
            f"rules[{name!r}] must name dimensions that have scores, {known}, but it names "
            f"{dimension!r}.{near}"
        )
    for dimension, most in scores.items():
        low, high = _ends(rule.get(dimension, (1, most)))
        if not 1 <= low <= high <= most:
            raise ParameterError(
                f"rules[{name!r}] must have a score of {dimension} from 1 to {most}, or the "
                f"lowest and the highest as in (1, 2), but it is {rule[dimension]!r}."
            )
        yield slice(low - 1, high)


def _ends(given: Any) -> tuple[int, int]:
    """Return the lowest and the highest score; (-1, -1) for what is neither."""
    if isinstance(given, tuple | list):
        low, high = map(as_whole, given) if len(given) == 2 else (-1, -1)
        return low, high
    return as_whole(given), as_whole(given)


def _overlap(
    names: tuple[str, ...], place: int, grid: IntArray, cells: tuple[slice, ...]
) -> ParameterError:
    among = product(*(range(part.start, part.stop) for part in cells))
    cell = next(cell for cell in among if grid[cell] not in (-1, place))
    return ParameterError(
        f"rules put the scores {_code(grid, cell)} into both {names[grid[cell]]!r} and "
        f"{names[place]!r}. Give every combination of scores to one segment."
    )


def _gap(grid: IntArray) -> ParameterError:
    cells = [_code(grid, cell) for cell in np.argwhere(grid < 0).tolist()]
    rest = f" and {more(len(cells) - SHOWN, 'combination')}" if len(cells) > SHOWN else ""
    return ParameterError(
        f"rules have no segment for the scores {', '.join(cells[:SHOWN])}{rest}, in the order of "
        f"recency, frequency{', monetary' if grid.ndim == 3 else ''}. Give every combination of "
        f"scores to one segment."
    )


def codes(most: Sequence[int]) -> list[str]:
    """Write the scores of every cell, ``"543"``; ``"05-04-10"`` where a score has two digits."""
    digits = len(str(max(most)))
    every = product(*(range(1, each + 1) for each in most))
    return [
        ("-" if digits > 1 else "").join(f"{each:0{digits}}" for each in cell) for cell in every
    ]


def _code(grid: IntArray, cell: Sequence[int]) -> str:
    return codes(grid.shape)[int(np.ravel_multi_index(tuple(cell), grid.shape))]
