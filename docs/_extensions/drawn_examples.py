"""Put the picture that an example draws below its code.

The examples of a page run once, in one namespace, as its tests run them. Where the value of an
example is a ``custvalue.plotting.Picture``, its image takes the place of the printed value. Pages
on which nothing is drawn are not run. Nothing of it is kept outside the build.
"""

from __future__ import annotations

import doctest
import io
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import matplotlib as mpl
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from custvalue.plotting import Picture

FOLDER = Path("_build", "pictures")  # below the sources, where an image must be to be found
DRAWS = re.compile(r"\.plot\(|plotting\.\w+\(")


class DrawnExamples(SphinxTransform):
    """Runs the examples of a page that draws, and adds the images."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Run the page's examples in order and change those that draw."""
        blocks = list(self.document.findall(_is_example))
        if not any(DRAWS.search(block.astext()) for block in blocks):
            return
        names: dict[str, Any] = {}
        for block in blocks:
            parts = list(_parts(block.astext(), names))
            if any(picture is not None for _, picture in parts):
                block.replace_self([node for part in parts for node in self._nodes(block, *part)])

    def _nodes(
        self, block: nodes.Element, text: str, picture: Picture | None
    ) -> Iterator[nodes.Element]:
        if text.strip():
            yield _same_block(block, text.strip("\n"))
        if picture is not None:
            yield self._image(picture)

    def _image(self, picture: Picture) -> nodes.image:
        folder = Path(self.env.srcdir) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        count = self.env.new_serialno("picture")
        file = folder / f"{self.env.docname.replace('/', '-')}-{count}.svg"
        with mpl.rc_context({"svg.hashsalt": file.stem}):
            picture.save(file)
        title = picture.axes.get_title(loc="left")
        return nodes.image(uri=f"/{FOLDER.as_posix()}/{file.name}", alt=title)


def _is_example(node: nodes.Node) -> bool:
    return isinstance(node, nodes.doctest_block | nodes.literal_block) and (
        node.astext().lstrip().startswith(">>>")
    )


def _parts(text: str, names: dict[str, Any]) -> Iterator[tuple[str, Picture | None]]:
    """Run a block; yield its text up to each picture with that picture, then the rest."""
    kept: list[str] = []
    for part in doctest.DocTestParser().parse(text):
        if isinstance(part, str):
            kept.append(part)
            continue
        value = _value(part, names)
        kept.append(_typed(part.source))
        if isinstance(value, Picture):
            yield "".join(kept), value
            kept = []
        else:
            kept.append(part.want)
    yield "".join(kept), None


def _typed(source: str) -> str:
    first, *rest = source.splitlines()
    return "".join([f">>> {first}\n", *(f"... {line}\n" for line in rest)])


def _value(example: doctest.Example, names: dict[str, Any]) -> Any:
    """Run one example and return what the prompt would print."""
    with _kept() as shown, warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(example.source, "<example>", "single"), names)  # noqa: S102 -- our pages
        except Exception:
            if example.exc_msg is None:
                raise
    return shown[-1] if shown else None


@contextmanager
def _kept() -> Iterator[list[Any]]:
    """Keep what the prompt would print."""
    shown: list[Any] = []
    before, sys.displayhook = sys.displayhook, shown.append
    try:
        yield shown
    finally:
        sys.displayhook = before


def _same_block(block: nodes.Element, text: str) -> nodes.Element:
    changed = block.__class__(text, text, **block.attributes)
    changed.source, changed.line = block.source, block.line
    return changed


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_transform(DrawnExamples)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
