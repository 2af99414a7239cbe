"""Which rows of a history are asked for: by a mask, or by identifiers."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue._lifetime.rows import BoolArray
from custvalue.errors import DataError, ParameterError


def one_way(mask: object, customers: object) -> Literal["mask", "customers"]:
    """Say by which of the two the rows are chosen."""
    if (mask is None) == (customers is None):
        given = "neither" if mask is None else "both"
        raise ParameterError(
            f"select needs a mask or customers=, but {given} is given. Write "
            f"history.select(history.frequency > 0), or history.select(customers=['ann', 'bob'])."
        )
    return "customers" if mask is None else "mask"


def checked_mask(mask: Any, rows: int) -> BoolArray:
    """Return which rows to keep."""
    kept: npt.NDArray[Any] = np.asarray(mask)
    if kept.dtype == bool and kept.shape == (rows,):
        return kept
    labels = kept.ndim == 1 and kept.dtype.kind in "iuUO"
    hint = " For identifiers write select(customers=...)." if labels else ""
    raise DataError(
        f"mask must hold True or False for each of the {rows:,} customers, but it is "
        f"an array of {kept.dtype} with the shape {kept.shape}.{hint}"
    )
