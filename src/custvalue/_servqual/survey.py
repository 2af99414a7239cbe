"""A SERVQUAL survey: perceptions, expectations and importance of the same respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._base import Columns, FloatArray, read_only
from custvalue._display import Table, one_line
from custvalue._frames import Source, to_numbers
from custvalue._servqual import importance as points_of
from custvalue._servqual.estimation import estimate_gaps, estimate_performance
from custvalue._servqual.gaps import Gaps
from custvalue._servqual.importance import Points
from custvalue._servqual.instrument import SERVQUAL, Dimensions, arranged
from custvalue._servqual.performance import Performance
from custvalue._survey.instrument import Instrument
from custvalue._survey.responses import (
    MissingPolicy,
    Responses,
    answer_matrix,
    check_items,
    check_matrix,
    checked_weights,
    complete_rows,
    two_dimensional,
    weights_column,
)
from custvalue._survey.scale import Scale
from custvalue.errors import DataError


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
        Items and dimensions; its item names are the columns of the perceptions.
    importance_rescaled : int
        Respondents whose points were rescaled to the total, on request.

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
    >>> print(f"{survey.gaps().overall.gap.value:.4f}")
    -0.8333
    """

    perceptions: Responses
    expectations: Responses | None
    importance: FloatArray | None
    instrument: Instrument = SERVQUAL
    importance_rescaled: int = 0

    def __post_init__(self) -> None:
        if self.perceptions.items != self.instrument.item_names:
            raise DataError("instrument must have the items of the perceptions, in their order.")
        if self.expectations is not None:
            _check_pair(self.perceptions, self.expectations)
        if self.importance is not None:
            points = np.array(self.importance, dtype=np.float64)
            _check_points(points, self.respondents, len(self.instrument.dimensions))
            if self.missing != "pairwise":
                _refuse_missing_points(points)
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
        importance_total: float = 100.0,
        normalise_importance: bool = False,
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
            For an adapted instrument: dimension to its columns among `perceptions`, or to how
            many of them it takes in their order.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise"}
            What to do with missing answers: refuse them, leave out the respondents who have any,
            or let each statistic use the respondents who gave all the answers that it needs.
        importance_total : float
            What the points had to sum to; they are stored as points of 100.
        normalise_importance : bool
            Rescale points that do not sum to `importance_total` instead of refusing them; how
            many were is counted in the result.

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
        expectations = None if expectations is None else check_items(expectations, "expectations")
        instrument = arranged(perceptions, dimensions)
        expected = _expectation_columns(perceptions, expectations, instrument)
        _require(source, perceptions, expectations or ())
        weighting = weights_column(source, weights)
        points = None
        if importance is not None:
            points = points_of.from_columns(
                source, importance, instrument, importance_total, normalise=normalise_importance
            )
        return cls._assembled(
            source, instrument, expected, points, weighting, scale=scale, missing=missing
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
        importance_total: float = 100.0,
        normalise_importance: bool = False,
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
        missing : {"raise", "drop", "pairwise"}
            As in :meth:`from_frame`.
        importance_total : float
            As in :meth:`from_frame`.
        normalise_importance : bool
            As in :meth:`from_frame`.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if shapes do not fit.
        ParameterError
            As in :meth:`from_frame`.
        """
        named = _named_columns("P", two_dimensional("perceptions", perceptions))
        instrument = arranged(list(named), dimensions)
        expected = None
        if expectations is not None:
            columns = _named_columns("E", two_dimensional("expectations", expectations))
            _check_rows(len(named["P1"]), len(columns["E1"]))
            expected = _expectation_columns(list(named), list(columns), instrument)
            named |= columns
        source = Source(named)
        weighting = None if weights is None else to_numbers("weights", weights)
        points = None
        if importance is not None:
            points = points_of.from_array(
                importance, instrument, importance_total, normalise=normalise_importance
            )
        return cls._assembled(
            source,
            instrument,
            expected,
            points,
            checked_weights("weights", weighting, source.rows),
            scale=scale,
            missing=missing,
        )

    @classmethod
    def _assembled(
        cls,
        source: Source,
        instrument: Instrument,
        expected: tuple[str, ...] | None,
        points: Points | None,
        weights: FloatArray,
        *,
        scale: Scale,
        missing: MissingPolicy,
    ) -> Survey:
        """Read the answers, leave out respondents where that was asked for, and check."""
        named = [instrument.item_names, *([] if expected is None else [expected])]
        read = [answer_matrix(source, names, scale) for names in named]
        matrices = [matrix for matrix, _ in read]
        if points is not None and points.values.ndim == 2:
            _check_points(points.values, source.rows, len(instrument.dimensions))
        if missing == "drop":
            for names, matrix in zip(named, matrices, strict=True):
                check_matrix(names, matrix, scale)  # now, so that rows are counted as in the data
            keep = complete_rows([*matrices, *_by_respondent(points)])
            matrices = [np.asfortranarray(matrix[keep]) for matrix in matrices]
            weights, points = weights[keep], points and points.kept(keep)
        answers = [
            Responses(
                items=names,
                answers=read_only(matrix),
                weights=read_only(weights),
                scale=scale,
                missing=missing,
                dropped=source.rows - len(matrix),
                dont_know=dont_know,
            )
            for names, matrix, (_, dont_know) in zip(named, matrices, read, strict=True)
        ]
        return cls(
            perceptions=answers[0],
            expectations=None if expected is None else answers[1],
            importance=None if points is None else points.values,
            instrument=instrument,
            importance_rescaled=0 if points is None else points.rescaled,
        )

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
    def dropped(self) -> int:
        """Respondents left out because an answer was missing."""
        return self.perceptions.dropped

    @property
    def dont_know(self) -> int:
        """Answers with one of the scale's missing codes."""
        expected = 0 if self.expectations is None else self.expectations.dont_know
        return self.perceptions.dont_know + expected

    def gaps(self) -> Gaps:
        """Estimate the gaps between perceptions and expectations.

        Returns
        -------
        Gaps
            By item, by dimension and overall, unweighted and weighted by importance, each with
            its interval and n, the perceptions (SERVPERF) beside them.

        Raises
        ------
        DataError
            If there are no expectations, or nobody answered an item.
        """
        return estimate_gaps(self)

    def performance(self) -> Performance:
        """Estimate SERVPERF: the means of the perceptions (Cronin & Taylor 1992).

        Returns
        -------
        Performance
            By item, by dimension with Cronbach's alpha, and overall, with intervals and n.

        Raises
        ------
        DataError
            If nobody answered an item.
        """
        return estimate_performance(self)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return answers, importance points and weights, one column each, as a plain dict."""
        expected = {} if self.expectations is None else self.expectations.columns()
        points = {}
        if self.importance is not None:
            shape = (self.respondents, len(self.instrument.dimensions))
            every = np.broadcast_to(self.importance, shape)
            names = self.instrument.dimension_names
            points = {f"importance of {name}": every[:, k] for k, name in enumerate(names)}
        both = {**self.perceptions.columns(), **expected}
        weight = both.pop("weight")
        return {**both, **points, "weight": weight}

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
        base = (
            f"{self.respondents:,} respondents, scale {self.scale}, effective n "
            f"{self.perceptions.effective_n:,.1f}; missing={self.missing!r}: {self.dropped:,} left "
            f"out, {self.dont_know:,} don't know."
        )
        if self.expectations is None:
            asked = "Perceptions only (SERVPERF)."
        else:
            asked = "Perceptions and expectations; importance points: " + (
                "none." if self.importance is None else "yes."
            )
        header = ("dimension", "", "items", "first column")
        return Table(f"{self.instrument.name} survey", header, rows, (base, asked))


def _named_columns(letter: str, array: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    return {f"{letter}{i + 1}": array[:, i] for i in range(array.shape[1])}


def _check_rows(perceptions: int, expectations: int) -> None:
    if perceptions != expectations:
        raise DataError(
            f"expectations must have one row for each of the {perceptions} respondents, but there "
            f"are {expectations}."
        )


def _expectation_columns(
    perceptions: Sequence[str], names: Sequence[str] | None, instrument: Instrument
) -> tuple[str, ...] | None:
    """Return the columns of the expectations in the order of the instrument's items."""
    if names is None:
        return None
    if len(names) != len(perceptions):
        raise DataError(
            f"expectations must name {len(perceptions)} columns, one for each perception and in "
            f"the same order, but it names {len(names)}. Leave it out for SERVPERF."
        )
    both = [name for name in names if name in perceptions]
    if both:
        raise DataError(
            f"a column holds either a perception or an expectation, but {both[0]!r} is named as "
            f"both."
        )
    partner = dict(zip(perceptions, names, strict=True))
    return tuple(partner[name] for name in instrument.item_names)


def _require(source: Source, perceptions: Sequence[str], expectations: Sequence[str]) -> None:
    source.require(
        {f"perceptions[{i}]": name for i, name in enumerate(perceptions)}
        | {f"expectations[{i}]": name for i, name in enumerate(expectations)}
    )


def _by_respondent(points: Points | None) -> list[FloatArray]:
    return [] if points is None or points.values.ndim == 1 else [points.values]


def _check_pair(perceptions: Responses, expectations: Responses) -> None:
    same = (
        perceptions.answers.shape == expectations.answers.shape
        and perceptions.scale == expectations.scale
        and perceptions.missing == expectations.missing
        and np.array_equal(perceptions.weights, expectations.weights)
    )
    if not same:
        raise DataError(
            f"expectations must be of the same respondents, on the same scale and for as many "
            f"items as the perceptions, but perceptions are {perceptions!r} and expectations "
            f"{expectations!r}."
        )


def _check_points(points: FloatArray, respondents: int, dimensions: int) -> None:
    if points.shape not in {(respondents, dimensions), (dimensions,)}:
        raise DataError(
            f"importance must have the shape ({respondents}, {dimensions}), one row a respondent "
            f"and one column a dimension, but it is {points.shape}."
        )
    sums = points.sum(axis=-1)
    if (points < 0).any() or (np.abs(sums - 100) > points_of.TOLERANCE * 100).any():
        raise DataError("importance must be points >= 0 that sum to 100.")


def _refuse_missing_points(points: FloatArray) -> None:
    rows = np.flatnonzero(np.isnan(points).any(axis=-1))
    if rows.size:
        others = f", one of {len(rows):,} such respondents" if len(rows) > 1 else ""
        raise DataError(
            f"importance has no points in row {int(rows[0])}{others}. Say missing='drop' to leave "
            f"such respondents out, or missing='pairwise' to use the answers that there are.",
            column="importance",
            rows=rows,
        )
