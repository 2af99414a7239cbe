"""The mode of a posterior: where the likelihood times the prior of log parameters is highest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from custvalue._lifetime.doubts import Doubt
from custvalue._lifetime.fit import Fit, maximum_likelihood
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.priors.density import with_prior
from custvalue._lifetime.priors.pooled import AnyPrior, PooledPrior
from custvalue._lifetime.priors.prior import Prior
from custvalue._numerics.maximum import CellsT, Objective
from custvalue._words import plain
from custvalue.errors import EstimationError, ParameterError

FitT = TypeVar("FitT", bound=Fit[Any])


def posterior_mode(
    kind: type[FitT],
    cells: CellsT,
    objective: Callable[[CellsT], Objective],
    start: Callable[[], Sequence[Mapping[str, float]]],
    prior: AnyPrior,
    *,
    customers: int,
    given: Mapping[str, Any],
    doubts: Callable[[Any, float], Iterable[Doubt]],
) -> FitT:
    """Fit a model with a prior; its log-likelihood is that of the data alone."""
    model: Any = kind.model_fields["model"].annotation
    known = prior._known_in(model, dict(given))  # noqa: SLF001 - of this room
    names, likelihood = parameter_names(model), objective(cells)

    def of_data(fitted: Any) -> float:
        return likelihood(np.array([getattr(fitted, name) for name in names])).value

    fit = maximum_likelihood(
        kind,
        cells,
        with_prior(objective, known.density),
        [*_from_data(start), *_named(names, known.starts)],
        customers=customers,
        given=given,
        doubts=lambda fitted, _: doubts(fitted, of_data(fitted)),
    )
    return fit.model_copy(update={"prior": prior, "log_likelihood": of_data(fit.model)})


def _from_data(
    start: Callable[[], Sequence[Mapping[str, float]]],
) -> Sequence[Mapping[str, float]]:
    """Return the places that the data suggest; none where they say too little."""
    try:
        return start()
    except EstimationError:
        return ()


def _named(names: Sequence[str], points: Sequence[Any]) -> list[dict[str, float]]:
    return [dict(zip(names, np.exp(point).tolist(), strict=True)) for point in points]


def checked_prior(prior: object) -> AnyPrior:
    """Return what is a prior."""
    if not isinstance(prior, Prior | PooledPrior):
        raise ParameterError(
            f"prior must be a lifetime.Prior, as in Prior(rate=(2, 12), unit='year'), but it is "
            f"{plain(prior)!r}."
        )
    return prior
