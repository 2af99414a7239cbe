"""A log split at a day: histories to fit models to, and what the customers did afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Date  # noqa: N812 - an argument is called date
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np

from custvalue._forecasting.holdout import Holdout
from custvalue._forecasting.later import WEEK, Later, Weeks, after
from custvalue._histories.about import About
from custvalue._histories.covariates.changing.followed import require_changing
from custvalue._histories.covariates.changing.table import ChangingCovariates
from custvalue._histories.covariates.table import require_table
from custvalue._histories.days import observed_to
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.transactions import (
    AfterEnd,
    KeepOrNot,
    Returns,
    Rules,
    Unmatched,
    apply_rules,
    opened,
)
from custvalue._histories.units import DAYS, TimeUnit, checked_unit
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError


class Split(NamedTuple):
    """The two parts of a log: ``train, holdout = lifetime.split(log, ...)``."""

    train: PurchaseHistory
    holdout: Holdout


def split(
    log: Any,
    *,
    customer: str,
    date: str,
    spend: str | None = None,
    unit: TimeUnit,
    calibration_end: str | Date,
    holdout_end: str | Date,
    after_end: AfterEnd = "raise",
    returns: Returns = "raise",
    return_columns: Sequence[str] = (),
    unmatched_returns: Unmatched = "raise",
    largest_spend: float | None = None,
    zero_spend: KeepOrNot = "keep",
    duplicates: KeepOrNot = "keep",
    duplicate_columns: Sequence[str] | None = None,
    date_format: str | None = None,
    time_zone: str | None = None,
    log_intervals: bool | None = None,
    customers: Any = None,
    covariates: Sequence[str] = (),
    changing: ChangingCovariates | None = None,
) -> Split:
    """Split a transaction log at a day, to fit a model before it and to judge it after it.

    The split is by dates, both of them included: 39 weeks after the start of the CDNOW log are not
    its usual 1997-09-30. The first part is what :meth:`PurchaseHistory.from_transactions` makes
    of the log until `calibration_end`; the second one says of the same customers, in the same
    order, on how many days they bought after it. Customers whose first purchase lies in the
    holdout are in neither part: a model knows nothing of them. They are counted.

    Parameters
    ----------
    log : dataframe or mapping
        pandas, polars, pyarrow, DuckDB, … or a mapping of column name to sequence. Lazy ones are
        grouped in their engine.
    customer, date, spend : str
        Columns, as in :meth:`PurchaseHistory.from_transactions`.
    unit : {"day", "week", "month", "year"}
        The unit of time of both parts.
    calibration_end : str or date
        The last day of the calibration, ``"1997-09-30"``; the holdout begins on the day after it.
    holdout_end : str or date
        The last day of the holdout, ``"1998-06-30"``. The log must be complete until then: days
        after its last row count as days without a purchase.
    after_end : {"raise", "ignore"}
        What to do with transactions after the end of the holdout.
    returns : {"raise", "net", "drop", "pair", "profit"}
        What to do with negative spend. ``"net"``: it is no purchase, but is set against what the
        customer spent in the part in which it falls. ``"pair"``: it undoes its purchase; one of the
        calibration that is returned in the holdout counts, because it was not known then.
    return_columns, unmatched_returns, largest_spend
        As in :meth:`PurchaseHistory.from_transactions`.
    zero_spend, duplicates : {"keep", "raise", "drop"}
        As in :meth:`PurchaseHistory.from_transactions`.
    duplicate_columns : sequence of str, optional
        Further columns that a duplicate repeats too; all of the log by default.
    date_format : str, optional
        How text is written, as in :meth:`datetime.datetime.strptime`.
    time_zone : str, optional
        The zone in which days are counted.
    log_intervals : bool, optional
        Whether to add up the logarithms of the intervals between purchases of the calibration.
    customers : dataframe or mapping, optional
        A table with a row for each customer of the calibration, at least: for `covariates`, and for
        the paths of `changing`.
    covariates : sequence of str
        Columns of `customers` that the calibration is to carry.
    changing : ChangingCovariates, optional
        Covariates that change, known from the first purchase of each customer to the end of the
        holdout, as in :meth:`PurchaseHistory.from_transactions`.

    Returns
    -------
    Split
        ``train``, a :class:`PurchaseHistory`, and ``holdout``, a :class:`Holdout`.

    Raises
    ------
    DataError
        If a part is empty, no customer of the calibration buys again, or as in
        :meth:`PurchaseHistory.from_transactions`.
    ParameterError
        If the holdout does not end after the calibration, or an argument is unknown.
    UnitError
        If `unit` is unknown.

    Examples
    --------
    >>> from custvalue import datasets, lifetime
    >>> train, holdout = lifetime.split(
    ...     datasets.cdnow("all"),
    ...     customer="customer_id",
    ...     date="date",
    ...     spend="spend",
    ...     unit="week",
    ...     calibration_end="1997-09-30",
    ...     holdout_end="1998-06-30",
    ... )
    >>> train
    PurchaseHistory(customers=2,357, repeat_customers=946, purchases=2,457, unit='week')
    >>> holdout
    Holdout(customers=2,357, active_customers=684, purchases=1,882, duration=39, unit='week')
    """
    checked_unit(unit)
    require_table(customers, covariates)
    if changing is not None:
        require_changing(changing, earlier=False)
    last, end = _checked_days(calibration_end, holdout_end)
    rules = Rules(
        customer_column=customer,
        date_column=date,
        spend_column=spend,
        end=end,
        after_end=after_end,
        returns=returns,
        return_columns=return_columns,
        unmatched_returns=unmatched_returns,
        largest_spend=largest_spend,
        zero_spend=zero_spend,
        duplicates=duplicates,
        duplicate_columns=duplicate_columns,
        date_format=date_format,
        time_zone=time_zone,
        log_intervals=log_intervals,
        end_argument="holdout_end",
    )
    whole = opened(log, rules)
    left = ExcludedTransactions(**apply_rules(whole, rules))
    until = replace(
        rules,
        end=last,
        after_end="ignore",
        end_argument="calibration_end",
        keep_days=changing is not None,
    )
    about = About(customers, covariates, changing, unknown="ignore")
    train = PurchaseHistory._from_rules(log, until, unit, about)  # noqa: SLF001 - a constructor
    later, weeks = after(whole, rules, last)
    return Split(train, _holdout(train, later, weeks, _after_calibration(left, train), end))


def _checked_days(calibration_end: object, holdout_end: object) -> tuple[Date, Date]:
    last = observed_to(calibration_end, "calibration_end")
    end = observed_to(holdout_end, "holdout_end")
    if end <= last:
        raise ParameterError(
            f"holdout_end must be after calibration_end, which is {last}, but it is {end}. The "
            f"calibration comes first, and the holdout begins on the day after it."
        )
    return last, end


def _after_calibration(whole: ExcludedTransactions, train: PurchaseHistory) -> ExcludedTransactions:
    """Count what was excluded after the calibration."""
    rules = set(ExcludedTransactions.model_fields) - {"after_end", "customers"}
    later = {rule: getattr(whole, rule) - getattr(train.excluded, rule) for rule in rules}
    return ExcludedTransactions(after_end=whole.after_end, **later)


def _holdout(
    train: PurchaseHistory, later: Later, weeks: Weeks, excluded: ExcludedTransactions, end: Date
) -> Holdout:
    last = train.observation_end
    assert last is not None  # noqa: S101 - it was made from a log
    _require_purchases(later, last, end)
    place = np.minimum(np.searchsorted(train.customer, later.customer), len(train) - 1)
    known = train.customer[place] == later.customer
    _require_known(bool((known & (later.occasions > 0)).any()), later, last)

    def of_customers(values: FloatArray) -> FloatArray:
        spread = np.zeros(len(train))
        spread[place[known]] = values[known]
        return spread

    return Holdout(
        customer=train.customer,
        frequency=of_customers(later.occasions),
        spend=None if later.spent is None else of_customers(later.spent),
        unit=train.unit,
        start=last + timedelta(days=1),
        end=end,
        duration=(end - last).days / DAYS[train.unit],
        new_customers=int(np.count_nonzero(~known & (later.occasions > 0))),
        new_customer_purchases=int(later.occasions[~known].sum()),
        tracked=_tracked(train, weeks, (end - last).days),
        excluded=excluded,
    )


def _tracked(train: PurchaseHistory, weeks: Weeks, days: int) -> FloatArray:
    """Count repeat purchases in each week from the first purchase of all to the end."""
    oldest = round(float(train.age.max()) * DAYS[train.unit])
    first = (-oldest - 1) // WEEK
    total = np.zeros(-(-days // WEEK) - first)
    total[weeks.number - first] = weeks.repeats
    return total


def _require_purchases(later: Later, last: Date, end: Date) -> None:
    if not later.occasions.sum():
        raise DataError(
            f"the holdout is empty: there is no purchase from {last + timedelta(days=1)} to {end}. "
            f"Give an earlier calibration_end, or the log until holdout_end."
        )


def _require_known(some: bool, later: Later, last: Date) -> None:  # noqa: FBT001 - what it requires
    if not some:
        buyers = int(np.count_nonzero(later.occasions))
        raise DataError(
            f"no customer of the calibration buys after {last}: the holdout has only new "
            f"customers, {buyers:,} of them. Check that a customer has one identifier in the whole "
            f"log, or give another calibration_end."
        )
