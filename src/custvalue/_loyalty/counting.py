"""Counts by name, as published tables give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue import _frames
from custvalue._columns import refuse_where
from custvalue._rows import FloatArray
from custvalue.errors import ParameterError


def counts_by_name(argument: str, counts: Any, example: str) -> dict[str, float]:
    """Read a mapping of name to a whole number >= 0."""
    given = _frames.as_mapping(argument, counts)
    if given is None:
        raise ParameterError(
            f"{argument} must be a mapping of name to number, as in {example}, but it is "
            f"{type(counts).__name__}."
        )
    values = whole_counts(argument, np.array(list(given.values()), dtype=object))
    return dict(zip(map(str, given), values.tolist(), strict=True))


def whole_counts(argument: str, values: Any) -> FloatArray:
    """Read whole numbers >= 0."""
    numbers = _frames.to_numbers(argument, values)
    bad = ~(numbers >= 0) | (numbers != np.rint(numbers)) | np.isinf(numbers)
    refuse_where(bad, argument, "a whole number >= 0", numbers, "Count customers.")
    return numbers
