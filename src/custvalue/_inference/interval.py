"""An interval with its level and the name of its method."""

from __future__ import annotations

from dataclasses import dataclass

from custvalue._table import Table
from custvalue._values import Level, Record
from custvalue._words import number, percent
from custvalue.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Interval(Record):
    """A confidence (or credible) interval with its level and the name of its method.

    Parameters
    ----------
    low, high : float
        Its ends, in the unit of the estimate.
    level : float
        Between 0 and 1.
    method : str
        What made it, ``"wilson"``, and what a reader must know about it.

    Raises
    ------
    ParameterError
        If the ends are not in order.
    """

    low: float
    high: float
    level: Level
    method: str

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ParameterError(
                f"the ends of an interval must be numbers in order, low <= high, but they are "
                f"{self.low!r} and {self.high!r}."
            )

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"[{number(self.low)}, {number(self.high)}]"

    @property
    def description(self) -> str:
        """Level and method in words: ``95 % interval, wilson``."""
        whole = round(self.level * 100, 9).is_integer()
        return f"{percent(self.level, 0 if whole else 1)} interval, {self.method}"

    def _table(self) -> Table:
        return Table(self.description, ("low", "high"), ((self.low, self.high),))
