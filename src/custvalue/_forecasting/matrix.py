"""What a model says of customers by frequency and recency, at one age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from custvalue._checks import checked_whole
from custvalue._forecasting.subject import purchases_model
from custvalue._histories.covariates.pattern_cells import of_kind
from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import Horizon, TimeUnit, declared_unit, horizon_in
from custvalue._results.layout import WithoutIntervals, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import Columns, FloatArray
from custvalue._words import number, one_line
from custvalue.errors import ParameterError

MOST = 500  # frequencies, and steps of recency


@dataclass(frozen=True, eq=False, repr=False)
class FrequencyRecency(Pictured, WithoutIntervals, Columns):
    """P(alive) and expected purchases by frequency and recency, of customers of one age.

    Parameters
    ----------
    frequency : ndarray of float64, shape (rows,)
        Repeat purchases x of each row.
    recency : ndarray of float64, shape (rows,)
        Age at the last purchase t_x of each row, in `unit`; 0 exactly where `frequency` is 0.
    probability_alive, expected_purchases : ndarray of float64, shape (rows,)
        Of a customer with these.
    age, horizon : float
        Age T of the customers, and how far ahead purchases are expected, in `unit`.
    unit : {"day", "week", "month", "year"}
        The unit of time.
    """

    PICTURE: ClassVar[str] = "frequency_recency_map"
    SHOWN: ClassVar[Mapping[str, str]] = shown(
        "recency, probability_alive: P(alive), expected_purchases"
    )
    LABELS: ClassVar[str] = "frequency"

    frequency: FloatArray
    recency: FloatArray
    probability_alive: FloatArray
    expected_purchases: FloatArray
    age: float
    horizon: float
    unit: TimeUnit

    def _columns(self) -> Mapping[str, npt.NDArray[Any]]:
        names = ("frequency", "recency", "probability_alive", "expected_purchases")
        return {name: getattr(self, name) for name in names}

    def _title(self) -> str:
        return (
            f"Customers of {number(self.age)} {self.unit}s, purchases in the next "
            f"{number(self.horizon)}"
        )

    def _notes(self) -> Sequence[str]:
        return (f"Recency is the age at the last purchase, in {self.unit}s.",)

    def __repr__(self) -> str:
        return one_line("FrequencyRecency", rows=len(self.frequency), age=self.age, unit=self.unit)


def frequency_recency(
    fit: Any,
    *,
    age: Horizon,
    horizon: Horizon,
    frequencies: int = 20,
    steps: int = 40,
    covariates: Any = None,
) -> FrequencyRecency:
    """Return P(alive) and expected purchases by frequency and recency.

    Parameters
    ----------
    fit : Fit or PurchasesAtAnyTime
        A model of purchases at any time with a unit, or its fit.
    age : str or timedelta
        Time from the first purchase of the customers to now, ``"39 weeks"``.
    horizon : str or timedelta
        How far ahead purchases are expected.
    frequencies : int
        The largest number of repeat purchases, at most 500.
    steps : int
        Steps of recency up to `age`, at most 500.
    covariates : mapping, optional
        Of a model with covariates: those of the customers, ``{"region": "south"}``.

    Raises
    ------
    DataError
        If a level of a covariate is unknown.
    ParameterError
        If `fit` is no such model, `age` is 0, or a number is too small or too large; if the model
        has covariates and they are not given, or the other way round.
    UnitError
        If the model, `age` or `horizon` has no unit.

    Examples
    --------
    >>> from custvalue import lifetime
    >>> model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> lifetime.frequency_recency(model, age="39 weeks", horizon="39 weeks")
    FrequencyRecency(rows=801, age=39, unit='week')
    """
    model = of_kind(purchases_model(fit), covariates, "frequency_recency")
    unit = declared_unit(model.unit, type(model).__name__)
    T, until = horizon_in(age, unit, "age"), horizon_in(horizon, unit)
    if T == 0:
        raise ParameterError("age must be > 0, as in '39 weeks', but it is 0.")
    most, fine = (
        _checked(name, its) for name, its in (("frequencies", frequencies), ("steps", steps))
    )
    x = np.concatenate([[0], np.repeat(np.arange(1, most + 1), fine)])
    t_x = np.concatenate([[0], np.tile(T * np.arange(1, fine + 1) / fine, most)])
    history = PurchaseHistory.from_arrays(
        frequency=x, recency=np.minimum(t_x, T), age=np.full(len(x), T), unit=unit
    )
    ahead = timedelta(0) if until == 0 else horizon
    return FrequencyRecency(
        frequency=history.frequency,
        recency=history.recency,
        probability_alive=model.probability_alive(history),
        expected_purchases=model.expected_purchases(history, ahead),
        age=T,
        horizon=until,
        unit=unit,
    )


def _checked(name: str, value: int) -> int:
    found = checked_whole(name, value, least=1)
    if found > MOST:
        raise ParameterError(f"{name} must be at most {MOST}, but it is {found:,}.")
    return found
