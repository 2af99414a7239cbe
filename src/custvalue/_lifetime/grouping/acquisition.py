"""Groups of customers by when they came: the month of the first purchase."""

from __future__ import annotations

import numpy as np

from custvalue._checks import require_choice
from custvalue._histories.cohort_counts import BY, By, label_of, period_of
from custvalue._histories.days import day_number
from custvalue._histories.history import PurchaseHistory, checked_history
from custvalue._histories.units import DAYS
from custvalue._rows import LabelArray
from custvalue.errors import DataError


def acquisition_cohorts(history: PurchaseHistory, *, by: By = "month") -> LabelArray:
    """Return when each customer came: the month, quarter or year of the first purchase, shape (n,).

    As groups for :func:`fit_groups`, whose newest ones borrow from the older ones, and as `by` of
    what the fits answer.

    Parameters
    ----------
    history : PurchaseHistory
        With `observation_end`, as from a log.
    by : {"month", "quarter", "year"}
        Calendar periods: ``"2024-01"``, ``"2024-Q1"``, ``"2024"``.

    Raises
    ------
    DataError
        If it is no history of purchases, or its `observation_end` is not known.
    ParameterError
        If `by` is unknown.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> history = lifetime.PurchaseHistory.from_arrays(
    ...     frequency=[0, 2],
    ...     recency=[0, 30],
    ...     age=[40, 90],
    ...     unit="day",
    ...     observation_end="2024-03-31",
    ... )
    >>> lifetime.acquisition_cohorts(history).tolist()
    ['2024-02', '2024-01']
    """
    require_choice("by", by, list(BY))
    checked_history(history, "acquisition_cohorts", enters=True)
    if history.observation_end is None:
        raise DataError(
            "acquisition_cohorts needs the day on which observation ended, but the history has no "
            "observation_end. Give it, as in "
            "PurchaseHistory.from_arrays(..., observation_end='2024-03-31')."
        )
    days = np.rint(history.age * DAYS[history.unit]).astype(np.int64)
    periods = period_of(day_number(history.observation_end) - days, BY[by])
    distinct, place = np.unique(periods, return_inverse=True)
    return np.array([label_of(int(each), by) for each in distinct])[place]
