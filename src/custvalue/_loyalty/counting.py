"""Counts by name, as published tables give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from custvalue import _frames
from custvalue._columns import refuse_where
from custvalue._rows import FloatArray
from custvalue.errors import DataError, ParameterError


def counts_by_name(argument: str, counts: Any, example: str) -> dict[str, float]:
    """Read a mapping of name to a whole number >= 0."""
    given = _frames.as_mapping(argument, counts)
    if given is None:
        raise ParameterError(
            f"{argument} must be a mapping of name to number, as in {example}, but it is "
            f"{type(counts).__name__}."
        )
    names = list(map(str, given))
    bad = [name for name in given if name is None or not str(name).strip()]
    if bad or len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        fault = f"{bad[0]!r} as a name" if bad else f"{twice[0]!r} more than once"
        raise DataError(f"{argument} has {fault}. Give every count a name of its own.")
    values = whole_counts(argument, np.array(list(given.values()), dtype=object))
    return dict(zip(names, values.tolist(), strict=True))


def whole_counts(argument: str, values: Any) -> FloatArray:
    """Read whole numbers >= 0."""
    numbers = _frames.to_numbers(argument, values)
    bad = ~(numbers >= 0) | (numbers != np.rint(numbers)) | np.isinf(numbers)
    refuse_where(bad, argument, "a whole number >= 0", numbers, "Count customers.")
    return numbers
