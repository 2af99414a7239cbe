"""The base of a result: who answered, who is excluded and why, which answers are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from custvalue._rows import Columns
from custvalue._table import Table
from custvalue._words import count

MissingPolicy = Literal["raise", "drop", "pairwise", "prorate"]

MISSING_ANSWER = "missing answer"
TOO_FEW_ANSWERS = "too few answers"
WEIGHT_ZERO = "weight 0"
EARLIER_ANSWER = "earlier answer of the customer"


@dataclass(frozen=True, slots=True)
class ItemBase:
    """What one item lacks.

    Parameters
    ----------
    name : str
        The item.
    missing : int
        Respondents who gave no answer at all.
    dont_know : int
        Respondents whose answer is one of the missing codes.
    block : str
        The set of questions that the item belongs to, such as ``perceptions``; empty where there
        is one set only.
    """

    name: str
    missing: int
    dont_know: int = 0
    block: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Base(Columns):
    """Who answered, who is excluded and why, and which answers are missing.

    ``str(base)`` is one sentence, the same under every table; :meth:`columns` are its items.

    Parameters
    ----------
    respondents : int
        Respondents in the data.
    excluded : dict of str to int
        Reason to the number of respondents excluded for it: ``missing answer``, ``too few
        answers``, ``weight 0``, ``earlier answer of the customer``; empty where all are used.
    missing : {"raise", "drop", "pairwise", "prorate"}
        The policy for missing answers.
    min_answered : float or None
        Under ``prorate``, the share of items that a respondent must have answered.
    prorated : int
        Respondents with missing answers that are filled where items are combined.
    filled : int
        These answers.
    items : tuple of ItemBase
        Missing answers and "don't know" by item, of all respondents in the data.
    """

    respondents: int
    excluded: dict[str, int] = field(default_factory=dict)
    missing: MissingPolicy = "raise"
    min_answered: float | None = None
    prorated: int = 0
    filled: int = 0
    items: tuple[ItemBase, ...] = ()

    @property
    def n(self) -> int:
        """Respondents that are not excluded."""
        return self.respondents - self.excluded_respondents

    @property
    def excluded_respondents(self) -> int:
        """Respondents that are excluded, for any reason."""
        return sum(self.excluded.values())

    @property
    def missing_answers(self) -> int:
        """Answers that are missing and no "don't know"."""
        return sum(item.missing for item in self.items)

    @property
    def dont_know(self) -> int:
        """Answers with a missing code ("don't know")."""
        return sum(item.dont_know for item in self.items)

    def excluding(self, reason: str, respondents: int) -> Base:
        """Return the base without some more respondents, and why; the same for 0 respondents.

        Parameters
        ----------
        reason : str
            Why they are excluded, in a few words.
        respondents : int
            How many they are.
        """
        if not respondents:
            return self
        total = self.excluded.get(reason, 0) + respondents
        return replace(self, excluded={**self.excluded, reason: total})

    def in_block(self, block: str) -> tuple[ItemBase, ...]:
        """Return the items as those of one block among others.

        Parameters
        ----------
        block : str
            Its name.
        """
        return tuple(replace(item, block=block) for item in self.items)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return item, block, missing and dont_know, one row per item, as a plain dict."""
        return {
            "item": np.array([item.name for item in self.items], dtype=np.str_),
            "block": np.array([item.block for item in self.items], dtype=np.str_),
            "missing": np.array([item.missing for item in self.items], dtype=np.int64),
            "dont_know": np.array([item.dont_know for item in self.items], dtype=np.int64),
        }

    def __str__(self) -> str:
        who = count(self.respondents, "respondent")
        if self.excluded:
            who = f"{self.n:,} of {who}"
        lost = [*self._excluded(), *self._missing()]
        if not lost:
            return f"{who}, no missing answers."
        policy = f"missing={self.missing!r}: " if self.missing != "raise" else ""
        return f"{who}; {policy}{', '.join(lost)}{self._prorated()}."

    def __repr__(self) -> str:
        return f"Base({str(self)[:-1]})"

    def _excluded(self) -> list[str]:
        if not self.excluded:
            return []
        each = ", ".join(f"{reason}: {number:,}" for reason, number in self.excluded.items())
        why = each if len(self.excluded) > 1 else next(iter(self.excluded))
        return [f"{self.excluded_respondents:,} excluded ({why})"]

    def _missing(self) -> list[str]:
        said = []
        if self.missing_answers:
            said.append(f"{count(self.missing_answers, 'missing answer')}{self._by_block()}")
        if self.dont_know:
            said.append(f"{self.dont_know:,} don't know")
        return said

    def _by_block(self) -> str:
        """Return how many answers each block lacks, where there are several."""
        blocks = by_block((item.block, item.missing) for item in self.items)
        if len(blocks) < 2:
            return ""
        return f" ({', '.join(f'{name} {number:,}' for name, number in blocks.items())})"

    def _prorated(self) -> str:
        if not self.filled:
            return ""
        whose = count(self.prorated, "respondent")
        return f"; {count(self.filled, 'answer')} of {whose} prorated"

    def _table(self) -> Table:
        rows = tuple((item.name, item.block, item.missing, item.dont_know) for item in self.items)
        return Table("Base", ("item", "block", "missing", "don't know"), rows, (str(self),))


def by_block(numbers: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Add up numbers by block, in the order of the blocks."""
    total: dict[str, int] = {}
    for block, number in numbers:
        total[block] = total.get(block, 0) + number
    return total


def left_out_note(excluded: Mapping[str, int]) -> str:
    """Say who is in none of the groups, in a sentence; empty where all are."""
    parts = [f"{count(n, 'respondent')} ({reason})" for reason, n in excluded.items()]
    return f"Left out: {', '.join(parts)}." if parts else ""
