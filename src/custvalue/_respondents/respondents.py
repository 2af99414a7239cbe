"""Respondents: weights, labels, missing policy and losses, which all sets of answers share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import repeat
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._columns import missing, places
from custvalue._inference.clusters import Clusters
from custvalue._inference.means import kish_effective_n
from custvalue._inference.sample import Sample
from custvalue._respondents import prorating, reading
from custvalue._respondents.block import Some, own, taken
from custvalue._respondents.clustering import clusters_of, sampled_of
from custvalue._respondents.counted_rows import warn_of_counts
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.losses import Answers, Lost, absent, nothing_lost, states_of
from custvalue._respondents.split import Combination, Rows, Split
from custvalue._results.base import (
    EARLIER_ANSWER,
    MISSING_ANSWER,
    TOO_FEW_ANSWERS,
    WEIGHT_ZERO,
    Base,
    ItemBase,
    MissingPolicy,
)
from custvalue._rows import Columns, FloatArray, LabelArray, read_only
from custvalue._words import count, did_you_mean, listed
from custvalue.errors import DataError, ParameterError

AT_ONCE = 2**16  # answers
ROLES = ("group", "wave", "cluster", "stratum", "customer")  # labels with an argument of their own


class Questions(NamedTuple):
    """One block of answers: the items, the answers, and whether missing ones are prorated."""

    items: tuple[str, ...]
    answers: Answers
    prorates: bool = False
    instrument: Instrument | None = None


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Respondents(Columns):
    """Base of all sets of answers of the same respondents.

    A subclass holds its answers in fields with one row per respondent, names these fields in
    ``ROWS``, and says in ``_blocks`` which items they are.

    Parameters
    ----------
    weights : ndarray of float64, shape (respondents,)
        Sampling weights; ones where none were given.
    labels : dict of str to ndarray, shape (respondents,)
        What respondents are divided by: ``group``, ``wave``, ``cluster``, ``stratum``,
        ``customer`` and any others; all whole numbers or all text, with None where a label is
        missing under another policy than ``raise``.
    missing : {"raise", "drop", "pairwise", "prorate"}
        The policy that was applied to missing answers.
    min_answered : float
        Under ``prorate``, the share of the items (of each dimension) that a respondent must have
        answered.
    lost : Lost or None
        Who is excluded, and "don't know"; :attr:`base` counts them.
    called : dict of str to str
        The column that a label was read from, where it has another name: ``dealer`` of
        ``cluster="dealer"``; :meth:`by` takes both names.
    sampled : dict of str to int, or None
        Clusters of the whole survey in each stratum, where these respondents are a part of it.
    """

    weights: FloatArray
    labels: dict[str, LabelArray] = field(default_factory=dict)
    missing: MissingPolicy = "raise"
    min_answered: float = prorating.HALF
    lost: Lost | None = None
    called: dict[str, str] = field(default_factory=dict, compare=False)
    sampled: dict[str, int] | None = field(default=None, compare=False)

    ROWS: ClassVar[tuple[str, ...]]
    NOUN: ClassVar[str] = "these responses"

    @abstractmethod
    def _blocks(self) -> dict[str, Questions]:
        """Return the blocks of answers by name."""

    def _check_respondents(self, rows: int) -> None:
        """Check weights, labels and policy of an object that was put together by hand or read."""
        reading.require_missing_policy(self.missing)
        share = prorating.checked_min_answered(self.min_answered, self.missing)
        object.__setattr__(self, "min_answered", share)
        weights = reading.checked_weights("weights", own(self.weights), rows)
        object.__setattr__(self, "weights", weights)
        labels = {
            name: reading.checked_labels(name, its, rows, self.missing)
            for name, its in self.labels.items()
        }
        clusters_of(labels)
        object.__setattr__(self, "labels", labels)

    @classmethod
    def _unchecked(cls, **values: Any) -> Self:
        """Put an object together from what has been checked already."""
        made = object.__new__(cls)
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made

    def _changed(self, **changes: Any) -> Self:
        """Return a copy with other values, unchecked."""
        values = {its.name: getattr(self, its.name) for its in fields(self)}
        return self._unchecked(**(values | changes))

    @property
    def respondents(self) -> int:
        """Number of respondents that are not excluded."""
        return len(self.weights)

    @property
    def effective_n(self) -> float:
        """Kish's effective number of respondents."""
        return kish_effective_n(self.weights)

    @property
    def group(self) -> LabelArray | None:
        """Group of each respondent: site, segment or brand; None where none was given."""
        return self.labels.get("group")

    @property
    def wave(self) -> LabelArray | None:
        """Time of asking of each respondent; None where none was given."""
        return self.labels.get("wave")

    @cached_property
    def clusters(self) -> Clusters | None:
        """Cluster of each respondent and stratum of each cluster; None where none was given."""
        return clusters_of(self.labels, self.sampled)

    @property
    def sample(self) -> Sample:
        """The respondents as every estimate needs them: their weights and clusters."""
        return Sample(self.weights, self.clusters)

    @property
    def base(self) -> Base:
        """Who answered, who is excluded and why, and which answers are missing."""
        return self.base_on(*self._blocks())

    def base_on(self, *blocks: str) -> Base:
        """Return the base of what uses some blocks of answers.

        Parameters
        ----------
        *blocks : str
            Their names.
        """
        asked = {name: its for name, its in self._blocks().items() if name in blocks}
        absent_in = [its.answers for its in asked.values() if its.prorates]
        lost = (self.lost.excluded, self.lost.earlier) if self.lost else (0, 0)
        excluded, earlier = lost
        prorates = self.missing == "prorate"
        base = Base(
            respondents=self.respondents + excluded,
            missing=self.missing,
            min_answered=self.min_answered if prorates else None,
            prorated=incomplete(absent_in, self.respondents),
            filled=sum(sum(_missing(its)) for its in absent_in),
            items=tuple(self._items(blocks)),
        )
        why = TOO_FEW_ANSWERS if prorates else MISSING_ANSWER
        return base.excluding(EARLIER_ANSWER, earlier).excluding(why, excluded - earlier)

    def _questions(self) -> dict[str, range]:
        """Return the places of the items of each block among all questions, as `lost` has them."""
        ends = np.cumsum([0, *(len(its.items) for its in self._blocks().values())]).tolist()
        return dict(zip(self._blocks(), map(range, ends, ends[1:]), strict=True))

    def _items(self, blocks: Sequence[str]) -> Iterator[ItemBase]:
        """Count missing answers and "don't know" of all respondents who were read, item by item."""
        lost, places = self.lost, self._questions()
        for name, its in self._blocks().items():
            if name not in blocks:
                continue
            place = list(places[name])
            missing = np.array(_missing(its.answers))
            unknown = np.zeros(len(its.items), dtype=np.int64)
            if lost is not None:
                missing = missing - lost.unknown()[place] + lost.missing()[place]
                unknown = lost.dont_know()[place]
            for item, gone, said in zip(its.items, missing.tolist(), unknown.tolist(), strict=True):
                yield ItemBase(item, gone, said, name)

    def base_of(self, used: npt.NDArray[np.bool_]) -> Base:
        """Return the base of a measure that uses some of the respondents.

        Parameters
        ----------
        used : ndarray of bool, shape (respondents,)
            Who is used; the others have a missing answer, or the weight 0.
        """
        gaps = np.zeros(self.respondents, dtype=bool)
        for its in self._blocks().values():
            gaps |= absent(its.answers).any(axis=1)
        unused, missing = int((~used).sum()), int((~used & gaps).sum())
        base = self.base.excluding(MISSING_ANSWER, missing)
        return base.excluding(WEIGHT_ZERO, unused - missing)

    def by(self, *labels: str) -> dict[Any, Self]:
        """Split the respondents by one label or several.

        Parameters
        ----------
        *labels : str
            ``"group"``, ``"wave"``, or any other label that was given at reading; several for
            their combinations.

        Returns
        -------
        dict
            Label to its respondents, in ascending order; tuples of labels where several are
            named. A label with a single respondent stays. Excluded respondents and "don't know"
            are counted where they belong. Respondents without a label are in no part;
            :meth:`unlabelled` counts them.

        Raises
        ------
        DataError
            If there is no such label, or all respondents of one have the weight 0.
        ParameterError
            If no label is named.

        Examples
        --------
        >>> from custvalue.survey import Responses, Scale
        >>> frame = {
        ...     "friendly": [5, 4, 3, 5],
        ...     "site": ["south", "north", "south", "south"],
        ...     "year": [2023, 2023, 2024, 2023],
        ... }
        >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), group="site", wave="year")
        >>> {site: part.mean("friendly").value for site, part in answers.by("group").items()}
        {'north': 4.0, 'south': 4.333333333333333}
        >>> list(answers.by("group", "wave"))
        [('north', 2023), ('south', 2023), ('south', 2024)]
        """
        if not labels:
            raise ParameterError(f"by() needs a label, one of {listed(self.labels)}.")
        names = [self.label_named(name) for name in labels]
        known = self.labelled(*names)
        if self.clusters is not None and not self.sampled:
            known = known._changed(sampled=sampled_of(self.clusters))  # noqa: SLF001 -- of this class
        split = Split.by({name: known.labels[name] for name in names})
        losses = repeat(None) if known.lost is None else known.lost.split(split)
        parts = known.of_rows(split.order)._slices(split, losses)  # noqa: SLF001 -- of this class
        return {key[0] if len(labels) == 1 else key: part for key, part in parts.items()}

    def labelled(self, *labels: str) -> Self:
        """Return the respondents who have some labels, as :meth:`by` splits them.

        Parameters
        ----------
        *labels : str
            Names of labels.

        Raises
        ------
        DataError
            If there is no such label, or it is missing for all respondents.
        """
        names = [self.label_named(name) for name in labels]
        lost = self.lost
        gaps = self._gaps(self.labels, names)
        if not gaps.any() and (lost is None or not self._gaps(lost.labels, names).any()):
            return self
        if gaps.all():
            raise DataError(
                f"{listed(names)} is missing for all {count(self.respondents, 'respondent')}. "
                f"Read the labels again, or do not divide by them."
            )
        if lost is not None:
            lost = lost.of(np.flatnonzero(~gaps)).of_excluded(~self._gaps(lost.labels, names))
            lost = replace(lost, labels=_without_gaps(lost.labels))
        fields_of_rows = self._of_rows(~gaps)
        fields_of_rows["labels"] = _without_gaps(fields_of_rows["labels"])
        return self._changed(lost=lost, **fields_of_rows)

    def unlabelled(self, *labels: str) -> dict[str, int]:
        """Count the respondents who lack one of some labels, by reason; nothing where none does.

        Parameters
        ----------
        *labels : str
            Names of labels; who lacks several is counted at the first.

        Examples
        --------
        >>> from custvalue.survey import Responses, Scale
        >>> frame = {"friendly": [5, 4, 3], "site": ["north", None, "south"]}
        >>> answers = Responses.from_frame(
        ...     frame, ["friendly"], scale=Scale(1, 5), group="site", missing="pairwise"
        ... )
        >>> list(answers.by("group")), answers.unlabelled("group")
        (['north', 'south'], {'no group': 1})
        """
        found, counted = {}, np.zeros(self.respondents, dtype=bool)
        for name in map(self.label_named, labels):
            gaps = self._gaps(self.labels, (name,)) & ~counted
            if gaps.any():
                found[f"no {name}"] = int(gaps.sum())
            counted |= gaps
        return found

    def _gap_notes(self) -> list[str]:
        """Say which labels are missing for how many respondents."""
        gaps = {name: int(missing(its).sum()) for name, its in self.labels.items()}
        return [f"{name} is missing for {count(n, 'respondent')}." for name, n in gaps.items() if n]

    @staticmethod
    def _gaps(labels: Mapping[str, LabelArray], names: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Say which rows lack one of some labels."""
        return np.asarray(np.logical_or.reduce([missing(labels[name]) for name in names]))

    def _slices(self, split: Split, losses: Iterable[Lost | None]) -> dict[Combination, Self]:
        """Return the parts of respondents who are sorted by part."""
        parts = {}
        for key, rows, lost in zip(split.keys, split.slices(), losses, strict=False):
            if not self.weights[rows].any():
                named = zip(split.labels, key, strict=True)
                raise DataError(
                    f"{', '.join(f'{name} {label!r}' for name, label in named)}: all of its "
                    f"{rows.stop - rows.start} respondents have the weight 0. Exclude them from "
                    f"the data."
                )
            parts[key] = self._changed(lost=lost, **self._of_rows(rows))
        return parts

    def label_named(self, name: Any) -> str:
        """Return the name of a label, also by the column that it was read from.

        Parameters
        ----------
        name : str
            Its name, or that of its column.

        Raises
        ------
        DataError
            If there is no such label.
        """
        found = name if name in self.labels else self.called.get(name)
        if found is not None:
            return str(found)
        kind = type(self).__name__
        role = name in ROLES
        how = f"{name}='…'" if role else f"labels=[{name!r}]"
        there = f" Labels are {listed(self.labels)}." if self.labels else ""
        raise DataError(
            f"{self.NOUN} have no label {name!r}.{did_you_mean(name, self.labels)}{there} Name its "
            f"column when they are read, as in {kind}.from_frame(…, {how})."
        )

    def _of_rows(self, rows: Some) -> dict[str, Any]:
        """Return the fields with one row per respondent, for some of them."""
        names = (*self.ROWS, "weights", "labels")
        return {name: rows_of(getattr(self, name), rows) for name in names}

    def of_rows(self, rows: Some) -> Self:
        """Return some rows, with all that belongs to them; respondents may come twice.

        Parameters
        ----------
        rows : ndarray of bool or of int64, or slice
            Flags or positions. Excluded respondents and "don't know" are not counted any more.
        """
        return self._changed(lost=None, **self._of_rows(rows))

    @property
    def alike(self) -> Rows:
        """Codes below the number of respondents, equal for those with equal answers and labels."""
        codes = np.zeros(self.respondents, dtype=np.int64)
        for column in columns_of(self._of_rows(slice(None)), self.respondents):
            other = _alike(column)
            both = codes * self.respondents + other  # both are below that number
            codes = np.unique(both, return_inverse=True)[1]
        return codes

    def only(self, items: Sequence[str]) -> Self:
        """Return some of the items, with weights, labels, policy and all else of the respondents.

        Parameters
        ----------
        items : sequence of str
            Their names, in the order wanted; surveys of service quality, whose items are named as
            their perceptions, keep the order of the instrument.

        Raises
        ------
        DataError
            If no item is named, one is named twice, no respondent answered enough of them, or
            importance points were shared among dimensions that have none of them.
        ParameterError
            If there is no such item.

        Notes
        -----
        Excluded respondents stay excluded. Under ``prorate``, respondents who answered less than
        ``min_answered`` of these items are excluded too, and counted.

        Examples
        --------
        >>> from custvalue.survey import Responses, Scale
        >>> frame = {"friendly": [5, 4, 3], "on time": [2, 4, 4], "weight": [1, 2, 1]}
        >>> answers = Responses.from_frame(frame, scale=Scale(1, 5), weights="weight")
        >>> one = answers.only(["friendly"])
        >>> one.items, one.weights.tolist()
        (('friendly',), [1.0, 2.0, 1.0])
        """
        names = reading.check_items(items)
        known = next(iter(self._blocks().values())).items
        for name in names:
            require_choice("item", name, known)
        some = self._only(names, [known.index(name) for name in names])
        return some._enough_answered()  # noqa: SLF001 -- of this class

    def _only(self, names: tuple[str, ...], places: Sequence[int]) -> Self:
        """Return some of the items, by name and by place."""
        arrays = {name: getattr(self, name) for name in self.ROWS}
        some = {
            name: read_only(np.asfortranarray(its[:, places]))
            for name, its in arrays.items()
            if its is not None
        }
        questions = [its[place] for its in self._questions().values() for place in places]
        return self._changed(items=names, lost=self._lost_of(questions), **some)

    def _lost_of(self, questions: Sequence[int]) -> Lost | None:
        lost = None if self.lost is None else self.lost.of_questions(questions)
        return lost if lost is not None and (lost.excluded or len(lost.row)) else None

    def _enough_answered(self) -> Self:
        """Exclude respondents who answered too few of the items that other answers stand for."""
        blocks = self._blocks().values()
        keep = np.ones(self.respondents, dtype=bool)
        for its in blocks:
            if its.prorates:
                parts = prorating.parts_of(its.items, its.instrument)
                keep &= prorating.enough_answered(its.answers, parts, self.min_answered)
        prorating.refuse_empty(keep, self.min_answered)
        if keep.all():
            return self
        questions = sum(len(its.items) for its in blocks)
        lost = nothing_lost(questions, self.labels) if self.lost is None else self.lost
        lost = lost.excluding(states_of([its.answers for its in blocks]), keep, self.labels)
        return self._changed(lost=lost, **self._of_rows(keep))

    def with_weights(self, weights: npt.ArrayLike) -> Self:
        """Return the same answers with other sampling weights.

        Parameters
        ----------
        weights : array_like of shape (respondents,)
            For example those of :func:`rake`.

        Raises
        ------
        DataError
            If they are of another length, missing, negative, infinite or all 0.
        """
        numbers = reading.given_weights(weights)
        gone = 0 if self.lost is None else self.lost.excluded
        if gone and numbers.shape == (self.respondents + gone,):
            raise DataError(
                f"weights has one entry for each of the {len(numbers)} respondents of the data, "
                f"but {gone} of them are excluded from {self.NOUN}. Put the weights into the "
                f"data, and read both together: {type(self).__name__}.from_frame(…, weights='…').",
                column="weights",
            )
        numbers = reading.checked_weights("weights", numbers, self.respondents)
        answers = [its.answers for its in self._blocks().values()]
        warn_of_counts(answers, numbers, self.labels.values())
        return self._changed(weights=read_only(numbers))

    def with_labels(self, labels: Mapping[str, LabelArray]) -> Self:
        """Return the same answers with other labels, which have been checked."""
        return self._changed(labels=dict(labels))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return answers, weights and labels, one row per respondent, as a plain dict."""
        return {**self._answer_columns(), "weight": self.weights, **self.labels}

    def _answer_columns(self) -> dict[str, npt.NDArray[Any]]:
        return {
            item: its.answers[:, place]
            for its in self._blocks().values()
            for place, item in enumerate(its.items)
        }


def rows_of(values: Any, rows: Some) -> Any:
    """Return some rows of an array, column by column in memory, or of every array in a mapping."""
    if isinstance(values, Mapping):
        return {name: rows_of(its, rows) for name, its in values.items()}
    if hasattr(values, "of_rows"):
        return values.of_rows(rows)
    return None if values is None else read_only(taken(values, rows))


def _without_gaps(labels: Mapping[str, LabelArray]) -> dict[str, LabelArray]:
    """Return labels of which none is missing any more as whole numbers or text again."""
    return {
        name: its
        if its.dtype != object or missing(its).any() or not len(its)
        else read_only(np.array(its.tolist()))
        for name, its in labels.items()
    }


def _alike(column: npt.NDArray[Any]) -> Rows:
    """Return a number for each entry, the same where entries are alike."""
    if column.dtype != object:
        return np.unique(column, return_inverse=True)[1]
    entries = column.tolist()  # labels, some of which are missing
    return places(entries, list(dict.fromkeys(entries)))


def columns_of(values: Any, rows: int) -> Iterator[npt.NDArray[Any]]:
    """Yield all columns with an entry for each row."""
    if isinstance(values, Mapping):
        for its in values.values():
            yield from columns_of(its, rows)
    elif isinstance(values, np.ndarray):
        yield from (its for its in np.atleast_2d(values.T) if len(its) == rows)
    elif values is not None:
        yield from columns_of(values.answers, rows)


def _missing(answers: Answers) -> list[int]:
    """Count the missing answers of every item; of many answers without an array of all of them."""
    if answers.ndim == 2 and answers.size <= AT_ONCE:
        return [int(gone) for gone in np.count_nonzero(absent(answers), axis=0)]
    return [int(absent(answers[:, place]).sum()) for place in range(answers.shape[1])]


def incomplete(blocks: Sequence[Answers], respondents: int) -> int:
    """Count the respondents with a missing answer in any of the blocks."""
    gaps = np.zeros(respondents, dtype=bool)
    for answers in blocks:
        for column in answers.T:
            gaps |= absent(column)
    return int(gaps.sum())
