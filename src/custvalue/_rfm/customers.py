"""Customers of two results, matched by their identifiers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._rows import FloatArray, IntArray
from custvalue._words import count, plain
from custvalue.errors import DataError

ABSENT = -1


def places_in(customer: npt.NDArray[Any], others: npt.NDArray[Any]) -> IntArray:
    """Return the place of each customer among others, -1 of those who are not there."""
    if _is_text(customer) != _is_text(others):
        here, there = ("text" if _is_text(each) else "numbers" for each in (customer, others))
        raise DataError(
            f"identifiers of customers are {here} in one and {there} in the other. Read both alike."
        )
    order = np.argsort(others, kind="stable")
    at = np.minimum(np.searchsorted(others, customer, sorter=order), len(others) - 1)
    found = order[at]
    return np.where(others[found] == customer, found, ABSENT)


def in_order_of(
    customer: npt.NDArray[Any], others: npt.NDArray[Any], values: FloatArray, argument: str
) -> FloatArray:
    """Return the values of others in the order of the customers, all of whom must be there."""
    if np.array_equal(customer, others):
        return values
    found = places_in(customer, others)
    lacking = np.flatnonzero(found == ABSENT)
    if lacking.size:
        raise DataError(
            f"{argument} must have all {count(len(customer), 'customer')} of the segments, but "
            f"{plain(customer[lacking[0]])!r} is not there ({count(lacking.size, 'customer')} in "
            f"all). Make both from the same history."
        )
    return values[found]


def _is_text(labels: npt.NDArray[Any]) -> bool:
    return labels.dtype.kind not in "iuf"
