"""What pictures share: their type, checked results, axes, and texts that can be read."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from custvalue._checks import callers_level
from custvalue._rows import FloatArray
from custvalue._table import text_width, wrapped
from custvalue._words import more
from custvalue.errors import DataWarning, MissingExtraError, ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Annotation, Text

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Heiti SC",
)
FIRST_CHINESE = 0x2E80  # the first code point of the radicals, which Latin fonts do not have
ROOM = 6.0  # pixels between a number and the frame
BESIDE, ABOVE = 5.0, 4.0  # points from the middle of a point to its name
MARKER = 4.0  # points from the middle of a point to its edge
ROW, LINE, GAP = 0.42, 0.17, 0.12  # inches: a row of bars, a line of its name, between two names
NAME_WIDTH, LEAST_NAME, MOST_LINES = 34, 12, 5  # columns of a name, and its lines
POINT_WIDTH = 24  # of the name of a point
LETTERS = 6  # columns of a name for each inch of the axes
LETTERS_BELOW = 9  # columns of names for each inch below the axes
SMALLEST, MARGIN = 10, 0.6  # columns for an inch of text in any case; inches beside it
BESIDES = 0.9  # inches besides the rows
ENDING = re.compile(r"\n[^\n]+$| \(\S+\)$|[-_/.#:]?\d{1,8}$")
BELOW = 0.6  # inches from the axes to a legend below the name of the axis
LEGEND_ROW = 15.0  # points
SHARP = 2  # pixels of a notebook's picture for one of the page: screens have as many
PNG_WIDTH, PNG_HEIGHT = slice(16, 20), slice(20, 24)  # bytes of the header


class Picture:
    """A picture of a result, which a notebook shows where it is the last line of a cell.

    It needs no ``%matplotlib inline``, and neither pyplot nor the settings of matplotlib are
    touched. Change what you like through ``axes`` before you save it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where it is drawn.

    Examples
    --------
    >>> from custvalue import satisfaction
    >>> score = satisfaction.NetPromoterScore.from_counts(
    ...     promoters=162, passives=108, detractors=54
    ... )
    >>> picture = score.plot()
    >>> picture.axes.get_xlabel()
    'Share of respondents, %'
    """

    __slots__ = ("axes",)

    def __init__(self, axes: Axes) -> None:
        self.axes: Axes = axes

    @property
    def figure(self) -> Figure:
        """The whole figure that the axes are on."""
        return self.axes.figure.figure  # a subfigure's is the figure around it

    def save(self, path: str | Path) -> None:
        """Write the whole figure to a file.

        Parameters
        ----------
        path : str or Path
            Its suffix says which format: ``.png``, ``.svg``, ``.pdf`` and others.

        Raises
        ------
        ParameterError
            If matplotlib has no format with that suffix.
        """
        known = self.figure.canvas.get_supported_filetypes()
        if Path(path).suffix[1:].lower() not in known:
            formats = ", ".join(f".{suffix}" for suffix in sorted(known))
            raise ParameterError(f"path must end in one of {formats}, but it is {str(path)!r}.")
        with _glyphs_ignored():
            self.figure.savefig(path)

    def __repr__(self) -> str:
        return f"Picture({self.axes.get_title(loc='left')!r})"

    def _repr_png_(self) -> tuple[bytes, dict[str, float]] | None:
        """Return a sharp PNG and its size on the page; nothing where pyplot shows the figure."""
        if self.figure.canvas.manager is not None:
            return None
        written = io.BytesIO()
        with _glyphs_ignored():
            self.figure.savefig(written, format="png", dpi=SHARP * self.figure.dpi)
        png = written.getvalue()
        width, height = (int.from_bytes(png[part]) / SHARP for part in (PNG_WIDTH, PNG_HEIGHT))
        return png, {"width": width, "height": height}


def require_result(argument: str, value: object, kind: type, made_by: str) -> None:
    """Raise a ParameterError unless a picture is given the result that it shows."""
    if not isinstance(value, kind):
        name = type(value).__name__
        given = f"another {name}" if name == kind.__name__ else name
        raise ParameterError(
            f"{argument} must be the {kind.__name__} that {made_by} returns, but it is {given}."
        )


def axes_of(ax: Axes | None, *, height: float, width: float = 7.2) -> Axes:
    """Return the axes to draw on: a new figure's if there are none, in inches."""
    try:
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError(
            'Pictures need matplotlib, which is not installed: pip install "custvalue[plot]".'
        ) from None
    if ax is None:
        return Figure(figsize=(width, height), layout="constrained").add_subplot()
    if not isinstance(ax, Axes):
        raise ParameterError(
            f"ax must be matplotlib Axes, as in matplotlib.figure.Figure().add_subplot(), but it "
            f"is {type(ax).__name__}."
        )
    return ax


def axes_of_rows(
    ax: Axes | None, names: Sequence[str], *, besides: float, each: float = ROW
) -> Axes:
    """Return axes to draw rows on, high enough for their names; `besides` the rows, in inches."""
    lines = max((_lines(name, NAME_WIDTH, MOST_LINES).count("\n") for name in names), default=0) + 1
    return axes_of(ax, height=besides + len(names) * max(each, LINE * lines + GAP))


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """Name the rows, the first on top; names that find no room are wrapped, or cut with a sign."""
    alone = ax.figure.axes == [ax]
    room, inch = ax.figure.bbox if alone else ax.get_window_extent(), ax.figure.dpi
    width = min(NAME_WIDTH, max(LEAST_NAME, int(room.width / inch * LETTERS)))
    row = (room.height / inch - (BESIDES if alone else BESIDES / 2)) / max(len(names), 1)
    most = max(1, min(MOST_LINES, int((row - GAP / 2) / LINE)))
    ax.set_yticks(
        range(len(names)), [_lines(name, width, most) for name in names], parse_math=False
    )
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)


def name_columns(ax: Axes, places: Sequence[float], names: Sequence[str]) -> None:
    """Name places from left to right; of more than there is room for every second, third and so on.

    Names of times, which are short as a rule; long ones are wrapped.
    """
    inches = ax.figure.bbox.width / ax.figure.dpi if ax.figure.axes == [ax] else _width(ax)
    letters = int(LETTERS_BELOW * inches)
    widest = min(max(map(text_width, names)), LEAST_NAME)
    step = -(-len(names) * (widest + 2) // max(letters, 1))
    width = max(widest, letters * step // len(names) - 2)
    kept = range(0, len(names), step)
    ax.set_xticks(
        [places[k] for k in kept],
        [_lines(names[k], width, MOST_LINES) for k in kept],
        parse_math=False,
    )


def _width(ax: Axes) -> float:
    """Return the width of axes in inches."""
    return float(ax.get_window_extent().width / ax.figure.dpi)


def name_of_point(name: str, points: int) -> str:
    """Return a name to write beside one of many points: the more there are, the fewer its lines."""
    return _lines(name, POINT_WIDTH, max(1, min(3, POINT_WIDTH // points)))


def name_in_box(name: str, width: int, most: int) -> str:
    """Return a name to write into a box of some columns and lines; its ending remains."""
    return _lines(name, width, most)


def _lines(name: str, width: int, most: int) -> str:
    """Break a name into lines; what is more than there is room for gives way to a sign.

    What stands last remains: a line of its own, the category of an item in brackets, a number.
    """
    ending = ENDING.search(name)
    lines = [line for part in name.split("\n") for line in wrapped(part, width)]
    if len(lines) <= most:
        return "\n".join(lines)
    end = ending[0] if ending is not None and text_width(ending[0]) <= width else ""
    most = max(1, most - end.count("\n"))
    last = lines[most - 1]
    while last and text_width(f"{last}…{end.strip(chr(10))}") > width:
        last = last[:-1]
    return "\n".join([*lines[: most - 1], f"{last.rstrip()}…{end}"])


def within_figure(ax: Axes, title: Text) -> None:
    """Break the title and the name of the horizontal axis where they would leave the figure."""
    doubtful = [text for text in (title, ax.xaxis.label) if not _has_room(ax, text)]
    if not doubtful:
        return
    with _settled(ax):
        whole, room = ax.figure.figure.bbox, ax.get_window_extent()
        boxes = [text.get_window_extent() for text in doubtful]
    for text, box in zip(doubtful, boxes, strict=True):
        if box.x1 > whole.x1 or box.x0 < whole.x0:
            width = int(len(text.get_text()) * room.width / box.width)
            text.set_text("\n".join(wrapped(text.get_text(), max(width, LEAST_NAME))))


def _has_room(ax: Axes, text: Text) -> bool:
    """Return whether a text finds room beside the names of rows, without a layout that shows it."""
    lines = [line for name in ax.get_yticklabels() for line in name.get_text().split("\n")]
    columns = max(map(text_width, lines), default=0) + text_width(text.get_text())
    alone = ax.figure.axes == [ax]
    return bool(alone and columns / SMALLEST < ax.figure.bbox.width / ax.figure.dpi - MARGIN)


@contextmanager
def _glyphs_ignored() -> Iterator[None]:
    """Ignore matplotlib's warnings of missing glyphs: use_readable_fonts has given its own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        yield


@contextmanager
def _settled(ax: Axes) -> Iterator[None]:
    """Let the layout come to rest, so that texts can be measured; other axes are left alone."""
    from matplotlib.figure import Figure

    with _glyphs_ignored():
        if isinstance(ax.figure, Figure) and ax.figure.axes == [ax]:
            engine = ax.figure.get_layout_engine()
            if engine is not None:
                engine.execute(ax.figure)  # drawing does it, and more
        yield


def legend_above(ax: Axes, columns: int) -> float:
    """Put the legend above the axes, in as many columns as fit; return its height in points."""
    number, legend = columns, _legend(ax, columns)
    while number > 1 and not _fits(ax, legend):
        number -= 1
        legend = _legend(ax, number)
    return LEGEND_ROW * -(-len(legend.get_texts()) // number)


def legend_below(ax: Axes, columns: int) -> None:
    """Put the legend below the name of the horizontal axis, in as many columns as fit."""
    with _settled(ax):
        height = ax.get_window_extent().height / ax.figure.dpi
    for number in range(columns, 0, -1):
        legend = ax.legend(
            loc="upper center",
            bbox_to_anchor=(0.4, -BELOW / height),
            ncols=number,
            frameon=False,
            fontsize="small",
        )
        with _glyphs_ignored():
            width = legend.get_window_extent().width
        if width <= ax.figure.bbox.width:
            break


def _legend(ax: Axes, columns: int) -> Legend:
    legend = ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.0,
        ncols=columns,
        frameon=False,
        fontsize="small",
        columnspacing=1.4,
    )
    legend.set_in_layout(False)  # it must fit the axes, and not the axes make room for it
    return legend


def _fits(ax: Axes, legend: Legend) -> bool:
    with _settled(ax):
        return bool(legend.get_window_extent().width <= ax.get_window_extent().width)


def room_for_numbers(ax: Axes) -> None:
    """Widen the horizontal limits until the numbers beside the bars are within the frame."""
    with _settled(ax):
        texts = [text for text in _notes(ax) if text.xycoords == "data"]
        widths = {text: text.get_window_extent().width + 5 + ROOM for text in texts}
        whole = ax.get_window_extent().width
    sides = {"right": ROOM, "left": ROOM}  # a text that is aligned right hangs over on the left
    for text, width in widths.items():
        side = text.get_horizontalalignment()
        sides[side] = max(sides[side], width)
    low, high = ax.dataLim.intervalx
    left_over = whole - sum(sides.values())
    if high > low and left_over > 0:
        unit = left_over / (high - low)
        ax.set_xlim(low - sides["right"] / unit, high + sides["left"] / unit)


def hide_without_room(ax: Axes, numbers: Sequence[tuple[Annotation, float]]) -> None:
    """Hide the numbers on parts of bars that are narrower, in units of the horizontal axis."""
    with _settled(ax):
        for number, part in numbers:
            (start, _), (end, _) = ax.transData.transform([(0, 0), (part, 0)])
            if number.get_window_extent().width + ROOM / 2 > end - start:
                number.set_visible(False)


def spread_labels(ax: Axes, labels: Sequence[Annotation]) -> None:
    """Move names of points until none hides another; a line leads to those that moved away."""
    if not labels:
        return
    for label in labels:
        label.set_in_layout(False)  # the frame must not shrink for names that are still to move
    with _settled(ax):
        scale = ax.figure.dpi / 72
        frame = np.array(ax.get_window_extent().extents)
        whole = np.array(ax.figure.figure.bbox.extents)
        points = np.array([ax.transData.transform(label.xy) for label in labels])
        edge = MARKER * scale
        taken = [np.concatenate([middle - edge, middle + edge]) for middle in points]
        others = [text for text in _notes(ax) if text not in labels]
        taken += [np.array(text.get_window_extent().extents) for text in others]
        for label, middle in zip(labels, points, strict=True):
            taken.append(_moved(label, middle, scale, (frame, whole), np.array(taken)))


def _moved(
    label: Annotation,
    middle: FloatArray,
    scale: float,
    around: tuple[FloatArray, FloatArray],
    taken: FloatArray,
) -> FloatArray:
    """Move one label to the nearest free place, and return the box that it takes.

    It must be within the figure, should hide nothing, and had better be within the frame.
    """
    from matplotlib.text import Text

    box = Text.get_window_extent(label)  # without the arrow
    size = np.array([box.width, box.height])
    places = np.array(list(_places(size / scale, len(taken))))
    corners = middle + scale * places
    boxes = np.hstack([corners, corners + size])
    hidden = (boxes[:, None, :2] < taken[:, 2:]) & (boxes[:, None, 2:] > taken[:, :2])
    free = ~np.any(np.all(hidden, axis=2), axis=1)
    frame, whole = (
        (boxes[:, :2] >= its[:2]).all(axis=1) & (boxes[:, 2:] <= its[2:]).all(axis=1)
        for its in around
    )
    best = int(np.argmax(4 * whole + 2 * free + frame))
    label.set_position((places[best, 0], places[best, 1]))
    if label.arrow_patch is not None:
        label.arrow_patch.set_visible(best > 3)  # beyond the four corners
    found: FloatArray = boxes[best]
    return found


def _places(size: FloatArray, rows: int) -> Iterator[FloatArray]:
    """Yield offsets in points: the four corners of the point, then further up and down."""
    width, height = size
    for row in range(rows + 1):
        for down in (False, True):
            for left in (False, True):
                away = ABOVE + row * height
                yield np.array(
                    [-BESIDE - width if left else BESIDE, -away - height if down else away]
                )


def _notes(ax: Axes) -> list[Annotation]:
    from matplotlib.text import Annotation

    return [text for text in ax.texts if isinstance(text, Annotation)]


def use_readable_fonts(ax: Axes) -> None:
    """Let a Chinese font stand in for glyphs that the first font lacks; warn if there is none."""
    from matplotlib import font_manager
    from matplotlib.text import Text

    texts = [text for text in ax.findobj(Text) if isinstance(text, Text)]
    needed = sorted(
        {char for text in texts for char in text.get_text() if ord(char) >= FIRST_CHINESE}
    )
    if not needed:
        return
    installed = set(font_manager.get_font_names())
    spare = [name for name in CHINESE_FONTS if name in installed]
    for text in texts:
        text.set_fontfamily([*text.get_fontfamily(), *spare[:1]])
    lacking = [] if spare else _lacking(needed, texts[0])
    if lacking:
        others = f" (and {more(len(lacking) - 1, 'character')})" if len(lacking) > 1 else ""
        warnings.warn(
            f"no font that is in use has {lacking[0]!r}{others}, so that empty boxes are drawn. "
            f"Load a Chinese font before you draw, as in matplotlib.font_manager.fontManager."
            f"addfont('NotoSansSC-Regular.ttf'), or give English names.",
            DataWarning,
            stacklevel=callers_level(),
        )


def _lacking(chars: Sequence[str], text: Text) -> list[str]:
    """Return the characters that no font of a text has."""
    from matplotlib import font_manager, rcParams

    settings = cast("dict[str, Any]", rcParams)  # what sans-serif stands for
    families = text.get_fontfamily()
    names = [name for family in families for name in settings.get(f"font.{family}", [family])]
    found: set[int] = set()
    for name in names:
        try:
            path = font_manager.findfont(
                font_manager.FontProperties(family=[name]), fallback_to_default=False
            )
        except ValueError:  # not installed
            continue
        found |= set(font_manager.get_font(path).get_charmap())
    return [char for char in chars if ord(char) not in found]
