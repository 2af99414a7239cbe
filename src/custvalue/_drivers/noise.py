"""The importance that chance alone gives: a noise floor by permutation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from custvalue._checks import Generator, checked_level, checked_whole, random_generator
from custvalue._drivers.answered import Answered
from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.estimating import Sharing
from custvalue._drivers.tiers import attribute_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Count, Frozen, Level, Probability
from custvalue._words import count, listed, percent

ROUNDING = 1e-12  # of importance
ENTRIES_AT_A_TIME = 2**22  # respondents x permutations


class DriverAndNoise(Frozen):
    """One driver beside what chance gives.

    Parameters
    ----------
    name : str
        The driver.
    importance : float
        Its importance.
    floor : float
        What chance alone stays below at the level of the result.
    p_value : float
        (1 + permutations with as much importance) / (1 + permutations).
    """

    name: str
    importance: float
    floor: float
    p_value: Probability


class NoiseFloor(Tabulated, Frozen):
    """Drivers beside the importance that they would have by chance.

    Parameters
    ----------
    drivers : tuple of DriverAndNoise
        In the order of the items.
    decomposition : str
        What importance is.
    permutations : int
        How often the overall answers were dealt out anew.
    level : float
        Of the floor.
    clusters : int or None
        Clusters whose means were dealt out among them.
    """

    SHOWN: ClassVar = shown("importance, floor, p_value")
    REPR: ClassVar[tuple[str, ...]] = ("decomposition", "permutations", "below")

    drivers: tuple[DriverAndNoise, ...]
    decomposition: Decomposition
    permutations: Count
    level: Level
    clusters: Count | None = None

    def __getitem__(self, name: str) -> DriverAndNoise:
        return attribute_of(name, self.drivers)

    @property
    def below(self) -> tuple[str, ...]:
        """Drivers whose importance is not beyond chance."""
        return tuple(its.name for its in self.drivers if abs(its.importance) <= its.floor)

    def _rows(self, level: float) -> Sequence[Row]:  # noqa: ARG002 - the floor has its own level
        return [
            Row(
                its.name,
                {
                    "driver": its.name,
                    "importance": its.importance,
                    "floor": its.floor,
                    "p_value": its.p_value,
                },
            )
            for its in self.drivers
        ]

    def _title(self) -> str:
        return f"Importance and chance, {self.decomposition}"

    def _notes(self) -> Sequence[str]:
        dealt = "overall answers"
        if self.clusters is not None:
            dealt = f"means of {count(self.clusters, 'cluster')}, and differences from them,"
        beyond = f"Not beyond chance: {listed(self.below)}." if self.below else ""
        drawn = count(self.permutations, "permutation")
        floor = f"{percent(self.level)} of {drawn} of the {dealt} stay below the floor."
        return (floor, beyond)


def noise_floor(
    sharing: Sharing, importance: FloatArray, *, permutations: int, level: float, rng: Generator
) -> NoiseFloor:
    """Deal out the overall answers anew, and find the importance that drivers have then."""
    permutations = checked_whole("permutations", permutations, least=20)
    level = checked_level(level)
    data = sharing.data
    dealt = _dealt(data, permutations, random_generator(rng))
    found = np.abs(np.concatenate([sharing.of_dealt(block) for block in dealt]))
    floors = np.quantile(found, level, axis=0, method="weibull")
    reached = (found >= np.abs(importance) * (1 - ROUNDING)).sum(axis=0)
    each = zip(data.names, importance, floors, reached, strict=True)
    groups = data.sample.clusters
    return NoiseFloor(
        drivers=tuple(
            DriverAndNoise(
                name=name,
                importance=float(value),
                floor=float(floor),
                p_value=float((1 + at_least) / (1 + permutations)),
            )
            for name, value, floor, at_least in each
        ),
        decomposition=sharing.decomposition,
        permutations=permutations,
        level=level,
        clusters=None if groups is None else len(np.unique(groups.codes)),
    )


def _dealt(data: Answered, permutations: int, random: np.random.Generator) -> Iterator[FloatArray]:
    """Yield overall answers that were dealt out anew, (n, permutations of a block)."""
    fixed, moving, place = _in_clusters(data)
    most = max(1, ENTRIES_AT_A_TIME // data.n)
    for size in (min(most, permutations - at) for at in range(0, permutations, most)):
        dealt = random.permuted(np.repeat(moving[:, np.newaxis], size, axis=1), axis=0)
        if place is not None:
            dealt += random.permuted(np.repeat(fixed[:, np.newaxis], size, axis=1), axis=0)[place]
        yield dealt


def _in_clusters(data: Answered) -> tuple[FloatArray, FloatArray, IntArray | None]:
    """Return means of clusters, what respondents differ from them by, and their cluster."""
    overall = data.columns[:, 0]
    if data.sample.clusters is None:
        return overall, overall, None
    place = np.unique(data.sample.clusters.codes, return_inverse=True)[1]
    weights = np.where(np.isnan(overall), 0.0, data.sample.weights)
    total = np.bincount(place, weights)
    sums = np.bincount(place, weights * np.nan_to_num(overall))
    means = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    return means, overall - means[place], place
