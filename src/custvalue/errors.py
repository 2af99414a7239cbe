"""What can go wrong, and what to do next.

::

    CustvalueError(ValueError)            everything that custvalue raises on purpose
    ├── DataError                         the data are not what was declared
    ├── ParameterError                    an argument or parameter is outside its domain
    ├── UnitError                         time units are missing or mixed
    ├── EstimationError                   no finite estimate exists for these data
    ├── FrozenError(AttributeError)       an object cannot be changed after it is made
    └── MissingExtraError(ImportError)    an optional dependency is not installed

    CustvalueWarning(UserWarning)         everything that custvalue warns of
    ├── ConvergenceWarning                the optimiser stopped before it was done
    ├── IdentifiabilityWarning            the data cannot tell some parameters apart
    ├── ForecastWarning                   what a fitted model forecasts cannot be trusted
    ├── PosteriorWarning                  the approximation of a posterior is poor
    └── DataWarning                       the data are usable, but look at this first
        ├── AliveByDefinitionWarning      a model calls customers active, whatever they do
        ├── CountsWarning                 weights look like counts of answers
        ├── FewClustersWarning            an interval rests on few clusters
        ├── LabelsWarning                 labels of groups or clusters read alike
        └── SubscriptionWarning           customers buy as regularly as subscribers

Rows are counted from 0, as in numpy and in a fresh pandas index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import FrozenInstanceError
from typing import Any

from custvalue._words import more, plain

__all__ = [
    "AliveByDefinitionWarning",
    "ConvergenceWarning",
    "CountsWarning",
    "CustvalueError",
    "CustvalueWarning",
    "DataError",
    "DataWarning",
    "EstimationError",
    "FewClustersWarning",
    "ForecastWarning",
    "FrozenError",
    "IdentifiabilityWarning",
    "LabelsWarning",
    "MissingExtraError",
    "OutlierWarning",
    "ParameterError",
    "PosteriorWarning",
    "SubscriptionWarning",
    "UnitError",
]

ROWS_KEPT = 10  # an error carries the first rows it found, not a million


class CustvalueError(ValueError):
    """Root of every error that custvalue raises on purpose."""


class DataError(CustvalueError):
    """The data are not what was declared.

    Attributes
    ----------
    column : str or None
        The column or argument at fault.
    rows : tuple of int
        The first rows at fault, counted from 0; empty where rows are not known.
    count : int
        How many rows are at fault.
    value : object
        The value in the first of these rows.
    """

    def __init__(
        self,
        message: str,
        *,
        column: str | None = None,
        rows: Iterable[int] = (),
        count: int | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.column = column
        found = tuple(int(row) for row in rows)
        self.rows = found[:ROWS_KEPT]
        self.count = len(found) if count is None else count
        self.value = value

    @classmethod
    def at_rows(
        cls, column: str, expected: str, rows: Sequence[int] | Any, values: Any, hint: str
    ) -> DataError:
        """Build the error for a column with bad rows: what, where, the value, the next step.

        Parameters
        ----------
        column : str
            The column or argument at fault.
        expected : str
            What it must be, as in ``"a whole number >= 0"``.
        rows : sequence of int
            Positions of the bad rows; not empty.
        values : sequence
            The values in these rows, in the same order (the first is shown).
        hint : str
            The next step, a full sentence.
        """
        first = plain(values[0])
        others = f" (and {more(len(rows) - 1, 'row')})" if len(rows) > 1 else ""
        message = (
            f"{column} must be {expected}, but row {int(rows[0])} has {first!r}{others}. {hint}"
        )
        return cls(message, column=column, rows=rows[:ROWS_KEPT], count=len(rows), value=first)


class ParameterError(CustvalueError):
    """An argument or a model parameter is outside its domain."""


class UnitError(CustvalueError):
    """Time units are missing, unknown or mixed."""


class EstimationError(CustvalueError):
    """No finite estimate exists for these data."""


class FrozenError(CustvalueError, FrozenInstanceError):
    """An object cannot be changed after it is made."""


class MissingExtraError(CustvalueError, ImportError):
    """An optional dependency is not installed."""


class CustvalueWarning(UserWarning):
    """Root of every warning that custvalue gives."""


class ConvergenceWarning(CustvalueWarning):
    """The optimiser stopped before the gradient vanished, or at the largest k it might try."""


class IdentifiabilityWarning(CustvalueWarning):
    """The data cannot tell some parameters apart."""


class ForecastWarning(CustvalueWarning):
    """What a fitted model forecasts cannot be trusted; it says why, and which model to use."""


class PosteriorWarning(CustvalueWarning):
    """Laplace's approximation of a posterior is poor; it says how poor, and what to do."""


class DataWarning(CustvalueWarning):
    """The data are usable, but something in them deserves a look first."""


class FewClustersWarning(DataWarning):
    """An interval rests on few clusters, such as dealers; it says how many degrees of freedom."""


class OutlierWarning(DataWarning):
    """A few spends are so large that a model fitted to the others would not make them."""


class CountsWarning(DataWarning):
    """The weights look like counts of answers, which ``from_counts`` of a result takes."""


class LabelsWarning(DataWarning):
    """Labels differ only in letter case, width or white space, and count as different."""


class AliveByDefinitionWarning(DataWarning):
    """A model gives some customers a probability of being alive of 1, however long they are silent.

    Customers with one purchase in BG/NBD and BG/CNBD-k, and all customers in NBD.
    """


class SubscriptionWarning(DataWarning):
    """Customers buy at nearly equal intervals, as subscribers do, who are a matter of contracts."""
