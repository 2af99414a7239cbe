"""Hygiene factors and satisfiers: what must be met, and what must be exceeded.

Naumann & Jackson (1999, *Business Horizons* 42(3)) carry Herzberg's two factors over to customers:
a hygiene factor (保健因子), such as a fault that is repaired or a car that is ready at the agreed
time, must meet expectations, and to exceed them gains nothing; a satisfier (满意因子), such as a
right diagnosis or the quality of the repair, must exceed them to satisfy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, NamedTuple, get_args

import numpy as np

from custvalue._checks import checked_level, checked_share
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion
from custvalue._respondents.codebook import Codebook
from custvalue._respondents.questions import (
    pairs_of_columns,
    taken_apart,
)
from custvalue._respondents.reading import complete_attributes
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.base import MISSING_ANSWER, Base, MissingPolicy
from custvalue._results.layout import Row, shown
from custvalue._rows import FloatArray
from custvalue._satisfaction.named import OfAttributes, Part
from custvalue._satisfaction.verdicts import checked_band, class_shares, classes_of
from custvalue._values import Level, NonNegative, Probability
from custvalue._words import Percent, did_you_mean, number, percent
from custvalue.errors import ParameterError

Role = Literal["hygiene", "satisfier"]
RequirementVerdict = Literal[
    "not met", "at most met", "met", "at least met", "exceeded", "undecided"
]

CHINESE = {"hygiene": "保健因子", "satisfier": "满意因子"}


ANSWER = {True: "yes", False: "no", None: "undecided"}
BY_MEAN: dict[Role, dict[RequirementVerdict, bool]] = {  # other verdicts leave it undecided
    "hygiene": {"met": True, "at least met": True, "exceeded": True, "not met": False},
    "satisfier": {"exceeded": True, "not met": False, "at most met": False, "met": False},
}


@dataclass(frozen=True, slots=True)
class Requirement(Part):
    """One attribute against what its role demands.

    Parameters
    ----------
    name : str
        The attribute.
    role : {"hygiene", "satisfier"}
        Must expectations be met, or exceeded.
    difference : MeanEstimate
        Mean of perception - expectation in scale points, above 0 good.
    not_met, met, exceeded : Proportion
        Shares of the respondents below, within and above the band.
    verdict : str
        Where the interval of the mean difference lies against the band: ``not met`` below it,
        ``met`` within, ``exceeded`` above; ``at least met`` and ``at most met`` where it leaves
        two of these open, ``undecided`` where it leaves all three.
    fulfilled : bool or None
        Whether the role's demand is fulfilled; None where the data do not say.
    """

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

    def row(self, level: float) -> Row:
        """Return it as a row of the table of all attributes."""
        found = self.difference.row(level, value="difference")
        n = found.pop("n")
        return Row(
            self.name,
            {
                "attribute": self.name,
                "role": self.role,
                **found,
                "not_met": Percent(self.not_met.value, 0),
                "met": Percent(self.met.value, 0),
                "exceeded": Percent(self.exceeded.value, 0),
                "verdict": self.verdict,
                "fulfilled": ANSWER[self.fulfilled],
                "n": n,
            },
        )


class Requirements(OfAttributes[Requirement]):
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

    SHOWN: ClassVar = shown(
        "role, difference: P - E, low, high, not_met, met, exceeded, verdict, fulfilled, n"
    )
    REPR: ClassVar[tuple[str, ...]] = ("attributes", "fulfilled")

    scale: Scale
    band: NonNegative
    required_share: Probability | None
    level: Level
    base: Base

    @property
    def fulfilled(self) -> int:
        """How many attributes have their demand fulfilled."""
        return sum(a.fulfilled is True for a in self.attributes)

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

    def _usual_level(self) -> float:
        return self.level

    def _printed(self) -> Sequence[Row]:
        return [
            Row(row.label, {**row.values, "role": f"{its.role} {CHINESE[its.role]}"})
            for row, its in zip(self._rows(self.level), self.attributes, strict=True)
        ]

    def _title(self) -> str:
        return f"Requirements, scale {self.scale}"

    def _notes(self) -> tuple[str, ...]:
        by = "the interval of the mean difference"
        if self.required_share is not None:
            by = f"the Wilson interval of the share, {percent(self.required_share)} required"
        return (
            "Hygiene must meet expectations, satisfiers must exceed them (Naumann & Jackson 1999).",
            f"Fulfilled by {by}; level {percent(self.level)}, band ±{number(self.band)}.",
            str(self.base),
        )


def hygiene_and_satisfiers(
    perceptions: Any,
    expectations: Any,
    *,
    roles: Mapping[str, Role],
    scale: Scale | None = None,
    codebook: Codebook | None = None,
    band: float = 0.0,
    required_share: float | None = None,
    weights: Any = None,
    missing: MissingPolicy = "raise",
    level: float = 0.95,
) -> Requirements:
    """Check that hygiene factors meet expectations and satisfiers exceed them.

    Parameters
    ----------
    perceptions, expectations : dataframe, mapping or Responses
        A column for each attribute, by its name; other columns are ignored. In a mapping a number
        stands for the same answer of all respondents, such as a level that was promised. Responses
        have an item for each attribute; their weights, scale and policy for missing answers are
        used.
    roles : mapping of str to {"hygiene", "satisfier"}
        The attributes with their roles, declared; or found by asymmetric response, as
        ``drivers.asymmetry(...).roles`` gives them.
    scale : Scale
        The scale of all perceptions and expectations; not needed with Responses.
    codebook : Codebook, optional
        What words in the answers mean, where they are words; it has its scale.
    band : float
        Differences of at most this many scale points count as met. With 0 a mean cannot be shown
        to be met and no more; a hygiene factor is then fulfilled only where it is exceeded.
    required_share : float, optional
        Decide by the share of respondents for whom the demand is fulfilled, which must be at least
        this; by default the mean difference decides, which may hide disappointed customers.
    weights : array_like of shape (n,), optional
        Sampling weights.
    missing : {"raise", "drop", "pairwise", "prorate"}
        Refuse missing answers, exclude respondents with any, or use for every attribute the
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
        Responses on one side have excluded respondents.
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
    >>> repaired, diagnosis = result.attributes
    >>> repaired.verdict, repaired.fulfilled
    ('met', True)
    >>> diagnosis.verdict, diagnosis.fulfilled
    ('at least met', None)
    """
    level = checked_level(level)
    names = _checked_roles(roles)
    asked = taken_apart(
        {"perceptions": perceptions, "expectations": expectations},
        scale=scale,
        codebook=codebook,
        weights=weights,
        missing=missing,
        attributes=True,
    )
    scale = asked.scale
    band = checked_band(band, scale)
    if required_share is not None:
        required_share = checked_share("required_share", required_share, example=0.9)
    _refuse_prorating(missing)
    pairs = pairs_of_columns(**asked.columns, names=names, namer="roles")
    answers = replace(asked, columns=pairs).read()
    gaps, sample, excluded = _gaps(answers, len(names), asked.missing)
    rule = _Rule(scale, band, required_share, level)
    return Requirements(
        attributes=tuple(
            _requirement(name, roles[name], gaps[:, place], sample, rule)
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
    if str(missing) == "prorate":
        raise ParameterError(
            "missing='prorate' fills a gap from answers to other items, but every attribute is "
            "judged by itself here. Use missing='drop' or missing='pairwise'."
        )


def _gaps(
    answers: Responses, attributes: int, missing: MissingPolicy
) -> tuple[FloatArray, Sample, int]:
    """Return perception - expectation per respondent and attribute, above 0 good."""
    sign = answers.scale.sign
    gaps = sign * (answers.answers[:, :attributes] - answers.answers[:, attributes:])
    if missing != "drop":
        return gaps, answers.sample, 0
    complete = complete_attributes(gaps)
    return gaps[complete], answers.sample.of_rows(complete), int((~complete).sum())


class _Rule(NamedTuple):
    """What decides."""

    scale: Scale
    band: float
    required: float | None
    level: float


def _requirement(
    name: str, role: Role, gaps: FloatArray, sample: Sample, rule: _Rule
) -> Requirement:
    width = rule.scale.width
    difference = mean_estimate(gaps, sample, name=f"{name}: P - E", bounds=(-width, width))
    known = ~np.isnan(gaps) & (sample.weights > 0)
    words, classes = ("not met", "met", "exceeded"), classes_of(gaps[known], rule.band)
    not_met, met, exceeded = class_shares(classes, words, sample.of_rows(known), f"{name}: {{}}")
    verdict: RequirementVerdict = "undecided"
    if difference.standard_error is not None:
        verdict = _verdict(difference.confidence_interval(rule.level), rule.band)
    return Requirement(
        name=name,
        role=role,
        difference=difference,
        not_met=not_met,
        met=met,
        exceeded=exceeded,
        verdict=verdict,
        fulfilled=BY_MEAN[role].get(verdict)
        if rule.required is None
        else _by_share(role, not_met, exceeded, rule),
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
