"""A measure over waves: its slope, whether a line is enough, and each wave against the last.

The slope is that of weighted least squares of the waves' estimates on time. Its variance comes
from the waves' own standard errors, Σ c_i² SE_i² where the slope is Σ c_i y_i, so that two waves
suffice; or, by name, from the scatter about the line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from custvalue._checks import checked_level, require_choice
from custvalue._comparing.comparison import (
    INDEPENDENT,
    INVARIANCE,
    Difference,
    checked_estimates,
    checked_method,
    differences_of,
    measure_of,
)
from custvalue._inference.contrast import Correction, Heterogeneity, Label, error_of
from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.estimate import ComparisonMethod, Estimate, Estimated, estimate_of
from custvalue._inference.interval import Interval
from custvalue._rows import FloatArray
from custvalue._table import Table
from custvalue._values import Frozen, Level, NonNegative, Positive, Probability
from custvalue._words import number, one_line, plain
from custvalue.errors import DataError, ParameterError

TimeUnit = Literal["day", "week", "month", "quarter", "year"]
TrendWeighting = Literal["inverse variance", "n"]
TrendVariance = Literal["sampling", "residual"]

YEAR = 365.2425  # mean of the calendar
DAYS = {"day": 1.0, "week": 7.0, "month": YEAR / 12, "quarter": YEAR / 4, "year": YEAR}
MONTHS = {"month": 1.0, "quarter": 3.0, "year": 12.0}
PERIOD = re.compile(r"(\d{4})(?:-?Q([1-4])|-(0[1-9]|1[0-2]))")


class Wave(Frozen):
    """One wave of a trend.

    Parameters
    ----------
    label : str or int
        When it was, as given.
    time : float
        Units of time after the first wave.
    value, standard_error : float
        Its estimate and standard error.
    n : int
        Answers.
    interval : Interval
        Of this wave alone.
    fitted : float
        The line at this time.
    """

    label: Label
    time: NonNegative
    value: float
    standard_error: NonNegative
    n: int
    interval: Interval
    fitted: float


class Trend(Frozen):
    """A measure over waves.

    Parameters
    ----------
    measure : str
        What was measured.
    per : str or None
        The unit of time of the slope; None where waves were numbered.
    slope : float
        Change for each unit of time.
    standard_error : float
        Of the slope.
    degrees_of_freedom : int or None
        For ``variance="residual"``; None for the normal distribution.
    p_value : float
        Two-sided, that there is no trend.
    interval : Interval
        Of the slope.
    intercept : float
        The line at the first wave.
    heterogeneity : Heterogeneity or None
        Whether the waves scatter about the line more than sampling explains; None for two waves,
        and where a wave has the standard error 0.
    waves : tuple of Wave
        In the order of time.
    changes : tuple of Difference
        Each wave minus the one before, corrected for their number.
    weighting : {"inverse variance", "n"}
        Weights of the waves in the line.
    variance : {"sampling", "residual"}
        Where the standard error of the slope comes from.
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        Of the changes.
    level : float
        Confidence level.
    """

    measure: str
    per: TimeUnit | None
    slope: float
    standard_error: NonNegative
    degrees_of_freedom: Positive | None
    p_value: Probability
    interval: Interval
    intercept: float
    heterogeneity: Heterogeneity | None
    waves: tuple[Wave, ...]
    changes: tuple[Difference, ...]
    weighting: TrendWeighting
    variance: TrendVariance
    correction: Correction
    level: Level

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each wave as a plain dict.

        Returns
        -------
        dict of str to ndarray
            wave, time, value, low, high, standard_error, n, fitted, and change, low, high and
            adjusted_p_value of the change since the wave before (NaN for the first).
        """
        waves, nothing = self.waves, (math.nan,) * 4
        changes = [
            (c.value, c.interval.low, c.interval.high, c.adjusted_p_value) for c in self.changes
        ]
        numbers = np.array([nothing, *changes])
        names = ("change", "change_low", "change_high", "adjusted_p_value")
        return {
            "wave": np.array([str(wave.label) for wave in waves]),
            "time": np.array([wave.time for wave in waves]),
            "value": np.array([wave.value for wave in waves]),
            "low": np.array([wave.interval.low for wave in waves]),
            "high": np.array([wave.interval.high for wave in waves]),
            "standard_error": np.array([wave.standard_error for wave in waves]),
            "n": np.array([wave.n for wave in waves]),
            "fitted": np.array([wave.fitted for wave in waves]),
            **{name: numbers[:, place] for place, name in enumerate(names)},
        }

    def __repr__(self) -> str:
        return one_line(
            "Trend",
            measure=self.measure,
            waves=len(self.waves),
            slope=self.slope,
            standard_error=self.standard_error,
            per=self.per or "unit",
        )

    def _table(self) -> Table:
        rows = []
        for wave, change in zip(self.waves, [None, *self.changes], strict=True):
            ends = (wave.interval.low, wave.interval.high)
            moved: tuple[float | str | None, ...] = (None, "–", None)
            if change is not None:
                moved = (change.value, str(change.interval), change.adjusted_p_value)
            rows.append((str(wave.label), wave.value, *ends, wave.n, wave.fitted, *moved))
        header = ("wave", "value", "low", "high", "n", "line", "change", "", "adjusted P")
        title = (
            f"Trend of {self.measure}: {number(self.slope)} {self.interval} per "
            f"{self.per or 'unit'}, P = {number(self.p_value)}"
        )
        return Table(title, header, tuple(rows), self._notes())

    def _notes(self) -> tuple[str, ...]:
        line = (
            f"Line: weights {self.weighting}, standard error {number(self.standard_error)} from "
            f"{self.variance} variance; {self.interval.description}."
        )
        about = self.heterogeneity
        scatter = ""
        if about is not None:
            scatter = f"Scatter about the line: {about}."
            if about.p_value <= 1 - self.level and self.variance == "sampling":
                scatter += (
                    " The waves scatter more than sampling explains; say variance='residual'."
                )
        change = self.changes[0].interval.description
        return tuple(
            note for note in (line, scatter, f"Changes: {change}.", INDEPENDENT, INVARIANCE) if note
        )


def trend(
    waves: Mapping[Any, Estimated] | Sequence[tuple[Any, Estimated]],
    *,
    per: TimeUnit | None = None,
    weighting: TrendWeighting = "n",
    variance: TrendVariance = "sampling",
    correction: Correction = "holm",
    method: ComparisonMethod | None = None,
    level: float = 0.95,
) -> Trend:
    """Fit a line to the same measure in several waves, and compare each wave with the last.

    Parameters
    ----------
    waves : mapping, or sequence of pairs, of time to Estimate
        Times are dates, text such as ``"2026-03-31"``, ``"2026-03"`` or ``"2026Q1"``, or numbers;
        estimates are of one kind, from different respondents in each wave.
    per : {"day", "week", "month", "quarter", "year"}, optional
        The unit of time of the slope, a year by default; left out where times are numbers.
    weighting : {"n", "inverse variance"}
        Weights of the waves. By their number of answers the slope is unbiased; 1/SE² is best
        where standard errors are known, but an estimated share and its standard error move
        together, which biases such weights in waves of less than a few hundred answers.
    variance : {"sampling", "residual"}
        ``sampling``: from the standard errors of the waves; ``residual``: from the scatter about
        the line, t with waves - 2 degrees of freedom, which allows for what moves a wave besides
        sampling (season, a new questionnaire).
    correction : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        For the number of changes, as in :func:`compare`.
    method : {"welch", "mover", "wald"}, optional
        Test of each change, as in :func:`compare`.
    level : float
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    Trend

    Raises
    ------
    DataError
        If there are fewer than two waves (three for ``residual``), two at the same time, or one
        without a usable standard error.
    ParameterError
        If a time cannot be read, or an argument is unknown.

    Notes
    -----
    The 95 % interval of the slope of net promoter scores in five waves, simulated: with
    ``weighting="n"`` it held the slope in 94.5 to 95.3 % of series of 30 answers a wave and 93.5 to
    96.0 % of 100, with ``"inverse variance"`` in 88 to 94 % and 93 to 95 %.

    Examples
    --------
    >>> from custvalue.satisfaction import NetPromoterScore, trend
    >>> counts = {"2025Q1": (40, 40, 20), "2025Q2": (45, 37, 18), "2025Q3": (47, 38, 15)}
    >>> waves = {
    ...     quarter: NetPromoterScore.from_counts(promoters=up, passives=mid, detractors=down)
    ...     for quarter, (up, mid, down) in counts.items()
    ... }
    >>> result = trend(waves, per="quarter")
    >>> round(result.slope, 2), round(result.standard_error, 2)
    (6.0, 5.19)
    """
    level = checked_level(level)
    require_choice("weighting", weighting, get_args(TrendWeighting))
    require_choice("variance", variance, get_args(TrendVariance))
    require_choice("correction", correction, get_args(Correction))
    times, results, unit = _in_order(waves, per)
    used = checked_method(results, method)
    estimates = {label: estimate_of(result) for label, result in results.items()}
    line = _line(times, estimates, weighting=weighting, variance=variance, level=level)
    labels = list(estimates)
    return Trend(
        measure=measure_of(results),
        per=unit,
        slope=line.slope,
        standard_error=line.error,
        degrees_of_freedom=line.degrees,
        p_value=line.p_value,
        interval=line.interval,
        intercept=line.intercept,
        heterogeneity=line.heterogeneity,
        waves=tuple(
            _wave(label, time, estimates[label], line, level)
            for label, time in zip(labels, times.tolist(), strict=True)
        ),
        changes=differences_of(
            estimates, list(zip(labels[1:], labels[:-1], strict=True)), correction, used, level
        ),
        weighting=weighting,
        variance=variance,
        correction=correction,
        level=level,
    )


def _wave(label: Label, time: float, estimate: Estimate, line: _Line, level: float) -> Wave:
    return Wave(
        label=label,
        time=time,
        value=estimate.value,
        standard_error=error_of(estimate),
        n=estimate.n,
        interval=estimate.confidence_interval(level),
        fitted=line.intercept + line.slope * time,
    )


class _Line(NamedTuple):
    """A weighted least squares line through the waves."""

    intercept: float
    slope: float
    error: float
    degrees: int | None
    p_value: float
    interval: Interval
    heterogeneity: Heterogeneity | None


def _line(
    times: FloatArray,
    estimates: Mapping[Label, Estimate],
    *,
    weighting: TrendWeighting,
    variance: TrendVariance,
    level: float,
) -> _Line:
    values = np.array([estimate.value for estimate in estimates.values()])
    errors = np.array([error_of(estimate) for estimate in estimates.values()])
    weights = _weights(estimates, errors, weighting)
    centred = times - weights @ times / weights.sum()
    coefficients = weights * centred / (weights @ centred**2)
    slope = float(coefficients @ values)
    intercept = float(weights @ values / weights.sum() - slope * (times[0] - centred[0]))
    residuals = values - intercept - slope * times
    error, degrees = math.sqrt(float(coefficients**2 @ errors**2)), None
    if variance == "residual":
        degrees = _residual_degrees(len(values))
        error = math.sqrt(float(weights @ residuals**2 / degrees / (weights @ centred**2)))
    if error == 0:
        raise DataError(
            f"the waves have no {'scatter about the line' if degrees else 'variance'}: nothing "
            f"says how much the slope varies. Collect answers that differ, or report the waves."
        )
    quantile = normal_quantile(level) if degrees is None else t_quantile(level, degrees)
    ends = (slope - quantile * error, slope + quantile * error)
    name = "normal" if degrees is None else "t"
    tail = -abs(slope) / error
    below = special.ndtr(tail) if degrees is None else special.stdtr(degrees, tail)
    return _Line(
        intercept=intercept,
        slope=slope,
        error=error,
        degrees=degrees,
        p_value=min(2 * float(below), 1.0),
        interval=Interval(low=ends[0], high=ends[1], level=level, method=name),
        heterogeneity=_about_the_line(times, values, errors),
    )


def _weights(
    estimates: Mapping[Label, Estimate], errors: FloatArray, weighting: TrendWeighting
) -> FloatArray:
    if weighting == "n":
        sizes = [getattr(estimate, "effective_n", estimate.n) for estimate in estimates.values()]
        return np.array(sizes, dtype=np.float64)
    for label, error in zip(estimates, errors.tolist(), strict=True):
        if error == 0:
            raise DataError(
                f"wave {label!r} has the standard error 0, because all of its answers are equal: "
                f"it cannot be weighted by 1/SE². Say weighting='n'."
            )
    return np.asarray(errors**-2.0)


def _residual_degrees(waves: int) -> int:
    if waves < 3:
        raise DataError(
            f"variance='residual' needs at least 3 waves, but there are {waves}. Say "
            f"variance='sampling'."
        )
    return waves - 2


def _about_the_line(
    times: FloatArray, values: FloatArray, errors: FloatArray
) -> Heterogeneity | None:
    """Return Q = Σ (y - line)² / SE² about the line with the least Q, χ² with waves - 2."""
    degrees = len(values) - 2
    if degrees == 0 or not errors.all():
        return None
    design = np.column_stack([np.ones(len(times)), times]) / errors[:, np.newaxis]
    scaled = values / errors
    residuals = scaled - design @ np.linalg.lstsq(design, scaled, rcond=None)[0]
    statistic = float(residuals @ residuals)
    return Heterogeneity(
        statistic=statistic,
        degrees_of_freedom=degrees,
        denominator_degrees_of_freedom=None,
        p_value=float(special.chdtrc(degrees, statistic)),
        method="Wald, about the line",
    )


class _Time(NamedTuple):
    """A time that was read: its label, its kind, and days, months or units."""

    label: Label
    kind: str
    value: float


def _in_order(
    waves: object, per: TimeUnit | None
) -> tuple[FloatArray, dict[Label, Estimated], TimeUnit | None]:
    """Return times since the first wave, the estimates in the order of time, and the unit."""
    pairs = [(_read(when), estimate) for when, estimate in _pairs(waves)]
    kinds = {time.kind for time, _ in pairs}
    if len(kinds) > 1:
        raise ParameterError(
            f"times of waves must be of one kind, but there are {' and '.join(sorted(kinds))}."
        )
    pairs.sort(key=lambda pair: pair[0].value)
    for (one, _), (other, _) in pairwise(pairs):
        if one.value == other.value:
            raise DataError(
                f"waves {one.label!r} and {other.label!r} are at the same time. Put their "
                f"answers together, or say when each was."
            )
    estimates = checked_estimates(
        {time.label: estimate for time, estimate in pairs}, what="wave", argument="waves"
    )
    unit, length = _unit(kinds.pop(), per)
    values = np.array([time.value for time, _ in pairs])
    return (values - values[0]) / length, estimates, unit


def _pairs(waves: object) -> list[tuple[Any, Any]]:
    entries = list(waves.items()) if isinstance(waves, Mapping) else waves
    if isinstance(entries, Sequence) and not isinstance(entries, str):
        pairs = [entry for entry in entries if isinstance(entry, tuple) and len(entry) == 2]
        if len(pairs) == len(entries) >= 2:
            return pairs
        if len(pairs) == len(entries):
            raise DataError(f"a trend needs at least 2 waves, but it has {len(pairs)}.")
    raise ParameterError(
        "waves must be a mapping of time to result, or a sequence of pairs, as in {'2026Q1': "
        f"result, '2026Q2': result}}, but it is {type(waves).__name__}."
    )


def _read(when: object) -> _Time:
    value = when.item() if isinstance(when, np.datetime64) else plain(when)
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return _Time(day.isoformat(), "days", day.toordinal())
    if isinstance(value, str):
        return _read_text(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return _Time(value if isinstance(value, int) else str(value), "numbers", float(value))
    raise _unreadable(value)


def _read_text(text: str) -> _Time:
    period = PERIOD.fullmatch(text)
    if period:
        year, quarter, month = period.groups()
        months = 3 * (int(quarter) - 1) if quarter else int(month) - 1
        return _Time(text, "quarters" if quarter else "months", 12 * int(year) + months)
    try:
        return _Time(text, "days", date.fromisoformat(text).toordinal())
    except ValueError:
        raise _unreadable(text) from None


def _unreadable(value: object) -> ParameterError:
    return ParameterError(
        f"the time of a wave must be a date, a number, or text like '2026-03-31', '2026-03' or "
        f"'2026Q1', but it is {value!r}."
    )


def _unit(kind: str, per: TimeUnit | None) -> tuple[TimeUnit | None, float]:
    """Return the unit of the slope, and how many days, months or numbers it has."""
    if kind == "numbers":
        if per is not None:
            raise ParameterError(
                f"per={per!r} needs dates, but the times of the waves are numbers. Leave it out: "
                f"the slope is for a step of 1."
            )
        return None, 1.0
    unit: TimeUnit = "year" if per is None else per
    require_choice("per", unit, get_args(TimeUnit))
    if kind == "days":
        return unit, DAYS[unit]
    if unit not in MONTHS:
        raise ParameterError(
            f"per={unit!r} needs days, but the waves are {kind}. Say 'month', 'quarter' or 'year'."
        )
    return unit, MONTHS[unit]
