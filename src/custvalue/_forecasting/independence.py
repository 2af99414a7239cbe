"""Whether customers who buy often spend more on a purchase: models of value say that they do not.

If they do, one-time buyers, who are the seldom ones, are valued at the mean spend of those who came
back, who are the frequent ones. The slope says how mean spend depends on the purchase rate: log
mean = a + log E[rate^b | x, t_x, T] of each customer, estimated from the means of those who came
back by quasi-likelihood with a constant coefficient of variation; its standard error holds
whatever their variance is. Means, and not medians or ranks, show nothing where spend is independent
of frequency: the mean of more purchases is less skewed, so that its ranks rise with frequency.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np
from scipy import special

from custvalue._forecasting.subject import Subject
from custvalue._histories.rows import BoolArray
from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.asking import known_rates
from custvalue._lifetime.purchasing.purchase_model import PurchasesAtAnyTime
from custvalue._lifetime.spend.dependence_likelihood import PowerMean, power_mean
from custvalue._lifetime.spend.dependent_gamma_gamma import DependentGammaGamma
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Record
from custvalue._words import number, one_line, p_value, percent
from custvalue.errors import CustvalueWarning, EstimationError, ParameterError

LEAST = 30  # customers who came back, with whom something can be said
ALIKE = 1e-6  # difference of log rates below which no slope is to be seen
STEPS = 50
NOTABLE = 0.05  # P from which on an effect is spelled out


@dataclass(frozen=True, repr=False)
class SpendIndependence(Tabulated, Record):
    """Whether spend depends on frequency, and what that does to value.

    Parameters
    ----------
    customers : int
        Customers who came back and spent something.
    rank_correlation : float
        Spearman's, of frequency and mean spend among them.
    slope, standard_error : float
        By how much log mean spend rises with the log of the purchase rate.
    total_effect : float or None
        Value of all customers by :class:`DependentGammaGamma` over that by :class:`GammaGamma`,
        minus 1: 0.025 says that independence gives 2.5 % too little. None where one of them cannot
        be fitted to these spends.
    one_time_effect : float or None
        The same of customers who did not come back.
    """

    TITLE: ClassVar[str] = "Spend and frequency"
    SHOWN: ClassVar[Mapping[str, str]] = shown("value, low, high")

    customers: int
    rank_correlation: float
    slope: float
    standard_error: float
    total_effect: float | None = None
    one_time_effect: float | None = None

    @property
    def p_value(self) -> float:
        """Probability of so large a slope where spend is independent of frequency."""
        ratio = abs(self.slope) / self.standard_error if self.standard_error > 0 else 0.0
        return float(special.erfc(ratio / math.sqrt(2)))

    def _rows(self, level: float) -> Sequence[Row]:
        z = normal_quantile(level)
        rho, n = self.rank_correlation, self.customers
        wide = z * math.sqrt((1 + rho**2 / 2) / (n - 3))
        near = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, rho)))
        away = z * self.standard_error
        rows = (
            ("rank correlation", rho, math.tanh(near - wide), math.tanh(near + wide)),
            ("slope of log spend on log rate", self.slope, self.slope - away, self.slope + away),
            ("total value, relative change", self.total_effect, None, None),
            ("value of one-time buyers, relative change", self.one_time_effect, None, None),
        )
        return [
            Row(name, {"quantity": name, "value": value, "low": low, "high": high})
            for name, value, low, high in rows
        ]

    def _notes(self) -> Sequence[str]:
        told = "The data do not tell the slope from 0, which is independence."
        back = f"{number(self.customers)} customers who came back"
        return (
            f"Independence: {p_value(self.p_value)} (slope), of {back}.",
            self.effect if self.p_value < NOTABLE else told,
        )

    @property
    def effect(self) -> str:
        """What independence, where it does not hold, does to value, in words."""
        total, once = self.total_effect, self.one_time_effect
        if total is None or once is None:
            return "What it does to value is not known: no model of spend fits these amounts."
        return (
            f"Taking spend as independent of frequency values all customers "
            f"{percent(abs(1 / (1 + total) - 1), 1)} too {'low' if total > 0 else 'high'}, and "
            f"one-time buyers at {number(1 / (1 + once), 3)} times what DependentGammaGamma says."
        )

    def __repr__(self) -> str:
        return one_line("SpendIndependence", slope=self.slope, p_value=self.p_value)


def spend_independence(its: Subject, expected: FloatArray) -> SpendIndependence | None:
    """Test independence; None without spend, or where too few came back, or all buy as often."""
    train = its.history
    if train.monetary_value is None:
        return None
    back = (train.frequency > 0) & (train.monetary_value > 0)
    if np.count_nonzero(back) < LEAST:
        return None
    x, spend = train.frequency[back], train.monetary_value[back]
    rate = Rate.of(its).some(back)
    if float(np.ptp(rate.power(0.0).slope)) < ALIKE:
        return None
    slope, error = _sloped(rate, spend, x)
    found = SpendIndependence(
        customers=int(np.count_nonzero(back)),
        rank_correlation=_spearman(x, spend),
        slope=slope,
        standard_error=error,
    )
    effects = _effects(its, expected)
    if effects is None:
        return found
    return replace(found, total_effect=effects[0], one_time_effect=effects[1])


def _effects(its: Subject, expected: FloatArray) -> tuple[float, float] | None:
    """Return what dependence does to the value of all and of one-time buyers, if models can say."""
    train = its.history
    if not isinstance(its.model, PurchasesAtAnyTime):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CustvalueWarning)
            follows = DependentGammaGamma.fit(train, its.model, refunded="unknown")
            alone = GammaGamma.fit(train, refunded="unknown")
        new, old = (each.expected_spend(train) for each in (follows, alone))
    except (EstimationError, ParameterError):
        return None
    once = train.frequency == 0
    return _ratio(expected, new, old), _ratio(expected[once], new[once], old[once])


class Rate(NamedTuple):
    """What is known of the purchase rates of customers: gamma, on the clock of who stayed or left.

    Who left is known up to the last purchase, so that the rate is higher than silence says.
    """

    shape: FloatArray
    alive: FloatArray
    late: FloatArray
    early: FloatArray

    @classmethod
    def of(cls, its: Subject) -> Rate:
        """Update the distribution of all rates by what was observed."""
        shape, late, early = known_rates(its.model, its.history)
        log_rate = float(np.mean(np.log(shape / late)))  # of any of them
        alive = its.probability_alive()
        return cls(shape, alive, log_rate + np.log(late), log_rate + np.log(early))

    def some(self, mask: BoolArray) -> Rate:
        """Return those of some customers."""
        return Rate(*(column[mask] for column in self))

    def power(self, b: float) -> PowerMean:
        """Return log E[(λ/λ0)^b] and its derivatives by b."""
        return power_mean(b, *self)


def _ratio(weight: FloatArray, new: FloatArray, old: FloatArray) -> float:
    total = float(weight @ old)
    return float(weight @ new) / total - 1 if total > 0 else 0.0


def _sloped(rate: Rate, spend: FloatArray, x: FloatArray) -> tuple[float, float]:
    """Return the slope b, and its robust standard error."""
    log_level, b = math.log(spend.mean()), 0.0
    design = np.ones((len(x), 2))
    for _ in range(STEPS):
        power = rate.power(b)
        design[:, 1] = power.slope
        rest = spend / np.exp(log_level + power.value) - 1
        step = np.linalg.solve((design.T * x) @ design, design.T @ (x * rest))
        change = float(np.clip(step[1], -LONGEST, LONGEST))
        b = max(b + change, STEEPEST)
        log_level = math.log(np.average(spend / np.exp(rate.power(b).value), weights=x))
        if abs(change) < 1e-10:
            break
    rest = spend / np.exp(log_level + rate.power(b).value) - 1
    bread = np.linalg.inv((design.T * x) @ design)
    meat = (design.T * (x * rest) ** 2) @ design
    return b, math.sqrt(float((bread @ meat @ bread)[1, 1]))


LONGEST, STEEPEST = 0.3, -0.9  # step, and the least slope, with which a mean exists


def _spearman(one: FloatArray, other: FloatArray) -> float:
    ranks = [_ranks(each) for each in (one, other)]
    first, second = (each - each.mean() for each in ranks)
    scale = math.sqrt(float(first @ first) * float(second @ second))
    return float(first @ second) / scale if scale > 0 else 0.0


def _ranks(values: FloatArray) -> FloatArray:
    """Return ranks, the mean of them where values are equal."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    found: FloatArray = (np.cumsum(count) - (count - 1) / 2)[place]
    return found
