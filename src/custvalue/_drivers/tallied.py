"""Importance of drivers from answers counted in an engine, with the errors of those in memory.

What a respondent moves correlations by is a quadratic form of standardised answers s,
w / Σ w [s_a s_b - r_ab (s_a² + s_b²) / 2], and so is what moves any statistic of them: w / Σ w z'Az
of z = (1, answers). Its square needs sums of products of four answers with w² and, for what a
simple random sample would vary by, with w; what a cluster adds needs products of two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from custvalue._drivers.answered import Covariances, require_respondents, why_no_correlations
from custvalue._frames.lazy_answers import fours_of
from custvalue._inference.clusters import clustered
from custvalue._inference.cross_products import correlations_of
from custvalue._results.base import MISSING_ANSWER, WEIGHT_ZERO, Base
from custvalue._rows import FloatArray, IntArray
from custvalue._survey.tally_result import Tally
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError, EstimationError, ParameterError


@dataclass(frozen=True, eq=False)
class Tallied:
    """Answers to drivers and to an overall question, of respondents who stayed in their engine."""

    tally: Tally
    overall: str
    covariances: Covariances = "listwise"

    @classmethod
    def of(cls, tally: Tally, overall: object) -> Tallied:
        """Take one of the items for the overall question, and all others for drivers."""
        together = tally._of(None)  # noqa: SLF001 - of its own package
        if not isinstance(overall, str) or overall not in tally.items:
            raise ParameterError(
                f"overall must be the name of an item, one of {listed(tally.items)}, but it is "
                f"{overall!r}.{did_you_mean(str(overall), tally.items)}"
            )
        if len(tally.items) == 1:
            raise DataError(f"there is no driver beside the overall question {overall!r}.")
        if tally.fourths is None:
            raise ParameterError(
                "this tally has no products of four answers, which the errors of importance need. "
                "Count again, with survey.tally(..., drivers=True)."
            )
        require_respondents(int(together.complete.sum()), len(tally.items) - 1)
        return cls(together, overall)

    @property
    def names(self) -> tuple[str, ...]:
        """The drivers."""
        return tuple(name for name in self.tally.items if name != self.overall)

    @property
    def n(self) -> int:
        """Respondents who answered everything."""
        return int(self.tally.complete.sum())

    @property
    def base(self) -> Base:
        """Who answered, and who is excluded."""
        respondents, excluded = int(self.tally.respondents.sum()), self.tally.excluded
        reasons = {MISSING_ANSWER: respondents - self.n, WEIGHT_ZERO: excluded}
        return Base(
            respondents=respondents + excluded,
            excluded={reason: n for reason, n in reasons.items() if n},
            missing="drop",
        )

    @cached_property
    def _order(self) -> IntArray:
        """The columns of the sums: 1, the overall question, the drivers."""
        places = [self.tally.items.index(name) for name in (self.overall, *self.names)]
        return np.array([0, *(place + 1 for place in places)])

    @cached_property
    def _products(self) -> FloatArray:
        """Σ w z z' of each cluster."""
        rows = self.tally.products[:, self._order]
        return np.asarray(rows[:, :, self._order], dtype=np.float64)

    @cached_property
    def correlations(self) -> FloatArray:
        """Correlations of all columns, overall answers first; checked to be usable."""
        found: FloatArray = correlations_of(self._products.sum(axis=0)[np.newaxis])[0]
        reason = why_no_correlations(found, self.overall, self.names, self.covariances)
        if reason:
            raise EstimationError(reason)
        return found

    def form(self, derivatives: FloatArray) -> FloatArray:
        """Return A of a statistic, by its derivatives by the correlations above the diagonal."""
        size = len(self.correlations)
        above = np.triu_indices(size, 1)
        moved = np.zeros((size, size))
        moved[above] = derivatives / 2
        moved += moved.T
        moved -= np.diag((moved * self.correlations).sum(axis=1))
        whole = self._products.sum(axis=0)
        mean = whole[0, 1:] / whole[0, 0]
        spread = np.sqrt(np.diag(whole)[1:] / whole[0, 0] - mean**2)
        standard = np.column_stack([-mean / spread, np.diag(1 / spread)])
        return np.asarray(standard.T @ moved @ standard, dtype=np.float64)

    def error(self, form: FloatArray) -> dict[str, Any]:
        """Return the fields of an estimate that its error decides, by name."""
        weights = (self.tally.products[:, 0, 0], self.tally.square_products[:, 0, 0])
        total, lost = float(weights[0].sum()), len(self.names) + 1
        plain, squared = (max(its, 0.0) / total**2 for its in self._squares(form))
        fields: dict[str, Any] = {
            "standard_error": math.sqrt(squared * self.n / (self.n - lost)),
            "effective_n": total**2 / float(weights[1].sum()),
            "degrees_of_freedom": float(self.n - lost),
        }
        if not self.tally.clustered:
            return fields
        there = weights[0] > 0
        return fields | clustered(
            self.tally._design(*weights),  # noqa: SLF001 - of its own package
            np.einsum("uij,ij->u", self._products[there], form) / total,
            independent=self.n / max(self.n - 1, 1) * squared,
            simple=total * plain / max(self.n - lost, 1),
            n=self.n,
        )

    def _squares(self, form: FloatArray) -> FloatArray:
        """Return Σ w (z'Az)² and Σ w² (z'Az)²."""
        fourths: Any = self.tally.fourths
        back = np.argsort(self._order)
        own = form[np.ix_(back, back)]
        fours = np.array(fours_of(len(own)))
        return np.asarray(fourths[0] @ _of_squares(own, fours), dtype=np.float64)


def _of_squares(form: FloatArray, fours: IntArray) -> FloatArray:
    """Return how often each product of four comes in (z'Az)², times its coefficients.

    It comes once for each different order of its four columns.
    """
    a, b, c, d = fours.T
    paired = form[a, b] * form[c, d] + form[a, c] * form[b, d] + form[a, d] * form[b, c]
    alike = np.ones(len(fours))
    for row in range(len(fours)):
        _, counts = np.unique(fours[row], return_counts=True)
        alike[row] = math.prod(math.factorial(count) for count in counts.tolist())
    return np.asarray(math.factorial(4) / alike * paired / 3, dtype=np.float64)
