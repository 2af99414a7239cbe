"""Numbers that stand in the source by name, and the usual values of arguments.

Thresholds, levels and counts of simulations, some of which no small example can show.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

import custvalue

ELSEWHERE = ("custvalue.__main__", "custvalue._testing", "custvalue.testing")
PACKAGE = Path(custvalue.__file__).parent
WITHOUT_RESULTS = ("errors", "plotting", "testing")
FACES = tuple(
    sorted(path.stem for path in PACKAGE.glob("[!_]*.py") if path.stem not in WITHOUT_RESULTS)
)


def modules() -> Iterator[str]:
    """Yield every module but those of tests and of the command line."""
    for found in pkgutil.walk_packages(custvalue.__path__, "custvalue."):
        if not found.name.startswith(ELSEWHERE):
            yield found.name


def numeric(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return bool(value) and all(numeric(its) for its in value)
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain or (isinstance(value, np.ndarray) and value.dtype.kind in "if")


def constants(room: str) -> dict[str, Any]:
    """Return the numbers with a name in capitals, by module of a room and name."""
    said: dict[str, Any] = {}
    for name in modules():
        if name.split(".")[1] != room:
            continue
        for constant, value in vars(import_module(name)).items():
            if constant.isupper() and numeric(value):
                said[f"{name.partition('.')[2]}.{constant}"] = value
    return said


def defaults(face: str) -> dict[str, Any]:
    """Return the usual values of the arguments of public functions and methods."""
    module = import_module(f"custvalue.{face}")
    said: dict[str, Any] = {}
    for public in module.__all__:
        thing = getattr(module, public)
        if inspect.isfunction(thing):
            said |= of_arguments(public, thing)
        elif inspect.isclass(thing):
            for name in dir(thing):
                method = inspect.getattr_static(thing, name)
                function = getattr(method, "__func__", method)
                ours = str(getattr(function, "__module__", "")).startswith("custvalue")
                if ours and inspect.isfunction(function) and not name.startswith("_"):
                    said |= of_arguments(f"{public}.{name}", function)
            for name, field in getattr(thing, "model_fields", {}).items():
                if isinstance(field.default, int | float | str):
                    said[f"{public}, {name}"] = field.default
    return said


def of_arguments(name: str, function: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    known = {its.name: its.default for its in parameters if its.default is not its.empty}
    return {
        f"{name}, {argument}": value if isinstance(value, int | float | str) else str(value)
        for argument, value in known.items()
        if value is not None and (isinstance(value, int | float | str) or "Bootstrap" in str(value))
    }


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    rooms = sorted({name.split(".")[1] for name in modules()})
    found = {f"constants: {room}": partial(constants, room) for room in rooms}
    found |= {f"defaults: {face}": partial(defaults, face) for face in FACES}
    return {name: make for name, make in found.items() if make()}
