"""A SERVQUAL survey: perceptions, expectations and importance of the same respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_read
from custvalue._respondents.block import Some
from custvalue._respondents.codebook import Codebook, scale_of, stated_scale
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reader import Asked, Roles, read_blocks
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue._rows import FloatArray, read_only
from custvalue._servqual import importance as points_of
from custvalue._servqual.forms import SERVQUAL
from custvalue._servqual.importance import Points
from custvalue._servqual.study import Dimensions, Reading, Study, of_arrays, of_frame, single_column
from custvalue._table import Table
from custvalue._words import count
from custvalue.errors import DataError, ParameterError

BLOCKS = ("perceptions", "expectations", "ideals", "overall")


@dataclass(frozen=True, eq=False, repr=False)
class Survey(Study):
    """Perceptions and, where they were asked, expectations and importance, by respondent.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    blocks : dict of str to Block
        ``perceptions``, and ``expectations``, ``ideals`` (Teas 1993) and ``overall`` where they
        were asked.
    instrument : Instrument
        Items and dimensions; its item names are the columns of the perceptions. Its
        reverse-scored items have been recoded.
    importance : ndarray or None
        Points that sum to 100: shape (respondents, dimensions), or (dimensions,) where they are
        common to all respondents.
    importance_rescaled : int
        Respondents whose points were rescaled to the total, on request.
    weights, labels, missing, min_answered, lost
        As of :class:`custvalue.survey.Responses`.

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

    importance: FloatArray | None = None
    importance_rescaled: int = 0

    def __post_init__(self) -> None:
        self._check_blocks(BLOCKS)
        if self.importance is not None:
            points = np.array(self.importance, dtype=np.float64)
            points_of.check_points(points, self.respondents, len(self.instrument.dimensions))
            points_of.refuse_missing_points(points, self.missing)
            object.__setattr__(self, "importance", read_only(points))

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        perceptions: Sequence[str],
        expectations: Sequence[str] | None = None,
        importance: Sequence[str] | Mapping[str, str] | Mapping[str, float] | None = None,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        dimensions: Dimensions = SERVQUAL,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        importance_total: float = 100.0,
        normalise_importance: bool = False,
        ideals: Sequence[str] | None = None,
        overall: str | None = None,
        overall_scale: Scale | None = None,
        overall_codebook: Codebook | None = None,
        group: str | None = None,
        wave: str | None = None,
        cluster: str | None = None,
        stratum: str | None = None,
        labels: Sequence[str] | Mapping[str, str] | None = None,
        customer: str | None = None,
        repeats: RepeatsPolicy = "raise",
        date: str | None = None,
    ) -> Survey:
        """Read a survey from a dataframe or a mapping of columns, one row per respondent.

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
            by the dimension's name; or dimension to points common to all respondents.
        scale : Scale, optional
            The scale of perceptions and expectations. Not needed with a codebook.
        codebook : Codebook, optional
            What words in the answers mean, as in :meth:`custvalue.survey.Responses.from_frame`.
        dimensions : Instrument or mapping
            ``SERVQUAL_1988``, whose negatively worded items are recoded, or an instrument of
            your own; for an adapted one, dimension to its columns among `perceptions`, or to how
            many of them it takes in their order.
        weights : str, optional
            Column of sampling weights.
        missing : {"raise", "drop", "pairwise", "prorate"}
            What to do with missing answers: refuse them, exclude the respondents who have any,
            let each statistic use the respondents who gave all the answers that it needs, or
            score a dimension by the answers that there are.
        min_answered : float
            Under ``prorate``, the share of the items of every dimension that a respondent must
            have answered; respondents who answered less are excluded and counted.
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
        overall_scale, overall_codebook : optional
            Its scale and codebook; those of the perceptions by default.
        group, wave, cluster, stratum, labels : optional
            Columns of labels, as in :meth:`custvalue.survey.Responses.from_frame`.
        customer, repeats, date : optional
            What to do with several answers of one customer, as in
            :meth:`custvalue.survey.Responses.from_frame`.

        Raises
        ------
        DataError
            If columns are absent, too few or named twice, an answer is off the scale, points are
            negative or do not sum, or weights are negative.
        ParameterError
            If `missing` is not one of these policies, or `importance_total` is not positive.
        """
        given = {"perceptions": perceptions, "expectations": expectations, "ideals": ideals}
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        said = (scale, codebook, overall_scale, overall_codebook)
        single = _overall(overall, *said)
        read = of_frame(
            frame, given, dimensions, roles, scale=scale, codebook=codebook, single=single
        )
        points = points_of.from_columns(
            read.source,
            importance,
            read.instrument,
            total=importance_total,
            normalise=normalise_importance,
        )
        return cls._read(read, points, missing, min_answered)

    @classmethod
    def from_arrays(
        cls,
        perceptions: npt.ArrayLike,
        expectations: npt.ArrayLike | None = None,
        importance: npt.ArrayLike | Mapping[str, float] | None = None,
        *,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        dimensions: Instrument | Mapping[str, int] = SERVQUAL,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        importance_total: float = 100.0,
        normalise_importance: bool = False,
        ideals: npt.ArrayLike | None = None,
        overall: npt.ArrayLike | None = None,
        overall_scale: Scale | None = None,
        overall_codebook: Codebook | None = None,
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        labels: Mapping[str, npt.ArrayLike] | None = None,
        customer: npt.ArrayLike | None = None,
        repeats: RepeatsPolicy = "raise",
        date: npt.ArrayLike | None = None,
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
            dimension's name where they are common to all respondents.
        scale : Scale, optional
            The scale of perceptions and expectations. Not needed with a codebook.
        codebook : Codebook, optional
            What words in the answers mean, as in :meth:`custvalue.survey.Responses.from_frame`.
        dimensions : Instrument or mapping
            For an adapted instrument: dimension to how many items it takes, in their order.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing, min_answered, importance_total, normalise_importance
            As in :meth:`from_frame`.
        overall_scale, overall_codebook
            As in :meth:`from_frame`.
        ideals : array_like of shape (respondents, items), optional
            Ideal points; items are named I1, I2, …
        overall : array_like of shape (respondents,), optional
            Overall satisfaction or quality; named ``overall``.
        group, wave, cluster, stratum, labels : optional
            Arrays of labels, as in :meth:`custvalue.survey.Responses.from_arrays`.
        customer, repeats, date : optional
            As in :meth:`from_frame`.

        Raises
        ------
        DataError
            As in :meth:`from_frame`, or if shapes do not fit.
        ParameterError
            As in :meth:`from_frame`.
        """
        given = {"perceptions": perceptions, "expectations": expectations, "ideals": ideals}
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        read = of_arrays(given, dimensions, roles, scale=scale, codebook=codebook)
        said = (scale, codebook, overall_scale, overall_codebook)
        single = _overall(None if overall is None else "overall", *said)
        if overall is not None:
            column = single_column(overall, read.source.rows)
            source = read.source.with_column("overall", column)
            read = read._replace(source=source, asked={**read.asked, **single})
        points = points_of.from_array(
            importance, read.instrument, total=importance_total, normalise=normalise_importance
        )
        return cls._read(read, points, missing, min_answered)

    @classmethod
    def _read(
        cls, read: Reading, points: Points | None, missing: MissingPolicy, min_answered: float
    ) -> Survey:
        """Read the answers, exclude respondents where that was asked for, and check the points."""
        also = [] if points is None or points.values.ndim == 1 else [points.values]
        if also:
            points_of.check_points(also[0], read.source.rows, len(read.instrument.dimensions))
        blocks, settled = read_blocks(
            read.source,
            read.asked,
            read.who,
            missing=missing,
            min_answered=min_answered,
            also=also,
        )
        values: dict[str, Any] = {"importance": None, "importance_rescaled": 0}
        if points is not None:
            points = points if settled.keep.all() else points.kept(settled.keep)
            points_of.refuse_missing_points(points.values, missing)
            values = {
                "importance": read_only(points.values),
                "importance_rescaled": points.rescaled,
            }
        return cls._unchecked(instrument=read.instrument, blocks=blocks, **values, **settled.shared)

    def _only(self, names: tuple[str, ...], places: Sequence[int]) -> Survey:
        some = super()._only(names, places)
        if (
            self.importance is not None
            and len(some.instrument.dimensions) < self.importance.shape[-1]
        ):
            raise DataError(
                "importance points are shared among all dimensions, so they do not fit some of "
                "them. Name an item of every dimension, or read the survey without importance."
            )
        return some

    def _of_rows(self, rows: Some) -> dict[str, Any]:
        return {**super()._of_rows(rows), "importance": points_of.of_rows(self.importance, rows)}

    @cached_property
    def expectations(self) -> Responses | None:
        """What they expect of an excellent provider, in the same order; None if not asked."""
        return self._part_if_asked("expectations")

    @cached_property
    def ideals(self) -> Responses | None:
        """Ideal points in the same order; None if not asked."""
        return self._part_if_asked("ideals")

    @cached_property
    def overall(self) -> Responses | None:
        """Overall satisfaction or quality, one item on its own scale; None if not asked."""
        return self._part_if_asked("overall")

    def _part_if_asked(self, name: str) -> Responses | None:
        return self.part(name) if name in self.blocks else None

    @property
    def without_points(self) -> int:
        """Respondents who are kept and did not give points to every dimension."""
        return points_of.without_points(self.importance)

    def _answer_columns(self) -> dict[str, npt.NDArray[Any]]:
        columns = super()._answer_columns()
        if self.importance is not None:
            shape = (self.respondents, len(self.instrument.dimensions))
            every = np.broadcast_to(self.importance, shape)
            names = self.instrument.dimension_names
            columns |= {f"importance of {name}": every[:, k] for k, name in enumerate(names)}
        return columns

    def __repr__(self) -> str:
        asked = {"expectations": self.expectations, "importance": self.importance}
        said = "".join(
            f", {name}={'no' if its is None else 'yes'!r}" for name, its in asked.items()
        )
        return f"{super().__repr__()[:-1]}{said})"

    def _table(self) -> Table:
        sizes = f"Scale {self.scale}, effective n {self.effective_n:,.1f}."
        if self.without_points:
            sizes += f" {count(self.without_points, 'respondent')} without importance points."
        if self.expectations is None:
            asked = "Perceptions only (SERVPERF)."
        else:
            asked = "Perceptions and expectations; importance points: " + (
                "none." if self.importance is None else "yes."
            )
        return self._sheet("", sizes, asked)


def require_survey(argument: str, survey: object) -> None:
    """Raise a ParameterError unless `survey` is a Survey."""
    require_read(argument, survey, Survey, "servqual")


def _overall(
    name: str | None,
    scale: Scale | None,
    codebook: Codebook | None,
    own: Scale | None,
    own_codebook: Codebook | None,
) -> dict[str, Asked]:
    """Say that overall satisfaction is read, where it is, on its own scale or that of the items."""
    its = stated_scale(own, own_codebook, "overall_scale")
    if name is None and its is not None:
        given = "overall_scale" if own_codebook is None else "overall_codebook"
        raise ParameterError(
            f"{given} is the scale of overall, but there is no overall. Name its column."
        )
    if name is None:
        return {}
    on, book = (scale_of(scale, codebook), codebook) if its is None else (its, own_codebook)
    return {"overall": Asked((name,), on, None, False, book, "overall_codebook")}
