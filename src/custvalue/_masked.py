"""What numpy's masked arrays hide is missing."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def of_entries(entries: list[Any]) -> Array:
    """Like ``np.asarray``, but silent where a single entry is masked: it is NaN.

    Words stay what they are: numpy's own strings take the room of the longest for each. So does
    True among numbers, which is not 1.
    """
    kinds = set(map(type, entries))
    if str in kinds or {bool, int} <= kinds:
        return _as_they_are(entries)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*converting a masked element to nan")
        return np.asarray(entries)


def _as_they_are(entries: list[Any]) -> Array:
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


def without_masked(array: Array) -> Array:
    """Put None in place of single masked entries."""
    masked = np.fromiter((entry is np.ma.masked for entry in array.flat), bool, array.size)
    if masked.any():
        array = array.copy()
        array[masked.reshape(array.shape)] = None
    return array


def unmasked(values: np.ma.MaskedArray[Any, Any]) -> Array:
    """Turn what is masked into missing entries."""
    array, mask = np.asarray(values.data), np.ma.getmaskarray(values)
    if not mask.any():
        return array
    kind = array.dtype.kind
    nothing: Any = np.nan if kind in "iufb" else np.datetime64("NaT", "s") if kind == "M" else None
    array = array.astype(np.float64 if kind in "iufb" else array.dtype if kind == "M" else object)
    array[mask] = nothing
    return array
