"""Answers of many kinds, drawn once, and every option of a function: what the ledger looks at."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np

from custvalue.survey import Responses, Scale

FIVE, ELEVEN = Scale(1, 5), Scale(0, 10)
ITEMS = ("a", "b", "c", "d")
MANY = 48
SIZES = {"few": 5, "one row": 1, "two rows": 2, "three rows": 3}


@cache
def columns(n: int = MANY, seed: int = 1, high: int = 5) -> Mapping[str, Any]:
    """Return answers that go together, and everything that may stand beside them."""
    random = np.random.default_rng(seed)
    cluster = np.arange(n) % 12
    common = random.normal(size=(n, 1)) + random.normal(0, 0.5, 12)[cluster][:, None]
    raw = common * [1, 0.9, 0.7, 0.4, 0.8] + random.normal(size=(n, 5)) + [0.3, 0, -0.2, 0.1, 0.2]
    raw[:, 4] += raw[:, :4] @ [0.5, 0.3, 0.2, 0.4]
    answers = np.clip(np.rint((1 + high) / 2 + raw * high / 5), 1, high)
    found = dict(zip((*ITEMS, "overall"), answers.T, strict=True))
    if seed > 1:  # other answers of the same respondents
        return dict(columns(n, 1, high)) | found
    return found | {
        "w": random.lognormal(0, 0.4, n).round(3),
        "dealer": np.array([f"D{each}" for each in cluster]),
        "region": np.array(["north", "south", "west"])[cluster % 3],
        "group": np.array(["x", "y", "y", "z"])[random.integers(0, 4, n)],
        "wave": np.array(["2025Q1", "2025Q2", "2025Q3", "2025Q4"])[np.arange(n) % 4],
    }


def given(kind: str, n: int = MANY, *, items: int = 4, seed: int = 1) -> dict[str, Any]:
    """Return what ``from_arrays`` takes for one kind of respondents."""
    n = SIZES.get(kind, n)
    known = columns(n, seed)
    names = (*ITEMS, "overall")[:items]
    answers = np.column_stack([known[name] for name in names])
    options: dict[str, Any] = {"items": names}
    options |= {"group": known["group"], "wave": known["wave"]}
    if kind in ("weighted", "strata", "prorate"):
        options["weights"] = known["w"]
    if kind in ("clustered", "strata"):
        options["cluster"] = known["dealer"]
    if kind == "strata":
        options["stratum"] = known["region"]
    if kind == "ties":
        answers = np.where(answers > 3, 5.0, 4.0)
    if kind == "constant":
        answers = np.full_like(answers, 3.0)
    if kind == "middle":  # most of them on the middle of the scale
        answers = np.clip(answers, 2.0, 4.0)
        answers[::3] = 3.0
    if kind == "zero weights":
        options["weights"] = np.where(np.arange(n) % 5 == 2, 0.0, known["w"])
        answers, options["missing"] = answers.copy(), "pairwise"
        answers[1::7, 0] = answers[2::9, -1] = np.nan
    if kind in ("drop", "pairwise", "prorate"):
        hole = np.random.default_rng(7).random(answers.shape) < 0.12
        answers, options["missing"] = np.where(hole, np.nan, answers), kind
    return options | {"answers": answers}


CORNERS = ("zero weights", "ties", "few", "one row", "two rows", "three rows", "constant", "middle")
KINDS = ("plain", "weighted", "clustered", "strata", "drop", "pairwise", "prorate", *CORNERS)


@cache
def answers(kind: str, n: int = MANY, *, items: int = 4, seed: int = 1) -> Responses:
    """Return answers of one kind of respondents."""
    return Responses.from_arrays(scale=FIVE, **given(kind, n, items=items, seed=seed))


@cache
def one(kind: str, n: int = MANY, seed: int = 1, item: str = "a") -> Responses:
    """Return answers to one question."""
    return answers(kind, n, items=5, seed=seed).only([item])


def each(make: Callable[[str], Any], kinds: tuple[str, ...] = KINDS) -> dict[str, Any]:
    """Return a call for each kind of respondents."""
    return {kind: partial(make, kind) for kind in kinds}


def options(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yield every value of every option that has names, but for the usual ones."""
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError):
        return
    for name, parameter in inspect.signature(function).parameters.items():
        for value in _named(hints.get(name)):
            if value != parameter.default:
                yield name, value


def _named(hint: Any) -> list[Any]:
    if get_origin(hint) is Literal:
        return list(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return [value for part in get_args(hint) for value in _named(part)]
    return []


def varied(name: str, function: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """Return a call as it is, and one with each option; arguments are made when they are asked."""

    def call(changed: Mapping[str, Any]) -> Any:
        made = {key: its() if isinstance(its, partial) else its for key, its in arguments.items()}
        return function(**made | changed)

    calls = {name: partial(call, {})}
    for option, value in options(function):
        if option not in ("missing", "repeats"):
            calls[f"{name}, {option}={value}"] = partial(call, {option: value})
    return calls


def prefixed(prefix: str, calls: Mapping[str, Any]) -> dict[str, Any]:
    """Return the calls under the name of what they call."""
    return {f"{prefix}: {name}": make for name, make in calls.items()}
