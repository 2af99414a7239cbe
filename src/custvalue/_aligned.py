"""What is paired by position belongs together: pandas columns say so by their index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue.errors import DataError


def require_one_index(data: Mapping[Any, Any]) -> None:
    """Raise where pandas columns do not belong to the same rows, though they are as long."""
    indexed = {name: values for name, values in data.items() if hasattr(values, "iloc")}
    if len(indexed) < 2:
        return
    first, *others = indexed
    for other in others:
        if not indexed[first].index.equals(indexed[other].index):
            raise DataError(
                f"{first} and {other} must be columns of the same rows, but their indexes differ. "
                f"Put them into one dataframe first, which aligns them; or give {other}.to_numpy() "
                f"if its rows come in the same order.",
                column=str(other),
            )


def require_order(name: str, values: Any, known: npt.NDArray[Any]) -> None:
    """Raise where a pandas column is indexed by other customers, or by them in another order."""
    if not hasattr(values, "iloc"):
        return
    index = np.asarray(values.index)
    if not (np.array_equal(index, known) or np.array_equal(index, np.arange(len(index)))):
        raise DataError(
            f"{name} must come in the order of the customers, but its index is another one. Give "
            f"{name}.loc[history.customer] if it is indexed by customer, or {name}.to_numpy() if "
            f"its rows come in the same order.",
            column=name,
        )
