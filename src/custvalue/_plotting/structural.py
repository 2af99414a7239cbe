"""Pictures of structural models: the path diagram, and importance against performance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from custvalue._checks import checked_level
from custvalue._picture import (
    Picture,
    axes_of,
    name_of_point,
    require_result,
    spread_labels,
)
from custvalue._plotting.boxes import LARGEST_FONT, LETTER, POINTS, SMALLEST_FONT, fitting, frame
from custvalue._plotting.drivers import COLOURS, PLACES
from custvalue._plotting.path_layout import places_of
from custvalue._plotting.style import (
    BLACK,
    BLUE,
    GREY,
    LABEL,
    VERMILLION,
    finished,
    interval_between,
)
from custvalue._rows import FloatArray
from custvalue._structural.fit import StructuralFit
from custvalue._structural.importance_performance import PlacedConstruct, StructuralMap
from custvalue._table import wrapped
from custvalue._words import count, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from custvalue._structural.estimates import StructuralEstimate
    from custvalue._structural.plan import Plan

WIDE = 1.15  # width over height of the axes from which on paths run from left to right
ROWS = {"flat": 5, "upright": 3}  # beside each other
BOX = {"flat": (0.68, 0.62), "upright": (0.86, 0.5)}  # of what there is, across and down
MOST_BOX = (1.5, 0.62)  # inches
STRONGEST = 3.0  # points: the line of a coefficient of 1
UPWARDS = 52  # columns of the name of the vertical axis
GAP = 0.03  # inches between a line and its number
ALONG, STRIP = 60, 0.01  # points along a line, and square inches for each
SPOTS = (0.5, 0.43, 0.57, 0.36, 0.64, 0.29, 0.71, 0.22, 0.78)  # of an arrow: of its number


def path_diagram(fit: StructuralFit, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw a structural model: constructs with index and R², and the path coefficients.

    Paths run from left to right, or from the top down where the axes are narrow. An arrow is as
    strong as its coefficient, vermillion where that is below 0, and grey and dashed where its
    interval holds 0.

    Parameters
    ----------
    fit : StructuralFit
        What ``model.fit(answers)`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `fit` is another kind of result, or `level` is no level.

    Examples
    --------
    >>> from custvalue import plotting, structural
    >>> from custvalue.structural import Construct, Model, Path, items
    >>> model = Model(
    ...     [
    ...         Construct("Quality", items("q", 1, 3)),
    ...         Construct("Satisfaction", items("s", 1, 3)),
    ...         Path("Quality", "Satisfaction"),
    ...     ]
    ... )
    >>> fit = model.fit(structural.simulate(model, 200, paths=0.6, rng=1).answers)
    >>> plotting.path_diagram(fit)
    Picture('Dashed where the 95 % interval of a path holds 0; 200 respondents')
    """
    require_result("fit", fit, StructuralFit, "model.fit()")
    checked_level(level)
    wide = places_of(fit.plan, ROWS["flat"])
    ax = axes_of(ax, height=0.9 + 0.85 * wide.width, width=max(5.0, 1.75 * wide.length))
    grid = _Grid.of(ax, fit.plan)
    _boxes_and_paths(ax, grid, fit, level)
    ax.set_xlim(0, grid.size[0])
    ax.set_ylim(grid.size[1], 0)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel("Boxes: index 0-100, R²; arrows: path coefficients")
    who = count(fit.n, "respondent")
    return finished(ax, f"Dashed where the {percent(level)} interval of a path holds 0; {who}")


def _boxes_and_paths(ax: Axes, grid: _Grid, fit: StructuralFit, level: float) -> None:
    """Draw all constructs, and then what leads from one to another."""
    for at in range(len(fit.plan.names)):
        _box(ax, grid, fit, at)
    taken = [grid.box(at) for at in range(len(fit.plan.names))]
    pairs = zip(fit.plan.arrows, fit.paths.estimates, strict=True)
    lines = [_Line.of(grid, ends, its, level) for ends, its in pairs]
    for line in lines:
        others = [its.points for its in lines if its is not line]
        taken.append(_path(ax, grid, line, _Taken.of(taken, others)))


class _Grid(NamedTuple):
    """The page in inches: its size, middles and sizes of the boxes, and the font."""

    size: tuple[float, float]
    middles: FloatArray
    half: FloatArray
    font: float

    @classmethod
    def of(cls, ax: Axes, plan: Plan) -> _Grid:
        """Lay a grid on the axes."""
        window, inch = ax.get_window_extent(), ax.figure.dpi
        size = np.array([window.width, window.height]) / inch
        way = "flat" if size[0] >= WIDE * size[1] else "upright"
        its = places_of(plan, ROWS[way])
        places, cells = np.column_stack([its.steps, its.rows]), (its.length, its.width)
        if way == "upright":
            places, cells = places[:, ::-1], cells[::-1]
        cell = size / cells
        half = np.minimum(cell * BOX[way], MOST_BOX) / 2
        font = min(LARGEST_FONT, POINTS * 2 * float(half[1]) / 3.4)
        ends = (float(size[0]), float(size[1]))
        return cls(ends, (places + 0.5) * cell, half, max(font, SMALLEST_FONT))

    def box(self, at: int) -> FloatArray:
        """Return left, top, right and bottom of a box."""
        found: FloatArray = np.concatenate(
            [self.middles[at] - self.half, self.middles[at] + self.half]
        )
        return found


def _box(ax: Axes, grid: _Grid, fit: StructuralFit, at: int) -> None:
    """Draw a construct: its name, and below it index and R²."""
    name, endogenous = fit.plan.names[at], at in fit.plan.endogenous
    frame(ax, grid.box(at), filled=endogenous)
    below = f"{fit.index(name).value:.0f}"
    if endogenous:
        below += f" · R² {fit.r_squared[name].value:.2f}"
    lines, size = fitting(name, 2 * grid.half, grid.font)
    x, y = grid.middles[at]
    how: dict[str, Any] = {"ha": "center", "parse_math": False}
    ax.text(x, y - 0.5 * size / POINTS, lines, va="center", fontsize=size, **how)
    bottom = y + grid.half[1] - 0.35 * grid.font / POINTS
    ax.text(x, bottom, below, va="bottom", fontsize=0.85 * grid.font, color=GREY, **how)


class _Line(NamedTuple):
    """An arrow: where it runs, how large its coefficient is, and whether that is sure."""

    start: FloatArray
    end: FloatArray
    value: float
    unsure: bool

    @property
    def points(self) -> FloatArray:
        """Points along it, (points, 2)."""
        shares = np.linspace(0, 1, ALONG)[:, np.newaxis]
        return np.asarray(self.start + shares * (self.end - self.start))

    @classmethod
    def of(cls, grid: _Grid, ends: tuple[int, int], its: StructuralEstimate, level: float) -> _Line:
        """Return the line of a path."""
        low, high = interval_between(its, level)
        start, end = (_edge(grid, at, other) for at, other in (ends, ends[::-1]))
        return cls(start, end, its.value, low <= 0 <= high)


class _Taken(NamedTuple):
    """What a number should not hide: boxes, (boxes, 4), and points of lines, (points, 2)."""

    boxes: FloatArray
    points: FloatArray

    @classmethod
    def of(cls, boxes: list[FloatArray], lines: list[FloatArray]) -> _Taken:
        """Put boxes and lines together."""
        return cls(np.array(boxes), np.concatenate([np.empty((0, 2)), *lines]))

    def hidden(self, spot: FloatArray, half: FloatArray) -> float:
        """Return how much a text hides, in square inches; a line counts for a strip."""
        low, high = spot - half, spot + half
        over = np.minimum(self.boxes[:, 2:], high) - np.maximum(self.boxes[:, :2], low)
        inside = ((low < self.points) & (self.points < high)).all(axis=1)
        return float(np.prod(np.maximum(over, 0.0), axis=1).sum()) + STRIP * float(inside.sum())


def _path(ax: Axes, grid: _Grid, line: _Line, taken: _Taken) -> FloatArray:
    """Draw a path with its coefficient where that hides least; return the box of the number."""
    text = f"{line.value:.2f}".replace("-", "−")
    half = np.array([LETTER * len(text), 1.2]) * 0.9 * grid.font / POINTS / 2
    spot = _free_spot(line, half, taken)
    _arrow(ax, line, spot, half + GAP)
    ax.text(
        float(spot[0]),
        float(spot[1]),
        text,
        ha="center",
        va="center",
        fontsize=0.9 * grid.font,
        color=GREY if line.unsure else BLACK,
        parse_math=False,
    )
    return np.concatenate([spot - half, spot + half])


def _arrow(ax: Axes, line: _Line, spot: FloatArray, half: FloatArray) -> None:
    """Draw an arrow that leaves room for its number."""
    how: dict[str, Any] = {
        "color": GREY if line.unsure else VERMILLION if line.value < 0 else BLUE,
        "linewidth": 0.6 + STRONGEST * min(abs(line.value), 1.0),
        "linestyle": "--" if line.unsure else "-",
    }
    way = line.end - line.start
    with np.errstate(divide="ignore"):
        cut = float(np.min(half / np.abs(way))) * way
    before, after = spot - cut, spot + cut
    if (before - line.start) @ way > 0:
        ax.plot(*zip(line.start, before, strict=True), solid_capstyle="butt", **how)
    if (line.end - after) @ way > 0:
        head = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 1, "mutation_scale": 9}
        ax.annotate("", xy=tuple(line.end), xytext=tuple(after), arrowprops=head | how)


def _edge(grid: _Grid, at: int, towards: int) -> FloatArray:
    """Return where the line to another box leaves a box."""
    way = grid.middles[towards] - grid.middles[at]
    with np.errstate(divide="ignore"):
        share = float(np.min(grid.half / np.abs(way)))
    found: FloatArray = grid.middles[at] + min(share, 1.0) * way
    return found


def _free_spot(line: _Line, half: FloatArray, taken: _Taken) -> FloatArray:
    """Return the spot of an arrow where a text hides least of what is there."""
    spots = [line.start + share * (line.end - line.start) for share in SPOTS]
    return min(spots, key=lambda spot: taken.hidden(spot, half))


def structural_map(found: StructuralMap, ax: Axes | None = None, *, level: float = 0.95) -> Picture:
    """Draw importance for a construct against performance, one point a construct.

    Performance on 0-100 to the right, importance upwards, with intervals; the means part four
    quadrants.

    Parameters
    ----------
    found : StructuralMap
        What ``fit.importance_performance()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `found` is another kind of result, or `level` is no level.

    Examples
    --------
    >>> from custvalue import plotting, structural
    >>> from custvalue.structural import Construct, Model, Path, items
    >>> model = Model(
    ...     [
    ...         Construct("Quality", items("q", 1, 3)),
    ...         Construct("Value", items("v", 1, 2)),
    ...         Construct("Satisfaction", items("s", 1, 3)),
    ...         Path("Quality", "Satisfaction"),
    ...         Path("Value", "Satisfaction"),
    ...     ]
    ... )
    >>> fit = model.fit(structural.simulate(model, 200, rng=1).answers)
    >>> plotting.structural_map(fit.importance_performance("Satisfaction"))
    Picture('Lines are 95 % intervals; 200 respondents')
    """
    require_result("found", found, StructuralMap, "fit.importance_performance()")
    ax = axes_of(ax, height=5.0, width=6.4)
    labels = [_construct(ax, its, level, len(found.constructs)) for its in found.constructs]
    across, up = found.cross
    ax.axvline(up, color=GREY, linewidth=0.8, linestyle=":")
    ax.axhline(across, color=GREY, linewidth=0.8, linestyle=":")
    ax.margins(0.14)
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
    ax.set_xlabel("Performance: index 0-100")
    upwards = wrapped(f"Importance for {found.target}: points by one point", UPWARDS)
    ax.set_ylabel("\n".join(upwards), parse_math=False)
    who = count(found.base.n, "respondent")
    picture = finished(ax, f"Lines are {percent(level)} intervals; {who}")
    spread_labels(ax, labels)
    return picture


def _construct(ax: Axes, its: PlacedConstruct, level: float, constructs: int) -> Any:
    """Draw one construct with its intervals, and return its name beside it."""
    line: dict[str, Any] = {"color": COLOURS[its.quadrant], "linewidth": 1.0, "alpha": 0.6}
    right, up = its.performance.value, its.importance.value
    ax.plot([right, right], interval_between(its.importance, level), **line)
    ax.plot(interval_between(its.performance, level), [up, up], **line)
    ax.plot(right, up, marker="o", color=COLOURS[its.quadrant])
    return ax.annotate(name_of_point(its.name, constructs), (right, up), **LABEL)
