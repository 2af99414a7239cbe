"""What points of a dimension, or of satisfaction, are worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from custvalue._inference.estimate import rows_by_name
from custvalue._inference.resampled import ResampledEstimate
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import Columns
from custvalue._words import percent


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PointsValue(Tabulated, Columns):
    """What it is worth if all customers feel so many points better from now on.

    Parameters
    ----------
    points : float
        Of the scale.
    dimension : str or None
        Which driver moves; None for satisfaction itself.
    estimates : tuple of ResampledEstimate
        Of the base, per customer, if only respondents felt it, and as a share of the value of the
        base.
    horizon : str
        How far ahead.
    annual_discount_rate : float
        As in 0.1.
    decay : str or None
        After what time half of the effect is gone.
    customers, respondents : int
        Of the base; of these, who answered in time.
    """

    TITLE: ClassVar[str] = "What points are worth"
    SHOWN: ClassVar = shown("value: estimate, low, high, standard_error")
    REPR: ClassVar[tuple[str, ...]] = ("points", "dimension", "total")

    points: float
    dimension: str | None
    estimates: tuple[ResampledEstimate, ...]
    horizon: str
    annual_discount_rate: float
    decay: str | None
    customers: int
    respondents: int

    @property
    def total(self) -> ResampledEstimate:
        """Money of the whole base."""
        return self.estimates[0]

    @property
    def per_customer(self) -> ResampledEstimate:
        """Money of a customer on average."""
        return self.estimates[1]

    @property
    def of_respondents(self) -> ResampledEstimate:
        """Money if only those who answered felt it: what needs no assumption about the others."""
        return self.estimates[2]

    @property
    def probability_positive(self) -> float:
        """Share of draws in which it is above 0."""
        return float(np.mean(self.total.draws > 0))

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self.estimates, level)

    def _title(self) -> str:
        what = "satisfaction" if self.dimension is None else self.dimension
        return f"What {self.points:+g} points of {what} are worth"

    def _notes(self) -> Iterable[str]:
        fades = "" if self.decay is None else f" Half of it is gone after {self.decay}."
        yield (
            f"Within {self.horizon}, discounted by {percent(self.annual_discount_rate, 1)} a year."
            f"{fades} P(> 0) {self.probability_positive:.3f}."
        )
        yield (
            f"{self.customers:,} customers, {self.respondents:,} of whom answered: that the others "
            f"are moved as these are is an assumption. Association, not proof of cause."
        )
