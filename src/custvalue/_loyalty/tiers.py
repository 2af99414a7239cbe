"""Where tiers of customers begin: at values, or at shares of the customers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite
from custvalue._rows import FloatArray
from custvalue._words import plain
from custvalue.errors import DataError, ParameterError

# The four tiers of Zeithaml, Rust & Lemon (2001), the best first
FOUR = ("platinum", "gold", "iron", "lead")
CHINESE = MappingProxyType({"platinum": "铂金", "gold": "黄金", "iron": "钢铁", "lead": "重铅"})
ROUNDING = 1e-9  # of a number of customers


class Cuts(NamedTuple):
    """The lowest value of each tier but the last, and whether they are shares of the customers."""

    values: tuple[float, ...]
    are_quantiles: bool

    def place(self, values: FloatArray) -> npt.NDArray[np.int64]:
        """Return the place of the tier of each value, 0 for the best; a value at a cut is above."""
        ascending = np.array(self.values[::-1])
        reached = np.searchsorted(ascending, values, side="right")
        return np.asarray(len(ascending) - reached, dtype=np.int64)


def cuts_of(values: FloatArray, thresholds: Any, shares: Any) -> Cuts:
    """Return where tiers begin, by one of both arguments."""
    if (thresholds is None) == (shares is None):
        raise ParameterError(
            "pyramid needs thresholds=, the lowest value of each tier but the last, or shares=, "
            "the share of the customers in each, and not both: as in thresholds=(1000, 300, 50) or "
            "shares=(0.01, 0.04, 0.15)."
        )
    if shares is None:
        return Cuts(_thresholds(thresholds), are_quantiles=False)
    n, ordered = len(values), np.sort(values)[::-1]
    reached = np.cumsum(_shares(shares))
    best = [min(max(math.ceil(n * part - ROUNDING), 1), n) for part in reached.tolist()]
    return Cuts(tuple(float(ordered[k - 1]) for k in best), are_quantiles=True)


def _thresholds(given: Any) -> tuple[float, ...]:
    """Read thresholds, from the best tier down."""
    cuts = _numbers("thresholds", given, "(1000, 300, 50)")
    if any(one <= other for one, other in pairwise(cuts)):
        raise ParameterError(
            f"thresholds must fall from the best tier down, as in (1000, 300, 50), but they are "
            f"{tuple(map(plain, cuts))}."
        )
    return cuts


def _shares(given: Any) -> FloatArray:
    """Read shares of all tiers but the last."""
    parts = _numbers("shares", given, "(0.01, 0.04, 0.15)")
    total = math.fsum(parts)
    if min(parts) <= 0 or total > 1 + ROUNDING:
        percentages = min(parts) >= 1 and total <= 100
        meant = f"({', '.join(f'{part / 100:g}' for part in parts)}{',' * (len(parts) == 1)})"
        hint = f" Did you mean {meant}?" if percentages else ""
        raise ParameterError(
            f"shares must be > 0 and add up to 1 at most, as in (0.01, 0.04, 0.15), but they are "
            f"{tuple(map(plain, parts))}.{hint}"
        )
    whole = len(parts) > 1 and abs(total - 1) <= ROUNDING
    return np.array(parts[:-1] if whole else parts)


def _numbers(argument: str, given: Any, example: str) -> tuple[float, ...]:
    """Read a sequence of finite numbers, one at least."""
    several = isinstance(given, Iterable) and not isinstance(given, str | Mapping)
    entries = list(given) if several else [given]
    numbers = tuple(finite(entry) for entry in entries)
    if not numbers or any(map(math.isnan, numbers)):
        raise ParameterError(
            f"{argument} must be numbers, as in {example}, but it is {plain(given)!r}."
        )
    return numbers


def tier_names(given: Any, tiers: int) -> tuple[str, ...]:
    """Return the names of the tiers: those given, those of the literature for four, or numbers."""
    if given is None:
        return FOUR if tiers == len(FOUR) else tuple(f"tier {k + 1}" for k in range(tiers))
    names = () if isinstance(given, str) or not isinstance(given, Sequence) else tuple(given)
    words = all(isinstance(name, str) and name.strip() for name in names)
    if len(names) != tiers or not words or len(set(names)) < tiers:
        raise ParameterError(
            f"names must be {tiers} different names, one for each tier from the best down, but it "
            f"is {given!r}."
        )
    return names


def require_amounts(values: FloatArray, rows: npt.NDArray[Any]) -> None:
    """Raise unless values are finite numbers of a size that can be added up and squared."""
    bad = ~(np.abs(values) <= LARGEST)
    if bad.any():
        at = np.flatnonzero(bad)
        expected = f"a number between -{LARGEST:g} and {LARGEST:g}"
        raise DataError.at_rows("values", expected, rows[at], values[at], "Correct the amount.")


LARGEST = 1e100
