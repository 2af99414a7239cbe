"""Cells of a colour that deepens with their value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from custvalue._plotting.style import BLUE
from custvalue._rows import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PALEST, DARK = 0.04, 0.55  # of the colour of a cell; on darker ones numbers are white
FONT_POINTS = 10.0
CHARACTER = 0.6  # of the size of the font: how wide a digit is


def heat(ax: Axes, values: FloatArray, words: Sequence[Sequence[str]]) -> None:
    """Draw cells, the darker the larger their values, and write into them; none where it is NaN."""
    from matplotlib.patches import Rectangle

    most = max(float(np.nanmax(values)), 1e-300)
    size = min(FONT_POINTS, _room(ax, values.shape[1], words))
    for row, column in zip(*np.nonzero(~np.isnan(values)), strict=True):
        depth = PALEST + (1 - PALEST) * max(float(values[row, column]), 0.0) / most
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(Rectangle(corner, 1, 1, facecolor=BLUE, alpha=depth, edgecolor="none"))
        ax.text(
            column,
            row,
            words[int(row)][int(column)],
            ha="center",
            va="center",
            color="white" if depth > DARK else "black",
            fontsize=size,
            clip_on=True,
        )
    ax.set_xlim(-0.5, values.shape[1] - 0.5)
    ax.tick_params(axis="x", length=0)


def _room(ax: Axes, columns: int, words: Sequence[Sequence[str]]) -> float:
    """Return the size of the font, in points, with which the longest number fits its cell."""
    alone = ax.figure.axes == [ax]
    inches = (
        0.65 * ax.figure.bbox.width if alone else ax.get_window_extent().width
    ) / ax.figure.dpi
    longest = max(len(word) for row in words for word in row)
    return 72 * inches / columns / (CHARACTER * (longest + 1))
