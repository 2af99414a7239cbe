"""Answers to drivers and to an overall question: who is used, and their correlations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from custvalue._checks import require_choice
from custvalue._drivers.decomposition import SINGULAR
from custvalue._inference.cross_products import (
    correlations_of,
    pair_correlations,
    pairs_of,
    products_of,
    squares_of,
    with_constant,
)
from custvalue._inference.sample import Sample
from custvalue._inference.sums import OfSums
from custvalue._respondents.responses import Responses
from custvalue._respondents.together import (
    joined_base,
    refuse_other_customers,
    require_answers,
    with_all_rows,
)
from custvalue._results.base import MISSING_ANSWER, WEIGHT_ZERO, Base
from custvalue._rows import FloatArray
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, EstimationError, ParameterError

Covariances = Literal["listwise", "pairwise"]
Answers = Responses | Sequence[Responses]

TOGETHER = 1e-4  # part in the smallest eigenvector: what follows from the others
ROWS_AT_A_TIME = 2**13


@dataclass(frozen=True, eq=False)
class Answered:
    """The respondents who are used, with their answers, recoded so that more is better.

    Parameters
    ----------
    names : tuple of str
        The drivers.
    overall : str
        The overall question.
    columns : ndarray of shape (n, drivers + 1)
        Overall answers first; NaN only where correlations are pairwise.
    sample : Sample
        Who they are; their weights are all > 0.
    covariances : {"listwise", "pairwise"}
        Of whom each correlation is.
    base : Base
        Who answered, who is excluded and why.
    """

    names: tuple[str, ...]
    overall: str
    columns: FloatArray
    sample: Sample
    covariances: Covariances
    base: Base

    @property
    def n(self) -> int:
        """Respondents who are used."""
        return len(self.columns)

    @property
    def every_name(self) -> tuple[str, ...]:
        """The overall question and the drivers, as columns are."""
        return (self.overall, *self.names)

    def correlations_of(self, sums: FloatArray) -> FloatArray:
        """Return the correlations of all columns from their sums, (samples, size, size)."""
        size = len(self.names) + 1
        if self.covariances == "pairwise":
            return pair_correlations(sums, size)
        return correlations_of(squares_of(sums, size + 1))

    def of_sums(self, statistics: Any) -> OfSums:
        """Return statistics of correlations as functions of sums."""
        if self.covariances == "pairwise":
            added = pairs_of(self.columns, self.sample.weights)
        else:
            added = products_of(with_constant(self.columns), self.sample.weights)
        return OfSums(
            self.n,
            added,
            lambda sums: statistics(self.correlations_of(sums)),
            lambda sums: self.why_not(self.correlations_of(sums[np.newaxis])[0]),
        )

    @cached_property
    def correlations(self) -> FloatArray:
        """Correlations of all columns, overall answers first; checked to be usable."""
        found: FloatArray = self.of_sums(lambda its: its).value(
            self.of_sums(lambda its: its).whole_sums
        )[0]
        reason = self.why_not(found)
        if reason:
            raise EstimationError(reason)
        return found

    def why_not(self, correlations: FloatArray) -> str:
        """Say why nothing can be computed from correlations; empty where it can."""
        return why_no_correlations(correlations, self.overall, self.names, self.covariances)

    def influences(self, derivatives: FloatArray) -> FloatArray:
        """Return what each respondent moves statistics by, (n, statistics), summing to 0.

        That of a correlation is w / Σ w [z z' - r (z² + z'²) / 2] of standardised answers, over
        those who gave both.
        """
        found = np.zeros((self.n, derivatives.shape[1]))
        for rows, moved in self._moved():
            found[rows] += moved @ derivatives
        return found

    def _moved(self) -> Any:
        """Yield rows and what they move each correlation above the diagonal by, (rows, pairs)."""
        weights, known = self.sample.weights, ~np.isnan(self.columns)
        size = len(self.names) + 1
        filled = np.where(known, self.columns, 0.0)
        weighted = weights[:, np.newaxis] * known
        total = weighted.T @ known
        mean = (weighted * filled).T @ known / total  # of the first among those who have both
        places = [(a, b) for a in range(size) for b in range(a + 1, size)]
        spread = np.empty((size, size))
        for a in range(size):
            square = np.square(filled[:, a, np.newaxis] - mean[a])
            spread[a] = (weights[:, np.newaxis] * square * (known[:, [a]] & known)).sum(axis=0)
        spread = np.sqrt(spread / total)
        for rows in (slice(at, at + ROWS_AT_A_TIME) for at in range(0, self.n, ROWS_AT_A_TIME)):
            moved = np.empty((len(filled[rows]), len(places)))
            for place, (a, b) in enumerate(places):
                one = (filled[rows, a] - mean[a, b]) / spread[a, b]
                other = (filled[rows, b] - mean[b, a]) / spread[b, a]
                size_of = self.correlations[a, b] * (one**2 + other**2) / 2
                both = weights[rows] * known[rows, a] * known[rows, b] / total[a, b]
                moved[:, place] = both * (one * other - size_of)
            yield rows, moved


def why_no_correlations(
    correlations: FloatArray, overall: str, names: Sequence[str], covariances: Covariances
) -> str:
    """Say why nothing can be computed from correlations; empty where it can."""
    flat = np.flatnonzero(np.isnan(np.diag(correlations)))
    if flat.size:
        name = (overall, *names)[flat[0]]
        return (
            f"all answers to {name!r} are equal, so that it goes with nothing. Leave it out, "
            f"or collect more answers."
        )
    unknown = np.argwhere(np.isnan(correlations))
    if unknown.size:
        one, other = ((overall, *names)[place] for place in unknown[0])
        return (
            f"the answers of those who answered both {one!r} and {other!r} are too few or all "
            f"equal. Leave one of them out, or use covariances='listwise'."
        )
    values, vectors = np.linalg.eigh(correlations[1:, 1:])
    if values[0] >= SINGULAR:
        return ""
    if covariances == "pairwise" and values[0] < -SINGULAR:
        return (
            "pairwise correlations contradict each other: no respondents could have all of "
            "them. Use covariances='listwise', or leave out the driver with most missing "
            "answers."
        )
    parts = zip(names, np.abs(vectors[:, 0]).tolist(), strict=True)
    return (
        f"{listed(name for name, part in parts if part > TOGETHER)} cannot be told apart: one "
        f"follows from the others in every answer, as a gap follows from perception and "
        f"expectation. Leave one of them out."
    )


def answered(answers: Answers, overall: Responses | str, covariances: Covariances) -> Answered:
    """Return the answers of the respondents who are used."""
    return joined(*split(answers, overall), covariances)


def joined(parts: Sequence[Responses], asked: Responses, covariances: Covariances) -> Answered:
    """Return the same of answers whose respondents are known to be the same."""
    first = parts[0]
    names = tuple(name for part in parts for name in part.items)
    recoded = [asked.scale.sign * asked.answers]
    recoded += [part.scale.sign * part.answers for part in parts]
    columns = np.concatenate(recoded, axis=1)
    present = ~np.isnan(columns)
    known = present.all(axis=1) if covariances == "listwise" else present.sum(axis=1) > 1
    used = known & (first.weights > 0)
    found = Answered(
        names=names,
        overall=asked.items[0],
        columns=columns[used],
        sample=first.sample.of_rows(used),
        covariances=covariances,
        base=_base(parts, asked)
        .excluding(MISSING_ANSWER, int((~known).sum()))
        .excluding(WEIGHT_ZERO, int((known & ~used).sum())),
    )
    _require_enough(found)
    return found


def checked_covariances(answers: Answers, covariances: Covariances | None) -> Covariances:
    """Return those that were asked for, or those that suit the missing answers."""
    if covariances is None:
        first = answers if isinstance(answers, Responses) else answers[0]
        return "pairwise" if first.missing == "pairwise" else "listwise"
    require_choice("covariances", covariances, ("listwise", "pairwise"))
    return covariances


def split(answers: object, overall: object) -> tuple[tuple[Responses, ...], Responses]:
    """Return the answers to the drivers, part by part, and those to the overall question."""
    given = [answers] if isinstance(answers, Responses) else answers
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise ParameterError(
            f"answers must be Responses, or several of them whose items have scales of their own, "
            f"but it is {type(answers).__name__}. Read answers with "
            f"Responses.from_frame(frame, scale=...)."
        )
    parts = [_as_given("answers", part, given[0]) for part in given]
    for part in parts[1:]:
        _require_same_respondents("answers", part, parts[0])
    if isinstance(overall, Responses):
        asked = _as_given("overall", overall, parts[0])
        if len(asked.items) != 1:
            raise ParameterError(
                f"overall must be one question, but it has {len(asked.items)}: "
                f"{listed(asked.items)}. Name one of them."
            )
        _require_same_respondents("overall", asked, parts[0])
    else:
        parts, asked = _named(parts, overall)
    names = [name for part in parts for name in part.items]
    if len(set(names)) < len(names) or asked.items[0] in names:
        twice = next(
            name for name in [*names, *asked.items] if [*names, *asked.items].count(name) > 1
        )
        raise DataError(f"the item {twice!r} comes twice. Leave one of them out, with only().")
    return tuple(parts), asked


def _as_given(name: str, part: object, first: Responses) -> Responses:
    """Return answers as they were given, by the respondents of the first answers."""
    if isinstance(part, Responses) and part.missing == "prorate":
        raise ParameterError(
            f"{name} must be as they were given: filled answers go together because they were "
            f"filled. Read the responses with missing='pairwise' or 'drop'."
        )
    together = isinstance(part, Responses) and part.lost is first.lost  # read at once
    return require_answers(name, part) if together else with_all_rows(name, part)


def _named(parts: list[Responses], overall: object) -> tuple[list[Responses], Responses]:
    """Take the overall question out of the answers."""
    names = [name for part in parts for name in part.items]
    if not isinstance(overall, str) or overall not in names:
        raise ParameterError(
            f"overall must be the name of an item, one of {listed(names)}, or Responses to one "
            f"question, but it is {overall!r}.{did_you_mean(overall, names)}"
        )
    if len(names) == 1:
        raise DataError(f"there is no driver beside the overall question {overall!r}.")
    rest, asked = [], parts[0]
    for part in parts:
        kept = [name for name in part.items if name != overall]
        if len(kept) < len(part.items):
            asked = part.only([overall])
        if kept:
            rest.append(part.only(kept))
    return rest, asked


def _require_same_respondents(name: str, part: Responses, first: Responses) -> None:
    refuse_other_customers("answers", first, name, part)
    if part.respondents != first.respondents:
        raise DataError(
            f"{name} must be of the same respondents in the same order, but there are "
            f"{first.respondents} and {part.respondents}. Read both from one table, with "
            f"survey.read_parts or missing='pairwise'."
        )
    if not (part.weights == 1).all() and not np.array_equal(part.weights, first.weights):
        raise DataError(
            f"{name} has other sampling weights than the first answers. Give them to these alone."
        )
    own, shared = (its.labels.get("cluster") for its in (part, first))
    if own is not None and (shared is None or not np.array_equal(own, shared)):
        raise DataError(
            f"{name} has other clusters than the first answers. Give them to these alone, or read "
            f"both with survey.read_parts(…, cluster=…)."
        )


def _base(parts: Sequence[Responses], asked: Responses) -> Base:
    """Return the base of all of them; several parts are told apart by their place."""
    named = {"drivers": parts[0]}
    named |= {f"drivers {place + 2}": part for place, part in enumerate(parts[1:])}
    return joined_base({**named, "overall": asked})


def _require_enough(found: Answered) -> None:
    known = ~np.isnan(found.columns)
    empty = [name for name, its in zip(found.every_name, known.T, strict=True) if not its.any()]
    if empty and found.n:
        raise DataError(f"nobody answered {empty[0]!r}. Leave it out.")
    require_respondents(found.n, len(found.names))


def require_respondents(n: int, drivers: int) -> None:
    """Raise unless there are more respondents than drivers and 1."""
    if n <= drivers + 1:
        raise DataError(
            f"the importance of {count(drivers, 'driver')} needs at least {drivers + 2} "
            f"respondents who answered everything, but there {'is' if n == 1 else 'are'} "
            f"{n}. Leave drivers out, or collect more answers."
        )
