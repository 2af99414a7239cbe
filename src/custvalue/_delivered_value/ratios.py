"""Market-perceived quality and relative price: each supplier against the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite, in_order
from custvalue._delivered_value.rated import Rated
from custvalue._delivered_value.sides import Sides
from custvalue._rows import FloatArray
from custvalue._words import listed, plain
from custvalue.errors import DataError, ParameterError

Against = Literal["rivals", "market"]
Numbers = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Ratios:
    """Turns mean ratings into ratios to the others, times 100.

    Parameters
    ----------
    sides : Sides
        What was measured.
    shares : ndarray of float64, shape (suppliers,)
        Weights of suppliers in the mean of the others, adding up to 1.
    against : {"rivals", "market"}
        Whether a supplier is among the others.
    """

    sides: Sides
    shares: FloatArray
    against: Against

    def __call__(self, means: Numbers) -> tuple[Numbers, Numbers]:
        """Return quality and price, each of shape (samples, suppliers)."""
        cut = len(self.sides.value)
        quality = self._side("value", means[..., :cut])
        price = self._side("cost", means[..., cut:])
        return quality, 10_000 / price if self.sides.cost_is_satisfaction else price

    def _side(self, side: str, means: Numbers) -> Numbers:
        """Return 100 Σ w own / others over rated parts, or 100 own / others of sums of money."""
        compared = self._compared(side, means)
        ratios = compared / self._others(compared)
        rated = self.sides.compared_by(side) == "index"
        weights = self.sides.weights_of(side) if rated else np.ones(1)
        return np.asarray(100 * ratios @ weights)

    def _compared(self, side: str, means: Numbers) -> Numbers:
        """Return what is compared with others: rated parts, or their sum in money."""
        rated = self.sides.compared_by(side) == "index"
        return means if rated else means.sum(axis=-1, keepdims=True)

    def _others(self, means: Numbers) -> Numbers:
        """Return the mean of the others, shape (samples, suppliers, parts)."""
        shares = self.shares[:, np.newaxis]
        every = (means * shares).sum(axis=1, keepdims=True)
        if self.against == "market":
            return np.asarray(every)
        return np.asarray((every - means * shares) / (1 - shares))

    def require_positive(self, joint: Rated) -> None:
        """Raise a DataError where there is nothing to divide by."""
        cut = len(joint.values)
        for side, means in (("value", joint.means[:, :cut]), ("cost", joint.means[:, cut:])):
            compared = self._compared(side, means[np.newaxis])[0]
            nothing = ~(compared > 0).all(axis=0)
            if nothing.any():
                names = joint.values if side == "value" else joint.costs
                which = [name for name, none in zip(names, nothing, strict=False) if none]
                which = which if self.sides.compared_by(side) == "index" else [f"total {side}"]
                raise DataError(
                    f"{listed(which)}: a supplier has a mean of 0, so that there is no ratio to "
                    f"it. Use a scale that starts above 0, or leave the part out."
                )


def checked_shares(names: tuple[str, ...], shares: Mapping[str, float] | None) -> FloatArray:
    """Return market shares that add up to 1, all alike where none are given."""
    if shares is None:
        return np.full(len(names), 1 / len(names))
    if not isinstance(shares, Mapping):
        raise ParameterError(
            f"shares must be a mapping of supplier to market share, but it is {plain(shares)!r}."
        )
    found = in_order(
        shares,
        names,
        unknown="shares names {name}, which is no supplier.{near} The suppliers are {names}.",
        absent="shares has no {absent}. Give every supplier its market share.",
    )
    for name, share in zip(names, found, strict=True):
        if not finite(share) > 0:
            raise DataError(f"shares of {name!r} must be a number > 0, but it is {plain(share)!r}.")
    given = np.array(found, dtype=np.float64)
    return np.asarray(given / given.sum())
