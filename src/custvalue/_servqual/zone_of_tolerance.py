"""The zone of tolerance: perceptions between what customers would accept and what they wish.

Zeithaml, Berry & Parasuraman (1993, *Journal of the Academy of Marketing Science* 21(1)) tell two
levels of expectation apart: *adequate*, the least that a customer accepts, and *desired*. Between
them lies the zone of tolerance. Parasuraman, Zeithaml & Berry (1994, *Journal of Retailing* 70(3))
measure against both: MSA = perceived - adequate (measure of service adequacy) and MSS = perceived
- desired (measure of service superiority). LibQUAL+ calls the three answers minimum, desired and
perceived, MSA the adequacy gap and MSS the superiority gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import require_read
from custvalue._inference.ends import t_quantile
from custvalue._inference.estimate import ROUNDING, ComparisonMethod, Estimate, IntervalMethod
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.sample import Sample
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.scale import Scale
from custvalue._results.by_level import ByLevel, DimensionEntry, Entry
from custvalue._results.layout import shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._servqual.scoring import of_dimension, reverse_scored_note, row_means, scores_of
from custvalue._servqual.tolerance_survey import InvertedPolicy, ToleranceSurvey
from custvalue._words import number, percent
from custvalue.errors import DataError

SHOWN = shown(
    "adequate, desired, perceived, adequacy: MSA, adequacy_low, adequacy_high, superiority: MSS, "
    "superiority_low, superiority_high, position, below, inside, above, inverted, n"
)


NO_POSITION: Mapping[str, float | None] = dict.fromkeys(
    ("position", "position_low", "position_high")
)


def _fieller(position: Position, level: float) -> Interval:
    """Solve (a - θ w)² <= t² var(a - θ w) for θ; var(a - w) = var(MSS) gives the covariance."""
    its = position.variances
    t = t_quantile(level, position.width.t_degrees)
    a, w = position.adequacy.value, position.width.value
    leading = w**2 - t**2 * its.width
    if leading <= ROUNDING * w**2:
        raise DataError(
            f"{position.name}: the width of the zone does not differ from 0 at this level, so the "
            f"position may be anything. Report the position without an interval, or use a lower "
            f"level."
        )
    middle, last = a * w - t**2 * its.shared, a**2 - t**2 * its.adequacy
    reach = math.sqrt(max(middle**2 - leading * last, 0.0))
    low, high = (middle - reach) / leading, (middle + reach) / leading
    return Interval(low=low, high=high, level=level, method="Fieller")


class _Variances(NamedTuple):
    adequacy: float
    width: float
    shared: float


@dataclass(frozen=True, kw_only=True, repr=False)
class Position(Estimate):
    """Where the mean perception lies in the mean zone: 0 at adequate, 1 at desired.

    The ratio of mean MSA to mean width, not the mean of respondents' ratios, which do not exist
    where a zone is a point.

    Parameters
    ----------
    name, value, n, effective_n
        As in :class:`~custvalue.comparing.Estimate`.
    standard_error : float or None
        Linearised; None for one respondent.
    bounds
        None.
    degrees_of_freedom, design_effect
        Those of the width, where respondents come in clusters; else None.
    adequacy, superiority, width : MeanEstimate
        Of the same respondents.

    Notes
    -----
    The interval is Fieller's (1954, *Journal of the Royal Statistical Society B* 16(2)), with
    linearised variances and n - 1 degrees of freedom. There is none where the width does not
    differ from 0 at the level: the position may then be anything.
    """

    METHODS: ClassVar[Mapping[str, IntervalMethod]] = MappingProxyType({"fieller": _fieller})
    USUAL: ClassVar[str] = "fieller"
    COMPARED_BY: ClassVar[ComparisonMethod | None] = "mover"

    adequacy: MeanEstimate
    superiority: MeanEstimate
    width: MeanEstimate

    @classmethod
    def of(cls, adequacy: MeanEstimate, superiority: MeanEstimate, width: MeanEstimate) -> Position:
        """Return the position of a zone with a positive width."""
        estimate = cls(
            name=f"position of {width.name}",
            value=adequacy.value / width.value,
            standard_error=None,
            n=width.n,
            effective_n=width.effective_n,
            adequacy=adequacy,
            superiority=superiority,
            width=width,
            **width.of_design,
        )
        if width.standard_error is None:
            return estimate
        its, ratio = estimate.variances, estimate.value
        variance = max(its.adequacy - 2 * ratio * its.shared + ratio**2 * its.width, 0.0)
        return replace(estimate, standard_error=math.sqrt(variance) / width.value)

    @property
    def variances(self) -> _Variances:
        """Variances of mean MSA and mean width, and their covariance."""
        a, s, w = (
            (its.standard_error or 0.0) ** 2
            for its in (self.adequacy, self.superiority, self.width)
        )
        return _Variances(a, w, (a + w - s) / 2)

    def row(self, level: float = 0.95, *, value: str = "value") -> dict[str, float | None]:
        """Return value, low, high, standard error and n; no ends where there is no interval.

        Parameters
        ----------
        level : float
            Confidence level of the interval.
        value : str
            What the column of the value is called.
        """
        try:
            return super().row(level, value=value)
        except DataError:
            return {**replace(self, standard_error=None).row(value=value)}


class Zone(Entry):
    """The zone of tolerance of one item, one dimension or overall.

    Parameters
    ----------
    name : str
        The item, the dimension, or ``overall``.
    label, chinese : str
        A few words for it; empty where there are none.
    perception, adequate, desired : MeanEstimate
        Means of the three answers.
    adequacy : MeanEstimate
        MSA, perceived - adequate: below 0 the service is not even accepted.
    superiority : MeanEstimate
        MSS, perceived - desired: above 0 it is better than wished for.
    width : MeanEstimate
        Desired - adequate.
    below, inside, above : Proportion or None
        Shares of the respondents whose perception lies below, inside (ends among it) or above
        their own zone; respondents with an inverted zone have no class and are not counted. None
        where every zone is inverted.
    inverted : Proportion
        Share of respondents who wish for less than they would accept, of all who answered.
    zero_width : Proportion
        Share of respondents whose zone is a point, of all who answered: they are inside only if
        their perception is that point.
    """

    SHOWN: ClassVar = SHOWN

    perception: MeanEstimate
    adequate: MeanEstimate
    desired: MeanEstimate
    adequacy: MeanEstimate
    superiority: MeanEstimate
    width: MeanEstimate
    below: Proportion | None
    inside: Proportion | None
    above: Proportion | None
    inverted: Proportion
    zero_width: Proportion

    @property
    def position(self) -> Position | None:
        """Where the mean perception lies in the zone; None where the mean width is not positive."""
        if self.width.value <= ROUNDING * self.width.size:
            return None
        return Position.of(self.adequacy, self.superiority, self.width)

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return means, MSA and MSS with their intervals, position, shares and n."""
        shares = {name: getattr(self, name) for name in ("below", "inside", "above", "inverted")}
        return {
            "adequate": self.adequate.value,
            "desired": self.desired.value,
            "perceived": self.perception.value,
            **self.adequacy.ends(level, "adequacy"),
            **self.superiority.ends(level, "superiority"),
            "width": self.width.value,
            **(NO_POSITION if self.position is None else self.position.ends(level, "position")),
            **{name: None if its is None else its.value for name, its in shares.items()},
            "n": self.adequacy.n,
        }

    def _title(self) -> str:
        return f"Zone of tolerance, {self._described}"

    def _notes(self) -> Iterable[str]:
        notes = [f"95 % intervals: {self.adequacy.confidence_interval().method}."]
        for share in (self.below, self.inside, self.above):
            if share is not None:
                interval = share.confidence_interval()
                notes.append(
                    f"{share.name}: {percent(share.value)}, {interval.description} "
                    f"{percent(interval.low)} to {percent(interval.high)}, n {share.n:,}."
                )
        return notes


class DimensionZone(DimensionEntry, Zone):
    """The zone of tolerance of a dimension: a :class:`Zone` with its items.

    Parameters
    ----------
    items : tuple of str
        Names of its items.
    """


class ZoneOfTolerance(Pictured, ByLevel[Zone, DimensionZone]):
    """Zones of tolerance by item, by dimension and overall, with intervals.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    reverse_scored_items : tuple of str
        Reverse-scored items, whose answers were recoded on reading.
    inverted : {"raise", "keep", "exclude"}
        The policy for zones whose desired level is below the adequate one.
    items : tuple of Zone
        One for each item.
    dimensions : tuple of DimensionZone
        One for each dimension; scored by each respondent's means over its items.
    overall : Zone
        Scored by each respondent's mean over the dimensions, all alike.
    """

    PICTURE: ClassVar[str] = "tolerance_zones"
    SHOWN: ClassVar = SHOWN

    scale: Scale
    inverted: InvertedPolicy
    overall: Zone

    @property
    def convention(self) -> str:
        """How the measures are defined here."""
        turned = (
            "" if self.scale.sign > 0 else ", differences with the sign changed: lower is better"
        )
        left_out = {
            "raise": "refused when they are read",
            "keep": "in the means, without a class, at each level by its own scores",
            "exclude": "excluded from means and classes, at each level by its own scores",
        }[self.inverted]
        return (
            f"MSA = perceived - adequate (adequacy gap), MSS = perceived - desired (superiority "
            f"gap), position = mean MSA / mean width{turned}; inverted zones (desired below "
            f"adequate): {left_out}."
        )

    def _overall(self, level: float) -> Mapping[str, Mapping[str, Any]]:
        return {"overall": self.overall.numbers(level)}

    def _brief(self) -> Mapping[str, str]:
        its = self.overall
        place = "none" if its.position is None else number(its.position.value)
        means = {"adequacy": its.adequacy.value, "superiority": its.superiority.value}
        return {**{name: number(mean) for name, mean in means.items()}, "position": place}

    def _title(self) -> str:
        return f"{self.instrument}: zone of tolerance"

    def _notes(self) -> Iterable[str]:
        inverted, zero = (
            sum(getattr(zone, share).value for zone in self.items) / len(self.items)
            for share in ("inverted", "zero_width")
        )
        zones = f"{percent(inverted, 1)} of the item zones inverted"
        return (
            str(self.base),
            f"Scale {self.scale}. {self.convention}",
            f"inverted={self.inverted!r}: {zones}, {percent(zero, 1)} of zero width.",
            reverse_scored_note(self.reverse_scored_items),
            "95 % intervals: t on respondents' own differences (paired), beta where all are equal.",
        )


def zone_of_tolerance(survey: ToleranceSurvey) -> ZoneOfTolerance:
    """Estimate the zones of tolerance, and where perceptions lie in them.

    Parameters
    ----------
    survey : ToleranceSurvey
        What respondents received, accept and wish for.

    Returns
    -------
    ZoneOfTolerance
        By item, by dimension and overall: adequacy (MSA), superiority (MSS), width and
        position, shares below, inside and above, each with interval and n.

    Raises
    ------
    DataError
        If an item has no answers, or excluding inverted zones leaves no respondents.

    Examples
    --------
    >>> from custvalue import servqual
    >>> from custvalue.survey import Scale
    >>> survey = servqual.ToleranceSurvey.from_arrays(
    ...     [[6, 5], [5, 7], [4, 6]],
    ...     adequate=[[4, 5], [5, 5], [5, 4]],
    ...     desired=[[7, 7], [6, 6], [6, 7]],
    ...     scale=Scale(1, 7),
    ...     dimensions={"staff": 2},
    ... )
    >>> staff = servqual.zone_of_tolerance(survey).dimension("staff")
    >>> print(
    ...     f"{staff.adequacy.value:.3f} {staff.superiority.value:.3f} {staff.position.value:.3f}"
    ... )
    0.833 -1.000 0.455
    >>> print(f"{staff.inside.value:.3f} of {staff.inside.n}")
    1.000 of 3
    """
    require_read("survey", survey, ToleranceSurvey, "servqual")
    instrument = survey.instrument
    halves = (survey.perceptions, survey.adequate, survey.desired)
    scores = [[scores_of(half, place) for half in halves] for place in instrument.slices()]
    overall = [row_means(np.column_stack(parts)) for parts in zip(*scores, strict=True)]
    return ZoneOfTolerance(
        instrument=instrument.name,
        scale=survey.scale,
        base=survey.base,
        inverted=survey.inverted,
        reverse_scored_items=instrument.reverse_scored_items,
        items=tuple(
            Zone(
                label=item.label,
                chinese=item.chinese,
                **_zone_numbers(survey, [its.answers[:, place] for its in halves], item.name),
            )
            for place, item in enumerate(instrument.items)
        ),
        dimensions=tuple(
            DimensionZone(**{**of_dimension(its), **_zone_numbers(survey, score, its.name)})
            for its, score in zip(instrument.dimensions, scores, strict=True)
        ),
        overall=Zone(**_zone_numbers(survey, overall, "overall")),
    )


class Levels(NamedTuple):
    """Three scores of each respondent in units of the scale, all NaN where one is missing."""

    perception: FloatArray
    adequate: FloatArray
    desired: FloatArray

    @classmethod
    def of(cls, perception: FloatArray, adequate: FloatArray, desired: FloatArray) -> Levels:
        """Blank the three scores of respondents with one of them missing."""
        absent = np.isnan(perception) | np.isnan(adequate) | np.isnan(desired)
        if not absent.any():
            return cls(perception, adequate, desired)
        return cls(*(np.where(absent, np.nan, part) for part in (perception, adequate, desired)))

    def without(self, rows: npt.NDArray[np.bool_]) -> Levels:
        """Return the scores with those of some respondents blanked."""
        return Levels(*(np.where(rows, np.nan, part) for part in self))


def _zone_numbers(survey: ToleranceSurvey, scores: list[FloatArray], name: str) -> dict[str, Any]:
    """Estimate the numbers of one :class:`Zone`."""
    levels, sample, scale = Levels.of(*scores), survey.sample, survey.scale
    means = _mean_numbers(levels, sample, scale, name)
    slack = 1e-9 * scale.width  # means of the same answers may differ in their last digit
    width = scale.sign * (levels.desired - levels.adequate)
    shares = {
        "inverted": _share(width < -slack, width, sample, f"{name}, inverted"),
        "zero_width": _share(np.abs(width) <= slack, width, sample, f"{name}, zero width"),
    }
    valid = levels.without(width < -slack)
    classes = _classes(valid, sample, scale, name, slack)
    if survey.inverted == "exclude":
        if classes["inside"] is None:
            raise DataError(
                f"{name}: every respondent wishes for less than would be accepted, so "
                f"inverted='exclude' leaves no respondents. Check which columns are adequate and "
                f"which are desired."
            )
        means = _mean_numbers(valid, sample, scale, name)
    return {"name": name, **means, **classes, **shares}


def _share(
    hits: npt.NDArray[np.bool_], answered: FloatArray, sample: Sample, name: str
) -> Proportion:
    return proportion(np.where(np.isnan(answered), np.nan, hits), sample, name=name)


def _classes(
    levels: Levels, sample: Sample, scale: Scale, name: str, slack: float
) -> dict[str, Proportion | None]:
    """Share out the respondents with a zone among its three classes."""
    adequacy = scale.sign * (levels.perception - levels.adequate)
    superiority = scale.sign * (levels.perception - levels.desired)
    if not (~np.isnan(adequacy) & (sample.weights > 0)).any():
        return dict.fromkeys(("below", "inside", "above"))
    below, above = adequacy < -slack, superiority > slack
    return {
        kind: _share(hits, adequacy, sample, f"{name}, {kind} the zone")
        for kind, hits in (("below", below), ("inside", ~below & ~above), ("above", above))
    }


def _mean_numbers(
    levels: Levels, sample: Sample, scale: Scale, name: str
) -> dict[str, MeanEstimate]:
    sign, ends, reach = scale.sign, (scale.low, scale.high), (-scale.width, scale.width)
    perception, adequate, desired = levels
    parts = {
        "perception": (perception, ends),
        "adequate": (adequate, ends),
        "desired": (desired, ends),
        "adequacy": (sign * (perception - adequate), reach),
        "superiority": (sign * (perception - desired), reach),
        "width": (sign * (desired - adequate), reach),
    }
    return {
        key: mean_estimate(
            values, sample, name=name, bounds=bounds, method="beta" if bounds is ends else "t"
        )
        for key, (values, bounds) in parts.items()
    }
