"""Raw alpha and its linearised error from sums over respondents, without the respondents.

With s the total of a respondent and q the sum of the squares of the answers, the squared residual
of the total is e = s² - 2 m s + m², and the sum of those of the items o = q - 2 Σ m_j x_j + Σ m_j²:
what a respondent moves alpha by, B e - A o (see :mod:`custvalue._survey.alpha`), is linear in
z = (1, x, s², q). So the sums Σ w z z' and Σ w² z z' hold all that its error needs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from custvalue._rows import FloatArray
from custvalue._survey.alpha_sums import alpha_of_variances
from custvalue._survey.coefficient import ReliabilityCoefficient
from custvalue.errors import DataError


@dataclass(frozen=True)
class AlphaSums:
    """Σ w z z' and Σ w² z z' of n respondents who answered all items."""

    n: int
    items: int
    products: FloatArray
    squares: FloatArray

    def estimate(self) -> ReliabilityCoefficient:
        """Return alpha as if respondents were independent."""
        if self.items < 2 or self.n < 2:
            raise DataError(
                f"Cronbach's alpha needs at least 2 items, and 2 respondents who answered all of "
                f"them, but there are {self.items} and {self.n}. Count more items, or collect more "
                f"answers."
            )
        if math.isnan(self._alpha):
            raise DataError(
                "Cronbach's alpha needs respondents who differ, but all have the same total score."
            )
        return ReliabilityCoefficient(
            name="alpha",
            value=self._alpha,
            standard_error=math.sqrt(self.independent["independent"]),
            n=self.n,
            effective_n=self._total**2 / float(self.squares[0, 0]),
            convention="raw",
            items=self.items,
        )

    @property
    def _total(self) -> float:
        return float(self.products[0, 0])

    @cached_property
    def _means(self) -> FloatArray:
        return np.asarray(self.products[0, 1:-2] / self._total)

    @cached_property
    def _variances(self) -> tuple[float, float]:
        """Σ w o of the items, and Σ w e of their total."""
        about = self.products[1:-2, 1:-2] - self._total * np.outer(self._means, self._means)
        return float(np.trace(about)), float(about.sum())

    @cached_property
    def _alpha(self) -> float:
        own, total = (np.array([each]) for each in self._variances)
        return float(alpha_of_variances(self.items, own, total)[0])

    @cached_property
    def influence(self) -> FloatArray:
        """What z is multiplied with to give what a respondent with the weight 1 moves alpha by."""
        parts, whole = self._variances
        m, total = self._means, float(self._means.sum())
        constant = parts * total**2 - whole * float(m @ m)
        of_items = 2 * (whole * m - parts * total)
        factor = self.items / (self.items - 1) / whole**2
        return factor * np.concatenate([[constant], of_items, [parts, -whole]])

    @cached_property
    def independent(self) -> dict[str, Any]:
        """The variances without clusters, linearised and of a simple random sample, and n."""
        g, rest = self.influence, self.n - 1
        squared = max(float(g @ self.squares @ g), 0.0)
        plain = max(float(g @ self.products @ g), 0.0)
        return {
            "independent": self.n / rest * squared,
            "simple": self._total * plain / rest,
            "n": self.n,
        }
