"""What values of customers share: a total with its uncertainty, and what the arguments must be."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from custvalue._histories.rows import CustomerRows
from custvalue._histories.units import Horizon
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.model import LifetimeModel, parameter_names
from custvalue._lifetime.renewing.renewals import ContractModel
from custvalue._numerics.estimates import TotalEstimate
from custvalue._numerics.limits import REMEDY
from custvalue._numerics.quadrature import for_differences
from custvalue._rows import FloatArray
from custvalue._words import number, percent_as_given
from custvalue.errors import ParameterError

RELATIVE_STEP = 1e-4  # of central differences: their error is of the order of its square


class LifetimeValue(CustomerRows):
    """The value of customers, row by row."""

    __slots__ = ()

    if TYPE_CHECKING:  # declared by each kind of value
        value: FloatArray
        horizon: str | None
        annual_discount_rate: float
        total_standard_error: float | None
        no_error_because: str

    def __getstate__(self) -> dict[str, Any]:
        """Compute what is computed when asked for: a function cannot be pickled."""
        return {name: getattr(self, name) for name in vars(self)}

    @property
    def _sum(self) -> float:
        return float(self.value.sum())

    @property
    @abstractmethod
    def _customers(self) -> float:
        """How many customers are valued."""

    @property
    def total(self) -> TotalEstimate:
        """The value of all customers together, with its standard error where it is known.

        The standard error is computed when it is first asked for, which takes some evaluations of
        the models; the sum alone is ``value.value.sum()``.
        ``value.total.confidence_interval(0.95)`` needs the fits of all models, which are taken as
        independent. It covers the expected value, not what the customers will really spend: chance
        in their own purchases is not in it, and is of about the same size for any number of
        customers.
        """
        return TotalEstimate(
            name="total value",
            value=self._sum,
            standard_error=self.total_standard_error,
            n=round(self._customers),
            effective_n=self._customers,
            no_error_because=self.no_error_because,
        )

    def _total_in_words(self) -> str:
        total = f"Total {number(self.total.value, 6)}"
        if self.total_standard_error is not None and self.total.value > 0:
            interval = self.total.confidence_interval()
            total += f" {interval} ({interval.description})"
        return f"{total}."

    def _discount_in_words(self) -> str:
        ahead = "infinite" if self.horizon is None else f"{self.horizon} ahead"
        rate = percent_as_given(self.annual_discount_rate)
        return f"Horizon: {ahead}. Discount rate {rate} a year."


def in_words(horizon: Horizon | None) -> str | None:
    """Write a horizon as text."""
    if isinstance(horizon, timedelta):
        return f"{horizon / timedelta(days=1):g} days"
    return horizon


def model_of(given: Any, kind: Any, argument: str, example: str) -> Any:
    """Take the model out of a fit, and refuse what is neither."""
    model = given.model if isinstance(given, Fit) else given
    if isinstance(model, kind) and not isinstance(model, type):
        return model
    shown = (
        f"the class {model.__name__}" if isinstance(model, type) else f"a {type(model).__name__}"
    )
    contract = kind is not ContractModel and isinstance(model, ContractModel)
    remedy = " For customers under contract use contract_lifetime_value." if contract else ""
    if several := getattr(given, "fits", None):
        remedy = f" Give one of its fits, as in {argument}=given.fits[{next(iter(several))!r}]."
    raise ParameterError(
        f"{argument} must be a model such as {example}(...), or its fit, but it is {shown}.{remedy}"
    )


Total = Callable[[Any], float | FloatArray]  # or what is added up


class KnowsVariance(ABC):
    """What says itself how uncertain a total is, and is no fit."""

    @abstractmethod
    def variance(self, total: Total) -> float:
        """Return the variance of a total, whose parts are a function of the model, (n,)."""


def is_known(given: Any) -> bool:
    """Say whether this is a fit whose parameters have standard errors."""
    fitted = isinstance(given, Fit) and given.covariance is not None
    return fitted or isinstance(given, KnowsVariance)


def delta_variance(fit: Any, total: Total) -> float | None:
    """Variance of a total by the delta method; None where the covariance is not known."""
    if not is_known(fit):
        return None
    with for_differences():
        if isinstance(fit, KnowsVariance):
            return fit.variance(total)
        gradient = np.array(
            [_slope(fit.model, name, value, total) for name, value in fit.parameters.items()]
        )
    return float(gradient @ np.array(fit.covariance) @ gradient)


def total_error(**models: tuple[Any, Callable[[], Total]]) -> dict[str, Any]:
    """Return how the standard error of a total is computed; where it cannot be, None and why.

    Of each model, its fit and what makes the total as a function of the model.
    """
    unknown = {name: given for name, (given, _) in models.items() if not is_known(given)}
    if unknown:
        reason = " ".join(_no_error(*each) for each in unknown.items())
        return {"total_standard_error": None, "no_error_because": reason}

    def error() -> float:
        return math.sqrt(sum(delta_variance(fit, made()) or 0.0 for fit, made in models.values()))

    return {"total_standard_error": error, "no_error_because": ""}


def _no_error(argument: str, given: Any) -> str:
    """Say why the standard errors of one model are not known, and what to do."""
    if not isinstance(given, Fit):
        return (
            f"{argument} is a model, of which no standard errors are known. Give its fit, as in "
            f"{argument}=fit, not fit.model."
        )
    name = type(given.model).__name__
    return (
        f"{argument} is a fit of {name} without standard errors: the data cannot tell its "
        f"parameters apart. {given.limit or REMEDY}"
    )


def _slope(model: LifetimeModel, name: str, value: float, total: Total) -> float:
    """Return the derivative of a total by a parameter: a central difference of its logarithm.

    Coefficients of covariates are themselves logarithms of ratios.
    """
    if name in parameter_names(type(model)):
        up, down = value * math.exp(RELATIVE_STEP), value * math.exp(-RELATIVE_STEP)
    else:
        up, down = value + RELATIVE_STEP, value - RELATIVE_STEP
    ends = [
        float(np.sum(total(model._with_estimated({name: end}))))  # noqa: SLF001 - of its own room
        for end in (up, down)
    ]
    return (ends[0] - ends[1]) / (up - down)
