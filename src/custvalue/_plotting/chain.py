"""The picture of a profit chain: from what customers feel to money."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from custvalue._checks import checked_level
from custvalue._picture import Picture, axes_of, require_result
from custvalue._plotting.boxes import LARGEST_FONT, LETTER, POINTS, SMALLEST_FONT, fitting, frame
from custvalue._plotting.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    finished,
    interval_between,
)
from custvalue._profit_chain.chain import Chain
from custvalue._profit_chain.points import PointsValue
from custvalue._rows import FloatArray
from custvalue._words import capitalised, count, number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from custvalue._inference.resampled import ResampledEstimate

WIDE = 4.2  # inches: from here on, the chain runs from left to right
COLUMN, STAGE = 0.76, 0.72  # of a column, and of the height of a row in it: a box
MOST_BOX = (1.6, 0.78)  # inches
GAP = 0.24  # inches between stages from the top down: an arrow
ROW = 0.86  # of a row from the top down: a box
POINTS_MOVED = 0.1  # whose money is drawn
LINES = 4.3  # lines of a box: two of a name, estimate, interval
FACTOR = 10.0  # from here on a ratio is written as a factor
NUMBERS = 0.9  # of the size of names
BEHAVIOUR = {
    "satisfaction: purchase": "Purchases",
    "satisfaction: dropout": "Rate of leaving",
    "satisfaction: spend": "Spend a purchase",
}


def chain_links(
    chain: Chain,
    ax: Axes | None = None,
    *,
    worth: PointsValue | None = None,
    level: float = 0.95,
) -> Picture:
    """Draw a chain: drivers, satisfaction, what customers do, and money.

    A driver has its points of satisfaction by one point; what customers do has its change by one
    point of satisfaction, all with intervals. Arrows are blue where more is worth more, vermillion
    where it is worth less, and grey and dashed where the interval holds no change. From left to
    right, or from the top down where the axes are narrow.

    Parameters
    ----------
    chain : Chain
        What ``Chain.from_data()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    worth : PointsValue, optional
        What ``chain.value_of()`` returned, for the money; that of 0.1 points of satisfaction by
        default, where the chain knows horizon, discount rate and margin. No money without.
    level : float
        Confidence level of the intervals, 0.95 for 95 %.

    Raises
    ------
    MissingExtraError, ParameterError
        If matplotlib is not installed, `chain` or `worth` is another kind of result, or `level` is
        no level.

    Examples
    --------
    >>> from custvalue import plotting, profit_chain
    >>> from custvalue.datasets import simulate_linked_survey
    >>> from custvalue.survey import Scale
    >>> linked = simulate_linked_survey(400, rng=1)
    >>> chain = profit_chain.Chain.from_data(
    ...     linked.survey,
    ...     linked.transactions,
    ...     link="customer_id",
    ...     asked="asked",
    ...     satisfaction="satisfaction",
    ...     scale=Scale(1, 10),
    ...     outcome=("purchase",),
    ...     observation_end=linked.observation_end,
    ...     draws=50,
    ...     rng=1,
    ... )
    >>> plotting.chain_links(chain)
    Picture('Grey where the 95 % interval holds no change; 400 customers')
    """
    require_result("chain", chain, Chain, "profit_chain.Chain.from_data()")
    level = checked_level(level)
    if worth is None and all(its is not None for its in chain.links.settings):
        worth = chain.value_of(POINTS_MOVED)
    elif worth is not None:
        require_result("worth", worth, PointsValue, "chain.value_of()")
    stages = _stages(chain, worth, level)
    ax = axes_of(ax, height=1.1 + 0.85 * max(map(len, stages)))
    _draw(ax, stages)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel(_below(chain, worth), parse_math=False)
    who = count(chain.customers, "customer")
    return finished(ax, f"Grey where the {percent(level)} interval holds no change; {who}")


class _Node(NamedTuple):
    """A box: its name, what stands below, and what the arrow from it or to it looks like."""

    name: str
    value: str = ""
    interval: str = ""
    better: bool = True
    unsure: bool = False

    @property
    def line(self) -> dict[str, Any]:
        """Colour and kind of its arrow."""
        colour = GREY if self.unsure else BLUE if self.better else VERMILLION
        return {"color": colour, "linestyle": "--" if self.unsure else "-", "linewidth": 1.6}


def _stages(chain: Chain, worth: PointsValue | None, level: float) -> list[list[_Node]]:
    """Return the boxes of each stage: drivers, satisfaction, what customers do, money."""
    drivers = [
        _node(its.name.removesuffix(": satisfaction"), its, level, f"{its.value:+.2f}", "+.2f")
        for its in chain.steps
        if its.name.removesuffix(": satisfaction") in chain.dimensions
    ]
    done = [
        _changed(BEHAVIOUR[its.name], its, level, better=-1 if "dropout" in its.name else 1)
        for its in chain.steps
        if its.name in BEHAVIOUR
    ]
    answered = _Node("Satisfaction", f"n {chain.respondents:,}")
    money = [] if worth is None else [_money(worth, level)]
    return [its for its in (drivers, [answered], done, money) if its]


def _node(name: str, its: ResampledEstimate, level: float, value: str, form: str) -> _Node:
    low, high = interval_between(its, level)
    ends = f"{low:{form}} to {high:{form}}"
    return _Node(name, _signed(value), _signed(ends), its.value >= 0, low <= 0 <= high)


def _changed(name: str, its: ResampledEstimate, level: float, *, better: int) -> _Node:
    """Return what customers do: the change of a ratio."""
    low, high = interval_between(its, level)
    value, ends = _change(its.value), f"{_change(low)} to {_change(high)}"
    return _Node(name, value, ends, better * its.value >= 0, low <= 0 <= high)


def _change(log_ratio: float) -> str:
    ratio = math.exp(min(log_ratio, 700.0))
    if ratio >= FACTOR:
        return f"× {number(ratio, 3)}"
    return _signed(f"{100 * (ratio - 1):+.1f} %")


def _money(worth: PointsValue, level: float) -> _Node:
    total = worth.total
    low, high = interval_between(total, level)
    value, *ends = (number(float(f"{its:.4g}")) for its in (total.value, low, high))
    ahead = "" if total.value < 0 else "+"
    found = _signed(ahead + value), _signed(" to ".join(ends))
    return _Node("Money", *found, total.value >= 0, low <= 0 <= high)


def _signed(text: str) -> str:
    return text.replace("-", "−")


def _below(chain: Chain, worth: PointsValue | None) -> str:
    """Say what the numbers are of, a line for each kind."""
    lines = ["Behaviour: change by one point of satisfaction"]
    if chain.dimensions:
        lines.insert(0, "Drivers: points of satisfaction by one point")
    if worth is not None:
        of = worth.dimension or "satisfaction"
        lines.append(f"Money: all feel {_signed(f'{worth.points:+g}')} points of {of}")
    return "\n".join(lines)


def _draw(ax: Axes, stages: Sequence[Sequence[_Node]]) -> None:
    """Draw all boxes and arrows on the axes in inches."""
    window, inch = ax.get_window_extent(), ax.figure.dpi
    width, height = window.width / inch, window.height / inch
    (_across if width >= WIDE else _down)(ax, stages, width, height)
    ax.set_xlim(0, width)
    ax.set_ylim(height, 0)


def _across(ax: Axes, stages: Sequence[Sequence[_Node]], width: float, height: float) -> None:
    """Draw stages as columns."""
    column = width / len(stages)
    rows = max(map(len, stages))
    half = np.minimum((column * COLUMN, height / rows * STAGE), MOST_BOX) / 2
    font = _font(stages, half)
    middles = [
        [np.array([(k + 0.5) * column, (row + 0.5) * height / len(its)]) for row in range(len(its))]
        for k, its in enumerate(stages)
    ]
    for k, its in enumerate(stages):
        for node, middle in zip(its, middles[k], strict=True):
            frame(ax, np.concatenate((middle - half, middle + half)), filled=k > 0)
            _in_lines(ax, node, middle, half, font)
    right = np.array([half[0], 0.0])
    for k, (some, then) in enumerate(itertools.pairwise(stages)):
        for one, start in zip(some, middles[k], strict=True):
            for other, end in zip(then, middles[k + 1], strict=True):
                link = other if len(then) > 1 or _is_hub(one) else one
                _arrow(ax, start + right, end - right, link)


def _is_hub(node: _Node) -> bool:
    return not node.interval


def _font(stages: Sequence[Sequence[_Node]], half: FloatArray) -> float:
    """Return the size in which all numbers fit their boxes."""
    longest = max(len(text) for its in stages for node in its for text in node[1:3])
    wide = 2 * half[0] * POINTS / (LETTER * NUMBERS * longest)
    return float(max(min(LARGEST_FONT, wide, 2 * half[1] * POINTS / LINES), SMALLEST_FONT))


def _in_lines(ax: Axes, node: _Node, middle: FloatArray, half: FloatArray, font: float) -> None:
    """Write a name, and below it estimate and interval."""
    lines, size = fitting(_called(node), 2 * half, font)
    below = "\n".join(text for text in (node.value, node.interval) if text)
    x, top, bottom = float(middle[0]), float(middle[1] - half[1]), float(middle[1] + half[1])
    edge = 0.3 * font / POINTS
    how: dict[str, Any] = {"ha": "center", "parse_math": False}
    ax.text(x, top + edge, lines, va="top", fontsize=size, **how)
    colour = GREY if node.unsure or _is_hub(node) else BLACK
    ax.text(x, bottom - edge, below, va="bottom", fontsize=NUMBERS * font, color=colour, **how)


def _called(node: _Node) -> str:
    return capitalised(node.name)


def _down(ax: Axes, stages: Sequence[Sequence[_Node]], width: float, height: float) -> None:
    """Draw stages below each other, the boxes of a stage close together."""
    row = max((height - GAP * (len(stages) - 1)) / sum(map(len, stages)), 0.05)
    half = np.array([width * 0.98, min(row * ROW, MOST_BOX[1])]) / 2
    parts = np.array([half[0], half[1]])  # the left for names, the right for numbers
    font = min(_font(stages, parts * (0.56, 2.0)), 0.9 * half[1] * POINTS)
    top = 0.0
    for k, its in enumerate(stages):
        for node in its:
            middle = np.array([width / 2, top + row / 2])
            frame(ax, np.concatenate((middle - half, middle + half)), filled=k > 0)
            _in_row(ax, node, middle, half, font)
            top += row
        if k + 1 < len(stages):
            shown = its if len(its) > 1 and not _is_hub(its[0]) else stages[k + 1]
            strongest = min(shown, key=lambda node: (node.unsure, not node.better))
            edge = (row - 2 * half[1]) / 2
            _arrow(
                ax,
                np.array([width / 2, top - edge]),
                np.array([width / 2, top + GAP + edge]),
                strongest,
            )
            top += GAP


def _in_row(ax: Axes, node: _Node, middle: FloatArray, half: FloatArray, font: float) -> None:
    """Write a name on the left, estimate and interval on the right."""
    room = half * (0.96, 2 * 0.8)
    lines, size = fitting(_called(node), room, font)
    edge = 0.06
    how: dict[str, Any] = {"va": "center", "parse_math": False}
    x, y = float(middle[0]), float(middle[1])
    ax.text(x - half[0] + edge, y, lines, ha="left", fontsize=size, **how)
    numbers = "\n".join(text for text in (node.value, node.interval) if text)
    colour = GREY if node.unsure or _is_hub(node) else BLACK
    at = x + float(half[0]) - edge
    ax.text(at, y, numbers, ha="right", fontsize=NUMBERS * font, color=colour, **how)


def _arrow(ax: Axes, start: FloatArray, end: FloatArray, node: _Node) -> None:
    """Draw an arrow."""
    how = {"arrowstyle": "-|>", "shrinkA": 1, "shrinkB": 1, "mutation_scale": 9} | node.line
    ax.annotate("", xy=tuple(end.tolist()), xytext=tuple(start.tolist()), arrowprops=how)
