"""What surveys of service quality share: the same items asked in several ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from custvalue._frames import Source
from custvalue._respondents.block import Block
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.prorating import check_gaps
from custvalue._respondents.reader import Asked, Roles, Settled, Who, read_blocks
from custvalue._respondents.respondents import Questions, Respondents
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray
from custvalue._servqual.forms import SERVQUAL
from custvalue._servqual.reading import check_shapes, named_arrays, require_columns
from custvalue._table import Cell
from custvalue.errors import DataError


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
            name: Questions(its.items, its.answers, prorates and its.instrument is not None)
            for name, its in self.blocks.items()
        }

    def part(self, name: str) -> Responses:
        """Return one of the sets of answers, with the weights and labels of the respondents.

        Parameters
        ----------
        name : str
            Which, for example ``perceptions``.
        """
        block = self.blocks[name]
        first = sum(
            len(its.items) for its in list(self.blocks.values())[: list(self.blocks).index(name)]
        )
        places = range(first, first + len(block.items))
        alone = self.missing == "prorate" and block.instrument is None
        shared = {
            "weights": self.weights,
            "labels": self.labels,
            "missing": "pairwise" if alone else self.missing,
            "min_answered": self.min_answered,
            "lost": None if self.lost is None else self.lost.of_questions(places),
        }
        return Responses.of_block(block, shared)

    @property
    def scale(self) -> Scale:
        """The scale of perceptions, and of what they are compared with."""
        return self.blocks["perceptions"].scale

    @property
    def reverse_scored_items(self) -> tuple[str, ...]:
        """Reverse-scored items, whose answers were recoded on reading."""
        return self.instrument.reverse_scored_items

    def _rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return a row of a table for each dimension."""
        return tuple(
            (dimension.name, dimension.chinese, len(dimension.items), dimension.items[0].name)
            for dimension in self.instrument.dimensions
        )


HEADER = ("dimension", "", "items", "first column")


def from_columns(
    source: Source,
    named: Mapping[str, Sequence[str]],
    roles: Roles,
) -> Who:
    """Check that all columns are there and have one role; read weights and labels."""
    require_columns(source, **named)
    return roles.of_frame(source, [item for names in named.values() for item in names])


def from_matrices(
    given: Mapping[str, npt.ArrayLike], roles: Roles
) -> tuple[Source, dict[str, tuple[str, ...]], Who]:
    """Name the columns of matrices P1, P2, …, E1, E2, … and check weights and labels."""
    columns = named_arrays(given)
    source = Source({key: value for its in columns.values() for key, value in its.items()})
    named = {name: tuple(its) for name, its in columns.items()}
    return source, named, roles.of_arrays(source.rows)


def read_study(
    source: Source,
    asked: Mapping[str, Asked],
    who: Who,
    *,
    missing: MissingPolicy,
    min_answered: float,
    also: Sequence[FloatArray] = (),
) -> tuple[dict[str, Any], Settled]:
    """Read all blocks, and return the fields of the study that they make."""
    blocks, settled = read_blocks(
        source, asked, who, missing=missing, min_answered=min_answered, also=also
    )
    return {"blocks": blocks, **settled.shared}, settled
