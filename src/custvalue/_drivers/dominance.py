"""Which driver dominates which: completely, by size of the set, or on average.

Budescu (1993, *Psychological Bulletin* 114(3)) and Azen & Budescu (2003, *Psychological Methods*
8(2)): a driver dominates another completely if it adds more to R² than the other whatever else is
known, conditionally if it does so on average over the sets of each size, and generally if it does
so on average over sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from custvalue._drivers.subsets import sizes_of_sets
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen
from custvalue._words import count

Kind = Literal["complete", "conditional", "general", "none"]
ROUNDING = 1e-12  # of R²: what sets differ by less, they do not differ by


class DominatedPair(Frozen):
    """Two drivers, of which one dominates.

    Parameters
    ----------
    driver, over : str
        The driver that adds more on average, and the other one.
    kind : {"complete", "conditional", "general", "none"}
        The strongest sense in which it dominates; none where they add the same on average.
    wins : float
        Share of the sets without either to which it adds more.
    """

    driver: str
    over: str
    kind: Kind
    wins: float


class Dominance(Tabulated, Frozen):
    """Which driver dominates which.

    Parameters
    ----------
    pairs : tuple of DominatedPair
        All pairs of drivers.
    by_size : dict of str to tuple of float
        What each driver adds on average to sets of 0, 1, … other drivers.
    """

    SHOWN: ClassVar = shown("kind: dominates, wins: share of sets")
    REPR: ClassVar[tuple[str, ...]] = ("pairs",)

    pairs: tuple[DominatedPair, ...]
    by_size: dict[str, tuple[float, ...]]

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - there are no intervals
        return [
            Row(
                f"{its.driver} over {its.over}",
                {"driver": its.driver, "over": its.over, "kind": its.kind, "wins": its.wins},
            )
            for its in self.pairs
        ]

    def _title(self) -> str:
        return "Dominance of drivers"

    def _notes(self) -> Sequence[str]:
        complete = sum(its.kind == "complete" for its in self.pairs)
        return (f"{complete} of {count(len(self.pairs), 'pair')} complete.",)


def dominance_of(names: Sequence[str], explained: FloatArray) -> Dominance:
    """Compare what drivers add to R² to every set without them."""
    sizes, sets = sizes_of_sets(len(names)), np.arange(len(explained))
    by_size = []
    for driver in range(len(names)):
        without = sets[(sets >> driver) & 1 == 0]
        added = explained[without | 1 << driver] - explained[without]
        counts = np.bincount(sizes[without])
        by_size.append(np.bincount(sizes[without], added) / counts)
    pairs = [
        _pair(names, (one, other), explained, by_size)
        for one in range(len(names))
        for other in range(one + 1, len(names))
    ]
    return Dominance(
        pairs=tuple(pairs),
        by_size={name: tuple(its.tolist()) for name, its in zip(names, by_size, strict=True)},
    )


def _pair(
    names: Sequence[str],
    pair: tuple[int, int],
    explained: FloatArray,
    by_size: Sequence[FloatArray],
) -> DominatedPair:
    one, other = sorted(pair, key=lambda driver: -float(by_size[driver].mean()))
    sets = np.arange(len(explained))
    without = sets[((sets >> one) | (sets >> other)) & 1 == 0]
    more = explained[without | 1 << one] - explained[without | 1 << other]
    apart = by_size[one] - by_size[other]
    kind: Kind = "none"
    if (more > -ROUNDING).all() and (more > ROUNDING).any():
        kind = "complete"
    elif (apart > -ROUNDING).all() and (apart > ROUNDING).any():
        kind = "conditional"
    elif apart.mean() > ROUNDING:
        kind = "general"
    wins = float((more > ROUNDING).mean())
    return DominatedPair(driver=names[one], over=names[other], kind=kind, wins=wins)
