"""How many answers a study needs: for a share, a mean, a net promoter score, a difference.

n₀ = (z σ / margin)² answers of a simple random sample from a large population give an interval
of ± margin; a finite population of N needs n₀ / (1 + (n₀ - 1) / N) (Cochran 1977, *Sampling
Techniques*, sections 4.4 to 4.7); weighting and clustering multiply the variance by the design
effect (Kish 1965); and only some of the invited answer. Everything that was assumed is in the
result.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy.typing as npt
from annotated_types import Ge, Gt, Le
from scipy import special

from custvalue._checks import checked_level, finite
from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._respondents.scale import Scale, check_scale
from custvalue._table import Table
from custvalue._values import (
    NUMBER,
    WHOLE_NUMBER,
    Frozen,
    Level,
    NonNegative,
    Positive,
    Probability,
    one_row,
)
from custvalue._words import number, percent
from custvalue.errors import ParameterError

Measure = Literal["share", "mean", "net promoter score", "difference"]
Population = Annotated[int, Ge(2), WHOLE_NUMBER]
DesignEffect = Annotated[float, Ge(1), NUMBER]
ResponseRate = Annotated[float, Gt(0), Le(1), NUMBER]

LEAST_POINTS = 0.5  # of a net promoter score: smaller margins are shares by mistake
MANY_DEGREES = 1e6  # of freedom: t is normal
LARGEST = 1e12  # answers; beyond that the margin is a mistake


class FieldWork(Frozen):
    """What is known of the field work of a study.

    Parameters
    ----------
    population : int or None
        Size of the finite population (of each group, for a difference); None for a large one.
    design_effect : float
        By how much weighting and clustering multiply the variance, 1 or more: n / effective n of
        an earlier study.
    response_rate : float
        Expected share of the invited who answer, above 0 and at most 1.

    Raises
    ------
    ParameterError
        If a field is outside its domain.

    Examples
    --------
    >>> from custvalue import comparing
    >>> workshop = comparing.FieldWork(population=1000, response_rate=0.4)
    >>> comparing.sample_size_for_share(0.05, field_work=workshop)
    SampleSize(measure='share', answers=278, invitations=695, groups=1)
    """

    population: Population | None = None
    design_effect: DesignEffect = 1.0
    response_rate: ResponseRate = 1.0


LARGE = FieldWork()


class SampleSize(Frozen):
    """The size of a sample with everything that was assumed.

    Parameters
    ----------
    measure : {"share", "mean", "net promoter score", "difference"}
        What is to be estimated.
    answers : int
        Complete answers needed; in each group for a difference.
    invitations : int
        People to invite, if they answer at the expected rate; in each group for a difference.
    groups : int
        1, or 2 for a difference.
    margin : float
        Half the length of the interval; for a difference the one to be found.
    level : float
        Confidence level, 1 minus the error of the first kind for a difference.
    power : float or None
        For a difference: the probability of finding it.
    standard_deviations : tuple of float
        Assumed standard deviation of one answer, in every group.
    field_work : FieldWork
        Population, design effect and response rate.
    """

    REPR: ClassVar[tuple[str, ...]] = ("measure", "answers", "invitations", "groups")

    measure: Measure
    answers: int
    invitations: int
    groups: int
    margin: Positive
    level: Level
    power: Probability | None
    standard_deviations: tuple[NonNegative, ...]
    field_work: FieldWork

    @property
    def total_answers(self) -> int:
        """Complete answers needed in all groups together."""
        return self.groups * self.answers

    @property
    def total_invitations(self) -> int:
        """People to invite in all groups together."""
        return self.groups * self.invitations

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return sizes and assumptions as one row, a plain dict of columns."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        known |= dict(zip(DEVIATIONS, self.standard_deviations, strict=False))
        return one_row({**known, **dict(self.field_work)})

    def _table(self) -> Table:
        each = ", each of 2 groups" if self.groups == 2 else ""
        rows = [(f"complete answers{each}", self.answers), (f"invitations{each}", self.invitations)]
        if self.groups == 2:
            rows += [("complete answers, all", self.total_answers)]
            rows += [("invitations, all", self.total_invitations)]
        title = f"Sample size for a {self.measure}"
        return Table(title, ("", "people"), tuple(rows), self._assumptions())

    def _assumptions(self) -> tuple[str, str]:
        deviations = " and ".join(number(value) for value in self.standard_deviations)
        reach = (
            f"± {number(self.margin)} at {percent(self.level)}"
            if self.power is None
            else f"Difference {number(self.margin)} found with power {percent(self.power)}, "
            f"two-sided at {percent(1 - self.level)}"
        )
        field = self.field_work
        size = "large" if field.population is None else f"{field.population:,}"
        design = f"design effect {number(field.design_effect)}"
        return (
            f"{reach}; standard deviation of an answer {deviations}.",
            f"Population {size}, {design}, response rate {percent(field.response_rate)}.",
        )


DEVIATIONS = ("standard_deviation", "standard_deviation_2")


class _Plan(NamedTuple):
    """What is to be estimated, how well."""

    measure: Measure
    margin: float
    deviations: tuple[float, ...]
    level: float
    power: float | None


def sample_size_for_share(
    margin: float,
    *,
    expected: float = 0.5,
    level: float = 0.95,
    field_work: FieldWork = LARGE,
) -> SampleSize:
    """Plan a sample for a share, such as a top-box share.

    Parameters
    ----------
    margin : float
        Half the length of the interval, as a share: 0.05 for ± 5 percentage points.
    expected : float
        The share that is expected; 0.5 needs the largest sample.
    level : float
        Confidence level, 0.95 for 95 %.
    field_work : FieldWork
        Population, design effect and response rate. By default the population is large, the
        sample a simple random one, and all of the invited answer.

    Returns
    -------
    SampleSize

    Raises
    ------
    ParameterError
        If an argument is outside its domain.

    Notes
    -----
    The interval is Wald's. Where fewer than about 10 hits or misses are expected, plan for a
    larger sample: the intervals that hold there are longer.

    Examples
    --------
    >>> from custvalue import comparing
    >>> comparing.sample_size_for_share(0.05)
    SampleSize(measure='share', answers=385, invitations=385, groups=1)
    """
    _between("margin", margin, 0, 0.5, "as in 0.05 for ± 5 percentage points")
    _between("expected", expected, 0, 1, "as in 0.5")
    deviation = math.sqrt(expected * (1 - expected))
    return _for_margin("share", margin, deviation, level, field_work)


def sample_size_for_mean(
    margin: float,
    *,
    standard_deviation: float | None = None,
    scale: Scale | None = None,
    level: float = 0.95,
    field_work: FieldWork = LARGE,
) -> SampleSize:
    """Plan a sample for a mean answer.

    Parameters
    ----------
    margin : float
        Half the length of the interval, in the unit of the answers.
    standard_deviation : float, optional
        Expected standard deviation of the answers.
    scale : Scale, optional
        Without a standard deviation: the scale, whose largest possible standard deviation, half
        its width, is taken.
    level, field_work
        As in :func:`sample_size_for_share`.

    Returns
    -------
    SampleSize

    Raises
    ------
    ParameterError
        If an argument is outside its domain, or both or neither of standard deviation and scale
        are given.

    Notes
    -----
    The interval is Student's: the smallest n with t(n - 1) σ / √n <= margin.

    Examples
    --------
    >>> from custvalue import comparing
    >>> comparing.sample_size_for_mean(0.2, standard_deviation=1.1)
    SampleSize(measure='mean', answers=119, invitations=119, groups=1)
    """
    if (standard_deviation is None) == (scale is None):
        raise ParameterError(
            "sample_size_for_mean needs the standard deviation of the answers, or their scale for "
            "the largest possible one: give either standard_deviation= or scale=, and not both."
        )
    if scale is not None:
        check_scale(scale)
        standard_deviation = scale.width / 2
    _between("margin", margin, 0, math.inf, "in the unit of the answers")
    _between("standard_deviation", standard_deviation, 0, math.inf, "in the unit of the answers")
    return _for_margin("mean", margin, float(standard_deviation or 0), level, field_work)


def sample_size_for_net_promoter_score(
    margin: float,
    *,
    promoters: float = 0.5,
    detractors: float = 0.5,
    level: float = 0.95,
    field_work: FieldWork = LARGE,
) -> SampleSize:
    """Plan a sample for a net promoter score.

    Parameters
    ----------
    margin : float
        Half the length of the interval, in points: 5 for ± 5 points; at least 0.5.
    promoters, detractors : float
        Expected shares; half and half, the default, need the largest sample.
    level, field_work
        As in :func:`sample_size_for_share`.

    Returns
    -------
    SampleSize

    Raises
    ------
    ParameterError
        If an argument is outside its domain.

    Notes
    -----
    The standard deviation of an answer is 100 √(p + d - (p - d)²), up to twice that of a share:
    a net promoter score needs up to four times the answers for the same percentage points.

    Examples
    --------
    >>> from custvalue import comparing
    >>> comparing.sample_size_for_net_promoter_score(5, promoters=0.5, detractors=0.2)
    SampleSize(measure='net promoter score', answers=938, invitations=938, groups=1)
    """
    _between("margin", margin, 0, 100, "in points, as in 5")
    if margin < LEAST_POINTS:
        raise ParameterError(
            f"margin must be {LEAST_POINTS} points or more, as in 5, but it is {margin!r}. Points "
            f"are hundredths, from -100 to 100: did you mean {100 * margin:g}?"
        )
    deviation = net_promoter_deviation(promoters, detractors)
    return _for_margin("net promoter score", margin, deviation, level, field_work)


def sample_size_for_difference(
    difference: float,
    *,
    standard_deviation: float | tuple[float, float],
    power: float = 0.8,
    level: float = 0.95,
    field_work: FieldWork = LARGE,
) -> SampleSize:
    """Plan two independent samples of equal size in which a difference is to be found.

    Parameters
    ----------
    difference : float
        The smallest difference that matters, in the unit of the measure.
    standard_deviation : float or tuple of float
        Of one answer, in both groups or in each: of a share √(p (1 - p)), which
        :func:`share_deviation` gives; of a net promoter score :func:`net_promoter_deviation`.
    power : float
        Probability of finding the difference if it is there.
    level : float
        1 minus the probability of finding one that is not there, two-sided.
    field_work : FieldWork
        As in :func:`sample_size_for_share`.

    Returns
    -------
    SampleSize

    Raises
    ------
    ParameterError
        If an argument is outside its domain.

    Notes
    -----
    The smallest n at which Welch's t test reaches the power, by the noncentral t distribution with
    Welch's degrees of freedom (Cohen 1988, *Statistical Power Analysis*, chapter 2). The normal
    approximation n = (z₁₋α/₂ + z_power)² (σ₁² + σ₂²) / Δ² is 1 or 2 smaller in each group. For
    several comparisons divide 1 - level by their number.

    Examples
    --------
    >>> from custvalue import comparing
    >>> spread = (comparing.share_deviation(0.6), comparing.share_deviation(0.7))
    >>> comparing.sample_size_for_difference(0.1, standard_deviation=spread)
    SampleSize(measure='difference', answers=355, invitations=355, groups=2)
    """
    _between("difference", difference, 0, math.inf, "in the unit of the measure")
    _between("power", power, 0.5, 1, "as in 0.8")
    pair = _pair(standard_deviation)
    level = checked_level(level)
    z = normal_quantile(level) + normal_quantile(2 * power - 1)
    needed = z**2 * (pair[0] ** 2 + pair[1] ** 2) / difference**2
    if needed < LARGEST:
        needed = _by_welch(needed, (pair[0] / difference, pair[1] / difference), level, power)
    return _size(needed, _Plan("difference", difference, pair, level, power), field_work)


def share_deviation(share: float) -> float:
    """Return the standard deviation of one answer that counts or not, √(p (1 - p)).

    Parameters
    ----------
    share : float
        The expected share, 0 to 1.

    Raises
    ------
    ParameterError
        If it is not between 0 and 1.
    """
    _between("share", share, 0, 1, "as in 0.7")
    return math.sqrt(share * (1 - share))


def net_promoter_deviation(promoters: float, detractors: float) -> float:
    """Return the standard deviation of one answer in points, 100 √(p + d - (p - d)²).

    Parameters
    ----------
    promoters, detractors : float
        Expected shares, together at most 1.

    Raises
    ------
    ParameterError
        If they are no such shares.
    """
    for name, share in (("promoters", promoters), ("detractors", detractors)):
        if not 0 <= finite(share) <= 1:
            raise ParameterError(f"{name} must be a share from 0 to 1, but it is {share!r}.")
    if promoters + detractors > 1 + 1e-9 or promoters + detractors == 0:
        raise ParameterError(
            f"promoters and detractors must add up to more than 0 and at most 1, but add up to "
            f"{number(promoters + detractors)}."
        )
    variance = promoters + detractors - (promoters - detractors) ** 2
    if variance <= 0:
        raise ParameterError(
            "with promoters or detractors alone there is nothing to estimate. Expect some of the "
            "others."
        )
    return 100 * math.sqrt(variance)


def _for_margin(
    measure: Measure, margin: float, deviation: float, level: float, field: FieldWork
) -> SampleSize:
    level = checked_level(level)
    needed = (normal_quantile(level) * deviation / margin) ** 2
    if measure == "mean" and needed < LARGEST:
        needed = _by_t(needed, deviation / margin, level)
    return _size(needed, _Plan(measure, margin, (deviation,), level, None), field)


def _by_t(start: float, ratio: float, level: float) -> float:
    """Return the smallest whole n with t(n - 1) σ / √n <= margin, a little above the normal one."""
    n = max(math.ceil(start), 2)
    while t_quantile(level, n - 1) * ratio > math.sqrt(n):
        n += 1
    return float(n)


def _by_welch(start: float, ratios: tuple[float, float], level: float, power: float) -> float:
    """Return the smallest whole n with the power, a little above the normal one."""
    n = max(math.ceil(start - 1e-9), 2)
    while _welch_power(n, ratios, level) < power:
        n += 1
    return float(n)


def _welch_power(n: int, ratios: tuple[float, float], level: float) -> float:
    """Return the power of n answers in each group, from σ / Δ of both."""
    one, other = ratios[0] ** 2, ratios[1] ** 2
    degrees = (n - 1) * (one + other) ** 2 / (one**2 + other**2)
    shift, critical = math.sqrt(n / (one + other)), t_quantile(level, degrees)
    if degrees > MANY_DEGREES:
        return float(special.ndtr(shift - critical))
    inside = special.nctdtr(degrees, shift, critical) - special.nctdtr(degrees, shift, -critical)
    return float(1 - inside)


def _size(needed: float, plan: _Plan, field: FieldWork) -> SampleSize:
    """Return the plan for a number of answers of a simple random sample."""
    field = checked_field_work(field)
    if needed > LARGEST:
        raise ParameterError(
            f"a {'difference' if plan.power else 'margin'} of {plan.margin!r} needs more than "
            f"10^12 answers. Is it in the right unit?"
        )
    if field.population is not None:
        needed = needed / (1 + (needed - 1) / field.population) if needed > 1 else needed
    answers = max(_upwards(needed * field.design_effect), 2)
    if field.population is not None:
        answers = min(answers, field.population)
    invitations = _upwards(answers / field.response_rate)
    if field.population is not None and invitations > field.population:
        raise ParameterError(
            f"{answers:,} answers at a response rate of {percent(field.response_rate, 1)} need "
            f"{invitations:,} invitations, but the population is {field.population:,}. Accept a "
            f"larger margin, or raise the response rate."
        )
    return SampleSize(
        measure=plan.measure,
        answers=answers,
        invitations=invitations,
        groups=len(plan.deviations),
        margin=plan.margin,
        level=plan.level,
        power=plan.power,
        standard_deviations=plan.deviations,
        field_work=field,
    )


def _upwards(needed: float) -> int:
    return math.ceil(needed - 1e-9)  # 100.0000000001 is 100


def checked_field_work(field_work: object) -> FieldWork:
    """Return a FieldWork, or tell how one is made."""
    if not isinstance(field_work, FieldWork):
        raise ParameterError(
            f"field_work must be a FieldWork, as in FieldWork(population=1000, response_rate=0.4), "
            f"but it is {field_work!r}."
        )
    return field_work


def _pair(deviation: Any) -> tuple[float, float]:
    pair = deviation if isinstance(deviation, tuple | list) else (deviation, deviation)
    if len(pair) != 2:
        raise ParameterError(
            f"standard_deviation must be one number or two, one for each group, but it is "
            f"{deviation!r}."
        )
    for value in pair:
        _between("standard_deviation", value, 0, math.inf, "in the unit of the measure")
    return float(pair[0]), float(pair[1])


def _between(name: str, value: Any, low: float, high: float, example: str) -> None:
    if not low < finite(value) < high:
        below = "" if high == math.inf else f" and < {number(high)}"
        raise ParameterError(
            f"{name} must be a number > {number(low)}{below}, {example}, but it is {value!r}."
        )
