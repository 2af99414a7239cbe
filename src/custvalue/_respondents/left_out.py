"""What was left out of an estimate: respondents, answers, "don't know", counted by item."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from custvalue._columns import sorted_codes
from custvalue._respondents.reading import MissingPolicy
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue._table import Table
from custvalue._values import Frozen, Probability
from custvalue._words import count, percent

Label = str | int | None


class Losses(Frozen):
    """What the respondents of one group and wave did not answer, before anybody was left out.

    Parameters
    ----------
    group, wave : str, int or None
        Their labels.
    respondents : int
        How many they were.
    dropped : int
        How many of them were left out.
    missing, dont_know : tuple of int
        For each item, answers that are missing, and answers with a missing code.
    """

    group: Label
    wave: Label
    respondents: int
    dropped: int
    missing: tuple[int, ...]
    dont_know: tuple[int, ...]


class ItemLeftOut(Frozen):
    """What one item lacks.

    Parameters
    ----------
    name : str
        The item.
    missing : int
        Respondents who gave no answer at all.
    dont_know : int or None
        Respondents whose answer is one of the scale's missing codes; None where that was not
        recorded by item.
    """

    name: str
    missing: int
    dont_know: int | None


class LeftOut(Frozen):
    """Everything that a survey lacks, and what was done about it.

    Parameters
    ----------
    respondents : int
        Respondents that were read.
    missing : {"raise", "drop", "pairwise", "prorate"}
        The policy for missing answers.
    min_answered : float or None
        Under ``prorate``, the share of items that a respondent must have answered.
    dropped : int
        Respondents left out: an answer is missing (``drop``), or too many are (``prorate``).
    prorated : int
        Respondents who stay and miss an answer that is filled when items are combined.
    filled : int
        These answers.
    dont_know : int
        Answers with one of the scale's missing codes, of everybody who was read.
    items : tuple of ItemLeftOut
        Missing and "don't know" by item, of everybody who was read.
    """

    respondents: int
    missing: MissingPolicy
    min_answered: Probability | None
    dropped: int
    prorated: int
    filled: int
    dont_know: int
    items: tuple[ItemLeftOut, ...]

    @property
    def missing_answers(self) -> int:
        """Answers that are missing and no "don't know"."""
        return sum(item.missing for item in self.items)

    def _table(self) -> Table:
        rows = tuple(
            (item.name, item.missing, self._share(item.missing), item.dont_know)
            for item in self.items
        )
        done = f"missing={self.missing!r}: {self.dropped:,} of "
        done += f"{count(self.respondents, 'respondent')} left out"
        if self.min_answered is not None:
            done += f" because they answered less than {percent(self.min_answered)}"
            filled, whose = count(self.filled, "answer"), count(self.prorated, "respondent")
            done += f"; {filled} of {whose} {'is' if self.filled == 1 else 'are'} prorated"
        return Table("Left out", ("item", "missing", "share", "don't know"), rows, (done + ".",))

    def _share(self, count: int) -> str:
        return percent(count / self.respondents, 1)


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
    everybody, dropped = tally(np.arange(len(answers))), tally(np.flatnonzero(~keep))
    return tuple(
        Losses(
            group=group,
            wave=wave,
            respondents=int(everybody[cell]),
            dropped=int(dropped[cell]),
            missing=tuple((absent - dont_know)[:, cell].tolist()),
            dont_know=tuple(dont_know[:, cell].tolist()),
        )
        for cell, (group, wave) in enumerate(named)
        if everybody[cell]
    )


def of_items(
    losses: Sequence[Losses], places: Sequence[int], later: Sequence[Losses]
) -> tuple[Losses, ...]:
    """Keep the counts of some items, and add the respondents that were left out later.

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
    more = {(its.group, its.wave): its.dropped for its in later}
    return tuple(
        Losses(
            group=its.group,
            wave=its.wave,
            respondents=its.respondents,
            dropped=its.dropped + more.get((its.group, its.wave), 0),
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
