"""What is known of the ratios of covariates alone, before the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.model import LifetimeModel, parameter_names
from custvalue._lifetime.priors.density import with_coefficients
from custvalue._lifetime.priors.prior import Ends, Known
from custvalue._numerics.maximum import Derivatives
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Frozen, Level
from custvalue._words import number
from custvalue.errors import ParameterError


class RatioPrior(Tabulated, Frozen):
    """What is known of covariates of spend and of contracts, as a central interval of ratios.

    Nothing is known before the data of the other parameters. Where kinds of customers are few or
    many, ratios are drawn towards 1, or to the middle of the interval; a ridge, as of a kind of
    customers none of whom left, gets an end.

    Parameters
    ----------
    ratio : tuple of float
        Of mean spend, or of the odds to leave: e^γ between a level and the base, or of customers
        whose numeric covariate is one standard deviation higher. Lognormal.
    level : float
        Probability of the interval.

    Raises
    ------
    ParameterError
        If an end is not positive, or they are not in order.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> contracts = [
    ...     lifetime.Contracts.from_shares(shares, customers=20, period="1 year")
    ...     for shares in ([1, 0.8, 0.7], [1, 0.6, 0.5])
    ... ]
    >>> how = {"dropout": ["region"], "covariates": {"region": ["north", "south"]}}
    >>> prior = lifetime.RatioPrior(ratio=(0.5, 2))
    >>> known, unknown = (
    ...     lifetime.ShiftedBetaGeometric.fit(contracts, prior=each, **how)
    ...     for each in (prior, lifetime.RatioPrior(ratio=(0.01, 100)))
    ... )
    >>> effect = "dropout: region=south"
    >>> round(known.effects[effect].ratio.value, 2), round(unknown.effects[effect].ratio.value, 2)
    (1.31, 2.25)
    """

    TITLE: ClassVar[str] = "Prior of ratios"
    LABELS: ClassVar[str] = "quantity"
    SHOWN: ClassVar = shown("low, median, high")

    ratio: Ends = (0.1, 10.0)
    level: Level = 0.9

    def _known_in(self, model: object, given: Mapping[str, Any]) -> Known:  # noqa: ARG002 - refused
        raise ParameterError(
            "a RatioPrior speaks of covariates only, and none are asked for. Name some, or omit "
            "prior."
        )

    def _of_driven(self, model: type[LifetimeModel], given: Mapping[str, Any], count: int) -> Known:  # noqa: ARG002 - the same in all
        """Return the log density of log parameters, of which nothing is known, and coefficients."""
        low, high = np.log(self.ratio).tolist()
        spread = (high - low) / (2 * normal_quantile(self.level))
        common = len(parameter_names(model))
        return Known(with_coefficients(_flat, common, count, (low + high) / 2, spread), [])

    def _rows(self, level: float) -> list[Row]:  # noqa: ARG002 - it has its own
        low, high = self.ratio
        ends = {"low": low, "median": math.sqrt(low * high), "high": high}
        return [Row("ratio", {"quantity": "ratio", **ends})]

    def _notes(self) -> tuple[str, ...]:
        return (f"{number(100 * self.level)} % of each lie between low and high, lognormal.",)

    @property
    def _words(self) -> str:
        low, high = map(number, self.ratio)
        return f"ratios {low} to {high} ({number(100 * self.level)} %)"


def _flat(point: FloatArray) -> Derivatives:
    k = len(point)
    return Derivatives(0.0, np.zeros(k), np.zeros((k, k)))


def checked_ratios(prior: object, covariates: object, example: str) -> RatioPrior | None:
    """Return what is a prior of ratios, where there are covariates."""
    if prior is None:
        return None
    if not isinstance(prior, RatioPrior):
        raise ParameterError(
            f"prior must be a lifetime.RatioPrior, as in RatioPrior(ratio=(0.5, 2)), but it is a "
            f"{type(prior).__name__}."
        )
    if not covariates:
        raise ParameterError(
            f"prior is of the ratios of covariates, but none are named. Name some, as in "
            f"{example}, or omit prior."
        )
    return prior
