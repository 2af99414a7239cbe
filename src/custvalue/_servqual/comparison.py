"""Sites or waves compared: the gaps of their dimensions, and overall.

Every site has its estimates with intervals; every pair of sites has a difference in each
dimension. That is many differences (five dimensions of six sites are 75), so they are corrected
for their number: those of all dimensions together, those of the overall score, which is made of the
same answers, apart. The overall scores are those of gaps and of performance: of gaps the mean of
the dimensions, of perceptions the mean of the items.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from custvalue._checks import checked_level, require_choice
from custvalue._comparing.comparison import (
    INDEPENDENT,
    INVARIANCE,
    SAME_CLUSTERS,
    Comparison,
    GroupEstimate,
    compared,
    compared_together,
)
from custvalue._comparing.dependence import dependences_of
from custvalue._comparing.difference import Difference
from custvalue._inference.contrast import Correction, Dependence, Label
from custvalue._inference.means import MeanEstimate
from custvalue._respondents.scale import Scale
from custvalue._results.base import left_out_note
from custvalue._results.layout import Row, Tabulated, laid_out, rows_of
from custvalue._servqual.gaps import means_of_gaps, weighted_gap
from custvalue._servqual.performance import estimate_performance
from custvalue._servqual.survey import Survey, require_survey
from custvalue._table import Table
from custvalue._values import Frozen, Level
from custvalue._words import count, number, p_value
from custvalue.errors import CustvalueError, DataError

Compared = Literal["gap", "perception"]
Measured = dict[str, dict[Label, MeanEstimate]]

OVERALL, WEIGHTED = "overall", "weighted"


class SurveyComparison(Tabulated, Frozen):
    """Sites or waves compared in every dimension, and overall.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    by : {"group", "wave"}
        What was compared.
    of : {"gap", "perception"}
        Gaps, or mean perceptions (SERVPERF).
    names : tuple of str
        The dimensions.
    dimensions : tuple of Comparison
        One for each dimension; P values are adjusted, and intervals wide enough, for the
        differences of all dimensions together.
    overall : Comparison
        Of gaps the mean of the *dimensions*, as :attr:`Gaps.overall`; of perceptions the mean of
        the *items*, as :attr:`Performance.overall`. Corrected for its own pairs.
    weighted : Comparison or None
        Of the overall score weighted by each respondent's points, likewise; None where importance
        was not asked.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of differences.
    level : float
        Confidence level of the intervals.
    """

    instrument: str
    scale: Scale
    by: str
    of: Compared
    names: tuple[str, ...]
    dimensions: tuple[Comparison, ...]
    overall: Comparison
    weighted: Comparison | None = None
    correction: Correction
    level: Level

    def dimension(self, name: str) -> Comparison:
        """Return the comparison of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such dimension.
        """
        require_choice("dimension", name, self.names)
        return self.dimensions[self.names.index(name)]

    @property
    def convention(self) -> str:
        """How the overall score is defined here."""
        if self.of == "gap":
            return "Overall = mean of the dimension gaps, all alike, as in gaps()."
        return "Overall = mean of the items, all alike (SERVPERF), as in performance()."

    @property
    def _every(self) -> list[tuple[str, Comparison]]:
        every = [*zip(self.names, self.dimensions, strict=True), (OVERALL, self.overall)]
        return every if self.weighted is None else [*every, (WEIGHTED, self.weighted)]

    @property
    def significant(self) -> tuple[tuple[str, Difference], ...]:
        """The differences with an adjusted P of at most 1 - level, each with what it is of."""
        return tuple((name, its) for name, part in self._every for its in part.significant)

    def _usual_level(self) -> float:
        return self.level

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            Row(f"{name}, {row.label}", {"dimension": name, **row.values})
            for name, part in self._every
            for row in rows_of(part, level)
        ]

    def __repr__(self) -> str:
        return (
            f"SurveyComparison({self.instrument!r}, by={self.by!r}, of={self.of!r}, "
            f"groups={len(self.overall.groups)}, significant={len(self.significant)})"
        )

    def _table(self) -> Table:
        labels = [str(its.label) for its in self.overall.groups]
        rows = [
            Row(
                name,
                {**dict(zip(labels, map(self._cell, part.groups), strict=True)), "": _test(part)},
            )
            for name, part in self._every
        ]
        shown = {**{label: label for label in labels}, "": "P, all equal"}
        return laid_out(self._title(), shown, rows, self._notes())

    def _title(self) -> str:
        return f"{self.instrument}, {self.of} by {self.by}"

    def _cell(self, its: Difference | GroupEstimate) -> str:
        return f"{number(its.value)} {its.confidence_interval(self.level)}"

    def _notes(self) -> Iterable[str]:
        sizes = ", ".join(f"{its.label} {its.n:,}" for its in self.overall.groups)
        pairs = len(self.overall.differences)
        family = (
            f"{count(pairs * len(self.names), 'difference')} of dimensions, corrected together, "
            f"and {pairs:,} of each overall score: {self.correction}. {len(self.significant):,} "
            f"significant."
        )
        own = self.overall.groups[0].confidence_interval(self.level)
        alone = f"{own.description.split(',')[0]}s of each alone: {own.method.split(',')[0]}"
        base = f"n: {sizes}. {alone}, not corrected."
        found = [
            f"{name}: {its.name} {self._cell(its)}, adjusted {p_value(its.adjusted_p_value)}."
            for name, its in self.significant
        ]
        how = INDEPENDENT if self.overall.dependence is None else SAME_CLUSTERS
        gone = left_out_note(self.overall.excluded)
        return (base, gone, self.convention, family, how, INVARIANCE, *found)


def _test(part: Comparison) -> str:
    """Return P that all are equal: of the only difference where there are two."""
    if part.heterogeneity is not None:
        return f"{part.heterogeneity.p_value:.3g}"
    return f"{part.differences[0].p_value:.3g}" if len(part.groups) == 2 else "–"


def compare_surveys(
    survey: Survey,
    *,
    by: str = "group",
    of: Compared = "gap",
    reference: Label | None = None,
    correction: Correction = "holm",
    level: float = 0.95,
) -> SurveyComparison:
    """Compare sites or waves in every dimension, and overall.

    Parameters
    ----------
    survey : Survey
        Read with ``group=`` or ``wave=``.
    by : {"group", "wave"}
        What to compare; waves must be different people, as in a tracking study.
    of : {"gap", "perception"}
        Gaps, or mean perceptions (SERVPERF), which need no expectations. The overall score is that
        of :func:`gaps`, the mean of the dimensions, or that of :func:`performance`,
        the mean of the items.
    reference : str or int, optional
        The site or wave that every other is compared with; all pairs by default.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of differences: of all dimensions together, and of each overall score.
    level : float
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    SurveyComparison

    Raises
    ------
    DataError
        If there are no such labels or only one, a site has a single respondent, or cannot be
        estimated: the message names it.
    ParameterError
        If `survey` is not a Survey, or an argument is outside its domain.

    Notes
    -----
    Differences are tested by Welch's t with Welch-Satterthwaite degrees of freedom, all equal by
    Welch's analysis of variance. Sites are comparable only if the questions mean the same at all of
    them (Steenkamp & Baumgartner 1998, *Journal of Consumer Research* 25(1)); that is to be
    asked of the items before, and these differences cannot show it.

    Examples
    --------
    >>> from custvalue.servqual import Survey, compare_surveys
    >>> from custvalue.survey import Scale
    >>> survey = Survey.from_arrays(
    ...     [[5, 6], [6, 6], [5, 5], [3, 5], [2, 6], [3, 6]],
    ...     [[6, 6], [6, 7], [6, 6], [6, 6], [6, 7], [6, 6]],
    ...     scale=Scale(1, 7),
    ...     dimensions={"staff": 1, "premises": 1},
    ...     group=["south"] * 3 + ["north"] * 3,
    ... )
    >>> comparison = compare_surveys(survey)
    >>> comparison
    SurveyComparison('adapted SERVQUAL', by='group', of='gap', groups=2, significant=2)
    >>> difference = comparison.dimension("staff").difference("south", "north")
    >>> round(difference.value, 4), round(difference.adjusted_p_value, 4)
    (2.6667, 0.0096)
    """
    require_survey("survey", survey)
    require_choice("of", of, get_args(Compared))
    require_choice("correction", correction, get_args(Correction))
    level = checked_level(level)
    parts = survey.by(by)
    measured = _measured(parts, by, of)
    score = _gaps if of == "gap" else _perceptions
    together = dependences_of(
        list(parts.values()), lambda part: [its.value for its in score(part).values()]
    )
    ties = (
        dict.fromkeys(measured) if together is None else dict(zip(measured, together, strict=True))
    )
    gone = survey.unlabelled(by)
    plain = {
        name: _compared(name, estimates, reference, level, ties[name], excluded=gone)
        for name, estimates in measured.items()
    }
    names = survey.instrument.dimension_names
    families = [names, *((name,) for name in measured if name not in names)]
    done: dict[str, Comparison] = {}
    for family in families:
        done |= compared_together({name: plain[name] for name in family}, correction)
    return SurveyComparison(
        instrument=survey.instrument.name,
        scale=survey.scale,
        by=by,
        of=of,
        names=names,
        dimensions=tuple(done[name] for name in names),
        overall=done[_OVERALL],
        weighted=done.get(_WEIGHTED),
        correction=correction,
        level=level,
    )


_OVERALL, _WEIGHTED = " overall", " weighted"  # no dimension has such a name


def _measured(parts: Mapping[Label, Survey], by: str, of: Compared) -> Measured:
    """Estimate every score of every site."""
    if of == "gap" and any(part.expectations is None for part in parts.values()):
        raise DataError(
            "gaps need expectations, but this survey has perceptions only. Use of='perception' "
            "for SERVPERF."
        )
    measured: Measured = {}
    for label, part in parts.items():
        if part.respondents < 2:
            raise DataError(
                f"{by} {label!r} has 1 respondent: a single respondent gives no estimate of "
                f"variance. Exclude it, or put it together with another."
            )
        try:
            scores = _gaps(part) if of == "gap" else _perceptions(part)
        except CustvalueError as error:
            raise DataError(f"{by} {label!r}: {error}") from error
        for name, estimate in scores.items():
            measured.setdefault(name, {})[label] = estimate
    return measured


def _gaps(part: Survey) -> dict[str, MeanEstimate]:
    means = means_of_gaps(part)
    names = part.instrument.dimension_names
    scores = {name: means.dimension(k, name).gap for k, name in enumerate(names)}
    scores[_OVERALL] = means.overall().gap
    weighted = weighted_gap(part)
    return scores if weighted is None else scores | {_WEIGHTED: weighted.by_respondent}


def _perceptions(part: Survey) -> dict[str, MeanEstimate]:
    performance = estimate_performance(part)
    scores = {its.name: its.mean for its in performance.dimensions}
    scores |= {_OVERALL: performance.overall}
    weighted = performance.weighted
    return scores if weighted is None else scores | {_WEIGHTED: weighted.by_respondent}


def _compared(
    name: str,
    estimates: Mapping[Label, MeanEstimate],
    reference: Label | None,
    level: float,
    dependence: Dependence | None,
    *,
    excluded: Mapping[str, int],
) -> Comparison:
    try:
        return compared(
            estimates,
            reference=reference,
            correction="none",
            method=None,
            level=level,
            dependence=dependence,
            excluded=excluded,
        )
    except DataError as error:
        raise DataError(f"{name.strip()}: {error}") from error
