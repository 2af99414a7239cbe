"""Adapted instruments: the user's columns as items, dimension by dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custvalue._respondents.instrument import Dimension, Instrument, Item, repeated
from custvalue._respondents.reading import check_items
from custvalue._servqual.forms import SERVQUAL
from custvalue._words import did_you_mean, listed
from custvalue.errors import DataError

Dimensions = Instrument | Mapping[str, Sequence[str]] | Mapping[str, int]


def arranged(columns: Sequence[str], dimensions: Dimensions) -> Instrument:
    """Return the instrument whose items are these columns."""
    names = check_items(columns, "perceptions")
    if isinstance(dimensions, Instrument):
        _check_count(names, dimensions)
        return dimensions.renamed(names)
    if not isinstance(dimensions, Mapping) or not dimensions:
        raise DataError(
            f"dimensions must map the name of each dimension to its columns, as in "
            f"{{'staff': ['polite', 'skilled']}}, but it is {dimensions!r}."
        )
    members = _members(names, dimensions)
    _check_partition(names, members)
    chinese = {dimension.name: dimension.chinese for dimension in SERVQUAL.dimensions}
    return Instrument(
        name="adapted SERVQUAL",
        dimensions=tuple(
            Dimension(
                name=name,
                chinese=chinese.get(name, ""),
                items=tuple(Item(name=column) for column in its),
            )
            for name, its in members.items()
        ),
    )


def _check_count(names: tuple[str, ...], instrument: Instrument) -> None:
    wanted = len(instrument.items)
    if len(names) != wanted:
        raise DataError(
            f"perceptions must name {wanted} columns, one for each item of {instrument.name}, but "
            f"it names {len(names)}. For an adapted instrument name the columns of each "
            f"dimension: dimensions={{'staff': ['polite', 'skilled'], …}}."
        )


def _members(
    names: tuple[str, ...], dimensions: Mapping[str, Sequence[str]] | Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """Return which columns make which dimension."""
    members: dict[str, tuple[str, ...]] = {}
    start = 0
    for name, its in dimensions.items():
        if isinstance(its, int):
            if its < 1:
                raise DataError(f"dimensions[{name!r}] must take at least 1 perception, not {its}.")
            members[name] = names[start : start + its]
            start += its
        else:
            members[name] = check_items(its, f"dimensions[{name!r}]")
    if start and start != len(names):
        raise DataError(
            f"dimensions take {start} perceptions together, but there are {len(names)}. Give "
            f"every perception to one dimension."
        )
    return members


def _check_partition(names: tuple[str, ...], members: Mapping[str, tuple[str, ...]]) -> None:
    """Raise unless every column of the perceptions is in one dimension."""
    used = [column for its in members.values() for column in its]
    unknown = [column for column in used if column not in names]
    if unknown:
        raise DataError(
            f"dimensions name {unknown[0]!r}, which is not among the perceptions."
            f"{did_you_mean(unknown[0], names)}"
        )
    twice = repeated(used)
    if twice:
        raise DataError(f"{listed(twice)} must be in one dimension only, but is in two.")
    homeless = [column for column in names if column not in used]
    if homeless:
        raise DataError(
            f"every perception must be in a dimension, but these are in none: {listed(homeless)}. "
            f"Name them in dimensions, or exclude them from perceptions."
        )
