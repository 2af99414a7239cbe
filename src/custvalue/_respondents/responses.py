"""Answers of respondents to items on one scale, with weights and a missing policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._columns import sorted_codes
from custvalue._inference.means import MeanEstimate, kish_effective_n, mean_estimate
from custvalue._respondents import prorating
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.losses import Losses, counted_losses, of_items
from custvalue._respondents.reading import (
    check_items,
    check_matrix,
    checked_labels,
    checked_weights,
    coded_answers,
    complete_rows,
    given_weights,
    labels_column,
    refuse_missing,
    refuse_two_roles,
    require_column_names,
    two_dimensional,
    weights_column,
)
from custvalue._respondents.reverse_scored import check_belong, require_instrument, turned
from custvalue._respondents.scale import Scale
from custvalue._results.base import (
    MISSING_ANSWER,
    TOO_FEW_ANSWERS,
    WEIGHT_ZERO,
    Base,
    ItemBase,
    MissingPolicy,
)
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, read_only
from custvalue._table import Table
from custvalue._words import listed, one_line
from custvalue.errors import DataError, ParameterError

__all__ = [
    "MissingPolicy",
    "Responses",
    "Split",
    "check_items",
    "check_matrix",
    "checked_weights",
    "complete_rows",
    "require_responses",
    "two_dimensional",
    "weights_column",
]

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
    missing : {"raise", "drop", "pairwise", "prorate"}
        The policy that was applied to missing answers.
    group, wave : ndarray of shape (respondents,), optional
        Label of each respondent, all whole numbers or all text: the site, segment or brand, and
        the time of asking.
    instrument : Instrument or None
        The questionnaire; where there is one, reversed items have been turned round by it.
    min_answered : float
        Share of the items (of each dimension, where there is an instrument) that a respondent
        must have answered under ``prorate``.
    losses : tuple of Losses
        What was lost when the answers were read, by group and wave; :attr:`base` adds it up.

    Raises
    ------
    DataError
        If an answer is off the scale, missing against the policy, a label is missing, an item is
        none of the instrument's, or shapes do not fit.
    """

    items: tuple[str, ...]
    answers: FloatArray
    weights: FloatArray
    scale: Scale
    missing: MissingPolicy = "raise"
    group: LabelArray | None = None
    wave: LabelArray | None = None
    instrument: Instrument | None = None
    min_answered: float = 0.5
    losses: tuple[Losses, ...] = ()

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
        self._check_missing(answers)
        object.__setattr__(self, "answers", answers)
        object.__setattr__(self, "weights", weights)
        for name, labels in (("group", self.group), ("wave", self.wave)):
            if labels is not None:
                object.__setattr__(self, name, checked_labels(name, labels, len(answers)))

    def _check_missing(self, answers: FloatArray) -> None:
        if self.instrument is not None:
            check_belong(self.items, self.instrument)
        share = prorating.checked_min_answered(self.min_answered, self.missing)
        object.__setattr__(self, "min_answered", share)
        if self.missing == "prorate":
            prorating.require_enough(answers, self._parts, share)
        elif self.missing != "pairwise" and np.isnan(answers).any():
            prorate = any(len(places) > 1 for places in self._parts.values())
            refuse_missing(self.items, np.isnan(answers), prorate=prorate)

    @property
    def _parts(self) -> prorating.Parts:
        return prorating.parts_of(self.items, self.instrument)

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
        instrument: Instrument | None = None,
        min_answered: float = 0.5,
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
        missing : {"raise", "drop", "pairwise", "prorate"}
            What to do with missing answers (null, NaN, the scale's missing codes): refuse them,
            leave out the respondents who have any, let each statistic use the respondents
            who gave all the answers that it needs, or, where items are combined into a score,
            fill them by the mean of the respondent's answers to the other items.
        group, wave : str, optional
            Columns of labels, whole numbers or text: the site, segment or brand of a respondent,
            and the time of asking (``"2024-Q1"``); :meth:`by` splits by them.
        instrument : Instrument, optional
            The questionnaire, item names being columns (:meth:`Instrument.renamed`). Its items
            are read where `items` names none, its reversed items are turned round, and
            ``prorate`` keeps to its dimensions.
        min_answered : float
            Under ``prorate``, the share of the items (of each dimension) that a respondent must
            have answered; whoever answered less is left out and counted.

        Raises
        ------
        DataError
            If a column is absent or has two roles, an answer is off the scale or missing, weights
            are negative, a label is missing, or an item is none of the instrument's.
        ParameterError
            If `missing` is no such policy, or `min_answered` no such share.
        """
        source = frame if isinstance(frame, _frames.Source) else _frames.Source(frame)
        roles = {"weights": weights, "group": group, "wave": wave}
        require_column_names(roles)
        if instrument is not None:
            require_instrument(instrument)
            items = instrument.item_names if items is None else items
        if items is None:
            items = [name for name in source.names if name not in roles.values()]
        names = check_items(items)
        source.require({f"items[{i}]": name for i, name in enumerate(names)})
        refuse_two_roles(names, roles)
        weighting = weights_column(source, weights)
        answers, codes = coded_answers(source, names, scale)
        return cls._assembled(
            names,
            answers,
            weighting,
            scale,
            missing,
            codes=codes,
            group=labels_column(source, "group", group),
            wave=labels_column(source, "wave", wave),
            instrument=instrument,
            min_answered=min_answered,
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
        instrument: Instrument | None = None,
        min_answered: float = 0.5,
    ) -> Responses:
        """Read answers from an array of respondents x items (or of one item).

        Parameters
        ----------
        answers : array_like of shape (respondents,) or (respondents, items)
            Answers; NaN or None where there is none.
        scale : Scale
            The scale of all the items.
        items : sequence of str, optional
            Names of the items; by default those of the instrument, or ``item 1``, ``item 2``, …
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            As in :meth:`from_frame`.
        group, wave : array_like of shape (respondents,), optional
            Labels, whole numbers or text.
        instrument : Instrument, optional
            As in :meth:`from_frame`.
        min_answered : float
            As in :meth:`from_frame`.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if the shape is wrong.
        ParameterError
            As in :meth:`from_frame`.
        """
        array = two_dimensional("answers", answers)
        if instrument is not None:
            require_instrument(instrument)
            items = instrument.item_names if items is None else items
        if items is None:
            items = [f"item {i + 1}" for i in range(array.shape[1])]
        names = check_items(items)
        if len(names) != array.shape[1]:
            raise DataError(f"items has {len(names)} names for {array.shape[1]} columns.")
        weighting = None if weights is None else given_weights(weights)
        weighting = checked_weights("weights", weighting, len(array))
        source = _frames.Source({name: array[:, i] for i, name in enumerate(names)})
        matrix, codes = coded_answers(source, names, scale)
        rows = len(array)
        return cls._assembled(
            names,
            matrix,
            weighting,
            scale,
            missing,
            codes=codes,
            group=None if group is None else checked_labels("group", group, rows),
            wave=None if wave is None else checked_labels("wave", wave, rows),
            instrument=instrument,
            min_answered=min_answered,
        )

    @classmethod
    def _assembled(
        cls,
        items: tuple[str, ...],
        answers: FloatArray,
        weights: FloatArray,
        scale: Scale,
        missing: MissingPolicy,
        *,
        codes: list[IntArray],
        group: LabelArray | None,
        wave: LabelArray | None,
        instrument: Instrument | None,
        min_answered: float,
    ) -> Responses:
        """Turn reversed items round, apply the missing policy, count and check what is left."""
        require_choice("missing", missing, get_args(MissingPolicy))
        prorating.checked_min_answered(min_answered, missing)
        if missing in ("drop", "prorate") or instrument is not None:
            check_matrix(items, answers, scale)  # now, with the rows and answers of the data
        if instrument is not None:
            check_belong(items, instrument)
            answers = turned(items, answers, scale, instrument.reversed_items)
        keep = prorating.kept(items, answers, missing, instrument, min_answered)
        losses = counted_losses(answers, codes, keep, (group, wave))
        if not keep.all():
            answers, weights = np.asfortranarray(answers[keep]), weights[keep]
            group, wave = (None if its is None else its[keep] for its in (group, wave))
        return cls(
            items=items,
            answers=read_only(answers),
            weights=read_only(weights),
            scale=scale,
            missing=missing,
            group=None if group is None else read_only(group),
            wave=None if wave is None else read_only(wave),
            instrument=instrument,
            min_answered=min_answered,
            losses=losses,
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

    @property
    def base(self) -> Base:
        """Who answered, who is excluded and why, and which answers are missing."""
        if self.losses:
            missing = np.sum([its.missing for its in self.losses], axis=0).tolist()
            dont_know = np.sum([its.dont_know for its in self.losses], axis=0).tolist()
        else:
            missing = [int(np.isnan(column).sum()) for column in self.answers.T]
            dont_know = [0] * len(self.items)
        prorates = self.missing == "prorate"
        absent = np.isnan(self.answers) if prorates else np.zeros((1, 1), dtype=bool)
        excluded = sum(its.excluded for its in self.losses)
        base = Base(
            respondents=self.respondents + excluded,
            missing=self.missing,
            min_answered=self.min_answered if prorates else None,
            prorated=int(absent.any(axis=1).sum()),
            filled=int(absent.sum()),
            items=tuple(map(ItemBase, self.items, missing, dont_know)),
        )
        return base.excluding(TOO_FEW_ANSWERS if prorates else MISSING_ANSWER, excluded)

    def base_of(self, used: npt.NDArray[np.bool_]) -> Base:
        """Return the base of a measure that uses some of the respondents.

        Parameters
        ----------
        used : ndarray of bool, shape (respondents,)
            Who is used; the others miss an answer, or have the weight 0.
        """
        incomplete = ~used & np.isnan(self.answers).any(axis=1)
        missing = int(incomplete.sum())
        return self.base.excluding(MISSING_ANSWER, missing).excluding(
            WEIGHT_ZERO, int((~used).sum()) - missing
        )

    def keyed(self, instrument: Instrument) -> Responses:
        """Turn the answers to reversed items round: low + high - x, by the ends of the scale.

        Parameters
        ----------
        instrument : Instrument
            Says which items are reversed; its dimensions are remembered.

        Returns
        -------
        Responses
            The same where they have been keyed by this instrument already.

        Raises
        ------
        DataError
            If an item is none of the instrument's, or they were keyed by another instrument.

        Examples
        --------
        >>> from custvalue.survey import Dimension, Instrument, Item, Responses, Scale
        >>> items = (Item(name="polite"), Item(name="rude", reversed=True))
        >>> staff = Instrument(name="staff", dimensions=(Dimension(name="staff", items=items),))
        >>> frame = {"polite": [5, 4, 1], "rude": [1, 2, 4]}
        >>> Responses.from_frame(frame, scale=Scale(1, 5)).keyed(staff).item("rude")
        array([5., 4., 2.])
        """
        if self.instrument == instrument:
            return self
        if self.instrument is not None:
            raise DataError(
                f"these responses are keyed by the instrument {self.instrument.name!r} already, "
                f"and {instrument.name!r} is another one. Key the answers as they were read."
            )
        check_belong(self.items, instrument)
        answers = turned(self.items, self.answers, self.scale, instrument.reversed_items)
        return replace(self, answers=read_only(answers), instrument=instrument)

    def only(self, items: Sequence[str]) -> Responses:
        """Return some of the items, with weights, labels, scale, policy and instrument.

        Parameters
        ----------
        items : sequence of str
            Their names, in the order wanted.

        Returns
        -------
        Responses
            Respondents left out stay left out. Under ``prorate``, whoever answered less than
            ``min_answered`` of these items is left out too, and counted. "Don't know" is counted
            for these items alone, and only where it was recorded by item, as it is by
            :meth:`from_frame` and :meth:`from_array`.

        Raises
        ------
        DataError
            If no item is named, one is named twice, or nobody answered enough of them.
        ParameterError
            If there is no such item.

        Examples
        --------
        >>> from custvalue.survey import Responses, Scale
        >>> frame = {"friendly": [5, 4, 3], "on time": [2, 4, 4], "weight": [1, 2, 1]}
        >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), weights="weight")
        >>> one = answers.only(["friendly"])
        >>> one.items, one.weights.tolist()
        (('friendly',), [1.0, 2.0, 1.0])
        """
        names = check_items(items)
        for name in names:
            require_choice("item", name, self.items)
        places = [self.items.index(name) for name in names]
        answers = self.answers[:, places]
        keep = prorating.kept(names, answers, self.missing, self.instrument, self.min_answered)
        none: list[IntArray] = [np.empty(0, dtype=np.int64)] * len(names)
        later = counted_losses(answers, none, keep, (self.group, self.wave))
        losses = of_items(self.losses, places, later)
        return replace(
            self,
            items=names,
            answers=read_only(np.asfortranarray(answers[keep])),
            weights=read_only(self.weights[keep]),
            group=None if self.group is None else read_only(self.group[keep]),
            wave=None if self.wave is None else read_only(self.wave[keep]),
            losses=losses,
        )

    def with_weights(self, weights: npt.ArrayLike) -> Responses:
        """Return the same answers with other sampling weights.

        Parameters
        ----------
        weights : array_like of shape (respondents,)
            For instance those of :func:`rake`.

        Raises
        ------
        DataError
            If they are of another length, missing, negative, infinite or all 0.
        """
        numbers = given_weights(weights)
        gone = sum(its.excluded for its in self.losses)
        if gone and numbers.shape == (self.respondents + gone,):
            raise DataError(
                f"weights has one entry for each of the {len(numbers)} respondents of the data, "
                f"but {gone} of them are excluded from these responses. Put the weights into the "
                f"data, and read both together: Responses.from_frame(…, weights='…').",
                column="weights",
            )
        numbers = checked_weights("weights", numbers, self.respondents)
        return replace(self, weights=read_only(numbers))

    def filled(self) -> FloatArray:
        """Return the answers with those that ``prorate`` fills, shape (respondents, items).

        A missing answer is the mean of the respondent's answers to the other items (of the same
        dimension, where there is an instrument), so that a sum or mean of the items is that of
        the answers that there are, scaled up. Under the other policies nothing is filled.
        """
        if self.missing != "prorate":
            return self.answers
        return read_only(prorating.filled(self.answers, self._parts))

    def scores(self, dimension: str | None = None) -> FloatArray:
        """Return each respondent's mean over the items, shape (respondents,).

        Parameters
        ----------
        dimension : str, optional
            Of the instrument; all items by default.

        Returns
        -------
        ndarray of float64
            NaN for a respondent who, under ``pairwise``, misses one of them.

        Raises
        ------
        DataError
            If a dimension is named, but the responses have no instrument or none of its items.
        ParameterError
            If the instrument has no such dimension.

        Examples
        --------
        >>> from custvalue.survey import Responses, Scale
        >>> data = [[5, None, 3], [2, 2, 5]]
        >>> answers = Responses.from_array(data, scale=Scale(1, 5), missing="prorate")
        >>> answers.scores()
        array([4., 3.])
        >>> answers.base.filled
        1
        """
        answers = self.filled()
        if dimension is None:
            return np.asarray(answers.mean(axis=1))
        if self.instrument is None:
            raise DataError(
                "these responses have no instrument that says which items make a dimension. Give "
                "it when they are read, as in Responses.from_frame(…, instrument=…)."
            )
        require_choice("dimension", dimension, self.instrument.dimension_names)
        if dimension not in self._parts:
            raise DataError(f"none of the items of {dimension!r} is among these responses.")
        return np.asarray(answers[:, self._parts[dimension]].mean(axis=1))

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
        """Estimate the weighted mean of one item, with its interval, ``beta`` by default.

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
        ends = (self.scale.low, self.scale.high)
        return mean_estimate(self.item(name), self.weights, name=name, bounds=ends, method="beta")

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
            stays. What was left out is counted by label where the responses were read by
            :meth:`from_frame` or :meth:`from_array`.

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
            label: self._of(codes == place, what, label)
            for place, label in enumerate(names.tolist())
        }

    def _of(self, rows: npt.NDArray[np.bool_], what: Split, label: str | int) -> Responses:
        if not self.weights[rows].any():
            raise DataError(
                f"{what} {label!r}: all of its {int(rows.sum())} respondents have the weight 0. "
                f"Leave them out."
            )
        losses = tuple(its for its in self.losses if getattr(its, what) == label)
        return replace(
            self,
            losses=losses,
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
        return (
            str(self.base),
            f"Scale {self.scale}, effective n {self.effective_n:,.1f}.",
            *self._reversed_note(),
            "95 % intervals, beta, linearised for weights.",
        )

    def _reversed_note(self) -> tuple[str, ...]:
        names = () if self.instrument is None else self.instrument.reversed_items
        here = [name for name in names if name in self.items]
        return (f"Reversed items, turned round: {listed(here)}.",) if here else ()


def require_responses(responses: object) -> None:
    """Raise a ParameterError unless they are Responses."""
    if not isinstance(responses, Responses):
        raise ParameterError(
            f"responses must be Responses, as in Responses.from_frame(frame, scale=Scale(1, 5)), "
            f"but it is a {type(responses).__name__}."
        )


def _own(array: npt.ArrayLike) -> FloatArray:
    """Return a read-only array that nobody else can write to; a read-only one is taken as it is."""
    numbers = np.asarray(array, dtype=np.float64)
    return read_only(numbers.copy()) if numbers.flags.writeable else numbers
