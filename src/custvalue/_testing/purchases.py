"""Purchases at any time and at opportunities: histories, and the models that fit them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from custvalue._histories.contracts import checked_period
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.opportunities import OpportunityHistory
from custvalue._histories.units import DAYS, UNITS, TimeUnit, checked_unit
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.purchasing.bgbb import BGBB
from custvalue._lifetime.purchasing.bgcnbd import BGCNBD
from custvalue._lifetime.purchasing.bgnbd import BGNBD
from custvalue._lifetime.purchasing.gamma_gompertz_nbd import GammaGompertzNBD
from custvalue._lifetime.purchasing.mbgcnbd import MBGCNBD
from custvalue._lifetime.purchasing.mbgnbd import MBGNBD
from custvalue._lifetime.purchasing.nbd import NBD
from custvalue._lifetime.purchasing.pareto_nbd import ParetoNBD
from custvalue._lifetime.spend.dependent_gamma_gamma import DependentGammaGamma
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._lifetime.spend.normal_spend import NormalSpend
from custvalue._lifetime.spend.robust_gamma_gamma import RobustGammaGamma
from custvalue._testing.arguments import check_sizes, check_switch
from custvalue._testing.extra import st
from custvalue._testing.models import models

RATES = {"r": (0.1, 5.0), "alpha": (0.5, 50.0)}
DROPOUT = {"a": (0.2, 4.0), "b": (0.5, 10.0)}
AGEING = {"beta": (0.1, 10.0), "b": (1e-3, 0.2), "s": (0.1, 5.0)}
SHAPE = (0.2, 10.0)


def _unit(unit: TimeUnit | None) -> TimeUnit | None:
    return None if unit is None else checked_unit(unit)


def purchase_histories(
    *,
    unit: TimeUnit | None = "week",
    min_customers: int = 1,
    max_customers: int = 12,
    max_days: int = 730,
    monetary: bool = True,
    from_before: bool = False,
) -> st.SearchStrategy[PurchaseHistory]:
    """Draw purchase histories on the calendar's grid of days, customers without repeats included.

    Every model of :func:`purchase_models` and :func:`bgnbd_models` with the same unit, which is
    the default, predicts them.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"} or None
        The unit of recency and age; None for any.
    min_customers, max_customers : int
        How many customers.
    max_days : int
        Longest time from the first purchase to the end of observation.
    monetary : bool
        Whether there is a monetary value.
    from_before : bool
        Whether customers may be older than the history, with an `entry`: for models that take
        them, such as :class:`~custvalue.lifetime.ParetoNBD`.

    Raises
    ------
    ParameterError
        If a size is below 1, or `monetary` or `from_before` neither True nor False.
    UnitError
        If the unit is unknown.
    """
    check_sizes(min_customers=min_customers, max_customers=max_customers, max_days=max_days)
    check_switch("monetary", monetary)
    check_switch("from_before", from_before)
    units = st.sampled_from(sorted(UNITS)) if _unit(unit) is None else st.just(unit)
    customers = st.lists(_customer(max_days), min_size=min_customers, max_size=max_customers)
    before = st.integers(0, max_days if from_before else 0)
    many = st.lists(before, min_size=max_customers, max_size=max_customers)
    return st.builds(_history, units, customers, many, monetary=st.just(monetary))


def _history(
    unit: TimeUnit,
    customers: list[tuple[int, int, int, float]],
    before: list[int],
    *,
    monetary: bool,
) -> PurchaseHistory:
    frequency, recency, age, spend = np.array(customers, dtype=np.float64).T
    entry = np.array(before[: len(age)], dtype=np.float64)
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=np.where(frequency > 0, recency + entry, 0.0) / DAYS[unit],
        age=(age + entry) / DAYS[unit],
        entry=entry / DAYS[unit],
        monetary_value=spend if monetary else None,
        unit=unit,
    )


@st.composite
def _customer(draw: st.DrawFn, longest: int, *, least: int = 0) -> tuple[int, int, int, float]:
    """Draw purchases, age at the last of them, age at the end (or opportunities), mean spend."""
    age = draw(st.integers(least, longest))
    recency = draw(st.integers(0, age))
    if recency == 0:
        return 0, 0, age, 0.0
    cents = draw(st.integers(1, 100_000))
    return draw(st.integers(1, recency)), recency, age, cents / 100


def purchase_models(*, unit: TimeUnit | None = "week") -> st.SearchStrategy[PurchaseModel]:
    """Draw models of purchases at any time, of every kind, with usual parameters.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"} or None
        The unit in which they count time; None for models that take that of any history.

    Raises
    ------
    UnitError
        If the unit is unknown.
    """
    time = {"unit": st.just(_unit(unit))}
    regular = {**time, "k": st.integers(1, 4)}
    return st.one_of(
        models(NBD, RATES, **time),
        models(ParetoNBD, RATES, {"s": (0.1, 5), "beta": (0.5, 50)}, **time),
        models(BGNBD, RATES, DROPOUT, **time),
        models(MBGNBD, RATES, DROPOUT, **time),
        models(BGCNBD, RATES, DROPOUT, **regular),
        models(MBGCNBD, RATES, DROPOUT, **regular),
        models(GammaGompertzNBD, RATES, AGEING, **time),
    )


def bgnbd_models(
    *, unit: TimeUnit | None = "week", adversarial: bool = False
) -> st.SearchStrategy[BGNBD]:
    """Draw models of BG/NBD.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"} or None
        The unit in which they count time; None for models that take that of any history.
    adversarial : bool
        Whether to draw from the corners as well, where naive formulas lose digits, overflow or
        divide by zero: a = 1, a + b next to 1, parameters near 0 and very large ones.

    Raises
    ------
    ParameterError
        If `adversarial` is neither True nor False.
    UnitError
        If the unit is unknown.
    """
    check_switch("adversarial", adversarial)
    time = {"unit": st.just(_unit(unit))}
    usual = models(BGNBD, RATES, DROPOUT, **time)
    if not adversarial:
        return usual
    rest = {"r": (1e-3, 100), "alpha": (1e-3, 1e4), "b": (1e-3, 100)}
    singular = st.sampled_from([1.0, 1 - 1e-9, 1 + 1e-9, 2.0, 0.5])
    wide = models(BGNBD, rest, {"a": (1e-3, 100)}, **time)
    return usual | wide | models(BGNBD, rest, a=singular, **time)


SPEND: Mapping[str, tuple[float, float]] = {"p": (0.5, 20), "q": (1.5, 20), "gamma": (1, 100)}


def spend_models(*, unit: TimeUnit | None = "week") -> st.SearchStrategy[SpendModel]:
    """Draw models of spend of every kind, with a finite mean.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"} or None
        The unit in which the purchases of :class:`~custvalue.lifetime.DependentGammaGamma` count
        time; None for models that take that of any history.

    Raises
    ------
    UnitError
        If the unit is unknown.
    """
    outliers = st.floats(1e-4, 0.1)
    profits = {"mean": (1, 100), "between": (1, 50), "within": (1, 50)}
    return st.one_of(
        models(GammaGamma, SPEND),
        models(RobustGammaGamma, SPEND, outliers=outliers),
        models(NormalSpend, profits),
        models(
            DependentGammaGamma,
            SPEND,
            {"per_doubling": (0.9, 2)},
            purchases=bgnbd_models(unit=unit),
        ),
    )


def gamma_gamma_models(*, adversarial: bool = False) -> st.SearchStrategy[GammaGamma]:
    """Draw models of spend, Gamma-Gamma with a finite mean.

    Parameters
    ----------
    adversarial : bool
        Whether to draw from the corners as well: q just above 1, where the mean spend of the
        population is about to become infinite, parameters near 0 and very large ones.

    Raises
    ------
    ParameterError
        If `adversarial` is neither True nor False.
    """
    check_switch("adversarial", adversarial)
    usual = models(GammaGamma, SPEND)
    if not adversarial:
        return usual
    rest = {"p": (1e-2, 1e3), "gamma": (1e-3, 1e5)}
    wide = models(GammaGamma, rest, {"q": (1 + 1e-3, 1e3)})
    return usual | wide | models(GammaGamma, rest, q=st.sampled_from([1 + 1e-6, 1.01, 2.0]))


def opportunity_histories(
    *,
    max_opportunities: int = 12,
    min_customers: int = 1,
    max_customers: int = 12,
    monetary: bool = False,
    period: str = "1 year",
) -> st.SearchStrategy[OpportunityHistory]:
    """Draw purchases at opportunities, for the models of :func:`opportunity_models`.

    Parameters
    ----------
    max_opportunities : int
        At most so many of each customer, at least one.
    min_customers, max_customers : int
        How many customers, one a row.
    monetary : bool
        Whether there is a monetary value.
    period : str
        Time from one opportunity to the next.

    Raises
    ------
    ParameterError
        If a size is below 1, or `monetary` neither True nor False.
    UnitError
        If the period has no unit.
    """
    check_sizes(
        max_opportunities=max_opportunities,
        min_customers=min_customers,
        max_customers=max_customers,
    )
    check_switch("monetary", monetary)
    checked_period(period)

    def history(customers: list[tuple[int, int, int, float]]) -> OpportunityHistory:
        frequency, recency, opportunities, spend = np.array(customers, dtype=np.float64).T
        return OpportunityHistory.from_arrays(
            frequency=frequency,
            recency=recency,
            opportunities=opportunities,
            monetary_value=spend if monetary else None,
            period=period,
        )

    customer = _customer(max_opportunities, least=1)
    return st.lists(customer, min_size=min_customers, max_size=max_customers).map(history)


def opportunity_models(*, period: str = "1 year") -> st.SearchStrategy[BGBB]:
    """Draw models of purchases at opportunities, with usual parameters.

    Parameters
    ----------
    period : str
        Time from one opportunity to the next.

    Raises
    ------
    UnitError
        If the period has no unit.
    """
    shapes = {"alpha": SHAPE, "beta": SHAPE, "gamma": SHAPE, "delta": SHAPE}
    return models(BGBB, shapes, period=st.just(checked_period(period)))
