"""What a failed test says: which customer, which numbers, and how many customers in all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from custvalue._histories.history import PurchaseHistory
from custvalue._rows import FloatArray
from custvalue._words import count, number, plain


def expect_all(
    fine: npt.NDArray[np.bool_],
    history: PurchaseHistory,
    wanted: str,
    found: FloatArray,
    other: FloatArray | None = None,
) -> None:
    """Raise AssertionError for the first customer of whom something is not as wanted."""
    wrong = np.flatnonzero(~np.asarray(fine, dtype=np.bool_))
    if not wrong.size:
        return
    row = int(wrong[0])
    than = "" if other is None else f", compared with {plain(other[row])!r}"
    who = ", ".join(
        f"{name} {number(float(history.columns()[name][row]), 6)}"
        for name in ("frequency", "recency", "age")
    )
    raise AssertionError(
        f"{wanted}. Of customer {plain(history.customer[row])!r} ({who}, in {history.unit}s) it is "
        f"{plain(found[row])!r}{than}; {count(wrong.size, 'customer')} in all."
    )


def expect_close(
    found: FloatArray,
    expected: FloatArray,
    history: PurchaseHistory,
    wanted: str,
    tolerance: float,
) -> None:
    """Raise AssertionError unless what was found is what was expected, within a tolerance."""
    close = np.isclose(found, expected, rtol=tolerance, atol=tolerance * 1e-6)
    expect_all(close, history, wanted, np.asarray(found), np.asarray(expected))
