"""Questionnaires in several levels: elements in elements, and items in the last ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Self

from annotated_types import MinLen
from pydantic import model_validator

from custvalue._respondents.instrument import Dimension, Instrument, Item, repeated
from custvalue._table import Table
from custvalue._values import Frozen
from custvalue._words import listed


class Element(Frozen):
    """A part of what is judged: it has elements below it, or items that measure it.

    Parameters
    ----------
    name : str
        Its English name.
    chinese : str
        Its Chinese name.
    elements : tuple of Element
        What it is made of; empty where items measure it.
    items : tuple of Item
        The questions that measure it; empty where it has elements.

    Raises
    ------
    ParameterError
        If it has both elements and items, or neither.
    """

    name: Annotated[str, MinLen(1)]
    chinese: str = ""
    elements: tuple[Element, ...] = ()
    items: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.elements) == bool(self.items):
            raise ValueError(
                f"Element: {self.name!r} must have either elements or items, but it has "
                f"{'both' if self.items else 'neither'}."
            )
        return self

    @property
    def all_items(self) -> tuple[Item, ...]:
        """All items below it."""
        return self.items + tuple(item for its in self.elements for item in its.all_items)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Element]]:
        """Yield the element and all below it, each with its level.

        Parameters
        ----------
        depth : int
            Level of the element itself.
        """
        yield depth, self
        for its in self.elements:
            yield from its.walk(depth + 1)


class Hierarchy(Frozen):
    """A questionnaire in several levels.

    Parameters
    ----------
    name : str
        What it is called.
    elements : tuple of Element
        Its first level.
    version, source : str
        Which edition it is, and where it comes from, with a grade of the evidence.

    Raises
    ------
    ParameterError
        If two elements or two items have one name.

    Examples
    --------
    >>> from custvalue.survey import Item
    >>> staff = Element(name="staff", items=(Item(name="polite"), Item(name="skilled")))
    >>> rooms = Element(name="rooms", items=(Item(name="clean"),))
    >>> service = Element(name="service", elements=(staff, rooms))
    >>> Hierarchy(name="hotel", elements=(service,)).item_names
    ('polite', 'skilled', 'clean')
    """

    name: Annotated[str, MinLen(1)]
    elements: Annotated[tuple[Element, ...], MinLen(1)]
    version: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for kind, names in (("element", self.element_names), ("item", self.item_names)):
            twice = repeated(names)
            if twice:
                raise ValueError(
                    f"Hierarchy: {kind} names must be different, but {listed(twice)} is used twice."
                )
        return self

    def walk(self) -> Iterator[tuple[int, Element]]:
        """Yield all elements, each with its level from 1, those below an element after it."""
        for its in self.elements:
            yield from its.walk(1)

    @property
    def element_names(self) -> tuple[str, ...]:
        """Names of all elements."""
        return tuple(its.name for _, its in self.walk())

    @property
    def items(self) -> tuple[Item, ...]:
        """All items."""
        return tuple(item for its in self.elements for item in its.all_items)

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of all items."""
        return tuple(item.name for item in self.items)

    @property
    def depth(self) -> int:
        """Levels of elements."""
        return max(level for level, _ in self.walk())

    @property
    def instrument(self) -> Instrument:
        """The same items in the dimensions of the lowest level, to read answers with."""
        lowest = [its for _, its in self.walk() if its.items]
        return Instrument(
            name=self.name,
            version=self.version,
            dimensions=tuple(
                Dimension(name=its.name, chinese=its.chinese, items=its.items) for its in lowest
            ),
        )

    def __repr__(self) -> str:
        return f"Hierarchy({self.name!r}, levels={self.depth}, items={len(self.items)})"

    def _table(self) -> Table:
        rows: list[tuple[str, str, str]] = []
        for level, its in self.walk():
            rows.append((f"{'  ' * (level - 1)}{its.name}", its.chinese, ""))
            rows += [
                ("  " * level + f"· {item.name}", item.chinese, item.label) for item in its.items
            ]
        title = f"{self.name}, {self.version}" if self.version else self.name
        return Table(title, ("", "", ""), tuple(rows), tuple(filter(None, (self.source,))))


def leaves(element: Element, share: float = 1.0) -> Sequence[tuple[str, float]]:
    """Return the items below an element with their shares: each level is the mean of the next."""
    if element.items:
        return [(item.name, share / len(element.items)) for item in element.items]
    each = share / len(element.elements)
    return [pair for its in element.elements for pair in leaves(its, each)]
