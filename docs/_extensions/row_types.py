"""Write the page of what results are made of: row types and literals that no face lists.

They are found by the annotations of everything public, so that the page is complete by itself.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import custvalue

FACES = [
    module.name
    for module in pkgutil.iter_modules(custvalue.__path__)
    if module.name[0] != "_" and module.name not in ("plotting", "testing", "errors")
]
NAME = re.compile(r"\b[A-Z]\w+\b")
HEAD = """Rows and choices
================

What results are made of, and the choices that arguments take. You read these types as attributes
of a result, as in ``gaps.dimensions[0].gap``, and rarely construct them.
"""


def write(folder: Path) -> None:
    """Write ``results.rst`` with a table of rows and one of choices for every face.

    Pages of an earlier build go first: what they were about may be gone.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    public = {id(thing) for face in FACES for thing in _listed(face).values()}
    seen: set[int] = set()
    parts = [HEAD]
    for face in FACES:
        found = list(_reachable(_listed(face).values(), public, seen))
        parts += _section(face, [pair for pair in found if inspect.isclass(pair[1])], found)
    (folder / "results.rst").write_text("\n".join(parts), encoding="utf-8")


def described() -> set[str]:
    """Name the properties and methods of everything public, which a page tabulates."""
    public = {id(thing) for face in FACES for thing in _listed(face).values()}
    every = [thing for face in FACES for thing in _listed(face).values()]
    every += [found for _, found in _reachable(every, public, set())]
    return {
        f"{cls.__qualname__}.{name}"
        for cls in filter(inspect.isclass, every)
        for name in dir(cls)
        if not name.startswith("_") and inspect.getdoc(inspect.getattr_static(cls, name))
        if not isinstance(inspect.getattr_static(cls, name), str | int | float | tuple | dict)
    }


def _section(face: str, rows: list[tuple[str, Any]], found: list[tuple[str, Any]]) -> list[str]:
    if not found:
        return []
    title = f"custvalue.{face}"
    lines = ["", title, "-" * len(title), ""]
    if rows:
        lines += [".. autosummary::", "   :toctree:", "   :nosignatures:", ""]
        lines += [f"   ~{cls.__module__}.{cls.__qualname__}" for _, cls in sorted(rows, key=_name)]
    choices = sorted((pair for pair in found if not inspect.isclass(pair[1])), key=_name)
    if choices:
        lines += ["", ".. list-table::", "   :header-rows: 1", "", "   * - choice", "     - values"]
    for name, alias in choices:
        values = ", ".join(f"``{value!r}``" for value in get_args(alias))
        lines += [f"   * - ``{name}``", f"     - {values}"]
    return lines


def _name(pair: tuple[str, Any]) -> str:
    return pair[0]


def _listed(face: str) -> dict[str, Any]:
    __import__(f"custvalue.{face}")
    module = sys.modules[f"custvalue.{face}"]
    return {name: getattr(module, name) for name in module.__all__}


def _reachable(things: Any, public: set[int], seen: set[int]) -> Iterator[tuple[str, Any]]:
    """Yield what annotations name, and what the annotations of that name, each thing once."""
    for thing in things:
        for name, found in _named(thing):
            if id(found) in public or id(found) in seen:
                continue
            seen.add(id(found))
            yield name, found
            yield from _reachable([found], public, seen)


def _named(thing: Any) -> Iterator[tuple[str, Any]]:
    for where, text in _annotations(thing):
        known = vars(sys.modules[where])
        for name in dict.fromkeys(NAME.findall(text)):
            found = known.get(name)
            ours = getattr(found, "__module__", "").startswith("custvalue.")
            if (inspect.isclass(found) and ours) or get_origin(found) is Literal:
                yield name, found


def _annotations(thing: Any) -> Iterator[tuple[str, str]]:
    """Yield module and text of the annotations of a function, or of a class's public part."""
    if inspect.isfunction(thing):
        yield from ((thing.__module__, str(each)) for each in thing.__annotations__.values())
    if not inspect.isclass(thing):
        return
    for cls in thing.__mro__:
        if not cls.__module__.startswith("custvalue."):
            continue
        yield cls.__module__, cls.__name__.partition("[")[2]
        for name, each in inspect.get_annotations(cls).items():
            if not name.startswith("_"):
                yield cls.__module__, str(each)
        for name, member in dict(vars(cls)).items():
            function = getattr(member, "__func__", getattr(member, "fget", None)) or member
            shown = name in ("__getitem__", "__iter__") or not name.startswith("_")
            if shown and inspect.isfunction(inspect.unwrap(function)):
                yield from _annotations(inspect.unwrap(function))
