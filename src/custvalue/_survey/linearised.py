"""Estimates with a linearised standard error that may keep resamples beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from custvalue._checks import random_generator
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._inference.resampled import REQUEST, ResampledEstimate
from custvalue._inference.resamples import Resamples
from custvalue._rows import FloatArray, read_only
from custvalue.errors import DataError, ParameterError


def _none() -> FloatArray:
    return read_only(np.empty(0))


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class LinearisedEstimate(ResampledEstimate):
    """An estimate with a linearised standard error, and resamples where they were requested.

    Parameters
    ----------
    name, value, n, effective_n, bounds, degrees_of_freedom, design_effect
        As in :class:`ResampledEstimate`.
    standard_error : float or None
        Linearised, without assuming normal answers; sampling weights enter it.
    draws : ndarray of float64, shape (resamples,)
        The statistic in every resample in which it exists; empty without resamples.
    failed, acceleration
        As in :class:`ResampledEstimate`.
    """

    standard_error: float | None
    draws: FloatArray = field(default_factory=_none)

    @property
    def has_interval(self) -> bool:
        """Whether there is a standard error, or there are resamples."""
        return self.standard_error is not None or self.has_resamples

    @property
    def t_degrees(self) -> float:
        """Degrees of freedom of the standard error: of clusters, or effective n - 1."""
        its = self.degrees_of_freedom
        return max(self.effective_n - 1, 1.0) if its is None else its

    @property
    def has_resamples(self) -> bool:
        """Whether resamples were requested."""
        return len(self.draws) > 0

    @property
    def default_method(self) -> str:
        """That of the resamples where there are any, else the linearised one."""
        return super().default_method if self.has_resamples else "linearised"

    @property
    def required_error(self) -> float:
        """The standard error, or a DataError where there is none."""
        if self.standard_error is None:
            raise DataError(
                f"{self.name} has no standard error, because its solution is on the boundary of "
                f"the parameter space. Use {REQUEST} when it is estimated, for resamples."
            )
        return self.standard_error

    def _require_error(self) -> None:
        """Leave it to each method to say what it lacks."""

    def _resampled(self, method: Bootstrap) -> Resamples:
        raise ParameterError(
            f"{self.name} keeps no answers to resample. Use method=Bootstrap({method.resamples}) "
            f"when it is estimated, then confidence_interval(method={method.kind!r})."
        )


def one_stream(method: Bootstrap | None) -> Bootstrap | None:
    """Return the request with a source of randomness that several analyses draw from in turn."""
    if method is None:
        return None
    return replace(require_bootstrap(method), rng=random_generator(method.rng))
