"""Boxes of diagrams, and names that fit into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custvalue._picture import name_in_box
from custvalue._plotting.style import BLUE, GREY
from custvalue._rows import FloatArray
from custvalue._table import text_width, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 72  # for an inch
LETTER = 0.62  # of the size of a font: the width of a letter
TALL = 0.95  # of two lines: what a name may take of a box
LARGEST_FONT, SMALLEST_FONT = 10.0, 5.5
FAINT = 0.14  # of the fill of a box


def frame(ax: Axes, box: FloatArray, *, filled: bool) -> None:
    """Draw the frame of a box (left, top, right, bottom), filled where arrows lead to it."""
    from matplotlib.patches import FancyBboxPatch

    left, top, right, bottom = box.tolist()
    patch = FancyBboxPatch(
        (left, top),
        right - left,
        bottom - top,
        boxstyle="round,pad=0,rounding_size=0.06",
        facecolor=BLUE if filled else "none",
        edgecolor="none" if filled else GREY,
        alpha=FAINT if filled else None,
    )
    ax.add_patch(patch)


def fitting(name: str, room: FloatArray, font: float) -> tuple[str, float]:
    """Return the lines of a name, and the size in which they fit into a box in inches."""
    most = int(room[0] * POINTS / (LETTER * SMALLEST_FONT))
    for size in np.arange(font, SMALLEST_FONT, -0.5):
        columns = int(room[0] * POINTS / (LETTER * size))
        lines = wrapped(name, max(columns, 1))
        whole = all(word in " ".join(lines).split() for word in name.split())
        if len(lines) * size <= 2 * font * TALL and (whole or text_width(name) == 2 * len(name)):
            return "\n".join(lines), float(size)
    return name_in_box(name, max(most, 1), 2), SMALLEST_FONT
