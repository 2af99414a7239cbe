"""The gaps model: four gaps inside the provider beside the customers' gap.

Parasuraman, Zeithaml & Berry (1985, *Journal of Marketing* 49(4)); how the four are measured:
Zeithaml, Berry & Parasuraman (1988, *Journal of Marketing* 52(2)). Every gap is the delivered side
minus the expected side, so that below 0 is a shortfall:

==== ======================================== =====================================
gap  delivered side                            expected side
==== ======================================== =====================================
1    what managers believe customers expect    what customers expect
2    what specifications demand                what managers believe customers expect
3    what is delivered                         what specifications demand
4    what is delivered                         what communications promise
5    what customers perceive                   what customers expect
==== ======================================== =====================================

Gaps 1 to 4 compare different people, so they are tested by Welch's t; gap 5 is paired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import BeforeValidator
from scipy import special

from custvalue._checks import require_choice
from custvalue._inference.contrast import error_between, welch_degrees
from custvalue._inference.ends import t_quantile
from custvalue._inference.estimate import ComparisonMethod, Estimate, IntervalMethod, by_error
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate, mean_of_means
from custvalue._inference.sample import Sample
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.responses import Responses
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._servqual.forms import SERVQUAL
from custvalue._servqual.scoring import scores_of
from custvalue._servqual.study import arranged
from custvalue._servqual.survey import Survey, require_survey
from custvalue._values import Frozen
from custvalue._words import listed, number
from custvalue.errors import DataError, ParameterError

GapNumber = Literal[1, 2, 3, 4, 5]
GapTest = Literal["Welch's t", "paired t"]

# gap -> (delivered side, expected side)
SIDES: dict[GapNumber, tuple[str, str]] = {
    1: ("management", "expectations"),
    2: ("specifications", "management"),
    3: ("delivery", "specifications"),
    4: ("delivery", "communications"),
    5: ("perceptions", "expectations"),
}
WHAT = {
    1: "managers' beliefs - customers' expectations",
    2: "specifications - managers' beliefs",
    3: "delivery - specifications",
    4: "delivery - communications",
    5: "customers' perceptions - expectations",
}
SHOWN = shown(
    "delivered, expected, gap, low, high, standard_error, p_value, n_delivered: n, n_expected"
)


def _by_t(gap: ModelGap, level: float) -> Interval:
    return by_error(gap, level, t_quantile(level, gap.t_degrees), gap.test)


@dataclass(frozen=True, kw_only=True, repr=False)
class ModelGap(Estimate):
    """One of the five gaps, for one dimension or overall.

    Parameters
    ----------
    name : str
        The dimension, or ``overall``.
    value : float
        Delivered - expected, with the sign changed where lower answers are better: below 0 is a
        shortfall.
    standard_error : float or None
        √(SE₁² + SE₂²) for gaps 1 to 4, of the respondents' own gaps for gap 5; None where a side
        has one respondent.
    n, effective_n, bounds, design_effect
        As in :class:`~custvalue.comparing.Estimate`; n is that of the smaller side.
    degrees_of_freedom : float or None
        Welch-Satterthwaite for gaps 1 to 4, n - 1 for gap 5; None where there is no standard
        error, or none of the answers differ.
    number : int
        1 to 5.
    delivered, expected : MeanEstimate
        Means of the two sides, each with its own n.
    test : {"Welch's t", "paired t"}
        How it is tested.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"t": _by_t})
    USUAL: ClassVar[str] = "t"
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "welch"
    SHOWN: ClassVar = SHOWN

    number: GapNumber
    delivered: MeanEstimate
    expected: MeanEstimate
    test: GapTest

    @property
    def has_interval(self) -> bool:
        """Whether both sides have two respondents, and answers that differ."""
        return self.degrees_of_freedom is not None

    @property
    def p_value(self) -> float | None:
        """Two-sided P that there is no gap, for this gap alone; None without an interval."""
        if not self.standard_error or self.degrees_of_freedom is None:
            return None
        ratio = -abs(self.value) / self.standard_error
        return min(2 * float(special.stdtr(self.degrees_of_freedom, ratio)), 1.0)

    def _require_error(self) -> None:
        if not self.has_interval:
            raise DataError(
                f"gap {self.number}, {self.name}: an interval needs at least 2 respondents on each "
                f"side and answers that differ, but there are {self.delivered.n} and "
                f"{self.expected.n}. Report the gap without one."
            )

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return both means, the gap with its interval, P and both n, by the names of columns."""
        ends = self.row(level, value="gap")
        return {
            "number": self.number,
            "name": self.name,
            "delivered": self.delivered.value,
            "expected": self.expected.value,
            **{name: ends[name] for name in ("gap", "low", "high", "standard_error")},
            "p_value": self.p_value,
            "n_delivered": self.delivered.n,
            "n_expected": self.expected.n,
        }

    def _rows(self, level: float) -> Sequence[Row]:
        return (Row(self.name, self.numbers(level)),)

    def _title(self) -> str:
        return f"Gap {self.number}: {WHAT[self.number]}"

    def _notes(self) -> Sequence[str]:
        return (f"95 % interval: {self.test}. P for this gap alone.",)


def _numbered(absent: Any) -> Any:
    """Return the numbers of gaps as numbers, which JSON writes as text."""
    if not isinstance(absent, Mapping):
        return absent
    return {int(its) if str(its).isdigit() else its: why for its, why in absent.items()}


class GapModel(Tabulated, Frozen):
    """The gaps that the data allow, by dimension and overall.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of all answers.
    respondents : dict of str to int
        Who was asked: each source to its number of respondents.
    gaps : tuple of ModelGap
        Gap by gap, dimension by dimension, the overall gap (mean of the dimensions) last.
    absent : dict of int to str
        Gaps that were not computed, and what they would need.
    """

    SHOWN: ClassVar = SHOWN

    instrument: str
    scale: Scale
    respondents: dict[str, int]
    gaps: tuple[ModelGap, ...]
    absent: Annotated[dict[GapNumber, str], BeforeValidator(_numbered)]

    def gap(self, number: GapNumber, name: str = "overall") -> ModelGap:
        """Return one gap.

        Parameters
        ----------
        number : int
            1 to 5.
        name : str
            The dimension, or ``overall``.

        Raises
        ------
        ParameterError
            If the data did not allow this gap, or there is no such dimension.
        """
        if number in self.absent:
            raise ParameterError(f"gap {number} was not computed: {self.absent[number]}")
        found = {(gap.number, gap.name): gap for gap in self.gaps}
        numbers = sorted({gap.number for gap in self.gaps})
        if number not in numbers:
            raise ParameterError(
                f"number must be one of {listed(numbers)}, but it is {number!r}.{self._lacking}"
            )
        require_choice("name", name, list(dict.fromkeys(gap.name for gap in self.gaps)))
        return found[number, name]

    @property
    def _lacking(self) -> str:
        """Say why gaps are absent, in sentences after another one."""
        return "".join(f" Gap {number} {why}" for number, why in self.absent.items())

    @property
    def convention(self) -> str:
        """How the gaps are defined here."""
        turned = (
            ""
            if self.scale.sign > 0
            else ", with the sign changed because lower answers are better"
        )
        return (
            f"Gap = delivered side - expected side{turned}; below 0 is a shortfall. Gaps 1 to 4 "
            f"compare different people (Welch's t), gap 5 the same customers (paired t). Overall = "
            f"mean of the dimensions."
        )

    def _rows(self, level: float) -> Sequence[Row]:
        return [Row(gap.name, gap.numbers(level)) for gap in self.gaps]

    def _printed(self) -> Sequence[Row]:
        rows: list[Row] = []
        for one, gaps in groupby(self.gaps, key=lambda gap: gap.number):
            rows.append(Row(f"gap {one}: {WHAT[one]}", {}))
            rows += [Row(f"· {gap.name}", gap.numbers()) for gap in gaps]
        return rows

    def __repr__(self) -> str:
        overall = ", ".join(
            f"gap {gap.number}={number(gap.value)}" for gap in self.gaps if gap.name == "overall"
        )
        return f"GapModel({self.instrument!r}, {overall})"

    def _title(self) -> str:
        return f"{self.instrument}: gaps model"

    def _notes(self) -> Iterable[str]:
        asked = ", ".join(f"{who} {n:,}" for who, n in self.respondents.items())
        return (
            f"Respondents: {asked}; scale {self.scale}.",
            self.convention,
            "95 % intervals, linearised for weights. P for each gap alone.",
            *(f"Gap {absent}: {why}" for absent, why in self.absent.items()),
        )


class _Side(NamedTuple):
    """Scores of one source by dimension, and who gave them."""

    scores: list[FloatArray]
    sample: Sample
    scale: Scale


def gap_model(
    customers: Survey | None = None,
    *,
    management: Responses | None = None,
    specifications: Responses | None = None,
    delivery: Responses | None = None,
    communications: Responses | None = None,
    dimensions: Instrument | Mapping[str, int] | None = None,
) -> GapModel:
    """Estimate the gaps of the model that the data allow.

    Parameters
    ----------
    customers : Survey, optional
        Expectations and perceptions of customers: gap 5, and one side of gap 1.
    management : Responses, optional
        What managers believe that customers expect: gaps 1 and 2.
    specifications : Responses, optional
        What the provider's standards demand, as those rate it who set or know them: gaps 2 and 3.
    delivery : Responses, optional
        What is delivered, as contact staff rate it (or ``customers.perceptions``): gaps 3 and 4.
    communications : Responses, optional
        What advertising and sales promise, as those rate it who make the promises: gap 4.
    dimensions : Instrument or mapping, optional
        For an adapted instrument without `customers`: an instrument, or dimension to how many
        items it takes in their order. By default that of `customers`, or SERVQUAL.

    Returns
    -------
    GapModel
        With the gaps whose two sides are there; it says what the others need.

    Raises
    ------
    DataError
        If no gap has both its sides, items do not match, or scales differ.
    ParameterError
        If `customers` is not a Survey, or a source is not Responses.

    Notes
    -----
    The items of each source stand in the order of the instrument, unless their names are those of
    the instrument. Where the same managers answered for two sources, or customers' perceptions
    stand for the delivery, the two sides of a gap are not independent: with the positive
    correlation that is usual, intervals by Welch's t are then too wide.

    Examples
    --------
    >>> from custvalue.survey import Responses, Scale
    >>> scale, staff = Scale(1, 7), {"staff": 2}
    >>> customers = Survey.from_arrays(
    ...     [[5, 5], [4, 6], [6, 5]], [[6, 6], [7, 6], [6, 7]], scale=scale, dimensions=staff
    ... )
    >>> managers = Responses.from_arrays([[5, 6], [6, 5], [5, 5]], scale=scale)
    >>> standards = Responses.from_arrays([[5, 5], [4, 5]], scale=scale)
    >>> model = gap_model(customers, management=managers, specifications=standards)
    >>> model
    GapModel('adapted SERVQUAL', gap 1=-1, gap 2=-0.5833, gap 5=-1.167)
    >>> first = model.gap(1)
    >>> str(first.confidence_interval()), first.test
    ('[-1.654, -0.3456]', "Welch's t")
    """
    sources = {
        "management": management,
        "specifications": specifications,
        "delivery": delivery,
        "communications": communications,
    }
    given = {name: source for name, source in sources.items() if source is not None}
    instrument = _instrument(customers, given, dimensions)
    sides = _customer_sides(customers)
    sides |= {name: _side(name, source, instrument) for name, source in given.items()}
    _check_scales(sides)
    absent: dict[GapNumber, str] = {
        number: why for number in SIDES if (why := _lacking(number, sides))
    }
    if len(absent) == len(SIDES):
        raise DataError(
            f"a gap needs two sides, but there is only {listed(sides)}. "
            f"Give customers with expectations, or two neighbours among management, "
            f"specifications, delivery and communications."
        )
    gaps = [
        gap
        for number in SIDES
        if number not in absent
        for gap in _gaps_of(number, sides, instrument)
    ]
    return GapModel(
        instrument=instrument.name,
        scale=next(iter(sides.values())).scale,
        respondents=_respondents(customers, given),
        gaps=tuple(gaps),
        absent=absent,
    )


def _instrument(
    customers: Survey | None,
    given: Mapping[str, Responses],
    dimensions: Instrument | Mapping[str, int] | None,
) -> Instrument:
    if customers is not None:
        require_survey("customers", customers)
        if dimensions is not None:
            raise ParameterError(
                "dimensions are those of the customers' survey. Leave the argument out."
            )
        return customers.instrument
    if not given:
        raise DataError(
            "gap_model() needs answers. Give customers=Survey(…), or management, specifications, "
            "delivery, communications."
        )
    first = next(iter(given.values()))
    chosen = SERVQUAL if dimensions is None else dimensions
    return chosen if isinstance(chosen, Instrument) else arranged(first.items, chosen)


def _customer_sides(customers: Survey | None) -> dict[str, _Side]:
    if customers is None:
        return {}
    places = customers.instrument.slices()
    halves = {"perceptions": customers.perceptions, "expectations": customers.expectations}
    return {
        name: _Side([scores_of(half, place) for place in places], half.sample, half.scale)
        for name, half in halves.items()
        if half is not None
    }


def _side(name: str, source: Responses, instrument: Instrument) -> _Side:
    if not isinstance(source, Responses):
        raise ParameterError(
            f"{name} must be Responses, as of Responses.from_frame(…), but it is "
            f"{type(source).__name__}."
        )
    wanted = instrument.item_names
    if len(source.items) != len(wanted):
        raise DataError(
            f"{name} must have {len(wanted)} items, those of {instrument.name} in their order, but "
            f"it has {len(source.items)}."
        )
    answers = source
    if set(source.items) == set(wanted) and source.items != wanted:
        answers = source.only(wanted)
    places = instrument.slices()
    return _Side([scores_of(answers, place) for place in places], source.sample, source.scale)


def _check_scales(sides: Mapping[str, _Side]) -> None:
    (first, side), *others = sides.items()
    for name, other in others:
        ends, theirs = ((its.low, its.high, its.direction) for its in (side.scale, other.scale))
        if ends != theirs:
            raise DataError(
                f"all answers must be on one scale, but {first} are on {side.scale} "
                f"({side.scale.direction}) and {name} on {other.scale} ({other.scale.direction}). "
                f"Ask all of them on the same scale, or rescale the answers first."
            )


def _lacking(number: GapNumber, sides: Mapping[str, _Side]) -> str:
    lacking = [side for side in SIDES[number] if side not in sides]
    return f"needs {' and '.join(lacking)}." if lacking else ""


def _respondents(customers: Survey | None, given: Mapping[str, Responses]) -> dict[str, int]:
    asked = {} if customers is None else {"customers": customers.respondents}
    return asked | {name: source.respondents for name, source in given.items()}


def _gaps_of(
    number: GapNumber, sides: Mapping[str, _Side], instrument: Instrument
) -> list[ModelGap]:
    delivered, expected = (sides[name] for name in SIDES[number])
    by_dimension = [
        _gap(number, name, delivered, expected, [k])
        for k, name in enumerate(instrument.dimension_names)
    ]
    everything = list(range(len(by_dimension)))
    return [*by_dimension, _gap(number, "overall", delivered, expected, everything)]


def _gap(
    number: GapNumber, name: str, delivered: _Side, expected: _Side, dimensions: list[int]
) -> ModelGap:
    """Compare the means of two sides over some dimensions, all alike."""
    if number == 5:
        delivered, expected = _of_the_same(delivered, expected)
    scale = delivered.scale
    ends, reach = (scale.low, scale.high), scale.width
    label = f"gap {number}, {name}"
    means = [_mean(side, dimensions, label, ends) for side in (delivered, expected)]
    smaller = min(means, key=lambda its: its.n)
    how = _paired(delivered, expected, dimensions, label) if number == 5 else _welch(*means)
    return ModelGap(
        name=name,
        value=scale.sign * (means[0].value - means[1].value),
        standard_error=how.error,
        n=smaller.n,
        effective_n=smaller.effective_n,
        bounds=(-reach, reach),
        degrees_of_freedom=how.degrees,
        number=number,
        delivered=means[0],
        expected=means[1],
        test="paired t" if number == 5 else "Welch's t",
    )


def _of_the_same(delivered: _Side, expected: _Side) -> tuple[_Side, _Side]:
    """Blank the scores of customers who lack one of the two."""
    pairs = [
        (np.where(np.isnan(e), np.nan, p), np.where(np.isnan(p), np.nan, e))
        for p, e in zip(delivered.scores, expected.scores, strict=True)
    ]
    return (
        delivered._replace(scores=[p for p, _ in pairs]),
        expected._replace(scores=[e for _, e in pairs]),
    )


def _mean(
    side: _Side, dimensions: list[int], label: str, ends: tuple[float, float]
) -> MeanEstimate:
    scores = [side.scores[k] for k in dimensions]
    if len(scores) == 1:
        return mean_estimate(scores[0], side.sample, name=label, bounds=ends, method="beta")
    return mean_of_means(scores, side.sample, name=label, bounds=ends, method="beta")


class _Error(NamedTuple):
    error: float | None
    degrees: float | None


def _paired(delivered: _Side, expected: _Side, dimensions: list[int], label: str) -> _Error:
    own = [delivered.scores[k] - expected.scores[k] for k in dimensions]
    bounds = (-delivered.scale.width, delivered.scale.width)
    estimate = mean_of_means(own, delivered.sample, name=label, bounds=bounds)
    return _Error(estimate.standard_error, estimate.t_degrees if estimate.varies else None)


def _welch(one: MeanEstimate, other: MeanEstimate) -> _Error:
    """Return √(SE₁² + SE₂²) and its degrees of freedom (Welch 1947, Satterthwaite 1946)."""
    if one.standard_error is None or other.standard_error is None:
        return _Error(None, None)
    if not (one.varies or other.varies):
        return _Error(0.0, None)
    return _Error(error_between(one, other), welch_degrees(one, other))
