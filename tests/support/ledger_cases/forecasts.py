"""Comparing models, holdouts, diagnoses, paths, months and groups of customers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
from ledger_inputs import prefixed

from custvalue import datasets, lifetime
from custvalue.errors import CustvalueError
from custvalue.lifetime import (
    BGNBD,
    MBGNBD,
    NBD,
    GammaGamma,
    Holdout,
    ParetoNBD,
)

LOOSER = {"lifetime.": 3e-5}
TRUTH = MBGNBD(r=0.8, alpha=6, a=1, b=2, unit="week")
PAYS = GammaGamma(p=6.25, q=3.74, gamma=15.44)
MODELS = {
    "NBD": NBD(r=0.7, alpha=9, unit="week"),
    "MBGNBD": TRUTH,
    "ParetoNBD": ParetoNBD(r=0.9, alpha=5.0, s=0.8, beta=12.0, unit="week"),
}


@cache
def halves(customers: int = 160, *, spend: bool = False, days: bool = False) -> Any:
    """Return customers and what they buy afterwards, from a log."""
    random = np.random.default_rng(5)
    rate, stays = random.gamma(0.9, 1 / 5, customers), random.beta(1, 4, customers)
    who, when = [], []
    for one in range(customers):
        day = random.integers(0, 120)
        while day < 510:
            who.append(one)
            when.append(day)
            if random.random() < stays[one]:
                break
            day += int(random.exponential(7 / rate[one])) + 1
    start = np.datetime64("2024-01-01")
    log = {"who": np.array(who), "when": start + np.array(when).astype("m8[D]")}
    names = {"customer": "who", "date": "when"}
    if spend:
        log["paid"] = np.random.default_rng(6).gamma(4, 8, len(who)).round(2)
        names["spend"] = "paid"
    ends = {"calibration_end": "2024-12-31", "holdout_end": "2025-05-31"}
    return lifetime.split(log, **names, **ends, unit="day" if days else "week")


@cache
def fitted(kind: Any, *, spend: bool = False) -> Any:
    return kind.fit(halves(spend=spend).train)


def attempted(calls: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, call in calls.items():
        try:
            said[name] = call()
        except CustvalueError as error:
            said[name] = f"{type(error).__name__}: {error}"
    return said


GROUPS = np.array(["north", "south", "west"])


def by_rows(customers: int) -> Any:
    return GROUPS[np.arange(customers) % 3]


def forecasts(kind: Any) -> Any:
    train, holdout = halves(spend=True)
    fit, spend = fitted(kind, spend=True), GammaGamma.fit(train)
    by = by_rows(len(train))
    grouped = kind if kind is MBGNBD else NBD
    fits = lifetime.fit_groups(grouped, train, by=by)
    return attempted(
        {
            "plain": lambda: lifetime.holdout_forecasts(fit, train, holdout),
            "spend": lambda: lifetime.holdout_forecasts(fit, train, holdout, spend=spend),
            "groups": lambda: lifetime.holdout_forecasts(fits, train, holdout, by=by),
            "model": lambda: lifetime.holdout_forecasts(fit.model, train, holdout, spend=PAYS),
        }
    )


def diagnosed(kind: Any) -> Any:
    train, holdout = halves(60 if kind is ParetoNBD else 160)
    fit = kind.fit(train)
    if kind is ParetoNBD:
        return attempted({"with a holdout": lambda: lifetime.diagnose(fit, train, holdout, rng=1)})
    return attempted(
        {
            "with a holdout": lambda: lifetime.diagnose(fit, train, holdout, rng=1),
            "without": lambda: lifetime.diagnose(fit, train, rng=1),
            "model": lambda: lifetime.diagnose(fit.model, train, holdout, rng=2),
            "from arrays": lambda: lifetime.diagnose(
                fit,
                train,
                Holdout.from_arrays(
                    frequency=holdout.frequency,
                    duration="21 weeks",
                    unit="week",
                    customer=train.customer,
                ),
                rng=1,
            ),
        }
    )


def compared(**how: Any) -> Any:
    train, holdout = halves()
    return lifetime.compare_models(
        train, **{"models": [NBD, BGNBD, MBGNBD, ParetoNBD], "holdout": holdout} | how
    )


def tested() -> Any:
    train, _ = halves()
    small, large = fitted(NBD), fitted(MBGNBD)
    return attempted(
        {
            "mixture": lambda: lifetime.likelihood_ratio(small, fitted(ParetoNBD)),
            "other": lambda: lifetime.likelihood_ratio(small, large),
            "simulated": lambda: lifetime.likelihood_ratio(
                small, large, data=train, simulations=19, rng=1
            ),
        }
    )


def months(kind: Any) -> Any:
    train, _ = halves(spend=True)
    fit, spend = fitted(kind, spend=True), GammaGamma.fit(train)
    months = lifetime.purchases_by_month
    return attempted(
        {
            "fit": lambda: months(fit, train, 5),
            "spend": lambda: months(fit, train, 4, spend=spend, margin=0.3),
            "model": lambda: months(fit.model, train, 3, spend=PAYS),
        }
    )


def paths(name: str) -> Any:
    days = ["2025-01-05", "2025-01-20", "2025-01-21", "2025-04-02"]
    how = {"age": "39 weeks", "horizon": "26 weeks", "frequencies": 4, "steps": 5}
    return attempted(
        {
            "path": lambda: lifetime.alive_path(MODELS[name], days, until="2025-05-04"),
            "one": lambda: lifetime.alive_path(MODELS[name], days[:1], until="2025-02-01"),
            "matrix": lambda: lifetime.frequency_recency(MODELS[name], **how),
        }
    )


def predicted(kind: Any) -> Any:
    train, _ = halves(spend=True)
    fit, spend = fitted(kind, spend=True), GammaGamma.fit(train)
    by = by_rows(len(train))
    said: dict[str, Callable[[], Any]] = {}
    for of in ("mean", "outcome"):
        for level in (0.8, 0.95):
            how = {
                "interval": level,
                "of": of,
                "spend": spend,
                "annual_discount_rate": 0.1,
                "margin": 0.4,
            }
            said[f"{of}, {level}"] = lambda how=how: fit.predict(train, "1 year", **how)
            said[f"{of}, {level}, totals"] = lambda how=how: fit.predict(
                train, "1 year", **how
            ).totals(by)
            said[f"{of}, {level}, best"] = lambda how=how: (
                fit.predict(train, "1 year", **how).top(3, by="value").columns()
            )
        said[f"{of}, one"] = lambda of=of: (
            fit.predict(train, "30 days", interval=0.9, of=of)
            .of_customer(train.customer[3])
            .columns()
        )
    said["no interval"] = lambda: fit.predict(train, "26 weeks").columns()
    return attempted(said)


def pooled(kind: Any) -> Any:
    train, holdout = halves()
    by = np.repeat(["big", "mid", "small"], [100, len(train) - 108, 8])
    found = lifetime.fit_groups(kind, train, by=by)
    prior = lifetime.Prior(rate=(2, 8), unit="year", lifetime=("1 year", "6 years"))
    return attempted(
        {
            "groups": lambda: found,
            "scores": lambda: lifetime.compare_groups(found, train, holdout, by=by),
            "predicted": lambda: found.predict(train, "1 year", by=by, interval=0.8),
            "prior": lambda: lifetime.fit_groups(kind, train, by=by, prior=prior),
        }
    )


def believed(kind: Any) -> Any:
    train = halves(60).train
    prior = lifetime.Prior(rate=(2, 8), unit="year", lifetime=("1 year", "6 years"))

    def about(prior: Any) -> Any:
        fit = kind.fit(train, prior=prior)
        drawn = fit.posterior(train, draws=150, rng=1)
        return {
            "fit": fit,
            "posterior": drawn,
            "interval": drawn.credible_interval(0.8),
            "models": drawn.models(3, rng=1),
        }

    return attempted(
        {
            "prior": lambda: prior,
            "known": lambda: about(prior),
            "weak": lambda: about(lifetime.Prior.weak()),
            "drawn": lambda: prior.draw(kind, 4, unit="week", rng=2),
        }
    )


def split() -> Any:
    return {"weeks": halves(spend=True), "days": halves(days=True), "cdnow": cdnow()}


def cdnow() -> Any:
    named = {"customer": "customer_id", "date": "date", "spend": "spend"}
    ends = {"calibration_end": "1997-09-30", "holdout_end": "1998-06-30"}
    return lifetime.split(datasets.cdnow("all"), **named, **ends, unit="week")


def cases() -> dict[str, Callable[[], Any]]:
    """Return the calls by name."""
    found: dict[str, Callable[[], Any]] = {
        "lifetime.split: halves": split,
        "lifetime.likelihood_ratio: some": tested,
    }
    for kind in (NBD, MBGNBD, ParetoNBD):
        name = kind.__name__
        found |= {
            f"lifetime.holdout_forecasts: {name}": partial(forecasts, kind),
            f"lifetime.diagnose: {name}": partial(diagnosed, kind),
            f"lifetime.purchases_by_month: {name}": partial(months, kind),
            f"lifetime.alive_path: {name}": partial(paths, name),
            f"lifetime.Fit: predicted, {name}": partial(predicted, kind),
        }
    for kind in (NBD, BGNBD, ParetoNBD):
        found[f"lifetime.fit_groups: {kind.__name__}"] = partial(pooled, kind)
        found[f"lifetime.Prior: {kind.__name__}"] = partial(believed, kind)
    found |= prefixed(
        "lifetime.compare_models",
        {
            "holdout": compared,
            "no holdout": partial(compared, holdout=None),
            "two": partial(compared, models=[NBD, ParetoNBD]),
        },
    )
    return found
