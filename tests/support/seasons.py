"""Customers on paths of covariates that change, and models that they drive; small, made once."""

from dataclasses import replace
from functools import cache

import numpy as np

from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    ChangingCovariates,
    CodedCovariate,
    Coefficient,
    CovariateTerms,
    ParetoNBD,
)

WEEKS = 156
FIRST = np.datetime64("2023-01-02")
SEASON = CodedCovariate(name="season", levels=("off", "on"), changing=True)
PRICE = CodedCovariate(name="price", changing=True)
APP = CodedCovariate(name="app", levels=("no", "yes"))
WORTH = {
    ("purchase", "season", "on"): 0.6,
    ("purchase", "price", None): -0.3,
    ("purchase", "app", "yes"): 0.4,
    ("dropout", "season", "on"): -0.8,
    ("dropout", "price", None): 0.4,
    ("dropout", "app", "yes"): -0.5,
}
PLACES = {
    ParetoNBD: {"r": 0.8, "alpha": 6.0, "s": 0.7, "beta": 12.0},
    BGNBD: {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5},
    MBGNBD: {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 2.5},
}
ALL = {"purchase": ["season", "price", "app"], "dropout": ["season", "price", "app"]}


@cache
def paths(regions=2, weeks=WEEKS):
    """Seasons and prices, week by week, of some regions."""
    random = np.random.default_rng(3)
    week = np.arange(weeks)
    on = [(week + 10 * place) % 52 < 13 for place in range(regions)]
    table = {
        "region": np.repeat([f"region {place}" for place in range(regions)], weeks),
        "week": np.tile(FIRST + 7 * week, regions),
        "season": np.where(np.concatenate(on), "on", "off"),
        "price": random.normal(0, 1, regions * weeks).round(1),
    }
    return ChangingCovariates.from_frame(
        table, start="week", covariates=["season", "price"], path="region"
    )


def terms(kind, worth=WORTH, coding=(SEASON, PRICE, APP)):
    coefficients = [
        Coefficient(process=process, covariate=name, level=level, value=value)
        for (process, name, level), value in worth.items()
    ]
    form = "mean" if kind is ParetoNBD else "power"
    return CovariateTerms(coding=coding, coefficients=coefficients, dropout_form=form)


def truth(kind, worth=WORTH):
    return kind(**PLACES[kind], unit="week", covariates=terms(kind, worth))


def customers(number, regions=2, seed=5, weeks=104):
    """Covariates and first days of customers who come in the first year."""
    random = np.random.default_rng(seed)
    born = random.integers(0, 364, number)
    return {
        "covariates": {
            "region": [f"region {place}" for place in random.integers(0, regions, number)],
            "app": random.choice(["no", "yes"], number),
        },
        "since": FIRST + born,
        "age": weeks - born / 7,
    }


def simulated(kind, number, seed=1, worth=WORTH, regions=2):
    known = customers(number, regions, seed)
    return truth(kind, worth).simulate(number, changing=paths(regions), rng=seed, **known)


def cut(history, age):
    """The same customers, observed until an age each."""
    x = history.frequency.astype(int)
    ages = (history.changing.days - np.repeat(history.changing.birth, x)) / 7
    seen = ages <= np.repeat(age, x)
    customer = np.repeat(np.arange(len(x)), x)
    frequency = np.bincount(customer[seen], minlength=len(x)).astype(float)
    last = np.zeros(len(x))
    np.maximum.at(last, customer[seen], ages[seen])
    known = replace(history.changing, days=history.changing.days[seen])
    return replace(history, frequency=frequency, recency=last, age=age, changing=known)


@cache
def history(kind=MBGNBD):
    return simulated(kind, 300)


@cache
def fit(kind=MBGNBD):
    return kind.fit(history(kind), **ALL)


def pieces(history, customer, process):
    """γ'z of a customer over time since the birth, week by week, from the tables."""
    table, known = history.changing.covariates, history.changing
    gamma = {name: value for (of, name, _), value in WORTH.items() if of == process}
    mine = table.path == f"region {known.path[customer]}"
    app = gamma["app"] * (history.covariates["app"][customer] == "yes")
    birth = known.birth[customer]
    return [
        (
            (start.astype(int) - birth) / 7,
            (end.astype(int) + 1 - birth) / 7,
            gamma["season"] * (season == "on") + gamma["price"] * price + app,
        )
        for start, end, season, price in zip(
            table.start[mine],
            table.end[mine],
            table["season"][mine],
            table["price"][mine],
            strict=True,
        )
    ]


def purchases_of(history, customer):
    """Ages at the repeat purchases."""
    x = history.frequency.astype(int)
    first = x[:customer].sum()
    days = history.changing.days[first : first + x[customer]]
    return ((days - history.changing.birth[customer]) / 7).tolist()


def asked(history, customer):
    paths = [pieces(history, customer, process) for process in ("purchase", "dropout")]
    return purchases_of(history, customer), history.age[customer], paths


def constant_paths(regions=2):
    """Prices that differ between regions, and never change."""
    table = {
        "region": [f"region {place}" for place in range(regions)],
        "start": ["2023-01-02"] * regions,
        "end": ["2025-12-28"] * regions,
        "price": np.arange(regions) * 0.7 - 0.2,
    }
    return ChangingCovariates.from_frame(
        table, start="start", end="end", covariates=["price"], path="region"
    )


def still(history, paths):
    """The history on other paths, which also stand among the covariates that do not change."""
    level, app = paths["price"][history.changing.path], history.covariates["app"]
    table = {"id": history.customer, "level": level, "app": app}
    history = history.with_covariates(table, customer="id", covariates=["level", "app"])
    return history.with_changing(paths)
