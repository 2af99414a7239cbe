"""What the pictures have in common: colours, bars with intervals, frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from custvalue._inference.estimate import Estimate
from custvalue._picture import Picture, use_readable_fonts, within_figure
from custvalue._table import making_a_table
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# After Okabe & Ito (2008), darker so that white text can be read on them: told apart with any
# colour vision, and seen on white and on dark ground.
BLUE, VERMILLION, GREEN, GREY = "#0072b2", "#b84d00", "#00805d", "#6b7480"
PURPLE, BLACK = "#8f5587", "#333333"
NARROW = 0.07  # of a bar: a share below has no room for its number
LABEL: dict[str, Any] = {
    "xytext": (0, 0),
    "textcoords": "offset points",
    "fontsize": "small",
    "parse_math": False,
    "va": "bottom",
    "arrowprops": {"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3},
}


def estimate_bar(
    ax: Axes, place: int, estimate: Estimate, level: float, colour: str, *, origin: float
) -> None:
    """Draw a bar from the origin to the estimate, its interval, and the number beside it."""
    ax.barh(place, estimate.value - origin, left=origin, height=0.55, color=colour, alpha=0.75)
    low, high = interval_line(ax, place, estimate, level, solid_capstyle="butt")
    text = f"{estimate.value:{'+' if origin == 0 else ''}.2f}".replace("-", "−")
    if estimate.value >= origin:
        beside(ax, text, (high, place), away=5, ha="left")
    else:
        beside(ax, text, (low, place), away=-5, ha="right")


def interval_line(
    ax: Axes, place: int, estimate: Estimate, level: float, **line: Any
) -> tuple[float, float]:
    """Draw the interval of an estimate where it has one, and return its ends."""
    if estimate.standard_error is None:
        return estimate.value, estimate.value
    interval = estimate.confidence_interval(level)
    ends = interval.low, interval.high
    ax.plot(ends, [place, place], **{"color": "black", "linewidth": 1.4, **line})
    return ends


def interval_between(estimate: Estimate, level: float) -> tuple[float, float]:
    """Return the ends of the interval of an estimate, twice the value where it has none.

    Few clusters give no warning here: the table of the same result has a note.
    """
    if not estimate.has_interval:
        return estimate.value, estimate.value
    with making_a_table():
        interval = estimate.confidence_interval(level)
    return interval.low, interval.high


def beside(ax: Axes, text: str, at: tuple[float, float], *, away: float, **how: Any) -> None:
    """Write beside a point, some points to the right of it."""
    ax.annotate(text, at, xytext=(away, 0), textcoords="offset points", va="center", **how)


def interval_title(level: float, respondents: int) -> str:
    return f"Lines are {percent(level)} intervals; {count(respondents, 'respondent')}"


def finished(ax: Axes, title: str, *, above: float = 6.0) -> Picture:
    """Give every picture the same quiet frame, the title some points above it."""
    titled = ax.set_title(title, loc="left", fontsize="medium", pad=above)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_axisbelow(True)
    use_readable_fonts(ax)
    within_figure(ax, titled)
    return Picture(ax)
