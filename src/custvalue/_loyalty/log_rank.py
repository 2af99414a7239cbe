"""Are cases closed equally fast everywhere? The log-rank test of several groups.

At every time at which d of n open cases are closed, a group with n_g of them is expected to close
n_g d / n. Summed over the times, observed minus expected has the covariances

    Σ d (n - d) / (n - 1) · n_g / n · (δ_gh - n_h / n)                                          (1)

and chi square is the quadratic form with their inverse, with a degree of freedom less than there
are groups (Mantel 1966, *Cancer Chemotherapy Reports* 50, 163-170; Peto & Peto 1972, *JRSS* A 135,
185-207).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._loyalty.open_cases import Cases
from custvalue._rows import FloatArray
from custvalue._values import Count, NonNegative, Probability, Record
from custvalue._words import count, number, p_value


@dataclass(frozen=True, slots=True)
class LogRank(Record):
    """The log-rank test that cases are closed equally fast in all groups.

    Parameters
    ----------
    chi_squared : float
        The statistic.
    degrees_of_freedom : int
        One less than groups that had open cases when some were closed.
    p_value : float
        That all groups are alike.
    """

    chi_squared: NonNegative
    degrees_of_freedom: Count
    p_value: Probability

    def __str__(self) -> str:
        degrees = f"{count(self.degrees_of_freedom, 'degree')} of freedom"
        return f"chi square {number(self.chi_squared)} with {degrees}, {p_value(self.p_value)}"


class Ranked(NamedTuple):
    """The test, and how many cases each group closed and was expected to close."""

    test: LogRank
    observed: FloatArray
    expected: FloatArray


def log_rank(groups: Sequence[Cases]) -> Ranked:
    """Compare how fast groups close their cases."""
    times = np.unique(np.concatenate([its.duration[its.closed] for its in groups]))
    at_risk = np.array([_open_before(its, times) for its in groups], dtype=np.float64)
    closed = np.array([_closed_at(its, times) for its in groups], dtype=np.float64)
    n, d = at_risk.sum(axis=0), closed.sum(axis=0)
    part = at_risk / np.maximum(n, 1)
    spread = d * (n - d) / np.maximum(n - 1, 1)
    variance = np.diag(part @ spread) - (part * spread) @ part.T
    off = closed.sum(axis=1) - part @ d
    rank = int(np.linalg.matrix_rank(variance, hermitian=True)) if times.size else 0
    chi = float(off @ np.linalg.pinv(variance, hermitian=True) @ off) if rank else 0.0
    p = float(special.chdtrc(rank, chi)) if rank else 1.0
    return Ranked(LogRank(max(chi, 0.0), rank, p), closed.sum(axis=1), part @ d)


def _open_before(cases: Cases, times: FloatArray) -> FloatArray:
    ordered = np.sort(cases.duration)
    return np.asarray(len(ordered) - np.searchsorted(ordered, times), dtype=np.float64)


def _closed_at(cases: Cases, times: FloatArray) -> FloatArray:
    place = np.searchsorted(times, cases.duration[cases.closed])
    return np.bincount(place, minlength=len(times)).astype(np.float64)
