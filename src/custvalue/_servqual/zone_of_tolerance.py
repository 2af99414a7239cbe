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
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level, require_choice
from custvalue._inference.ends import t_quantile
from custvalue._inference.interval import Interval
from custvalue._inference.means import MeanEstimate, mean_estimate
from custvalue._inference.shares import Proportion, proportion
from custvalue._respondents.scale import Scale
from custvalue._results.base import Base
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._servqual.scoring import reversed_note
from custvalue._servqual.tolerance_survey import InvertedPolicy
from custvalue._table import Cell, Table
from custvalue._values import Frozen
from custvalue._words import number, percent
from custvalue.errors import DataError

HEADER = (
    "",
    "adequate",
    "desired",
    "perceived",
    "MSA",
    "low",
    "high",
    "MSS",
    "low",
    "high",
    "position",
    "below",
    "inside",
    "above",
    "inverted",
    "n",
)
COLUMNS = (
    "adequate",
    "desired",
    "perceived",
    "adequacy",
    "adequacy_low",
    "adequacy_high",
    "superiority",
    "superiority_low",
    "superiority_high",
    "width",
    "position",
    "position_low",
    "position_high",
    "below",
    "inside",
    "above",
    "inverted",
    "n",
)


class Zone(Frozen):
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

    name: str
    label: str = ""
    chinese: str = ""
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
    def position(self) -> float | None:
        """Where the mean perception lies: 0 at adequate, 1 at desired.

        The ratio of mean MSA to mean width, not the mean of respondents' ratios, which do not
        exist where a zone is a point. None where the mean width is not positive.
        """
        if self.width.value <= 1e-12 * (1 + abs(self.adequacy.value)):
            return None
        return self.adequacy.value / self.width.value

    def position_interval(self, level: float = 0.95) -> Interval | None:
        """Return Fieller's interval of the position.

        Parameters
        ----------
        level : float
            Confidence level, 0.95 for 95 %.

        Returns
        -------
        Interval or None
            Fieller (1954, *Journal of the Royal Statistical Society B* 16(2)), with linearised
            variances and n - 1 degrees of freedom. None where there is no position, where there
            is one respondent, and where the width does not differ from 0 at this level: the
            position may then be anything.

        Raises
        ------
        ParameterError
            If `level` is not between 0 and 1.
        """
        level = checked_level(level)
        if self.position is None:
            return None
        return _fieller(self.adequacy, self.superiority, self.width, level)

    def cells(self, level: float = 0.95) -> tuple[float | None, ...]:
        """Return the numbers of one row of the table.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.
        """
        shares = (self.below, self.inside, self.above, self.inverted)
        return (
            self.adequate.value,
            self.desired.value,
            self.perception.value,
            *self.adequacy.cells(level)[:3],
            *self.superiority.cells(level)[:3],
            self.position,
            *(None if share is None else share.value for share in shares),
            self.adequacy.n,
        )

    def _table(self) -> Table:
        what = " ".join(word for word in (self.label, self.chinese) if word)
        notes = [f"95 % intervals: {self.adequacy.confidence_interval().method}."]
        for share in (self.below, self.inside, self.above):
            if share is not None:
                interval = share.confidence_interval()
                notes.append(
                    f"{share.name}: {percent(share.value)}, {interval.description} "
                    f"{percent(interval.low)} to {percent(interval.high)}, n {share.n:,}."
                )
        title = f"Zone of tolerance, {self.name} {what}".rstrip()
        return Table(title, HEADER, ((self.name, *self.cells()),), tuple(notes))


class DimensionZone(Zone):
    """The zone of tolerance of a dimension: a :class:`Zone` with its items.

    Parameters
    ----------
    items : tuple of str
        Names of its items.
    """

    items: tuple[str, ...]


class ZoneOfTolerance(Pictured, Frozen):
    """Zones of tolerance by item, by dimension and overall, with intervals.

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    scale : Scale
        The scale of the answers.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    inverted : {"raise", "keep", "exclude"}
        The policy for zones whose desired level is below the adequate one.
    reversed_items : tuple of str
        Items worded the other way round, whose answers were turned round on reading.
    items : tuple of Zone
        One for each item.
    dimensions : tuple of DimensionZone
        One for each dimension; scored by each respondent's means over its items.
    overall : Zone
        Scored by each respondent's mean over the dimensions, all alike.
    """

    PICTURE: ClassVar = "tolerance_zones"

    instrument: str
    scale: Scale
    base: Base
    inverted: InvertedPolicy
    reversed_items: tuple[str, ...] = ()
    items: tuple[Zone, ...]
    dimensions: tuple[DimensionZone, ...]
    overall: Zone

    def item(self, name: str) -> Zone:
        """Return the zone of one item.

        Parameters
        ----------
        name : str
            Its column of perceptions.

        Raises
        ------
        ParameterError
            If there is no such item.
        """
        names = [zone.name for zone in self.items]
        require_choice("item", name, names)
        return self.items[names.index(name)]

    def dimension(self, name: str) -> DimensionZone:
        """Return the zone of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such dimension.
        """
        names = [zone.name for zone in self.dimensions]
        require_choice("dimension", name, names)
        return self.dimensions[names.index(name)]

    @property
    def convention(self) -> str:
        """How the measures are defined here."""
        turned = "" if self.scale.sign > 0 else ", differences turned round: lower is better"
        left_out = {
            "raise": "refused when they are read",
            "keep": "in the means, without a class, at each level by its own scores",
            "exclude": "left out of means and classes, at each level by its own scores",
        }[self.inverted]
        return (
            f"MSA = perceived - adequate (adequacy gap), MSS = perceived - desired (superiority "
            f"gap), position = mean MSA / mean width{turned}; inverted zones (desired below "
            f"adequate): {left_out}."
        )

    def columns(self, level: float = 0.95) -> dict[str, npt.NDArray[Any]]:
        """Return one row for each item, each dimension and overall, as a plain dict.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.

        Returns
        -------
        dict of str to ndarray
            level of aggregation, name, label, the three means, adequacy (MSA) and superiority
            (MSS) with intervals, width, position with its interval, the shares of the classes
            and n; NaN where there is none.
        """
        named: list[tuple[str, Zone]] = [
            *(("item", zone) for zone in self.items),
            *(("dimension", zone) for zone in self.dimensions),
            ("overall", self.overall),
        ]
        numbers = np.array([_row(zone, level) for _, zone in named], dtype=np.float64)
        return {
            "level": np.array([kind for kind, _ in named]),
            "name": np.array([zone.name for _, zone in named]),
            "label": np.array([zone.label for _, zone in named]),
            **{name: numbers[:, k] for k, name in enumerate(COLUMNS)},
            "n": numbers[:, -1].astype(np.int64),
        }

    def __repr__(self) -> str:
        place = "none" if self.overall.position is None else number(self.overall.position)
        return (
            f"ZoneOfTolerance({self.instrument!r}, respondents={self.base.n:,}, "
            f"adequacy={number(self.overall.adequacy.value)}, "
            f"superiority={number(self.overall.superiority.value)}, position={place})"
        )

    def _table(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for dimension in self.dimensions:
            rows.append((dimension.name, *dimension.cells()))
            for name in dimension.items:
                zone = self.item(name)
                rows.append((f"· {zone.name} {zone.label}".rstrip(), *zone.cells()))
        rows.append(("overall", *self.overall.cells()))
        return Table(f"{self.instrument}: zone of tolerance", HEADER, tuple(rows), _notes(self))


def _notes(result: ZoneOfTolerance) -> tuple[str, ...]:
    inverted, zero = (
        sum(share.value for share in shares) / len(result.items)
        for shares in (
            [zone.inverted for zone in result.items],
            [zone.zero_width for zone in result.items],
        )
    )
    odd = (
        f"inverted={result.inverted!r}: {percent(inverted, 1)} of the item zones inverted, "
        f"{percent(zero, 1)} of zero width."
    )
    notes = (
        str(result.base),
        f"Scale {result.scale}. {result.convention}",
        odd,
        reversed_note(result.reversed_items),
        "95 % intervals: t on respondents' own differences (paired), beta where all are equal.",
    )
    return tuple(filter(None, notes))


def _row(zone: Zone, level: float) -> tuple[float | None, ...]:
    interval = zone.position_interval(level)
    ends = (None, None) if interval is None else (interval.low, interval.high)
    cells = zone.cells(level)
    return (*cells[:9], zone.width.value, cells[9], *ends, *cells[10:])


def _fieller(
    adequacy: MeanEstimate, superiority: MeanEstimate, width: MeanEstimate, level: float
) -> Interval | None:
    """Solve (a - θ w)² <= t² var(a - θ w) for θ; MSS = a - w gives the covariance."""
    errors = [its.standard_error for its in (adequacy, superiority, width)]
    if None in errors:
        return None
    var_a, var_s, var_w = (error**2 for error in errors if error is not None)
    t = t_quantile(level, width.n - 1)
    a, w, shared = adequacy.value, width.value, (var_a + var_w - var_s) / 2
    leading = w**2 - t**2 * var_w
    if leading <= 0:
        return None
    middle, last = a * w - t**2 * shared, a**2 - t**2 * var_a
    reach = math.sqrt(max(middle**2 - leading * last, 0.0))
    ends = ((middle - reach) / leading, (middle + reach) / leading)
    return Interval(low=ends[0], high=ends[1], level=level, method="Fieller")


class Levels(NamedTuple):
    """Three scores of each respondent, all NaN where one is missing.

    Parameters
    ----------
    perception, adequate, desired : ndarray of shape (respondents,)
        In the units of the scale.
    """

    perception: FloatArray
    adequate: FloatArray
    desired: FloatArray

    @classmethod
    def of(cls, perception: FloatArray, adequate: FloatArray, desired: FloatArray) -> Levels:
        """Blank the three scores of respondents who miss one of them."""
        absent = np.isnan(perception) | np.isnan(adequate) | np.isnan(desired)
        if not absent.any():
            return cls(perception, adequate, desired)
        return cls(*(np.where(absent, np.nan, part) for part in (perception, adequate, desired)))

    def without(self, rows: npt.NDArray[np.bool_]) -> Levels:
        """Return the scores with those of some respondents blanked."""
        return Levels(*(np.where(rows, np.nan, part) for part in self))


def zone_numbers(
    levels: Levels, weights: FloatArray, scale: Scale, *, name: str, inverted: InvertedPolicy
) -> dict[str, Any]:
    """Estimate the numbers of one :class:`Zone`.

    Parameters
    ----------
    levels : Levels
        Scores of the respondents.
    weights : ndarray of shape (respondents,)
        Sampling weights.
    scale : Scale
        Of the scores.
    name : str
        What the zone is of.
    inverted : {"raise", "keep", "exclude"}
        The policy.

    Raises
    ------
    DataError
        If nobody answered, or nobody is left.
    """
    means = _mean_numbers(levels, weights, scale, name)
    slack = 1e-9 * scale.width  # means of the same answers may differ in their last digit
    width = scale.sign * (levels.desired - levels.adequate)
    shares = {
        "inverted": _share(width < -slack, width, weights, f"{name}, inverted"),
        "zero_width": _share(np.abs(width) <= slack, width, weights, f"{name}, zero width"),
    }
    valid = levels.without(width < -slack)
    classes = _classes(valid, weights, scale, name, slack)
    if inverted == "exclude":
        if classes["inside"] is None:
            raise DataError(
                f"{name}: every respondent wishes for less than would be accepted, so "
                f"inverted='exclude' leaves nobody. Check which columns are adequate and which "
                f"are desired."
            )
        means = _mean_numbers(valid, weights, scale, name)
    return {"name": name, **means, **classes, **shares}


def _share(
    hits: npt.NDArray[np.bool_], answered: FloatArray, weights: FloatArray, name: str
) -> Proportion:
    return proportion(np.where(np.isnan(answered), np.nan, hits), weights, name=name)


def _classes(
    levels: Levels, weights: FloatArray, scale: Scale, name: str, slack: float
) -> dict[str, Proportion | None]:
    """Share out the respondents with a zone among its three classes."""
    adequacy = scale.sign * (levels.perception - levels.adequate)
    superiority = scale.sign * (levels.perception - levels.desired)
    if not (~np.isnan(adequacy) & (weights > 0)).any():
        return dict.fromkeys(("below", "inside", "above"))
    below, above = adequacy < -slack, superiority > slack
    return {
        kind: _share(hits, adequacy, weights, f"{name}, {kind} the zone")
        for kind, hits in (("below", below), ("inside", ~below & ~above), ("above", above))
    }


def _mean_numbers(
    levels: Levels, weights: FloatArray, scale: Scale, name: str
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
            values, weights, name=name, bounds=bounds, method="beta" if bounds is ends else "t"
        )
        for key, (values, bounds) in parts.items()
    }
