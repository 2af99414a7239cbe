"""Pictures as SVG inside the page: the same input gives the same text, byte for byte."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from custvalue._report.catalogue import Page
from custvalue._report.content import PictureBlock
from custvalue._report.translation import drawn as in_words
from custvalue.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from custvalue.plotting import Picture

METADATA = ("Creator", "Date", "Format", "Type")  # not written: they name versions and times


def picture(
    name: str, draw: Callable[[], Picture], *, caption: str, description: str
) -> PictureBlock:
    """Draw a picture, or say what is missing to draw it."""
    try:
        with warnings.catch_warnings():  # the browser draws the text, with fonts of its own
            warnings.filterwarnings("ignore", message="no font that is in use has")
            drawn = draw()
    except MissingExtraError as error:
        reason = Page.NO_PICTURE(error=str(error))
        return PictureBlock(caption=caption, description=description, svg=None, reason=reason)
    return PictureBlock(
        caption=caption,
        description=description,
        svg=in_words(_svg(name, drawn.figure, description)),
    )


def _svg(name: str, figure: Figure, description: str) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    written = io.StringIO()
    with (
        warnings.catch_warnings(),
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "custvalue"}),
    ):
        # the browser draws the text, so a glyph that matplotlib's font lacks is not lost
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.set_facecolor("none")
        for axes in figure.axes:
            axes.set_facecolor("none")
        canvas: Any = FigureCanvasSVG(figure)
        canvas.print_svg(written, metadata=dict.fromkeys(METADATA))  # savefig draws twice
    return _for_a_page(name, written.getvalue(), description)


def _for_a_page(name: str, svg: str, description: str) -> str:
    """Cut what belongs to a file, keep ids apart, and take colour and font from the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*<style type=\"text/css\">.*?</style>\s*</defs>\s*", "", svg, count=1)
    svg = re.sub(r"<[^>]*>", lambda tag: _tag_for_a_page(name, tag[0]), svg)
    label = escape(description, quote=True)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" fill="currentColor" ', 1)


def _tag_for_a_page(name: str, tag: str) -> str:
    """Change a tag alone: names from the user's data stand between the tags."""
    tag = re.sub(r'\bid="', f'id="{name}-', tag)
    tag = re.sub(r'(href="#|url\(#)', rf"\1{name}-", tag)
    tag = tag.replace("#000000", "currentColor")
    tag = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", tag)
    return re.sub(r"font-family: [^;\"]*;?", "", tag)
