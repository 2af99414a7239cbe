"""The public interface in lines of text: every public name, its members and their arguments.

Annotations are left out: the type checkers look at them, and Python writes them differently
from version to version.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Iterator
from enum import Enum, EnumType
from pathlib import Path
from typing import Any, get_args

import custvalue

SOURCE = Path(custvalue.__file__).parent
KEPT = Path(__file__).parents[1] / "public_interface.txt"
OF_PYDANTIC = {"model_config", "model_post_init"}
FACES = sorted(path.stem for path in SOURCE.glob("[!_]*.py"))


def arguments(callable_: Any) -> str:
    """Write the arguments as a definition does, with their defaults and without annotations."""
    of_language = inspect.isclass(callable_) and not inspect.isfunction(callable_.__init__)
    if of_language or isinstance(callable_, EnumType):
        return ""  # what a plain error or an enumeration takes is for the language to say
    if hasattr(callable_, "model_rebuild"):
        callable_.model_rebuild()  # built when first used, and its arguments known only then
    found = inspect.signature(callable_)
    bare = [each.replace(annotation=each.empty) for each in found.parameters.values()]
    return str(found.replace(parameters=bare, return_annotation=found.empty))


def members(owner: type) -> Iterator[str]:
    """Write what a class and its bases in the package offer."""
    for name in sorted(dir(owner)):
        home = next((each for each in owner.__mro__ if name in vars(each)), owner)
        declared = name.isupper() and not issubclass(owner, Enum)  # for the house: LABELS, TITLE
        if name.startswith("_") or name in OF_PYDANTIC or declared:
            continue
        if not home.__module__.startswith("custvalue"):
            continue
        member = vars(home).get(name)
        if isinstance(member, classmethod | staticmethod):
            yield f"{name}{arguments(getattr(owner, name))}  # {type(member).__name__}"
        elif inspect.isfunction(member):
            yield f"{name}{arguments(member)}"
        elif isinstance(member, property | functools.cached_property):
            yield f"{name}  # property"
        else:
            yield name


def bases(owner: type, public: set[int]) -> str:
    """Name what a user may test for: the public bases and those of the language."""
    known = [
        each.__name__
        for each in owner.__mro__[1:-1]
        if each.__module__ == "builtins" or id(each) in public
    ]
    return f" from {', '.join(known)}" if known else ""


def lines() -> Iterator[str]:
    """Write every public name; one that several faces have is written in full at the first."""
    seen: dict[int, str] = {}
    modules = {face: importlib.import_module(f"custvalue.{face}") for face in FACES}
    everything = {id(getattr(each, name)) for each in modules.values() for name in each.__all__}
    for face, module in modules.items():
        for name in sorted(module.__all__):
            public, full = getattr(module, name), f"{face}.{name}"
            if (first := seen.setdefault(id(public), full)) != full:
                yield f"{full} is {first}"
            elif inspect.isclass(public):
                yield f"class {full}{arguments(public)}{bases(public, everything)}"
                yield from (f"    .{each}" for each in members(public))
            elif callable(public) and not get_args(public):
                yield f"def {full}{arguments(public)}"
            else:
                yield f"{full} {', '.join(map(str, get_args(public)))}".rstrip()


def write() -> None:
    """Keep the interface of today; the diff shows each name that came, went or changed."""
    KEPT.write_text("\n".join(lines()) + "\n", "utf-8")


if __name__ == "__main__":
    write()
