"""Results by item, by dimension and overall: their rows, in print and in frames, said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from custvalue._checks import no_such
from custvalue._results.base import Base
from custvalue._results.layout import Row, Tabulated
from custvalue._values import Frozen
from custvalue.errors import ParameterError


class Entry(Tabulated, Frozen):
    """The numbers of one item, of one dimension, or of all together.

    Parameters
    ----------
    name : str
        The item, the dimension, or ``overall``.
    label : str
        A few words for it; empty where there are none.
    chinese : str
        Its Chinese label; empty where there is none.
    """

    name: str
    label: str = ""
    chinese: str = ""

    def numbers(self, level: float = 0.95) -> Mapping[str, Any]:
        """Return its numbers by the names of their columns.

        Parameters
        ----------
        level : float
            Confidence level of the intervals.
        """
        raise NotImplementedError

    def _rows(self, level: float) -> Sequence[Row]:
        return (Row(self.name, {"name": self.name, "label": self.label, **self.numbers(level)}),)

    @property
    def _described(self) -> str:
        return " ".join(word for word in (self.name, self.label, self.chinese) if word)


class DimensionEntry(Entry):
    """The numbers of one dimension.

    Parameters
    ----------
    items : tuple of str
        Names of its items.
    """

    items: tuple[str, ...]


Item = TypeVar("Item", bound=Entry)
Dimension = TypeVar("Dimension", bound=Entry)
DimensionOfItems = TypeVar("DimensionOfItems", bound=DimensionEntry)


class ByDimension(Tabulated, Frozen, Generic[Dimension]):
    """A result with one entry per dimension.

    Parameters
    ----------
    dimensions : tuple
        One entry for each dimension.
    """

    dimensions: tuple[Dimension, ...]

    def dimension(self, name: str) -> Dimension:
        """Return the entry of one dimension.

        Parameters
        ----------
        name : str
            Its English name.

        Raises
        ------
        ParameterError
            If there is no such dimension.
        """
        return named("dimension", name, self.dimensions)


class ByLevel(ByDimension[DimensionOfItems], Generic[Item, DimensionOfItems]):
    """A result with one entry per item and per dimension, and some numbers overall.

    :meth:`columns` has the items first, then the dimensions, then what is overall; in print, the
    items stand below their dimension. Subclasses say what the overall rows are (``_overall``).

    Parameters
    ----------
    instrument : str
        Name of the instrument.
    base : Base
        Who answered, who is excluded and why, and which answers are missing.
    reverse_scored_items : tuple of str
        Reverse-scored items, whose answers were recoded on reading.
    items : tuple
        One entry for each item.
    """

    instrument: str
    base: Base
    reverse_scored_items: tuple[str, ...] = ()
    items: tuple[Item, ...]

    def item(self, name: str) -> Item:
        """Return the entry of one item.

        Parameters
        ----------
        name : str
            Its column of answers.

        Raises
        ------
        ParameterError
            If there is no such item.
        """
        return named("item", name, self.items)

    def _overall(self, level: float) -> Mapping[str, Mapping[str, Any]]:
        """Return the numbers of the overall rows, by what they are called."""
        raise NotImplementedError

    def _brief(self) -> Mapping[str, str]:
        """Return what the repr says of the result, in words, by name."""
        raise NotImplementedError

    def __repr__(self) -> str:
        brief = "".join(f", {key}={value}" for key, value in self._brief().items())
        return f"{type(self).__name__}({self.instrument!r}, respondents={self.base.n:,}{brief})"

    def _overall_rows(self, level: float) -> list[Row]:
        return [
            Row(
                name if name == "overall" else f"overall, {name}",
                {"level": "overall", "name": name, "label": "", **numbers},
            )
            for name, numbers in self._overall(level).items()
        ]

    def _rows(self, level: float) -> Sequence[Row]:
        return [
            *(_row("item", its, level) for its in self.items),
            *(_row("dimension", its, level) for its in self.dimensions),
            *self._overall_rows(level),
        ]

    def _printed(self) -> Sequence[Row]:
        rows: list[Row] = []
        items = {its.name: its for its in self.items}
        for dimension in self.dimensions:
            rows.append(_row("dimension", dimension, 0.95))
            rows += [_row("item", items[name], 0.95) for name in dimension.items]
        return [*rows, *self._overall_rows(0.95)]


class Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def named(what: str, name: str, entries: Sequence[N], *, plural: str | None = None) -> N:
    """Return the entry of this name, or raise with the names that there are."""
    for entry in entries:
        if entry.name == name:
            return entry
    raise ParameterError(no_such(what, name, [entry.name for entry in entries], plural=plural))


def _row(kind: str, its: Entry, level: float) -> Row:
    label = its.name if kind == "dimension" else f"· {its.name} {its.label}".rstrip()
    return Row(label, {"level": kind, "name": its.name, "label": its.label, **its.numbers(level)})
