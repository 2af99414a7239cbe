"""Ranks of estimates that rest on the same respondents, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._inference.estimate import IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._inference.resampled import ResampledEstimate
from custvalue._rows import FloatArray


def _simultaneous(rank: Rank, level: float) -> Interval:
    reach = float(np.quantile(rank.draws, level)) * rank.errors + rank.tie
    below = int((rank.differences > reach).sum())
    above = int((rank.differences < -reach).sum())
    high = len(rank.differences) + 1 - above
    return Interval(low=1 + below, high=high, level=level, method="simultaneous")


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Rank(ResampledEstimate):
    """The rank of one estimate among others, 1 for the lowest.

    Parameters
    ----------
    name, value, n, effective_n, bounds
        As in :class:`~custvalue.comparing.Estimate`; 1 and the number of estimates are the ends.
    standard_error, degrees_of_freedom, design_effect, acceleration : None
        A rank has none.
    draws : ndarray of shape (draws,)
        The largest of the studentised differences from the other estimates, in each draw from
        their joint distribution.
    failed : int
        Draws in which an estimate did not exist.
    differences, errors : ndarray of shape (others,)
        Differences from the other estimates, and their standard errors.
    tie : float
        Differences up to this are rounding.

    Notes
    -----
    A rank starts above 1 only as far as others are lower beyond doubt: the differences from all
    others get simultaneous intervals (Mogstad, Romano, Shaikh & Wilhelm 2024, *Review of Economic
    Studies* 91(1)). Percentiles of the ranks among the draws would be too short where estimates
    are nearly equal.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"simultaneous": _simultaneous}
    )
    USUAL: ClassVar[str] = "simultaneous"
    REPR: ClassVar[tuple[str, ...]] = ("name", "value", "n")

    differences: FloatArray
    errors: FloatArray
    tie: float

    @property
    def has_interval(self) -> bool:
        """Always."""
        return True

    def _require_error(self) -> None:
        """Ask for no standard error: the interval needs none."""


def ranks(
    values: FloatArray,
    draws: FloatArray,
    names: tuple[str, ...],
    *,
    n: int,
    effective_n: float,
    failed: int,
    tie: float,
) -> tuple[Rank, ...]:
    """Return the rank of each value, by draws, (draws, estimates), from their distribution.

    Draws in which an estimate did not exist are counted in `failed`; differences up to `tie` are
    rounding.
    """
    places = np.empty(len(values), dtype=np.int64)
    places[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    centred = draws - draws.mean(axis=0)
    found = []
    for k, name in enumerate(names):
        others = np.delete(np.arange(len(values)), k)
        differences = centred[:, [k]] - centred[:, others]
        errors = differences.std(axis=0)
        found.append(
            Rank(
                name=f"rank, {name}",
                value=float(places[k]),
                standard_error=None,
                n=n,
                effective_n=effective_n,
                bounds=(1, len(values)),
                draws=_largest(differences, errors, tie),
                failed=failed,
                differences=values[k] - values[others],
                errors=errors,
                tie=tie,
            )
        )
    return tuple(found)


def _largest(differences: FloatArray, errors: FloatArray, tie: float) -> FloatArray:
    """Return the largest studentised difference of each draw; 0 where none varies."""
    varies = errors > tie
    if not varies.any():
        return np.zeros(len(differences))
    largest: FloatArray = np.abs(differences[:, varies] / errors[varies]).max(axis=1)
    return largest


def share_lowest(draws: FloatArray, tie: float) -> FloatArray:
    """Return how often each column is the lowest; a tie is shared."""
    lowest: npt.NDArray[np.bool_] = draws <= draws.min(axis=1, keepdims=True) + tie
    share: FloatArray = (lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.minimum(share, 1.0)
