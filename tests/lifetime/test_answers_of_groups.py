"""Every model answers everything that may be asked of the fits of groups, as each group would."""

import pickle
from functools import cache

import numpy as np
import polars as pl
import pytest

from custvalue import lifetime

TRUTHS = {
    "NBD": {"r": 0.8, "alpha": 8},
    "BGNBD": {"r": 0.8, "alpha": 8, "a": 0.8, "b": 2.5},
    "MBGNBD": {"r": 0.8, "alpha": 8, "a": 0.8, "b": 2.5},
    "ParetoNBD": {"r": 0.8, "alpha": 8, "s": 0.7, "beta": 20},
    "GammaGompertzNBD": {"r": 0.8, "alpha": 8, "beta": 2, "b": 0.03, "s": 0.9},
}
CUSTOMERS = 90
DEALERS = np.array(["north", "south", "west"])[np.arange(CUSTOMERS) % 3]
SPEND = lifetime.GammaGamma(p=6, q=4, gamma=15)
MONEY = {"spend": SPEND, "annual_discount_rate": 0.1, "margin": 0.3}
LATER = lifetime.Holdout.from_arrays(
    frequency=np.arange(CUSTOMERS) % 4, duration="26 weeks", unit="week"
)


@cache
def known(name):
    """Return customers of three dealers, of one of three ages, which diagnoses look at each."""
    age = np.array([30.0, 52.0, 78.0])[np.random.default_rng(3).integers(0, 3, CUSTOMERS)]
    truth = getattr(lifetime, name)(**TRUTHS[name], unit="week")
    seen = truth.simulate(CUSTOMERS, age=age, rng=1)
    days = np.maximum(np.rint(7 * seen.recency), seen.frequency)
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=seen.frequency,
        recency=days / 7,
        age=age,
        unit="week",
        observation_end="2025-06-30",
    )
    return SPEND.simulate(history, rng=1)


@cache
def spend():
    """Return what customers spend, as fitted to enough of them."""
    buyers = lifetime.BGNBD(**TRUTHS["BGNBD"], unit="week").simulate(600, age="60 weeks", rng=2)
    return lifetime.GammaGamma.fit(SPEND.simulate(buyers, rng=2))


@cache
def fits_of(name):
    return lifetime.fit_groups(getattr(lifetime, name), known(name), by=DEALERS)


def forecasts(fits, history):
    return lifetime.holdout_forecasts(fits, history, LATER, by=DEALERS, spend=SPEND)


def scored(fits, history):
    spent = np.where(history.frequency > 0, history.monetary_value * history.frequency, 0.0)
    summary = pl.LazyFrame(
        {
            "customer": np.arange(len(history)),
            "repeat_days": history.frequency.astype(int),
            "recency_days": np.rint(7 * history.recency).astype(int),
            "age_days": np.rint(7 * history.age).astype(int),
            "repeat_spend": spent,
            "dealer": DEALERS,
        }
    )
    found = lifetime.score(summary, purchases=fits, horizon="1 year", by="dealer", **MONEY)
    return found.collect().sort("customer")


def in_months(fits, history):
    return lifetime.purchases_by_month(fits, history, 4, by=DEALERS, spend=SPEND, margin=0.3)


def value(fits, history, horizon):
    return lifetime.customer_lifetime_value(
        history, purchases=fits, horizon=horizon, by=DEALERS, **MONEY
    )


ANSWERS = {
    "predict": lambda fits, history: fits.predict(history, "1 year", by=DEALERS, spend=SPEND),
    "intervals of means": lambda fits, history: fits.predict(
        history, "1 year", by=DEALERS, spend=spend(), interval=0.9
    ),
    "intervals of outcomes": lambda fits, history: fits.predict(
        history, "1 year", by=DEALERS, spend=spend(), interval=0.9, of="outcome"
    ),
    "totals": lambda fits, history: fits.predict(
        history, "1 year", by=DEALERS, spend=spend(), interval=0.9
    ).totals(DEALERS),
    "diagnose": lambda fits, history: lifetime.diagnose(fits, history, by=DEALERS, rng=1),
    "diagnose a holdout": lambda fits, history: lifetime.diagnose(
        fits, history, LATER, by=DEALERS, rng=1
    ),
    "contest": forecasts,
    "scores": lambda fits, history: lifetime.compare_groups(fits, history, LATER, by=DEALERS),
    "months": in_months,
    "value of a year": lambda fits, history: value(fits, history, "1 year"),
    "value of a lifetime": lambda fits, history: value(fits, history, None),
    "new customers": lambda fits, _: lifetime.new_customer_value(
        purchases=fits, horizon="1 year", group="north", **MONEY
    ),
}


LONG = {  # some seconds for each group
    ("scores", "GammaGompertzNBD"),
    ("diagnose", "GammaGompertzNBD"),
    ("diagnose a holdout", "ParetoNBD"),
    ("diagnose a holdout", "GammaGompertzNBD"),
}


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        pytest.param(answer, name, marks=[pytest.mark.slow] * ((answer, name) in LONG))
        for answer in ANSWERS
        for name in TRUTHS
    ],
)
def test_every_model_answers_everything(answer, name):
    found = ANSWERS[answer](fits_of(name), known(name))
    numbers = [np.asarray(each) for each in found.columns().values()]
    assert len(str(found)) > 100
    assert not any(np.isinf(each).any() for each in numbers if each.dtype.kind == "f")


@pytest.mark.parametrize("name", TRUTHS)
def test_fits_of_every_model_are_the_same_once_read(name):
    fits = fits_of(name)
    assert lifetime.GroupFits.from_json(fits.to_json()) == fits
    assert pickle.loads(pickle.dumps(fits)) == fits  # noqa: S301 - our own


@pytest.mark.parametrize("name", TRUTHS)
def test_each_group_answers_by_itself(name):
    fits, history = fits_of(name), known(name)
    found = forecasts(fits, history)
    rows = fits.predict(history, "26 weeks", by=DEALERS, spend=SPEND)
    months = np.asarray(in_months(fits, history).columns()["purchases"], dtype=float)
    total = 0.0
    for group in fits.names:
        here, alone = group == DEALERS, fits[group].at_mean
        some = history.select(here)
        ahead = alone.expected_purchases(some, "26 weeks")
        assert found.expected_purchases[here] == pytest.approx(ahead, rel=1e-9)
        assert rows.purchases[here] == pytest.approx(ahead, rel=1e-9)
        alive = alone.probability_alive(some)
        assert rows.probability_alive[here] == pytest.approx(alive, rel=1e-9)
        chances = alone.purchase_count_pmf(np.arange(4), "26 weeks", some)
        assert chances.sum(axis=1).max() < 1
        assert len(next(iter(alone.next_purchase(some).columns().values()))) == len(some)
        total += lifetime.purchases_by_month(alone, some, 4).columns()["purchases"].sum()
    assert months.sum() == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize("name", TRUTHS)
def test_engines_score_what_is_valued(name):
    fits, history = fits_of(name), known(name)
    of_each = value(fits, history, "1 year").value
    assert scored(fits, history)["clv_value"].to_numpy() == pytest.approx(of_each, rel=1e-6)
