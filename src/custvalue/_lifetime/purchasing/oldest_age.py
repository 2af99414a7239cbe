"""Whether a fit says that customers leave at the oldest age seen, and how little says so.

Of some dozens of customers who never leave, a model in which they may leave the likelier the older
they get can fit best with an end of all just after the last purchase seen. Forecasts are then about
nothing, whatever customers really do.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from custvalue._histories.cells import Cells
from custvalue._lifetime.doubts import Doubt
from custvalue._lifetime.model import LifetimeModel
from custvalue._lifetime.purchasing import pareto_likelihood
from custvalue._lifetime.purchasing.gamma_gompertz_likelihood import GompertzLifetime
from custvalue._lifetime.purchasing.moments import gamma_rates
from custvalue._lifetime.purchasing.pareto_likelihood import ParetoLifetime
from custvalue._numerics.maximum import Derivatives, Objective, highest
from custvalue._rows import FloatArray
from custvalue._words import number, percent


def all_leave(
    p: GompertzLifetime, cells: Cells, fitted: float, model: type[LifetimeModel]
) -> Iterator[Doubt]:
    """Yield a doubt where most are expected to leave soon, and hardly anything says so.

    What is gained by an end of all customers just after the last purchase of any is what they
    would have bought in the time that is left: of customers who stay, it is exponentially
    distributed with the mean 1, however many they are.
    """
    oldest = float(cells.age.max())
    soon = SOON * oldest
    stay = _share_staying(p, cells, soon)
    if stay >= MOST_STAY:
        return
    name, simpler, value = _simpler(cells, model)
    gain = fitted - value
    if gain < CLEAR_GAIN and stay < MOST_STAY * _share_staying(simpler, cells, soon):
        yield Doubt(
            reason="all leave at the oldest age",
            message=ALL_LEAVE.format(
                share=percent(1 - stay),
                soon=number(soon),
                oldest=number(oldest),
                gain=f"{max(gain, 0):.1f}",
                best=name,
            ),
        )


def _share_staying(p: GompertzLifetime | ParetoLifetime, cells: Cells, soon: float) -> float:
    """Return the share of customers who stay for some more time, if all are still there."""
    stay = np.exp(-p.log_fall(cells.age, np.full(len(cells), soon)))
    return float(cells.count @ stay / cells.count.sum())


def _simpler(cells: Cells, model: type[LifetimeModel]) -> tuple[str, ParetoLifetime, float]:
    """Return the better one of NBD and ParetoNBD by Akaike's criterion, and its log-likelihood."""
    without_aging, value = top_without_aging(cells, model)
    rates, of_stayers = _top_without_dropout(cells, model)
    if of_stayers > value - 2:
        r, alpha = rates.tolist()
        return "NBD", ParetoLifetime(r, alpha, NEVER, float(cells.age.max())), of_stayers
    return "ParetoNBD", ParetoLifetime(*without_aging.tolist()), value


SOON = 0.25  # of the oldest age
MOST_STAY = 0.5
CLEAR_GAIN = 6.0  # in log-likelihood: e^-6 by chance
ALL_LEAVE = (
    "GammaGompertzNBD: its forecasts cannot be trusted. It expects {share} of the customers who "
    "are still there to leave within a time of {soon}, beside the oldest age seen, {oldest}; "
    "nothing was seen beyond that age, and the log-likelihood of {best} is only {gain} lower. Use "
    "{best}."
)


def _top_without_dropout(cells: Cells, model: type[LifetimeModel]) -> tuple[FloatArray, float]:
    """Return (r, α) and the highest log-likelihood where no customer leaves: of NBD."""
    rates = gamma_rates(cells, model)
    return highest(cells, _stayers, [np.array([rates["r"], rates["alpha"]])])


def _stayers(cells: Cells) -> Objective:
    """Return the log-likelihood of (r, α) where customers leave as good as never."""
    likelihood, oldest = pareto_likelihood.LogLikelihood(cells), float(cells.age.max())

    def at(rates: FloatArray) -> Derivatives:
        value, gradient, hessian = likelihood(np.array([*rates, NEVER, oldest]))
        return Derivatives(value, gradient[:2], hessian[:2, :2])

    return at


NEVER = 1e-9  # shape of the rates of leaving


def top_without_aging(cells: Cells, model: type[LifetimeModel]) -> tuple[FloatArray, float]:
    """Return (r, α, s, β) and the highest log-likelihood of customers who do not age."""
    starts = [
        np.array(list(start.values())) for start in pareto_likelihood.starting_points(cells, model)
    ]
    return highest(cells, pareto_likelihood.LogLikelihood, starts)
