"""Pictures of what customers are worth, and of what offers are worth to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from custvalue._delivered_value.comparison import OfferComparison
from custvalue._frames import to_numbers
from custvalue._inference.estimate import Estimate
from custvalue._lifetime.value.clv import CustomerLifetimeValue
from custvalue._picture import (
    Picture,
    axes_of,
    axes_of_rows,
    legend_below,
    name_rows,
    require_result,
)
from custvalue._plotting.style import BLUE, GREY, VERMILLION, beside, finished
from custvalue._words import count, number, percent
from custvalue.errors import DataError, ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 401  # of a curve: a picture of a million customers is no larger than one of a thousand
MARKED = 0.2
LIGHTEST = 0.3  # shade of a colour, for the last of the parts of value or of cost


def value_concentration(value: CustomerLifetimeValue, ax: Axes | None = None) -> Picture:
    """Draw which share of the value the most valuable customers hold: a Lorenz curve, best first.

    Share of the customers, in percent, against their share of the value, in percent; the
    best 20 % are marked.

    Parameters
    ----------
    value : CustomerLifetimeValue
        What ``lifetime.customer_lifetime_value`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `value` is another kind of result.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> visits = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> spend = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
    >>> history = spend.simulate(visits.simulate(500, age="52 weeks", rng=1), rng=2)
    >>> value = lifetime.customer_lifetime_value(
    ...     history,
    ...     purchases=visits,
    ...     spend=spend,
    ...     horizon="3 years",
    ...     annual_discount_rate=0.1,
    ...     margin=0.3,
    ... )
    >>> plotting.value_concentration(value)
    Picture('Value within 3 years of 500 customers')
    """
    require_result("value", value, CustomerLifetimeValue, "lifetime.customer_lifetime_value()")
    ax = axes_of(ax, height=4.0, width=6.2)
    number, held = value.held_by_best()
    customers = np.linspace(0, 1, min(round(number[-1]) + 1, POINTS))
    shares = np.interp(customers * number[-1], number, held) / held[-1]
    ax.plot(100 * customers, 100 * shares, color=BLUE, linewidth=2)
    ax.plot([0, 100], [0, 100], color=GREY, linewidth=0.8, linestyle="--")
    ax.annotate("if all were worth the same", (62, 59), color=GREY, va="top")
    mark = 100 * value.concentration(MARKED)
    ax.plot([100 * MARKED] * 2, [0, mark], color=VERMILLION, linewidth=1)
    ax.plot(100 * MARKED, mark, marker="o", color=VERMILLION)
    ax.annotate(
        f"the best {percent(MARKED)} hold {mark:.0f} %",
        (100 * MARKED, mark),
        xytext=(8, -12),
        textcoords="offset points",
    )
    ax.set_xlim(0, 100)
    ax.set_ylim(0, 102)
    ax.set_xlabel("Share of customers, the most valuable first, %")
    ax.set_ylabel("Share of the value, %")
    ahead = "" if value.horizon is None else f" within {value.horizon}"
    return finished(ax, f"Value{ahead} of {count(round(number[-1]), 'customer')}")


def probability_alive_histogram(
    probability_alive: npt.ArrayLike, ax: Axes | None = None
) -> Picture:
    """Draw how many customers are alive with which probability.

    Probability in percent, in steps of 5, against the number of customers.

    Parameters
    ----------
    probability_alive : array_like of shape (n,)
        What ``model.probability_alive(history)`` returned, or a part of it. A model that gives
        every customer with a single purchase the probability 1, as BG/NBD does, is better shown
        for the customers with a repeat purchase: ``[history.frequency > 0]``.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `probability_alive` is another kind of result.
    DataError
        If an entry is no probability.

    Examples
    --------
    >>> from custvalue import lifetime, plotting
    >>> visits = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> spend = lifetime.GammaGamma(p=6.25, q=3.744, gamma=15.44)
    >>> history = spend.simulate(visits.simulate(500, age="52 weeks", rng=1), rng=2)
    >>> back = history.frequency > 0
    >>> plotting.probability_alive_histogram(visits.probability_alive(history)[back])
    Picture('216 customers, 106 of them expected to be active')
    """
    probabilities = _probabilities(probability_alive)
    ax = axes_of(ax, height=3.0)
    counts, edges = np.histogram(probabilities, bins=20, range=(0, 1))
    ax.bar(100 * edges[:-1], counts, width=5, align="edge", color=BLUE, edgecolor="none", alpha=0.8)
    ax.set_xlim(0, 100)
    ax.set_xlabel("Probability of being active, %")
    ax.set_ylabel("Customers")
    active = f"{probabilities.sum():,.0f} of them expected to be active"
    return finished(ax, f"{count(len(probabilities), 'customer')}, {active}")


def delivered_value_bars(comparison: OfferComparison, ax: Axes | None = None) -> Picture:
    """Draw what each offer is worth and what it costs, by its parts.

    Two bars per offer, in its money unit: total value, and total cost below it.

    Parameters
    ----------
    comparison : OfferComparison
        What ``delivered_value.compare`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `comparison` is another kind of result.

    Examples
    --------
    >>> from custvalue import delivered_value, plotting
    >>> def offer(name, worth, costs):
    ...     return delivered_value.Offer(
    ...         name=name,
    ...         value=dict(zip(("product", "service", "personnel", "image"), worth)),
    ...         cost=dict(zip(("monetary", "time", "energy", "psychic"), costs)),
    ...         unit="EUR",
    ...     )
    >>> us, rival = (
    ...     offer("us", (60, 20, 10, 10), (50, 5, 3, 2)),
    ...     offer("rival", (35, 5, 5, 5), (15, 3, 1, 1)),
    ... )
    >>> plotting.delivered_value_bars(delivered_value.compare([us, rival]))
    Picture('Delivered value: what an offer is worth, less what it costs')
    """
    require_result("comparison", comparison, OfferComparison, "delivered_value.compare()")
    names = [
        f"{offer.name}\nvalue − cost {_amount(offer.delivered_value.value)}"
        for offer in comparison.offers
    ]
    ax = axes_of_rows(ax, names, besides=1.6, each=0.95)
    for place, offer in enumerate(comparison.offers):
        _stack(ax, place - 0.2, offer.values, BLUE, labelled=place == 0)
        _stack(ax, place + 0.2, offer.costs, VERMILLION, labelled=place == 0)
    name_rows(ax, names)
    ax.margins(x=0.1)
    ax.set_xlabel(comparison.unit or "Money", parse_math=False)
    legend_below(ax, 4)
    return finished(ax, "Delivered value: what an offer is worth, less what it costs")


def _probabilities(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return checked probabilities: values outside the axis would disappear silently."""
    if np.ndim(values) != 1:
        raise ParameterError(
            f"probability_alive must be the probabilities that model.probability_alive(history) "
            f"returns, but it is {type(values).__name__}."
        )
    numbers = to_numbers("probability_alive", values)
    bad = np.flatnonzero(~((numbers >= 0) & (numbers <= 1)))
    if bad.size:
        hint = "Exclude customers without one."
        raise DataError.at_rows("probability_alive", "from 0 to 1", bad, numbers[bad], hint)
    return numbers


def _stack(
    ax: Axes, place: float, parts: Sequence[Estimate], colour: str, *, labelled: bool
) -> None:
    """Draw one bar of parts, and its total at the end."""
    start = 0.0
    for part, shade in zip(parts, np.linspace(LIGHTEST, 1, len(parts))[::-1], strict=True):
        label = part.name if labelled else None
        ax.barh(place, part.value, left=start, height=0.36, color=colour, alpha=shade, label=label)
        start += part.value
    beside(ax, _amount(start), (start, place), away=4)


def _amount(value: float) -> str:
    return number(value).replace("-", "−")
