"""What a model with changing covariates answers about a history: all along the paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.covariates.changing.building import Built, built, process_columns
from custvalue._histories.covariates.changing.design import design_of
from custvalue._histories.covariates.changing.exposure import days_observed
from custvalue._histories.covariates.changing.followed import FollowedPurchases, days_of, iso
from custvalue._histories.covariates.changing.unanswered import no_changing
from custvalue._histories.units import DAYS, horizon_in, horizons_in
from custvalue._lifetime.purchasing.inversion import remaining_times, time_of
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._numerics.quadrature import slices
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
        return likelihood_of(model, self.built.segments, self.built.cells)

    def log_likelihood(self) -> FloatArray:
        """Return the log-likelihood of each customer."""
        cells, point = self.likelihood(self.model)
        k = self.built.bought_at.shape[1]
        found = self.spread(cells.log_likelihood(point))
        return np.asarray(found + self.built.bought_at @ point[COMMON : COMMON + k])

    def standing(self, model: Any) -> Any:
        """Return where the cells stand at the end of observation, and what is ahead of them."""
        return standing_of(model, self.built.segments, self.built.cells)

    def spread(self, of_cells: FloatArray) -> FloatArray:
        """Return an entry for each customer."""
        return np.asarray(of_cells[self.built.cell_of_customer])


COMMON = 4


def likelihood_of(model: Any, segments: PathSegments, cells: PathCells) -> tuple[Any, FloatArray]:
    """Return what answers about cells, and where: log parameters, then coefficients."""
    terms = model._covariate_terms  # noqa: SLF001 - of its own room
    values = np.array([*terms.values.values()])
    own = [value for name, value in model._estimated.items() if name not in terms.values]  # noqa: SLF001
    gammas = [values[one.coefficients] for one in process_columns(terms)]
    point = np.concatenate((np.log(own), *gammas))
    return model._along_paths(segments, cells), point  # noqa: SLF001


def standing_of(model: Any, segments: PathSegments, cells: PathCells) -> Any:
    """Return where cells stand at the end of observation, and what is ahead of them."""
    answers, point = likelihood_of(model, segments, cells)
    return answers.standing(point)


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
    later = 0.0 if at is None else horizon_in(at, history.unit, "at")
    along = Along.of(model, history, later)
    standing = along.standing(model)
    stays = 1.0 if at is None else standing.ahead(later).stays
    return along.spread(standing.alive * stays)


def _probability_active(model: Any, history: Any, horizon: Any) -> FloatArray:
    until = horizon_in(horizon, history.unit)
    along = Along.of(model, history, until)
    standing = along.standing(model)
    return along.spread(standing.alive * standing.ahead(until).buys)


def _count_pmf(model: Any, history: Any, counts: FloatArray, horizon: Any) -> FloatArray:
    until = horizon_in(horizon, history.unit)
    along, n = Along.of(model, history, until), counts.ravel()
    standing = along.standing(model)
    chances = np.zeros((len(standing.alive), n.size))
    if n.size:
        for rows in slices(len(chances), BLOCK):
            chances[rows] = standing.some(rows).ahead(until).counts(n)
    alive = standing.alive[:, None]
    chances = alive * chances + (1 - alive) * (n == 0)
    return along.spread(chances.reshape(len(chances), *counts.shape))


BLOCK = 2048  # cells whose counts are looked at together


def _expected_purchases(model: Any, history: Any, horizon: Any) -> FloatArray:
    several = isinstance(horizon, list | tuple)
    times = horizons_in(horizon, history.unit) if several else [horizon_in(horizon, history.unit)]
    along = Along.of(model, history, max(times))
    standing = along.standing(model)
    each = [along.spread(standing.alive * standing.ahead(until).purchases) for until in times]
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
    standing = along.standing(model)
    return along.spread(standing.alive * standing.ahead(until, rate).purchases)


def _waits_of_each(
    model: Any, history: Any, shares: tuple[float, ...], until: float | None
) -> FloatArray:
    """Return P(buys again until then), and when shares of that are reached."""
    end = _known_until(model, until)
    along = Along.of(model, history, end)
    standing = along.standing(model)
    ever = standing.ahead(end).buys
    later = [
        time_of(lambda time: standing.ahead(np.minimum(time, end)).buys, share * ever)
        for share in shares
    ]
    return along.spread(np.column_stack((standing.alive * ever, *later)))


def _leaves_of_each(
    model: Any, history: Any, shares: tuple[float, ...], until: float | None
) -> FloatArray:
    """Return P(alive), and when shares have left; NaN where that is later."""
    end = _known_until(model, until)
    along = Along.of(model, history, end)
    standing = along.standing(model)
    alive = standing.alive

    def leaves(time: FloatArray) -> FloatArray:
        return np.asarray(1 - standing.ahead(np.minimum(time, end)).stays)

    found = remaining_times(leaves, alive, shares)
    return along.spread(np.column_stack((alive, found)))


def _known_until(model: Any, until: float | None) -> float:
    """Return how far ahead one looks, or raise where that is not said."""
    if until is None:
        raise ParameterError(
            f"{type(model).__name__} with changing covariates must know how far ahead to look, "
            f"because the paths of covariates end. Give within, as in within='1 year'."
        )
    return until


ANSWERS: dict[str, Callable[..., FloatArray]] = {
    "log_likelihood": _log_likelihood,
    "probability_alive": _probability_alive,
    "probability_active": _probability_active,
    "_count_pmf": _count_pmf,
    "_waits_of_each": _waits_of_each,
    "_leaves_of_each": _leaves_of_each,
    "expected_purchases": _expected_purchases,
    "discounted_expected_purchases": _discounted,
}
"""By the name of the method."""


def answer_along(
    model: Any, method: str, history: Any, args: Sequence[Any], options: Any
) -> FloatArray:
    """Answer along the paths what can be answered there."""
    model._cells(history)  # noqa: SLF001 - of its own room: kind and unit of the history
    return ANSWERS[method](model, history, *args, **options)
