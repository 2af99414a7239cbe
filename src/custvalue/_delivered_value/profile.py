"""Quality and price profiles: own ratings over those of others, weighted by importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from custvalue._checks import finite, in_order
from custvalue._respondents.importance import given_importance
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._values import Frozen, Positive, Probability
from custvalue._words import number, plain
from custvalue.errors import DataError, ParameterError


class ProfileRow(NamedTuple):
    """One attribute: its weight, which is a share of one, own rating, that of others, the ratio."""

    name: str
    weight: Probability
    own: Positive
    others: Positive

    @property
    def ratio(self) -> float:
        """Own rating over that of others."""
        return self.own / self.others


class Profile(WithoutIntervals, Frozen):
    """Ratios of one supplier to others, attribute by attribute, and their weighted sum.

    Parameters
    ----------
    of : {"quality", "price"}
        What was rated.
    attributes : tuple
        Attribute, weight, own and others' rating of each.
    satisfaction : bool
        Whether high ratings of a price are good, so that the relative price is the inverse.
    """

    SHOWN: ClassVar = shown("weight, own, others, ratio, part: weight x ratio")
    REPR: ClassVar[tuple[str, ...]] = ("of", "attributes", "value")

    of: Literal["quality", "price"]
    attributes: tuple[ProfileRow, ...]
    satisfaction: bool = False

    @property
    def weighted_ratio(self) -> float:
        """100 Σ weight x own / others."""
        return 100 * sum(its.weight * its.ratio for its in self.attributes)

    @property
    def value(self) -> float:
        """Market-perceived quality, or relative price; 100 is like the others."""
        return 1e4 / self.weighted_ratio if self.satisfaction else self.weighted_ratio

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        its = self.attributes
        return {
            "attribute": np.array([each.name for each in its]),
            "weight": np.array([each.weight for each in its]),
            "own": np.array([each.own for each in its]),
            "others": np.array([each.others for each in its]),
            "ratio": np.array([each.ratio for each in its]),
            "part": np.array([100 * each.weight * each.ratio for each in its]),
        }

    def _title(self) -> str:
        return "Quality profile" if self.of == "quality" else "Price profile"

    def _notes(self) -> Sequence[str]:
        if self.of == "quality":
            return [f"Market-perceived quality {number(self.value)}; 100 is like the others."]
        inverse = f", the inverse of {number(self.weighted_ratio)}" if self.satisfaction else ""
        return [f"Relative price {number(self.value)}{inverse}; 100 is like the others."]


def quality_profile(
    own: Mapping[str, float], others: Mapping[str, float], importance: Mapping[str, float]
) -> Profile:
    """Compute market-perceived quality from mean ratings (Gale 1994).

    Parameters
    ----------
    own, others : mapping of str to float
        Mean rating of each attribute, of one supplier and of its competitors, all > 0.
    importance : mapping of str to float
        How much each attribute matters; it need not add up to 100.

    Returns
    -------
    Profile
        ``value`` is 100 Σ w own / others, with weights that add up to 1.

    Raises
    ------
    DataError
        If attributes differ, or a rating or weight is no such number.
    ParameterError
        If an argument is no mapping.

    Examples
    --------
    >>> profile = quality_profile(
    ...     {"safe": 9, "fast": 6}, {"safe": 6, "fast": 5}, importance={"safe": 75, "fast": 25}
    ... )
    >>> profile.value
    142.5
    """
    return Profile(of="quality", attributes=_rows(own, others, importance))


def price_profile(
    own: Mapping[str, float],
    others: Mapping[str, float],
    importance: Mapping[str, float],
    *,
    satisfaction: bool = True,
) -> Profile:
    """Compute the relative price from ratings of its elements, or from amounts.

    Parameters
    ----------
    own, others : mapping of str to float
        Mean rating, or amount, of each element: price, resale value, rate of interest; all > 0.
    importance : mapping of str to float
        How much each element matters; it need not add up to 100.
    satisfaction : bool
        Whether high numbers are good: ratings of satisfaction with the element. Then the relative
        price is the inverse of the weighted ratio, which is not rounded before.

    Returns
    -------
    Profile
        ``value`` is the relative price.

    Raises
    ------
    DataError
        If elements differ, or a rating or weight is no such number.
    ParameterError
        If an argument is no mapping.

    Examples
    --------
    >>> profile = price_profile(
    ...     {"purchase": 9, "trade-in": 6, "resale": 9, "finance": 7},
    ...     {"purchase": 7, "trade-in": 6, "resale": 8, "finance": 7},
    ...     importance={"purchase": 60, "trade-in": 20, "resale": 10, "finance": 10},
    ... )
    >>> round(profile.weighted_ratio, 3), round(profile.value, 3)
    (118.393, 84.465)
    """
    attributes = _rows(own, others, importance)
    return Profile(of="price", attributes=attributes, satisfaction=satisfaction)


def _rows(
    own: Mapping[str, float], others: Mapping[str, float], importance: Mapping[str, float]
) -> tuple[ProfileRow, ...]:
    given = {"own": own, "others": others, "importance": importance}
    for argument, its in given.items():
        if not isinstance(its, Mapping) or not its:
            raise ParameterError(
                f"{argument} must be a mapping of attribute to number, but it is {plain(its)!r}."
            )
    names = tuple(own)
    beside = _ratings("others", others, names)
    weights = given_importance(importance, names, None)
    shares = (weights / weights.sum()).tolist()
    rows = zip(names, shares, _ratings("own", own, names), beside, strict=True)
    return tuple(ProfileRow(*row) for row in rows)


def _ratings(argument: str, given: Mapping[str, float], names: tuple[str, ...]) -> list[float]:
    found = in_order(
        given,
        names,
        unknown=f"{argument} names {{name}}, which own does not.{{near}} The attributes are "
        "{names}.",
        absent=f"{argument} has no {{absent}}. Rate both on the same attributes.",
    )
    for name, value in zip(names, found, strict=True):
        if not finite(value) > 0:
            raise DataError(
                f"{argument} of {name!r} must be a finite number > 0, but it is {plain(value)!r}."
            )
    return [float(value) for value in found]
