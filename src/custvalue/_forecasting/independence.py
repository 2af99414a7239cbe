"""Whether customers who buy often spend more on a purchase: models of value say that they do not.

If they do, one-time buyers, who are the seldom ones, are valued at the mean spend of those who came
back, who are the frequent ones. The slope says how mean spend depends on the purchase rate: log
mean = a + b h, with h = E[log rate | x, T] of each customer, estimated from the means of those who
came back by quasi-likelihood with a constant coefficient of variation; its standard error holds
whatever their variance is. Means, and not medians or ranks, show nothing where spend is independent
of frequency: the mean of more purchases is less skewed, so that its ranks rise with frequency.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from scipy import special

from custvalue._inference.ends import normal_quantile
from custvalue._lifetime.history import PurchaseHistory
from custvalue._lifetime.purchase_model import PurchasesAtAnyTime
from custvalue._lifetime.rows import BoolArray
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._rows import FloatArray
from custvalue._values import Record
from custvalue._words import number, one_line, p_value, percent

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
    total_effect : float
        Value of all customers, if spend follows that slope, over that of independence, minus 1:
        0.025 says that independence gives 2.5 % too little.
    one_time_effect : float
        The same of customers who did not come back.
    """

    TITLE: ClassVar[str] = "Spend and frequency"
    SHOWN: ClassVar[Mapping[str, str]] = shown("value, low, high")

    customers: int
    rank_correlation: float
    slope: float
    standard_error: float
    total_effect: float
    one_time_effect: float

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
        return (
            f"Taking spend as independent of frequency values all customers "
            f"{percent(abs(1 / (1 + total) - 1), 1)} too {'low' if total > 0 else 'high'}, and "
            f"one-time buyers at {number(1 / (1 + once), 3)} times what the slope says."
        )

    def __repr__(self) -> str:
        return one_line("SpendIndependence", slope=self.slope, p_value=self.p_value)


def spend_independence(
    model: PurchasesAtAnyTime, train: PurchaseHistory, expected: FloatArray
) -> SpendIndependence | None:
    """Test independence; None without spend, or where too few came back, or all buy as often."""
    if train.monetary_value is None:
        return None
    back = (train.frequency > 0) & (train.monetary_value > 0)
    if np.count_nonzero(back) < LEAST:
        return None
    x, spend = train.frequency, train.monetary_value
    rate = Rate.of(model, train)
    those = rate.some(back)
    if float(np.ptp(those.slope_of_log_power(0))) < ALIKE:
        return None
    level, slope, error = _sloped(those, spend[back], x[back])
    own = np.where(back, x / (x + _purchases_of_prior(x[back], spend[back])), 0.0)
    alone = (1 - own) * spend[back].mean() + own * spend
    follows = (1 - own) * level * np.exp(rate.later.log_power(slope)) + own * spend
    once = ~back & (x == 0)
    return SpendIndependence(
        customers=int(np.count_nonzero(back)),
        rank_correlation=_spearman(x[back], spend[back]),
        slope=slope,
        standard_error=error,
        total_effect=_ratio(expected, follows, alone),
        one_time_effect=_ratio(expected[once], follows[once], alone[once]),
    )


class Rate(NamedTuple):
    """What is known of the purchase rates of customers: Gamma(shape, time)."""

    shape: FloatArray
    time: FloatArray

    @classmethod
    def of(cls, model: PurchasesAtAnyTime, train: PurchaseHistory) -> Rate:
        """Update the distribution of all rates by what was observed."""
        its: Any = model  # all have r and alpha, those of regular buyers k
        k = getattr(model, "k", 1)
        return cls(its.r + k * train.frequency, its.alpha + train.age)

    def some(self, mask: BoolArray) -> Rate:
        """Return those of some customers."""
        return Rate(self.shape[mask], self.time[mask])

    @property
    def later(self) -> Rate:
        """The rates at which purchases ahead come: those who buy more have more of them."""
        return Rate(self.shape + 1, self.time)

    def log_power(self, b: float) -> FloatArray:
        """Return log E[λ^b]."""
        found: FloatArray = special.gammaln(self.shape + b) - special.gammaln(self.shape)
        return found - b * np.log(self.time)

    def slope_of_log_power(self, b: float) -> FloatArray:
        """Return its derivative by b."""
        found: FloatArray = special.digamma(self.shape + b) - np.log(self.time)
        return found


def _ratio(weight: FloatArray, new: FloatArray, old: FloatArray) -> float:
    total = float(weight @ old)
    return float(weight @ new) / total - 1 if total > 0 else 0.0


def _sloped(rate: Rate, spend: FloatArray, x: FloatArray) -> tuple[float, float, float]:
    """Return the level, the slope b, and its robust standard error."""
    log_level, b = math.log(spend.mean()), 0.0
    design = np.ones((len(x), 2))
    for _ in range(STEPS):
        design[:, 1] = rate.slope_of_log_power(b)
        rest = spend / np.exp(log_level + rate.log_power(b)) - 1
        step = np.linalg.solve((design.T * x) @ design, design.T @ (x * rest))
        change = float(np.clip(step[1], -LONGEST, LONGEST))
        b = max(b + change, STEEPEST)
        log_level = math.log(np.average(spend / np.exp(rate.log_power(b)), weights=x))
        if abs(change) < 1e-10:
            break
    rest = spend / np.exp(log_level + rate.log_power(b)) - 1
    bread = np.linalg.inv((design.T * x) @ design)
    meat = (design.T * (x * rest) ** 2) @ design
    return math.exp(log_level), b, math.sqrt(float((bread @ meat @ bread)[1, 1]))


LONGEST, STEEPEST = 0.3, -0.9  # step, and the least slope, with which a mean exists


def _purchases_of_prior(x: FloatArray, spend: FloatArray) -> float:
    """Return how many purchases of their own weigh as much as the mean of all customers.

    From the variance of means of x purchases, between + within / x: weighted least squares.
    """
    share = (spend / spend.mean() - 1) ** 2
    design = np.column_stack([np.ones(len(x)), 1 / x])
    between, within = np.linalg.lstsq(design, share, rcond=None)[0]
    return float(max(within, 1e-6) / max(between, 1e-6))


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
