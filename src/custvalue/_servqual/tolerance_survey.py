"""A survey that asks three times: what is accepted, what is wished for, what was received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._frames import Source, to_numbers
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reading import (
    check_items,
    checked_weights,
    labels_column,
    refuse_two_roles,
    two_dimensional,
    weights_column,
)
from custvalue._respondents.responses import Responses, Split
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base
from custvalue._results.base import Base, MissingPolicy
from custvalue._rows import Columns, FloatArray
from custvalue._servqual.forms import SERVQUAL
from custvalue._servqual.instrument import Dimensions, arranged
from custvalue._servqual.reading import (
    Block,
    Labels,
    check_rows,
    check_same,
    named_columns,
    partner_columns,
    read_together,
    require_columns,
    split,
)
from custvalue._table import Table
from custvalue._words import more, one_line, plain
from custvalue.errors import DataError

InvertedPolicy = Literal["raise", "keep", "exclude"]


@dataclass(frozen=True, eq=False, repr=False)
class ToleranceSurvey(Columns):
    """Perceived, adequate and desired level of the same respondents, item by item.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    perceptions : Responses
        What respondents received, one column an item, dimension by dimension.
    adequate : Responses
        The least that they accept (LibQUAL+: minimum), in the same order.
    desired : Responses
        What they wish for.
    instrument : Instrument
        Items and dimensions; its item names are the columns of the perceptions.
    inverted : {"raise", "keep", "exclude"}
        What to do with answers whose desired level is below the adequate one.

    Raises
    ------
    DataError
        If the parts do not belong together, or a zone is inverted against the policy.
    ParameterError
        If `inverted` is no such policy.

    Examples
    --------
    >>> survey = ToleranceSurvey.from_arrays(
    ...     [[6, 5], [5, 7], [4, 6]],
    ...     adequate=[[4, 5], [5, 5], [5, 4]],
    ...     desired=[[7, 7], [6, 6], [6, 7]],
    ...     scale=Scale(1, 7),
    ...     dimensions={"staff": 2},
    ... )
    >>> survey
    ToleranceSurvey(respondents=3, items=2, dimensions=1, scale='1-7', inverted='raise')
    """

    perceptions: Responses
    adequate: Responses
    desired: Responses
    instrument: Instrument = SERVQUAL
    inverted: InvertedPolicy = "raise"

    def __post_init__(self) -> None:
        require_choice("inverted", self.inverted, get_args(InvertedPolicy))
        if self.perceptions.items != self.instrument.item_names:
            raise DataError("instrument must have the items of the perceptions, in their order.")
        check_same(self.perceptions, self.adequate, "adequate")
        check_same(self.perceptions, self.desired, "desired")
        if self.inverted == "raise":
            _refuse_inverted(self)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        perceptions: Sequence[str],
        adequate: Sequence[str],
        desired: Sequence[str],
        scale: Scale,
        dimensions: Dimensions = SERVQUAL,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        inverted: InvertedPolicy = "raise",
        group: str | None = None,
        wave: str | None = None,
    ) -> ToleranceSurvey:
        """Read a survey from a dataframe or a mapping of columns, one row a respondent.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        perceptions, adequate, desired : sequence of str
            Columns of the three answers, one an item, all in the same order.
        scale : Scale
            The scale of all of them.
        dimensions : Instrument or mapping
            As in :meth:`Survey.from_frame`.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            What to do with missing answers, as in :meth:`Survey.from_frame`.
        min_answered : float
            As in :meth:`Survey.from_frame`.
        inverted : {"raise", "keep", "exclude"}
            What to do where somebody wishes for less than would be accepted: refuse the data,
            count the answers in the means but give them no class, or leave them out of both. Each
            item, dimension and the whole is judged on its own scores.
        group, wave : str, optional
            Columns of labels, as in :meth:`Survey.from_frame`; :meth:`by` splits by them.

        Raises
        ------
        DataError
            If columns are absent, too few or named twice, an answer is off the scale, a zone is
            inverted, or weights are negative.
        ParameterError
            If `missing` or `inverted` is no such policy.
        """
        source = Source(frame)
        named = {
            "perceptions": check_items(perceptions, "perceptions"),
            "adequate": check_items(adequate, "adequate"),
            "desired": check_items(desired, "desired"),
        }
        instrument = arranged(named["perceptions"], dimensions)
        partners = _partners(named, instrument)
        require_columns(source, **named)
        refuse_two_roles(
            [its for names in named.values() for its in names], {"group": group, "wave": wave}
        )
        labels = Labels(labels_column(source, "group", group), labels_column(source, "wave", wave))
        weighting = weights_column(source, weights)
        return cls._assembled(
            source,
            instrument,
            _blocks(instrument, partners, scale),
            weights=weighting,
            missing=missing,
            min_answered=min_answered,
            inverted=inverted,
            labels=labels,
        )

    @classmethod
    def from_arrays(
        cls,
        perceptions: npt.ArrayLike,
        *,
        adequate: npt.ArrayLike,
        desired: npt.ArrayLike,
        scale: Scale,
        dimensions: Instrument | Mapping[str, int] = SERVQUAL,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        inverted: InvertedPolicy = "raise",
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
    ) -> ToleranceSurvey:
        """Read a survey from arrays of respondents x items.

        Parameters
        ----------
        perceptions, adequate, desired : array_like of shape (respondents, items)
            Answers; NaN or None where there is none. Items are named P1, …, A1, …, D1, ….
        scale : Scale
            The scale of all of them.
        dimensions : Instrument or mapping
            For an adapted instrument: dimension to how many items it takes, in their order.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            As in :meth:`from_frame`.
        min_answered : float
            As in :meth:`from_frame`.
        inverted : {"raise", "keep", "exclude"}
            As in :meth:`from_frame`.
        group, wave : array_like of shape (respondents,), optional
            Labels, whole numbers or text.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if shapes do not fit.
        ParameterError
            As in :meth:`from_frame`.
        """
        given = {"perceptions": perceptions, "adequate": adequate, "desired": desired}
        arrays = {name: two_dimensional(name, array) for name, array in given.items()}
        columns = {name: named_columns(name[0].upper(), array) for name, array in arrays.items()}
        for name, array in arrays.items():
            check_rows(name, len(arrays["perceptions"]), len(array))
        named = {name: tuple(its) for name, its in columns.items()}
        instrument = arranged(named["perceptions"], dimensions)
        partners = _partners(named, instrument)
        source = Source({key: value for its in columns.values() for key, value in its.items()})
        weighting = None if weights is None else to_numbers("weights", weights)
        weighting = checked_weights("weights", weighting, source.rows)
        labels = Labels.of(group, wave, source.rows)
        return cls._assembled(
            source,
            instrument,
            _blocks(instrument, partners, scale),
            weights=weighting,
            missing=missing,
            min_answered=min_answered,
            inverted=inverted,
            labels=labels,
        )

    @classmethod
    def _assembled(
        cls,
        source: Source,
        instrument: Instrument,
        blocks: list[Block],
        *,
        weights: FloatArray,
        missing: MissingPolicy,
        min_answered: float,
        inverted: InvertedPolicy,
        labels: Labels,
    ) -> ToleranceSurvey:
        """Read the answers, leave out respondents where that was asked for, and check."""
        (perceptions, adequate, desired), _ = read_together(
            source,
            blocks,
            weights=weights,
            missing=missing,
            min_answered=min_answered,
            labels=labels,
        )
        return cls(perceptions, adequate, desired, instrument, inverted)

    def by(self, what: Split) -> dict[str | int, ToleranceSurvey]:
        """Split the respondents by their group or wave, as :meth:`Survey.by` does.

        Parameters
        ----------
        what : {"group", "wave"}
            Which label.

        Returns
        -------
        dict
            Label to the survey of its respondents, labels in ascending order.

        Raises
        ------
        DataError
            If no such labels were given, or everybody of a label has the weight 0.
        ParameterError
            If `what` is neither.
        """
        return {label: replace(self, **parts) for label, _, parts in split(self._named, what)}

    @property
    def respondents(self) -> int:
        """Number of respondents."""
        return self.perceptions.respondents

    @property
    def base(self) -> Base:
        """Who answered, who is excluded and why, and which answers are missing."""
        return joined_base(self._named)

    @property
    def _named(self) -> dict[str, Responses]:
        return {name: getattr(self, name) for name in ("perceptions", "adequate", "desired")}

    @property
    def scale(self) -> Scale:
        """The scale of all answers."""
        return self.perceptions.scale

    @property
    def weights(self) -> FloatArray:
        """Sampling weights, shape (respondents,)."""
        return self.perceptions.weights

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return the answers, weights and labels, one column each, as a plain dict."""
        answers = {name: block.item(name) for block in self._named.values() for name in block.items}
        labels = {"group": self.perceptions.group, "wave": self.perceptions.wave}
        known = {name: its for name, its in labels.items() if its is not None}
        return {**answers, "weight": self.weights, **known}

    def __repr__(self) -> str:
        return one_line(
            "ToleranceSurvey",
            respondents=self.respondents,
            items=len(self.instrument.items),
            dimensions=len(self.instrument.dimensions),
            scale=str(self.scale),
            inverted=self.inverted,
        )

    def _table(self) -> Table:
        rows = tuple(
            (dimension.name, dimension.chinese, len(dimension.items), dimension.items[0].name)
            for dimension in self.instrument.dimensions
        )
        note = f"Scale {self.scale}, effective n {self.perceptions.effective_n:,.1f}."
        header = ("dimension", "", "items", "first column")
        title = f"{self.instrument.name} survey: adequate, desired, perceived"
        return Table(title, header, rows, (str(self.base), note))


def _partners(
    named: Mapping[str, tuple[str, ...]], instrument: Instrument
) -> list[tuple[str, ...]]:
    ordered = [
        partner_columns(named["perceptions"], named[key], instrument.item_names, argument=key)
        for key in ("adequate", "desired")
    ]
    both = [name for name in named["adequate"] if name in named["desired"]]
    if both:
        raise DataError(
            f"a column holds either an adequate or a desired level, but {both[0]!r} is named as "
            f"both."
        )
    return ordered


def _blocks(instrument: Instrument, partners: list[tuple[str, ...]], scale: Scale) -> list[Block]:
    return [Block.of(names, scale, instrument) for names in (instrument.item_names, *partners)]


def _refuse_inverted(survey: ToleranceSurvey) -> None:
    """Raise a DataError at the first answer that wishes for less than is accepted."""
    total, first = 0, None
    for place, name in enumerate(survey.instrument.item_names):
        adequate = survey.adequate.answers[:, place]
        desired = survey.desired.answers[:, place]
        rows = np.flatnonzero(survey.scale.sign * (desired - adequate) < 0)
        total += len(rows)
        if rows.size and first is None:
            first = (name, rows, adequate[rows[0]], desired[rows[0]])
    if first is None:
        return
    name, rows, adequate_level, desired_level = first
    others = f" (and {more(total - 1, 'answer')})" if total > 1 else ""
    where = "row" if not survey.perceptions.base.excluded else "respondent kept"
    raise DataError(
        f"the desired level must be at least as good as the adequate one, but {name} has desired "
        f"{plain(desired_level)} and adequate {plain(adequate_level)} in {where} {int(rows[0])}"
        f"{others}. Say inverted='keep' to count such answers in the means without a class, or "
        f"inverted='exclude' to leave them out; check the columns if there are many.",
        column=name,
        rows=rows,
        count=total,
        value=plain(desired_level),
    )
