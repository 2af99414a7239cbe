"""Problem analysis: what customers name, by how often it comes and how bad it is (Pareto)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, get_args

import numpy as np

from custvalue import _frames
from custvalue._aligned import require_one_index
from custvalue._checks import checked_share, finite, in_order, require_choice
from custvalue._columns import refuse_where
from custvalue._inference.estimate import Headline
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, percent_with_interval, proportion
from custvalue._respondents.codebook import Codebook, check_codebook
from custvalue._respondents.questions import answered, read, taken_apart
from custvalue._respondents.reading import coded_answers, refuse_missing
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base, MissingPolicy
from custvalue._results.by_level import named
from custvalue._results.layout import Row, shown
from custvalue._rows import FloatArray
from custvalue._satisfaction.named import Part
from custvalue._words import Percent, number, plain
from custvalue.errors import DataError, ParameterError

OWN_SEVERITY = "of the respondents"
YES_NO = Scale(0, 1)


@dataclass(frozen=True, slots=True)
class Problem(Part):
    """One problem with how often it comes and how bad it is.

    Parameters
    ----------
    name : str
        The problem.
    frequency : Proportion
        Share of respondents who had it.
    count : int
        Respondents who had it, whatever their weights.
    severity : float or None
        As given for all respondents, or the (weighted) mean of those who had it; None where there
        are none.
    impact : MeanEstimate
        Frequency times severity: the mean over all respondents of the severity of the problem,
        0 for those who did not have it.
    share : float
        Of the impact of all problems.
    cumulative : float
        Share of this problem and the ones before it.
    """

    frequency: Proportion
    count: int
    severity: float | None
    impact: MeanEstimate
    share: float
    cumulative: float

    def row(self, level: float) -> Row:
        """Return it as a row of the table of all problems."""
        ends = self.frequency.confidence_interval(level)
        return Row(
            self.name,
            {
                "problem": self.name,
                "count": self.count,
                "frequency": self.frequency.value,
                "frequency_low": ends.low,
                "frequency_high": ends.high,
                "severity": self.severity,
                **self.impact.row(level, value="impact"),
                "share": self.share,
                "cumulative": Percent(self.cumulative, 0),
            },
        )


class ProblemAnalysis(Headline):
    """Problems by frequency times severity, the worst first (Pareto).

    Parameters
    ----------
    estimate : Proportion
        Share of respondents with any problem.
    problems : tuple of Problem
        In descending order of impact.
    per_respondent : MeanEstimate
        Mean number of problems.
    severity : str
        Where severity comes from: none, given, or respondents.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    TITLE: ClassVar[str] = "Problem analysis"
    LABELS: ClassVar[str] = "problem"
    SHOWN: ClassVar = shown("count, frequency, severity, impact, low, high, cumulative: Pareto")
    REPR: ClassVar[tuple[str, ...]] = ("problems", "n", "severity")

    estimate: Proportion
    problems: tuple[Problem, ...]
    per_respondent: MeanEstimate
    severity: str
    base: Base

    def vital_few(self, share: float = 0.8) -> tuple[str, ...]:
        """Return the fewest problems that make up a share of the impact.

        Parameters
        ----------
        share : float
            Of the impact of all problems.

        Raises
        ------
        ParameterError
            Unless ``0 < share <= 1``.
        """
        share = checked_share("share", share, example=0.8)
        before = [0.0, *(problem.cumulative for problem in self.problems[:-1])]
        return tuple(
            problem.name
            for problem, reached in zip(self.problems, before, strict=True)
            if reached < share - 1e-12 and problem.share > 0
        )

    def problem(self, name: str) -> Problem:
        """Return one problem.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such problem.
        """
        return named("problem", name, self.problems)

    def _rows(self, level: float) -> Sequence[Row]:
        return [problem.row(level) for problem in self.problems]

    def _printed(self) -> Sequence[Row]:
        return [
            Row(row.label, {**row.values, "frequency": percent_with_interval(its.frequency, 1)})
            for row, its in zip(self._rows(0.95), self.problems, strict=True)
        ]

    def _notes(self) -> tuple[str, ...]:
        method = "t, not below 0" if self.severity == OWN_SEVERITY else "beta"
        each = number(self.per_respondent.value)
        noun = "problem" if each == "1" else "problems"
        share = percent_with_interval(self.estimate, 1)
        return (
            f"Impact: frequency x severity ({self.severity}), {method}; frequency: wilson.",
            f"Any problem: {share} of {self.n:,}; {each} {noun} each.",
            str(self.base),
        )


def problem_analysis(
    problems: Any,
    *,
    severity: Any = None,
    codebook: Codebook | None = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> ProblemAnalysis:
    """Rank the problems that customers name by how often they come and how bad they are.

    Parameters
    ----------
    problems : dataframe, mapping or Responses
        One column for each problem: 1 for a respondent who had it, 0 for one who had
        not. Responses, on Scale(0, 1), bring their weights and clusters.
    severity : mapping of str to float, or dataframe or mapping of columns, optional
        How bad each problem is: a number >= 0 for all respondents, or each respondent's own in
        columns with the names of the problems (needed only where they had it). 1 for all by
        default: impact is frequency then.
    codebook : Codebook, optional
        What words mean, on Scale(0, 1): ``survey.YES_NO`` knows common ones.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise", "prorate"}
        Refuse missing entries, or exclude respondents with any; the base of the result counts them.
        ``pairwise`` and ``prorate`` are refused: the shares of the problems in all impact are of
        the same respondents, and one problem says nothing about another.

    Returns
    -------
    ProblemAnalysis

    Raises
    ------
    DataError
        If an entry is neither 0 nor 1, or missing, a severity is missing or negative, names do not
        fit, or there are no problems.
    ParameterError
        If the policy for missing entries is unknown, or none that can be used here.

    Notes
    -----
    An impact is never below 0. Where the severity is given for all, its interval is that of
    a mean between 0 and the severity (``beta``); where respondents say how bad it was, Student's,
    clipped at 0 and at the greatest severity that a respondent named.

    Examples
    --------
    >>> from custvalue.satisfaction import problem_analysis
    >>> result = problem_analysis(
    ...     {"late": [1, 1, 0, 1, 0, 0, 1, 0], "oil on seat": [0, 1, 0, 0, 0, 0, 0, 0]},
    ...     severity={"late": 2, "oil on seat": 9},
    ... )
    >>> [(problem.name, problem.impact.value) for problem in result.problems]
    [('oil on seat', 1.125), ('late', 1.0)]
    """
    _check_codebook(codebook)
    asked = taken_apart(
        {"problems": problems}, scale=YES_NO, weights=weights, missing=missing, attributes=True
    )
    _check_policy(asked.missing)
    source = _frames.Source(asked.columns["problems"])
    require_one_index({**asked.columns["problems"], "weights": asked.weights})
    names = tuple(source.names)
    if not names:
        raise DataError("problems has no columns. Give one column of 0 and 1 for each problem.")
    for name, column in zip(
        names, coded_answers(source, names, YES_NO, codebook)[0].T, strict=True
    ):
        _refuse_numbers(name, column)  # in the words of this measure
    columns = {name: source.column(name) for name in names}
    whole = read(
        columns, scale=YES_NO, codebook=codebook, weights=asked.weights, missing="pairwise"
    ).with_labels(asked.labels)
    had = whole.answers
    severities, origin = _severities(severity, names, had)
    absent = np.isnan(had)
    if asked.missing == "raise" and absent.any():
        refuse_missing(names, absent, "or 0 where no entry means no problem.", ("entry", "entries"))
    if absent.any(axis=1).all():
        raise DataError(
            "no respondent answered about every problem. Exclude the one with most gaps."
        )
    used = answered("the problems", had, whole.sample, asked.base_of(whole))
    had, severities, sample = used.answers, severities[used.rows], used.sample
    anything = (had.max(axis=1) > 0).astype(np.float64)
    return ProblemAnalysis(
        estimate=proportion(anything, sample, name="any problem"),
        problems=_ranked(names, had, severities, sample, origin),
        per_respondent=mean_estimate(
            had.sum(axis=1), sample, name="problems", bounds=(0.0, float(len(names)))
        ),
        severity=origin,
        base=replace(used.base, missing=asked.missing),
    )


def _check_policy(missing: object) -> None:
    require_choice("missing", missing, get_args(MissingPolicy))
    if missing in ("pairwise", "prorate"):
        raise ParameterError(
            f"missing={missing!r} would share out the impact of problems that different "
            f"respondents were asked about. Use missing='drop' to exclude respondents with a "
            f"missing entry."
        )


def _check_codebook(codebook: Codebook | None) -> None:
    if codebook is not None and check_codebook(codebook).scale != YES_NO:
        raise ParameterError(
            f"codebook must be for Scale(0, 1), as survey.YES_NO is, but it is for "
            f"{codebook.scale!r}."
        )


def _refuse_numbers(name: str, answers: FloatArray) -> None:
    """Raise a DataError where an entry is neither 0 nor 1."""
    hint = "Use 1 for a respondent who had the problem; how bad it was goes into severity."
    bad = ~np.isnan(answers) & (answers != 0) & (answers != 1)
    refuse_where(bad, name, "0 or 1", answers, hint)


def _severities(severity: Any, names: tuple[str, ...], had: FloatArray) -> tuple[FloatArray, str]:
    """Return the severity of every problem to every respondent, and where it comes from."""
    if severity is None:
        return np.ones(had.shape), "none given, 1 for all"
    plain_numbers = isinstance(severity, Mapping) and all(
        np.ndim(value) == 0 for value in severity.values()
    )
    if plain_numbers:
        given = _by_name(severity, names)
        return np.broadcast_to(given, had.shape), "given for all"
    source = _frames.Source(severity)
    columns = [
        source.numbers(name) for name in _ordered({str(name): name for name in source.names}, names)
    ]
    for name, column, hits in zip(names, columns, had.T, strict=True):
        if len(column) != len(hits):
            raise DataError(
                f"severity must be of the same respondents in the same order as problems, but "
                f"there are {len(column)} and {len(hits)} rows."
            )
        hint = "Give the severity for those who had the problem, 0 for not at all."
        bad = (hits == 1) & ~(column >= 0)
        refuse_where(bad, f"severity of {name!r}", "a number >= 0", column, hint)
    return np.column_stack(columns), OWN_SEVERITY


def _by_name(severity: Mapping[Any, Any], names: tuple[str, ...]) -> FloatArray:
    values = _ordered(severity, names)
    for name, value in zip(names, values, strict=True):
        if not finite(value) >= 0:
            raise DataError(
                f"severity of {name!r} must be a number >= 0, but it is {plain(value)!r}."
            )
    return np.array(values, dtype=np.float64)


def _ordered(given: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    return in_order(
        given,
        names,
        unknown="severity names {name}, which is not a problem.{near} The problems are {names}.",
        absent="severity lacks {absent}. Give every problem its severity.",
    )


def _impact(name: str, bad: FloatArray, sample: Sample, worst: float | None) -> MeanEstimate:
    """Return the mean impact, which is never below 0, nor above a severity that is known."""
    if worst:
        return mean_estimate(bad, sample, name=name, bounds=(0.0, worst), method="beta")
    return mean_estimate(bad, sample, name=name, bounds=(0.0, float(bad.max())))


def _ranked(
    names: tuple[str, ...],
    had: FloatArray,
    severities: FloatArray,
    sample: Sample,
    origin: str,
) -> tuple[Problem, ...]:
    bad = np.where(had == 1, severities, 0.0)
    worst = [None if origin == OWN_SEVERITY else float(known) for known in severities[0]]
    impacts = [
        _impact(name, column, sample, most)
        for name, column, most in zip(names, bad.T, worst, strict=True)
    ]
    total = sum(impact.value for impact in impacts)
    order = sorted(range(len(names)), key=lambda place: -impacts[place].value)
    found, reached = [], 0.0
    for place in order:
        share = impacts[place].value / total if total else 0.0
        reached = min(reached + share, 1.0)
        hits = had[:, place]
        frequency = proportion(hits, sample, name=names[place])
        rate = frequency.value
        found.append(
            Problem(
                name=names[place],
                frequency=frequency,
                count=int(hits.sum()),
                severity=impacts[place].value / rate if rate else None,
                impact=impacts[place],
                share=min(share, 1.0),
                cumulative=reached,
            )
        )
    return tuple(found)
