"""Customers in an engine get their scores there: one row for those who are alike is sent to it.

Models see the distinct (x, t_x, T) only, in memory, as everywhere. Their answers are joined with
the customers in the engine; what depends on spend is arithmetic there, in the order of operations
that the models use.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from custvalue._engines.kinds import coding_of, kinds_of, labels_in
from custvalue._engines.spend_lines import checked_line
from custvalue._frames.customer_summary import ADD, DAYS, CustomerSummary
from custvalue._histories.arguments import checked_margin
from custvalue._histories.counted_in_engine import cells_of
from custvalue._histories.covariates.table import Covariates
from custvalue._histories.customer_cells import CustomerCells
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS as DAYS_IN
from custvalue._histories.units import Horizon, TimeUnit, declared_unit
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.grouping.each_by_own import OfGroups
from custvalue._lifetime.grouping.groups import GroupFits
from custvalue._lifetime.protocols import PurchaseModel, SpendModel
from custvalue._lifetime.value.clv import Question
from custvalue._lifetime.value.discounting import Discounting
from custvalue._lifetime.value.worth import model_of
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError

SCORES = ("probability_alive", "expected_purchases", "discounted_expected_purchases")
VALUES = ("expected_spend", "value")


def score(
    summary: Any,
    *,
    purchases: PurchaseModel | Fit[Any] | GroupFits,
    spend: SpendModel | Fit[Any] | None = None,
    horizon: Horizon | None,
    annual_discount_rate: float,
    margin: float | None = None,
    discounting: Discounting = "continuous",
    by: str | None = None,
    prefix: str = "clv_",
) -> Any:
    """Give every customer of a summary in an engine what the models say: lazy in, lazy out.

    The distinct days of the customers are counted in the engine, answered in memory, and sent back
    as one table, which the engine joins with the customers. Nothing is written, and no customer
    travels: memory grows with the cells, which the calendar bounds, times the kinds of customers
    that models with covariates tell apart. On daily cells all numbers are
    those of :func:`customer_lifetime_value` to the last bit, as far as the sums of spend are, which
    an engine adds up in an order of its own.

    Parameters
    ----------
    summary : lazy dataframe
        As :func:`summarise` returns it, computed once. See :meth:`CustomerCells.from_summary`.
        For models with covariates it has a column of each, joined with it in the engine.
    purchases : PurchaseModel, Fit or GroupFits
        A model of purchases at any time, with its unit; covariates do not change over time.
        Customers of groups are scored by the fit of their own.
    spend : SpendModel or Fit, optional
        :class:`GammaGamma` or :class:`NormalSpend`.
    horizon, annual_discount_rate, discounting
        As in :func:`customer_lifetime_value`.
    margin : float, optional
        Share of the spend that is earned, > 0 and <= 1; needed with `spend`.
    by : str, optional
        Of :class:`GroupFits`: the column of the summary that says in which group a customer is.
    prefix : str
        Before the names of the columns that are added.

    Returns
    -------
    lazy dataframe
        The summary with `probability_alive`, `expected_purchases` and
        `discounted_expected_purchases` of each customer, and, with `spend`, `expected_spend` and
        `value`, under names with the prefix.

    Raises
    ------
    DataError
        If the summary is not lazy, lacks a column, has no customers, or days or spends contradict
        each other; if a covariate is absent, missing of some customers, or has a level that a model
        does not know; if customers have no positive spend, for ``refunded="raise"``; if the summary
        changes while it is read; if the engine is none to which a table can be sent.
    ParameterError
        If an argument is outside its domain, expected spend does not exist for some customers, a
        model has covariates that change, there is no fit of a group, or a column is there already.
    UnitError
        If the model has no unit, or the horizon none.

    Examples
    --------
    >>> import polars as pl
    >>> from custvalue import lifetime
    >>> summary = pl.LazyFrame(
    ...     {
    ...         "who": ["ann", "bob"],
    ...         "repeat_days": [2, 0],
    ...         "recency_days": [213, 0],
    ...         "age_days": [272, 272],
    ...         "repeat_spend": [44.7, 0.0],
    ...     }
    ... )
    >>> scored = lifetime.score(
    ...     summary,
    ...     purchases=lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week"),
    ...     spend=lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44),
    ...     horizon="3 years",
    ...     annual_discount_rate=0.10,
    ...     margin=0.30,
    ... )
    >>> scored.select("who", pl.col("clv_value").round(2)).sort("who").collect().rows()
    [('ann', 23.38), ('bob', 5.84)]
    """
    fits = _groups(purchases, by)
    one = purchases if fits is None else fits.common
    model = model_of(one, PurchaseModel, "purchases", "BGNBD")
    unit = declared_unit(model.unit, type(model).__name__)
    source = CustomerSummary(summary)
    money = None if spend is None else model_of(spend, SpendModel, "spend", "GammaGamma")
    earned = _margin(margin, with_spend=money is not None)
    names = _names(source, prefix, with_spend=money is not None)
    coding = coding_of(model, money)
    covariates = tuple(dict.fromkeys([each.name for each in coding] + ([] if by is None else [by])))
    found = cells_of(source, covariates=covariates)
    kinds = kinds_of(coding, found, found["customers"])
    cells = _cells(found, unit, kinds, one_by_one=fits is not None)
    if fits is not None and by is not None:
        model = OfGroups.of(fits, cells, labels_in(found[by]), "by").model
    scores = _scores(model, Question(cells, horizon, annual_discount_rate, discounting))
    line = None
    if money is not None:
        line, add = checked_line(money, source, found, kinds)
        scores |= {} if add is None else {ADD: add}
    keys = {name: found[name] for name in (*DAYS, *covariates)}
    return source.scored({**keys, **scores}, names, covariates=covariates, line=line, margin=earned)


def _cells(
    days: dict[str, Any], unit: TimeUnit, kinds: Covariates | None, *, one_by_one: bool
) -> Any:
    """Return customers who are alike; one of them each, where they are of kinds or groups."""
    columns: dict[str, Any] = {
        "frequency": days["repeat_days"],
        "recency": days["recency_days"] / DAYS_IN[unit],
        "age": days["age_days"] / DAYS_IN[unit],
        "unit": unit,
    }
    if kinds is None and not one_by_one:
        return CustomerCells(**columns, count=days["customers"])
    return replace(PurchaseHistory.from_arrays(**columns), covariates=kinds)


def _scores(model: Any, ask: Question) -> dict[str, FloatArray]:
    """Return what the model of purchases says of each cell, as of customers in memory."""
    ask.answered_by(model)
    alive = model.probability_alive(ask.history)
    return dict(zip(SCORES, (alive, ask.expected(model), ask.discounted(model)), strict=True))


def _groups(purchases: Any, by: object) -> GroupFits | None:
    """Return the fits of groups, whose customers are told apart by a column."""
    if not isinstance(purchases, GroupFits):
        if by is not None:
            raise ParameterError(
                "by says in which group customers are, for the fits of fit_groups, but purchases "
                "is one model for all. Omit by."
            )
        return None
    if not isinstance(by, str):
        raise ParameterError(
            f"purchases has a fit for each of {len(purchases.groups)} groups, so it must be known "
            f"who is in which. Give the column of the summary, as in by='dealer'."
        )
    return purchases


def _margin(margin: float | None, *, with_spend: bool) -> float:
    if with_spend:
        return checked_margin(margin)
    if margin is not None:
        raise ParameterError(
            f"margin={margin!r} needs spend: give a model of spend, as in spend=GammaGamma(...), "
            f"or omit margin."
        )
    return 1.0


def _names(source: CustomerSummary, prefix: object, *, with_spend: bool) -> dict[str, str]:
    """Return what the added columns are called, and refuse those that are there."""
    if not isinstance(prefix, str):
        raise ParameterError(f"prefix must be text, as in 'clv_', but it is {prefix!r}.")
    if with_spend and not source.has_spend:
        raise DataError(
            "spend needs repeat_spend, but the summary has none. Give spend= to "
            "lifetime.summarise, or omit spend and margin.",
            column="repeat_spend",
        )
    added = (*SCORES, *VALUES) if with_spend else SCORES
    names = {name: f"{prefix}{name}" for name in added}
    source.require_free(names, prefix)
    return names
