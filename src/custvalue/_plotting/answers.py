"""The picture of answers: stacked bars that diverge from the middle of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from custvalue._comparing.crosstab_table import MOST_PRINTED, Crosstab
from custvalue._inference.cells import answer_cells
from custvalue._picture import Picture, axes_of_rows, hide_without_room, legend_above, name_rows
from custvalue._plotting.style import BLUE, GREY, VERMILLION, beside, finished
from custvalue._respondents.codebook import Codebook, names_of, stated_scale
from custvalue._respondents.counts import offered_answers
from custvalue._respondents.responses import Responses
from custvalue._rows import FloatArray
from custvalue._words import count
from custvalue.errors import DataError, ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

MIDDLE = (0.85, 0.85, 0.85)
DARK = 0.55  # the lightness below which a text is white
APART = 8.0  # percent between the answers and the "don't know"
STEP = 25  # percent between two marks
NAMED = 11  # answers in the legend; of more every second, third and so on


class _Bar(NamedTuple):
    """A row: its name, the shares of the answers, who answered, and who said "don't know"."""

    name: str
    shares: FloatArray
    n: int
    dont_know: int

    @property
    def unknown(self) -> float:
        """The share of "don't know" among those asked."""
        return self.dont_know / max(self.n + self.dont_know, 1)


def answers_diverging(
    answers: Responses | Crosstab, ax: Axes | None = None, *, codebook: Codebook | None = None
) -> Picture:
    """Draw how often each answer was given, bad ones to the left and good ones to the right.

    One bar an item, or a printed column of a crosstab: (weighted) shares of the answers in percent,
    about the middle of the scale. "Don't know" stands beside in grey, as share of those who were
    asked.

    Parameters
    ----------
    answers : Responses or Crosstab
        Answers to one item or several, or what ``comparing.crosstab()`` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw.
    codebook : Codebook, optional
        Its words name the answers of Responses; a crosstab has its names already.

    Raises
    ------
    DataError
        If nobody answered any of the items.
    MissingExtraError, ParameterError
        If matplotlib is not installed, `answers` are of another kind, their scale has no steps, or
        the codebook is for another scale.

    Examples
    --------
    >>> from custvalue import plotting
    >>> from custvalue.survey import Responses, Scale
    >>> frame = {"friendly": [5, 4, 4, 9, 2], "on time": [3, 1, 2, 4, 5]}
    >>> answers = Responses.from_frame(
    ...     frame, scale=Scale(1, 5, missing_codes=(9,)), missing="pairwise"
    ... )
    >>> plotting.answers_diverging(answers)
    Picture('Shares of the answers; 4 to 5 answers')
    """
    if isinstance(answers, Crosstab):
        bars, names = _of_crosstab(answers, codebook)
    else:
        bars, names = _of_items(answers, codebook)
    if not bars:
        raise DataError(
            "nobody answered any of the items, so there is nothing to draw. Draw others."
        )
    good = answers.scale.sign > 0
    shades = _shades(len(names))
    labels = [bar.name for bar in bars]
    ax = axes_of_rows(ax, labels, besides=1.3)
    order = range(len(names)) if good else range(len(names) - 1, -1, -1)
    numbers: list[tuple[Annotation, float]] = []
    for place, bar in enumerate(bars):
        shares = bar.shares[list(order)]
        numbers += _stack(ax, place, shares, shades, [names[k] for k in order])
    high = _marks(ax)
    if any(bar.dont_know for bar in bars):
        _beside_answers(ax, bars, high)
    ax.axvline(0, color="black", linewidth=0.8, zorder=0)
    name_rows(ax, labels)
    ax.set_xlabel("Share of the answers, %")
    sizes = sorted(bar.n for bar in bars)
    base = count(sizes[0], "answer")
    if sizes[0] < sizes[-1]:
        base = f"{sizes[0]:,} to {count(sizes[-1], 'answer')}"
    picture = finished(ax, f"Shares of the answers; {base}", above=9 + legend_above(ax, 6))
    hide_without_room(ax, numbers)
    return picture


def _of_crosstab(table: Crosstab, codebook: object) -> tuple[list[_Bar], list[str]]:
    """Return a bar for each column that is printed and in which somebody answered."""
    if codebook is not None:
        raise ParameterError(
            "codebook must be given to comparing.crosstab(…, codebook=…), which names its rows by "
            "it. Leave it out here."
        )
    rows = [row for row in table.rows if row.kind == "answer"]
    bars = []
    for place, column in enumerate(table.banner[:MOST_PRINTED]):
        shares = [its.value for row in rows if (its := row.estimates[place]) is not None]
        if shares:
            bars.append(_Bar(column.name, np.array(shares), column.n, column.dont_know))
    return bars, [row.name for row in rows]


def _of_items(answers: object, codebook: Codebook | None) -> tuple[list[_Bar], list[str]]:
    """Return a bar for each item that somebody answered."""
    if not isinstance(answers, Responses):
        raise ParameterError(
            f"answers must be Responses, or the Crosstab that comparing.crosstab() returns, but it "
            f"is {type(answers).__name__}."
        )
    stated_scale(answers.scale, codebook)
    offered = offered_answers(answers.scale, "answers_diverging")
    bars = []
    for item in answers.base.items:
        given = answers.item(item.name)
        used = ~np.isnan(given) & (answers.weights > 0)
        if used.any():
            cells = answer_cells(given[used], answers.sample.of_rows(used), offered)
            shares = np.array(cells.shares)
            bars.append(_Bar(item.name, shares, sum(cells.counts), item.dont_know))
    return bars, names_of(offered, codebook)


Colour = tuple[float, float, float]


def _shades(answers: int) -> list[Colour]:
    """Return a colour for each answer, from bad to good; that in the middle is grey."""
    from matplotlib.colors import to_rgb

    found = []
    for place in np.linspace(-1, 1, answers).tolist():
        end = to_rgb(VERMILLION if place < 0 else BLUE)
        part = abs(place) ** 0.8
        red, green, blue = (part * e + (1 - part) * m for e, m in zip(end, MIDDLE, strict=True))
        found.append((red, green, blue))
    return found


def _stack(
    ax: Axes, place: int, shares: FloatArray, shades: Sequence[Colour], names: Sequence[str]
) -> list[tuple[Annotation, float]]:
    """Draw one bar whose middle answer lies about 0, and return its numbers with their room."""
    numbers = []
    half, odd = divmod(len(shares), 2)
    start = -float(shares[:half].sum() + (shares[half] / 2 if odd else 0.0))
    step = -(-len(shares) // NAMED)
    for answer, (share, colour, name) in enumerate(
        zip(shares.tolist(), shades, names, strict=True)
    ):
        label = name if not place and answer % step == 0 else None
        ax.barh(place, 100 * share, left=100 * start, height=0.7, color=colour, label=label)
        written = ax.annotate(
            f"{100 * share:.0f}",
            (100 * (start + share / 2), place),
            color="white" if sum(colour) / 3 < DARK else "black",
            ha="center",
            va="center",
            fontsize="small",
        )
        numbers.append((written, 100 * share))
        start += share
    return numbers


def _marks(ax: Axes) -> float:
    """Mark percent on both sides of the middle, and return how far the bars reach to the right."""
    low, high = ax.dataLim.intervalx
    marks = np.arange(STEP * np.floor(low / STEP), high + STEP, STEP)
    marks = marks[(marks >= low - 2) & (marks <= high + 2)]
    ax.set_xticks(marks, [f"{abs(its):.0f}" for its in marks])
    ax.set_xlim(low - 2, high + 2)
    return float(high)


def _beside_answers(ax: Axes, bars: Sequence[_Bar], high: float) -> None:
    """Draw "don't know" to the right of all answers."""
    left = high + APART
    most = 100 * max(bar.unknown for bar in bars)
    for place, bar in enumerate(bars):
        label = None if place else "don't know"
        ax.barh(place, 100 * bar.unknown, left=left, height=0.7, color=GREY, label=label)
        beside(ax, f"{100 * bar.unknown:.0f}", (left + 100 * bar.unknown, place), away=3)
    ax.axvline(left - APART / 2, color=GREY, linewidth=0.8, linestyle=":")
    ax.set_xlim(ax.get_xlim()[0], left + most + APART)
