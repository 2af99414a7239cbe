"""A SERVQUAL survey: perceptions, expectations and importance of the same respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

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
from custvalue._rows import Columns, FloatArray, read_only
from custvalue._servqual import importance as points_of
from custvalue._servqual.forms import SERVQUAL
from custvalue._servqual.importance import Points
from custvalue._servqual.instrument import Dimensions, arranged
from custvalue._servqual.reading import (
    Block,
    Labels,
    asked_blocks,
    check_rows,
    check_same,
    named_columns,
    partners_of,
    read_together,
    require_columns,
    single_column,
    split,
)
from custvalue._table import Table
from custvalue._words import count, one_line
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, eq=False, repr=False)
class Survey(Columns):
    """Perceptions and, where they were asked, expectations and importance, by respondent.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    perceptions : Responses
        What respondents received, one column an item, dimension by dimension.
    expectations : Responses or None
        What they expect of an excellent provider, in the same order; None in a SERVPERF study.
    importance : ndarray or None
        Points that sum to 100: shape (respondents, dimensions), or (dimensions,) where they hold
        for everybody.
    instrument : Instrument
        Items and dimensions; its item names are the columns of the perceptions. Answers to its
        reversed items are turned round already.
    importance_rescaled : int
        Respondents whose points were rescaled to the total, on request.
    ideals : Responses or None
        Ideal points (Teas 1993), in the order of the perceptions; None where not asked.
    overall : Responses or None
        Overall satisfaction or quality, one item on a scale of its own; None where not asked.

    Raises
    ------
    DataError
        If the parts do not belong together.

    Examples
    --------
    >>> frame = {"p1": [6, 5, 7], "p2": [4, 5, 5], "e1": [7, 6, 7], "e2": [6, 6, 5]}
    >>> survey = Survey.from_frame(
    ...     frame,
    ...     perceptions=["p1", "p2"],
    ...     expectations=["e1", "e2"],
    ...     scale=Scale(1, 7),
    ...     dimensions={"staff": ["p1"], "premises": ["p2"]},
    ... )
    >>> survey
    Survey(respondents=3, items=2, dimensions=2, scale='1-7', expectations='yes', importance='no')
    """

    perceptions: Responses
    expectations: Responses | None
    importance: FloatArray | None
    instrument: Instrument = SERVQUAL
    importance_rescaled: int = 0
    ideals: Responses | None = None
    overall: Responses | None = None

    def __post_init__(self) -> None:
        if self.perceptions.items != self.instrument.item_names:
            raise DataError("instrument must have the items of the perceptions, in their order.")
        if self.perceptions.instrument is None:  # put together by hand, recoded already
            object.__setattr__(
                self, "perceptions", replace(self.perceptions, instrument=self.instrument)
            )
        if self.expectations is not None:
            check_same(self.perceptions, self.expectations, "expectations")
        if self.ideals is not None:
            check_same(self.perceptions, self.ideals, "ideals")
        if self.overall is not None:
            _check_overall(self.perceptions, self.overall)
        if self.importance is not None:
            points = np.array(self.importance, dtype=np.float64)
            points_of.check_points(points, self.respondents, len(self.instrument.dimensions))
            if self.missing not in ("pairwise", "prorate"):
                points_of.refuse_missing_points(points)
            object.__setattr__(self, "importance", read_only(points))

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        perceptions: Sequence[str],
        expectations: Sequence[str] | None = None,
        importance: Sequence[str] | Mapping[str, str] | Mapping[str, float] | None = None,
        scale: Scale,
        dimensions: Dimensions = SERVQUAL,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        importance_total: float = 100.0,
        normalise_importance: bool = False,
        ideals: Sequence[str] | None = None,
        overall: str | None = None,
        overall_scale: Scale | None = None,
        group: str | None = None,
        wave: str | None = None,
    ) -> Survey:
        """Read a survey from a dataframe or a mapping of columns, one row a respondent.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        perceptions : sequence of str
            Columns of the perceptions; for SERVQUAL 22: tangibles 1-4, reliability 5-9,
            responsiveness 10-13, assurance 14-17, empathy 18-22.
        expectations : sequence of str, optional
            Columns of the expectations, in the same order. None for SERVPERF.
        importance : sequence of str or mapping, optional
            Columns of the points that each respondent gave to the dimensions, in their order or
            by the dimension's name; or dimension to points that hold for everybody.
        scale : Scale
            The scale of perceptions and expectations.
        dimensions : Instrument or mapping
            ``SERVQUAL_1988``, whose negatively worded items are turned round, or an instrument of
            your own; for an adapted one, dimension to its columns among `perceptions`, or to how
            many of them it takes in their order.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            What to do with missing answers: refuse them, leave out the respondents who have any,
            let each statistic use the respondents who gave all the answers that it needs, or
            score a dimension by the answers that there are.
        min_answered : float
            Under ``prorate``, the share of the items of every dimension that a respondent must
            have answered; whoever answered less is left out and counted.
        importance_total : float
            What the points had to sum to; they are stored as points of 100.
        normalise_importance : bool
            Rescale points that do not sum to `importance_total` instead of refusing them; how
            many were is counted in the result.
        ideals : sequence of str, optional
            Columns of the ideal points, in the order of `perceptions`, for
            :func:`evaluated_performance`.
        overall : str, optional
            Column of overall satisfaction or quality, for :func:`predictive_validity`.
        overall_scale : Scale, optional
            Its scale; that of the perceptions by default.
        group, wave : str, optional
            Columns of labels, whole numbers or text: the site or segment of a respondent, and the
            time of asking; :meth:`by` splits by them.

        Raises
        ------
        DataError
            If columns are absent, too few or named twice, an answer is off the scale, points are
            negative or do not sum, or weights are negative.
        ParameterError
            If `missing` is no such policy, or `importance_total` is not positive.
        """
        source = Source(frame)
        perceptions = check_items(perceptions, "perceptions")
        others = {"expectations": expectations, "ideals": ideals}
        named = {name: check_items(its, name) for name, its in others.items() if its is not None}
        instrument = arranged(perceptions, dimensions)
        partners = partners_of(perceptions, named, instrument)
        single = () if overall is None else (overall,)
        require_columns(source, perceptions=perceptions, **named)
        if overall is not None:
            source.require({"overall": overall})
        refuse_two_roles(
            [its for names in (perceptions, *named.values(), single) for its in names],
            {"group": group, "wave": wave},
        )
        labels = Labels(labels_column(source, "group", group), labels_column(source, "wave", wave))
        weighting = weights_column(source, weights)
        points = None
        if importance is not None:
            points = points_of.from_columns(
                source, importance, instrument, importance_total, normalise=normalise_importance
            )
        blocks = asked_blocks(instrument, partners, single, scale, overall_scale)
        return cls._assembled(
            source,
            blocks,
            points,
            instrument=instrument,
            weights=weighting,
            missing=missing,
            min_answered=min_answered,
            labels=labels,
        )

    @classmethod
    def from_arrays(
        cls,
        perceptions: npt.ArrayLike,
        expectations: npt.ArrayLike | None = None,
        importance: npt.ArrayLike | Mapping[str, float] | None = None,
        *,
        scale: Scale,
        dimensions: Instrument | Mapping[str, int] = SERVQUAL,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        importance_total: float = 100.0,
        normalise_importance: bool = False,
        ideals: npt.ArrayLike | None = None,
        overall: npt.ArrayLike | None = None,
        overall_scale: Scale | None = None,
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
    ) -> Survey:
        """Read a survey from arrays of respondents x items.

        Parameters
        ----------
        perceptions : array_like of shape (respondents, items)
            Answers; NaN or None where there is none. Items are named P1, P2, …
        expectations : array_like of shape (respondents, items), optional
            Likewise; items are named E1, E2, …
        importance : array_like or mapping, optional
            Points of shape (respondents, dimensions), or of shape (dimensions,) or by the
            dimension's name where they hold for everybody.
        scale : Scale
            The scale of perceptions and expectations.
        dimensions : Instrument or mapping
            For an adapted instrument: dimension to how many items it takes, in their order.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            As in :meth:`from_frame`.
        min_answered : float
            As in :meth:`from_frame`.
        importance_total : float
            As in :meth:`from_frame`.
        normalise_importance : bool
            As in :meth:`from_frame`.
        ideals : array_like of shape (respondents, items), optional
            Ideal points; items are named I1, I2, …
        overall : array_like of shape (respondents,), optional
            Overall satisfaction or quality; named ``overall``.
        overall_scale : Scale, optional
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
        named = named_columns("P", two_dimensional("perceptions", perceptions))
        instrument = arranged(list(named), dimensions)
        rows, columns = len(named["P1"]), dict(named)
        halves = {}
        for name, array in (("expectations", expectations), ("ideals", ideals)):
            if array is not None:
                its = named_columns(name[0].upper(), two_dimensional(name, array))
                check_rows(name, rows, len(next(iter(its.values()))))
                halves[name] = tuple(its)
                columns |= its
        partners = partners_of(list(named), halves, instrument)
        if overall is not None:
            columns["overall"] = single_column(overall, rows)
        single = () if overall is None else ("overall",)
        source = Source(columns)
        weighting = None if weights is None else to_numbers("weights", weights)
        points = None
        if importance is not None:
            points = points_of.from_array(
                importance, instrument, importance_total, normalise=normalise_importance
            )
        blocks = asked_blocks(instrument, partners, single, scale, overall_scale)
        weighting = checked_weights("weights", weighting, rows)
        labels = Labels.of(group, wave, rows)
        return cls._assembled(
            source,
            blocks,
            points,
            instrument=instrument,
            weights=weighting,
            missing=missing,
            min_answered=min_answered,
            labels=labels,
        )

    @classmethod
    def _assembled(
        cls,
        source: Source,
        blocks: Mapping[str, Block],
        points: Points | None,
        *,
        instrument: Instrument,
        weights: FloatArray,
        missing: MissingPolicy,
        min_answered: float,
        labels: Labels,
    ) -> Survey:
        """Read the answers, leave out respondents where that was asked for, and check."""
        if points is not None and points.values.ndim == 2:
            points_of.check_points(points.values, source.rows, len(instrument.dimensions))
        answers, keep = read_together(
            source,
            list(blocks.values()),
            weights=weights,
            missing=missing,
            min_answered=min_answered,
            also=_by_respondent(points),
            labels=labels,
        )
        if points is not None and not keep.all():
            points = points.kept(keep)
        read = dict(zip(blocks, answers, strict=True))
        return cls(
            perceptions=read["perceptions"],
            expectations=read.get("expectations"),
            importance=None if points is None else points.values,
            instrument=instrument,
            importance_rescaled=0 if points is None else points.rescaled,
            ideals=read.get("ideals"),
            overall=read.get("overall"),
        )

    def by(self, what: Split) -> dict[str | int, Survey]:
        """Split the respondents by their group or wave.

        Parameters
        ----------
        what : {"group", "wave"}
            Which label.

        Returns
        -------
        dict
            Label to the survey of its respondents, labels in ascending order; a label with a
            single respondent stays. Rescaled importance points are counted for all together.

        Raises
        ------
        DataError
            If no such labels were given, or everybody of a label has the weight 0.
        ParameterError
            If `what` is neither.
        """
        return {
            label: replace(self, importance=points_of.of_rows(self.importance, rows), **parts)
            for label, rows, parts in split(self._named, what)
        }

    @property
    def respondents(self) -> int:
        """Number of respondents."""
        return self.perceptions.respondents

    @property
    def scale(self) -> Scale:
        """The scale of all answers."""
        return self.perceptions.scale

    @property
    def weights(self) -> FloatArray:
        """Sampling weights, shape (respondents,)."""
        return self.perceptions.weights

    @property
    def missing(self) -> MissingPolicy:
        """The policy that was applied to missing answers."""
        return self.perceptions.missing

    @property
    def base(self) -> Base:
        """Who answered, who is excluded and why, and which answers are missing."""
        return joined_base(self._named)

    @property
    def without_points(self) -> int:
        """Respondents who stayed and did not give points to every dimension."""
        return points_of.without_points(self.importance)

    @property
    def reversed_items(self) -> tuple[str, ...]:
        """Items worded the other way round, whose answers were turned round on reading."""
        return self.instrument.reversed_items

    @property
    def _named(self) -> dict[str, Responses]:
        names = ("perceptions", "expectations", "ideals", "overall")
        return {name: its for name in names if (its := getattr(self, name)) is not None}

    @property
    def _asked(self) -> list[Responses]:
        return list(self._named.values())

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return answers, points, weights and labels, one column each, as a plain dict."""
        columns = {name: its.item(name) for its in self._asked for name in its.items}
        if self.importance is not None:
            shape = (self.respondents, len(self.instrument.dimensions))
            every = np.broadcast_to(self.importance, shape)
            names = self.instrument.dimension_names
            columns |= {f"importance of {name}": every[:, k] for k, name in enumerate(names)}
        columns["weight"] = self.weights
        labels = {"group": self.perceptions.group, "wave": self.perceptions.wave}
        return columns | {name: its for name, its in labels.items() if its is not None}

    def __repr__(self) -> str:
        return one_line(
            "Survey",
            respondents=self.respondents,
            items=len(self.instrument.items),
            dimensions=len(self.instrument.dimensions),
            scale=str(self.scale),
            expectations="no" if self.expectations is None else "yes",
            importance="no" if self.importance is None else "yes",
        )

    def _table(self) -> Table:
        rows = tuple(
            (dimension.name, dimension.chinese, len(dimension.items), dimension.items[0].name)
            for dimension in self.instrument.dimensions
        )
        sizes = f"Scale {self.scale}, effective n {self.perceptions.effective_n:,.1f}."
        if self.without_points:
            sizes += f" {count(self.without_points, 'respondent')} without importance points."
        if self.expectations is None:
            asked = "Perceptions only (SERVPERF)."
        else:
            asked = "Perceptions and expectations; importance points: " + (
                "none." if self.importance is None else "yes."
            )
        header = ("dimension", "", "items", "first column")
        return Table(f"{self.instrument.name} survey", header, rows, (str(self.base), sizes, asked))


def require_survey(argument: str, survey: object) -> None:
    """Raise a ParameterError unless `survey` is a Survey."""
    if not isinstance(survey, Survey):
        raise ParameterError(
            f"{argument} must be a servqual.Survey, as of servqual.Survey.from_frame(…), but it is "
            f"{type(survey).__name__}."
        )


def _by_respondent(points: Points | None) -> list[FloatArray]:
    return [] if points is None or points.values.ndim == 1 else [points.values]


def _check_overall(perceptions: Responses, overall: Responses) -> None:
    same = overall.answers.shape == (perceptions.respondents, 1) and np.array_equal(
        overall.weights, perceptions.weights
    )
    if not same:
        raise DataError(
            f"overall must be one answer of each of the same respondents, but perceptions are "
            f"{perceptions!r} and overall {overall!r}."
        )
