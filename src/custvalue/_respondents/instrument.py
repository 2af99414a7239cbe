"""Questionnaires as data: items in dimensions, in English and Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Self

from annotated_types import MinLen
from pydantic import model_validator

from custvalue._table import Table
from custvalue._values import Frozen
from custvalue._words import listed
from custvalue.errors import DataError

Name = Annotated[str, MinLen(1)]


class Item(Frozen):
    """One question.

    Parameters
    ----------
    name : str
        Its key, or the column that holds its answers.
    label : str
        A few words that say what it asks.
    chinese : str
        The same in Chinese.
    wording, wording_chinese : str
        The full question as it is asked, in English and in Chinese.
    reverse_scored : bool
        Whether the item is reverse-scored ("staff were rude"); its answers are recoded
        (:meth:`Responses.keyed`) before they are combined with those to other items.
    """

    name: Name
    label: str = ""
    chinese: str = ""
    wording: str = ""
    wording_chinese: str = ""
    reverse_scored: bool = False


class Dimension(Frozen):
    """Items that measure one thing together.

    Parameters
    ----------
    name : str
        Its English name.
    items : tuple of Item
        At least one.
    chinese : str
        Its Chinese name.
    """

    name: Name
    items: Annotated[tuple[Item, ...], MinLen(1)]
    chinese: str = ""


class Instrument(Frozen):
    """A questionnaire: items in dimensions.

    Parameters
    ----------
    name : str
        What it is called.
    dimensions : tuple of Dimension
        In their usual order; names of dimensions and of items are all different.
    version : str
        Which edition it is: a year, a language, a number.

    Raises
    ------
    ParameterError
        If a name is used twice.

    Examples
    --------
    >>> staff = Dimension(name="staff", items=(Item(name="polite"), Item(name="skilled")))
    >>> Instrument(name="workshop", dimensions=(staff,)).item_names
    ('polite', 'skilled')
    """

    name: Name
    dimensions: Annotated[tuple[Dimension, ...], MinLen(1)]
    version: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for kind, names in (("dimension", self.dimension_names), ("item", self.item_names)):
            twice = repeated(names)
            if twice:
                raise ValueError(
                    f"Instrument: {kind} names must be different, but {listed(twice)} is used "
                    f"twice."
                )
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, dimension by dimension."""
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @property
    def item_names(self) -> tuple[str, ...]:
        """Names of all items, dimension by dimension."""
        return tuple(item.name for item in self.items)

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(dimension.name for dimension in self.dimensions)

    @property
    def reverse_scored_items(self) -> tuple[str, ...]:
        """Names of the reverse-scored items."""
        return tuple(item.name for item in self.items if item.reverse_scored)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many items each dimension has."""
        return tuple(len(dimension.items) for dimension in self.dimensions)

    def slices(self) -> tuple[slice, ...]:
        """Return where the items of each dimension stand among all items."""
        ends = [sum(self.sizes[: k + 1]) for k in range(len(self.sizes))]
        return tuple(slice(end - size, end) for end, size in zip(ends, self.sizes, strict=True))

    def renamed(self, names: Sequence[str]) -> Instrument:
        """Return the same questionnaire with other item names: the columns of a study.

        Parameters
        ----------
        names : sequence of str
            One for each item, dimension by dimension, all different.

        Raises
        ------
        DataError
            If there are more or fewer names than items.
        ParameterError
            If a name is used twice.
        """
        if len(names) != len(self.items):
            raise DataError(
                f"{self.name} has {len(self.items)} items, but there are {len(names)} names."
            )
        dimensions = tuple(
            Dimension(
                name=dimension.name,
                chinese=dimension.chinese,
                items=tuple(map(_named, dimension.items, names[place])),
            )
            for dimension, place in zip(self.dimensions, self.slices(), strict=True)
        )
        return Instrument(name=self.name, dimensions=dimensions, version=self.version)

    def __repr__(self) -> str:
        sizes = dict(zip(self.dimension_names, self.sizes, strict=True))
        return f"Instrument({self.name!r}, {sizes})"

    def _table(self) -> Table:
        rows = tuple(
            (dimension.name, dimension.chinese, item.name, item.label, item.chinese)
            for dimension in self.dimensions
            for item in dimension.items
        )
        title = f"{self.name}, {self.version}" if self.version else self.name
        recoded = self.reverse_scored_items
        notes = (f"Reverse-scored: {listed(recoded)}.",) if recoded else ()
        return Table(title, ("dimension", "", "item", "", ""), rows, notes)


def _named(item: Item, name: str) -> Item:
    """Return the same question under another name; the name is checked, as a copy would not."""
    return Item(**{**item.model_dump(), "name": name})


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once, each once."""
    return [name for name, count in Counter(names).items() if count > 1]


def some_items(instrument: Instrument, names: Collection[str]) -> Instrument:
    """Return a questionnaire with some of its items, and the dimensions that have any of them."""
    dimensions = tuple(
        its.model_copy(update={"items": here})
        for its in instrument.dimensions
        if (here := tuple(item for item in its.items if item.name in names))
    )
    return instrument.model_copy(update={"dimensions": dimensions})
