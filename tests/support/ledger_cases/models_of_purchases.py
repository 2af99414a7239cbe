"""Every model of purchases, contracts and spend: its formulas, its fit, what it makes up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import seasons
from driven import truth
from ledger_inputs import prefixed

from custvalue import lifetime
from custvalue.errors import CustvalueError
from custvalue.lifetime import (
    BGBB,
    BGCNBD,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    NBD,
    BetaDiscreteWeibull,
    Contracts,
    DependentGammaGamma,
    GammaGamma,
    GammaGompertzNBD,
    NormalSpend,
    OpportunityHistory,
    ParetoNBD,
    PurchaseHistory,
    RobustGammaGamma,
    ShiftedBetaGeometric,
)

LOOSER = {"lifetime.fits": 2e-5, "lifetime.Fit": 2e-5, "lifetime.with covariates": 2e-5}
WEEKS = {"unit": "week"}
MODELS = {
    "NBD": NBD(r=0.7, alpha=9, **WEEKS),
    "BGNBD": BGNBD(r=0.24, alpha=4.4, a=0.8, b=2.4, **WEEKS),
    "BGNBD, a below b": BGNBD(r=1.3, alpha=6, a=2.4, b=1.1, **WEEKS),
    "MBGNBD": MBGNBD(r=0.5, alpha=6.2, a=0.9, b=1.6, **WEEKS),
    "BGCNBD": BGCNBD(k=3, r=0.6, alpha=3, a=0.8, b=2.4, **WEEKS),
    "MBGCNBD": MBGCNBD(k=2, r=0.6, alpha=3, a=0.8, b=2.4, **WEEKS),
    "ParetoNBD": ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7, **WEEKS),
    "ParetoNBD, beta first": ParetoNBD(r=0.9, alpha=5.0, s=1.6, beta=22.0, **WEEKS),
    "ParetoNBD, alike": ParetoNBD(r=0.9, alpha=5.0, s=1.6, beta=5.0, **WEEKS),
    "GammaGompertzNBD": GammaGompertzNBD(r=0.55, alpha=10.6, beta=0.6, b=0.02, s=0.7, **WEEKS),
    "GammaGompertzNBD, late": GammaGompertzNBD(r=1.5, alpha=7, beta=3.0, b=0.1, s=0.4, **WEEKS),
}
SPENDS = {
    "GammaGamma": GammaGamma(p=6.25, q=3.74, gamma=15.44),
    "GammaGamma, heavy": GammaGamma(p=1.4, q=1.3, gamma=9.0),
    "NormalSpend": NormalSpend(mean=30, between=9, within=14),
    "RobustGammaGamma": RobustGammaGamma(p=6.25, q=3.74, gamma=15.44, outliers=0.03),
}
ROWS = {
    "frequency": [0, 0, 1, 2, 3, 7, 30, 1, 400],
    "recency": [0, 0, 5, 30.86, 2, 38, 39, 0.14, 199],
    "age": [39, 0.5, 38.9, 38.9, 60, 39, 39.5, 200, 200],
    "monetary_value": [0, 0, 22.1, 7.5, 150, 40.5, 30, 3, 31],
}
HISTORY = PurchaseHistory.from_arrays(**ROWS, **WEEKS)
VISITS = PurchaseHistory.from_arrays(
    **{name: its for name, its in ROWS.items() if name != "monetary_value"}, **WEEKS
)
LATE = PurchaseHistory.from_arrays(
    **{name: column[2:5] for name, column in ROWS.items()}, entry=[4, 20, 0], **WEEKS
)
TIMED = PurchaseHistory.from_arrays(
    **{name: column[2:6] for name, column in ROWS.items()},
    log_intervals=[np.log(5), 5, -2, 10],
    **WEEKS,
)
HORIZONS = ["1 day", "26 weeks", "2 years"]
WAYS = ("continuous", "daily", "weekly", "monthly", "quarterly", "yearly")


def attempted(calls: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Return what each call says, or the message of its error."""
    said: dict[str, Any] = {}
    for name, call in calls.items():
        try:
            said[name] = call()
        except CustvalueError as error:
            said[name] = f"{type(error).__name__}: {error}"
    return said


def formulas(name: str, history: PurchaseHistory) -> Any:
    its = MODELS[name]
    discounted = partial(its.discounted_expected_purchases, history, annual_discount_rate=0.12)
    calls = {
        "log-likelihood": partial(its.log_likelihood, history),
        "alive": partial(its.probability_alive, history),
        "alive later": partial(its.probability_alive, history, at="30 weeks"),
        "active": partial(its.probability_active, history, "13 weeks"),
        "expected": partial(its.expected_purchases, history, HORIZONS),
        "one": partial(its.expected_purchases, history, "39 weeks"),
        "new": partial(its.expected_purchases_new_customer, HORIZONS),
        "counts": partial(its.purchase_count_pmf, [0, 1, 2, 9], "26 weeks", history),
        "counts of new": partial(its.purchase_count_pmf, [0, 1, 2, 9], "26 weeks"),
        "for ever": discounted,
        "next": partial(its.next_purchase, history, interval=0.8),
        "remaining": partial(its.remaining_lifetime, history, interval=0.8),
    }
    slow = "C" in name.replace("NBD", "") or "Gompertz" in name  # integrated
    if slow:
        calls = {key: its for key, its in calls.items() if key != "for ever"}
    for way in WAYS[:2] if slow else WAYS:
        calls[way] = partial(discounted, horizon="60 weeks", discounting=way)
        if not slow:
            calls[f"{way}, for ever"] = partial(discounted, discounting=way)
    calls |= {
        str(rate): partial(
            its.discounted_expected_purchases,
            history,
            annual_discount_rate=rate,
            horizon="90 weeks",
        )
        for rate in (0.0, 0.5)
    }
    return attempted(calls)


@cache
def simulated(name: str, customers: int = 150, age: Any = "60 weeks") -> PurchaseHistory:
    return MODELS[name].simulate(customers, age=age, rng=3)


def made_up(name: str) -> Any:
    ages = np.linspace(1, 90, 40)
    return {
        "at one age": simulated(name, 40),
        "at several": MODELS[name].simulate(40, age=ages, rng=4),
    }


@cache
def fitted(name: str) -> Any:
    kind = type(MODELS[name])
    return kind.fit(simulated(name))


def about(fit: Any) -> Any:
    calls = {
        "fit": lambda: fit,
        "parameters": lambda: fit.parameters,
        "covariance": lambda: fit.covariance,
    }
    calls["wald"] = partial(fit.confidence_interval, 0.8)
    return attempted(calls)


def fits(name: str) -> Any:
    fit = fitted(name)
    return about(fit) | attempted(
        {
            "predicted": lambda: fit.predict(
                VISITS.select(VISITS.frequency < 30), "26 weeks", interval=0.8
            ),
            "totals": lambda: fit.predict(simulated(name), "1 year", interval=0.9).totals(
                np.arange(150) % 3
            ),
            "outcome": lambda: fit.predict(simulated(name), "1 year", interval=0.9, of="outcome"),
        }
    )


def profiles(name: str) -> Any:
    fit = fitted(name)
    return attempted(
        {"profile": lambda: fit.confidence_interval(0.9, method="profile", data=simulated(name))}
    )


def spending(name: str) -> Any:
    its = SPENDS[name]
    bought = simulated("MBGNBD", 200)
    made = its.simulate(bought, rng=5)
    return attempted(
        {
            "log-likelihood": partial(its.log_likelihood, HISTORY),
            "expected": partial(its.expected_spend, HISTORY),
            "quantile": partial(its.spend_quantile, HISTORY, 0.9),
            "probability": partial(its.spend_probability, HISTORY, 25.0),
            "outliers": lambda: getattr(its, "outlier_probability", its.expected_spend)(HISTORY),
            "made up": lambda: made,
            "fit": lambda: about(type(its).fit(made)),
            "cells": lambda: type(its).fit(lifetime.CustomerCells.from_history(made)),
        }
        | ({} if name == "RobustGammaGamma" else {"": lambda: its})
    )


def dependent() -> Any:
    buys = MODELS["ParetoNBD"]
    its = DependentGammaGamma(p=6, q=4, gamma=15, per_doubling=1.3, purchases=buys)
    made = its.simulate(simulated("ParetoNBD", 120), rng=6)
    return attempted(
        {
            "log-likelihood": partial(its.log_likelihood, HISTORY),
            "expected": partial(its.expected_spend, HISTORY),
            "made up": lambda: made,
            "fit": lambda: about(DependentGammaGamma.fit(made, buys)),
        }
    )


RENEWING = {
    "ShiftedBetaGeometric": ShiftedBetaGeometric(alpha=0.7, beta=3.8, period="1 year"),
    "BetaDiscreteWeibull": BetaDiscreteWeibull(alpha=0.7, beta=3.8, c=0.8, period="1 year"),
    "BetaDiscreteWeibull, above 1": BetaDiscreteWeibull(
        alpha=1.7, beta=2.8, c=1.4, period="1 month"
    ),
}
SURVIVORS = [1000, 869, 743, 653, 593, 551, 517, 491]


def renewing(name: str) -> Any:
    its = RENEWING[name]
    survivors = Contracts.from_survivors(SURVIVORS, period=its.period)
    made = its.simulate(80, periods=np.arange(80) % 7 + 1, rng=2)
    rate = {"annual_discount_rate": 0.1}
    calls: dict[str, Callable[[], Any]] = {
        "log-likelihood": partial(its.log_likelihood, survivors),
        "churn": partial(its.churn_pmf, [1, 2, 5]),
        "retention": partial(its.retention_rate, [1, 2, 5]),
        "survival": partial(its.survival, [0, 1, 2, 9]),
        "lifetime": partial(its.expected_lifetime, **rate),
        "short": partial(its.expected_lifetime, **rate, horizon="3 years"),
        "made up": lambda: made,
        "fit": lambda: about(type(its).fit(survivors)),
        "fit of simulated": lambda: about(type(its).fit(made)),
    }
    for timing in ("before_renewal", "after_renewal"):
        for horizon in (None, "5 years"):
            how = {"timing": timing, "horizon": horizon, **rate}
            calls[f"residual, {timing}, {horizon}"] = partial(
                its.expected_residual_lifetime, [0, 1, 5], **how
            )
            calls[f"value, {timing}, {horizon}"] = partial(
                lifetime.contract_lifetime_value,
                survivors,
                renewals=its,
                margin_per_period=100,
                **how,
            )
            calls[f"value of fit, {timing}, {horizon}"] = lambda how=how: (
                lifetime.contract_lifetime_value(
                    survivors, renewals=type(its).fit(survivors), margin_per_period=100, **how
                )
            )
    return attempted(calls)


def donors(**money: Any) -> OpportunityHistory:
    return OpportunityHistory.from_arrays(
        frequency=[0, 1, 2, 3, 6, 2, 1],
        recency=[0, 1, 6, 4, 6, 2, 5],
        opportunities=[6, 6, 6, 6, 6, 3, 6],
        **{"customers": [30, 10, 6, 5, 20, 4, 3], **money},
        period="1 year",
    )


def giving() -> Any:
    its, history = BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.78), donors()
    fit = BGBB.fit(history)
    rate = {"annual_discount_rate": 0.1}
    return attempted(
        {
            "log-likelihood": partial(its.log_likelihood, history),
            "alive": partial(its.probability_alive, history),
            "later": partial(its.probability_alive, history, at=2),
            "active": partial(its.probability_active, history, 3),
            "expected": partial(its.expected_purchases, history, 5),
            "new": partial(its.expected_purchases_new_customer, 5),
            "counts": partial(its.purchase_count_pmf, [0, 1, 4], 5, history),
            "counts of new": partial(its.purchase_count_pmf, [0, 1, 4], 5),
            "discounted": partial(its.discounted_expected_purchases, history, **rate),
            "10": partial(its.discounted_expected_purchases, history, **rate, opportunities=10),
            "made up": partial(its.simulate, 30, opportunities=6, rng=1),
            "fit": lambda: about(fit),
            "predicted": lambda: fit.predict(donors(customers=[1] * 7), 4, interval=0.8),
            "value": lambda: lifetime.customer_lifetime_value(
                donors(customers=[1] * 7, monetary_value=[0, 20, 30, 25, 50, 12, 40]),
                purchases=fit,
                spend=SPENDS["GammaGamma"],
                horizon="5 years",
                margin=0.4,
                **rate,
            ),
        }
    )


def covariates(kind: Any) -> Any:
    table = {
        "region": np.array(["north", "south", "east"])[np.arange(120) % 3],
        "age": np.arange(120) % 15.0,
    }
    model = truth(kind)
    history = model.simulate(120, age="78 weeks", rng=1, covariates=table)
    both = ["region", "age"]
    fit = kind.fit(history, purchase=both, dropout=both)
    return {
        "fit": fit,
        "effects": fit.effects,
        "some": attempted(
            {
                "log-likelihood": partial(model.log_likelihood, history),
                "alive": partial(model.probability_alive, history),
                "expected": partial(model.expected_purchases, history, "1 year"),
                "discounted": partial(
                    model.discounted_expected_purchases,
                    history,
                    annual_discount_rate=0.1,
                    horizon="2 years",
                ),
                "new": partial(
                    model.expected_purchases_new_customer,
                    "1 year",
                    covariates={"region": "north", "age": 3.0},
                ),
                "predicted": partial(fit.predict, history, "1 year", interval=0.9),
                "one process": lambda: kind.fit(history, both=["age"]),
            }
        ),
    }


def changing(kind: Any) -> Any:
    history = seasons.simulated(kind, 60)
    model = seasons.truth(kind)
    return attempted(
        {
            "log-likelihood": partial(model.log_likelihood, history),
            "alive": partial(model.probability_alive, history),
            "expected": partial(model.expected_purchases, history, "26 weeks"),
            "fit": lambda: kind.fit(history, purchase=["season"]),
        }
    )


def ends(kind: Any) -> Any:
    """Return fits at the ends of what can be fitted: alike customers, one buyer, two rows."""
    odd = {
        "two": {"frequency": [2, 0], "recency": [9, 0], "age": [20, 20]},
        "one buyer": {"frequency": [3, 0, 0, 0, 0], "recency": [15, 0, 0, 0, 0], "age": [20] * 5},
        "alike": {
            "frequency": [2, 2, 2, 1, 2, 3],
            "recency": [18, 19, 17, 19, 18, 19],
            "age": [20] * 6,
        },
    }
    if kind is GammaGompertzNBD:  # the likelihood is flat
        del odd["two"]
    return attempted(
        {
            name: lambda rows=rows: kind.fit(PurchaseHistory.from_arrays(**rows, **WEEKS))
            for name, rows in odd.items()
        }
    )


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found: dict[str, Callable[[], Any]] = {}
    for name in MODELS:
        known = {"plain": HISTORY}
        if "CNBD" in name:
            known = {"intervals known": TIMED}
        if name.startswith(("NBD", "Pareto", "GammaG")):
            known["entered later"] = LATE
        for which, history in known.items():
            found[f"lifetime.formulas: {name}, {which}"] = partial(formulas, name, history)
        found[f"lifetime.simulate: {name}"] = partial(made_up, name)
        found[f"lifetime.fits: {name}"] = partial(fits, name)
    for name in ("NBD", "MBGNBD"):
        found[f"lifetime.fits: profile, {name}"] = partial(profiles, name)
    found |= prefixed("lifetime.fits: of spend", {name: partial(spending, name) for name in SPENDS})
    found["lifetime.fits: of spend that depends"] = dependent
    found |= prefixed(
        "lifetime.fits: of contracts", {name: partial(renewing, name) for name in RENEWING}
    )
    found["lifetime.fits: of gifts"] = giving
    for kind in (BGNBD, MBGNBD, ParetoNBD, GammaGompertzNBD):
        found[f"lifetime.with covariates: {kind.__name__}"] = partial(covariates, kind)
        found[f"lifetime.fits: ends, {kind.__name__}"] = partial(ends, kind)
    for kind in (BGNBD, MBGNBD, ParetoNBD):
        found[f"lifetime.with covariates: changing, {kind.__name__}"] = partial(changing, kind)
    return found
