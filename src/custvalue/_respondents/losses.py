"""What answers cannot tell any more: respondents who are excluded, and "don't know"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._respondents.split import Rows, Split, in_parts
from custvalue._rows import Columns, IntArray, LabelArray, StateArray, read_only
from custvalue._table import Table

Flags = npt.NDArray[np.bool_]
Answers = npt.NDArray[Any]

MISSING, DONT_KNOW = 1, 2  # states of an answer; 0 is answered
EARLIER = 3  # state of all answers of a respondent who answered again later


def absent(answers: Answers) -> Flags:
    """Say where there is no answer: NaN, or a position below 0."""
    return np.isnan(answers) if answers.dtype.kind == "f" else answers < 0


@dataclass(frozen=True, eq=False, repr=False)
class Lost(Columns):
    """Respondents who are excluded, with their labels, and who of the others said "don't know".

    `states`, (excluded respondents, questions), are 0 answered, 1 missing, 2 "don't know", 3 all
    answers of somebody who answered again later; `row`
    and `question` are respondent (of those who are kept) and question of every other "don't know".
    """

    questions: int
    states: StateArray
    labels: dict[str, LabelArray]
    row: IntArray
    question: IntArray

    def __post_init__(self) -> None:
        shaped = np.reshape(self.states, (-1, self.questions))  # JSON has no empty rows
        object.__setattr__(self, "states", read_only(shaped))

    @property
    def excluded(self) -> int:
        """Respondents who are excluded."""
        return len(self.states)

    @property
    def earlier(self) -> int:
        """Respondents who are excluded because the same customer answered again later."""
        return int((self.states == EARLIER).all(axis=1).sum())

    def missing(self) -> Rows:
        """Count the missing answers of the excluded respondents, by question."""
        return np.asarray((self.states == MISSING).sum(axis=0))

    def unknown(self) -> Rows:
        """Count "don't know" of the respondents who are kept, by question."""
        return np.asarray(np.bincount(self.question, minlength=self.questions))

    def dont_know(self) -> Rows:
        """Count "don't know" of all respondents, by question."""
        return np.asarray(self.unknown() + (self.states == DONT_KNOW).sum(axis=0))

    def of(self, rows: Rows) -> Lost:
        """Keep all who are excluded, and what the respondents at ascending rows said."""
        place = np.minimum(np.searchsorted(rows, self.row), max(len(rows) - 1, 0))
        here = rows[place] == self.row if len(rows) else np.zeros(len(self.row), dtype=bool)
        return self._of(place[here], here, slice(None))

    def of_excluded(self, excluded: Flags) -> Lost:
        """Keep some of those who are excluded."""
        return self._of(self.row, np.arange(len(self.row)), np.flatnonzero(excluded))

    def _of(self, row: Rows, here: Flags | Rows, excluded: Rows | slice) -> Lost:
        """Keep some entries of those who are kept, at new rows, and some who are excluded."""
        return replace(
            self,
            states=read_only(self.states[excluded]),
            labels={name: read_only(its[excluded]) for name, its in self.labels.items()},
            row=read_only(row),
            question=read_only(self.question[here]),
        )

    def split(self, by: Split) -> Iterator[Lost]:
        """Divide what is lost as the respondents who are kept are divided."""
        part, place = by.part_of(self.row)
        kept = in_parts(part, len(by.cells))
        gone = in_parts(by.parts_of(self.labels), len(by.cells))
        return (
            self._of(place[here], here, theirs) for here, theirs in zip(kept, gone, strict=True)
        )

    def of_questions(self, places: Sequence[int]) -> Lost:
        """Keep what belongs to some questions."""
        new = np.full(self.questions, -1)
        new[list(places)] = np.arange(len(places))
        here = new[self.question] >= 0
        return replace(
            self,
            questions=len(places),
            states=read_only(self.states[:, list(places)]),
            row=read_only(self.row[here]),
            question=read_only(new[self.question[here]]),
        )

    def excluding(self, states: Answers, keep: Flags, labels: dict[str, LabelArray]) -> Lost:
        """Exclude more respondents; `states` and `labels` are of all who were kept so far."""
        marked = np.array(states)
        marked[self.row, self.question] = DONT_KNOW
        more = self.of(np.flatnonzero(keep))
        return replace(
            more,
            states=read_only(np.concatenate([self.states, marked[~keep]])),
            labels={
                name: read_only(np.concatenate([its, labels[name][~keep]]))
                for name, its in self.labels.items()
            },
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return labels and states of the excluded respondents, as a plain dict."""
        states = {f"question {k + 1}": self.states[:, k] for k in range(self.questions)}
        return {**self.labels, **states}

    def _table(self) -> Table:
        rows = (("excluded respondents", self.excluded), ("don't know, others", len(self.row)))
        return Table("Lost answers", ("", "n"), rows)


def nothing_lost(questions: int, labels: dict[str, LabelArray]) -> Lost:
    """Return a record with nothing in it."""
    none = np.empty(0, dtype=np.int64)
    return Lost(
        questions=questions,
        states=np.empty((0, questions), dtype=np.int8),
        labels={name: its[:0] for name, its in labels.items()},
        row=none,
        question=none,
    )


def lost_of(
    blocks: Sequence[Answers],
    codes: Sequence[Rows],
    keep: Flags,
    labels: dict[str, LabelArray],
    used: Flags | None = None,
) -> Lost | None:
    """Record who is excluded and who said "don't know"; None where nothing is lost.

    Blocks and labels are of all respondents who were read; `codes` are, for each question of all
    blocks, the rows with a missing code. Those who are not `used` answered again later.
    """
    if keep.all() and not any(map(len, codes)):
        return None
    states = states_of([block[~keep] for block in blocks])
    place = np.cumsum(keep) - 1
    gone = np.cumsum(~keep) - 1
    for question, rows in enumerate(codes):
        states[gone[rows[~keep[rows]]], question] = DONT_KNOW
    if used is not None:
        states[gone[~used]] = EARLIER
    kept = [rows[keep[rows]] for rows in codes]
    return Lost(
        questions=len(codes),
        states=read_only(states),
        labels={name: read_only(its[~keep]) for name, its in labels.items()},
        row=read_only(place[np.concatenate(kept)]),
        question=read_only(np.repeat(np.arange(len(codes)), [len(rows) for rows in kept])),
    )


def states_of(blocks: Sequence[Answers]) -> npt.NDArray[np.int8]:
    """Return 1 where an answer is missing and 0 elsewhere, over all blocks."""
    return np.concatenate([absent(block).astype(np.int8) for block in blocks], axis=1)
