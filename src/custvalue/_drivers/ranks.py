"""How sure the ranks of drivers are: P(each rank) over resamples of the respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from custvalue._drivers.decomposition import Decomposition
from custvalue._drivers.estimating import Sharing, ranks_of, resamples_of
from custvalue._drivers.tiers import attribute_of
from custvalue._inference.bootstrap import Bootstrap
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Count, Frozen, Probability
from custvalue._words import count, percent

PRINTED = 3  # ranks whose probabilities stand in print


class RankedDriver(Frozen):
    """How probable the ranks of one driver are.

    Parameters
    ----------
    name : str
        The driver.
    rank : int
        In the sample.
    probabilities : tuple of float
        Share of the resamples in which it has rank 1, 2, …
    """

    name: str
    rank: Count
    probabilities: tuple[Probability, ...]

    @property
    def first(self) -> float:
        """P(rank 1)."""
        return self.probabilities[0]

    def ends(self, level: float = 0.95) -> tuple[int, int]:
        """Return the ranks between which it lies, as much being cut off on either side.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        """
        reached = np.cumsum(self.probabilities)
        tail = (1 - level) / 2
        low, high = np.searchsorted(reached, [tail, 1 - tail - 1e-12])
        last = len(self.probabilities) - 1
        return min(int(low), last) + 1, min(int(high), last) + 1


class RankProbabilities(Tabulated, Frozen):
    """The ranks of drivers by importance, with their probabilities.

    Parameters
    ----------
    drivers : tuple of RankedDriver
        In the order of the items.
    decomposition : str
        What importance is.
    resamples, failed : int
        Resamples drawn, and those without importance.
    clusters : int or None
        Clusters in each resample; None where respondents were drawn.
    """

    SHOWN: ClassVar = shown("rank, low, high")
    REPR: ClassVar[tuple[str, ...]] = ("decomposition", "resamples")

    drivers: tuple[RankedDriver, ...]
    decomposition: Decomposition
    resamples: Count
    failed: int
    clusters: Count | None = None

    def __getitem__(self, name: str) -> RankedDriver:
        return attribute_of(name, self.drivers)

    def _shown(self) -> Mapping[str, str]:
        most = min(PRINTED, len(self.drivers))
        return {**self.SHOWN, **{f"rank {k}": f"P({k})" for k in range(1, most + 1)}}

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(its.name, _columns(its, level)) for its in self.drivers]

    def _printed(self) -> Sequence[Row]:
        ordered = sorted(self.drivers, key=lambda its: its.rank)
        return [Row(its.name, _columns(its, 0.95)) for its in ordered]

    def _title(self) -> str:
        return f"Ranks of drivers, {self.decomposition}"

    def _notes(self) -> Sequence[str]:
        failed = f", {self.failed:,} failed" if self.failed else ""
        whom = "the respondents" if self.clusters is None else count(self.clusters, "cluster")
        drawn = f"{count(self.resamples, 'resample')} of {whom}{failed}"
        return (f"{drawn}; low and high are the ranks of the {percent(0.95)} interval.",)


def _columns(its: RankedDriver, level: float) -> dict[str, Any]:
    low, high = its.ends(level)
    chances = {f"rank {k}": chance for k, chance in enumerate(its.probabilities, 1)}
    return {"driver": its.name, "rank": its.rank, "low": low, "high": high, **chances}


def rank_probabilities(
    sharing: Sharing, values: FloatArray, method: Bootstrap
) -> RankProbabilities:
    """Rank the drivers in every resample; resamples of clusters vary as standard errors do."""
    resamples = resamples_of(sharing, method)
    size = len(sharing.data.names)
    away = (resamples.draws - resamples.values)[:, :size] * (resamples.expansion or 1.0)
    ranks = ranks_of(values[:size] + away)
    chances = np.array([(ranks == k).mean(axis=0) for k in range(1, size + 1)]).T
    own = ranks_of(values[np.newaxis, :size])[0]
    return RankProbabilities(
        drivers=tuple(
            RankedDriver(name=name, rank=int(rank), probabilities=tuple(its))
            for name, rank, its in zip(sharing.data.names, own, chances.tolist(), strict=True)
        ),
        decomposition=sharing.decomposition,
        resamples=resamples.resamples,
        failed=resamples.failed,
        clusters=resamples.clusters,
    )
