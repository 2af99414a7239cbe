"""RFM: customers scored by when they last bought, how often, and for how much.

Scores of 1 to 5 for recency, frequency and monetary value are how catalogue companies chose whom to
write to (Hughes 1994, *Strategic Database Marketing*; Bult & Wansbeek 1995, *Marketing Science*
14(4)). They describe; what customers will buy is for the models of :mod:`custvalue.lifetime`, to
whom recency and frequency are enough (Fader, Hardie & Lee 2005, *Journal of Marketing Research*
42(4)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date  # noqa: N812 -- an argument is called date
from typing import Any, get_args

from custvalue._histories.days import observed_to
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.transactions import AfterEnd, KeepOrNot, Returns, Rules, Unmatched
from custvalue._rfm.measures import measures_of, measures_of_log
from custvalue._rfm.result import RFM, Monetary, scored_spend
from custvalue._rfm.scores import (
    DIMENSIONS,
    checked_cuts,
    number_of_scores,
    quantile_cuts,
    require_monetary,
)
from custvalue.errors import ParameterError


def rfm(
    data: PurchaseHistory | Any,
    *,
    scores: int | Mapping[str, int] = 5,
    cuts: Mapping[str, Sequence[float]] | None = None,
    monetary: Monetary = "total",
    customer: str | None = None,
    date: str | None = None,
    spend: str | None = None,
    observation_end: str | Date | None = None,
    after_end: AfterEnd = "raise",
    returns: Returns = "raise",
    zero_spend: KeepOrNot = "keep",
    duplicates: KeepOrNot = "keep",
    duplicate_columns: Sequence[str] | None = None,
    return_columns: Sequence[str] = (),
    unmatched_returns: Unmatched = "raise",
    largest_spend: float | None = None,
    date_format: str | None = None,
    time_zone: str | None = None,
) -> RFM:
    """Score customers by recency, frequency and monetary value; 1 is the lowest score.

    Of k scores a customer has 1 + ⌊k x the share of customers who are worse⌋: equal values have
    equal scores, whatever the order of the rows, and groups are of unequal size where many
    customers are alike. Customers with a single purchase have the frequency score 1.

    Parameters
    ----------
    data : PurchaseHistory, dataframe or mapping
        Of n customers; or a transaction log with one row per purchase, of which `customer`, `date`
        and `observation_end` are needed. A history does not know what the first purchase cost: its
        spend is that of the repeat purchase days, and 0 for customers who never came back. A log
        counts all purchase days.
    scores : int or mapping of str to int
        How many, for all dimensions or for each: ``{"recency": 5, "frequency": 4, "monetary": 5}``.
    cuts : mapping of str to sequence of float, optional
        Fixed cut points, ascending, of ``recency`` (in days since the last purchase), ``frequency``
        (in purchase days, the first included) or ``monetary``: c of them make c + 1 scores, and a
        value at a cut point has the lower score. ``{"frequency": [1, 3, 10]}`` scores 1 purchase
        day 1, 2 and 3 score 2, 4 to 10 score 3, more 4; ``{"recency": [30, 90]}`` scores fewer than
        30 days 3.
    monetary : {"total", "mean"}
        Score the total spend, or its mean over the purchase days that are counted.
    customer, date, spend : str, optional
        Columns of a log; without `spend` there are scores of recency and frequency only.
    observation_end : str or date, optional
        The last day of observation of a log.
    after_end, returns, zero_spend, duplicates, date_format, time_zone : optional
        Of a log, as in :meth:`PurchaseHistory.from_transactions`.
    duplicate_columns, return_columns, unmatched_returns, largest_spend : optional
        Likewise.

    Returns
    -------
    RFM

    Raises
    ------
    DataError
        If a log has a row that is refused, as in :meth:`PurchaseHistory.from_transactions`.
    ParameterError
        If scores or cuts are none, or arguments of a log are given with a history.

    References
    ----------
    P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), RFM and CLV: Using iso-value curves for
    customer base analysis, *Journal of Marketing Research* 42(4), 415-430.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> history = lifetime.PurchaseHistory.from_arrays(
    ...     frequency=[5, 0, 1, 0, 0],
    ...     recency=[30, 0, 9, 0, 0],
    ...     age=[31, 30, 30, 2, 30],
    ...     monetary_value=[20, 0, 35, 0, 0],
    ...     unit="week",
    ... )
    >>> result = lifetime.rfm(history)
    >>> result.code
    array(['555', '111', '344', '411', '111'], dtype='<U3')
    >>> result.cuts["recency"]
    (14.0, 147.0, 210.0, 210.0)
    """
    require_monetary(monetary, get_args(Monetary))
    of_log = {
        "customer": customer,
        "date": date,
        "spend": spend,
        "observation_end": observation_end,
        "after_end": after_end,
        "returns": returns,
        "zero_spend": zero_spend,
        "duplicates": duplicates,
        "duplicate_columns": duplicate_columns,
        "return_columns": return_columns,
        "unmatched_returns": unmatched_returns,
        "largest_spend": largest_spend,
        "date_format": date_format,
        "time_zone": time_zone,
    }
    first_day = not isinstance(data, PurchaseHistory)
    found = _of_log(data, of_log) if first_day else _of_history(data, of_log)
    return _scored(found, scores, cuts, monetary, first_day=first_day)


def _scored(
    found: dict[str, Any], scores: Any, cuts: Any, monetary: Monetary, *, first_day: bool
) -> RFM:
    """Find the cut points of what was found of customers."""
    dimensions = DIMENSIONS[: 2 if found["spend"] is None else 3]
    fixed = checked_cuts(cuts, dimensions)
    asked = number_of_scores(scores, dimensions, fixed)
    amounts = {
        "recency": found["days_since_last"],
        "frequency": found["purchase_days"],
        "monetary": scored_spend(
            found["spend"], found["purchase_days"], monetary, first_day_counted=first_day
        ),
    }
    return RFM(
        **found,
        cuts={
            name: fixed[name] if name in fixed else quantile_cuts(name, amounts[name], asked[name])
            for name in dimensions
        },
        monetary=monetary,
        first_day_counted=first_day,
        by_quantiles=not fixed,
    )


NEEDED = ("customer", "date", "observation_end")
IDLE = {
    "after_end": "raise",
    "returns": "raise",
    "zero_spend": "keep",
    "duplicates": "keep",
    "duplicate_columns": None,
    "return_columns": (),
    "unmatched_returns": "raise",
}


def _of_history(history: PurchaseHistory, of_log: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in of_log.items():
        if value != IDLE.get(name):
            raise ParameterError(
                f"{name} is for a transaction log, but data is a PurchaseHistory, which is made "
                f"already. Omit it."
            )
    return measures_of(history)


def _of_log(data: Any, of_log: Mapping[str, Any]) -> dict[str, Any]:
    for name in NEEDED:
        if of_log[name] is None:
            raise ParameterError(
                f"{name} is needed for a transaction log. Give customer, date and "
                f"observation_end, or a PurchaseHistory."
            )
    others = {name: its for name, its in of_log.items() if name not in (*NEEDED, "spend")}
    rules = Rules(
        customer_column=of_log["customer"],
        date_column=of_log["date"],
        spend_column=of_log["spend"],
        end=observed_to(of_log["observation_end"]),
        log_intervals=False,
        first_day_spend=True,
        **others,
    )
    return measures_of_log(data, rules)
