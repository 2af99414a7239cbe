"""What is asked about a history: of purchases at any time, or at opportunities."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.spend import Point
from custvalue._lifetime.spend.spend_data import SpendHistory
from custvalue._rows import FloatArray

Columns = dict[str, FloatArray]


class Money(NamedTuple):
    """The parameters of Gamma-Gamma, and of how many days the spend is known, of each customer."""

    spend: Point
    days: FloatArray


class Question(Protocol):
    """A history, and how far ahead it is asked about."""

    @property
    def history(self) -> SpendHistory:
        """Of n customers."""
        ...

    @property
    def horizon(self) -> str:
        """How far ahead, in words."""
        ...

    @property
    def counted(self) -> str:
        """What is counted, in words."""
        ...

    def answer(self, model: Any) -> FloatArray:
        """Return P(alive), purchases given alive, and these discounted; shape (3, cells)."""
        ...

    def spread(self, cell_values: FloatArray) -> FloatArray:
        """Return an entry for each customer from one for each cell."""
        ...

    def certain(self, model: Any) -> int:
        """Return of how many customers the model knows that they are alive, whatever they do."""
        ...

    def outcomes(self, fit: Fit[Any], beyond: float, money: Money | None) -> Columns:
        """Return ends and probabilities of the purchases, and of the value in multiples of γ'."""
        ...
