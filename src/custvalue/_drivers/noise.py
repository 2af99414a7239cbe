"""The importance that chance alone gives: a noise floor by permutation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from custvalue._checks import Generator, checked_level, checked_whole, random_generator
from custvalue._drivers.answered import Answered
from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.estimating import orders_of_errors, statistics_of
from custvalue._drivers.tiers import attribute_of
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Count, Frozen, Level, Probability
from custvalue._words import count, listed, percent

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
    data: Answered,
    decomposition: Decomposition,
    importance: FloatArray,
    *,
    permutations: int,
    level: float,
    rng: Generator,
) -> NoiseFloor:
    """Deal out the overall answers anew, and find the importance that drivers have then."""
    permutations = checked_whole("permutations", permutations, least=20)
    level = checked_level(level)
    random = random_generator(rng)
    statistics = statistics_of(decomposition, orders_of_errors(len(data.names), decomposition))
    size = len(importance)
    blocks = []
    for dealt in _dealt(data, permutations, random):
        whole = np.repeat(data.correlations[np.newaxis], dealt.shape[1], axis=0)
        whole[:, 0, 1:] = whole[:, 1:, 0] = _with_overall(data, dealt)
        blocks.append(np.abs(statistics(whole)[:, :size]))
    found = np.concatenate(blocks)
    floors = np.quantile(found, level, axis=0, method="weibull")
    reached = (found >= np.abs(importance) * (1 - 1e-12)).sum(axis=0)
    groups = data.sample.clusters
    return NoiseFloor(
        drivers=tuple(
            DriverAndNoise(
                name=name,
                importance=float(value),
                floor=float(floor),
                p_value=float((1 + at_least) / (1 + permutations)),
            )
            for name, value, floor, at_least in zip(
                data.names, importance, floors, reached, strict=True
            )
        ),
        decomposition=decomposition,
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


def _with_overall(data: Answered, dealt: FloatArray) -> FloatArray:
    """Return the correlations of drivers with overall answers, of those who gave both."""
    drivers = data.columns[:, 1:] - np.nanmean(data.columns[:, 1:], axis=0)
    known, present = ~np.isnan(drivers), ~np.isnan(dealt)
    one, other = np.where(known, drivers, 0.0), np.where(present, dealt, 0.0)
    weights = data.sample.weights[:, np.newaxis]
    total = (weights * known).T @ present
    x, xx = (weights * one).T @ present / total, (weights * one**2).T @ present / total
    y, yy = (weights * known).T @ other / total, (weights * known).T @ other**2 / total
    both = (weights * one).T @ other / total - x * y
    return np.asarray(both / np.sqrt((xx - x**2) * (yy - y**2))).T
