"""Two of the four classical ways to measure satisfaction: derived dissatisfaction and problems.

Kotler (*Marketing Management*) names four: customers say how satisfied they are (directly reported
satisfaction: :func:`top_box`, :func:`net_promoter_score`); they say what they expected and what
they got (derived dissatisfaction); they name problems and what would help (problem analysis); they
rate importance and performance of each attribute (:func:`importance_performance`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from custvalue import _frames
from custvalue._checks import require_choice
from custvalue._inference.means import MeanEstimate, combined_mean, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._respondents.together import joined_base, matching_items
from custvalue._results.base import Base, MissingPolicy
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, NonNegative, Probability
from custvalue._words import did_you_mean, listed, number, one_line, percent, plain
from custvalue.errors import DataError, ParameterError

OWN_SEVERITY = "of the respondents"
ROUNDING = 1e-9  # scale points: expectations that are met leave no shortfall


class Shortfall(Frozen):
    """What one attribute lacks.

    Parameters
    ----------
    name : str
        The attribute.
    shortfall : MeanEstimate
        Mean of max(expected - perceived, 0) over all respondents, in scale points.
    disappointed : Proportion
        Share of respondents who got less than they expected.
    depth : float or None
        Mean shortfall of the disappointed; None where nobody is.
    share : float
        Of the shortfall of all attributes.
    """

    name: str
    shortfall: MeanEstimate
    disappointed: Proportion
    depth: NonNegative | None
    share: Probability


class DerivedDissatisfaction(Frozen):
    """Attributes by what they lack, the worst first.

    Parameters
    ----------
    attributes : tuple of Shortfall
        In descending order of the mean shortfall.
    total : MeanEstimate
        Mean shortfall over the attributes.
    scale : Scale
        Of perceptions and expectations.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    attributes: tuple[Shortfall, ...]
    total: MeanEstimate
    scale: Scale
    base: Base

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each attribute as a plain dict.

        Returns
        -------
        dict of str to ndarray
            attribute, shortfall, low, high, disappointed, depth, share and n; NaN where there is
            none.
        """
        cells = np.array([a.shortfall.cells()[:3] for a in self.attributes], dtype=np.float64)
        return {
            "attribute": np.array([a.name for a in self.attributes]),
            **{name: cells[:, k] for k, name in enumerate(("shortfall", "low", "high"))},
            "disappointed": np.array([a.disappointed.value for a in self.attributes]),
            "depth": np.array([a.depth for a in self.attributes], dtype=np.float64),
            "share": np.array([a.share for a in self.attributes]),
            "n": np.array([a.shortfall.n for a in self.attributes]),
        }

    def __repr__(self) -> str:
        worst = self.attributes[0].name
        return one_line("DerivedDissatisfaction", attributes=len(self.attributes), worst=worst)

    def _table(self) -> Table:
        rows = []
        for a in self.attributes:
            value, low, high, _, n = a.shortfall.cells()
            who = f"{percent(a.disappointed.value)} {a.disappointed.confidence_interval()}"
            rows.append((a.name, value, low, high, who, a.depth, percent(a.share), n))
        header = ("attribute", "shortfall", "low", "high", "disappointed", "depth", "share", "n")
        notes = (
            "Shortfall: mean of max(expected - perceived, 0), beta; disappointed: wilson.",
            f"All attributes {number(self.total.value)} points, scale {self.scale}.",
            str(self.base),
        )
        return Table("Derived dissatisfaction", header, tuple(rows), notes)


def derived_dissatisfaction(perceived: Responses, expected: Responses) -> DerivedDissatisfaction:
    """Rank attributes by what customers expected and did not get.

    Parameters
    ----------
    perceived, expected : Responses
        Answers of the same respondents in the same order to the same items on the same scale,
        with the same sampling weights; missing answers (``pairwise``) leave out that attribute.

    Returns
    -------
    DerivedDissatisfaction

    Raises
    ------
    DataError
        If respondents, items, scales or weights differ, or nobody answered an attribute.
    ParameterError
        If an argument is no Responses.

    Notes
    -----
    What is exceeded for one customer does not make up for what another lacks, so that an attribute
    with a mean difference of 0 may rank high.

    Examples
    --------
    >>> from custvalue.satisfaction import derived_dissatisfaction
    >>> from custvalue.survey import Responses, Scale
    >>> got = Responses.from_frame({"on time": [2, 4, 3], "clean": [5, 5, 4]}, scale=Scale(1, 5))
    >>> want = Responses.from_frame({"on time": [5, 4, 5], "clean": [4, 4, 5]}, scale=Scale(1, 5))
    >>> result = derived_dissatisfaction(got, want)
    >>> [(a.name, round(a.shortfall.value, 4)) for a in result.attributes]
    [('on time', 1.6667), ('clean', 0.3333)]
    """
    order = matching_items("perceived", perceived, "expected", expected)
    if perceived.scale != expected.scale:
        raise DataError(
            f"perceived is on {perceived.scale!r}, but expected on {expected.scale!r}. Ask both on "
            f"one scale."
        )
    difference = perceived.scale.sign * (expected.answers[:, order] - perceived.answers)
    some = np.where(difference > ROUNDING, difference, 0.0)
    lacking = np.where(np.isnan(difference), np.nan, some)
    weights = perceived.weights
    width = perceived.scale.width
    means = [
        mean_estimate(column, weights, name=name, bounds=(0.0, width), method="beta")
        for name, column in zip(perceived.items, lacking.T, strict=True)
    ]
    sum_of_means = sum(mean.value for mean in means)
    found = [
        _shortfall(mean, column, weights, sum_of_means)
        for mean, column in zip(means, lacking.T, strict=True)
    ]
    attributes = len(means)
    return DerivedDissatisfaction(
        attributes=tuple(sorted(found, key=lambda a: -a.shortfall.value)),
        total=combined_mean(
            list(lacking.T),
            [1 / attributes] * attributes,
            weights,
            name="shortfall",
            bounds=(0.0, width),
            method="beta",
        ),
        scale=perceived.scale,
        base=joined_base({"perceived": perceived, "expected": expected}),
    )


def _shortfall(
    mean: MeanEstimate, lacking: FloatArray, weights: FloatArray, total: float
) -> Shortfall:
    hits = np.where(np.isnan(lacking), np.nan, (lacking > 0).astype(np.float64))
    disappointed = proportion(hits, weights, name=f"{mean.name}: disappointed")
    return Shortfall(
        name=mean.name,
        shortfall=mean,
        disappointed=disappointed,
        depth=mean.value / disappointed.value if disappointed.value else None,
        share=min(mean.value / total, 1.0) if total else 0.0,
    )


class Problem(Frozen):
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
        As given for everybody, or the (weighted) mean of those who had it; None where nobody did.
    impact : MeanEstimate
        Frequency times severity: the mean over all respondents of the severity of the problem,
        0 for who did not have it.
    share : float
        Of the impact of all problems.
    cumulative : float
        Share of this problem and the ones before it.
    """

    name: str
    frequency: Proportion
    count: int
    severity: NonNegative | None
    impact: MeanEstimate
    share: Probability
    cumulative: Probability


class ProblemAnalysis(Frozen):
    """Problems by frequency times severity, the worst first (Pareto).

    Parameters
    ----------
    problems : tuple of Problem
        In descending order of impact.
    anything : Proportion
        Share of respondents with any problem.
    per_respondent : MeanEstimate
        Mean number of problems.
    severity : str
        Where severity comes from: none, given, or respondents.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    problems: tuple[Problem, ...]
    anything: Proportion
    per_respondent: MeanEstimate
    severity: str
    base: Base

    def vital(self, share: float = 0.8) -> tuple[str, ...]:
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
        if not 0 < share <= 1:
            raise ParameterError(f"share must be > 0 and <= 1, as in 0.8, but it is {share!r}.")
        before = [0.0, *(problem.cumulative for problem in self.problems[:-1])]
        return tuple(
            problem.name
            for problem, reached in zip(self.problems, before, strict=True)
            if reached < share - 1e-12 and problem.share > 0
        )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each problem as a plain dict.

        Returns
        -------
        dict of str to ndarray
            problem, count, frequency, severity (NaN for none), impact, low, high, share and
            cumulative.
        """
        impact = np.array([p.impact.cells()[:3] for p in self.problems], dtype=np.float64)
        return {
            "problem": np.array([p.name for p in self.problems]),
            "count": np.array([p.count for p in self.problems]),
            "frequency": np.array([p.frequency.value for p in self.problems]),
            "severity": np.array([p.severity for p in self.problems], dtype=np.float64),
            **{name: impact[:, k] for k, name in enumerate(("impact", "low", "high"))},
            "share": np.array([p.share for p in self.problems]),
            "cumulative": np.array([p.cumulative for p in self.problems]),
        }

    def __repr__(self) -> str:
        return one_line(
            "ProblemAnalysis",
            problems=len(self.problems),
            n=self.anything.n,
            severity=self.severity,
        )

    @property
    def _method(self) -> str:
        return "t, not below 0" if self.severity == OWN_SEVERITY else "beta"

    def _table(self) -> Table:
        rows = []
        for p in self.problems:
            value, low, high, _, _ = p.impact.cells()
            often = f"{percent(p.frequency.value, 1)} {p.frequency.confidence_interval()}"
            rows.append(
                (p.name, p.count, often, p.severity, value, low, high, percent(p.cumulative))
            )
        header = ("problem", "count", "frequency", "severity", "impact", "low", "high", "Pareto")
        share = f"{percent(self.anything.value, 1)} {self.anything.confidence_interval()}"
        each = number(self.per_respondent.value)
        noun = "problem" if each == "1" else "problems"
        notes = (
            f"Impact: frequency x severity ({self.severity}), {self._method}; frequency: wilson.",
            f"Any problem: {share} of {self.anything.n:,}; {each} {noun} each.",
            str(self.base),
        )
        return Table("Problem analysis", header, tuple(rows), notes)


def problem_analysis(
    problems: Any,
    *,
    severity: Any = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
) -> ProblemAnalysis:
    """Rank the problems that customers name by how often they come and how bad they are.

    Parameters
    ----------
    problems : dataframe or mapping
        One column for each problem: 1 (or true) for a respondent who had it, 0 for one who had
        not.
    severity : mapping of str to float, or dataframe or mapping of columns, optional
        How bad each problem is: a number >= 0 for everybody, or each respondent's own in columns
        with the names of the problems (needed only where they had it). 1 for all by default, so
        that impact is frequency.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise", "prorate"}
        Refuse missing entries, or leave out respondents with any, who are counted in the result.
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
    An impact is never below 0. Where the severity is given for everybody, its interval is that of
    a mean between 0 and the severity (``beta``); where respondents say how bad it was, Student's,
    clipped at 0 and at the worst that anybody named.

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
    _check_policy(missing)
    source = _frames.Source(problems)
    names = tuple(source.names)
    if not names:
        raise DataError("problems has no columns. Give one column of 0 and 1 for each problem.")
    had = np.column_stack([_zero_one(name, source.numbers(name)) for name in names])
    weighting = np.ones(len(had)) if weights is None else _frames.to_numbers("weights", weights)
    # weights are checked as those of any survey
    whole = Responses.from_arrays(
        had, scale=Scale(0, 1), items=names, weights=weighting, missing="pairwise"
    )
    severities, origin = _severities(severity, names, had)
    absent = np.isnan(had)
    if missing == "raise" and absent.any():
        _refuse_absent(names, absent)
    complete = ~absent.any(axis=1)
    used = complete & (whole.weights > 0)
    if not used.any():
        raise DataError("nobody answered about every problem. Leave out the one with most gaps.")
    had, severities, weighting = had[used], severities[used], whole.weights[used]
    anything = (had.max(axis=1) > 0).astype(np.float64)
    return ProblemAnalysis(
        problems=_ranked(names, had, severities, weighting, origin),
        anything=proportion(anything, weighting, name="any problem"),
        per_respondent=mean_estimate(
            had.sum(axis=1), weighting, name="problems", bounds=(0.0, float(len(names)))
        ),
        severity=origin,
        base=replace(whole.base_of(used), missing=missing),
    )


def _check_policy(missing: object) -> None:
    require_choice("missing", missing, get_args(MissingPolicy))
    if missing in ("pairwise", "prorate"):
        raise ParameterError(
            f"missing={missing!r} would share out the impact of problems that different "
            f"respondents were asked about. Say missing='drop' to leave out respondents with a "
            f"missing entry."
        )


def _refuse_absent(names: tuple[str, ...], absent: npt.NDArray[np.bool_]) -> None:
    row, column = (int(place) for place in np.argwhere(absent)[0])
    total = int(absent.sum())
    also = f", one of {total:,} missing entries" if total > 1 else ""
    raise DataError(
        f"{names[column]} has no entry in row {row}{also}. Say missing='drop' to leave such "
        f"respondents out, or 0 where no entry means no problem.",
        column=names[column],
        rows=np.flatnonzero(absent[:, column]),
    )


def _zero_one(name: str, answers: FloatArray) -> FloatArray:
    bad = np.flatnonzero(~np.isnan(answers) & (answers != 0) & (answers != 1))
    if bad.size:
        hint = "Say 1 for a respondent who had the problem; how bad it was goes into severity."
        raise DataError.at_rows(name, "0 or 1", bad, answers[bad], hint)
    return answers


def _severities(severity: Any, names: tuple[str, ...], had: FloatArray) -> tuple[FloatArray, str]:
    """Return the severity of every problem to every respondent, and where it comes from."""
    if severity is None:
        return np.ones(had.shape), "none given, 1 for all"
    plain_numbers = isinstance(severity, Mapping) and all(
        np.ndim(value) == 0 for value in severity.values()
    )
    if plain_numbers:
        given = _by_name(severity, names)
        return np.broadcast_to(given, had.shape), "given for everybody"
    source = _frames.Source(severity)
    _check_names([str(name) for name in source.names], names)
    columns = [source.numbers(name) for name in names]
    for name, column, hits in zip(names, columns, had.T, strict=True):
        if len(column) != len(hits):
            raise DataError(
                f"severity has {len(column)} rows, but problems has {len(hits)}. Both must be of "
                f"the same people in the same order."
            )
        bad = np.flatnonzero((hits == 1) & ~(column >= 0))
        if bad.size:
            hint = "Say how bad the problem was for who had it, 0 for not at all."
            raise DataError.at_rows(
                f"severity of {name!r}", "a number >= 0", bad, column[bad], hint
            )
    return np.column_stack(columns), OWN_SEVERITY


def _by_name(severity: Mapping[Any, Any], names: tuple[str, ...]) -> FloatArray:
    _check_names([str(name) for name in severity], names)
    for name in names:
        value = plain(severity[name])
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if not numeric or not 0 <= value < np.inf:
            raise DataError(f"severity of {name!r} must be a number >= 0, but it is {value!r}.")
    return np.array([float(severity[name]) for name in names])


def _check_names(given: list[str], names: tuple[str, ...]) -> None:
    unknown = [name for name in given if name not in names]
    if unknown:
        raise DataError(
            f"severity names {unknown[0]!r}, which is no problem.{did_you_mean(unknown[0], names)} "
            f"The problems are {listed(names)}."
        )
    absent = [name for name in names if name not in given]
    if absent:
        raise DataError(f"severity leaves out {listed(absent)}. Give every problem its severity.")


def _impact(name: str, bad: FloatArray, weights: FloatArray, worst: float | None) -> MeanEstimate:
    """Return the mean impact, which is never below 0, nor above a severity that is known."""
    if worst:
        return mean_estimate(bad, weights, name=name, bounds=(0.0, worst), method="beta")
    return mean_estimate(bad, weights, name=name, bounds=(0.0, float(bad.max())))


def _ranked(
    names: tuple[str, ...],
    had: FloatArray,
    severities: FloatArray,
    weights: FloatArray,
    origin: str,
) -> tuple[Problem, ...]:
    bad = np.where(had == 1, severities, 0.0)
    worst = [None if origin == OWN_SEVERITY else float(known) for known in severities[0]]
    impacts = [
        _impact(name, column, weights, most)
        for name, column, most in zip(names, bad.T, worst, strict=True)
    ]
    total = sum(impact.value for impact in impacts)
    order = sorted(range(len(names)), key=lambda place: -impacts[place].value)
    found, reached = [], 0.0
    for place in order:
        share = impacts[place].value / total if total else 0.0
        reached = min(reached + share, 1.0)
        hits = had[:, place]
        frequency = proportion(hits, weights, name=names[place])
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
