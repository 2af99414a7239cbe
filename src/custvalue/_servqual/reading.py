"""Sets of answers of the same respondents, read together: one missing policy for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._frames import Source
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.losses import counted_losses
from custvalue._respondents.prorating import HALF, checked_min_answered, enough_answered, parts_of
from custvalue._respondents.reading import (
    check_matrix,
    checked_labels,
    coded_answers,
    complete_rows,
    two_dimensional,
)
from custvalue._respondents.responses import Responses, Split
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray, LabelArray, read_only
from custvalue.errors import DataError, ParameterError


class Block(NamedTuple):
    """Columns that ask one thing of the items.

    Parameters
    ----------
    items : tuple of str
        Columns, in the order of the instrument.
    scale : Scale
        Of these answers.
    instrument : Instrument or None
        Which items make a dimension, and which are worded the other way round.
    """

    items: tuple[str, ...]
    scale: Scale
    instrument: Instrument | None = None

    @classmethod
    def of(cls, items: tuple[str, ...], scale: Scale, instrument: Instrument) -> Block:
        """Ask something of every item of an instrument."""
        return cls(items, scale, instrument.renamed(items))

    @property
    def turned(self) -> list[int]:
        """Places of the items whose answers are turned round."""
        names = () if self.instrument is None else self.instrument.reversed_items
        return [self.items.index(name) for name in names]

    def policy(self, missing: MissingPolicy) -> MissingPolicy:
        """Return the policy for these answers: nothing stands for one outside an instrument."""
        return "pairwise" if missing == "prorate" and self.instrument is None else missing


class Together(NamedTuple):
    """Answers of the same respondents, and which rows of the data they are.

    Parameters
    ----------
    responses : list of Responses
        One for each block.
    keep : ndarray of bool, shape (rows of the data,)
        Rows that were not left out.
    """

    responses: list[Responses]
    keep: npt.NDArray[np.bool_]


class Labels(NamedTuple):
    """Group and wave of each respondent; None where there are none."""

    group: LabelArray | None = None
    wave: LabelArray | None = None

    @classmethod
    def of(cls, group: Any, wave: Any, respondents: int) -> Labels:
        """Check labels that were given as arrays."""
        named = (("group", group), ("wave", wave))
        return cls(
            *(
                None if its is None else checked_labels(name, its, respondents)
                for name, its in named
            )
        )

    def kept(self, keep: npt.NDArray[np.bool_]) -> Labels:
        """Return the labels of the respondents who are kept."""
        return Labels(*(None if its is None else read_only(its[keep]) for its in self))


NO_LABELS = Labels()


def split(
    parts: Mapping[str, Responses], what: Split
) -> Iterator[tuple[str | int, npt.NDArray[np.bool_], dict[str, Any]]]:
    """Split sets of answers of the same respondents by group or wave.

    Parameters
    ----------
    parts : mapping of str to Responses
        The sets of answers.
    what : {"group", "wave"}
        Which label.

    Yields
    ------
    tuple
        The label, which rows have it, and the answers of these respondents by name.
    """
    divided = {name: responses.by(what) for name, responses in parts.items()}
    first = next(iter(parts.values()))
    labels = first.group if what == "group" else first.wave
    for label in next(iter(divided.values())):
        parts_of_label = {name: its[label] for name, its in divided.items()}
        yield label, np.asarray(labels == label), parts_of_label


def read_together(
    source: Source,
    blocks: Sequence[Block],
    *,
    weights: FloatArray,
    missing: MissingPolicy,
    min_answered: float = 0.5,
    also: Sequence[FloatArray] = (),
    labels: Labels = NO_LABELS,
) -> Together:
    """Read blocks of columns, turn items round, and leave out respondents where that was asked for.

    Parameters
    ----------
    source : Source
        The data.
    blocks : sequence of Block
        What to read.
    weights : ndarray of shape (rows,)
        Checked sampling weights.
    missing : {"raise", "drop", "pairwise", "prorate"}
        The policy.
    min_answered : float
        Under ``prorate``, the share of the items of each dimension that must be answered, in
        every block that has an instrument.
    also : sequence of ndarray of shape (rows, columns)
        Other numbers that must be there where the policy is ``drop``.
    labels : Labels
        Group and wave of each row.

    Raises
    ------
    DataError
        If an answer is no number, off its scale, or missing against the policy.
    ParameterError
        If `missing` is no such policy.
    """
    require_choice("missing", missing, get_args(MissingPolicy))
    checked_min_answered(min_answered, missing)
    read = [coded_answers(source, block.items, block.scale) for block in blocks]
    matrices = [matrix for matrix, _ in read]
    for block, matrix in zip(blocks, matrices, strict=True):
        if missing in ("drop", "prorate") or block.turned:  # now, with the rows of the data
            check_matrix(block.items, matrix, block.scale)
        for place in block.turned:
            matrix[:, place] = block.scale.low + block.scale.high - matrix[:, place]
    keep = _kept(blocks, matrices, missing, min_answered, also)
    losses = [counted_losses(matrix, codes, keep, labels) for matrix, codes in read]
    if not keep.all():
        labels = labels.kept(keep)
        matrices = [np.asfortranarray(matrix[keep]) for matrix in matrices]
        weights = weights[keep]
    responses = [
        Responses(
            items=block.items,
            answers=read_only(matrix),
            weights=read_only(weights),
            scale=block.scale,
            missing=block.policy(missing),
            instrument=block.instrument,
            min_answered=min_answered if block.policy(missing) == "prorate" else HALF,
            group=labels.group,
            wave=labels.wave,
            losses=lost,
        )
        for block, matrix, lost in zip(blocks, matrices, losses, strict=True)
    ]
    return Together(responses, keep)


def _kept(
    blocks: Sequence[Block],
    matrices: Sequence[FloatArray],
    missing: MissingPolicy,
    min_answered: float,
    also: Sequence[FloatArray],
) -> npt.NDArray[np.bool_]:
    """Say which respondents stay."""
    if missing == "drop":
        return complete_rows([*matrices, *also])
    keep = np.ones(len(matrices[0]), dtype=bool)
    if missing == "prorate":
        for block, matrix in zip(blocks, matrices, strict=True):
            if block.instrument is not None:
                parts = parts_of(block.items, block.instrument)
                keep &= enough_answered(matrix, parts, min_answered)
        if keep.size and not keep.any():
            raise DataError(
                f"missing='prorate' leaves nobody: each of the {len(keep)} respondents answered "
                f"less than min_answered={min_answered:g} of the items of a dimension. Give a "
                f"smaller share, or say missing='pairwise'."
            )
    return keep


def partner_columns(
    perceptions: Sequence[str],
    names: Sequence[str],
    ordered: Sequence[str],
    *,
    argument: str,
    remedy: str = "",
) -> tuple[str, ...]:
    """Return the columns that ask something else of the same items, in the instrument's order.

    Parameters
    ----------
    perceptions : sequence of str
        Columns of the perceptions, as the user named them.
    names : sequence of str
        Their partners, in the same order.
    ordered : sequence of str
        The columns of the perceptions in the instrument's order.
    argument : str
        What the partners are, for messages.
    remedy : str
        What else could be done where their number is wrong.

    Raises
    ------
    DataError
        If there are more or fewer than perceptions, or a column is named as both.
    """
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


def named_columns(letter: str, array: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    """Name the columns of an array ``P1``, ``P2``, …."""
    return {f"{letter}{i + 1}": array[:, i] for i in range(array.shape[1])}


def check_rows(argument: str, expected: int, found: int) -> None:
    """Raise a DataError unless there is one row for each respondent."""
    if expected != found:
        raise DataError(
            f"{argument} must have one row for each of the {expected} respondents, but there "
            f"are {found}."
        )


def require_columns(source: Source, **columns: Sequence[str]) -> None:
    """Raise a DataError unless all named columns are in the data.

    Parameters
    ----------
    source : Source
        The data.
    **columns : sequence of str
        Argument to the columns that it names.
    """
    source.require(
        {f"{key}[{i}]": name for key, names in columns.items() for i, name in enumerate(names)}
    )


def check_same(perceptions: Responses, other: Responses, argument: str) -> None:
    """Raise a DataError unless both hold answers of the same respondents to as many items."""
    same = (
        perceptions.answers.shape == other.answers.shape
        and perceptions.scale == other.scale
        and perceptions.missing == other.missing
        and np.array_equal(perceptions.weights, other.weights)
    )
    if not same:
        raise DataError(
            f"{argument} must be of the same respondents, on the same scale and for as many "
            f"items as the perceptions, but perceptions are {perceptions!r} and {argument} "
            f"{other!r}."
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


def partners_of(
    perceptions: Sequence[str], named: Mapping[str, Sequence[str]], instrument: Instrument
) -> dict[str, tuple[str, ...]]:
    """Return the columns of expectations and ideal points in the order of the instrument."""
    remedy = {"expectations": "Leave it out for SERVPERF."}
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


def asked_blocks(
    instrument: Instrument,
    partners: Mapping[str, tuple[str, ...]],
    overall: tuple[str, ...],
    scale: Scale,
    overall_scale: Scale | None,
) -> dict[str, Block]:
    """Say what is read: answers by item, and overall satisfaction."""
    if overall_scale is not None and not overall:
        raise ParameterError(
            "overall_scale is the scale of overall, but there is no overall. Name its column."
        )
    named = {"perceptions": instrument.item_names, **partners}
    blocks = {name: Block.of(its, scale, instrument) for name, its in named.items()}
    if overall:
        blocks["overall"] = Block(overall, scale if overall_scale is None else overall_scale)
    return blocks
