"""What the numbers of a fit are computed from, when they are asked for."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from custvalue._inference.resamples import Resamples
from custvalue._rows import read_only
from custvalue._structural.answered import Answered
from custvalue._structural.estimates import StructuralEstimates
from custvalue._structural.groups import places_of
from custvalue._structural.linearised import Neighbourhood, linearised_fields
from custvalue._structural.moments import ItemMoments
from custvalue._structural.plan import Plan
from custvalue._structural.settings import Settings
from custvalue._structural.solution import Solution, solve
from custvalue._structural.structure import Structure


class Engine:
    """The solution of a fit, the answers behind it if they are at hand, and what was made of them.

    Parameters
    ----------
    solution : Solution
        Of one sample.
    answered : Answered, optional
        The answers; without them there are no standard errors.
    resamples : Resamples, optional
        All numbers in every resample, where these were requested.
    """

    __slots__ = ("_neighbourhood", "answered", "made", "resamples", "solution")

    def __init__(
        self,
        solution: Solution,
        answered: Answered | None = None,
        resamples: Resamples | None = None,
    ) -> None:
        self.solution = solution
        self.answered = answered
        self.resamples = resamples
        self.made: dict[str, StructuralEstimates] = {}
        self._neighbourhood = Neighbourhood(solution.plan, solution)

    @classmethod
    def of(cls, model: Structure, moments: ItemMoments, settings: Settings) -> Self:
        """Solve a model again from the moments of its items."""
        one = np.newaxis
        return cls(solve(Plan.of(model), moments.means[one], moments.covariance[one], settings))

    @property
    def plan(self) -> Plan:
        """The model as arrays."""
        return self.solution.plan

    def errors(self, group: str) -> list[dict[str, Any]]:
        """Return standard errors of a group, and what clusters and resamples say, by fields."""
        places = places_of(group, self.plan)
        numbers = range(places.start, places.stop)
        if self.answered is None:
            return [{"standard_error": None} for _ in numbers]
        found = linearised_fields(self.answered, self._neighbourhood, group)
        if self.resamples is None:
            return found
        draws = (_drawn(self.resamples, place) for place in numbers)
        return [its | more for its, more in zip(found, draws, strict=True)]


def _drawn(resamples: Resamples, place: int) -> dict[str, Any]:
    """Return what an estimate has of the resamples of one number, by the names of fields."""
    skewness = resamples.accelerations
    return {
        "standard_error": float(resamples.standard_errors[place]),
        "draws": read_only(resamples.draws[:, place].copy()),
        "failed": resamples.failed,
        "acceleration": float(skewness[place]) if skewness.size else None,
        "expansion": resamples.expansion,
    }
