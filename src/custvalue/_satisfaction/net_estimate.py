"""The share of good answers less the share of bad ones, as an estimate."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.ends import normal_size, normal_sizes
from custvalue._inference.estimate import ComparisonMethod, EndsAt, Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples, share_resamples
from custvalue._inference.shares import Counted, degrees_of, matched_n
from custvalue._rows import FloatArray, IntArray
from custvalue._satisfaction import net_share
from custvalue._values import NonNegative
from custvalue._words import plain

NetMethod = Literal["score", "dirichlet", "adjusted-wald", "wald"]
Groups = tuple[Counted, Counted, Counted]  # good, in between, bad

_ENDS: dict[NetMethod, Callable[[float, float, float, float], tuple[float, float]]] = {
    "score": net_share.score,
    "dirichlet": net_share.dirichlet,
    "adjusted-wald": net_share.adjusted_wald,
    "wald": net_share.wald,
}


def _interval(method: NetMethod, net: NetEstimate, level: float) -> Interval:
    unit = net.UNIT
    n = normal_size(level, net.effective_n, net.degrees_of_freedom)
    low, high = (unit * end for end in _ENDS[method](net.good, net.bad, n, level))
    ends = ((-unit, low < -unit), (unit, high > unit))
    clipped = "".join(f", clipped at {plain(end)}" for end, past in ends if past)
    name = f"{method}{_remark(method, net)}{clipped}"
    return Interval(low=max(low, -unit), high=min(high, unit), level=level, method=name)


def _remark(method: NetMethod, net: NetEstimate) -> str:
    """Return what a reader of an interval by this method must know."""
    if method == "dirichlet":
        return f", prior {net_share.JEFFREYS} in each group"
    return "" if method != "wald" or net.varies else "; zero width: all answers are in one group"


@dataclass(frozen=True, kw_only=True, repr=False)
class NetEstimate(Estimate):
    """A share of good answers less a share of bad ones, times ``UNIT``."""

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {method: partial(_interval, method) for method in _ENDS}
    )
    USUAL: ClassVar[str] = "score"
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "mover"
    UNIT: ClassVar[float]

    standard_error: NonNegative

    @property
    @abstractmethod
    def good(self) -> float:
        """Share of good answers, 0 to 1."""

    @property
    @abstractmethod
    def between(self) -> float:
        """Share of the other answers, 0 to 1."""

    @property
    @abstractmethod
    def bad(self) -> float:
        """Share of bad answers, 0 to 1."""

    @staticmethod
    def usual_ends(estimates: Sequence[NetEstimate]) -> EndsAt:
        """Return how the score intervals of many net shares are found, all together."""
        known = [(its.good, its.bad, its.effective_n) for its in estimates]
        good, bad, n = np.array(known).T
        degrees, unit = degrees_of(estimates), estimates[0].UNIT

        def find(places: IntArray, sides: FloatArray, levels: FloatArray) -> FloatArray:
            size = normal_sizes(levels, n[places], degrees[places])
            ends = net_share.score_ends(good[places], bad[places], size, levels, sides)
            return unit * ends

        return find

    def _resampled(self, method: Bootstrap) -> Resamples:
        votes = np.array([self.UNIT, 0.0, -self.UNIT])
        return share_resamples(
            [self.good, self.between, self.bad],
            self.effective_n,
            lambda counts: counts @ votes / counts.sum(axis=1),
            method,
        )


def shares_of(groups: Groups) -> list[float]:
    """Return the (weighted) shares of good answers, of those in between and of bad ones."""
    total = sum(group.weight for group in groups)
    return [group.weight / total for group in groups]


def net_of(groups: Groups, unit: float) -> dict[str, Any]:
    """Return what every net share has, by field."""
    good, middle, bad = groups
    every = good + middle + bad
    net = (good.weight - bad.weight) / every.weight
    residuals = (1 - net, -net, -1 - net)
    squares = sum(group.square * r**2 for group, r in zip(groups, residuals, strict=True))
    error = math.sqrt(squares) / every.weight
    spread = zip(shares_of(groups), residuals, strict=True)
    variance = sum(share * r**2 for share, r in spread)
    return {
        "value": unit * (good.weight - bad.weight) / every.weight,
        "standard_error": unit * error,
        "n": every.n,
        "effective_n": matched_n(variance, error, every),
    }
