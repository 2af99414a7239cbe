"""Hygiene factors and satisfiers: what must be met, and what must be exceeded.

Naumann & Jackson (1999, *Business Horizons* 42(3)) carry Herzberg's two factors over to customers:
a hygiene factor (保健因子), such as a fault that is repaired or a car that is ready at the agreed
time, must meet expectations, and to exceed them gains nothing; a satisfier (满意因子), such as a
right diagnosis or the quality of the repair, must exceed them to satisfy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.questions import (
    named_columns,
    read,
    taken_apart,
)
from custvalue._respondents.reading import each_respondent
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MISSING_ANSWER, Base, MissingPolicy
from custvalue._rows import FloatArray
from custvalue._satisfaction.disconfirmation import checked_band, classes_of
from custvalue._table import Table
from custvalue._values import Frozen, Level, NonNegative, Probability
from custvalue._words import did_you_mean, listed, number, one_line, percent, plain
from custvalue.errors import DataError, ParameterError

Role = Literal["hygiene", "satisfier"]
RequirementVerdict = Literal[
    "not met", "at most met", "met", "at least met", "exceeded", "undecided"
]

CHINESE = {"hygiene": "保健因子", "satisfier": "满意因子"}


class Requirement(Frozen):
    """One attribute against what its role demands.

    Parameters
    ----------
    name : str
        The attribute.
    role : {"hygiene", "satisfier"}
        Must expectations be met, or exceeded.
    difference : MeanEstimate
        Mean of perceived - expected in scale points, above 0 good.
    not_met, met, exceeded : Proportion
        Shares of the respondents below, within and above the band.
    verdict : str
        Where the interval of the mean difference lies against the band: ``not met`` below it,
        ``met`` within, ``exceeded`` above; ``at least met`` and ``at most met`` where it leaves
        two of these open, ``undecided`` where it leaves all three.
    fulfilled : bool or None
        Whether the role's demand is fulfilled; None where the data do not say.
    """

    name: str
    role: Role
    difference: MeanEstimate
    not_met: Proportion
    met: Proportion
    exceeded: Proportion
    verdict: RequirementVerdict
    fulfilled: bool | None

    @property
    def demanded(self) -> float:
        """Share of respondents for whom the demand is fulfilled: met or exceeded, or exceeded."""
        return 1 - self.not_met.value if self.role == "hygiene" else self.exceeded.value


class Requirements(Frozen):
    """Hygiene factors and satisfiers with their verdicts.

    Parameters
    ----------
    attributes : tuple of Requirement
        In the order of the roles.
    scale : Scale
        Of perceptions and expectations.
    band : float
        Differences of at most this many points are met, neither more nor less.
    required_share : float or None
        Share of respondents for whom the demand must be fulfilled; None where the mean decides.
    level : float
        Confidence level of the verdicts.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    """

    attributes: tuple[Requirement, ...]
    scale: Scale
    band: NonNegative
    required_share: Probability | None
    level: Level
    base: Base

    def __getitem__(self, name: str) -> Requirement:
        names = [attribute.name for attribute in self.attributes]
        if name not in names:
            raise DataError(
                f"there is no attribute {name!r}.{did_you_mean(name, names)} The attributes are "
                f"{listed(names)}."
            )
        return self.attributes[names.index(name)]

    def names(self, role: Role, *, fulfilled: bool | None) -> tuple[str, ...]:
        """Return the attributes of a role whose demand is fulfilled, is not, or is undecided.

        Parameters
        ----------
        role : {"hygiene", "satisfier"}
            Which role.
        fulfilled : bool or None
            Which outcome; None for undecided.
        """
        return tuple(a.name for a in self.attributes if (a.role, a.fulfilled) == (role, fulfilled))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each attribute as a plain dict.

        Returns
        -------
        dict of str to ndarray
            attribute, role, difference, low, high (NaN for one respondent), not_met, met,
            exceeded, verdict, fulfilled (yes, no or undecided) and n.
        """
        cells = [a.difference.cells(self.level) for a in self.attributes]
        numbers = np.array([row[:3] for row in cells], dtype=np.float64)
        return {
            "attribute": np.array([a.name for a in self.attributes]),
            "role": np.array([a.role for a in self.attributes]),
            "difference": numbers[:, 0],
            "low": numbers[:, 1],
            "high": numbers[:, 2],
            "not_met": np.array([a.not_met.value for a in self.attributes]),
            "met": np.array([a.met.value for a in self.attributes]),
            "exceeded": np.array([a.exceeded.value for a in self.attributes]),
            "verdict": np.array([a.verdict for a in self.attributes]),
            "fulfilled": np.array([ANSWER[a.fulfilled] for a in self.attributes]),
            "n": np.array([a.difference.n for a in self.attributes]),
        }

    def __repr__(self) -> str:
        fulfilled = sum(a.fulfilled is True for a in self.attributes)
        return one_line("Requirements", attributes=len(self.attributes), fulfilled=fulfilled)

    def _table(self) -> Table:
        rows = []
        for a in self.attributes:
            value, low, high, _, n = a.difference.cells(self.level)
            shares = [percent(share.value) for share in (a.not_met, a.met, a.exceeded)]
            role = f"{a.role} {CHINESE[a.role]}"
            rows.append(
                (a.name, role, value, low, high, *shares, a.verdict, ANSWER[a.fulfilled], n)
            )
        header = (
            *("attribute", "role", "P - E", "low", "high", "not met", "met", "exceeded"),
            *("verdict", "fulfilled", "n"),
        )
        by = "the interval of the mean difference"
        if self.required_share is not None:
            by = f"the Wilson interval of the share, {percent(self.required_share)} required"
        notes = (
            "Hygiene must meet expectations, satisfiers must exceed them (Naumann & Jackson 1999).",
            f"Fulfilled by {by}; level {percent(self.level)}, band ±{number(self.band)}.",
            str(self.base),
        )
        return Table(f"Requirements, scale {self.scale}", header, tuple(rows), notes)


ANSWER = {True: "yes", False: "no", None: "undecided"}


def hygiene_and_satisfiers(
    perceived: Any,
    expected: Any,
    *,
    roles: Mapping[str, Role],
    scale: Scale | None = None,
    band: float = 0.0,
    required_share: float | None = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
    level: float = 0.95,
) -> Requirements:
    """Check that hygiene factors meet expectations and satisfiers exceed them.

    Parameters
    ----------
    perceived, expected : dataframe, mapping or Responses
        A column for each attribute, by its name; other columns are ignored. In a mapping a number
        stands for the same answer by everybody, such as a level that was promised. Responses have
        an item for each attribute, and their weights, scale and policy for missing answers hold.
    roles : mapping of str to {"hygiene", "satisfier"}
        The attributes with their roles, declared; or found by asymmetric response, as
        ``drivers.asymmetric_response(...).roles`` gives them.
    scale : Scale
        The scale of all perceptions and expectations; left out with Responses.
    band : float
        Differences of at most this many scale points count as met. With 0 a mean cannot be shown
        to be met and no more; a hygiene factor is then fulfilled only where it is exceeded.
    required_share : float, optional
        Decide by the share of respondents for whom the demand is fulfilled, which must be at least
        this; by the mean difference without it, which may hide the customers who are let down.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise", "prorate"}
        Refuse missing answers, leave out respondents with any, or use for every attribute the
        respondents who answered both its questions; ``prorate`` is refused, because an answer to
        one attribute does not stand for another.
    level : float
        Confidence level of the verdicts.

    Returns
    -------
    Requirements

    Raises
    ------
    DataError
        If a column is absent, answers are off the scale, missing or of different length, or
        Responses on one side have left respondents out.
    ParameterError
        If roles are empty or unknown, the band or the required share are out of range, or
        Responses contradict the scale, the weights or each other.

    Notes
    -----
    A demand is fulfilled, or not, only where the whole interval says so. For hygiene that is a
    test of non-inferiority: the interval of the mean difference must not go below -band.

    References
    ----------
    E. Naumann and D. W. Jackson (1999), One More Time: How Do You Satisfy Customers?, *Business
    Horizons* 42(3), 71-76. F. Herzberg, B. Mausner and B. B. Snyderman (1959), *The Motivation to
    Work*.

    Examples
    --------
    >>> from custvalue.satisfaction import hygiene_and_satisfiers
    >>> from custvalue.survey import Scale
    >>> result = hygiene_and_satisfiers(
    ...     {"fault repaired": [5, 5, 4, 5, 5, 5], "right diagnosis": [4, 5, 4, 4, 5, 4]},
    ...     {"fault repaired": 5, "right diagnosis": [4, 4, 4, 4, 4, 4]},
    ...     roles={"fault repaired": "hygiene", "right diagnosis": "satisfier"},
    ...     scale=Scale(1, 5),
    ...     band=0.75,
    ... )
    >>> result["fault repaired"].verdict, result["fault repaired"].fulfilled
    ('met', True)
    >>> result["right diagnosis"].verdict, result["right diagnosis"].fulfilled
    ('at least met', None)
    """
    level = checked_level(level)
    names = _checked_roles(roles)
    asked = taken_apart(
        {"perceived": perceived, "expected": expected},
        scale=scale,
        weights=weights,
        missing=missing,
        attributes=True,
    )
    scale = asked.scale
    band = checked_band(band, scale)
    _check_share(required_share)
    _refuse_prorating(missing)
    answers = read(
        {
            f"{name} ({argument})": values
            for argument, data in asked.columns.items()
            for name, values in named_columns(argument, data, names, "roles").items()
        },
        scale=scale,
        weights=asked.weights,
        missing=asked.missing,
    )
    gaps, weighting, excluded = _gaps(answers, len(names), asked.missing)
    rule = _Rule(scale, band, required_share, level)
    return Requirements(
        attributes=tuple(
            _requirement(name, roles[name], gaps[:, place], weighting, rule)
            for place, name in enumerate(names)
        ),
        scale=scale,
        band=band,
        required_share=required_share,
        level=level,
        base=asked.base_of(answers).excluding(MISSING_ANSWER, excluded),
    )


def _checked_roles(roles: object) -> list[str]:
    if not isinstance(roles, Mapping) or not roles:
        raise ParameterError(
            f"roles must be a mapping of attribute to role, as in {{'repaired': 'hygiene'}}, but "
            f"it is {roles!r}."
        )
    for name, role in roles.items():
        if role not in get_args(Role):
            raise ParameterError(
                f"the role of {name!r} must be 'hygiene' or 'satisfier', but it is {role!r}."
                f"{did_you_mean(role, get_args(Role))}"
            )
    return [str(name) for name in roles]


def _refuse_prorating(missing: MissingPolicy) -> None:
    if missing == "prorate":
        raise ParameterError(
            "missing='prorate' fills a gap from answers to other items, but every attribute is "
            "judged by itself here. Say missing='drop' or missing='pairwise'."
        )


def _check_share(share: object) -> None:
    if share is None:
        return
    value = plain(share)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        percentage = isinstance(value, int | float) and 1 < value <= 100
        hint = f" Did you mean {value / 100:g}?" if percentage else ""
        raise ParameterError(
            f"required_share must be > 0 and <= 1, as in 0.9, but it is {value!r}.{hint}"
        )


def _gaps(
    answers: Responses, attributes: int, missing: MissingPolicy
) -> tuple[FloatArray, FloatArray, int]:
    """Return perceived - expected of every respondent and attribute, above 0 good."""
    sign = answers.scale.sign
    gaps = sign * (answers.answers[:, :attributes] - answers.answers[:, attributes:])
    if missing != "drop":
        return gaps, answers.weights, 0
    complete = ~np.isnan(gaps).any(axis=1)
    if not complete.any():
        raise DataError(
            f"missing='drop' leaves nobody: {each_respondent(len(gaps))} misses an answer. "
            f"Say missing='pairwise', or leave out the attribute with most gaps."
        )
    return gaps[complete], answers.weights[complete], int((~complete).sum())


class _Rule(NamedTuple):
    """What decides."""

    scale: Scale
    band: float
    required: float | None
    level: float


def _requirement(
    name: str, role: Role, gaps: FloatArray, weights: FloatArray, rule: _Rule
) -> Requirement:
    width = rule.scale.width
    difference = mean_estimate(gaps, weights, name=f"{name}: P - E", bounds=(-width, width))
    known = ~np.isnan(gaps) & (weights > 0)
    classes = classes_of(gaps[known], rule.band)
    not_met, met, exceeded = (
        proportion((classes == code).astype(np.float64), weights[known], name=f"{name}: {word}")
        for code, word in enumerate(("not met", "met", "exceeded"))
    )
    verdict: RequirementVerdict = "undecided"
    if difference.standard_error is not None:
        verdict = _verdict(difference.confidence_interval(rule.level), rule.band)
    by_mean = rule.required is None
    return Requirement(
        name=name,
        role=role,
        difference=difference,
        not_met=not_met,
        met=met,
        exceeded=exceeded,
        verdict=verdict,
        fulfilled=_by_mean(role, verdict) if by_mean else _by_share(role, not_met, exceeded, rule),
    )


def _verdict(interval: Interval, band: float) -> RequirementVerdict:
    """Say which of not met, met and exceeded the interval leaves open."""
    low, high = classes_of(np.array([interval.low, interval.high]), band).tolist()
    found: dict[tuple[int, int], RequirementVerdict] = {
        (0, 0): "not met",
        (0, 1): "at most met",
        (1, 1): "met",
        (1, 2): "at least met",
        (2, 2): "exceeded",
    }
    return found.get((low, high), "undecided")


def _by_mean(role: Role, verdict: RequirementVerdict) -> bool | None:
    if role == "hygiene":
        if verdict in ("met", "at least met", "exceeded"):
            return True
        return False if verdict == "not met" else None
    if verdict == "exceeded":
        return True
    return False if verdict in ("not met", "at most met", "met") else None


def _by_share(role: Role, not_met: Proportion, exceeded: Proportion, rule: _Rule) -> bool | None:
    if role == "hygiene":
        ends = not_met.confidence_interval(rule.level)
        low, high = 1 - ends.high, 1 - ends.low
    else:
        ends = exceeded.confidence_interval(rule.level)
        low, high = ends.low, ends.high
    required = rule.required or 0.0
    if low >= required:
        return True
    return False if high < required else None
