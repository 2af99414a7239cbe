"""A number with its uncertainty, and results that have one main number.

Every class of estimates names its interval methods in a table, ``METHODS``: the interval of a
share, of a mean on a scale or of a net promoter score is one function each, and
:meth:`Estimate.confidence_interval` is written once. An estimate also says how it is compared with
others: the name of an interval is for readers only.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np

from custvalue._checks import checked_level, require_choice
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.ends import normal_quantile, t_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.resamples import Resamples
from custvalue._results.design import FEW_CLUSTERS
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray, IntArray
from custvalue._table import in_a_table
from custvalue._values import Bounds, Count, Frozen, NonNegative, Record
from custvalue._words import count
from custvalue.errors import DataError, FewClustersWarning, ParameterError

IntervalMethod = Callable[[Any, float], Interval]
# One end of each of many usual intervals, by their places, sides (-1 low, 1 high) and levels.
EndsAt = Callable[[IntArray, FloatArray, FloatArray], FloatArray]
ComparisonMethod = Literal["welch", "mover", "wald"]

FEW_DEGREES = 4  # of freedom of clusters: below, an interval says little
ROUNDING = 1e-12  # of the size of a quantity: what varies by less does not vary

ASK_FOR_BOOTSTRAP = "Use method=Bootstrap(2000, rng=1), from custvalue.survey, for resamples."


def by_error(estimate: Estimate, level: float, quantile: float, method: str) -> Interval:
    """Return value ± quantile x SE, clipped at the bounds."""
    reach = quantile * (estimate.standard_error or 0.0)
    low, high = estimate.value - reach, estimate.value + reach
    if not estimate.varies:
        method += f"; zero width: {estimate.no_spread}"
    bounds = estimate.bounds
    if bounds is not None and (low < bounds[0] or high > bounds[1]):
        low, high = max(low, bounds[0]), min(high, bounds[1])
        method += ", clipped at the end of the scale"
    return Interval(low=low, high=high, level=level, method=method)


def t_interval(estimate: Estimate, level: float) -> Interval:
    """Return Student's interval."""
    return by_error(estimate, level, t_quantile(level, estimate.t_degrees), "t")


def normal_interval(estimate: Estimate, level: float) -> Interval:
    """Return the interval by the normal distribution."""
    return by_error(estimate, level, normal_quantile(level), "normal")


def _linearised(estimate: Estimate, level: float) -> Interval:
    """Return the interval that R's ``survey`` has for clusters."""
    degrees = estimate._linearised_degrees or 0.0  # noqa: SLF001 - of this class
    like = replace(estimate, standard_error=estimate.linearised_error)
    return by_error(like, level, t_quantile(level, degrees), "linearised, t")


def _one_by_one(
    estimates: Sequence[Estimate], places: IntArray, sides: FloatArray, levels: FloatArray
) -> FloatArray:
    """Return one end of the usual interval of each estimate that is named by its place."""
    asked = zip(places.tolist(), levels.tolist(), strict=True)
    intervals = [estimates[place].confidence_interval(level) for place, level in asked]
    ends = np.array([(its.low, its.high) for its in intervals]).reshape(-1, 2)
    return np.where(sides < 0, ends[:, 0], ends[:, 1])


@dataclass(frozen=True, kw_only=True, repr=False)
class Estimate(Tabulated, Record):
    """A number with its standard error and what it rests on.

    Parameters
    ----------
    name : str
        What is estimated.
    value : float
        The estimate.
    standard_error : float or None
        Linearised where answers are weighted; None where it cannot be estimated.
    n : int
        Respondents or answers used.
    effective_n : float
        Size of a simple random sample that tells as much; `n` for equal weights.
    bounds : tuple of float, optional
        Ends that the quantity cannot pass.
    degrees_of_freedom : float or None
        Of the standard error; None where the normal distribution serves.
    design_effect : float or None
        Variance over that of a simple random sample of the same size, where it was estimated.
    clusters : int or None
        Clusters, such as dealers, behind the standard error; None where respondents are taken as
        independent.
    intraclass_correlation : float or None
        How much respondents of one cluster are alike, by what clusters add to the variance.
    linearised_error : float or None
        The standard error that other software gives for clusters, of ``method="linearised"``.
    strata : int or None
        Strata in which the clusters lie.

    Notes
    -----
    Simulated coverage of default 95 % intervals in clusters, in percent: the lowest and the highest
    of mean, top box and net promoter score, with equal and with lognormal weights, 4,000 samples
    each, intraclass correlation .14; sizes of clusters are equal, or lognormal about the same mean:

    ========  ============  ============  ============  ============
    clusters  5, equal      5, unequal    20, equal     20, unequal
    ========  ============  ============  ============  ============
    10        95.6 to 96.5  96.0 to 96.6  95.0 to 95.6  94.5 to 95.4
    20        94.7 to 95.8  95.0 to 96.0  94.7 to 96.1  93.8 to 94.3
    30        95.0 to 96.0  94.6 to 95.4  95.3 to 95.7  94.3 to 94.8
    60        95.1 to 95.8  94.0 to 95.4  94.6 to 95.6  93.8 to 94.8
    ========  ============  ============  ============  ============

    Where respondents come in clusters, :meth:`confidence_interval` also has
    ``method="linearised"``: value ± t SE with clusters - strata degrees of freedom, as R's
    ``survey`` has it. It is too short where clusters are of unequal size: simulated 95 % intervals
    of means hold the truth in 88 to 92 % of samples of 20 to 30 dealers, the usual ones in 93 to
    95 %.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType(
        {"t": t_interval, "normal": normal_interval}
    )
    OTHER_NAMES: ClassVar[Mapping[str, str]] = MappingProxyType({})
    USUAL: ClassVar[str] = ""  # method of intervals for which none is asked; by default t or normal
    COMPARED_BY: ClassVar[ComparisonMethod | None] = None  # by default welch or wald
    SHOWN: ClassVar = shown("value: estimate, low, high, standard_error, n")
    REPR: ClassVar[tuple[str, ...]] = ("name", "value", "standard_error", "n")

    name: str
    value: float
    standard_error: NonNegative | None
    n: Count
    effective_n: NonNegative
    bounds: Bounds | None = None
    degrees_of_freedom: NonNegative | None = None
    design_effect: NonNegative | None = None
    clusters: Count | None = None
    intraclass_correlation: float | None = None
    linearised_error: NonNegative | None = None
    strata: Count | None = None

    @property
    def default_method(self) -> str:
        """The method of intervals for which none is asked."""
        return self.USUAL or ("normal" if self.degrees_of_freedom is None else "t")

    @staticmethod
    def usual_ends(estimates: Sequence[Any]) -> EndsAt:
        """Return how the ends of the usual intervals of estimates of this kind are found.

        Parameters
        ----------
        estimates : sequence of Estimate
            All of this kind; one interval after the other, unless a kind knows better.
        """
        return partial(_one_by_one, estimates)

    @property
    def compared_by(self) -> ComparisonMethod:
        """How differences from another such estimate are found by default."""
        return self.COMPARED_BY or ("wald" if self.degrees_of_freedom is None else "welch")

    @property
    def has_degrees(self) -> bool:
        """Whether differences can go by t."""
        return self.degrees_of_freedom is not None

    @property
    def t_degrees(self) -> float:
        """Degrees of freedom of the standard error, n - 1 where none are stated."""
        return self.n - 1 if self.degrees_of_freedom is None else self.degrees_of_freedom

    @property
    def size(self) -> float:
        """What the quantity is as large as; beside it, rounding errors are told from numbers."""
        width = self.bounds[1] - self.bounds[0] if self.bounds else 0.0
        return max(abs(self.value), width)

    @property
    def varies(self) -> bool:
        """Whether the standard error is more than a rounding error."""
        return (self.standard_error or 0.0) > ROUNDING * self.size

    @property
    def no_spread(self) -> str:
        """Why nothing varies, where it does not."""
        return "all answers are equal" if self.clusters is None else "all clusters are alike"

    def confidence_interval(
        self, level: float = 0.95, *, method: str | Bootstrap | None = None
    ) -> Interval:
        """Return an interval.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : str or Bootstrap, optional
            One of the methods of this kind of estimate, which its class describes, or
            ``Bootstrap(2000, rng=1)`` where the answers are known well enough to be resampled. By
            default `default_method`.

        Raises
        ------
        DataError
            Where there is no standard error: from one respondent, for example.
        ParameterError
            If `level` or `method` is unknown, or there is nothing to resample.
        """
        level = checked_level(level)
        if isinstance(method, Bootstrap):
            return self._resampled(method).confidence_interval(level, kind=method.kind)
        if method is not None:
            require_choice("method", method, self._methods, hints=self._hints())
        self._require_error()
        if method is None:
            found = self._default(level)
        else:
            found = self.METHODS.get(method, _linearised)(self, level)
        if self.clusters is None:
            return found
        self._warn_of_few()
        degrees = self._linearised_degrees if method == "linearised" else self.degrees_of_freedom
        return replace(found, method=f"{found.method}{self._cluster_remark(degrees)}")

    @property
    def _methods(self) -> tuple[str, ...]:
        """The methods of this kind, and the one that only clusters have."""
        known = self.linearised_error is not None
        return tuple(dict.fromkeys((*self.METHODS, *(["linearised"] if known else []))))

    @property
    def _linearised_degrees(self) -> float | None:
        """Clusters - strata."""
        if self.clusters is None or self.strata is None:
            return None
        return float(self.clusters - self.strata)

    def _warn_of_few(self) -> None:
        """Warn where the number of clusters decides the interval."""
        if self.clusters is None or not 1 < self.clusters < FEW_CLUSTERS or in_a_table():
            return
        warnings.warn(
            f"{self.name}: {self.clusters} clusters are few, and the interval rests on "
            f"{self.degrees_of_freedom or 0:.1f} degrees of freedom. Read it with caution; answers "
            f"of {FEW_CLUSTERS} clusters or more say how much they differ.",
            FewClustersWarning,
            stacklevel=3,
        )

    @property
    def of_design(self) -> dict[str, Any]:
        """What clusters decide, by the names of fields, for another estimate of these answers."""
        names = (
            "degrees_of_freedom",
            "design_effect",
            "clusters",
            "intraclass_correlation",
            "strata",
        )
        return {name: getattr(self, name) for name in names if self.clusters is not None}

    def _cluster_remark(self, degrees: float | None) -> str:
        """Return what the name of an interval says of clusters."""
        if degrees is None:
            return ", from the respondents of one cluster"
        few = "; indicative only" if degrees < FEW_DEGREES else ""
        clusters = count(self.clusters or 0, "cluster")
        return f", {clusters}, {degrees:.1f} degrees of freedom{few}"

    def _hints(self) -> dict[str, str]:
        return {"bootstrap": ASK_FOR_BOOTSTRAP, **self.OTHER_NAMES}

    def _default(self, level: float) -> Interval:
        return self.METHODS[self.default_method](self, level)

    def _require_error(self) -> None:
        if self.standard_error is None:
            raise DataError(
                f"{self.name}: an interval needs at least 2 answers, but there is {self.n}. "
                f"Report the value without one, or collect more answers."
            )

    def _resampled(self, method: Bootstrap) -> Resamples:
        """Resample what the estimate was made of, where it keeps that."""
        raise ParameterError(
            f"{self.name} keeps no answers to resample. Use comparing.bootstrap_interval(answers, "
            f"measure, method=Bootstrap({method.resamples})), which computes the measure again."
        )

    def row(self, level: float = 0.95, *, value: str = "value") -> dict[str, float | None]:
        """Return value, low, high, standard error and n as cells of a table, by name.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        value : str
            What the column of the value is called.
        """
        known = self.has_interval
        ends = self.confidence_interval(level) if known else None
        return {
            value: self.value,
            "low": None if ends is None else ends.low,
            "high": None if ends is None else ends.high,
            "standard_error": self.standard_error,
            "n": self.n,
        }

    def ends(self, level: float = 0.95, value: str = "value") -> dict[str, float | None]:
        """Return value and interval as cells of a table that has several estimates.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        value : str
            What the column of the value is called; those of the ends are ``value_low`` and
            ``value_high``.
        """
        row = self.row(level, value=value)
        return {value: self.value, f"{value}_low": row["low"], f"{value}_high": row["high"]}

    @property
    def has_interval(self) -> bool:
        """Whether there is enough to make an interval of."""
        return self.standard_error is not None

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name([self], level)

    def _title(self) -> str:
        return self.name

    def _notes(self) -> Sequence[str]:
        note = f"Effective n {self.effective_n:,.1f}."
        if self.has_interval:
            note = f"{self.confidence_interval().description}. {note}"
        return (note,)


def ends_of(name: str, estimate: Estimate | None, level: float) -> dict[str, float | None]:
    """Return value and interval as cells of a table, None in all of them without an estimate."""
    if estimate is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return estimate.ends(level, name)


def rows_by_name(estimates: Iterable[Estimate], level: float, value: str = "value") -> list[Row]:
    """Return a row for each estimate; `value` is what the column of the values is called."""
    return [Row(its.name, {"name": its.name, **its.row(level, value=value)}) for its in estimates]


class Headline(Tabulated, Frozen):
    """A result with one main number, which answers as its estimate does.

    Parameters
    ----------
    estimate : Estimate
        The main number.
    """

    SHOWN: ClassVar = shown("value: estimate, low, high, n")
    REPR: ClassVar[tuple[str, ...]] = ("value", "n")

    estimate: Any  # an Estimate, of the kind that each result declares

    @property
    def _main(self) -> Estimate:
        main: Estimate = self.estimate
        return main

    @property
    def value(self) -> float:
        """The main number."""
        return self._main.value

    @property
    def standard_error(self) -> float | None:
        """Its standard error; None where it cannot be estimated."""
        return self._main.standard_error

    @property
    def n(self) -> int:
        """Respondents used."""
        return self._main.n

    @property
    def effective_n(self) -> float:
        """Size of a simple random sample that tells as much."""
        return self._main.effective_n

    @property
    def clusters(self) -> int | None:
        """Clusters behind the standard error; None where respondents are taken as independent."""
        return self._main.clusters

    @property
    def degrees_of_freedom(self) -> float | None:
        """Of the standard error; None where they follow from n or are not needed."""
        return self._main.degrees_of_freedom

    @property
    def design_effect(self) -> float | None:
        """Variance over that of a simple random sample of the same size, where it was estimated."""
        return self._main.design_effect

    def confidence_interval(
        self, level: float = 0.95, *, method: str | Bootstrap | None = None
    ) -> Interval:
        """Return an interval of the main number, as :meth:`Estimate.confidence_interval` does.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.
        method : str or Bootstrap, optional
            One of the methods of the estimate, or ``Bootstrap(2000, rng=1)``.

        Raises
        ------
        DataError
            Where there is no standard error: from one respondent, for example.
        ParameterError
            If `level` or `method` is unknown, or there is nothing to resample.
        """
        return self._main.confidence_interval(level, method=method)

    def _estimates(self) -> Sequence[Estimate]:
        """Return the estimates that the result shows, the main one first."""
        return (self._main,)

    def _rows(self, level: float) -> Sequence[Row]:
        return rows_by_name(self._estimates(), level)


@runtime_checkable
class Estimated(Protocol):
    """Anything that can be compared: a value with its standard error and what it rests on.

    Where it also has ``degrees_of_freedom`` it is compared by t, and where it has
    ``confidence_interval(level)`` by that interval.
    """

    @property
    def value(self) -> float:
        """The estimate."""
        ...

    @property
    def standard_error(self) -> float | None:
        """Its standard error; None where it cannot be estimated."""
        ...

    @property
    def n(self) -> int:
        """Answers or respondents that it rests on."""
        ...


def _given_interval(estimate: ForeignEstimate, level: float) -> Interval:
    interval: Interval = estimate.source.confidence_interval(level)
    return interval


@dataclass(frozen=True, kw_only=True, repr=False)
class ForeignEstimate(Estimate):
    """An estimate of the user's own, with an interval method of its own."""

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"own": _given_interval})
    USUAL: ClassVar[str] = "own"

    source: Any

    @property
    def compared_by(self) -> ComparisonMethod:
        """Differences go by t where degrees of freedom are stated, else by both intervals."""
        return "mover" if self.degrees_of_freedom is None else "welch"


def estimate_of(result: Estimated) -> Estimate:
    """Return the estimate that a result is, has as its main number, or amounts to."""
    if isinstance(result, Estimate):
        return result
    if isinstance(result, Headline):
        main: Estimate = result.estimate
        return main
    error = result.standard_error
    known: dict[str, Any] = {
        "name": type(result).__name__,
        "value": float(result.value),
        "standard_error": None if error is None else float(error),
        "n": int(result.n),
        "effective_n": float(result.n),
        "degrees_of_freedom": getattr(result, "degrees_of_freedom", None),
    }
    own = hasattr(result, "confidence_interval")
    return ForeignEstimate(**known, source=result) if own else Estimate(**known)


def compared_by(result: Estimated) -> ComparisonMethod:
    """Return how differences from another such result are found by default."""
    if isinstance(result, Headline):
        return "welch" if result.estimate.default_method == "t" else "mover"
    return estimate_of(result).compared_by
