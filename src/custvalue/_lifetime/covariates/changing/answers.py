"""What a model with changing covariates answers about a history: all along the paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from custvalue._histories.covariates.changing.building import Built, built, process_columns
from custvalue._histories.covariates.changing.design import design_of
from custvalue._histories.covariates.changing.exposure import days_observed
from custvalue._histories.covariates.changing.followed import FollowedPurchases, days_of, iso
from custvalue._histories.covariates.changing.unanswered import no_changing, unanswered
from custvalue._histories.units import DAYS, horizon_in, horizons_in
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._rows import FloatArray
from custvalue._words import listed
from custvalue.errors import DataError, ParameterError

NEAR = 1e-6  # of a day


class Along(NamedTuple):
    """A history of customers on paths that are known as far ahead as is asked."""

    model: Any
    history: Any
    built: Built

    @classmethod
    def of(cls, model: Any, history: Any, until: float = 0.0) -> Self:
        """Lay out the paths up to `until` after the end of observation, or raise."""
        terms, unit = model._covariate_terms, history.unit  # noqa: SLF001 - of its own room
        require_own_form(model)
        known = followed(model, history)
        end = known.birth + (history.age + until) * DAYS[unit]
        _require_reach(known, end, until * DAYS[unit])
        missing = [name for name in terms.changing if name not in known.covariates.names]
        if missing:
            raise DataError(
                f"{type(model).__name__} needs the changing covariate {missing[0]!r}, but the "
                f"history has only {listed(known.covariates.names)}."
            )
        columns = process_columns(terms)
        design = design_of(history, terms, days_observed(known, end))
        power = model._form_of_changing == "power"  # noqa: SLF001
        return cls(model, history, built(history, design, columns, visits=power))

    def likelihood(self, model: Any) -> tuple[Any, FloatArray]:
        """Return what answers about the cells, and where: parameters and coefficients."""
        terms = model._covariate_terms  # noqa: SLF001 - of its own room
        values = np.array([*terms.values.values()])
        own = [value for name, value in model._estimated.items() if name not in terms.values]  # noqa: SLF001
        gammas = [values[one.coefficients] for one in process_columns(terms)]
        point = np.concatenate((np.log(own), *gammas))
        return model._along_paths(self.built.segments, self.built.cells), point  # noqa: SLF001

    def log_likelihood(self) -> FloatArray:
        """Return the log-likelihood of each customer."""
        cells, point = self.likelihood(self.model)
        k = self.built.bought_at.shape[1]
        found = self.spread(cells.log_likelihood(point))
        return np.asarray(found + self.built.bought_at @ point[COMMON : COMMON + k])

    def alive(self, model: Any) -> FloatArray:
        """Return P(alive) of each cell."""
        cells, point = self.likelihood(model)
        return np.asarray(cells.alive(point))

    def purchases(self, model: Any, until: float, rate: float = 0.0) -> FloatArray:
        """Return the purchases of each cell, given that it is alive."""
        cells, point = self.likelihood(model)
        return np.asarray(cells.purchases(point, until, rate))

    def spread(self, of_cells: FloatArray) -> FloatArray:
        """Return an entry for each customer."""
        return np.asarray(of_cells[self.built.cell_of_customer])


COMMON = 4


def require_own_form(model: Any) -> None:
    """Raise where a model does not take changing covariates, or not in this form of dropout."""
    terms, name, own = model._covariate_terms, type(model).__name__, model._form_of_changing  # noqa: SLF001
    if own is None:
        raise no_changing(name)
    moved = any(each.process != "purchase" for each in terms.coefficients)
    if moved and terms.dropout_form != own:
        raise ParameterError(
            f"{name} takes changing covariates of dropout with dropout_form={own!r}, but these "
            f"have {terms.dropout_form!r}. Give CovariateTerms(..., dropout_form={own!r})."
        )


def followed(model: Any, history: Any) -> FollowedPurchases:
    """Return the paths of a history, or raise where it has none."""
    known: FollowedPurchases | None = getattr(history, "changing", None)
    if known is None:
        names = listed(model._covariate_terms.changing)  # noqa: SLF001 - of its own room
        raise DataError(
            f"{type(model).__name__} has covariates that change, {names}, but the history has "
            f"none. Give changing= to PurchaseHistory.from_transactions."
        )
    return known


def _require_reach(known: FollowedPurchases, end: FloatArray, ahead: float) -> None:
    """Raise where a path ends before the last day that is asked about; `ahead` is in days."""
    if ahead <= 0:
        return
    last = days_of(known.covariates)[1][known.path] + 1
    short = np.flatnonzero(last < end - NEAR)
    if short.size:
        one = short[np.argmin(last[short])]
        label = known.covariates.paths[int(known.path[one])]
        where = "" if known.covariates.path is None else f" on path {label!r}"
        raise DataError(
            f"changing covariates end on {iso(last[one] - 1)}{where}, before the horizon: they "
            f"must be known until {iso(np.ceil(end[one]) - 1)}. Add what you plan or expect, by "
            f"history.with_changing(covariates), or ask for a shorter horizon."
        )


def _log_likelihood(model: Any, history: Any) -> FloatArray:
    return Along.of(model, history).log_likelihood()


def _probability_alive(model: Any, history: Any, *, at: Any = None) -> FloatArray:
    if at is None:
        along = Along.of(model, history)
        return along.spread(along.alive(model))
    later = horizon_in(at, history.unit, "at")
    along = Along.of(model, history, later)
    cells, point = along.likelihood(model)
    return along.spread(cells.alive(point) * cells.stays(point, later))


def _probability_active(model: Any, history: Any, horizon: Any) -> FloatArray:
    until = horizon_in(horizon, history.unit)
    along = Along.of(model, history, until)
    cells, point = along.likelihood(model)
    return along.spread(cells.alive(point) * cells.buys(point, until))


def _count_pmf(model: Any, history: Any, counts: FloatArray, horizon: Any) -> FloatArray:
    require_any_time(model, NAMES["_count_pmf"])
    until = horizon_in(horizon, history.unit)
    along, n = Along.of(model, history, until), counts.ravel()
    cells, point = along.likelihood(model)
    alive = cells.alive(point)[:, None]
    chances = alive * cells.counts(point, n, until) + (1 - alive) * (n == 0)
    return along.spread(chances.reshape(len(chances), *counts.shape))


def require_any_time(model: Any, what: str) -> None:
    """Raise unless customers leave at any time, so that this is known along paths."""
    if model._form_of_changing == "power":  # noqa: SLF001 - of its own room
        raise unanswered(model, what)


def _expected_purchases(model: Any, history: Any, horizon: Any) -> FloatArray:
    several = isinstance(horizon, list | tuple)
    times = horizons_in(horizon, history.unit) if several else [horizon_in(horizon, history.unit)]
    along = Along.of(model, history, max(times))
    alive = along.alive(model)
    each = [along.spread(alive * along.purchases(model, until)) for until in times]
    return np.column_stack(each) if several else each[0]


def _discounted(
    model: Any,
    history: Any,
    *,
    annual_discount_rate: float,
    horizon: Any = None,
    discounting: str = "continuous",
) -> FloatArray:
    name = type(model).__name__
    if horizon is None:
        raise ParameterError(
            f"{name} with changing covariates needs a horizon, because the paths of covariates end."
            f" Give one, as in horizon='1 year'."
        )
    if discounting != "continuous":
        raise ParameterError(
            f"{name} with changing covariates discounts each purchase from its own time, but "
            f"discounting={discounting!r}. Omit discounting."
        )
    rate = continuous_rate(annual_discount_rate, history.unit)
    until = horizon_in(horizon, history.unit)
    along = Along.of(model, history, until)
    return along.spread(along.alive(model) * along.purchases(model, until, rate))


ANSWERS: dict[str, Callable[..., FloatArray]] = {
    "log_likelihood": _log_likelihood,
    "probability_alive": _probability_alive,
    "probability_active": _probability_active,
    "_count_pmf": _count_pmf,
    "expected_purchases": _expected_purchases,
    "discounted_expected_purchases": _discounted,
}
"""By the name of the method."""


def answer_along(
    model: Any, method: str, history: Any, args: Sequence[Any], options: Any
) -> FloatArray:
    """Answer along the paths what can be answered there."""
    if method not in ANSWERS:
        raise unanswered(model, NAMES.get(method, method))
    model._cells(history)  # noqa: SLF001 - of its own room: kind and unit of the history
    return ANSWERS[method](model, history, *args, **options)


NAMES = {
    "_waits_of_each": "next_purchase",
    "_leaves_of_each": "remaining_lifetime",
    "_count_pmf": "purchase_count_pmf",
}
