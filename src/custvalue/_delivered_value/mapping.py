"""The verbs that put suppliers on a map: Gale's value map, and the value-equivalence line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import numpy as np

from custvalue._checks import finite, require_choice
from custvalue._delivered_value.fair_value import (
    Line,
    Plan,
    diagonal,
    equivalence,
    mapped,
    regression,
    weight_based,
)
from custvalue._delivered_value.measured import totals
from custvalue._delivered_value.rated import Rated
from custvalue._delivered_value.ratios import Against, Ratios, checked_shares
from custvalue._delivered_value.sides import Sides
from custvalue._delivered_value.survey import OfferSurvey
from custvalue._delivered_value.value_map import LineName, ValueMap
from custvalue._inference.bootstrap import Bootstrap, require_bootstrap
from custvalue._words import listed, number, percent, plain
from custvalue.errors import DataError, ParameterError, UnitError

LEAST_FOR_REGRESSION = 3  # suppliers: through two every line passes


def value_map(
    offers: OfferSurvey,
    *,
    price_weight: float | None = None,
    against: Against = "rivals",
    shares: Mapping[str, float] | None = None,
    method: Bootstrap | None = None,
) -> ValueMap:
    """Map suppliers by market-perceived quality and relative price (Gale 1994).

    Parameters
    ----------
    offers : OfferSurvey
        Ratings of suppliers. Where all parts of value have a scale, quality is compared by ratings,
        else by its sum in money; the cost is a sum of money, a burden on a scale, or satisfaction
        with the price on a scale whose high answers are good.
    price_weight : float, optional
        How much the price matters beside quality, as a share of one. By default the share that
        ``importance`` gives the parts of cost, where it names them; without either there is no
        weight-based line.
    against : {"rivals", "market"}
        Whether a supplier is compared with the mean of the others, or of all.
    shares : mapping of str to float, optional
        Market share of each supplier in these means; all alike by default.
    method : Bootstrap, optional
        How many resamples of the ratings say how probable an advantage is; ``Bootstrap(2000)`` by
        default.

    Returns
    -------
    ValueMap
        Places with intervals, up to three lines of fair value by name, and on which side of each
        line every supplier lies, with the probability.

    Raises
    ------
    DataError
        If there are fewer than two suppliers, a supplier has one rating, or a mean of the others
        is 0.
    ParameterError
        If an argument is none of the allowed values.

    Notes
    -----
    Quality is 100 Σ w_k own_k / others_k over the attributes, w_k being their importance; price
    likewise, or the ratio of total costs where they are in money (Gale 1994, *Managing Customer
    Value*). Satisfaction with the price enters by its inverse, 100 / Σ w_k own_k / others_k. A
    ratio of ratings depends on where their scale begins, as every ratio of ratings does.

    The lines: ``weight-based`` passes (100, 100) with the slope w_q / w_p, on which quality and
    price are worth the same to customers; ``diagonal`` is price = quality; ``regression`` is least
    squares through the suppliers, three or more. They differ, and the map says where.

    Coverage of 95 % intervals, in percent, in the simulations of :func:`compare`: quality, price,
    distance from the weight-based line and from the regression. Verdicts: of the suppliers that
    were on their side of the weight-based line with a probability of 75 to 90 % (83 on average),
    80 to 86 % were, of those above 90 %, 95 to 99 %; where suppliers hardly differ, 70 and 82 %.

    =========================  =======  =====  ============  ==========
    ratings a supplier         quality  price  weight-based  regression
    =========================  =======  =====  ============  ==========
    5                          94.0     95.2   94.2          94.4
    15                         94.1     93.2   93.5          94.3
    50                         94.9     94.7   94.9          94.7
    10, lognormal weights      94.9     94.1   93.9          94.6
    100, lognormal weights     94.0     94.5   94.3          95.1
    40, 20 common dealers      95.3     94.5   94.7          93.3
    the same, with weights     94.9     94.3   95.1          93.9
    60, 12 dealers of each     92.7     93.6   92.8          92.4
    =========================  =======  =====  ============  ==========

    Examples
    --------
    >>> from custvalue.survey import Scale
    >>> from custvalue.delivered_value import from_survey
    >>> frame = {
    ...     "garage": ["us", "us", "us", "a", "a", "a", "b", "b", "b"],
    ...     "repair": [9, 8, 10, 7, 6, 8, 5, 6, 6],
    ...     "advice": [8, 8, 7, 7, 8, 6, 7, 8, 8],
    ...     "bill": [240, 260, 250, 180, 200, 190, 220, 240, 210],
    ... }
    >>> offers = from_survey(
    ...     frame,
    ...     supplier="garage",
    ...     value={"repair": "repair", "advice": "advice"},
    ...     cost={"monetary": "bill"},
    ...     scale=Scale(1, 10),
    ...     importance={"repair": 70, "advice": 30},
    ... )
    >>> found = value_map(offers, price_weight=0.4, method=Bootstrap(200, rng=1))
    >>> (
    ...     round(found.supplier("us").quality.value, 2),
    ...     round(found.line("weight-based").slope.value, 6),
    ... )
    (130.84, 1.5)
    """
    joint, sides = _perceived(offers), offers.sides
    require_choice("against", against, get_args(Against))
    method = Bootstrap() if method is None else require_bootstrap(method)
    weight = _quality_weight(sides, price_weight)
    known = checked_shares(joint.names, shares)
    lines: dict[LineName, Line] = {} if weight is None else {"weight-based": weight_based(weight)}
    lines["diagonal"] = diagonal
    place = Ratios(sides, known, against)
    place.require_positive(joint)
    quality, price = place(joint.means[np.newaxis])
    if (
        len(joint.names) >= LEAST_FOR_REGRESSION
        and np.isfinite(regression(quality, price)[1]).all()
    ):
        lines["regression"] = regression
    return mapped(
        joint,
        Plan(place, lines, weight),
        method,
        axes=("market-perceived quality", "relative price"),
        conventions=_conventions(sides, weight, against, shares),
    )


def value_equivalence(
    offers: OfferSurvey,
    *,
    money_per_point: float | None = None,
    shares: Mapping[str, float] | None = None,
    method: Bootstrap | None = None,
) -> ValueMap:
    """Map suppliers by perceived benefit and perceived price, with the value-equivalence line.

    Parameters
    ----------
    offers : OfferSurvey
        Ratings of suppliers.
    money_per_point : float, optional
        What customers pay for a point of the value index, where values are rated on a scale and
        costs are in money. In one unit a point is worth a point.
    shares : mapping of str to float, optional
        Market share of each supplier in the average of the market; all alike by default.
    method : Bootstrap, optional
        As in :func:`value_map`.

    Returns
    -------
    ValueMap
        With one line: above it a supplier asks for more than its benefit is worth in this market.

    Raises
    ------
    DataError
        If there are fewer than two suppliers, or a supplier has one rating.
    ParameterError
        If an argument is none of the allowed values.
    UnitError
        If values and costs are in different units, and `money_per_point` is not given; or if it is
        given and they are in one unit.

    Notes
    -----
    All offers on the line give customers the same surplus, benefit minus price, as the average of
    the market (Leszinski & Marn 1997, *McKinsey Quarterly* 1997(1)). Its slope is the money that a
    unit of benefit is worth, which is 1 where both are in money.

    Examples
    --------
    >>> from custvalue.delivered_value import from_survey
    >>> frame = {
    ...     "garage": ["us", "us", "rival", "rival"],
    ...     "worth": [320, 280, 250, 270],
    ...     "bill": [240, 260, 180, 200],
    ... }
    >>> offers = from_survey(
    ...     frame, supplier="garage", value={"product": "worth"}, cost={"monetary": "bill"}
    ... )
    >>> found = value_equivalence(offers, method=Bootstrap(200, rng=1))
    >>> found.supplier("us").advantage("value-equivalence").distance.value
    -10.0
    """
    joint, sides = require_suppliers(offers).several(), offers.sides
    method = Bootstrap() if method is None else require_bootstrap(method)
    slope = _money_per_point(sides, money_per_point)
    line = equivalence(slope, checked_shares(joint.names, shares))
    cut = len(joint.values)
    market = "market shares" if shares else "all suppliers alike"
    return mapped(
        joint,
        Plan(lambda means: totals(means, cut), {"value-equivalence": line}),
        method,
        axes=("perceived benefit", "perceived price"),
        conventions=(
            f"The line passes the average of the market, {market}; benefit x {number(slope)}.",
            sides.convention,
        ),
    )


def require_suppliers(offers: object) -> OfferSurvey:
    """Return ratings of at least two suppliers."""
    if not isinstance(offers, OfferSurvey):
        raise ParameterError(
            f"offers must be the OfferSurvey of from_survey(), but it is {type(offers).__name__}."
        )
    if len(offers.supplier_names) < 2:
        raise DataError(
            f"a map needs at least 2 suppliers, but there is {listed(offers.supplier_names)} "
            f"alone. Add ratings of rivals."
        )
    return offers


def _perceived(offers: object) -> Rated:
    """Return ratings as they are compared with those of others."""
    return require_suppliers(offers).perceived()


def _quality_weight(sides: Sides, price_weight: float | None) -> float | None:
    """Return how much quality matters, as a share; None where it is not known."""
    if price_weight is not None:
        share = finite(price_weight)
        if not 0 < share < 1:
            hint = f" Did you mean {share / 100:g}?" if 1 < share < 100 else ""
            raise ParameterError(
                f"price_weight must be > 0 and < 1, as in 0.4, but it is {plain(price_weight)!r}."
                f"{hint}"
            )
        return 1 - share
    quality, price = (
        sum(sides.importance.get(name, 0.0) for name in names)
        for names in (sides.value, sides.cost)
    )
    return quality / (quality + price) if quality > 0 and price > 0 else None


def _conventions(
    sides: Sides, weight: float | None, against: Against, shares: Mapping[str, float] | None
) -> tuple[str, ...]:
    """Say what ratios and lines rest on."""
    others = "the mean of the others" if against == "rivals" else "the mean of all suppliers"
    alike = "by market shares" if shares else "all alike"
    weighted = "weighted by importance" if sides.importance else "weighted equally"
    rated = f"Attributes {weighted}. " if sides.compared_by("value") == "index" else ""
    turned = "Price: inverse of satisfaction with it. " if sides.cost_is_satisfaction else ""
    known = (
        "No weight of the price is known, so that there is no weight-based line."
        if weight is None
        else f"Weight of quality {percent(weight)}, of the price {percent(1 - weight)}."
    )
    return (f"100 is {others}, {alike}. {rated}{turned}{known}",)


def _money_per_point(sides: Sides, given: float | None) -> float:
    """Return what a unit of benefit is worth in units of the price."""
    one_unit = sides.value_kind == sides.cost_kind
    if given is None and one_unit:
        return 1.0
    if given is None:
        sides.require_one_unit()
    if one_unit:
        raise UnitError(
            "values and costs are in one unit, so that a point is worth a point. Leave "
            "money_per_point out."
        )
    if not finite(given) > 0:
        raise ParameterError(
            f"money_per_point must be a finite number > 0, but it is {plain(given)!r}."
        )
    return finite(given)
