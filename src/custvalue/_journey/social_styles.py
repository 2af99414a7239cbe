"""Social styles from assertiveness and responsiveness, and who could be of another one.

High in both is expressive, assertive alone driver, responsive alone amiable, low in both analytical
(Merrill & Reid 1981). Both are scores with an error of measurement: of a score with reliability α
it is s √(1 - α). A customer whose score is within the margin of a cut (a half-width of the interval
of the score, or a margin that was given) is a borderline case, of whom the style is not sure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_level, finite
from custvalue._inference.ends import normal_quantile
from custvalue._inference.shares import Proportion, proportion
from custvalue._journey.instruments import SOCIAL_STYLE, items_of
from custvalue._respondents.instrument import Instrument
from custvalue._respondents.responses import Responses
from custvalue._results.by_level import named
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray
from custvalue._survey.coefficient import estimated_alpha
from custvalue._table import Table
from custvalue._values import Count, Level, NonNegative, Record
from custvalue._words import count, number, percent
from custvalue.errors import DataError, ParameterError

# low and high assertiveness, by low and high responsiveness
STYLES = ("analytical", "amiable", "driver", "expressive")
STYLES_IN_CHINESE = MappingProxyType(
    {"analytical": "分析型", "amiable": "和蔼型", "driver": "支配型", "expressive": "表达型"}
)
DIMENSIONS = ("assertiveness", "responsiveness")


@dataclass(frozen=True, slots=True)
class SocialStyle(Record):
    """The customers of one style.

    Parameters
    ----------
    name, chinese : str
        The style.
    count : int
        Customers of it.
    borderline : int
        Those of them who could be of another one.
    share : Proportion
        Share of the customers with both scores.
    """

    name: str
    chinese: str
    count: Count
    borderline: Count
    share: Proportion


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SocialStyles(Pictured, Columns):
    """The social style of every customer.

    Parameters
    ----------
    customer : ndarray of shape (n,), or None
        Identifiers; None where the answers have none.
    assertiveness, responsiveness : ndarray of float64, shape (n,)
        Mean answers; NaN where one is missing.
    style : ndarray of str, shape (n,)
        The style; empty where a score is missing.
    borderline : ndarray of int64, shape (n,)
        1 where a score is within the margin of its cut.
    could_be : ndarray of str, shape (n,)
        All styles within the margins, with semicolons between, the own one first.
    styles : tuple of SocialStyle
        How many there are of each.
    cuts, margins : tuple of float
        Of assertiveness and of responsiveness. Who reaches a cut is high.
    level : float or None
        Of the intervals whose half-widths the margins are; None where they were given.
    """

    PICTURE: ClassVar[str] = "social_style_points"
    REPR: ClassVar[tuple[str, ...]] = ("customers", "borderline=borderline_customers")

    customer: LabelArray | None
    assertiveness: FloatArray
    responsiveness: FloatArray
    style: LabelArray
    borderline: IntArray
    could_be: LabelArray
    styles: tuple[SocialStyle, ...]
    cuts: tuple[float, float]
    margins: tuple[NonNegative, NonNegative]
    level: Level | None = None

    def __len__(self) -> int:
        return len(self.style)

    @property
    def customers(self) -> int:
        """Customers with both scores."""
        return int((self.style != "").sum())

    @property
    def borderline_customers(self) -> int:
        """Customers who could be of another style."""
        return int(self.borderline.sum())

    def of(self, name: str) -> SocialStyle:
        """Return the customers of one style.

        Parameters
        ----------
        name : str
            The style.

        Raises
        ------
        ParameterError
            If there is no such style.
        """
        return named("style", name, self.styles)

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return customer, scores, style and what else it could be, a row each."""
        names = (*DIMENSIONS, "style", "borderline", "could_be")
        known = {} if self.customer is None else {"customer": self.customer}
        return {**known, **{name: getattr(self, name) for name in names}}

    def _table(self) -> Table:
        rows = tuple(
            (its.name, its.chinese, its.count, its.borderline, its.share.value, *_ends(its.share))
            for its in self.styles
        )
        header = ("style", "", "customers", "borderline", "share", "low", "high")
        how = (
            "as given"
            if self.level is None
            else f"half-widths of {percent(self.level)} intervals of the scores, s √(1 - α)"
        )
        cuts = [
            f"{name} {number(cut)} (margin {number(margin)})"
            for name, cut, margin in zip(DIMENSIONS, self.cuts, self.margins, strict=True)
        ]
        left = len(self) - self.customers
        near = f"{self.borderline_customers:,} of {count(self.customers, 'customer')}"
        notes = (
            f"High from the cut on: {', '.join(cuts)}. Margins: {how}.",
            f"Borderline: {near}, whose style is not sure.",
            f"{count(left, 'customer')} without a score left out." if left else "",
        )
        return Table("Social styles", header, rows, tuple(note for note in notes if note))


def _ends(share: Proportion) -> tuple[float, float]:
    interval = share.confidence_interval()
    return interval.low, interval.high


def social_styles(
    answers: Responses,
    *,
    instrument: Instrument = SOCIAL_STYLE,
    assertiveness_cut: float | None = None,
    responsiveness_cut: float | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> SocialStyles:
    """Sort customers into four social styles, and say of whom the style is not sure.

    Parameters
    ----------
    answers : Responses
        Answers about each customer: what an advisor observed, or what customers say of
        themselves. Read them with ``customer=`` to find the customers again.
    instrument : Instrument
        Which items are of ``"assertiveness"``, and which of ``"responsiveness"``:
        :data:`SOCIAL_STYLE` by default.
    assertiveness_cut, responsiveness_cut : float, optional
        From these on a customer is high; the middle of the scale by default. Norms of a published
        questionnaire hold for that questionnaire only.
    margin : float, optional
        How near a cut a score is a borderline case, in scale points; by default from the
        reliability of the scores, at `level`. A single item needs it.
    level : float
        Confidence level of the intervals of the scores, 0.95 for 95 %.

    Returns
    -------
    SocialStyles

    Raises
    ------
    DataError
        If the instrument has no item of one of both dimensions among the answers, nobody has both
        scores, or reliability cannot be estimated and no margin is given.
    ParameterError
        If a cut is not on the scale, `margin` is no number >= 0, or an argument is no such thing.

    Examples
    --------
    >>> from custvalue import journey
    >>> from custvalue.survey import Responses, Scale
    >>> names = journey.SOCIAL_STYLE.item_names
    >>> rows = [[5, 5, 4, 5, 1, 2, 1, 2], [1, 2, 1, 1, 5, 4, 5, 5], [3, 4, 3, 3, 4, 5, 4, 4]]
    >>> answers = Responses.from_arrays(rows, items=names, scale=Scale(1, 5))
    >>> found = journey.social_styles(answers, margin=0.5)
    >>> found.style.tolist(), found.could_be.tolist()[2]
    (['driver', 'amiable', 'expressive'], 'expressive; amiable')
    """
    level = checked_level(level)
    keyed, own = items_of(answers, instrument)
    given = _checked_margin(margin)
    axes = [
        _axis(keyed, own, name, cut=cut, margin=given, level=level)
        for name, cut in zip(DIMENSIONS, (assertiveness_cut, responsiveness_cut), strict=True)
    ]
    known = ~(np.isnan(axes[0].scores) | np.isnan(axes[1].scores))
    if not known.any():
        raise DataError("nobody has both scores. Read the answers with missing='prorate'.")
    place = 2 * axes[0].high.astype(np.int64) + axes[1].high
    near = (axes[0].near | axes[1].near) & known
    return SocialStyles(
        customer=keyed.labels.get("customer"),
        assertiveness=axes[0].scores,
        responsiveness=axes[1].scores,
        style=np.where(known, np.array(STYLES)[place], ""),
        borderline=near.astype(np.int64),
        could_be=np.where(known, _could_be(place, axes), ""),
        styles=tuple(_style(keyed, at, place, known, near) for at in range(len(STYLES))),
        cuts=(axes[0].cut, axes[1].cut),
        margins=(axes[0].margin, axes[1].margin),
        level=level if given is None else None,
    )


class Axis(NamedTuple):
    """The scores of one dimension, its cut, and how near is near."""

    scores: FloatArray
    cut: float
    margin: float

    @property
    def high(self) -> npt.NDArray[np.bool_]:
        """Who reaches the cut; a mean of answers that is on it, but for rounding, reaches it."""
        return self.scores >= self.cut - ROUNDING

    @property
    def near(self) -> npt.NDArray[np.bool_]:
        """Who is within the margin."""
        return np.abs(self.scores - self.cut) <= self.margin + ROUNDING


ROUNDING = 1e-9  # of a scale point


def _checked_margin(margin: object) -> float | None:
    if margin is None:
        return None
    value = finite(margin)
    if not value >= 0:
        raise ParameterError(
            f"margin must be a number >= 0 in scale points, as in 0.5, but it is {margin!r}."
        )
    return value


def _axis(
    answers: Responses,
    instrument: Instrument,
    name: str,
    *,
    cut: float | None,
    margin: float | None,
    level: float,
) -> Axis:
    """Score one dimension."""
    items = [item.name for its in instrument.dimensions if its.name == name for item in its.items]
    if not items:
        raise DataError(
            f"the answers have no item of {name}, which {instrument.name!r} must have among its "
            f"dimensions. Ask for both, assertiveness and responsiveness."
        )
    scale = answers.scale
    at = (scale.low + scale.high) / 2 if cut is None else finite(cut)
    if not scale.low <= at <= scale.high:
        raise ParameterError(f"{name}_cut must be on the scale {scale}, but it is {cut!r}.")
    part = answers.only(items)
    scores = _of_all(answers, part)
    return Axis(scores, at, _margin(part, name, level) if margin is None else margin)


def _of_all(answers: Responses, part: Responses) -> FloatArray:
    """Return the scores of some items for all respondents, NaN where too few were answered."""
    if part.respondents == answers.respondents:
        return part.scores()
    columns = [answers.items.index(name) for name in part.items]
    given = answers.answers[:, columns]
    seen = ~np.isnan(given)
    enough = seen.mean(axis=1) >= answers.min_answered
    sums = np.where(seen, given, 0.0).sum(axis=1)
    return np.where(enough, sums / np.maximum(seen.sum(axis=1), 1), np.nan)


def _margin(part: Responses, name: str, level: float) -> float:
    """Return the half-width of the interval of a score, z s √(1 - α)."""
    try:
        alpha, covariance = estimated_alpha(part, part.items)
    except DataError as error:
        raise DataError(
            f"{name}: how sure a score is cannot be told from these answers ({error}) Give a "
            f"margin in scale points, as in margin=0.5."
        ) from None
    spread = math.sqrt(float(covariance.sum())) / len(part.items)
    return normal_quantile(level) * spread * math.sqrt(1 - min(max(alpha.value, 0.0), 1.0))


def _could_be(place: IntArray, axes: list[Axis]) -> npt.NDArray[np.str_]:
    """Name all styles within the margins, the own one first."""
    near = [its.near for its in axes]
    words = np.array(STYLES, dtype=object)
    found = words[place]
    for flip, where in ((2, near[0]), (1, near[1]), (3, near[0] & near[1])):
        found = np.where(where, found + "; " + words[place ^ flip], found)
    return found.astype(np.str_)


def _style(
    answers: Responses,
    at: int,
    place: IntArray,
    known: npt.NDArray[np.bool_],
    near: npt.NDArray[np.bool_],
) -> SocialStyle:
    """Count the customers of one style."""
    own = (place == at) & known
    hits = np.where(known, own, np.nan)
    share = proportion(hits, answers.sample, name=STYLES[at])
    name = STYLES[at]
    return SocialStyle(
        name, STYLES_IN_CHINESE[name], int(own.sum()), int((own & near).sum()), share
    )
