"""Importance points: how respondents share 100 points among the dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import in_order
from custvalue._columns import refuse_where
from custvalue._frames import Source, to_numbers
from custvalue._respondents.block import Some, taken
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reading import check_items, two_dimensional
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray, read_only
from custvalue._words import more, number, plain
from custvalue.errors import DataError, ParameterError

TOLERANCE = 1e-6  # of the total: thirds that were written with seven digits still sum
HINT = "Give points as numbers."


@dataclass(frozen=True, eq=False)
class Points:
    """Points that sum to 100: (respondents, dimensions), NaN for none, or (dimensions,)."""

    values: FloatArray
    rescaled: int = 0

    def kept(self, keep: npt.NDArray[np.bool_]) -> Points:
        """Return the points of the respondents who are kept."""
        values = self.values if self.values.ndim == 1 else self.values[keep]
        return Points(values, self.rescaled)


def from_columns(
    source: Source,
    importance: Sequence[str] | Mapping[str, str] | Mapping[str, float] | None,
    instrument: Instrument,
    *,
    total: float,
    normalise: bool,
) -> Points | None:
    """Read points from columns of a frame, or take points common to all, where there are any."""
    if importance is None:
        return None
    names = instrument.dimension_names
    if isinstance(importance, Mapping):
        ordered: Sequence[Any] = _by_dimension(importance, names)
        columns = [entry for entry in ordered if isinstance(entry, str)]
        if not columns:
            return fixed(ordered, instrument, total, normalise=normalise)
        if len(columns) < len(ordered):
            raise DataError(
                "importance must map every dimension to a column, or every dimension to its "
                "points, but some are columns and some are points."
            )
    else:
        ordered = check_items(importance, "importance")
    if len(ordered) != len(names):
        raise DataError(
            f"importance must name {len(names)} columns, one for each dimension "
            f"({', '.join(names)}), but it names {len(ordered)}."
        )
    source.require(
        {f"importance[{name!r}]": column for name, column in zip(names, ordered, strict=True)}
    )
    points = [source.numbers(column, hint=HINT) for column in ordered]
    return _checked(points, ordered, total, normalise=normalise)


def from_array(
    importance: Any, instrument: Instrument, *, total: float, normalise: bool
) -> Points | None:
    """Read points from an array of respondents x dimensions, or one row common to all."""
    if importance is None:
        return None
    names = instrument.dimension_names
    if isinstance(importance, Mapping):
        return fixed(_by_dimension(importance, names), instrument, total, normalise=normalise)
    if np.ndim(importance) == 1:
        return fixed(importance, instrument, total, normalise=normalise)
    array = two_dimensional("importance", importance)
    if array.shape[1] != len(names):
        raise DataError(
            f"importance must have {len(names)} columns, one for each dimension "
            f"({', '.join(names)}), but its shape is {array.shape}."
        )
    labels = [f"importance of {name}" for name in names]
    columns = [to_numbers(label, array[:, k], hint=HINT) for k, label in enumerate(labels)]
    return _checked(columns, labels, total, normalise=normalise)


def fixed(
    importance: Sequence[float] | npt.ArrayLike,
    instrument: Instrument,
    total: float,
    *,
    normalise: bool,
) -> Points:
    """Take points common to all respondents, one per dimension."""
    names = instrument.dimension_names
    points = to_numbers("importance", importance, hint=HINT)
    if points.shape != (len(names),):
        raise DataError(
            f"importance must have {len(names)} entries, one for each dimension "
            f"({', '.join(names)}), but it has {len(points)}."
        )
    bad = np.flatnonzero(~(np.isfinite(points) & (points >= 0)))
    if bad.size:
        raise DataError(
            f"importance of {names[bad[0]]} must be a finite number >= 0, but it is "
            f"{plain(points[bad[0]])!r}."
        )
    every, _ = _summing(points[np.newaxis], total, normalise=normalise, common=True)
    return Points(every[0])


def _by_dimension(importance: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    return in_order(
        importance,
        names,
        unknown="importance names the dimension {name}, but the dimensions are {names}.{near}",
        absent="importance must name every dimension, but lacks {absent}.",
    )


def _checked(
    points: Sequence[FloatArray], columns: Sequence[str], total: float, *, normalise: bool
) -> Points:
    for column, answers in zip(columns, points, strict=True):
        hint = "Importance points share out a total; none can be negative."
        bad = (answers < 0) | np.isinf(answers)
        refuse_where(bad, column, "a finite number >= 0", answers, hint)
    matrix = np.array(points).T  # column by column in memory, as answers are
    return Points(*_summing(matrix, total, normalise=normalise))


def _summing(
    points: FloatArray, total: float, *, normalise: bool, common: bool = False
) -> tuple[FloatArray, int]:
    """Return points that sum to 100 in every row, and how many rows had to be rescaled."""
    if not (np.isfinite(total) and total > 0):
        raise ParameterError(f"importance_total must be > 0, but it is {plain(total)!r}.")
    sums = points.sum(axis=1)
    off = np.abs(sums - total) > TOLERANCE * total
    refused = np.flatnonzero(sums == 0 if normalise else off)
    if refused.size:
        _refuse(refused, float(sums[refused[0]]), total, common=common)
    return points * (100 / sums)[:, np.newaxis], int(off.sum())


def _refuse(rows: npt.NDArray[np.int64], found: float, total: float, *, common: bool) -> None:
    others = f" (and {more(len(rows) - 1, 'row')})" if len(rows) > 1 else ""
    where = "it sums" if common else f"row {int(rows[0])} sums"
    whose = "" if common else " for each respondent"
    way_out = (
        f"Use normalise_importance=True to rescale them, or importance_total={number(found)} if "
        f"that is the total that was asked for."
        if found > 0
        else "0 points cannot be rescaled; write them as missing."
    )
    raise DataError(
        f"importance must sum to {number(total)} points{whose}, but {where} to {number(found)}"
        f"{others}. {way_out}",
        column="importance",
        rows=rows,
        value=found,
    )


def of_rows(importance: FloatArray | None, rows: Some) -> FloatArray | None:
    """Return the points of some respondents; all of them where they are common."""
    if importance is None or importance.ndim == 1:
        return importance
    return read_only(taken(importance, rows))


def without_points(importance: FloatArray | None) -> int:
    """Count the respondents without points; 0 where points are common to all."""
    if importance is None or importance.ndim == 1:
        return 0
    return int(np.isnan(importance).any(axis=1).sum())


def check_points(points: FloatArray, respondents: int, dimensions: int) -> None:
    """Raise a DataError unless points are of these respondents and dimensions, and sum to 100."""
    if points.shape not in {(respondents, dimensions), (dimensions,)}:
        raise DataError(
            f"importance must have the shape ({respondents}, {dimensions}), one row per respondent "
            f"and one column per dimension, but it is {points.shape}."
        )
    sums = points.sum(axis=-1)
    if (points < 0).any() or (np.abs(sums - 100) > TOLERANCE * 100).any():
        raise DataError("importance must be points >= 0 that sum to 100.")


def refuse_missing_points(points: FloatArray, missing: MissingPolicy) -> None:
    """Raise a DataError that names the first respondent without points, unless some may."""
    if missing in ("pairwise", "prorate"):
        return
    rows = np.flatnonzero(np.isnan(points).any(axis=-1))
    if rows.size:
        others = f", one of {len(rows):,} such respondents" if len(rows) > 1 else ""
        raise DataError(
            f"importance: row {int(rows[0])} has no points{others}. Use missing='drop' to "
            f"exclude such respondents, or missing='pairwise' to use the answers that there are.",
            column="importance",
            rows=rows,
        )
