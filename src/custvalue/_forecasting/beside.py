"""Forecast and actual numbers of each customer, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._forecasting.holdout import Holdout, checked_holdout
from custvalue._forecasting.predictive import predictive
from custvalue._forecasting.subject import of_history
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.rows import CustomerRows
from custvalue._lifetime.protocols import SpendModel
from custvalue._lifetime.value.worth import model_of
from custvalue._rows import FloatArray, LabelArray, Probabilities
from custvalue._table import Cell, Table
from custvalue._words import number, one_line


@dataclass(frozen=True, eq=False, repr=False)
class HoldoutForecasts(CustomerRows):
    """What was forecast for each customer of a calibration, and what came, one row each.

    Parameters
    ----------
    customer : ndarray of shape (n,)
        In the order of the calibration.
    probability_alive : ndarray of float64, shape (n,)
        At the end of the calibration.
    expected_purchases, actual_purchases : ndarray of float64, shape (n,)
        In the holdout.
    probability_of_actual : ndarray of float64, shape (n,)
        Which the model gave to just so many purchases; small where it was surprised.
    expected_spend, actual_spend : ndarray of float64, shape (n,), or None
        In the holdout, all together; None without a spend model, or without spend in the holdout.
    """

    NUMBERS: ClassVar = (
        "probability_alive",
        "expected_purchases",
        "actual_purchases",
        "probability_of_actual",
        "expected_spend",
        "actual_spend",
    )

    customer: LabelArray
    probability_alive: Probabilities
    expected_purchases: FloatArray
    actual_purchases: FloatArray
    probability_of_actual: Probabilities
    expected_spend: FloatArray | None = None
    actual_spend: FloatArray | None = None

    def __repr__(self) -> str:
        return one_line(
            "HoldoutForecasts",
            customers=len(self),
            expected=float(self.expected_purchases.sum()),
            actual=float(self.actual_purchases.sum()),
        )

    def _table(self) -> Table:
        columns = self.columns()
        label = columns.pop("customer")
        off = np.abs(self.expected_purchases - self.actual_purchases)
        farthest = np.argsort(-off, kind="stable")[:ROWS_SHOWN]
        rows: list[tuple[Cell, ...]] = [
            (str(label[row]), *(float(column[row]) for column in columns.values()))
            for row in farthest
        ]
        header = ("customer", *(name.replace("_", " ") for name in columns))
        note = f"The {len(rows)} of {number(len(self))} customers whose forecast was farthest off."
        return Table("Forecast and actual", header, tuple(rows), (note,))


ROWS_SHOWN = 6


def holdout_forecasts(
    fit: Any,
    train: PurchaseHistory,
    holdout: Holdout,
    *,
    by: npt.ArrayLike | str | None = None,
    spend: Any = None,
) -> HoldoutForecasts:
    """Return what a model forecast for each customer beside what came.

    Parameters
    ----------
    fit : Fit, PurchasesAtAnyTime or GroupFits
        A model of purchases at any time, its fit to `train`, or the fits of its groups.
    train : PurchaseHistory
        The calibration; with its covariates, where the model has some.
    holdout : Holdout
        What the same customers did afterwards, as of :func:`split`.
    by : array_like of shape (n,), or str, optional
        For fits of groups: the group of each customer, as in :func:`fit_groups`.
    spend : Fit or SpendModel, optional
        How much they spend on a purchase day; independent of how often they buy.

    Raises
    ------
    DataError
        If the holdout is not one of the customers of `train`.
    ParameterError
        If `fit` or `spend` is no such model.
    UnitError
        If they do not count time in the same unit.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> train = lifetime.PurchaseHistory.from_arrays(
    ...     frequency=[4, 0], recency=[30, 0], age=[38, 39], customer=["ann", "bob"], unit="week"
    ... )
    >>> holdout = lifetime.Holdout.from_arrays(
    ...     frequency=[3, 0], customer=["ann", "bob"], duration="39 weeks", unit="week"
    ... )
    >>> model = lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
    >>> rows = lifetime.holdout_forecasts(model, train, holdout)
    >>> rows.expected_purchases.round(2), rows.actual_purchases
    (array([2.28, 0.15]), array([3., 0.]))
    """
    its = of_history(fit, train, by)
    history = its.history
    held = checked_holdout(history, holdout)
    expected = its.expected_purchases(held.duration)
    each = None
    if spend is not None:
        each = model_of(spend, SpendModel, "spend", "GammaGamma").expected_spend(history)
    return HoldoutForecasts(
        customer=history.customer,
        probability_alive=its.probability_alive(),
        expected_purchases=expected,
        actual_purchases=held.frequency,
        probability_of_actual=np.minimum(predictive(its, held).at, 1.0),
        expected_spend=None if each is None else expected * each,
        actual_spend=held.spend,
    )
