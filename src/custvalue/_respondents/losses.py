"""What respondents did not answer, and who is excluded for it, counted by item and label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from custvalue._columns import sorted_codes
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._values import Frozen

Label = str | int | None


class Losses(Frozen):
    """What the respondents of one group and wave did not answer, before any of them is excluded.

    Parameters
    ----------
    group, wave : str, int or None
        Their labels.
    respondents : int
        How many they were.
    excluded : int
        How many of them are excluded.
    missing, dont_know : tuple of int
        For each item, answers that are missing, and answers with a missing code.
    """

    group: Label
    wave: Label
    respondents: int
    excluded: int
    missing: tuple[int, ...]
    dont_know: tuple[int, ...]


def counted_losses(
    answers: FloatArray,
    codes: Sequence[IntArray],
    keep: npt.NDArray[np.bool_],
    labels: tuple[LabelArray | None, LabelArray | None],
) -> tuple[Losses, ...]:
    """Count what is missing, for every pair of group and wave; nothing where nothing is lost.

    Parameters
    ----------
    answers : ndarray of shape (respondents, items)
        Answers of everybody who was read.
    codes : sequence of ndarray of int64
        For each item the rows with a missing code.
    keep : ndarray of bool, shape (respondents,)
        Who stays.
    labels : tuple of ndarray or None
        Group and wave of everybody who was read.
    """
    if keep.all() and not any(map(len, codes)):
        return ()
    named, cells = _cells(labels, len(answers))

    def tally(rows: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
        return np.bincount(cells[rows], minlength=len(named))

    dont_know = np.array([tally(rows) for rows in codes])
    absent = np.array([tally(np.flatnonzero(np.isnan(column))) for column in answers.T])
    everybody, excluded = tally(np.arange(len(answers))), tally(np.flatnonzero(~keep))
    return tuple(
        Losses(
            group=group,
            wave=wave,
            respondents=int(everybody[cell]),
            excluded=int(excluded[cell]),
            missing=tuple((absent - dont_know)[:, cell].tolist()),
            dont_know=tuple(dont_know[:, cell].tolist()),
        )
        for cell, (group, wave) in enumerate(named)
        if everybody[cell]
    )


def of_items(
    losses: Sequence[Losses], places: Sequence[int], later: Sequence[Losses]
) -> tuple[Losses, ...]:
    """Keep the counts of some items, and add the respondents that are excluded later.

    Parameters
    ----------
    losses : sequence of Losses
        Of all the items; empty where nothing was lost.
    places : sequence of int
        The items to keep.
    later : sequence of Losses
        Of the kept items alone, from those who had stayed so far.
    """
    if not losses:
        return tuple(later)
    more = {(its.group, its.wave): its.excluded for its in later}
    return tuple(
        Losses(
            group=its.group,
            wave=its.wave,
            respondents=its.respondents,
            excluded=its.excluded + more.get((its.group, its.wave), 0),
            missing=tuple(its.missing[place] for place in places),
            dont_know=tuple(its.dont_know[place] for place in places),
        )
        for its in losses
    )


def _cells(
    labels: tuple[LabelArray | None, LabelArray | None], rows: int
) -> tuple[list[tuple[Label, Label]], npt.NDArray[np.int64]]:
    """Return the pairs of group and wave, and the pair of every respondent."""
    (groups, group), (waves, wave) = (
        ([None], np.zeros(rows, dtype=np.int64)) if its is None else _coded(its) for its in labels
    )
    return [(g, w) for g in groups for w in waves], group * len(waves) + wave


def _coded(labels: LabelArray) -> tuple[list[Label], npt.NDArray[np.int64]]:
    different, codes = sorted_codes("label", labels)
    return different.tolist(), codes
