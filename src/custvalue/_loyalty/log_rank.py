"""Are cases closed equally fast everywhere? The log-rank test of several groups.

At every time at which d of n open cases are closed, a group with n_g of them is expected to close
n_g d / n. Summed over the times, observed minus expected has the covariances

    Σ d (n - d) / (n - 1) · n_g / n · (δ_gh - n_h / n)                                          (1)

and chi square is the quadratic form with their inverse, with a degree of freedom less than there
are groups (Mantel 1966, *Cancer Chemotherapy Reports* 50, 163-170; Peto & Peto 1972, *JRSS* A 135,
185-207).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from custvalue._loyalty.open_cases import Cases
from custvalue._rows import FloatArray, IntArray
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


def log_rank(cases: Cases, codes: IntArray, groups: int) -> Ranked:
    """Compare how fast groups close their cases; `codes` are the groups of the cases."""
    times, place = np.unique(cases.duration[cases.closed], return_inverse=True)
    d = np.bincount(place, minlength=len(times)).astype(np.float64)
    n = len(codes) - np.searchsorted(np.sort(cases.duration), times).astype(np.float64)
    seen = np.searchsorted(times, cases.duration, side="right")  # times that each case was open
    observed = np.bincount(codes[cases.closed], minlength=groups).astype(np.float64)
    keys, sizes = np.unique(seen * groups + codes, return_counts=True)
    seen, codes = np.divmod(keys, groups)
    expected = np.bincount(codes, _until(d / n)[seen] * sizes, groups).astype(np.float64)
    until = _until(d * (n - d) / np.maximum(n - 1, 1) / n**2)
    pairs = _between(codes, sizes, until[seen] * sizes, groups)
    there = np.flatnonzero(pairs.sum(axis=1) > 0)
    rank = max(len(there) - 1, 0)
    chi = _squared((observed - expected)[there], pairs[np.ix_(there, there)]) if rank else 0.0
    p = float(special.chdtrc(rank, chi)) if rank else 1.0
    return Ranked(LogRank(chi, rank, p), observed, expected)


def _until(added: FloatArray) -> FloatArray:
    """Return the sums of the first 0, 1, 2, ... numbers."""
    return np.concatenate([[0.0], np.cumsum(added)])


def _between(codes: IntArray, sizes: IntArray, worth: FloatArray, groups: int) -> FloatArray:
    """Return minus the covariances of different groups, and 0 of each with itself.

    The n_g n_h at a time count the pairs of a case of each that are open then, and a pair is open
    until the first of both is closed: pairs are summed up from the last case to the first one.
    """
    found, later = np.zeros((groups, groups)), np.zeros(groups)
    last_first = (its[::-1].tolist() for its in (codes, sizes, worth))
    for group, size, its in zip(*last_first, strict=True):
        found[group] += its * later
        later[group] += size
    found += found.T
    np.fill_diagonal(found, 0.0)
    return found


def _squared(off: FloatArray, pairs: FloatArray) -> float:
    """Return the quadratic form without the group that varies most, whose rest follows.

    All groups are open at the first time together, so that only their sum does not vary.
    """
    variance = np.diag(pairs.sum(axis=1)) - pairs
    rest = np.arange(len(off)) != np.diag(variance).argmax()
    within = off[rest]
    return max(float(within @ np.linalg.solve(variance[np.ix_(rest, rest)], within)), 0.0)
