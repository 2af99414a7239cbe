"""Lifetime models: one customer after the other, and a million at once.

Customers are those of ``benchmarks/lifetime_fit.py``. By hand are the closed forms of the papers in
plain numpy and SciPy, without checks, units, errors or care where they cancel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle
from typing import Any

import numpy as np
from scipy import special

from benchmarks.lifetime_fit import TRUTHS, Arrays, customers
from benchmarks.speed.timing import Pair, Work, growth, row
from custvalue import lifetime

BG, PARETO, GOMPERTZ = TRUTHS["BGNBD"], TRUTHS["ParetoNBD"], TRUTHS["GammaGompertzNBD"]
WEEKS, MILLION = 52.0, 1_000_000
RATE = np.log(1.1) * 7 / 365.25  # continuous, a week


def history_of(model: Any, count: int = MILLION) -> lifetime.PurchaseHistory:
    """Customers that the model made up, with their cells."""
    history = lifetime.PurchaseHistory.from_arrays(**customers(model, count), unit="week")
    history.cell_of_customer  # noqa: B018 - made once a history
    return history


def one_by_one(model: Any) -> Iterator[Arrays]:
    """A thousand different customers, one after the other, for ever."""
    made = customers(model, 1_000)
    names = ("frequency", "recency", "age")
    rows = zip(*(made[name].tolist() for name in names), strict=True)
    return cycle([dict(zip(names, each, strict=True)) for each in rows])


# --- by hand --------------------------------------------------------------------------------


def bg_by_hand(frequency: Any, recency: Any, age: Any) -> tuple[Any, Any]:
    """P(alive) and the purchases of a year; Fader, Hardie & Lee (2005), equation (10)."""
    r, alpha, a, b = BG.r, BG.alpha, BG.a, BG.b
    x, T = frequency, alpha + age
    silence = (T / (alpha + recency)) ** (r + x)
    alive = 1 / (1 + np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * silence, 0.0))
    z = WEEKS / (T + WEEKS)
    stays = (T / (T + WEEKS)) ** (r + x) * special.hyp2f1(r + x, b + x, a + b + x - 1, z)
    return alive, alive * (a + b + x - 1) / (a - 1) * (1 - stays)


def pareto_by_hand(frequency: Any, recency: Any, age: Any) -> tuple[Any, Any]:
    """P(alive) and the purchases of a year; Fader & Hardie (2005), alpha < beta."""
    r, alpha, s, beta = PARETO.r, PARETO.alpha, PARETO.s, PARETO.beta
    m = r + frequency + s

    def part(time: Any) -> Any:
        z = (beta - alpha) / (beta + time)
        return special.hyp2f1(m, r + frequency, m + 1, z) / (beta + time) ** m

    gone = s / m * (part(recency) - part(age))
    odds = gone * (alpha + age) ** (r + frequency) * (beta + age) ** s
    later = 1 - ((beta + age) / (beta + age + WEEKS)) ** (s - 1)
    alive = 1 / (1 + odds)
    return alive, alive * (r + frequency) * (beta + age) / ((alpha + age) * (s - 1)) * later


def pareto_for_ever_by_hand(frequency: Any, recency: Any, age: Any) -> Any:
    """DERT; Fader, Hardie & Lee (2005), *Journal of Marketing Research* 42(4), equation (2)."""
    s, beta = PARETO.s, PARETO.beta
    alive, _ = pareto_by_hand(frequency, recency, age)
    stays = RATE ** (s - 1) * (beta + age) ** s * special.hyperu(s, s, RATE * (beta + age))
    return alive * (PARETO.r + frequency) / (PARETO.alpha + age) * stays


def counts_by_hand(n: np.ndarray, frequency: Any, age: Any) -> np.ndarray:
    """P(n purchases of one alive in a year), by 200 nodes over the time of leaving."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    y = np.log(WEEKS) + 15 * (nodes - 1)
    tau, weights = np.exp(y), 15 * weights * np.exp(y)
    m, a, b = PARETO.r + frequency, PARETO.alpha + age, PARETO.beta + age
    m, a, b, s = m[:, None], a[:, None], b[:, None], PARETO.s
    density = s / b * (1 + tau / b) ** (-s - 1) * weights
    never, share = (1 + tau / a) ** -m, tau / (a + tau)
    last, at_end = (1 + WEEKS / a) ** -m * (1 + WEEKS / b) ** -s, WEEKS / (a + WEEKS)
    each = [last * at_end**k + (never * share**k * density).sum(1, keepdims=True) for k in n]
    choices = special.gammaln(m + n) - special.gammaln(m) - special.gammaln(n + 1)
    return np.exp(choices) * np.hstack(each)


# --- one request ----------------------------------------------------------------------------


def request(model: Any) -> Work:
    """A history of the next customer, P(alive) and the purchases of a year."""
    asked = one_by_one(model)

    def answer() -> tuple[np.ndarray, np.ndarray]:
        one = lifetime.PurchaseHistory.from_arrays(**next(asked), unit="week")
        return model.probability_alive(one), model.expected_purchases(one, "52 weeks")

    return answer


@row("one request BG/NBD: history, P(alive), purchases of 52 weeks", goal=45e-6)
def bg_request() -> Pair:
    """A thousand customers in turn."""
    asked = one_by_one(BG)
    return Pair(request(BG), lambda: bg_by_hand(**next(asked)))


@row("one request Pareto/NBD", goal=60e-6)
def pareto_request() -> Pair:
    """Likewise."""
    asked = one_by_one(PARETO)
    return Pair(request(PARETO), lambda: pareto_by_hand(**next(asked)))


@row("one request gamma-Gompertz/NBD", goal=300e-6)
def gompertz_request() -> Pair:
    """Likewise; there is no closed form."""
    return Pair(request(GOMPERTZ))


def for_ever(model: Any) -> Work:
    """DERT of the next customer, whose history is made."""
    made = customers(model, 1_000)
    whole = lifetime.PurchaseHistory.from_arrays(**made, unit="week")
    each = cycle([whole.select(np.arange(1_000) == place) for place in range(200)])
    return lambda: model.discounted_expected_purchases(next(each), annual_discount_rate=0.1)


@row("DERT of one BG/NBD", goal=150e-6)
def bg_for_ever() -> Pair:
    """There is no closed form."""
    return Pair(for_ever(BG))


@row("DERT of one Pareto/NBD", goal=150e-6)
def pareto_for_ever() -> Pair:
    """By hand with Tricomi's function."""
    asked = one_by_one(PARETO)
    return Pair(for_ever(PARETO), lambda: pareto_for_ever_by_hand(**next(asked)))


# --- a million ------------------------------------------------------------------------------


@row("P(alive) Pareto/NBD, 1,000,000", goal=0.008)
def pareto_alive() -> Pair:
    """By hand with two hypergeometric functions, which also answer for the purchases."""
    made, history = customers(PARETO, MILLION), history_of(PARETO)
    return Pair(lambda: PARETO.probability_alive(history), lambda: pareto_by_hand(**made))


@row("purchases of 52 weeks BG/NBD, 1,000,000", goal=0.02)
def bg_purchases() -> Pair:
    """By hand with a hypergeometric function."""
    made, history = customers(BG, MILLION), history_of(BG)
    return Pair(lambda: BG.expected_purchases(history, "52 weeks"), lambda: bg_by_hand(**made))


@row("DERT Pareto/NBD, 1,000,000", goal=0.012)
def pareto_discounted() -> Pair:
    """By hand with Tricomi's function."""
    made, history = customers(PARETO, MILLION), history_of(PARETO)
    return Pair(
        lambda: PARETO.discounted_expected_purchases(history, annual_discount_rate=0.1),
        lambda: pareto_for_ever_by_hand(**made),
    )


@row("P(buys) gamma-Gompertz/NBD, 1,000,000", goal=0.02)
def gompertz_active() -> Pair:
    """P(alive) among it; there is no closed form."""
    history = history_of(GOMPERTZ)
    return Pair(lambda: GOMPERTZ.probability_active(history, "52 weeks"))


def value_of(model: Any) -> Work:
    """Fits of purchases and spend, then the value of three years."""
    history = TRUTHS["GammaGamma"].simulate(history_of(model), rng=1)
    history.cell_of_customer  # noqa: B018 - made once a history
    purchases, spend = type(model).fit(history), lifetime.GammaGamma.fit(history)
    how: dict[str, Any] = {"horizon": "3 years", "annual_discount_rate": 0.1, "margin": 0.3}
    return lambda: lifetime.customer_lifetime_value(
        history, purchases=purchases, spend=spend, **how
    )


@row("value of 3 years with fits, BG/NBD, 1,000,000", goal=0.12)
def bg_value() -> Pair:
    """Of each customer."""
    return Pair(value_of(BG))


@row("value of 3 years with fits, Pareto/NBD, 1,000,000", goal=0.25)
def pareto_value() -> Pair:
    """Of each customer."""
    return Pair(value_of(PARETO))


def quintile_by_hand(values: np.ndarray) -> np.ndarray:
    """Score by the cut points of pandas' qcut, equal ones made one."""
    cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    return 1 + np.searchsorted(cuts, values, side="left")


@row("RFM, scores and ten segments, 1,000,000", goal=0.25)
def rfm_segments() -> Pair:
    """By hand are the three scores alone."""
    history = TRUTHS["GammaGamma"].simulate(history_of(BG), rng=1)

    def by_hand() -> Any:
        money = history.monetary_value
        assert money is not None
        days = 7 * (history.age - history.recency)
        return [quintile_by_hand(each) for each in (-days, history.frequency, money)]

    return Pair(lambda: lifetime.rfm(history).segments(), by_hand)


@row("value and interval of the total, BG/NBD, 1,000,000", goal=0.25)
def bg_total() -> Pair:
    """With the standard error of the total."""
    value = value_of(BG)
    return Pair(lambda: value().total.standard_error)


@row("value and interval of the total, Pareto/NBD, 1,000,000", goal=0.45)
def pareto_total() -> Pair:
    """With the standard error of the total."""
    value = value_of(PARETO)
    return Pair(lambda: value().total.standard_error)


@row("top(10) of 1,000,000 values", goal=0.02)
def best() -> Pair:
    """By hand without an order among equals."""
    made = value_of(PARETO)()
    return Pair(lambda: made.top(10), lambda: np.argpartition(-made.value, 10)[:10])


@row("value as text, once its interval is known, 1,000,000", goal=0.02)
def shown() -> Pair:
    """The ten best, and the total."""
    made = value_of(PARETO)()
    str(made)
    return Pair(lambda: str(made))


# --- fits and counts ------------------------------------------------------------------------


def fitted(model: Any, count: int) -> Work:
    """From arrays to a fit with standard errors."""
    made = customers(model, count)
    return lambda: type(model).fit(lifetime.PurchaseHistory.from_arrays(**made, unit="week"))


@row("fit of BG/NBD, 1,000,000", goal=0.1)
def bg_fit() -> Pair:
    """From arrays."""
    return Pair(fitted(BG, MILLION))


@row("fit of Pareto/NBD, 1,000,000", goal=0.2)
def pareto_fit() -> Pair:
    """From arrays."""
    return Pair(fitted(PARETO, MILLION))


@row("fit of gamma-Gompertz/NBD, 500", goal=0.06)
def gompertz_fit_of_few() -> Pair:
    """From arrays."""
    return Pair(fitted(GOMPERTZ, 500))


@row("fit of gamma-Gompertz/NBD, 20,000", goal=0.2)
def gompertz_fit_of_some() -> Pair:
    """From arrays."""
    return Pair(fitted(GOMPERTZ, 20_000))


@row("fit of gamma-Gompertz/NBD, 1,000,000", goal=0.7)
def gompertz_fit() -> Pair:
    """From arrays."""
    return Pair(fitted(GOMPERTZ, MILLION))


def predicted(model: Any, of: str, *, paid: bool = False) -> Work:
    """Intervals of a million customers within 39 weeks; with fits that are known."""
    history = history_of(model)
    money = None
    if paid:
        spend = lifetime.GammaGamma(p=6, q=4, gamma=15)
        history = spend.simulate(history, rng=1)
        history.cell_of_customer  # noqa: B018 - made once a history
        money = lifetime.GammaGamma.fit(history)
    fit = type(model).fit(history)
    return lambda: fit.predict(history, "39 weeks", interval=0.9, of=of, spend=money)


@row("intervals of the mean, BG/NBD, 1,000,000", goal=1)
def bg_means() -> Pair:
    """P(alive) and purchases."""
    return Pair(predicted(BG, "mean"))


@row("intervals of the outcome, BG/NBD, 1,000,000", goal=2)
def bg_outcomes() -> Pair:
    """The same, with the count's own distribution."""
    return Pair(predicted(BG, "outcome"))


@row("intervals of the mean, Pareto/NBD, 1,000,000", goal=1)
def pareto_means() -> Pair:
    """P(alive) and purchases."""
    return Pair(predicted(PARETO, "mean"))


@row("intervals of the outcome, Pareto/NBD, 1,000,000", goal=4)
def pareto_outcomes() -> Pair:
    """The same, with the count's own distribution."""
    return Pair(predicted(PARETO, "outcome"))


@row("intervals of the outcome with spend and value, BG/NBD, 1,000,000", goal=4)
def bg_values() -> Pair:
    """What is paid, too."""
    return Pair(predicted(BG, "outcome", paid=True))


@row("contest of five models, 1,000,000 customers", goal=6)
def contest() -> Pair:
    """Fits, criteria, recommendation."""
    made = customers(PARETO, MILLION)
    return Pair(
        lambda: lifetime.compare_models(lifetime.PurchaseHistory.from_arrays(**made, unit="week"))
    )


@row("contest of five models with a holdout, 1,000,000 customers", goal=6)
def contest_with_holdout() -> Pair:
    """Forecasts and log scores of every customer, too."""
    history = history_of(PARETO)
    bought = np.random.default_rng(1).poisson(PARETO.expected_purchases(history, "39 weeks"))
    later = lifetime.Holdout.from_arrays(frequency=bought, duration="39 weeks", unit="week")
    return Pair(lambda: lifetime.compare_models(history, holdout=later))


@row("diagnosis with weekly tracking, BG/NBD, 1,000,000 customers", goal=5)
def diagnosis() -> Pair:
    """All checks of a fit against a holdout of 39 weeks that was made from a log."""
    drawn = history_of(BG)
    history = replace(drawn, observation_end=date(1997, 9, 30))
    fit = lifetime.BGNBD.fit(history)
    rng = np.random.default_rng(1)
    later = lifetime.Holdout(
        customer=history.customer,
        frequency=rng.poisson(fit.expected_purchases(history, "39 weeks")),
        spend=None,
        unit="week",
        start=date(1997, 10, 1),
        end=date(1998, 6, 30),
        duration=39.0,
        tracked=rng.poisson(50_000.0, int(history.age.max()) + 1 + 39),
    )
    return Pair(lambda: lifetime.diagnose(fit, history, later, rng=1))


def counted(model: Any, count: int) -> Work:
    """P(n purchases within a year), n < 60, of known customers."""
    history = history_of(model, count)
    return lambda: model.purchase_count_pmf(range(60), "52 weeks", history)


@row("P of 60 counts, Pareto/NBD, 1,000 customers", goal=0.2)
def pareto_counts() -> Pair:
    """By hand given alive, with nodes enough for these parameters."""
    made = customers(PARETO, 1_000)
    known = made["frequency"], made["age"]
    return Pair(counted(PARETO, 1_000), lambda: counts_by_hand(np.arange(60), *known))


@row("P of 60 counts, gamma-Gompertz/NBD, 1,000 customers", goal=0.2)
def gompertz_counts() -> Pair:
    """There is no closed form."""
    return Pair(counted(GOMPERTZ, 1_000))


@growth("fit of Pareto/NBD against customers", 10_000, 100_000, 1_000_000)
def pareto_fit_grows(count: int) -> Work:
    """By the cells, of which there are fewer and fewer new ones."""
    return fitted(PARETO, count)


@growth("P of 60 counts, Pareto/NBD, against customers", 100, 1_000, 10_000)
def pareto_counts_grow(count: int) -> Work:
    """In blocks, each of bounded size."""
    return counted(PARETO, count)
