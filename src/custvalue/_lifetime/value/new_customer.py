"""What a new customer is worth, with the first purchase: how much winning one may cost.

V = m (z₁ + E[Z] ∫ e^(-δu) dE[X(u)]), from 0 to the horizon, with δ = ln(1 + d): the first purchase
now, and the repeat purchases expected of somebody about whom nothing else is known yet, or only
covariates; of several, V is the mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy.typing as npt

from custvalue._checks import checked_share, finite
from custvalue._histories.units import Horizon, TimeUnit, declared_unit
from custvalue._inference.estimate import Estimate, Headline
from custvalue._inference.interval import Interval
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._lifetime.value.newcomers import Newcomers, buyers_won, mean_parts, mean_worth
from custvalue._lifetime.value.worth import in_words, model_of, total_error
from custvalue._numerics.estimates import TotalEstimate
from custvalue._results.layout import Row, shown
from custvalue._values import NonNegative
from custvalue._words import percent_as_given, plain
from custvalue.errors import ParameterError


class NewCustomerValue(Headline):
    """What a new customer is worth: :func:`new_customer_value` makes it.

    Parameters
    ----------
    estimate : TotalEstimate
        First purchase and discounted repeat purchases, times the margin.
    first_purchase, repeat_purchases : float
        The two parts of it.
    acquisition_cost : float
        What winning a customer costs.
    payback : float or None
        Time in `unit` until the expected value has paid the acquisition cost; 0 where the first
        purchase does, None where it is not paid within the horizon.
    unit : {"day", "week", "month", "year"}
        Of `payback`.
    horizon : str or None
        How far ahead; None for an infinite horizon.
    annual_discount_rate, margin : float
        As given.
    first_spend_assumed : bool
        Whether the first purchase was taken to be like the repeat purchases.
    """

    TITLE: ClassVar[str] = "Value of a new customer"
    SHOWN: ClassVar = shown("value, low, high")
    REPR: ClassVar = ("value", "acquisition_cost", "payback")

    estimate: TotalEstimate
    first_purchase: float
    repeat_purchases: NonNegative
    acquisition_cost: NonNegative
    payback: NonNegative | None
    unit: TimeUnit
    horizon: str | None
    annual_discount_rate: NonNegative
    margin: NonNegative
    first_spend_assumed: bool

    @property
    def profit(self) -> float:
        """Value less acquisition cost."""
        return self.value - self.acquisition_cost

    @property
    def ratio(self) -> float | None:
        """Value over acquisition cost; None where that is 0."""
        return self.value / self.acquisition_cost if self.acquisition_cost > 0 else None

    def ratio_interval(self, level: float = 0.95) -> Interval:
        """Return the interval of :attr:`ratio`, from that of the value.

        Parameters
        ----------
        level : float
            Confidence level.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1, the acquisition cost is 0, or there is no standard
            error.
        """
        if self.ratio is None:
            raise ParameterError(
                "acquisition_cost is 0, so there is no ratio to it. Give what winning a customer "
                "costs, as in new_customer_value(..., acquisition_cost=25)."
            )
        found, cost = self.confidence_interval(level), self.acquisition_cost
        return Interval(
            low=found.low / cost, high=found.high / cost, level=level, method=found.method
        )

    def _rows(self, level: float) -> list[Row]:
        known = self.standard_error is not None
        ends = self.confidence_interval(level) if known else None
        low, high = (ends.low, ends.high) if ends else (None, None)
        amounts: dict[str, float | None] = {
            "first purchase": self.first_purchase,
            "repeat purchases": self.repeat_purchases,
            "value": self.value,
            "acquisition cost": self.acquisition_cost,
            "value over cost": self.ratio,
            f"payback, {self.unit}s": self.payback,
        }
        rows = []
        for name, value in amounts.items():
            scale = {"value": 1.0, "value over cost": self.acquisition_cost}.get(name, math.inf)
            with_ends = value is not None and low is not None and 0 < scale < math.inf
            cells = {
                "part": name,
                "value": value,
                "low": low / scale if with_ends and low is not None else None,
                "high": high / scale if with_ends and high is not None else None,
            }
            rows.append(Row(name, cells))
        return rows

    def _notes(self) -> tuple[str, ...]:
        ahead = "infinite" if self.horizon is None else f"{self.horizon} ahead"
        first = " The first purchase is taken to be like the others." * self.first_spend_assumed
        rate = f"Discount rate {percent_as_given(self.annual_discount_rate)} a year."
        no_error = self.estimate.no_error_because
        return (
            f"Horizon: {ahead}. {rate} Margin {percent_as_given(self.margin)}.{first}",
            "95 % interval, delta method on the log scale, uncertainty of the parameters."
            if self.standard_error is not None
            else f"No interval: {no_error}",
        )


def new_customer_value(
    *,
    purchases: PurchaseModel | Fit[Any] | GroupFits,
    spend: SpendModel | Fit[Any],
    horizon: Horizon | None,
    annual_discount_rate: float,
    margin: float,
    first_spend: float | Estimate | None = None,
    acquisition_cost: float = 0.0,
    covariates: Any = None,
    group: npt.ArrayLike | None = None,
) -> NewCustomerValue:
    """Compute what a new customer is worth, the first purchase included, against the cost of one.

    Parameters
    ----------
    purchases : PurchaseModel, Fit or GroupFits
        How often customers buy. With its :class:`Fit` the value gets an interval.
    spend : SpendModel or Fit
        How much they spend; likewise.
    horizon : str, timedelta or None
        Counted from the first purchase, as in ``"3 years"``; None for an infinite horizon.
    annual_discount_rate : float
        Effective: 0.10 for 10 % a year.
    margin : float
        Share of the spend that is earned, > 0 and <= 1.
    first_spend : float, Estimate or None
        Mean spend of the first purchase, whose standard error counts if it is an
        :class:`~custvalue.survey.Estimate`. None: as expected of the repeat purchases.
    acquisition_cost : float
        What winning one customer costs (CAC).
    covariates : mapping or dataframe, optional
        Of models with covariates: those of the customer, ``{"region": "south"}``; or of n customers
        such as those who are won, of whom the mean is told.
    group : str, int or array_like of them, optional
        Of :class:`GroupFits`: the group of the customer; or those of n customers such as those who
        are won, of whom the mean is told.

    Raises
    ------
    DataError
        If a level of a covariate is unknown, or a value is missing.
    ParameterError
        If an argument is outside its domain; if a model has covariates or groups and they are not
        given, or none has.
    UnitError
        If the model has no unit, or the horizon has none.

    Notes
    -----
    Fits of purchases and of spend and the mean of first purchases are taken as independent.
    Simulated Pareto/NBD and gamma-gamma, 26 to 52 weeks, 200 samples each: 95 % intervals covered
    the true value in 93.6 % (500 customers; in 12 samples there was no standard error) and 95.0 %
    (2,000).

    Examples
    --------
    >>> from custvalue import lifetime
    >>> value = lifetime.new_customer_value(
    ...     purchases=lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    ...     spend=lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44),
    ...     horizon="3 years",
    ...     annual_discount_rate=0.10,
    ...     margin=0.30,
    ...     first_spend=32.09,
    ...     acquisition_cost=12,
    ... )
    >>> round(value.first_purchase, 2), round(value.repeat_purchases, 2), round(value.value, 2)
    (9.63, 26.3, 35.92)
    >>> round(value.ratio, 2), round(value.payback, 1)
    (2.99, 4.7)
    """
    margin = checked_share("margin", margin, example=0.30)
    cost = _amount("acquisition_cost", acquisition_cost)
    who, won = buyers_won(purchases, group)
    buys = model_of(who.model, PurchaseModel, "purchases", "BGNBD")
    pays = model_of(spend, SpendModel, "spend", "GammaGamma")
    unit = declared_unit(getattr(buys, "unit", None), type(buys).__name__)
    continuous_rate(annual_discount_rate, unit)
    new = Newcomers.of((buys, pays), covariates, unit, horizon, annual_discount_rate)
    new = new.of_groups(won)
    each, known_first = new.spend(pays), first_spend is not None
    first, first_error = _first(first_spend, float(each.mean()))
    ahead = new.purchases(buys)
    of_spend = margin * (ahead + (0.0 if known_first else 1.0))
    errors = total_error(
        purchases=(
            who.source,
            lambda: lambda model: margin * mean_parts(each, new.purchases(model)),
        ),
        spend=(spend, lambda: lambda model: mean_parts(of_spend, new.spend(model))),
    )
    repeat = mean_worth(each, ahead)
    worth = margin * (first + repeat)
    return NewCustomerValue(
        estimate=TotalEstimate(
            name="value of a new customer",
            value=worth,
            standard_error=_together(errors["total_standard_error"], margin * first_error),
            **_counted(purchases),
            no_error_because=errors["no_error_because"],
        ),
        first_purchase=margin * first,
        repeat_purchases=margin * repeat,
        acquisition_cost=cost,
        payback=new.payback(buys, each, cost / margin - first),
        unit=unit,
        horizon=in_words(horizon),
        annual_discount_rate=float(annual_discount_rate),
        margin=margin,
        first_spend_assumed=not known_first,
    )


def _counted(purchases: Any) -> dict[str, Any]:
    """Return how many customers were fitted."""
    n = getattr(getattr(purchases, "common", purchases), "customers", 0)
    return {"n": n, "effective_n": float(n)}


def _first(given: float | Estimate | None, repeat: float) -> tuple[float, float]:
    """Return the spend of a first purchase and its standard error."""
    if given is None:
        return repeat, 0.0
    if isinstance(given, Headline | Estimate):
        return given.value, given.standard_error or 0.0
    return _amount("first_spend", given), 0.0


def _amount(name: str, value: object) -> float:
    """Return an amount of money >= 0."""
    found = finite(value)
    if not found >= 0:
        raise ParameterError(f"{name} must be a number >= 0, but it is {plain(value)!r}.")
    return found


def _together(models: float | Callable[[], float] | None, first: float) -> float | None:
    """Return the standard error from that of the models and of the first purchase."""
    if models is None:
        return None
    return math.hypot(models() if callable(models) else models, first)
