"""Known shares of a population, checked against the respondents who are to represent it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._columns import missing, objects, sorted_codes
from custvalue._rows import FloatArray
from custvalue._words import count, did_you_mean, listed, number, percent, plain
from custvalue.errors import DataError, ParameterError

Targets = Mapping[str, Any]
MarginPolicy = Literal["raise", "own share"]

LEAST_COUNT = 200.0  # more than shares of 1 or 100 can add up to
WHOLES = (1.0, 100.0)
MOST_CELLS = 10**6  # that are numbered whether or not they occur
FARTHEST = 0.02  # rounding never takes a sum of shares further from its whole than this


class Margin(NamedTuple):
    """One column with the share that each of its categories, ascending, should have.

    The category None, the last one, is of respondents whose category is missing: its target is
    their share by the base weights.
    """

    column: str
    categories: list[str | int | None]
    codes: npt.NDArray[np.int64]
    target: FloatArray
    stated: Stated

    @property
    def missing(self) -> int:
        """Respondents whose category is missing."""
        there = self.categories[-1] is None
        return int((self.codes == len(self.categories) - 1).sum()) if there else 0


class Stated(NamedTuple):
    """Shares of one column as they were stated, made to sum to 1.

    `total` is what they added up to where it was neither 1 nor 100, `counts` whether they were
    counts of people.
    """

    shares: dict[Any, float]
    total: float | None = None
    counts: bool = False


def checked_margins(
    source: _frames.Source, margins: Targets, base: FloatArray, policy: MarginPolicy
) -> list[Margin]:
    """Read the columns of the margins, and check every category before anything is computed."""
    if not isinstance(margins, Mapping) or not margins:
        raise ParameterError(
            f"margins must say which shares each column should have, as in "
            f"{{'sex': {{'f': 0.52, 'm': 0.48}}}}, but it is {margins!r}."
        )
    source.require({f"margins[{i}]": column for i, column in enumerate(margins)})
    return [_margin(source, column, shares, base, policy) for column, shares in margins.items()]


def cell_of_each(margins: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Return the number of each respondent's combination of categories."""
    cell, cells = np.zeros(len(margins[0]), dtype=np.int64), 1
    for codes in margins:
        categories = int(codes.max()) + 1
        if cells * categories > MOST_CELLS:
            cell = sorted_codes("cell", cell)[1]
            cells = int(cell.max()) + 1
        cell, cells = cell * categories + codes, cells * categories
    return sorted_codes("cell", cell)[1]


def _margin(
    source: _frames.Source, column: str, shares: Any, base: FloatArray, policy: MarginPolicy
) -> Margin:
    stated = _normalised(column, _numbers(column, shares))
    wanted = stated.shares
    labels, codes = source.codes_with_gaps(column)
    gaps = codes < 0
    if gaps.any():
        _require_policy(source, column, gaps, policy)
    categories: list[str | int | None] = labels.tolist()
    n = np.bincount(codes[(base > 0) & ~gaps], minlength=len(categories))
    everybody = np.bincount(codes[~gaps], minlength=len(categories))
    _require_weight(
        column, wanted, dict(zip(categories, (everybody * (n == 0)).tolist(), strict=True))
    )
    _check_targets(column, wanted, dict(zip(categories, n.tolist(), strict=True)))
    target = np.array([wanted.get(category, 0.0) for category in categories])
    if gaps.any():
        own = float(base[gaps].sum() / base.sum())
        target = np.append((1 - own) * target, own)
        codes = np.where(gaps, len(categories), codes)
        categories.append(None)
    return Margin(column, categories, codes, target, stated)


def _require_policy(
    source: _frames.Source, column: str, gaps: npt.NDArray[np.bool_], policy: MarginPolicy
) -> None:
    """Raise a DataError unless respondents without a category may keep their own share."""
    if policy == "raise":
        hint = (
            "Use missing='own share' to let such respondents keep the share that they have, or "
            "leave them out."
        )
        rows = np.flatnonzero(gaps)
        raise DataError.at_rows(column, "present", rows, source.entries(column)[rows], hint)
    if gaps.all():
        raise DataError(
            f"{column} is missing for all respondents, so that it cannot be a margin. Leave it "
            f"out of margins.",
            column=column,
        )


def _numbers(column: str, shares: Any) -> dict[Any, float]:
    name = f"margins[{column!r}]"
    named = _frames.as_mapping(name, shares)
    if not named:
        plainly = isinstance(shares, Mapping | list | str | int | float)
        shown = repr(shares) if plainly else f"a {type(shares).__name__}"
        raise ParameterError(
            f"{name} must say which share each category should have, as in "
            f"{{'f': 0.52, 'm': 0.48}}, but it is {shown}."
        )
    found = {plain(category): plain(share) for category, share in named.items()}
    for category, share in found.items():
        if missing(objects([category]))[0]:
            raise ParameterError(
                f"{name} has a number for a missing category. Leave it out; for "
                f"respondents whose category is missing use missing='own share'."
            )
        usable = isinstance(share, int | float) and not isinstance(share, bool)
        if not usable or not math.isfinite(share) or share < 0:
            raise ParameterError(f"{name}[{category!r}] must be a share >= 0, but it is {share!r}.")
    return found


def _normalised(column: str, shares: dict[Any, float]) -> Stated:
    """Return shares that sum to 1, and what they added up to where that says something."""
    total = math.fsum(shares.values())
    if total > LEAST_COUNT and all(float(share).is_integer() for share in shares.values()):
        each = {category: share / total for category, share in shares.items()}
        return Stated(each, total, counts=True)
    whole = min(WHOLES, key=lambda each: abs(total / each - 1))
    off = abs(total / whole - 1)
    if off > min(_rounding(shares.values()) / whole, FARTHEST) + 1e-9:
        raise DataError(
            f"margins[{column!r}] must add up to 1 or 100, but adds up to {number(total, 6)}, "
            f"which rounding does not explain. If these are counts of people, divide each by their "
            f"sum.",
            column=column,
        )
    each = {category: share / total for category, share in shares.items()}
    return Stated(each, plain(total) if off > 1e-9 else None)


def _rounding(shares: Any) -> float:
    """Return how far a sum may be off: half a unit of the last decimal of every share."""
    values = [Decimal(repr(share)) for share in shares]
    decimals = max(max(0, -int(value.normalize().as_tuple().exponent)) for value in values)
    return len(values) * 0.5 * 10.0**-decimals


def _require_weight(column: str, wanted: Mapping[Any, float], without: Mapping[Any, int]) -> None:
    """Raise where a target > 0 has respondents, but `without` a weight, all of them."""
    for category, people in without.items():
        if people and wanted.get(category):
            who = "its 1 respondent has" if people == 1 else f"all its {people:,} respondents have"
            raise DataError(
                f"margins[{column!r}] wants {percent(wanted[category], 1)} of {category!r}, but "
                f"{who} the weight 0. Give them weights > 0, or join {category!r} with another "
                f"category, here and in the data.",
                column=column,
                value=category,
            )


def _check_targets(column: str, wanted: Mapping[Any, float], n: Mapping[Any, int]) -> None:
    for category, people in n.items():
        if category not in wanted:
            raise DataError(
                f"{column} is {category!r} for {count(people, 'respondent')}, but "
                f"margins[{column!r}] has no target for it, only for {listed(wanted)}."
                f"{did_you_mean(category, wanted)} Give it a share, or leave these respondents "
                f"out; if it is no category, such as 'prefer not to say', make it missing and use "
                f"missing='own share'.",
                column=column,
                value=category,
            )
        if people and wanted[category] == 0:
            raise DataError(
                f"margins[{column!r}] gives {category!r} the share 0, but "
                f"{count(people, 'respondent')} {'has' if people == 1 else 'have'} it. "
                f"Leave them out of the data, or give it a share.",
                column=column,
                value=category,
            )
    for category, share in wanted.items():
        if share and not n.get(category):
            raise DataError(
                f"margins[{column!r}] wants {percent(share, 1)} of {category!r}, but no respondent "
                f"has it.{did_you_mean(category, n)} Join it with another "
                f"category, here and in the data.",
                column=column,
                value=category,
            )


def checked_trim(
    trim: float | Sequence[float | None] | None,
) -> tuple[float, float | None] | None:
    """Return the lowest and the highest weight allowed, as multiples of the mean."""
    if trim is None:
        return None
    pair = (0.0, trim) if isinstance(trim, int | float) else tuple(trim)
    low, high = (plain(end) for end in pair) if len(pair) == 2 else (None, None)
    low = 0.0 if low is None else low
    numbers = all(
        isinstance(end, int | float) and not isinstance(end, bool) for end in (low, high or 2)
    )
    if len(pair) != 2 or not numbers or not 0 <= low < 1 or (high is not None and not high > 1):
        raise ParameterError(
            f"trim must be the lowest and the highest weight as multiples of the mean weight, as "
            f"in (0.2, 5), or the highest alone, but it is {trim!r}."
        )
    return float(low), None if high is None or math.isinf(high) else float(high)
