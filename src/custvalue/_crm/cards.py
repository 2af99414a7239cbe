"""The cards of all customers: by identifier, as a frame, as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._crm.card import CustomerCard
from custvalue._crm.events import Complained, Styled, Visited
from custvalue._crm.loyalty import Loyalty
from custvalue._crm.opinions import Opinions
from custvalue._crm.part import Part, as_matrix
from custvalue._crm.tiered import Tiered
from custvalue._crm.worth import Worth
from custvalue._histories.rows import largest_first
from custvalue._json import with_schema
from custvalue._rows import Columns, LabelArray, StateArray
from custvalue._table import Table
from custvalue._values import Count
from custvalue._words import count, did_you_mean, listed, number
from custvalue.errors import DataError

ROWS_SHOWN = 10
SHOWN = {
    "value": "value",
    "value_low": "low",
    "value_high": "high",
    "probability_alive": "P(alive)",
    "tier": "tier",
    "loyalty": "loyalty",
    "open_complaints": "open complaints",
    "call_because": "call because",
    "social_style": "social style",
}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Cards(Columns):
    """The cards of all customers of any source, by identifier.

    :func:`cards` makes it. It reads as a mapping of identifier to :class:`CustomerCard`; a card is
    made when it is asked for.

    Parameters
    ----------
    customer : ndarray of str, shape (n,)
        Identifiers as text, shorter ones first.
    sources : tuple of str
        What the cards were made from.
    known : ndarray of int8, shape (n, sources)
        1 where a source knows the customer.
    nameless : dict of str to int
        Source to its rows without a customer, which are on no card.
    worth, tiered, opinions, visited, complained, styled, loyalty
        The parts of the cards, a row for each customer; None where there was no such source.
    """

    REPR: ClassVar[tuple[str, ...]] = ("customers", "sources")

    customer: LabelArray
    sources: tuple[str, ...]
    known: StateArray
    nameless: dict[str, Count]
    worth: Worth | None = None
    tiered: Tiered | None = None
    opinions: Opinions | None = None
    visited: Visited | None = None
    complained: Complained | None = None
    styled: Styled | None = None
    loyalty: Loyalty | None = None

    def __post_init__(self) -> None:
        known = as_matrix(self.known, len(self.customer), len(self.sources))
        object.__setattr__(self, "known", known)
        super().__post_init__()

    @property
    def _parts(self) -> Iterator[Part]:
        first = (self.worth, self.tiered, self.opinions, self.loyalty)
        every = (*first, self.complained, self.visited, self.styled)
        yield from (its for its in every if its is not None)

    # --- as a mapping -----------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.customer)

    def __iter__(self) -> Iterator[str]:
        return iter(self.customer.tolist())

    def __contains__(self, customer: object) -> bool:
        return self._place(customer) is not None

    def __getitem__(self, customer: Any) -> CustomerCard:
        """Return the card of one customer, by the text of the identifier."""
        place = self._place(customer)
        if place is None:
            raise DataError(
                f"there is no customer {customer!r} among the {len(self):,} cards."
                f"{did_you_mean(customer, self.customer[:1_000].tolist())} Identifiers are like "
                f"{self.customer[0].item()!r}.",
                column="customer",
            )
        return self._card(place)

    def get(self, customer: Any, default: Any = None) -> Any:
        """Return the card of one customer, or something else where there is none.

        Parameters
        ----------
        customer : str or int
            The identifier.
        default : object
            What is returned where there is no such customer.
        """
        place = self._place(customer)
        return default if place is None else self._card(place)

    def keys(self) -> list[str]:
        """Return the identifiers."""
        found: list[str] = self.customer.tolist()
        return found

    def values(self) -> Iterator[CustomerCard]:
        """Yield the cards, in the order of the identifiers."""
        return (self._card(place) for place in range(len(self)))

    def items(self) -> Iterator[tuple[str, CustomerCard]]:
        """Yield identifiers and cards."""
        return zip(self.keys(), self.values(), strict=True)

    def _place(self, customer: object) -> int | None:
        if isinstance(customer, bool) or not isinstance(customer, str | int | np.integer):
            return None
        places = vars(self).get("_places")
        if places is None:
            places = {name: place for place, name in enumerate(self.customer.tolist())}
            vars(self)["_places"] = places
        found: int | None = places.get(str(customer))
        return found

    def _card(self, place: int) -> CustomerCard:
        return CustomerCard(**self._fields(place))

    def _fields(self, place: int) -> dict[str, Any]:
        """Return what is known of one customer, in the order of the fields of a card."""
        sources = zip(self.sources, self.known[place].tolist(), strict=True)
        known = tuple(name for name, its in sources if its)
        found: dict[str, Any] = {"customer": str(self.customer[place]), "sources": known}
        for part in self._parts:
            found |= part.of_row(place)
        return found

    # --- all together -----------------------------------------------------------------------

    @property
    def customers(self) -> int:
        """Number of cards."""
        return len(self.customer)

    @property
    def only_in(self) -> dict[str, int]:
        """Source to the customers whom no other source knows; none of a single source."""
        if len(self.sources) < 2:
            return {}
        alone = self.known.sum(axis=1) == 1
        counts = self.known[alone].sum(axis=0).tolist()
        return {name: n for name, n in zip(self.sources, counts, strict=True) if n}

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Return a row for each card as a plain dict of columns; what is not known is empty."""
        found: dict[str, npt.NDArray[Any]] = {"customer": self.customer}
        for part in self._parts:
            found |= part.columns()
        return found | {f"in {name}": self.known[:, at] for at, name in enumerate(self.sources)}

    def to_json_lines(self) -> Iterator[str]:
        """Yield the JSON of every card, one line each, as document stores load it.

        Examples
        --------
        >>> from custvalue import crm, journey
        >>> complaints = journey.Complaints.from_frame(
        ...     {"who": ["C1"], "on": ["2026-03-02"], "said": ["engine noise"]},
        ...     customer="who",
        ...     opened="on",
        ...     text="said",
        ... )
        >>> for line in crm.cards(complaints=complaints).to_json_lines():
        ...     print(line[:70])
        {"schema":"custvalue/1","customer":"C1","sources":["complaints"],"comp
        """
        for place in range(len(self)):
            card = CustomerCard.model_construct(**self._fields(place))  # checked already
            yield with_schema(card.model_dump_json(exclude_none=True))

    def _table(self) -> Table:
        columns = self.columns()
        shown = {name: heading for name, heading in SHOWN.items() if name in columns}
        rows = self._first(columns)
        best = ", the most valuable first" if "value" in columns else ""
        some = "" if len(rows) == len(self) else f", {len(rows)} of {len(self):,}{best}"
        cells = [[str(name) for name in self.customer[rows]]]
        cells += [columns[name][rows].tolist() for name in shown]
        return Table(
            f"Customer cards{some}",
            ("customer", *shown.values()),
            tuple(zip(*cells, strict=True)),
            tuple(self._notes()),
        )

    def _first(self, columns: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
        """Return the rows that are printed."""
        if "value" not in columns:
            return np.arange(min(ROWS_SHOWN, len(self)))
        value = np.nan_to_num(columns["value"], nan=-1.0)
        return np.asarray(largest_first(value, ROWS_SHOWN))

    def _notes(self) -> Iterable[str]:
        counts = zip(self.sources, self.known.sum(axis=0).tolist(), strict=True)
        yield (
            f"{count(len(self), 'customer')}: {', '.join(f'{name} {n:,}' for name, n in counts)}."
        )
        if alone := self.only_in:
            yield f"In one source only: {', '.join(f'{name} {n:,}' for name, n in alone.items())}."
        if self.nameless:
            rows = ", ".join(f"{name} {n:,}" for name, n in self.nameless.items())
            yield f"Without a customer, and on no card: {rows}."
        if self.tiered is not None and self.tiered.lowest:
            ends = ", ".join(f"{name} {number(its)}" for name, its in self.tiered.lowest.items())
            yield f"Tiers from a value of: {ends}."
        if self.visited is not None and self.visited.skipped:
            skipped = listed(self.visited.skipped)
            yield f"Not looked for, because the visits lack what it needs: {skipped}."
