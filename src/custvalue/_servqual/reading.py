"""Columns that ask something else of the same items: partners of the perceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source
from custvalue._respondents.block import Block
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reading import matrices, two_dimensional
from custvalue.errors import DataError


def partner_columns(
    perceptions: Sequence[str],
    names: Sequence[str],
    ordered: Sequence[str],
    *,
    argument: str,
    remedy: str = "",
) -> tuple[str, ...]:
    """Return the columns that ask something else of the same items, in the instrument's order."""
    if len(names) != len(perceptions):
        way_out = f" {remedy}" if remedy else ""
        raise DataError(
            f"{argument} must name {len(perceptions)} columns, one for each perception and in "
            f"the same order, but it names {len(names)}.{way_out}"
        )
    both = [name for name in names if name in perceptions]
    if both:
        raise DataError(
            f"a column holds either a perception or {_article(argument)}, but {both[0]!r} is "
            f"named as both."
        )
    partner = dict(zip(perceptions, names, strict=True))
    return tuple(partner[name] for name in ordered)


def _article(argument: str) -> str:
    return {
        "expectations": "an expectation",
        "adequate": "an adequate level",
        "desired": "a desired level",
        "ideals": "an ideal point",
    }[argument]


def require_columns(source: Source, **columns: Sequence[str]) -> None:
    """Raise a DataError unless all named columns are in the data."""
    source.require(
        {f"{key}[{i}]": name for key, names in columns.items() for i, name in enumerate(names)}
    )


def single_column(overall: npt.ArrayLike, rows: int) -> npt.NDArray[Any]:
    """Return overall satisfaction as one column with an entry for each respondent."""
    column = two_dimensional("overall", overall)
    if column.shape != (rows, 1):
        raise DataError(
            f"overall must have one entry for each of the {rows} respondents, but its shape is "
            f"{np.shape(overall)}."
        )
    return column[:, 0]


def named_arrays(given: Mapping[str, npt.ArrayLike]) -> dict[str, dict[str, npt.NDArray[Any]]]:
    """Name the columns of matrices by their first letter: ``P1``, ``P2``, … of perceptions."""
    arrays = matrices(given)
    rows = len(next(iter(arrays.values())))
    for name, array in arrays.items():
        if len(array) != rows:
            raise DataError(
                f"{name} must have one row for each of the {rows} respondents, but there are "
                f"{len(array)}."
            )
    return {
        name: {f"{name[0].upper()}{k + 1}": array[:, k] for k in range(array.shape[1])}
        for name, array in arrays.items()
    }


def check_shapes(blocks: Mapping[str, Block]) -> None:
    """Raise a DataError unless all blocks have the respondents, items and scale of the first."""
    (first, one), *others = blocks.items()
    for name, its in others:
        items = len(one.items) if its.instrument is not None or name != "overall" else 1
        same = name == "overall" or its.scale == one.scale
        if its.answers.shape != (len(one.answers), items) or not same:
            raise DataError(
                f"{name} must be of the same respondents, on the same scale and for as many items "
                f"as the {first}, but {first} have the shape {one.answers.shape} and scale "
                f"{one.scale}, {name} {its.answers.shape} and {its.scale}."
            )


def partners_of(
    perceptions: Sequence[str], named: Mapping[str, Sequence[str]], instrument: Instrument
) -> dict[str, tuple[str, ...]]:
    """Return the columns of expectations and ideal points in the order of the instrument."""
    remedy = {"expectations": "Omit it for SERVPERF."}
    return {
        name: partner_columns(
            perceptions,
            its,
            instrument.item_names,
            argument=name,
            remedy=remedy.get(name, ""),
        )
        for name, its in named.items()
    }
