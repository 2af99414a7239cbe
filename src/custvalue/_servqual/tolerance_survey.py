"""A survey that asks three times: what is accepted, what is wished for, what was received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_choice
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.reader import Roles, read_blocks
from custvalue._respondents.repeats import RepeatsPolicy
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MissingPolicy
from custvalue._servqual.forms import SERVQUAL
from custvalue._servqual.study import Dimensions, Reading, Study, of_arrays, of_frame
from custvalue._table import Table
from custvalue._words import more, plain
from custvalue.errors import DataError

InvertedPolicy = Literal["raise", "keep", "exclude"]

BLOCKS = ("perceptions", "adequate", "desired")


@dataclass(frozen=True, eq=False, repr=False)
class ToleranceSurvey(Study):
    """Perceived, adequate and desired level of the same respondents, item by item.

    Use :meth:`from_frame` or :meth:`from_arrays`.

    Parameters
    ----------
    blocks : dict of str to Block
        ``perceptions``; ``adequate``, the least that respondents accept (LibQUAL+: minimum); and
        ``desired``, what they wish for.
    instrument : Instrument
        Items and dimensions; its item names are the columns of the perceptions.
    inverted : {"raise", "keep", "exclude"}
        What to do with answers whose desired level is below the adequate one.
    weights, labels, missing, min_answered, lost
        As of :class:`custvalue.survey.Responses`.

    Raises
    ------
    DataError
        If the parts do not belong together, or a zone is inverted against the policy.
    ParameterError
        If `inverted` is not one of these policies.

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

    REPR: ClassVar[tuple[str, ...]] = (*Study.REPR, "inverted")

    inverted: InvertedPolicy = "raise"

    def __post_init__(self) -> None:
        require_choice("inverted", self.inverted, get_args(InvertedPolicy))
        self._check_blocks(BLOCKS)
        _refuse_inverted(self)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        perceptions: Sequence[str],
        adequate: Sequence[str],
        desired: Sequence[str],
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        dimensions: Dimensions = SERVQUAL,
        weights: str | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        inverted: InvertedPolicy = "raise",
        group: str | None = None,
        wave: str | None = None,
        cluster: str | None = None,
        stratum: str | None = None,
        labels: Sequence[str] | Mapping[str, str] | None = None,
        customer: str | None = None,
        repeats: RepeatsPolicy = "raise",
        date: str | None = None,
    ) -> ToleranceSurvey:
        """Read a survey from a dataframe or a mapping of columns, one row per respondent.

        Parameters
        ----------
        frame : dataframe or mapping
            pandas, polars, pyarrow, DuckDB, … or column name to values.
        perceptions, adequate, desired : sequence of str
            Columns of the three answers, one an item, all in the same order.
        scale : Scale, optional
            The scale of all of them. Not needed with a codebook.
        codebook : Codebook, optional
            What words in the answers mean, as in :meth:`custvalue.survey.Responses.from_frame`.
        dimensions : Instrument or mapping
            As in :meth:`Survey.from_frame`.
        weights : str, optional
            Column of sampling weights.
        missing, min_answered
            What to do with missing answers, as in :meth:`Survey.from_frame`.
        inverted : {"raise", "keep", "exclude"}
            What to do where somebody wishes for less than would be accepted: refuse the data,
            count the answers in the means but give them no class, or exclude them from both. Each
            item, dimension and the whole is judged on its own scores.
        group, wave, cluster, stratum, labels : optional
            Columns of labels, as in :meth:`custvalue.survey.Responses.from_frame`.
        customer, repeats, date : optional
            What to do with several answers of one customer, as in
            :meth:`custvalue.survey.Responses.from_frame`.

        Raises
        ------
        DataError
            If columns are absent, too few or named twice, an answer is off the scale, a zone is
            inverted, or weights are negative.
        ParameterError
            If `missing` or `inverted` is not one of these policies.
        """
        given = {"perceptions": perceptions, "adequate": adequate, "desired": desired}
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        read = of_frame(frame, given, dimensions, roles, scale=scale, codebook=codebook)
        return cls._read(read, missing, min_answered, inverted)

    @classmethod
    def from_arrays(
        cls,
        perceptions: npt.ArrayLike,
        *,
        adequate: npt.ArrayLike,
        desired: npt.ArrayLike,
        scale: Scale | None = None,
        codebook: Codebook | None = None,
        dimensions: Instrument | Mapping[str, int] = SERVQUAL,
        weights: npt.ArrayLike | None = None,
        missing: MissingPolicy = "raise",
        min_answered: float = 0.5,
        inverted: InvertedPolicy = "raise",
        group: npt.ArrayLike | None = None,
        wave: npt.ArrayLike | None = None,
        cluster: npt.ArrayLike | None = None,
        stratum: npt.ArrayLike | None = None,
        labels: Mapping[str, npt.ArrayLike] | None = None,
        customer: npt.ArrayLike | None = None,
        repeats: RepeatsPolicy = "raise",
        date: npt.ArrayLike | None = None,
    ) -> ToleranceSurvey:
        """Read a survey from arrays of respondents x items.

        Parameters
        ----------
        perceptions, adequate, desired : array_like of shape (respondents, items)
            Answers; NaN or None where there is none. Items are named P1, …, A1, …, D1, ….
        scale : Scale, optional
            The scale of all of them. Not needed with a codebook.
        codebook : Codebook, optional
            What words in the answers mean, as in :meth:`custvalue.survey.Responses.from_frame`.
        dimensions : Instrument or mapping
            For an adapted instrument: dimension to how many items it takes, in their order.
        weights : array_like of shape (respondents,), optional
            Sampling weights.
        missing, min_answered, inverted
            As in :meth:`from_frame`.
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
        given = {"perceptions": perceptions, "adequate": adequate, "desired": desired}
        roles = Roles(
            weights, group, wave, cluster, stratum, labels, customer, repeats, date, missing
        )
        read = of_arrays(given, dimensions, roles, scale=scale, codebook=codebook)
        return cls._read(read, missing, min_answered, inverted)

    @classmethod
    def _read(
        cls, read: Reading, missing: MissingPolicy, min_answered: float, inverted: InvertedPolicy
    ) -> ToleranceSurvey:
        """Read the answers, exclude respondents where that was asked for, and check the zones."""
        adequate, desired = (read.asked[name].items for name in BLOCKS[1:])
        both = [name for name in adequate if name in desired]
        if both:
            raise DataError(
                f"a column holds either an adequate or a desired level, but {both[0]!r} is named "
                f"as both."
            )
        blocks, settled = read_blocks(
            read.source, read.asked, read.who, missing=missing, min_answered=min_answered
        )
        require_choice("inverted", inverted, get_args(InvertedPolicy))
        made = cls._unchecked(
            instrument=read.instrument, inverted=inverted, blocks=blocks, **settled.shared
        )
        _refuse_inverted(made)
        return made

    @cached_property
    def adequate(self) -> Responses:
        """The least that they accept, in the same order."""
        return self.part("adequate")

    @cached_property
    def desired(self) -> Responses:
        """What they wish for, in the same order."""
        return self.part("desired")

    def _table(self) -> Table:
        note = f"Scale {self.scale}, effective n {self.effective_n:,.1f}."
        return self._sheet(": adequate, desired, perceived", note)


def _refuse_inverted(survey: ToleranceSurvey) -> None:
    """Raise a DataError at the first answer that wishes for less than is accepted."""
    if survey.inverted != "raise":
        return
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
        f"{others}. Use inverted='keep' to count such answers in the means without a class, or "
        f"inverted='exclude' to exclude them; check the columns if there are many.",
        column=name,
        rows=rows,
        count=total,
        value=plain(desired_level),
    )
