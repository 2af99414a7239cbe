"""One question by several labels side by side: what market researchers call a banner table.

Columns are the values of the labels, rows the answers, the boxes and the mean. A letter under a
column names another column of the same label that it is significantly above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from string import ascii_uppercase
from typing import Any, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level, require_choice
from custvalue._comparing.crosstab_table import Crosstab, CrosstabColumn, CrosstabRow, RowKind
from custvalue._comparing.dependence import dependences_of
from custvalue._comparing.groups import left_out, parts_by_label
from custvalue._comparing.minimum import checked_minimum
from custvalue._inference.cells import AnswerCells, answer_cells
from custvalue._inference.contrast import (
    Correction,
    Dependence,
    Label,
    adjusted_p_values,
    contrasts,
    places_of,
)
from custvalue._inference.estimate import Estimate
from custvalue._inference.means import kish_effective_n
from custvalue._inference.sums import OfSums
from custvalue._respondents.codebook import Codebook, names_of, stated_scale
from custvalue._respondents.counts import offered_answers
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import require_answers
from custvalue._rows import FloatArray
from custvalue._satisfaction.csat import box_share, require_boxes
from custvalue.errors import DataError, ParameterError

TOTAL = "total"
USUAL_MINIMUM = 30


def crosstab(
    answers: Responses,
    item: str,
    *,
    by: str | Sequence[str | tuple[str, ...]] = "group",
    boxes: int | None = 2,
    codebook: Codebook | None = None,
    level: float = 0.95,
    second_level: float | None = None,
    correction: Correction = "holm",
    minimum_n: int = USUAL_MINIMUM,
) -> Crosstab:
    """Tabulate the answers to one question by several labels side by side, with letters.

    Parameters
    ----------
    answers : Responses
        Answers that were read with labels, such as ``group=``, ``wave=`` or ``labels=``.
    item : str
        The question.
    by : str or sequence of str or tuple
        The labels that stand side by side; a tuple, as in ``[("region", "wave")]``, stands for the
        combinations of its labels.
    boxes : int or None
        How many of the best answers are the top box, and of the worst the bottom box; None for a
        table without them.
    codebook : Codebook, optional
        Its words name the answers.
    level : float
        Confidence level of tests with a letter in upper case.
    second_level : float, optional
        A lower one, whose letters are in lower case.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of pairs of columns of one label, in each row.
    minimum_n : int
        Columns with fewer answers are shown, but in no test.

    Returns
    -------
    Crosstab

    Raises
    ------
    DataError
        If there is no such label, or nobody answered the question.
    ParameterError
        If there is no such item, the scale has no steps, or an argument is outside its domain.

    Notes
    -----
    Shares are compared by the intervals of the two columns (Newcombe's hybrid score interval, as
    :func:`compare` does), means by Welch's t. Only columns of one label are compared, never the
    total with its parts, nor columns of two labels, which share respondents. Columns with
    respondents of the same clusters are compared with what they have in common, as waves in
    :func:`groups`: simulated for two waves of 40 dealers without a difference, at 95 % and
    ``correction="none"``, 3.5 to 6.2 % of the rows got a letter.

    References
    ----------
    R. G. Newcombe (1998), *Statistics in Medicine* 17(8).

    Examples
    --------
    >>> from custvalue import comparing
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "overall": [5] * 30 + [4] * 20 + [3] * 10 + [5] * 10 + [4] * 20 + [2] * 30,
    ...     "region": ["north"] * 60 + ["south"] * 60,
    ... }
    >>> answers = Responses.from_frame(frame, ["overall"], scale=Scale(1, 5), labels=["region"])
    >>> table = comparing.crosstab(answers, "overall", by=["region"])
    >>> table["top 2"].letters, table["mean"].letters
    (('', 'B', ''), ('', 'B', ''))
    """
    require_answers("answers", answers)
    labels = _checked_by(by)
    asked = _Asked.of(level, second_level, correction, minimum_n)
    one = answers.only([item])
    if codebook is not None:
        stated_scale(one.scale, codebook)
    rows = _rows_of(one.scale, boxes, codebook)
    offered = offered_answers(one.scale, "crosstab")
    whole = _Column.of("", TOTAL, "", one, offered)
    if whole.cells is None:
        raise DataError(f"nobody answered {item!r}. Choose another item.", column=item)
    sides = [_columns_of(one, label, offered) for label in labels]
    letters = [_letters_of(side, rows, offered, asked) for side in sides]
    every = [whole, *(column for side in sides for column in side)]
    found = [
        CrosstabRow(
            name=row.name,
            kind=row.kind,
            estimates=tuple(column.estimate(row) for column in every),
            letters=("", *(text for side in letters for text in side[place])),
        )
        for place, row in enumerate(rows)
    ]
    return Crosstab(
        item=item,
        scale=one.scale,
        banner=tuple(column.described(asked.minimum_n) for column in every),
        rows=tuple(found),
        level=asked.level,
        second_level=asked.second_level,
        correction=correction,
        minimum_n=asked.minimum_n,
        same_clusters=any(_of_same_clusters(side) for side in sides),
        excluded=_left_out(one, labels),
        base=one.base,
    )


def _checked_by(by: object) -> list[tuple[str, ...]]:
    """Return what stands side by side, each as a tuple of the labels that it combines."""
    given = [by] if isinstance(by, str) else by
    entries = list(given) if isinstance(given, Sequence) else []
    found = [(its,) if isinstance(its, str) else its for its in entries]
    good = all(
        isinstance(its, tuple) and its and all(isinstance(name, str) for name in its)
        for its in found
    )
    if not found or not good:
        raise ParameterError(
            f"by must be names of labels, as in ['region', 'wave'], or tuples of them for their "
            f"combinations, as in [('region', 'wave')], but it is {by!r}."
        )
    twice = next((its for its in found if found.count(its) > 1 or len(set(its)) < len(its)), None)
    if twice is not None:
        raise ParameterError(f"by names {' x '.join(twice)!r} twice. Name it once.")
    return found


def _left_out(answers: Responses, labels: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """Count who is in no column of a label, by reason."""
    found: dict[str, int] = {}
    for label in labels:
        found |= left_out(answers, label)
    return found


class _Asked(NamedTuple):
    """What was asked for, checked."""

    level: float
    second_level: float | None
    correction: Correction
    minimum_n: int

    @classmethod
    def of(
        cls, level: float, second_level: float | None, correction: Correction, minimum_n: object
    ) -> _Asked:
        require_choice("correction", correction, get_args(Correction))
        first = checked_level(level)
        if second_level is None:
            return cls(first, None, correction, checked_minimum(minimum_n))
        second = checked_level(second_level, "second_level")
        if second >= first:
            raise ParameterError(
                f"second_level must be below level={first:g}, whose letters are in upper case, but "
                f"it is {second:g}."
            )
        return cls(first, second, correction, checked_minimum(minimum_n))


class _Row(NamedTuple):
    """A row: its name, how it is estimated, and how it is made of the shares of the answers."""

    name: str
    kind: RowKind
    estimate: Callable[[AnswerCells], Estimate]
    made_of: npt.NDArray[Any]


def _rows_of(scale: Scale, boxes: int | None, codebook: Codebook | None) -> list[_Row]:
    """Return the answers that the scale offers, the boxes and the mean."""
    offered = offered_answers(scale, "crosstab")
    names = names_of(offered, codebook)
    rows = [
        _Row(name, "answer", _share_of(answer, name), np.array(offered) == answer)
        for answer, name in zip(offered, names, strict=True)
    ]
    if boxes is not None:
        require_boxes(scale, boxes, worst=False)
        rows += [_box(scale, boxes, offered), _box(scale, -boxes, offered)]
    rows.append(_Row("mean", "mean", lambda cells: cells.mean(name="mean"), np.array(offered)))
    return rows


def _share_of(answer: float, name: str) -> Callable[[AnswerCells], Estimate]:
    return lambda cells: cells.share(answer.__eq__, name=name)


def _box(scale: Scale, boxes: int, offered: Sequence[float]) -> _Row:
    """Return the row of the best answers; of the worst where boxes are below 0."""
    best = np.array(offered) * scale.sign
    rank = np.argsort(np.argsort(-best if boxes > 0 else best))
    name = f"{'top' if boxes > 0 else 'bottom'} {abs(boxes)}"
    kind: RowKind = "top box" if boxes > 0 else "bottom box"
    return _Row(name, kind, lambda cells: box_share(cells, scale, boxes), rank < abs(boxes))


class _Column(NamedTuple):
    """A column: its respondents, and their answers counted; None where nobody answered."""

    by: str
    label: str | int
    letter: str
    part: Responses
    cells: AnswerCells | None
    effective_n: float

    @classmethod
    def of(
        cls, by: str, label: str | int, letter: str, part: Responses, offered: Sequence[float]
    ) -> _Column:
        given = part.answers[:, 0]
        used = ~np.isnan(given) & (part.weights > 0)
        if not used.any():
            return cls(by, label, letter, part, None, 0.0)
        who = part.sample.of_rows(used)
        cells = answer_cells(given[used], who, offered)
        return cls(by, label, letter, part, cells, kish_effective_n(who.weights))

    @property
    def n(self) -> int:
        return 0 if self.cells is None else sum(self.cells.counts)

    def estimate(self, row: _Row) -> Estimate | None:
        return None if self.cells is None else row.estimate(self.cells)

    def described(self, minimum_n: int) -> CrosstabColumn:
        (item,) = self.part.base.items
        return CrosstabColumn(
            by=self.by,
            label=self.label,
            letter=self.letter,
            n=self.n,
            effective_n=self.effective_n,
            dont_know=item.dont_know,
            small=bool(self.by) and self.n < minimum_n,
        )


def _columns_of(
    answers: Responses, labels: tuple[str, ...], offered: Sequence[float]
) -> list[_Column]:
    parts = parts_by_label(answers, labels)
    name = " x ".join(labels)
    return [
        _Column.of(name, label, _letter(place), part, offered)
        for place, (label, part) in enumerate(parts.items())
    ]


def _letter(place: int) -> str:
    """Return A to Z, then AA to ZZ and so on."""
    found = ""
    while place >= 0:
        place, rest = divmod(place, len(ascii_uppercase))
        found, place = ascii_uppercase[rest] + found, place - 1
    return found


def _of_same_clusters(side: Sequence[_Column]) -> bool:
    if any(column.part.clusters is None for column in side):
        return False
    names = [set(column.part.labels["cluster"].tolist()) for column in side]
    return len(set().union(*names)) < sum(map(len, names))


def _letters_of(
    side: Sequence[_Column], rows: Sequence[_Row], offered: Sequence[float], asked: _Asked
) -> list[list[str]]:
    """Return the letters of all rows, one text for each column of a label."""
    tested = [place for place, column in enumerate(side) if column.n >= asked.minimum_n]
    letters = [[""] * len(side) for _ in rows]
    if len(tested) < 2:
        return letters
    columns = [side[place] for place in tested]
    together = _dependences(columns, rows, offered)
    for place, row in enumerate(rows):
        found = _letters(columns, row, None if together is None else together[place], asked)
        for where, text in zip(tested, found, strict=True):
            letters[place][where] = text
    return letters


def _dependences(
    columns: Sequence[_Column], rows: Sequence[_Row], offered: Sequence[float]
) -> Sequence[Dependence] | None:
    """Return what columns of the same clusters have in common in every row."""
    made_of = np.array([row.made_of for row in rows], dtype=np.float64).T

    def sums(part: Responses) -> OfSums:
        return _as_sums(part, np.array(offered), made_of)

    return dependences_of(
        [column.part for column in columns], lambda part: sums(part).whole().tolist(), sums
    )


def _as_sums(part: Responses, offered: FloatArray, made_of: FloatArray) -> OfSums:
    """Return all rows of one column as functions of the weights that chose each answer."""
    given, weights = part.answers[:, 0], part.weights
    half = (offered[1] - offered[0]) / 2

    def added(rows: slice) -> FloatArray:
        return np.asarray((np.abs(given[rows] - offered[:, np.newaxis]) < half) * weights[rows])

    def value(found: FloatArray) -> FloatArray:
        total = found.sum(axis=1, keepdims=True)
        none = np.full((len(found), made_of.shape[1]), np.nan)
        return np.asarray(np.divide(found @ made_of, total, out=none, where=total > 0))

    return OfSums(len(given), added, value)


def _letters(
    columns: Sequence[_Column], row: _Row, together: Dependence | None, asked: _Asked
) -> list[str]:
    """Return for each column the letters of those that it is significantly above in one row."""
    found = {its.label: row.estimate(its.cells) for its in columns if its.cells}
    letters = {its.label: its.letter for its in columns}
    pairs = [
        (one, other)
        for one, other in combinations(found, 2)
        if row.kind != "mean" or found[one].varies or found[other].varies
    ]
    above: dict[Label, list[str]] = {label: [] for label in letters}
    for winner, loser, p_value in _tested(found, pairs, together, asked.correction):
        letter = letters[loser]
        if p_value <= 1 - asked.level:
            above[winner].append(letter)
        elif asked.second_level is not None and p_value <= 1 - asked.second_level:
            above[winner].append(letter.lower())
    return [" ".join(sorted(its, key=_place)) for its in above.values()]


def _place(letter: str) -> tuple[int, str]:
    return len(letter), letter.upper()


def _tested(
    found: Mapping[Label, Estimate],
    pairs: Sequence[tuple[Label, Label]],
    together: Dependence | None,
    correction: Correction,
) -> Iterator[tuple[Label, Label, float]]:
    """Yield which of a pair is above the other, and the adjusted P, for all pairs."""
    if not pairs:
        return
    ties = None if together is None else together.ties(*places_of(found, pairs))
    tests = contrasts(found, pairs, found[pairs[0][0]].compared_by, ties)
    adjusted = adjusted_p_values(np.array([its.p_value for its in tests]), correction)
    for (one, other), test, p_value in zip(pairs, tests, adjusted.tolist(), strict=True):
        yield (one, other, p_value) if test.value > 0 else (other, one, p_value)
