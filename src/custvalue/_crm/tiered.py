"""The tier of each customer, and whether the whole interval of the value lies within it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._crm.part import Part, spread, spread_words
from custvalue._crm.worth import Worth
from custvalue._loyalty.pyramid import CustomerPyramid
from custvalue._loyalty.tiers import Cuts
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError, ParameterError

RELATIVE = 1e-9  # by which the values of a pyramid and of a prediction may differ


@dataclass(frozen=True, eq=False, repr=False)
class Tiered(Part):
    """The tier of all customers, empty where it is not known."""

    tier: LabelArray
    sure: FloatArray | None  # 1, 0, or NaN where there is no interval
    lowest: dict[str, float]  # the value from which on a customer is in a tier, but for the last

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the tier, and whether it is sure."""
        return {"tier": self.tier} | ({} if self.sure is None else {"tier_sure": self.sure})

    def of_row(self, row: int) -> dict[str, Any]:
        """Return the tier of one customer."""
        if not self.tier[row]:
            return {}
        found: dict[str, Any] = {"tier": str(self.tier[row])}
        if self.sure is not None and not math.isnan(self.sure[row]):
            found["tier_sure"] = bool(self.sure[row])
        return found


def checked_tiers(tiers: Any) -> npt.NDArray[Any]:
    """Return the customers of a pyramid."""
    if not isinstance(tiers, CustomerPyramid):
        raise ParameterError(f"tiers must be what loyalty.pyramid(…) returns, but it is {tiers!r}.")
    if not tiers.has_identifiers:
        raise DataError(
            "tiers: the pyramid does not know its customers. Give their identifiers, as in "
            "loyalty.pyramid(prediction.value, shares=…, customer=prediction.customer)."
        )
    return np.asarray(tiers.customer)


def tiered_of(tiers: CustomerPyramid, rows: IntArray, n: int, worth: Worth | None) -> Tiered:
    """Return the tier of every customer."""
    lowest = dict(zip(tiers.names, tiers.cuts, strict=False))
    sure = None if worth is None else _sure(tiers, rows, n, worth.numbers)
    return Tiered(spread_words(tiers.tier, rows, n), sure, lowest)


def _sure(
    tiers: CustomerPyramid, rows: IntArray, n: int, numbers: dict[str, FloatArray]
) -> FloatArray | None:
    """Say whose interval lies within the tier; None where tiers are not of the values predicted."""
    if "value_low" not in numbers:
        return None
    ends = [numbers[name][rows] for name in ("value", "value_low", "value_high")]
    if not np.allclose(ends[0], tiers.value, rtol=RELATIVE, atol=0, equal_nan=False):
        return None
    cuts = Cuts(tiers.cuts, tiers.cuts_are_quantiles)
    low, high = (cuts.place(its) == tiers.place for its in ends[1:])
    return spread((low & high).astype(np.float64), rows, n)
