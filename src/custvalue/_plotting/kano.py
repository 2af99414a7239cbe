"""Pictures of Kano's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from custvalue._kano.result import KanoResult
from custvalue._kano.table import Category
from custvalue._picture import (
    Picture,
    axes_of,
    axes_of_rows,
    legend_above,
    name_of_point,
    name_rows,
    require_result,
    spread_labels,
)
from custvalue._plotting.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LABEL,
    NARROW,
    PURPLE,
    VERMILLION,
    finished,
)
from custvalue._words import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KANO_COLOURS = dict(zip(Category, (VERMILLION, BLUE, GREEN, GREY, PURPLE, BLACK), strict=True))
NAMED = 40  # items beside their point; more could not be read
_QUADRANTS = (
    ("indifferent", -0.25, 0.03),
    ("must-be", -0.75, 0.03),
    ("attractive", -0.25, 0.97),
    ("one-dimensional", -0.75, 0.97),
)


def kano_diagram(result: KanoResult, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw better against worse, one point per item, with intervals: Timko's diagram.

    Worse from 0 to -1 to the right, better from 0 to 1 upwards, in four quadrants; the
    letter and colour of a point are its category, which its quadrant need not be. Items of
    which all answers are reverse or questionable are not drawn.

    Parameters
    ----------
    result : KanoResult
        What ``kano.classify`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `result` is another kind of result.

    Examples
    --------
    >>> from custvalue import kano, plotting
    >>> answers = {
    ...     "fault repaired": (150, 40, 10, 20, 0, 0),
    ...     "ready in time": (60, 110, 30, 20, 0, 0),
    ...     "car washed": (5, 30, 120, 65, 0, 0),
    ...     "loyalty card": (2, 8, 50, 150, 10, 0),
    ... }
    >>> counts = {item: dict(zip("MOAIRQ", row)) for item, row in answers.items()}
    >>> result = kano.KanoResult.from_counts(counts)
    >>> plotting.kano_diagram(result)
    Picture('Better and worse; lines are 95 % intervals')
    """
    require_result("result", result, KanoResult, "kano.classify()")
    ax = axes_of(ax, height=5.6, width=6.4)
    columns = result.columns(level)
    labels = []
    for row in np.flatnonzero(~np.isnan(columns["better"])):
        item, letter = str(columns["item"][row]), str(columns["category"][row])
        worse, better = columns["worse"][row], columns["better"][row]
        colour = KANO_COLOURS[Category(letter)]
        line: dict[str, Any] = {"color": colour, "linewidth": 1.0, "alpha": 0.6}
        ax.plot([columns["worse_low"][row], columns["worse_high"][row]], [better, better], **line)
        ax.plot([worse, worse], [columns["better_low"][row], columns["better_high"][row]], **line)
        ax.plot(worse, better, marker="o", color=colour)
        if len(result) <= NAMED:
            name = name_of_point(f"{item} ({letter})", len(result))
            labels.append(ax.annotate(name, (worse, better), **LABEL))
    for draw in (ax.axhline, ax.axvline):
        draw(0.5 if draw == ax.axhline else -0.5, color=GREY, linewidth=0.8, linestyle=":")
    for name, x, y in _QUADRANTS:
        ax.annotate(name, (x, y), color=GREY, ha="center", va="center", fontsize="small")
    ax.set_xlim(0, -1)
    ax.set_ylim(0, 1)
    ax.set_xlabel("Worse: how much its absence dissatisfies")
    ax.set_ylabel("Better: how much its presence satisfies")
    known = not np.isnan(columns["n"]).any()
    lines = f"lines are {percent(level)} intervals" if known else "n is not known, so no intervals"
    picture = finished(ax, f"Better and worse; {lines}")
    spread_labels(ax, labels)
    return picture


def kano_bars(result: KanoResult, ax: Axes | None = None) -> Picture:
    """Draw the distribution of each item over the categories as one bar.

    Shares of the answers in percent, 0 to 100; each row is named by its item and category.

    Parameters
    ----------
    result : KanoResult
        What ``kano.classify`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, or `result` is another kind of result.

    Examples
    --------
    >>> from custvalue import kano, plotting
    >>> answers = {
    ...     "fault repaired": (150, 40, 10, 20, 0, 0),
    ...     "ready in time": (60, 110, 30, 20, 0, 0),
    ...     "car washed": (5, 30, 120, 65, 0, 0),
    ...     "loyalty card": (2, 8, 50, 150, 10, 0),
    ... }
    >>> counts = {item: dict(zip("MOAIRQ", row)) for item, row in answers.items()}
    >>> result = kano.KanoResult.from_counts(counts)
    >>> plotting.kano_bars(result)
    Picture('Kano categories by rule mode')
    """
    require_result("result", result, KanoResult, "kano.classify()")
    pairs = zip(result.items, result.categories(), strict=True)
    names = [f"{item} ({category})" for item, category in pairs]
    ax = axes_of_rows(ax, names, besides=1.3)
    places = np.arange(len(result))
    start = np.zeros(len(result))
    for category, shares in zip(KANO_COLOURS, result.shares.T, strict=True):
        name, colour = f"{category} {category.english}", KANO_COLOURS[category]
        ax.barh(places, 100 * shares, left=100 * start, height=0.7, color=colour, label=name)
        for place in np.flatnonzero(shares >= NARROW).tolist():
            middle = 100 * (start[place] + shares[place] / 2)
            text = f"{100 * shares[place]:.0f}"
            ax.annotate(text, (middle, place), color="white", ha="center", va="center")
        start += shares
    name_rows(ax, names)
    ax.set_xlim(0, 100)
    ax.set_xlabel("Share of answers, %")
    above = 9 + legend_above(ax, 3)
    return finished(ax, f"Kano categories by rule {result.rule}", above=above)
