"""Numbers of a report, computed again: amounts, customers and their value."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from tracing import Lists, Says, Shows

from custvalue import lifetime
from custvalue._results.layout import laid_out, rows_of

Z = 1.959963984540054


def ends(estimate, unit=1.0):
    interval = estimate.confidence_interval()
    return unit * interval.low, unit * interval.high


def money(value):
    """Write an amount: three digits from 1,000 on, cents below 10."""
    if abs(value) >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return (f"{value:.0f}" if abs(value) >= 10 else f"{value:.2f}").replace("-", "−")


def probability(value):
    """Write a probability that comes from draws."""
    return "99" if value > 0.99 else "1" if value < 0.01 else f"{100 * value:.0f}"


def moved_by(fit, total):
    """Return the variance that the parameters bring, by two-sided differences."""
    slopes = []
    for name, value in fit.parameters.items():
        high, low = (
            total(fit.model.model_copy(update={name: value * (1 + sign * 1e-4)}))
            for sign in (1, -1)
        )
        slopes.append((high - low) / (2e-4 * value))
    return float(np.array(slopes) @ np.array(fit.covariance) @ np.array(slopes))


def alive_ends(base):
    """Return the interval of how many are active; nothing where there are no standard errors."""
    if base.fit.covariance is None:
        return ()

    def total(model):
        return model.probability_alive(base.history)[base.judged].sum()

    alive = base.alive[base.judged]
    reach = Z * np.sqrt(moved_by(base.fit, total) + (alive * (1 - alive)).sum())
    return alive.sum() - reach, alive.sum() + reach


def purchases_ends(base):
    total = base.expected.sum()
    known = moved_by(
        base.fit, lambda model: model.expected_purchases(base.history, "3 years").sum()
    )
    spread = np.exp(Z * np.sqrt(known) / total)
    return total / spread, total * spread


def only(result, wanted, order=lambda _: 0):
    """Return the table of some rows of a result."""
    return laid_out("", result.SHOWN, sorted(filter(wanted, rows_of(result)), key=order))


def parameters(fit):
    """Return the estimates of a model, each with its interval."""
    inside = fit.confidence_interval()
    return [
        number
        for name, value in fit.parameters.items()
        for number in (value, inside[name].low, inside[name].high)
    ]


def related(base):
    """Return how many came back, and the correlation of how often with how much."""
    back = base.history.frequency > 0
    pair = base.history.frequency[back], base.history.monetary_value[back]
    return int(back.sum()), float(np.corrcoef(*pair)[0, 1])


def valued(log, split, model="BGNBD", **rules):
    """Fit the models to a log, and value its customers; `split` orders who came back."""
    history = lifetime.PurchaseHistory.from_transactions(
        log,
        customer="customer_id",
        date="date",
        spend="spend",
        unit="week",
        **rules,
    )
    fit, spend = getattr(lifetime, model).fit(history), lifetime.GammaGamma.fit(history)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=fit,
        spend=spend,
        horizon="3 years",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    counted = (log["date"] <= np.datetime64(rules["observation_end"])) & (log["spend"] > 0)
    return SimpleNamespace(
        log={name: column[counted] for name, column in log.items()},
        split=split,
        history=history,
        fit=fit,
        spend=spend,
        value=value,
        alive=fit.model.probability_alive(history),
        judged=(history.frequency > 0) | (model != "BGNBD"),  # BG/NBD does not know of the others
        expected=fit.model.expected_purchases(history, "3 years"),
        place={name: row for row, name in enumerate(history.customer.tolist())},
    )


def customer_pages(base, below=0.5):
    """Return what the section on customers says."""
    history, value = base.history, base.value.value
    n, single = len(history), history.frequency == 0
    days = [np.unique(base.log["date"][base.log["customer_id"] == its]) for its in history.customer]
    back = base.alive[~single]
    ordered = np.sort(value)[::-1]
    quarters = np.histogram(back, bins=[0, 0.25, 0.5, 0.75, 1])[0].tolist()

    def held(share):
        return 100 * ordered[: round(share * n)].sum() / value.sum()

    def listing(chosen):
        spend = base.value.columns()["expected_spend"]
        return [
            (
                str(history.customer[row]),
                days[row].size,
                str(days[row].max()),
                *(float(its[row]) for its in (base.alive, base.expected, spend, value)),
            )
            for row in chosen
        ]

    best = np.argsort(-value)[:10]
    risky = base.alive < below
    risk = [row for row in np.argsort(-value) if risky[row]][:10]
    return [
        Says((int(base.judged.sum()), base.alive[base.judged].sum(), *alive_ends(base))),
        Says(base.split(int(single.sum()), len(back), back.sum(), base.alive[single].sum())),
        Shows(tuple(quarters), (len(back), back.sum())),
        Says((held(0.2), money(value.mean()))),
        Shows(tuple(map(held, (0.01, 0.05, 0.1, 0.2, 0.5))), (held(0.2), n)),
        Lists(listing(best)),
        Says((int(risky.sum()), money(value[risky].sum()))),
        Lists(listing(risk)),
    ]
