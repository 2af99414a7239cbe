"""Zones of defection, indifference and affection: the scale cut by hand.

Jones & Sasser (1995, *Harvard Business Review* 73(6), 88-99) draw them on five points without
saying where they end; decks cut at 2.5 and 4.5, or elsewhere. The cuts are arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

import numpy as np

from custvalue._checks import finite
from custvalue._comparing.kinds import AnyEstimate
from custvalue._inference.estimate import ends_of
from custvalue._inference.shares import Proportion
from custvalue._loyalty.curves.cells import OutcomeCells
from custvalue._loyalty.curves.families import Outcome
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._values import Count, Frozen, Record
from custvalue._words import number, plain
from custvalue.errors import ParameterError

EXAMPLE = (0.375, 0.875)  # 2.5 and 4.5 on five points
NAMES = (("defection", "变节区"), ("indifference", "无差异区"), ("affection", "情感区"))


@dataclass(frozen=True, slots=True)
class LoyaltyZone(Record):
    """One zone.

    Parameters
    ----------
    name, chinese : str
        What it is called; no Chinese name where it is your own.
    low, high : float
        Answers from the first (worse) to the second, which belongs to the next zone but for the
        end of the scale.
    n : int
        Customers in it.
    share : Proportion
        Their share.
    outcome : Estimate or None
        What they do; None where there is nobody.
    """

    name: str
    chinese: str
    low: float
    high: float
    n: Count
    share: Proportion
    outcome: AnyEstimate | None


class LoyaltyZones(Tabulated, Frozen):
    """Zones of the scale, by cuts that were given.

    Parameters
    ----------
    zones : tuple of LoyaltyZone
        From the worst answers to the best.
    cuts : tuple of float
        The cuts.
    """

    TITLE: ClassVar[str] = "Zones of loyalty"
    LABELS: ClassVar[str] = "zone"
    SHOWN: ClassVar = shown("n, share, share_low, share_high, outcome, outcome_low, outcome_high")

    zones: tuple[LoyaltyZone, ...]
    cuts: tuple[float, ...]

    def zone(self, name: str) -> LoyaltyZone:
        """Return one zone.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such zone.
        """
        return named("zone", name, self.zones)

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(
                f"{its.name} {its.chinese}".rstrip(),
                {
                    "zone": its.name,
                    "from": its.low,
                    "to": its.high,
                    "n": its.n,
                    **its.share.ends(level, "share"),
                    **ends_of("outcome", its.outcome, level),
                },
            )
            for its in self.zones
        ]

    def _notes(self) -> Iterable[str]:
        cuts = " and ".join(number(cut) for cut in self.cuts)
        yield f"Cuts at {cuts}, as given; an answer at a cut is in the better zone."
        yield "The data do not show where zones begin: try other cuts."


class Levels(NamedTuple):
    """The answers that were given, on their scale, and what the outcome is."""

    scores: Sequence[float]
    scale: Scale
    family: Outcome
    ends: tuple[float, float] | None


def zones_of(cells: OutcomeCells, levels: Levels, cuts: Any, names: Any) -> LoyaltyZones:
    """Put levels into zones."""
    scale = levels.scale
    limits = _checked_cuts(cuts, scale)
    titles = _checked_names(names, len(limits) + 1)
    signed = scale.sign * np.array(levels.scores)
    place = np.searchsorted(scale.sign * np.array(limits), signed, side="right")
    worst = scale.low if scale.sign > 0 else scale.high
    edges = [worst, *limits, scale.best]
    found = []
    for zone, (name, chinese) in enumerate(titles):
        inside = place == zone
        some = cells.of_levels(inside)
        n = int(some.n.sum())
        found.append(
            LoyaltyZone(
                name=name,
                chinese=chinese,
                low=edges[zone],
                high=edges[zone + 1],
                n=n,
                share=cells.share(inside, name),
                outcome=some.outcome(f"outcome, {name}", levels.family, levels.ends) if n else None,
            )
        )
    return LoyaltyZones(zones=tuple(found), cuts=tuple(limits))


def _checked_cuts(cuts: Any, scale: Scale) -> list[float]:
    given = list(cuts) if isinstance(cuts, list | tuple | np.ndarray) else []
    limits = [finite(cut) for cut in given]
    signed = [scale.sign * cut for cut in limits]
    inside = all(scale.low < cut < scale.high for cut in limits)  # NaN is not
    if not limits or not inside or any(a >= b for a, b in pairwise(signed)):
        example = ", ".join(number(scale.low + share * scale.width) for share in EXAMPLE)
        raise ParameterError(
            f"cuts must be numbers inside the scale {scale}, from the worst answers to the best, "
            f"as in cuts=({example}) where higher is better, but they are {plain(cuts)!r}."
        )
    return limits


def _checked_names(names: Any, zones: int) -> Sequence[tuple[str, str]]:
    if names is None:
        return NAMES if zones == len(NAMES) else [(f"zone {k + 1}", "") for k in range(zones)]
    given = list(names) if isinstance(names, list | tuple) else []
    if len(given) != zones or len(set(map(str, given))) < zones or not all(map(str, given)):
        raise ParameterError(
            f"names must be {zones} different words, one for each zone, but they are {names!r}."
        )
    return [(str(name), "") for name in given]
