"""How P(alive) of one customer went: it falls in silence, and rises with a purchase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._forecasting.subject import purchases_model
from custvalue._histories.covariates.pattern_cells import of_kind
from custvalue._histories.days import day_number, observed_to
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS, declared_unit
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray, LabelArray
from custvalue._words import count, one_line
from custvalue.errors import DataError, ParameterError


@dataclass(frozen=True, eq=False, repr=False)
class AlivePath(Pictured, WithoutIntervals, Columns):
    """P(alive) of one customer at the end of each day.

    Parameters
    ----------
    day : ndarray of str, shape (days,)
        From the first purchase on.
    probability_alive : ndarray of float64, shape (days,)
        With what was known at the end of that day.
    bought : ndarray of float64, shape (days,)
        1 on days with a purchase, else 0.
    """

    PICTURE: ClassVar[str] = "alive_path_line"
    TITLE: ClassVar[str] = "P(alive) over time"
    SHOWN: ClassVar[Mapping[str, str]] = shown("bought, probability_alive: P(alive)")
    LABELS: ClassVar[str] = "day"

    day: LabelArray
    probability_alive: FloatArray
    bought: FloatArray

    @property
    def purchases(self) -> int:
        """Days with a purchase."""
        return int(self.bought.sum())

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        return {
            "day": self.day,
            "bought": self.bought,
            "probability_alive": self.probability_alive,
        }

    def _notes(self) -> Sequence[str]:
        return (f"{count(self.purchases, 'day')} with a purchase.",)

    def __repr__(self) -> str:
        last = float(self.probability_alive[-1])
        return one_line("AlivePath", days=len(self.day), purchases=self.purchases, last=last)


def alive_path(
    fit: Any, purchases: Sequence[str | date], *, until: str | date, covariates: Any = None
) -> AlivePath:
    """Return P(alive) of one customer at the end of each day, from the first purchase on.

    Parameters
    ----------
    fit : Fit or PurchasesAtAnyTime
        A model of purchases at any time with a unit, or its fit.
    purchases : sequence of str or date
        The days on which the customer bought, in any order; several on one day count once.
    until : str or date
        The last day.
    covariates : mapping, optional
        Of a model with covariates: those of the customer, ``{"region": "south"}``.

    Raises
    ------
    DataError
        If there is no purchase, or one after the last day; if a level of a covariate is unknown.
    ParameterError
        If `fit` is no such model, or an entry is no day; if the model has covariates and they are
        not given, or the other way round.
    UnitError
        If the model has no unit.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> model = lifetime.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614, unit="week")
    >>> days = ["2026-01-01", "2026-01-20", "2026-02-09"]
    >>> path = lifetime.alive_path(model, days, until="2026-06-30")
    >>> path.probability_alive[[0, 39, -1]].round(2)
    array([0.64, 0.8 , 0.25])
    """
    model = of_kind(purchases_model(fit), covariates, "alive_path")
    per_unit = DAYS[declared_unit(model.unit, type(model).__name__)]
    bought, end = _days(purchases, until)
    day = np.arange(bought[0], end + 1)
    x = np.searchsorted(bought, day, side="right") - 1
    age = (day - bought[0]) / per_unit
    history = PurchaseHistory.from_arrays(
        frequency=x, recency=(bought[x] - bought[0]) / per_unit, age=age, unit=model.unit or "day"
    )
    return AlivePath(
        day=np.datetime_as_string(day.astype("M8[D]")),
        probability_alive=model.probability_alive(history),
        bought=np.isin(day, bought).astype(np.float64),
    )


def _days(purchases: Any, until: object) -> tuple[npt.NDArray[np.int64], int]:
    """Return the numbers of the days with a purchase, ascending, and of the last day."""
    if isinstance(purchases, str | date) or not np.iterable(purchases):
        raise ParameterError(
            f"purchases must be a list of days, as in ['2026-01-01', '2026-01-20'], but it is "
            f"{purchases!r}."
        )
    last = observed_to(until, "until")
    days = sorted({observed_to(each, "an entry of purchases") for each in purchases})
    if not days:
        raise DataError("purchases is empty. Give the days on which the customer bought.")
    if days[-1] > last:
        raise DataError(
            f"purchases must be on or before {last}, the last day, but {days[-1]} is not. Give a "
            f"later day as until, or leave later purchases out."
        )
    return np.array([day_number(day) for day in days]), day_number(last)
