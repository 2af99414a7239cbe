"""The top box over the next one: "six times".

Xerox found that customers who answered 5 of 5 were "six times more likely" to buy again than those
who answered 4 (Jones & Sasser 1995), one firm, without counts. It is read as a ratio of shares; the
ratio of odds stands beside it. Intervals are on the scale of logarithms: Katz's for shares (1978,
*Biometrics* 34(3), 469-474). Where a share is 0, or odds have no end, half a customer is added to
both counts (Walter 1975, *Biometrika* 62(2), 371-374), and the name of the interval says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.estimate import Estimate, Headline, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._loyalty.curves.cells import OutcomeCells
from custvalue._loyalty.curves.families import Outcome
from custvalue._respondents.scale import Scale
from custvalue._values import NonNegative
from custvalue._words import number
from custvalue.errors import DataError

HALF = 0.5


def _log_interval(ratio: RatioEstimate, level: float) -> Interval:
    degrees = ratio.degrees_of_freedom
    quantile = normal_quantile(level) if degrees is None else t_quantile(level, degrees)
    reach = quantile * ratio.log_error
    added = ", half a customer added to each count" if ratio.corrected else ""
    return Interval(
        low=ratio.value * math.exp(-reach),
        high=ratio.value * math.exp(min(reach, 700.0)),
        level=level,
        method=f"log{added}",
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class RatioEstimate(Estimate):
    """A ratio of two groups, with an interval on the scale of logarithms.

    Parameters
    ----------
    name, value, standard_error, n, effective_n, bounds, degrees_of_freedom, design_effect
        As in :class:`~custvalue.comparing.Estimate`, of the ratio.
    log_error : float
        Standard error of its logarithm.
    corrected : bool
        Whether half a customer was added to each count, because one was 0.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"log": _log_interval})
    USUAL: ClassVar[str] = "log"

    log_error: NonNegative
    corrected: bool = False


class TopBoxRatio(Headline):
    """The outcome at the best answer over that at the next one.

    Parameters
    ----------
    estimate : RatioEstimate
        Ratio of the shares (or means).
    odds : RatioEstimate or None
        Ratio of the odds of a binary outcome.
    top, next : float
        The two answers.
    """

    estimate: RatioEstimate
    odds: RatioEstimate | None
    top: float
    next: float

    def _estimates(self) -> Sequence[Estimate]:
        return (self.estimate,) if self.odds is None else (self.estimate, self.odds)

    def _title(self) -> str:
        return f"Answer {number(self.top)} over answer {number(self.next)}"

    def _notes(self) -> Iterable[str]:
        yield (
            f"{self.estimate.confidence_interval().description}. Six times, as of Xerox in Jones & "
            f"Sasser (1995), is one firm, without counts: read as a ratio of shares."
        )


def top_box_ratio(
    cells: OutcomeCells, scores: Sequence[float], scale: Scale, family: Outcome
) -> TopBoxRatio:
    """Compare the best answer with the next one that was given."""
    if scores[-1] != scale.best:
        raise DataError(
            f"nobody answered {scale.best:g}, the best answer on the scale {scale}, so there is no "
            f"top box. The best answer that was given is {scores[-1]:g}."
        )
    levels = len(scores)
    pair = cells.each_level(levels)[:-3:-1]
    parts = [its.outcome("", family, None) for its in pair]
    if family != "binary" and not all(its.value > 0 for its in parts):
        raise DataError(
            f"a ratio needs means above 0, but they are {number(parts[0].value)} at {scores[-1]:g} "
            f"and {number(parts[1].value)} at {scores[-2]:g}. Use level(…).step, the difference."
        )
    if any(its.standard_error is None for its in parts):
        raise DataError(
            f"a ratio of means needs two customers or more at {scores[-1]:g} and {scores[-2]:g}, "
            f"but there are {parts[0].n} and {parts[1].n}. Put answers together first."
        )
    both = _Pair(parts[0], parts[1], _roots(cells, levels))
    return TopBoxRatio(
        estimate=both.rates(),
        odds=both.odds() if family == "binary" else None,
        top=scores[-1],
        next=scores[-2],
    )


def _roots(cells: OutcomeCells, levels: int) -> Any:
    roots = cells.roots(levels)
    return None if roots is None else roots[:, [-1, -2]]


class _Pair:
    """Estimates of both answers, and what clusters add to them."""

    def __init__(self, top: Estimate, below: Estimate, roots: Any) -> None:
        self._of, self._roots = (top, below), roots

    def rates(self) -> RatioEstimate:
        """Return the ratio of the shares or means."""
        values = [its.value for its in self._of]
        if min(values) > 0:
            return self._ratio("ratio", values, [1 / its for its in values])
        counts = [self._with_half(its) for its in self._of]
        shares = [hits / (hits + rest - HALF) for hits, rest in counts]
        squares = sum(1 / hits - 1 / (hits + rest - HALF) for hits, rest in counts)
        return self._estimate("ratio", shares[0] / shares[1], math.sqrt(squares), corrected=True)

    def odds(self) -> RatioEstimate:
        """Return the ratio of the odds."""
        values = [its.value for its in self._of]
        if all(0 < its < 1 for its in values):
            odds = [its / (1 - its) for its in values]
            return self._ratio("odds ratio", odds, [1 / (its * (1 - its)) for its in values])
        counts = [self._with_half(its) for its in self._of]
        odds = [hits / rest for hits, rest in counts]
        squares = sum(1 / hits + 1 / rest for hits, rest in counts)
        return self._estimate("odds ratio", odds[0] / odds[1], math.sqrt(squares), corrected=True)

    @staticmethod
    def _with_half(its: Estimate) -> tuple[float, float]:
        n = its.effective_n
        return its.value * n + HALF, (1 - its.value) * n + HALF

    def _ratio(self, name: str, values: list[float], slopes: list[float]) -> RatioEstimate:
        if self._roots is None:
            moved = [
                s * (its.standard_error or 0.0) for s, its in zip(slopes, self._of, strict=True)
            ]
            error = math.hypot(*moved)
        else:
            error = float(np.linalg.norm(self._roots @ (np.array(slopes) * [1.0, -1.0])))
        return self._estimate(name, values[0] / values[1], error)

    def _estimate(
        self, name: str, value: float, error: float, *, corrected: bool = False
    ) -> RatioEstimate:
        top, below = self._of
        degrees = [d for its in self._of if (d := its.degrees_of_freedom) is not None]
        return RatioEstimate(
            name=name,
            value=value,
            standard_error=value * error,
            n=top.n + below.n,
            effective_n=top.effective_n + below.effective_n,
            degrees_of_freedom=min(degrees) if degrees else None,
            clusters=top.clusters,
            log_error=error,
            corrected=corrected,
        )
