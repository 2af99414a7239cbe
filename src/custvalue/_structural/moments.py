"""What a fit keeps of its answers: means, covariances and scales of the items, and who answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._rows import Columns, FloatArray
from custvalue._structural.answered import Answered
from custvalue._table import Table
from custvalue._values import Count, NonNegative
from custvalue._words import count
from custvalue.errors import DataError


@dataclass(frozen=True, eq=False, repr=False)
class ItemMoments(Columns):
    """Means and covariances of the items, construct after construct.

    Parameters
    ----------
    items : tuple of str
        Their names.
    means : ndarray of float64, shape (p,)
        Weighted means on 0-100 by the theoretical ends of the scale, 100 being the good end.
    covariance : ndarray of float64, shape (p, p)
        Weighted covariances on 0-100, divided by the sum of the weights.
    scales : tuple of Scale
        The scale of each item.
    n : int
        Respondents behind them.
    effective_n : float
        Kish's effective number of respondents.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    items: tuple[str, ...]
    means: FloatArray
    covariance: FloatArray
    scales: tuple[Scale, ...]
    n: Count
    effective_n: NonNegative
    base: Base

    def __post_init__(self) -> None:
        size = len(self.items)
        shapes = {"means": (size,), "covariance": (size, size)}
        for name, shape in shapes.items():
            found = getattr(self, name)
            if found.shape != shape or not np.isfinite(found).all():
                raise DataError(f"{name} must be finite, of the shape {shape}, one for each item.")
        if len(self.scales) != size:
            raise DataError(f"there must be a scale for each of the {size} items.")
        spread = np.sqrt(np.maximum(np.diag(self.covariance), 0))
        bound = np.outer(spread, spread) * (1 + 1e-9)
        symmetric = np.array_equal(self.covariance, self.covariance.T)
        if not symmetric or not (spread > 0).all() or (np.abs(self.covariance) > 4 * bound).any():
            raise DataError("covariance must be symmetric, with variances above 0.")
        super().__post_init__()

    @property
    def spread(self) -> FloatArray:
        """Standard deviations on 0-100, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return item, mean and standard deviation, one row per item."""
        return {
            "item": np.array(self.items),
            "mean": self.means,
            "standard_deviation": self.spread,
        }

    def _table(self) -> Table:
        rows = tuple(zip(self.items, self.means.tolist(), self.spread.tolist(), strict=True))
        note = f"{count(self.n, 'respondent')}; items on 0-100 by the ends of their scale."
        return Table("Items", ("item", "mean", "standard deviation"), rows, (note,))


def kept_moments(answered: Answered) -> ItemMoments:
    """Return what a fit keeps of answers."""
    moments = answered.moments
    return ItemMoments(
        items=moments.names,
        means=answered.means,
        covariance=answered.covariance,
        scales=answered.scales,
        n=moments.n,
        effective_n=moments.effective_n,
        base=answered.base,
    )
