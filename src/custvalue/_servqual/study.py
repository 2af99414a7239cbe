"""What surveys of service quality share: items in dimensions, asked in several ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from custvalue._frames import Source
from custvalue._respondents.block import Block
from custvalue._respondents.codebook import Codebook, scale_of
from custvalue._respondents.instrument import Dimension, Instrument, Item, repeated, some_items
from custvalue._respondents.prorating import check_gaps
from custvalue._respondents.reader import Asked, Roles, Who
from custvalue._respondents.reading import check_items, matrices, not_one_each, two_dimensional
from custvalue._respondents.respondents import Questions, Respondents
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._servqual.forms import SERVQUAL
from custvalue._table import Table
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


WORDS = {  # what a column holds, and what to do where there are too few
    "expectations": ("an expectation", " Omit it for SERVPERF."),
    "adequate": ("an adequate level", ""),
    "desired": ("a desired level", ""),
    "ideals": ("an ideal point", ""),
}


def partners_of(
    perceptions: Sequence[str], named: Mapping[str, Sequence[str]], ordered: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Return the columns that ask something of the same items, in the instrument's order."""
    found = {}
    for argument, names in named.items():
        what, remedy = WORDS.get(argument, ("", ""))
        if len(names) != len(perceptions):
            raise DataError(
                f"{argument} must name {len(perceptions)} columns, one for each perception and in "
                f"the same order, but it names {len(names)}.{remedy}"
            )
        both = [name for name in names if name in perceptions]
        if both and names is not perceptions:
            raise DataError(
                f"a column holds either a perception or {what}, but {both[0]!r} is named as both."
            )
        partner = dict(zip(perceptions, names, strict=True))
        found[argument] = tuple(partner[name] for name in ordered)
    return found


def single_column(overall: npt.ArrayLike, rows: int) -> npt.NDArray[Any]:
    """Return overall satisfaction as one column with an entry for each respondent."""
    column = two_dimensional("overall", overall)
    if column.shape != (rows, 1):
        raise not_one_each("overall", rows, f"its shape is {np.shape(overall)}")
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


@dataclass(frozen=True, eq=False, repr=False)
class Study(Respondents):
    """Base of surveys that ask several things about the items of one instrument.

    Parameters
    ----------
    blocks : dict of str to Block
        What was asked, by name; ``perceptions`` always. All have one row per respondent, and
        columns in the order of the instrument.
    instrument : Instrument
        Items and dimensions; its item names are the columns of the perceptions.
    """

    blocks: dict[str, Block]
    instrument: Instrument = SERVQUAL

    ROWS: ClassVar[tuple[str, ...]] = ("blocks",)
    REPR: ClassVar[tuple[str, ...]] = (
        "respondents",
        "items=instrument.items",
        "dimensions=instrument.dimensions",
        "scale",
    )
    NOUN: ClassVar[str] = "these answers"

    def _check_blocks(self, names: Sequence[str]) -> None:
        """Check blocks that were put together by hand, and everything that they share."""
        unknown = [name for name in self.blocks if name not in names]
        if unknown or "perceptions" not in self.blocks:
            raise DataError(f"blocks must be perceptions, and any of {', '.join(names[1:])}.")
        self._check_respondents(len(self.blocks["perceptions"].answers))
        if self.blocks["perceptions"].items != self.instrument.item_names:
            raise DataError("instrument must have the items of the perceptions, in their order.")
        check_shapes(self.blocks)
        for its in map(self.part, self.blocks):
            check_gaps(its.items, its.answers, its.instrument, its.missing, its.min_answered)

    def _blocks(self) -> dict[str, Questions]:
        prorates = self.missing == "prorate"
        return {
            name: Questions(
                its.items, its.answers, prorates and its.instrument is not None, its.instrument
            )
            for name, its in self.blocks.items()
        }

    def _only(self, names: tuple[str, ...], places: Sequence[int]) -> Self:
        blocks, questions = {}, []
        for (name, its), asked in zip(self.blocks.items(), self._questions().values(), strict=True):
            here = range(len(its.items)) if its.instrument is None else sorted(places)
            blocks[name] = its.of_items(here)
            questions += [asked[place] for place in here]
        lost, instrument = self._lost_of(questions), some_items(self.instrument, names)
        return self._changed(instrument=instrument, blocks=blocks, lost=lost)

    def part(self, name: str) -> Responses:
        """Return a set of answers, such as ``perceptions``, with all that respondents share."""
        block = self.blocks[name]
        places = self._questions()[name]
        alone = self.missing == "prorate" and block.instrument is None
        shared = {
            "weights": self.weights,
            "labels": self.labels,
            "missing": "pairwise" if alone else self.missing,
            "min_answered": self.min_answered,
            "lost": self._lost_of(places),
        }
        return Responses.of_block(block, shared)

    @cached_property
    def perceptions(self) -> Responses:
        """What respondents received, one column per item, dimension by dimension."""
        return self.part("perceptions")

    @property
    def scale(self) -> Scale:
        """The scale of perceptions, and of what they are compared with."""
        return self.blocks["perceptions"].scale

    @property
    def reverse_scored_items(self) -> tuple[str, ...]:
        """Reverse-scored items, whose answers were recoded on reading."""
        return self.instrument.reverse_scored_items

    def _sheet(self, title: str, *notes: str) -> Table:
        """Build the table of the instrument's dimensions, which all studies print."""
        rows = tuple(
            (dimension.name, dimension.chinese, len(dimension.items), dimension.items[0].name)
            for dimension in self.instrument.dimensions
        )
        header = ("dimension", "", "items", "first column")
        said = (str(self.base), *notes, *self._pairs())
        return Table(f"{self.instrument.name} survey{title}", header, rows, said)

    def _pairs(self) -> tuple[str, ...]:
        """Say which columns are about the same item: they were paired by their order."""
        columns = [its.items for its in self.blocks.values() if its.instrument is not None]
        if len(columns) < 2:
            return ()
        each = [" and ".join(map(str, pair)) for pair in zip(*columns, strict=True)]
        starts = self.instrument.slices()
        return tuple(
            f"{dimension.name}: {', '.join(each[where])}."
            for dimension, where in zip(self.instrument.dimensions, starts, strict=True)
        )


class Reading(NamedTuple):
    """What is to be read of a study: answers by block, weights and labels, its instrument."""

    source: Source
    asked: dict[str, Asked]
    who: Who
    instrument: Instrument


def of_frame(
    frame: Any,
    given: Mapping[str, Sequence[str] | None],
    dimensions: Dimensions,
    roles: Roles,
    *,
    scale: Scale | None,
    codebook: Codebook | None,
    single: Mapping[str, Asked] = MappingProxyType({}),
) -> Reading:
    """Check that all columns are there and have one role; `single` are no questions on items."""
    source = Source(frame)
    named = {name: check_items(its, name) for name, its in given.items() if its is not None}
    instrument = arranged(named["perceptions"], dimensions)
    asked = {**_asked(named, instrument, scale, codebook), **single}
    source.require({name: its.items[0] for name, its in single.items()})
    source.require(
        {f"{key}[{i}]": name for key, its in named.items() for i, name in enumerate(its)}
    )
    items = [item for its in asked.values() for item in its.items]
    return Reading(source, asked, roles.of_frame(source, items), instrument)


def of_arrays(
    given: Mapping[str, npt.ArrayLike | None],
    dimensions: Dimensions,
    roles: Roles,
    *,
    scale: Scale | None,
    codebook: Codebook | None,
) -> Reading:
    """Name the columns of matrices P1, P2, …, E1, E2, … and check weights and labels."""
    columns = named_arrays({name: array for name, array in given.items() if array is not None})
    source = Source({key: value for its in columns.values() for key, value in its.items()})
    named = {name: tuple(its) for name, its in columns.items()}
    who = roles.of_arrays(source.rows, given)
    instrument = arranged(named["perceptions"], dimensions)
    return Reading(source, _asked(named, instrument, scale, codebook), who, instrument)


def _asked(
    named: Mapping[str, tuple[str, ...]],
    instrument: Instrument,
    scale: Scale | None,
    codebook: Codebook | None,
) -> dict[str, Asked]:
    """Return what is read by block, in the order of the instrument."""
    ordered = partners_of(named["perceptions"], named, instrument.item_names)
    on = scale_of(scale, codebook)
    return {
        name: Asked(its, on, instrument.renamed(its), codebook=codebook)
        for name, its in ordered.items()
    }
