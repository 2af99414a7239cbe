"""Which group each customer is in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue._aligned import require_order
from custvalue._columns import one_dimensional, sorted_codes
from custvalue._histories.history import PurchaseHistory
from custvalue._rows import IntArray
from custvalue.errors import DataError


class Labels(NamedTuple):
    """The names of the groups, ascending, and the rows of each."""

    names: tuple[str, ...]
    rows: tuple[IntArray, ...]


def labels_of(history: PurchaseHistory, by: Any, argument: str = "by") -> Labels:
    """Return the groups of the customers: one label each, or the name of a covariate."""
    values = _covariate(history, by) if isinstance(by, str) else by
    labels = one_dimensional(argument, values)
    if len(labels) != len(history):
        raise DataError(
            f"{argument} must have one label for each of the {len(history):,} customers, but it "
            f"has {len(labels):,}. Give them in the order of the history."
        )
    require_order(argument, values, history.customer)
    names, codes = sorted_codes(argument, labels)
    order = np.argsort(codes, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    return Labels(tuple(str(name) for name in names.tolist()), tuple(rows))


def _covariate(history: PurchaseHistory, name: str) -> Any:
    """Return a covariate of the history by its name."""
    known = {} if history.covariates is None else history.covariates.values
    if name not in known:
        raise DataError(
            f"by={name!r} is no covariate of this history. Give one label for each of the "
            f"{len(history):,} customers, in its order, or add the covariate by "
            f"history.with_covariates(...)."
        )
    return known[name]
