"""What is ahead of customers, with intervals of what is expected or of what will happen.

Expected (``of="mean"``): the delta method, on the logit of P(alive) and on the logarithms of
purchases, spend and value. Central differences of the whole base, cell by cell, in each direction
of the parameters; fits of purchases and of spend are independent.

Outcome: equal-tailed quantiles of the distribution of the count, of one purchase day's spend and of
what is paid, each averaged over a few points of the parameters.
"""

from __future__ import annotations

from typing import Any, NamedTuple, get_args

import numpy as np

from custvalue._checks import checked_level, require_choice
from custvalue._histories.arguments import checked_margin
from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.prediction.outcome import spend_outcomes
from custvalue._lifetime.prediction.parameters import require_errors, slopes
from custvalue._lifetime.prediction.question import Money, Question
from custvalue._lifetime.prediction.result import Prediction
from custvalue._lifetime.prediction.spend_fit import Spender, spender_of
from custvalue._lifetime.prediction.totals import SMALLEST_TAIL, Of
from custvalue._rows import FloatArray

ALIVE = "the interval of P(alive) is that of what is expected"
NEAR = 1e-9  # to 0 or 1: a probability without an interval


def predict(
    fit: Fit[Any],
    ask: Question,
    *,
    interval: float | None,
    of: Of,
    spend: Any,
    annual_discount_rate: float,
    margin: float,
) -> Prediction:
    """Predict what is ahead of each customer."""
    require_choice("of", of, get_args(Of))
    level = None if interval is None else checked_level(interval, "interval")
    margin = checked_margin(margin)
    spender = spender_of(spend, ask.history, level, of)
    alive, ahead, discounted = ask.answer(fit.model)
    columns = {
        "probability_alive": ask.spread(alive),
        "purchases": ask.spread(alive * ahead),
    }
    if spender is not None:
        columns["spend"] = spender.money
        columns["value"] = margin * ask.spread(alive * discounted) * spender.money
    if level is not None:
        require_errors(fit)
        known = _Known(fit, ask, level, spender, columns)
        columns |= known.of_means() if of == "mean" else known.of_outcomes(margin)
    parts = [ask.counted, *([spender.convention] if spender else []), *_certain(fit, ask)]
    labels = ask.history.customer
    return Prediction(
        customer=np.arange(len(ask.history)) if labels is None else labels,
        horizon=ask.horizon,
        convention="; ".join([*parts, *([ALIVE] if level and of == "outcome" else [])]),
        interval=level,
        of=of,
        annual_discount_rate=float(annual_discount_rate),
        margin=margin,
        **columns,
    )


def _certain(fit: Fit[Any], ask: Question) -> list[str]:
    """Say of how many customers the model knows that they are alive, whatever they do."""
    n, name = ask.certain(fit.model), type(fit.model).__name__
    said = f"P(alive) is 1 by the definition of {name} for {n:,} of {len(ask.history):,} customers"
    return [said] if n else []


class _Known(NamedTuple):
    """What intervals are made of."""

    fit: Fit[Any]
    ask: Question
    level: float
    spender: Spender | None
    columns: dict[str, FloatArray]

    def of_means(self) -> dict[str, FloatArray]:
        """Return the ends of the intervals of what is expected."""
        found = self._errors()
        made = self._of_alive(found)
        for name in ("purchases", "spend", "value"):
            relative = found.get(name)
            if relative is None:
                continue
            centre = self.columns[name]
            reach = np.exp(normal_quantile(self.level) * np.sqrt(np.square(relative).sum(axis=1)))
            made |= {f"{name}_low": centre / reach, f"{name}_high": centre * reach}
        return made | self._of_totals(found)

    def of_outcomes(self, margin: float) -> dict[str, FloatArray]:
        """Return the ends of the intervals of what will happen."""
        found = self._errors()
        made = self._of_alive(found) | self._of_totals(found)
        return made | self._counted(margin)

    def _counted(self, margin: float) -> dict[str, FloatArray]:
        _, ahead, discounted = self.ask.answer(self.fit.model)
        spread, spender, history = self.ask.spread, self.spender, self.ask.history
        later = discounted / np.maximum(ahead, 1e-300)  # what a discounted purchase is worth
        beyond = max((1 - self.level) / 2, SMALLEST_TAIL)
        if spender is None:
            return self.ask.outcomes(self.fit, beyond, None)
        each = self.ask.outcomes(self.fit, beyond, Money(spender.point, spender.days(history)))
        factor = margin * spread(later)
        scale = spender.scale(history) * factor
        each |= {name: each[name] * scale for name in ("value_low", "value_high")}
        each["value_variance"] = np.square(factor) * spender.variance(
            history, self.columns["purchases"], each["purchases_variance"]
        )
        return each | spend_outcomes(spender, history, beyond)

    def _errors(self) -> dict[str, FloatArray]:
        """Return relative changes in a standard error of each direction, (n, k); of P(alive), its.

        The directions of purchases come first, those of spend follow.
        """
        found = slopes(self.fit, lambda model: _logs(self.ask.answer(model)))
        alive, ahead, discounted = found.transpose(1, 2, 0)
        centre = self.ask.answer(self.fit.model)[0][:, None]
        spread = self.ask.spread
        of_alive = alive / np.maximum(centre, 1e-300)
        made = {"alive": spread(alive), "purchases": spread(of_alive + ahead)}
        if self.spender is not None:
            made["spend"] = self.spender.errors(self.ask.history)
            made["value"] = np.hstack((spread(of_alive + discounted), made["spend"]))
        return made

    def _of_alive(self, found: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """Return the ends for P(alive), on the logit scale."""
        p = self.columns["probability_alive"]
        certain = np.minimum(p, 1 - p) < NEAR
        inside = np.where(certain, 0.5, p)
        error = np.sqrt(np.square(found["alive"]).sum(axis=1)) / (inside * (1 - inside))
        reach = np.exp(normal_quantile(self.level) * error)
        low, high = (inside / (inside + (1 - inside) * each) for each in (reach, 1 / reach))
        ends = {"probability_alive_low": low, "probability_alive_high": high}
        return {name: np.where(certain, p, end) for name, end in ends.items()}

    def _of_totals(self, found: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """Return what totals need: changes that customers have in common."""
        names = [name for name in ("purchases", "value") if name in found]
        return {f"{name}_errors": self.columns[name][:, None] * found[name] for name in names}


def _logs(answer: FloatArray) -> FloatArray:
    """Return P(alive) itself and the logarithms of the others."""
    alive, *others = answer
    return np.stack((alive, *(np.log(np.maximum(each, 1e-300)) for each in others)))
