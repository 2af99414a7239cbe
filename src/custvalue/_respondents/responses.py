"""Answers of respondents to items on one scale, with weights and a missing policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sums import OfSums, mean_of, of_sums
from custvalue._respondents import prorating
from custvalue._respondents.block import (
    Block,
    check_belong,
    checked_answers,
    recoded,
    require_instrument,
)
from custvalue._respondents.codebook import Codebook, scale_of
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reader import Asked, Roles, Who, read_blocks
from custvalue._respondents.reading import check_items, columns_of
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._respondents.respondents import Questions, Respondents
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue._results.layout import Row, laid_out, shown
from custvalue._rows import FloatArray, read_only
from custvalue._table import Table
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError


def _mean_of_sums(answers: Responses, name: str) -> OfSums:
    return mean_of(answers.item(name), answers.weights)


@dataclass(frozen=True, eq=False, repr=False)
class Responses(Respondents):
    """Answers of respondents to items on one scale.

    Use :meth:`from_frame` or :meth:`from_arrays`. Answers are checked against the scale, and
    the arrays are read-only.

    Parameters
    ----------
    items : tuple of str
        Names of the items.
    answers : ndarray of float64, shape (respondents, items)
        Answers; NaN where there is none.
    scale : Scale
        The scale that all items share.
    instrument : Instrument or None
        The questionnaire; where there is one, reverse-scored items have been recoded by it.
    weights : ndarray of float64, shape (respondents,)
        Sampling weights; ones where none were given.
    labels : dict of str to ndarray, shape (respondents,)
        ``group``, ``wave``, ``cluster``, ``stratum`` and others, all whole numbers or all text.
    missing : {"raise", "drop", "pairwise", "prorate"}
        The policy that was applied to missing answers.
    min_answered : float
        Share of the items (of each dimension, where there is an instrument) that a respondent
        must have answered under ``prorate``.
    lost : Lost or None
        Who is excluded, and "don't know"; :attr:`base` counts them.

    Raises
    ------
    DataError
        If an answer is off the scale, missing against the policy, a label is missing, an item is
        none of the instrument's, or shapes do not fit.
    """

    items: tuple[str, ...]
    answers: FloatArray
    scale: Scale
    instrument: Instrument | None = None

    ROWS: ClassVar[tuple[str, ...]] = ("answers",)
    REPR: ClassVar[tuple[str, ...]] = ("respondents", "items", "scale", "missing=missing_answers")

    def __post_init__(self) -> None:
        answers = checked_answers(self.items, self.answers, self.scale)
        object.__setattr__(self, "answers", answers)
        self._check_respondents(len(answers))
        if self.instrument is not None:
            check_belong(self.items, self.instrument)
        prorating.check_gaps(self.items, answers, self.instrument, self.missing, self.min_answered)

    @property
    def _parts(self) -> prorating.Parts:
        return prorating.parts_of(self.items, self.instrument)

    def _blocks(self) -> dict[str, Questions]:
        prorates = self.missing == "prorate"
        return {"": Questions(self.items, self.answers, prorates, self.instrument)}

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        items: Sequence[str] | None = None,
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
        group: str | None = None,
        wave: str | None = None,
        cluster: str | None = None,
        stratum: str | None = None,
        labels: Sequence[str] | Mapping[str, str] | None = None,
        customer: str | None = None,
        repeats: RepeatsPolicy = "raise",
        date: str | None = None,
        instrument: Instrument | None = None,
        min_answered: float = 0.5,
    ) -> Responses:
        """Read answers from a dataframe or a mapping of columns.

        Parameters
        ----------
        frame : dataframe or mapping
            One row per respondent, one column per item.
        items : sequence of str, optional
            Columns that hold the items; by default all of them except weights and labels.
        scale : Scale, optional
            The scale of all the items. Not needed with a codebook, which has one.
        codebook : Codebook, optional
            What words in the data mean. Without it answers are numbers, or words whose type puts
            them in order (pandas ordered Categorical, polars Enum, pyarrow ordered dictionary) and
            has as many categories as the scale has answers.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            What to do with missing answers (null, NaN, the scale's missing codes): refuse them,
            exclude the respondents who have any, let each statistic use the respondents
            who gave all the answers that it needs, or, where items are combined into a score,
            fill them by the mean of the respondent's answers to the other items.
        group, wave : str, optional
            Columns of labels: the site, segment or brand of a respondent, and the time of asking
            (``"2024-Q1"``). Labels are whole numbers, text, dates or pandas periods; the last two
            become ISO text. :meth:`by` splits by them. Unless `missing` is ``raise`` a label may be
            missing: such respondents are in no part, and comparisons count them.
        cluster, stratum : str, optional
            Columns of the primary sampling unit (such as the dealer) and of the stratum (such as
            the region), in which each unit lies. All intervals take them into account. A stratum
            needs a cluster.
        labels : sequence of str or mapping, optional
            Columns of other labels, or name of the label to its column.
        customer : str, optional
            Column that tells customers apart. Without it rows count as different customers.
        repeats : {"raise", "latest", "cluster"}
            What to do where a customer comes more than once in a wave (the next wave asks a panel
            again): refuse it; use the latest answer by `date` and count the others as excluded;
            or use all of them, customers being the clusters. Where clusters are given, a customer
            must then lie in one of them.
        date : str, optional
            Column that tells which answer is the latest: dates, times, ISO text or whole numbers.
        instrument : Instrument, optional
            The questionnaire, item names being columns (:meth:`Instrument.renamed`). Its items
            are read where `items` names none, its reverse-scored items are recoded, and
            ``prorate`` keeps to its dimensions.
        min_answered : float
            Under ``prorate``, the share of the items (of each dimension) that a respondent must
            have answered; respondents who answered less are excluded and counted.

        Raises
        ------
        DataError
            If a column is absent or has two roles, an answer is off the scale or missing, weights
            are negative, a label is missing, or an item is none of the instrument's.
        ParameterError
            If `missing` is not one of these policies, or `min_answered` is not such a share.
        """
        source = frame if isinstance(frame, _frames.Source) else _frames.Source(frame)
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        roles.check_names()
        if items is None and instrument is None:
            items = [name for name in source.names if name not in roles.taken]
        names = _names(items, instrument)
        source.require({f"items[{i}]": name for i, name in enumerate(names)})
        who = roles.of_frame(source, names)
        asked = Asked(names, scale_of(scale, codebook), instrument, codebook=codebook)
        return cls._read(source, asked, who, missing, min_answered)

    @classmethod
    def from_arrays(
        cls,
        answers: npt.ArrayLike,
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        items: Sequence[str] | None = None,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        labels: Mapping[str, npt.ArrayLike] | None = None,
        customer: npt.ArrayLike | None = None,
        repeats: RepeatsPolicy = "raise",
        date: npt.ArrayLike | None = None,
        instrument: Instrument | None = None,
        min_answered: float = 0.5,
    ) -> Responses:
        """Read answers from an array of respondents x items (or of one item).

        Parameters
        ----------
        answers : array_like of shape (respondents,) or (respondents, items)
            Answers; NaN or None where there is none.
        scale, codebook
            As in :meth:`from_frame`.
        items : sequence of str, optional
            Names of the items; by default those of the instrument, or ``item 1``, ``item 2``, …
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            As in :meth:`from_frame`.
        group, wave, cluster, stratum : array_like of shape (respondents,), optional
            Labels, as in :meth:`from_frame`.
        labels : mapping of str to array_like, optional
            Other labels by name.
        customer, date : array_like of shape (respondents,), optional
            As in :meth:`from_frame`.
        repeats : {"raise", "latest", "cluster"}
            As in :meth:`from_frame`.
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
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        columns = columns_of("answers", answers)
        if items is None and instrument is None:
            items = [f"item {i + 1}" for i in range(len(columns))]
        names = _names(items, instrument)
        names = tuple(map(str, names))
        if len(names) != len(columns):
            raise DataError(f"items has {len(names)} names for {len(columns)} columns.")
        source = _frames.Source(dict(zip(names, columns, strict=True)))
        asked = Asked(names, scale_of(scale, codebook), instrument, codebook=codebook)
        who = roles.of_arrays(source.rows, {"answers": answers})
        return cls._read(source, asked, who, missing, min_answered)

    @classmethod
    def _read(
        cls,
        source: _frames.Source,
        asked: Asked,
        who: Who,
        missing: MissingPolicy,
        min_answered: float,
    ) -> Responses:
        if asked.instrument is not None:
            check_belong(asked.items, asked.instrument)
        blocks, settled = read_blocks(
            source, {"": asked}, who, missing=missing, min_answered=min_answered
        )
        return cls.of_block(blocks[""], settled.shared)

    @classmethod
    def of_block(cls, block: Block, shared: Mapping[str, Any]) -> Responses:
        """Return one block of answers, checked already, with what all blocks share.

        Parameters
        ----------
        block : Block
            The answers.
        shared : mapping of str to object
            Weights, labels, policy and losses.
        """
        return cls._unchecked(
            items=tuple(map(str, block.items)),  # of columns that pandas numbers
            answers=block.answers,
            scale=block.scale,
            instrument=block.instrument,
            **shared,
        )

    @property
    def missing_answers(self) -> int:
        """Number of answers that are missing."""
        return int(np.isnan(self.answers).sum())

    def keyed(self, instrument: Instrument) -> Responses:
        """Recode the answers to reverse-scored items: low + high - x, by the ends of the scale.

        Parameters
        ----------
        instrument : Instrument
            Declares the reverse-scored items; its dimensions are kept.

        Returns
        -------
        Responses
            The same where they have been recoded by this instrument already.

        Raises
        ------
        DataError
            If an item is none of the instrument's, or they were recoded by another instrument.

        Examples
        --------
        >>> from custvalue.survey import Dimension, Instrument, Item, Responses, Scale
        >>> items = (Item(name="polite"), Item(name="rude", reverse_scored=True))
        >>> staff = Instrument(name="staff", dimensions=(Dimension(name="staff", items=items),))
        >>> frame = {"polite": [5, 4, 1], "rude": [1, 2, 4]}
        >>> Responses.from_frame(frame, scale=Scale(1, 5)).keyed(staff).item("rude")
        array([5., 4., 2.])
        """
        if self.instrument == instrument:
            return self
        if self.instrument is not None:
            raise DataError(
                f"these responses are recoded by the instrument {self.instrument.name!r} already, "
                f"and {instrument.name!r} is another one. Recode the answers as they were read."
            )
        check_belong(self.items, instrument)
        answers = recoded(self.items, self.answers, self.scale, instrument.reverse_scored_items)
        return self._changed(answers=read_only(answers), instrument=instrument)

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
            NaN for a respondent who, under ``pairwise``, has a missing answer.

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
        >>> answers = Responses.from_arrays(data, scale=Scale(1, 5), missing="prorate")
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

    @of_sums(_mean_of_sums)
    def mean(self, name: str) -> MeanEstimate:
        """Estimate the weighted mean of one item, with its interval, by clusters if there are any.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        DataError
            If no respondent answered it.
        ParameterError
            If there is no such item.
        """
        ends = (self.scale.low, self.scale.high)
        return mean_estimate(self.item(name), self.sample, name=name, bounds=ends, method="beta")

    def _table(self) -> Table:
        columns = shown("mean, low, high, standard_error, n")
        rows = [Row(name, self._cells(name)) for name in self.items]
        return laid_out("Answers", columns, rows, self._notes(), labels="item")

    def _cells(self, name: str) -> Mapping[str, float | None]:
        answered = ~np.isnan(self.item(name)) & (self.weights > 0)
        return self.mean(name).row(value="mean") if answered.any() else {"n": 0}

    def _notes(self) -> tuple[str, ...]:
        how = "beta, by clusters" if self.clusters else "beta, linearised for weights"
        return (
            str(self.base),
            f"Scale {self.scale}, effective n {self.effective_n:,.1f}.",
            *self._reverse_scored_note(),
            *self._gap_notes(),
            f"95 % intervals, {how}.",
        )

    def _reverse_scored_note(self) -> tuple[str, ...]:
        names = () if self.instrument is None else self.instrument.reverse_scored_items
        here = [name for name in names if name in self.items]
        return (f"Reverse-scored items, recoded: {listed(here)}.",) if here else ()


def require_responses(responses: object) -> None:
    """Raise a ParameterError unless they are Responses."""
    if not isinstance(responses, Responses):
        raise ParameterError(
            f"responses must be Responses, as in Responses.from_frame(frame, scale=Scale(1, 5)), "
            f"but it is a {type(responses).__name__}."
        )


def _names(items: Sequence[str] | None, instrument: Instrument | None) -> tuple[str, ...]:
    """Return the names of the items: those that are given, else those of the instrument."""
    if instrument is not None:
        require_instrument(instrument)
        items = instrument.item_names if items is None else items
    return check_items(items or ())
