"""A structural model in words: constructs with their items, and the paths between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from custvalue._checks import as_whole
from custvalue._values import Frozen
from custvalue._words import did_you_mean, listed
from custvalue.errors import ParameterError

Mode = Literal["A", "B"]

MOST_ITEMS = 1_000


def items(stem: str, first: int, last: int) -> tuple[str, ...]:
    """Name items that are numbered: ``imag1``, ``imag2``, … up to the last.

    Parameters
    ----------
    stem : str
        What stands before the number.
    first, last : int
        Numbers of the first and of the last item.

    Raises
    ------
    ParameterError
        If `stem` is no text, or the numbers are not whole numbers >= 0 in order.

    Examples
    --------
    >>> from custvalue.structural import items
    >>> items("imag", 1, 3)
    ('imag1', 'imag2', 'imag3')
    """
    if not isinstance(stem, str):
        raise ParameterError(
            f"stem must be text, as in items('imag', 1, 5), but it is {stem!r}. Names of items "
            f"that are not numbered go into a list: Construct('Image', ['trust', 'care'])."
        )
    numbers = [-1 if isinstance(end, bool) else as_whole(end) for end in (first, last)]
    if not 0 <= numbers[0] <= numbers[1] < numbers[0] + MOST_ITEMS:
        raise ParameterError(
            f"first and last must be whole numbers, 0 <= first <= last, of at most "
            f"{MOST_ITEMS:,} items, as in items('imag', 1, 5), but they are {first!r} and {last!r}."
        )
    return tuple(f"{stem}{number}" for number in range(numbers[0], numbers[1] + 1))


class Construct(Frozen):
    """What some items measure together: quality, satisfaction, loyalty.

    Parameters
    ----------
    name : str
        Its name.
    items : sequence of str
        Names of its items; one is enough.
    mode : {"A", "B"}
        How a score is made of the items. ``A``, correlation weights: the items are alike
        (reflective), each says much of what the others say. ``B``, regression weights: the items
        are parts that need not be alike (formative); they must not repeat each other.

    Raises
    ------
    ParameterError
        If there is no name or no item, an item comes twice, or the mode is unknown.

    Examples
    --------
    >>> from custvalue.structural import Construct, items
    >>> Construct("Image", items("imag", 1, 5))
    Construct(name='Image', items=5, mode='A')
    >>> Construct("Service", ["speed", "care", "price"], mode="B").items
    ('speed', 'care', 'price')
    """

    REPR: ClassVar[tuple[str, ...]] = ("name", "items", "mode")

    name: str
    items: tuple[str, ...]
    mode: Mode = "A"

    def __init__(
        self, name: str, items: Sequence[str] | str, mode: Mode = "A", **unknown: Any
    ) -> None:
        listed_items = (items,) if isinstance(items, str) else items
        if isinstance(items, set | frozenset):
            raise ParameterError(
                f"the items of the construct {name!r} must be a list, which has an order, but they "
                f"are {items!r}."
            )
        super().__init__(name=name, items=listed_items, mode=mode, **unknown)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.name.strip():
            raise ValueError("a construct must have a name, but it is empty.")
        if not self.items:
            raise ValueError(
                f"the construct {self.name!r} has no items. Name the items that measure it, as in "
                f"Construct({self.name!r}, ['speed', 'care'])."
            )
        if not all(item.strip() for item in self.items):
            raise ValueError(f"the construct {self.name!r} has an item without a name.")
        twice = _repeated(self.items)
        if twice:
            raise ValueError(f"the construct {self.name!r} names {listed(twice)} twice.")
        return self


class Path(Frozen):
    """An arrow of the model: one construct changes another.

    Parameters
    ----------
    source, target : str
        The construct that changes, and the one that is changed by it.

    Raises
    ------
    ParameterError
        If both are the same.

    Examples
    --------
    >>> from custvalue.structural import Path
    >>> Path("Quality", "Satisfaction")
    Path(source='Quality', target='Satisfaction')
    """

    REPR: ClassVar[tuple[str, ...]] = ("source", "target")

    source: str
    target: str

    def __init__(self, source: str, target: str, **unknown: Any) -> None:
        super().__init__(source=source, target=target, **unknown)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.source == self.target:
            raise ValueError(
                f"a path must lead to another construct, not from {self.source!r} to itself."
            )
        return self

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


class Structure(Frozen):
    """Constructs and the paths between them, checked to be a model.

    Parameters
    ----------
    constructs : tuple of Construct
        At least two; every item belongs to one of them.
    paths : tuple of Path
        Without a cycle; every construct is at one end at least.
    """

    constructs: tuple[Construct, ...]
    paths: tuple[Path, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the constructs."""
        return tuple(its.name for its in self.constructs)

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of all items, construct after construct."""
        return tuple(item for its in self.constructs for item in its.items)

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_constructs(self.constructs)
        _check_paths(self.paths, self.names)
        _check_cycles(self.paths)
        return self


def _check_constructs(constructs: Sequence[Construct]) -> None:
    """Raise where there are too few, or names or items come twice."""
    twice = _repeated(its.name for its in constructs)
    if twice:
        raise ValueError(f"the construct {twice[0]!r} is defined twice. Give each its own name.")
    if len(constructs) < 2:
        raise ValueError(
            f"a model needs at least 2 constructs with a path between them, but it has "
            f"{len(constructs)}."
        )
    owner: dict[str, str] = {}
    for its in constructs:
        for item in its.items:
            if item in owner:
                raise ValueError(
                    f"the item {item!r} is in two constructs, {owner[item]!r} and {its.name!r}. "
                    f"Leave it in the one that it measures."
                )
            owner[item] = its.name


def _check_paths(paths: Sequence[Path], names: Sequence[str]) -> None:
    """Raise where an end is no construct, a path comes twice or a construct has none."""
    for path in paths:
        for end in (path.source, path.target):
            if end not in names:
                raise ValueError(
                    f"the path {path} needs a construct {end!r}, which the model does not have."
                    f"{did_you_mean(end, names)} Its constructs are {listed(names)}."
                )
    twice = _repeated(map(str, paths))
    if twice:
        raise ValueError(f"the path {twice[0]} comes twice.")
    reached = {end for path in paths for end in (path.source, path.target)}
    alone = [name for name in names if name not in reached]
    if alone:
        raise ValueError(
            f"the construct {alone[0]!r} is at the end of no path, so that nothing tells how its "
            f"items are weighted. Add a path from or to it, or leave it out."
        )


def _check_cycles(paths: Sequence[Path]) -> None:
    """Raise where following the arrows leads back."""
    left = list(paths)
    while left:
        targets = {path.target for path in left}
        rest = [path for path in left if path.source in targets]
        if len(rest) == len(left):
            around = " -> ".join(_cycle(left))
            raise ValueError(
                f"the paths {around} lead in a circle, and regressions cannot tell which way an "
                f"effect goes. Leave out one of them."
            )
        left = rest


def _cycle(paths: Sequence[Path]) -> list[str]:
    """Return one cycle of paths each of whose sources is a target."""
    before = {path.target: path.source for path in paths}
    walk = [paths[0].source]
    while before[walk[-1]] not in walk:
        walk.append(before[walk[-1]])
    start = before[walk[-1]]
    return [start, *reversed(walk[walk.index(start) :])]


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
