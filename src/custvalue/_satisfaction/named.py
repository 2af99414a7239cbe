"""Parts of a result by their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from custvalue._results.by_level import named
from custvalue._results.layout import Row, Tabulated
from custvalue._values import Frozen, Record


@dataclass(frozen=True, slots=True)
class Part(Record):
    """One entry of a result, which is a row of its table.

    Parameters
    ----------
    name : str
        Its name.
    """

    name: str

    def row(self, level: float) -> Row:
        """Return it as a row, intervals at the level."""
        raise NotImplementedError


P = TypeVar("P", bound=Part)


class OfAttributes(Tabulated, Frozen, Generic[P]):
    """A result with one entry for each attribute.

    Parameters
    ----------
    attributes : tuple
        The entries.
    """

    LABELS: ClassVar[str] = "attribute"

    attributes: tuple[P, ...]

    def attribute(self, name: str) -> P:
        """Return the entry of one attribute.

        Parameters
        ----------
        name : str
            Its name.

        Raises
        ------
        ParameterError
            If there is no such attribute.
        """
        return named("attribute", name, self.attributes)

    def _rows(self, level: float) -> Sequence[Row]:
        return [its.row(level) for its in self.attributes]
