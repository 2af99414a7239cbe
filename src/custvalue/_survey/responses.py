"""Answers of respondents to items on one scale, with weights and a missing policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._base import Columns, FloatArray, LabelArray, read_only
from custvalue._columns import one_dimensional, sorted_codes
from custvalue._display import Table, one_line
from custvalue._statistics import MeanEstimate, kish_effective_n, mean_estimate
from custvalue._survey.instrument import repeated
from custvalue._survey.scale import Scale
from custvalue.errors import DataError, ParameterError, listed, require_choice

MissingPolicy = Literal["raise", "drop", "pairwise"]
Split = Literal["group", "wave"]


@dataclass(frozen=True, eq=False, repr=False)
class Responses(Columns):
    """Answers of respondents to items on one scale.

    Use :meth:`from_frame` or :meth:`from_array`. Answers are checked against the scale, and
    the arrays are read-only.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    answers : ndarray of float64, shape (respondents, items)
        Answers; NaN where there is none.
    weights : ndarray of float64, shape (respondents,)
        Sampling weights; ones where none were given.
    scale : Scale
        The scale that all items share.
    missing : {"raise", "drop", "pairwise"}
        The policy that was applied to missing answers.
    dropped : int
        Respondents left out because an answer was missing (policy ``drop``).
    dont_know : int
        Answers with one of the scale's missing codes, before anybody was dropped.
    group, wave : ndarray of shape (respondents,), optional
        Label of each respondent, all whole numbers or all text: the site, segment or brand, and
        the time of asking.

    Raises
    ------
    DataError
        If an answer is off the scale, missing against the policy, a label is missing, or shapes
        do not fit.
    """

    items: tuple[str, ...]
    answers: FloatArray
    weights: FloatArray
    scale: Scale
    missing: MissingPolicy = "raise"
    dropped: int = 0
    dont_know: int = 0
    group: LabelArray | None = None
    wave: LabelArray | None = None

    def __post_init__(self) -> None:
        require_choice("missing", self.missing, get_args(MissingPolicy))
        check_items(self.items)
        answers = _own(self.answers)
        if answers.shape[1:] != (len(self.items),):
            raise DataError(
                f"answers must have the shape (respondents, {len(self.items)}), one column for "
                f"each item, but it is {answers.shape}."
            )
        if len(answers) == 0:
            raise DataError("the survey has no rows. Give at least one respondent.")
        weights = checked_weights("weights", _own(self.weights), len(answers))
        check_matrix(self.items, answers, self.scale)
        if self.missing != "pairwise" and np.isnan(answers).any():
            _refuse_missing(self.items, np.isnan(answers))
        object.__setattr__(self, "answers", answers)
        object.__setattr__(self, "weights", weights)
        for name, labels in (("group", self.group), ("wave", self.wave)):
            if labels is not None:
                object.__setattr__(self, name, checked_labels(name, labels, len(answers)))

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        items: Sequence[str] | None = None,
        *,
        scale: Scale,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
        group: str | None = None,
        wave: str | None = None,
    ) -> Responses:
        """Read answers from a dataframe or a mapping of columns.

        Parameters
        ----------
        frame : dataframe or mapping
            One row a respondent, one column an item.
        items : sequence of str, optional
            Columns that hold the items; by default all of them except `weights`, `group` and
            `wave`.
        scale : Scale
            The scale of all the items.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise"}
            What to do with missing answers (null, NaN, the scale's missing codes): refuse them,
            leave out the respondents who have any, or let each statistic use the respondents
            who gave all the answers that it needs.
        group, wave : str, optional
            Columns of labels, whole numbers or text: the site, segment or brand of a respondent,
            and the time of asking (``"2024-Q1"``); :meth:`by` splits by them.

        Raises
        ------
        DataError
            If a column is absent or has two roles, an answer is off the scale or missing, weights
            are negative, or a label is missing.
        ParameterError
            If `missing` is no such policy.
        """
        source = frame if isinstance(frame, _frames.Source) else _frames.Source(frame)
        roles = {"weights": weights, "group": group, "wave": wave}
        if items is None:
            items = [name for name in source.names if name not in roles.values()]
        names = check_items(items)
        source.require({f"items[{i}]": name for i, name in enumerate(names)})
        _refuse_two_roles(names, roles)
        weighting = weights_column(source, weights)
        answers, dont_know = answer_matrix(source, names, scale)
        return cls.assembled(
            names,
            answers,
            weighting,
            scale,
            missing,
            dont_know=dont_know,
            group=labels_column(source, "group", group),
            wave=labels_column(source, "wave", wave),
        )

    @classmethod
    def from_array(
        cls,
        answers: npt.ArrayLike,
        *,
        scale: Scale,
        items: Sequence[str] | None = None,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
    ) -> Responses:
        """Read answers from an array of respondents x items (or of one item).

        Parameters
        ----------
        answers : array_like of shape (respondents,) or (respondents, items)
            Answers; NaN or None where there is none.
        scale : Scale
            The scale of all the items.
        items : sequence of str, optional
            Names of the items; ``item 1``, ``item 2``, … by default.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing : {"raise", "drop", "pairwise"}
            As in :meth:`from_frame`.
        group, wave : array_like of shape (respondents,), optional
            Labels, whole numbers or text.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if the shape is wrong.
        ParameterError
            If `missing` is no such policy.
        """
        array = two_dimensional("answers", answers)
        if items is None:
            items = [f"item {i + 1}" for i in range(array.shape[1])]
        names = check_items(items)
        if len(names) != array.shape[1]:
            raise DataError(f"items has {len(names)} names for {array.shape[1]} columns.")
        weighting = None if weights is None else _frames.to_numbers("weights", weights)
        weighting = checked_weights("weights", weighting, len(array))
        source = _frames.Source({name: array[:, i] for i, name in enumerate(names)})
        matrix, dont_know = answer_matrix(source, names, scale)
        rows = len(array)
        return cls.assembled(
            names,
            matrix,
            weighting,
            scale,
            missing,
            dont_know=dont_know,
            group=None if group is None else checked_labels("group", group, rows),
            wave=None if wave is None else checked_labels("wave", wave, rows),
        )

    @classmethod
    def assembled(
        cls,
        items: Sequence[str],
        answers: FloatArray,
        weights: FloatArray,
        scale: Scale,
        missing: MissingPolicy,
        *,
        dont_know: int,
        group: LabelArray | None = None,
        wave: LabelArray | None = None,
    ) -> Responses:
        """Apply the missing policy to answers that were read, and check what is left.

        Parameters
        ----------
        items : sequence of str
            Names of the items.
        answers : ndarray of shape (respondents, items)
            Answers without missing codes; handed over, and closed for writing.
        weights : ndarray of shape (respondents,)
            Checked weights; handed over likewise.
        scale : Scale
            The scale of all the items.
        missing : {"raise", "drop", "pairwise"}
            As in :meth:`from_frame`.
        dont_know : int
            How many answers had a missing code.
        group, wave : ndarray of shape (respondents,), optional
            Checked labels.
        """
        require_choice("missing", missing, get_args(MissingPolicy))
        before = len(answers)
        if missing == "drop":
            check_matrix(items, answers, scale)  # now, so that rows are counted as in the data
            keep = complete_rows([answers])
            answers, weights = np.asfortranarray(answers[keep]), weights[keep]
            group, wave = (None if labels is None else labels[keep] for labels in (group, wave))
        return cls(
            items=tuple(items),
            answers=read_only(answers),
            weights=read_only(weights),
            scale=scale,
            missing=missing,
            dropped=before - len(answers),
            dont_know=dont_know,
            group=group,
            wave=wave,
        )

    @property
    def respondents(self) -> int:
        """Number of respondents."""
        return len(self.answers)

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return kish_effective_n(self.weights)

    @property
    def missing_answers(self) -> int:
        """Number of answers that are missing."""
        return int(np.isnan(self.answers).sum())

    def item(self, name: str) -> FloatArray:
        """Return the answers to one item, shape (respondents,).

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such item.
        """
        require_choice("item", name, self.items)
        return self.answers[:, self.items.index(name)]

    def mean(self, name: str) -> MeanEstimate:
        """Estimate the weighted mean of one item, with its interval.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        DataError
            If nobody answered it.
        ParameterError
            If there is no such item.
        """
        bounds = (self.scale.low, self.scale.high)
        return mean_estimate(self.item(name), self.weights, name=name, bounds=bounds)

    def by(self, what: Split) -> dict[str | int, Responses]:
        """Split the respondents by their group or wave.

        Parameters
        ----------
        what : {"group", "wave"}
            Which label.

        Returns
        -------
        dict
            Label to its respondents, labels in ascending order; a label with a single respondent
            stays.

        Raises
        ------
        DataError
            If no such labels were given, or everybody of a label has the weight 0.
        ParameterError
            If `what` is neither.

        Examples
        --------
        >>> from custvalue.survey import Responses, Scale
        >>> frame = {"friendly": [5, 4, 3], "site": ["south", "north", "south"]}
        >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), group="site")
        >>> {site: part.mean("friendly").value for site, part in answers.by("group").items()}
        {'north': 4.0, 'south': 4.0}
        """
        require_choice("what", what, get_args(Split))
        labels = self.group if what == "group" else self.wave
        if labels is None:
            raise DataError(
                f"these responses have no {what}. Name its column when they are read, as in "
                f"Responses.from_frame(…, {what}='…')."
            )
        names, codes = sorted_codes(what, labels)
        return {
            label: self._of(codes == place, f"{what} {label!r}")
            for place, label in enumerate(names.tolist())
        }

    def _of(self, rows: npt.NDArray[np.bool_], who: str) -> Responses:
        if not self.weights[rows].any():
            raise DataError(
                f"{who}: all of its {int(rows.sum())} respondents have the weight 0. Leave them "
                f"out."
            )
        return replace(
            self,
            answers=read_only(np.asfortranarray(self.answers[rows])),
            weights=read_only(self.weights[rows]),
            group=None if self.group is None else read_only(self.group[rows]),
            wave=None if self.wave is None else read_only(self.wave[rows]),
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return answers, one column an item, weights, groups and waves as a plain dict."""
        columns = {name: self.answers[:, i] for i, name in enumerate(self.items)}
        columns["weight"] = self.weights
        labels = {"group": self.group, "wave": self.wave}
        return columns | {name: its for name, its in labels.items() if its is not None}

    def __repr__(self) -> str:
        return one_line(
            "Responses",
            respondents=self.respondents,
            items=len(self.items),
            scale=str(self.scale),
            missing=self.missing_answers,
        )

    def _table(self) -> Table:
        rows = tuple((name, *self._cells(name)) for name in self.items)
        return Table("Answers", ("item", "mean", "low", "high", "SE", "n"), rows, self._notes())

    def _cells(self, name: str) -> tuple[float | None, ...]:
        answered = ~np.isnan(self.item(name)) & (self.weights > 0)
        return self.mean(name).cells() if answered.any() else (None, None, None, None, 0)

    def _notes(self) -> tuple[str, ...]:
        base = (
            f"{self.respondents:,} respondents, scale {self.scale}, effective n "
            f"{self.effective_n:,.1f}; missing={self.missing!r}: {self.dropped:,} left out, "
            f"{self.missing_answers:,} answers missing, {self.dont_know:,} don't know."
        )
        return (base, "95 % intervals, t, linearised for weights.")


def _own(array: npt.ArrayLike) -> FloatArray:
    """Return a read-only array that nobody else can write to; a read-only one is taken as it is."""
    numbers = np.asarray(array, dtype=np.float64)
    return read_only(numbers.copy()) if numbers.flags.writeable else numbers


def check_items(items: Iterable[str], argument: str = "items") -> tuple[str, ...]:
    """Return names of items as a tuple.

    Raises
    ------
    DataError
        If they are one string, no list, none, or not all different.
    """
    if isinstance(items, str):
        raise DataError(
            f"{argument} must be a list of column names, but it is the one name {items!r}. Write "
            f"[{items!r}]."
        )
    if not isinstance(items, Iterable):
        raise DataError(f"{argument} must be a list of column names, but it is {items!r}.")
    names = tuple(items)
    if not names:
        raise DataError(f"{argument} must name at least one column, but it is empty.")
    twice = repeated(names)
    if twice:
        raise DataError(f"{argument} must be different, but {listed(twice)} is named twice.")
    return names


def _refuse_two_roles(items: Sequence[str], roles: Mapping[str, str | None]) -> None:
    """Raise a DataError if a column is an item and something else, or two other things."""
    taken: dict[str, str] = dict.fromkeys(items, "an item")
    for role, name in roles.items():
        if name is None:
            continue
        if name in taken:
            raise DataError(
                f"column {name!r} is named as {role} and as {taken[name]}. A column has one role.",
                column=name,
            )
        taken[name] = role


def labels_column(source: _frames.Source, role: str, name: str | None) -> LabelArray | None:
    """Read a column of groups or waves; None where none was named.

    Raises
    ------
    DataError
        If it is absent, or a label is missing or neither a whole number nor text.
    """
    if name is None:
        return None
    source.require({role: name})
    labels, codes = source.codes(name)
    return read_only(labels[codes])


def checked_labels(name: str, labels: Any, respondents: int) -> LabelArray:
    """Return labels, one for each respondent, as whole numbers or text.

    Raises
    ------
    DataError
        If they are of another length, missing, or neither whole numbers nor text.
    """
    array = one_dimensional(name, labels)
    if len(array) != respondents:
        raise DataError(
            f"{name} must have one entry for each of the {respondents} respondents, but it has "
            f"{len(array)}.",
            column=name,
        )
    if array.dtype.kind not in "iU" or array.flags.writeable:
        different, codes = sorted_codes(name, array)
        array = different[codes]
    return read_only(array)


def weights_column(source: _frames.Source, weights: str | None) -> FloatArray:
    """Read and check the column of weights; ones where there is none."""
    if weights is None:
        return np.ones(source.rows)
    source.require({"weights": weights})
    return checked_weights(weights, source.numbers(weights), source.rows)


def checked_weights(name: str, weights: FloatArray | None, respondents: int) -> FloatArray:
    """Return weights, ones where none were given.

    Raises
    ------
    DataError
        If they are of another length, missing, negative, infinite or all zero.
    """
    if weights is None:
        return np.ones(respondents)
    if weights.shape != (respondents,):
        raise DataError(
            f"{name} must have one entry for each of the {respondents} respondents, but its shape "
            f"is {weights.shape}.",
            column=name,
        )
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        hint = "A sampling weight says how many people a respondent stands for."
        raise DataError.at_rows(name, "a finite number >= 0", bad, weights[bad], hint)
    if respondents and not weights.any():
        raise DataError(f"{name} must not all be 0. Leave the argument out for equal weights.")
    return weights


def two_dimensional(name: str, answers: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return answers as an array of respondents x items; words stay words, numbers numbers.

    Raises
    ------
    DataError
        If rows differ in length, or there are more than two dimensions.
    """
    try:
        array = np.asarray(answers)
        if array.dtype.kind in "US" and not hasattr(answers, "dtype"):
            array = np.asarray(answers, dtype=object)  # one word must not turn numbers into words
    except ValueError:
        raise DataError(
            f"{name} must have one row a respondent and the same number of items in every row, "
            f"but the rows differ in length. Write a missing answer as None."
        ) from None
    if array.ndim == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2:
        raise DataError(
            f"{name} must have the shape (respondents, items), but it is {array.shape}."
        )
    return array


def answer_matrix(
    source: _frames.Source, items: Sequence[str], scale: Scale
) -> tuple[FloatArray, int]:
    """Read columns of answers, missing codes as NaN, and count these codes.

    Returns
    -------
    ndarray of shape (respondents, items)
        Column by column in memory: every statistic walks down the items.
    int
        Answers with a missing code.

    Raises
    ------
    DataError
        If an answer is no number.
    ParameterError
        If `scale` is no scale.
    """
    if not isinstance(scale, Scale):
        raise ParameterError(f"scale must be a Scale, as in Scale(1, 7), but it is {scale!r}.")
    hint = f"Code the answers as numbers on the scale {scale}."
    matrix = np.empty((source.rows, len(items)), order="F")
    dont_know = 0
    for place, name in enumerate(items):
        answers = source.numbers(name, hint=hint)
        if scale.missing_codes:
            dont_know += int(np.isin(answers, scale.missing_codes).sum())
        matrix[:, place] = scale.without_codes(answers)
    return matrix, dont_know


def check_matrix(items: Sequence[str], answers: FloatArray, scale: Scale) -> None:
    """Raise a DataError unless every answer is on the scale or NaN."""
    for place, name in enumerate(items):
        scale.check(name, answers[:, place])


def complete_rows(blocks: Iterable[FloatArray]) -> npt.NDArray[np.bool_]:
    """Say which respondents answered everything.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (respondents, columns)
        Answers; NaN where there is none.

    Raises
    ------
    DataError
        If nobody did.
    """
    complete = np.logical_and.reduce([~np.isnan(block).any(axis=1) for block in blocks])
    if complete.size and not complete.any():
        raise DataError(
            f"missing='drop' leaves nobody: each of the {len(complete)} respondents misses an "
            f"answer. Say missing='pairwise', or leave out the item with most gaps."
        )
    return np.asarray(complete, dtype=bool)


def _refuse_missing(items: Sequence[str], absent: npt.NDArray[np.bool_]) -> None:
    row = int(np.flatnonzero(absent.any(axis=1))[0])
    column = int(np.flatnonzero(absent[row])[0])
    total = int(absent.sum())
    also = f", one of {total:,} missing answers" if total > 1 else ""
    raise DataError(
        f"{items[column]} has no answer in row {row}{also}. Say missing='drop' to leave such "
        f"respondents out, or missing='pairwise' to use the answers that there are.",
        column=items[column],
        rows=np.flatnonzero(absent[:, column]),
    )
