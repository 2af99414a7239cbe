"""Estimates that keep their resamples, with an interval at any level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from custvalue._inference.estimate import ComparisonMethod, Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples
from custvalue._rows import FloatArray, read_only
from custvalue.errors import DataError

REQUEST = "method=Bootstrap(2000, rng=1)"
ResampledMethod = Literal["percentile", "bca"]


def _percentile(estimate: ResampledEstimate, level: float) -> Interval:
    return estimate.resamples.confidence_interval(level, expanded=estimate.EXPANDED)


def _bca(estimate: ResampledEstimate, level: float) -> Interval:
    return estimate.resamples.confidence_interval(level, kind="bca", expanded=estimate.EXPANDED)


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ResampledEstimate(Estimate):
    """An estimate whose uncertainty was found by resampling respondents.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        The estimate.
    standard_error : float
        Standard deviation of the resamples.
    n : int
        Respondents used.
    effective_n : float
        Kish's effective number of respondents.
    bounds : tuple of float, optional
        Ends that the quantity cannot pass.
    degrees_of_freedom, design_effect : float or None
        The first of clusters, where these were drawn; else None.
    draws : ndarray of float64, shape (resamples,)
        The statistic in every resample in which it exists.
    failed : int
        Resamples in which it does not.
    acceleration : float or None
        What ``bca`` needs beyond the resamples.
    expansion : float or None
        What the standard error is more than that of resamples of clusters.

    Notes
    -----
    Methods of :meth:`confidence_interval`: ``percentile``, the default, and ``bca`` where the
    resamples were requested with ``Bootstrap(kind="bca")``.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"percentile": _percentile, "bca": _bca}
    )
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "mover"

    EXPANDED: ClassVar[bool] = False  # whether tails are those of t: for few respondents

    draws: FloatArray
    failed: int = 0
    acceleration: float | None = None
    expansion: float | None = None

    @property
    def default_method(self) -> str:
        """BCa where the resamples allow it, else percentiles."""
        return self.USUAL or ("percentile" if self.acceleration is None else "bca")

    @property
    def resamples(self) -> Resamples:
        """The distribution of the statistic over the resamples."""
        if not len(self.draws):
            raise DataError(f"{self.name} has no resamples. Use {REQUEST} when it is estimated.")
        skewness = [] if self.acceleration is None else [self.acceleration]
        return Resamples(
            values=np.array([self.value]),
            draws=np.asarray(self.draws)[:, np.newaxis].copy(),
            accelerations=np.array(skewness),
            n=self.n,
            failed=self.failed,
            clusters=self.clusters,
            degrees_of_freedom=self.degrees_of_freedom,
            expansion=self.expansion,
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ResampledEstimate)
            and type(self) is type(other)
            and self.to_json() == other.to_json()
        )

    __hash__ = None  # type: ignore[assignment]


def resampled_estimates(
    resamples: Resamples,
    names: tuple[str, ...],
    *,
    effective_n: float,
    bounds: tuple[float, float] | None = None,
) -> tuple[ResampledEstimate, ...]:
    """Return an estimate for each statistic that was resampled."""
    return tuple(
        ResampledEstimate(
            name=name,
            value=float(resamples.values[place]),
            standard_error=float(resamples.standard_errors[place]),
            n=resamples.n,
            effective_n=effective_n,
            bounds=bounds,
            **kept(resamples, place),
        )
        for place, name in enumerate(names)
    )


def kept(resamples: Resamples, place: int) -> dict[str, Any]:
    """Return what an estimate keeps of the resamples of one statistic, by the names of fields."""
    skewness = resamples.accelerations
    return {
        "draws": read_only(resamples.draws[:, place].copy()),
        "failed": resamples.failed,
        "acceleration": float(skewness[place]) if skewness.size else None,
        "clusters": resamples.clusters,
        "degrees_of_freedom": resamples.degrees_of_freedom,
        "expansion": resamples.expansion,
    }
