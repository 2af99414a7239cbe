"""Suppliers by quality and price, and the lines of fair value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custvalue._checks import checked_level, require_choice
from custvalue._delivered_value.value_map import MappedSupplier, ValueMap
from custvalue._picture import (
    Picture,
    axes_of,
    legend_below,
    name_of_point,
    require_result,
    spread_labels,
)
from custvalue._plotting.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LABEL,
    PURPLE,
    VERMILLION,
    finished,
    interval_between,
)
from custvalue._words import capitalised, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 40  # suppliers beside their point; more could not be read
COLOURS = {"advantaged": GREEN, "disadvantaged": VERMILLION, "unclear": GREY}
LINES = {
    "weight-based": (BLACK, "-"),
    "diagonal": (BLUE, "--"),
    "regression": (PURPLE, ":"),
    "value-equivalence": (BLACK, "-"),
}
ROOM = 0.05  # of the width of the axes, beside the outermost intervals


def value_map_points(
    result: ValueMap, ax: Axes | None = None, *, level: float = 0.95, line: str | None = None
) -> Picture:
    """Draw suppliers by quality and price with intervals, and the lines of fair value.

    Quality to the right, price upwards, in the units of the map: a supplier below a line is
    advantaged. Green and red points are so with a probability of at least 90 %, grey ones may be
    either.

    Parameters
    ----------
    result : ValueMap
        What ``delivered_value.value_map`` or ``value_equivalence`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.
    line : str, optional
        The line that decides the colours; the first one of the map by default.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `result` is another kind of result, or the map has no such
        line.

    Examples
    --------
    >>> from custvalue import delivered_value, plotting
    >>> from custvalue.survey import Bootstrap, Scale
    >>> frame = {
    ...     "garage": ["us", "us", "us", "a", "a", "a", "b", "b", "b"],
    ...     "repair": [9, 8, 10, 7, 6, 8, 5, 6, 6],
    ...     "bill": [240, 260, 250, 180, 200, 190, 220, 240, 210],
    ... }
    >>> offers = delivered_value.from_survey(
    ...     frame,
    ...     supplier="garage",
    ...     value={"repair": "repair"},
    ...     cost={"monetary": "bill"},
    ...     scale=Scale(1, 10),
    ... )
    >>> found = delivered_value.value_map(offers, price_weight=0.4, method=Bootstrap(99, rng=1))
    >>> plotting.value_map_points(found)
    Picture('Value map; lines at points are 95 % intervals')
    """
    require_result("result", result, ValueMap, "delivered_value.value_map()")
    level = checked_level(level)
    names = [its.name for its in result.lines]
    line = names[0] if line is None else line
    require_choice("line", line, names)
    ax = axes_of(ax, height=5.8, width=6.6)
    labels = [_point(ax, its, level, line, result) for its in result.suppliers]
    ax.margins(ROOM)
    _draw_lines(ax, result)
    ax.set_xlabel(capitalised(result.quality_axis))
    ax.set_ylabel(capitalised(result.price_axis))
    legend_below(ax, len(names))
    picture = finished(ax, f"Value map; lines at points are {percent(level)} intervals")
    spread_labels(ax, [label for label in labels if label is not None])
    return picture


def _point(ax: Axes, its: MappedSupplier, level: float, line: str, result: ValueMap) -> Any:
    """Draw one supplier with both intervals; return its name where there is room for names."""
    colour = COLOURS[its.advantage(line).verdict]
    x, y = its.quality.value, its.price.value
    how: dict[str, Any] = {"color": colour, "linewidth": 1.0, "alpha": 0.6}
    ax.plot(interval_between(its.quality, level), [y, y], **how)
    ax.plot([x, x], interval_between(its.price, level), **how)
    ax.plot(x, y, marker="o", color=colour)
    if len(result.suppliers) > NAMED:
        return None
    return ax.annotate(name_of_point(its.name, len(result.suppliers)), (x, y), **LABEL)


def _draw_lines(ax: Axes, result: ValueMap) -> None:
    """Draw the lines within the limits that the points have set."""
    across, upwards = ax.get_xlim(), ax.get_ylim()
    for its in result.lines:
        colour, style = LINES[its.name]
        ends = [its.price(quality) for quality in across]
        ax.plot(across, ends, color=colour, linestyle=style, linewidth=1.2, label=its.name)
    ax.set_xlim(across)
    ax.set_ylim(upwards)
