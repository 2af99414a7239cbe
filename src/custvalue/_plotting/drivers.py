"""Pictures of drivers: their importance, and importance against performance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from custvalue._drivers.importance_performance import (
    QUADRANTS,
    ImportancePerformance,
    PlacedAttribute,
    Quadrant,
)
from custvalue._drivers.importance_result import DriverImportance
from custvalue._inference.means import MeanEstimate
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
    BLUE,
    GREEN,
    GREY,
    LABEL,
    PURPLE,
    VERMILLION,
    finished,
    interval_between,
)
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_DRAWN = 40  # drivers
HorizontalSide = Literal["left", "right"]
VerticalSide = Literal["top", "bottom"]

COLOURS = dict(zip(QUADRANTS, (VERMILLION, GREEN, GREY, PURPLE), strict=True))
SIDE = 0.02  # of the axes, between a quadrant's name and its corner
PLACES: dict[
    Quadrant, tuple[float, float, HorizontalSide, VerticalSide]
] = {  # of the names: across, up, and the side that is aligned
    "concentrate here": (SIDE, 1 - SIDE, "left", "top"),
    "keep up the good work": (1 - SIDE, 1 - SIDE, "right", "top"),
    "low priority": (SIDE, SIDE, "left", "bottom"),
    "possible overkill": (1 - SIDE, SIDE, "right", "bottom"),
}
NAMED = 40  # attributes beside their point
PARTS = {"regression": "standardised coefficient", "correlation": "correlation"}


def importance_performance_map(
    result: ImportancePerformance, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw importance against performance, one point an attribute, with intervals.

    Performance to the right, importance upwards, the good end of a scale being right or up; the
    cross parts four quadrants. In brackets beside a name: the probability of its quadrant.

    Parameters
    ----------
    result : ImportancePerformance
        What ``drivers.importance_performance()`` returned.
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
    >>> from custvalue import drivers, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> performance = Responses.from_frame(
    ...     {"fixed": [2, 3, 2, 1, 3], "coffee": [5, 4, 5, 5, 4]}, scale=Scale(1, 5)
    ... )
    >>> importance = Responses.from_frame(
    ...     {"fixed": [5, 5, 4, 5, 4], "coffee": [2, 1, 3, 2, 2]}, scale=Scale(1, 5)
    ... )
    >>> result = drivers.importance_performance(performance, importance, crosshair="scale middle")
    >>> plotting.importance_performance_map(result)
    Picture('Lines are 95 % intervals, in brackets P of the quadrant; 5 respondents')
    """
    require_result("result", result, ImportancePerformance, "drivers.importance_performance()")
    ax = axes_of(ax, height=5.6, width=6.4)
    labels = [_attribute(ax, its, level, len(result.attributes)) for its in result.attributes]
    across, up = result.cross
    ax.axvline(up, color=GREY, linewidth=0.8, linestyle=":")
    ax.axhline(across, color=GREY, linewidth=0.8, linestyle=":")
    ax.margins(0.12)
    _turn(ax, result)
    for name, (x, y, horizontal, vertical) in PLACES.items():
        ax.annotate(
            name,
            (x, y),
            xycoords="axes fraction",
            color=COLOURS[name],
            ha=horizontal,
            va=vertical,
            fontsize="small",
        )
    ax.set_xlabel(f"Performance, scale {result.scale}; cross: {result.crosshair}")
    scale = "" if result.importance_scale is None else f", scale {result.importance_scale}"
    ax.set_ylabel(f"Importance{scale}")
    lines = f"Lines are {percent(level)} intervals, in brackets P of the quadrant"
    title = f"{lines}; {count(result.base.n, 'respondent')}"
    picture = finished(ax, title)
    spread_labels(ax, [label for label in labels if label is not None])
    return picture


def driver_importance_bars(
    found: DriverImportance, ax: Axes | None = None, *, level: float = 0.95
) -> Picture:
    """Draw how important drivers are, the most important first, with intervals.

    A driver whose coefficient has another sign than its correlation (suppression) has another
    colour. Of more than 40 drivers the first 40 are drawn.

    Parameters
    ----------
    found : DriverImportance
        What ``drivers.importance()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `found` is another kind of result, or `level` is not
        between 0 and 1.

    Examples
    --------
    >>> from custvalue import drivers, plotting
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {
    ...     "fixed": [5, 4, 2, 1, 4, 3],
    ...     "coffee": [3, 4, 3, 4, 5, 3],
    ...     "overall": [5, 4, 2, 2, 4, 3],
    ... }
    >>> answers = Responses.from_frame(frame, scale=Scale(1, 5))
    >>> plotting.driver_importance_bars(drivers.importance(answers, "overall"))
    Picture('Importance for overall, R² 0.95; lines are 95 % intervals; 6 respondents')
    """
    require_result("found", found, DriverImportance, "drivers.importance()")
    rows = [found[name] for name in found.ranked[:MOST_DRAWN]]
    names = [its.name for its in rows]
    ax = axes_of_rows(ax, names, besides=1.2)
    for place, its in enumerate(rows):
        colour = VERMILLION if its.suppressed else BLUE
        ax.barh(place, its.importance.value, height=0.55, color=colour, alpha=0.75)
        ends = interval_between(its.importance, level)
        ax.plot(ends, [place, place], color="black", linewidth=1.4, solid_capstyle="butt")
    name_rows(ax, names)
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.set_xlabel(f"Importance: {PARTS.get(found.decomposition, 'part of R²')}")
    above = 6.0
    if any(its.suppressed for its in rows):
        ax.barh([0], [0], color=BLUE, alpha=0.75, label="signs agree")
        ax.barh([0], [0], color=VERMILLION, alpha=0.75, label="suppression")
        above += legend_above(ax, 2)
    some = "" if len(rows) == len(found.drivers) else f", {len(rows)} of {len(found.drivers)}"
    title = f"Importance for {found.overall_name}{some}, R² {found.r_squared.value:.2f}"
    who = count(found.n, "respondent")
    return finished(ax, f"{title}; lines are {percent(level)} intervals; {who}", above=above)


def _turn(ax: Axes, result: ImportancePerformance) -> None:
    """Let the good end be right, and the important one up, where lower is better."""
    if result.scale.sign < 0:
        ax.invert_xaxis()
    if result.importance_scale is not None and result.importance_scale.sign < 0:
        ax.invert_yaxis()


def _attribute(ax: Axes, its: PlacedAttribute, level: float, attributes: int) -> Any:
    """Draw one attribute, and return its name beside it; None of too many to be read."""
    line: dict[str, Any] = {"color": COLOURS[its.quadrant], "linewidth": 1.0, "alpha": 0.6}
    right, up = its.performance.value, its.importance
    if isinstance(up, MeanEstimate):
        ax.plot([right, right], interval_between(up, level), **line)
        up = up.value
    ax.plot(interval_between(its.performance, level), [up, up], **line)
    ax.plot(right, up, marker="o", color=COLOURS[its.quadrant])
    if attributes > NAMED:
        return None
    name = name_of_point(f"{its.name} ({its.probability:.2f})", attributes)
    return ax.annotate(name, (right, up), **LABEL)
