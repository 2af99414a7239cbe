"""What customers are worth, read from whatever holds it: numbers, pairs, or lifetime values."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from custvalue import _frames
from custvalue._columns import objects, one_dimensional, to_numbers
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._loyalty.tiers import require_amounts
from custvalue._respondents.instrument import repeated
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError


class Valued(NamedTuple):
    """Customers whose value is known."""

    customer: LabelArray
    value: FloatArray
    at: IntArray  # their rows
    rows: int  # of all, with those whose value is not known
    named: bool  # whether customers have identifiers


def valued_customers(values: Any, customer: Any = None) -> Valued:
    """Read the value of each customer; where it is missing the customer is left out."""
    if isinstance(values, CustomerLifetimeValue):
        if values.count is not None:
            raise ParameterError(
                "values must have one row per customer, but they are those of CustomerCells. "
                "Compute them from the history."
            )
        return _known(np.asarray(values.customer), np.asarray(values.value), named=True)
    pairs = None if customer is not None else _frames.as_mapping("values", values)
    if pairs is not None:
        amounts = to_numbers("values", objects(list(pairs.values())))
        return _known(_identifiers(list(pairs)), amounts, named=True)
    numbers = to_numbers("values", one_dimensional("values", values))
    if customer is None:
        return _known(np.arange(len(numbers)), numbers, named=False)
    labels = one_dimensional("customer", customer)
    if len(labels) != len(numbers):
        raise DataError(f"customer has {len(labels)} entries for {len(numbers)} values.")
    return _known(_identifiers(labels), numbers, named=True)


def _identifiers(labels: Any) -> LabelArray:
    found = _frames.Source({"customer": labels}).labels("customer")
    twice = repeated(found.tolist())
    if twice:
        raise DataError(
            f"customer must be different in every row, but {listed(twice)} comes more than once. "
            f"Add the values of a customer up first."
        )
    return found


def _known(customer: LabelArray, value: FloatArray, *, named: bool) -> Valued:
    known = np.flatnonzero(~np.isnan(value))
    require_amounts(value[known], known)
    if not known.size:
        raise DataError("values must be known of at least one customer, but they are of none.")
    return Valued(customer[known], value[known], known, len(value), named)
