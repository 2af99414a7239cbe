"""The regression of the overall answers on all drivers, in points of their scales."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from custvalue._checks import finite
from custvalue._drivers.importance_result import DriverImportance
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import cluster_fields, kish_effective_n, root_of_covariance
from custvalue._inference.sample import Sample
from custvalue._rows import FloatArray
from custvalue._words import did_you_mean, listed, number, plain
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, eq=False)
class Slopes:
    """Coefficients and what each respondent moves them by.

    Parameters
    ----------
    names : tuple of str
        The drivers.
    values : ndarray of shape (drivers,)
        Points of the overall answer for one point of each driver, as they were answered.
    influence : ndarray of shape (n, drivers)
        What each respondent moves them by, linearised.
    means : ndarray of shape (drivers + 1,)
        Mean answers, the overall one first.
    sample : Sample
        The respondents.
    """

    names: tuple[str, ...]
    values: FloatArray
    influence: FloatArray
    means: FloatArray
    sample: Sample

    @classmethod
    def of(cls, found: DriverImportance) -> Slopes:
        """Fit by weighted least squares the regression that a result is about."""
        if found.covariances == "pairwise":
            raise ParameterError(
                "an expected change needs a regression of the respondents who answered everything. "
                "Use importance(…, covariances='listwise')."
            )
        if found.explained != "r squared":
            raise ParameterError(
                "an expected change is in points, of a linear regression. Use "
                "importance(…, explained='r squared'), for a binary answer too."
            )
        data, asked = found.answered(), found.overall_answers
        weights = data.sample.weights
        mean = weights @ data.columns / weights.sum()
        centred = data.columns - mean
        drivers, overall = centred[:, 1:], centred[:, 0]
        weighted = drivers * weights[:, np.newaxis]
        inverse = np.linalg.inv(weighted.T @ drivers)
        slopes = inverse @ (weighted.T @ overall)
        residuals = overall - drivers @ slopes
        signs = asked.scale.sign * _signs(found)
        return cls(
            names=data.names,
            values=signs * slopes,
            influence=signs * ((weighted * residuals[:, np.newaxis]) @ inverse),
            means=np.concatenate([[asked.scale.sign], _signs(found)]) * mean,
            sample=data.sample,
        )

    def gain(self, name: str, changes: FloatArray) -> Estimate:
        """Return what some changes of the drivers go with, in points of the overall answer."""
        influence = self.influence @ changes
        n, lost = len(influence), len(self.names) + 1
        own: dict[str, Any] = {
            "standard_error": math.sqrt(float(influence @ influence) * n / (n - lost)),
            "effective_n": kish_effective_n(self.sample.weights),
            "degrees_of_freedom": float(n - lost),
        }
        own |= cluster_fields(influence, self.sample, lost=lost)
        return Estimate(name=name, value=float(self.values @ changes), n=n, **own)

    def covariance(self) -> FloatArray:
        """Return the covariance of the coefficients, (drivers, drivers)."""
        n = np.full(len(self.names), float(len(self.influence)))
        root = root_of_covariance(self.influence, n, self.sample)
        lost = len(self.names) + 1
        scale = 1.0 if self.sample.clusters else (n[0] - 1) / (n[0] - lost)
        return np.asarray(root.T @ root * scale)


def _signs(found: DriverImportance) -> FloatArray:
    return np.array([part.scale.sign for part in found.answers for _ in part.items], dtype=float)


def checked_changes(
    found: DriverImportance, slopes: Slopes, changes: object, *, of: str = "changes"
) -> FloatArray:
    """Return the change of each driver, 0 where none is named; means must stay on their scale."""
    if not isinstance(changes, Mapping) or not changes:
        raise ParameterError(
            f"{of} must be a mapping of driver to points, as in {{{slopes.names[0]!r}: 0.5}}, but "
            f"it is {plain(changes)!r}."
        )
    scales = {name: part.scale for part in found.answers for name in part.items}
    asked = np.zeros(len(slopes.names))
    for name, value in changes.items():
        if name not in slopes.names:
            near = did_you_mean(name, slopes.names)
            raise ParameterError(
                f"{of} names {name!r}, which is no driver.{near} The drivers are "
                f"{listed(slopes.names)}."
            )
        points = finite(value)
        if math.isnan(points):
            raise ParameterError(
                f"{of} must be points, as in 0.5, but that of {name!r} is {plain(value)!r}."
            )
        place, scale = slopes.names.index(name), scales[name]
        after = slopes.means[place + 1] + points
        if not scale.low <= after <= scale.high:
            raise DataError(
                f"{of} of {name!r} by {number(points)} moves its mean from "
                f"{number(slopes.means[place + 1])} to {number(after)}, which is off the scale "
                f"{scale}. Change it by less."
            )
        asked[place] = points
    return asked
