"""The section on customers: who is active, what they will buy, what that is worth."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import numpy as np

from custvalue import plotting
from custvalue._inference.estimate import ROUNDING
from custvalue._lifetime.units import DAYS
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.customer_base import Customers
from custvalue._report.pictures import picture
from custvalue._report.study import Lifetime, Study
from custvalue._report.words import about, are, money, plain_number, range_of, stated_share
from custvalue._table import Table
from custvalue._words import count, number, percent
from custvalue.lifetime import CustomerLifetimeValue, Fit, PurchaseHistory

TITLE = "Customers, and what they are worth"
SINGLE_WARNING = 0.25  # share of customers with one purchase from which on P(alive) = 1 matters
CORRELATION_WARNING = 0.2
MODELS = {
    "BGNBD": "BG/NBD (Fader, Hardie & Lee 2005)",
    "MBGNBD": "MBG/NBD (Batislam, Denizel & Filiztekin 2007)",
    "BGCNBD": "BG/CNBD-k (Reutterer, Platzer & Schröder 2021)",
    "MBGCNBD": "MBG/CNBD-k (Reutterer, Platzer & Schröder 2021)",
    "ParetoNBD": "Pareto/NBD (Schmittlein, Morrison & Colombo 1987)",
    "GammaGompertzNBD": "Gamma-Gompertz/NBD (Bemmaor & Glady 2012)",
}


def customers(found: Customers, study: Study) -> Contribution:
    """Report on customers and their value."""
    alive = _alive(found)
    blocks: list[Block] = [Paragraph(alive), *_single(found), _histogram(found)]
    figures = [_alive_figure(found)]
    if found.value is not None and study.lifetime is not None:
        blocks += _worth(found, found.value, study.lifetime, study.currency)
        figures.append(_value_figure(found.value, study.currency))
    return Contribution(
        sections=(Section(TITLE, tuple(blocks)),),
        figures=tuple(figures),
        worth=(_ahead(found, study),),
        base=(_base(found.history),),
        conventions=_conventions(found),
        warnings=_warnings(found),
    )


def _base(history: PurchaseHistory) -> str:
    days = len(history) + int(history.frequency.sum())
    back = history.repeat_customers
    text = (
        f"{count(len(history), 'customer')} bought on {count(days, 'purchase day')} up to "
        f"{history.observation_end}; {back:,} of them ({percent(back / len(history))}) came back "
        f"at least once."
    )
    named = {
        "after the end of observation": history.excluded.after_end,
        "with negative spend": history.excluded.returns,
        "with zero spend": history.excluded.zero_spend,
        "that repeat another one": history.excluded.duplicates,
    }
    left = [f"{count(n, 'transaction')} {what}" for what, n in named.items() if n]
    if left:
        text += f" Excluded, as the study says: {', '.join(left)}."
    if history.excluded.customers:
        text += f" Of {count(history.excluded.customers, 'customer')} nothing was left."
    return text


def _alive(found: Customers) -> str:
    interval = found.alive_interval
    ends = "" if interval is None else f" ({range_of(interval, 0)})"
    history = found.history
    return (
        f"Of {count(len(history), 'customer')} an estimated {about(found.alive.sum())} are still "
        f"active on {history.observation_end}{ends}."
    )


def _alive_figure(found: Customers) -> Figure:
    interval = found.alive_interval
    ends = "" if interval is None else f"; {range_of(interval, 0)}"
    basis = f"of {count(len(found.history), 'customer')}{ends}"
    return Figure("Customers still active", about(found.alive.sum()), basis)


def _single(found: Customers) -> list[Block]:
    single = len(found.history) - found.history.repeat_customers
    if not single:
        return []
    others = found.history.frequency > 0
    back = (
        f"Of the {count(int(others.sum()), 'customer')} who came back, an estimated "
        f"{about(found.alive[others].sum())} are still active"
    )
    if found.alive_by_definition:
        text = (
            f"{single:,} of them bought only once. The model {_model(found)} counts every one of "
            f"these as active, because it lets customers leave only after a repeat purchase: for "
            f"them the number is an upper bound. {back}."
        )
    else:
        once = about(found.alive[~others].sum())
        text = f"{back}; of the {single:,} who bought only once, {once}."
    return [Paragraph(text)]


def _model(found: Customers) -> str:
    return MODELS[type(found.purchases.model).__name__].split(" (")[0]


def _histogram(found: Customers) -> Block:
    back = found.history.frequency > 0
    probabilities = found.alive[back]
    counts, _ = np.histogram(probabilities, bins=4, range=(0, 1))
    named = zip(("0-25 %", "25-50 %", "50-75 %", "75-100 %"), counts.tolist(), strict=True)
    described = ", ".join(f"{many:,} at {name}" for name, many in named)
    return picture(
        "alive",
        partial(plotting.probability_alive_histogram, probabilities),
        caption=(
            "How likely the customers who came back at least once are to be customers still. Those "
            "on the left have fallen silent for longer than their own rhythm explains."
        ),
        description=f"Customers by probability of being active: {described}.",
    )


def _ahead(found: Customers, study: Study) -> str:
    if found.value is None:
        return _purchases(found)
    value = found.value
    worth = money(value.total.value, study.currency)
    return (
        f"{_purchases(found)} They make the customer base worth {worth} today"
        f"{_value_ends(value, study.currency)}, at a margin of {stated_share(value.margin)} and "
        f"discounted at {stated_share(value.annual_discount_rate)} a year."
    )


def _purchases(found: Customers) -> str:
    total, interval = found.purchases_ahead
    ends = "" if interval is None else f" ({range_of(interval, 0)})"
    return f"{about(total)} purchases are expected within {found.horizon}{ends}."


def _value_ends(value: CustomerLifetimeValue, currency: str) -> str:
    if value.total.standard_error is None:
        return ""
    ends = value.total.confidence_interval()
    return f" (95 % interval {money(ends.low, currency)} to {money(ends.high, '')})"


def _value_figure(value: CustomerLifetimeValue, currency: str) -> Figure:
    ends = _value_ends(value, currency).strip(" ()")
    basis = f"within {value.horizon}, {stated_share(value.margin)} margin; {ends}".strip("; ")
    return Figure("Value of the customer base", money(value.total.value, currency), basis)


def _worth(
    found: Customers, value: CustomerLifetimeValue, asked: Lifetime, currency: str
) -> list[Block]:
    best = value.concentration(0.2)
    average = money(value.total.value / len(value), currency)
    text = (
        f"{percent(best)} of this value belongs to the most valuable 20 % of the customers. The "
        f"average customer is worth {average}."
    )
    described = ", ".join(
        f"the best {percent(share)} hold {percent(value.concentration(share))}"
        for share in (0.01, 0.05, 0.1, 0.2, 0.5)
    )
    blocks: list[Block] = [
        Paragraph(text),
        picture(
            "concentration",
            partial(plotting.value_concentration, value),
            caption="How the value is spread: the further above the dashed line, the more it "
            "depends on few customers.",
            description=f"Of the value {described}.",
        ),
    ]
    top = value.top(asked.customers_listed)
    blocks.append(TableBlock(_listing(found, top, "Most valuable customers", currency)))
    return [*blocks, *_at_risk(found, value, asked, currency)]


def _at_risk(
    found: Customers, value: CustomerLifetimeValue, asked: Lifetime, currency: str
) -> list[Block]:
    below = asked.at_risk_below
    risky = value.probability_alive < below
    limit = stated_share(below)
    if not risky.any():
        return [Paragraph(f"No customer has a probability of being active below {limit}.")]
    worth = money(float(value.value[risky].sum()), currency)
    many = int(risky.sum())
    text = (
        f"{count(many, 'customer')} {are(many)} at risk: the probability that they are still "
        f"active is below {limit}. That counted, they are still worth {worth} together; "
        f"the first to ask why they stay away are below."
    )
    rows = value.at_risk(asked.customers_listed, alive_below=below)
    title = "Customers at risk, the most valuable first"
    return [Paragraph(text), TableBlock(_listing(found, rows, title, currency))]


def _listing(found: Customers, listed: CustomerLifetimeValue, title: str, currency: str) -> Table:
    position = {customer: row for row, customer in enumerate(found.history.customer.tolist())}
    columns = listed.columns()
    customers = columns["customer"].tolist()
    places = [position[customer] for customer in customers]
    shown = {
        "customer": [str(customer) for customer in customers],
        "purchase days": [int(found.history.frequency[at]) + 1 for at in places],
        "last purchase": [str(_last_purchase(found.history, at)) for at in places],
        "active": columns["probability_alive"].tolist(),
        "expected purchases": columns["expected_purchases"].tolist(),
        _in("spend per purchase", currency): columns["expected_spend"].tolist(),
        _in("value", currency): columns["value"].tolist(),
    }
    note = f"Active: probability. Expected purchases and value: within {listed.horizon}."
    return Table(title, tuple(shown), tuple(zip(*shown.values(), strict=True)), (note,))


def _in(what: str, currency: str) -> str:
    return f"{what}, {currency}" if currency else what


def _last_purchase(history: PurchaseHistory, row: int) -> dt.date | None:
    if history.observation_end is None:
        return None
    silent = (history.age[row] - history.recency[row]) * DAYS[history.unit]
    return history.observation_end - dt.timedelta(days=round(float(silent)))


def _conventions(found: Customers) -> tuple[str, ...]:
    history, name = found.history, type(found.purchases.model).__name__
    purchases = (
        f"Purchases: {MODELS[name]}, {_parameters(found.purchases)}; time in "
        f"{history.unit}s, purchases of one day are one."
    )
    lines = [purchases]
    intervals = {
        "Active customers": found.alive_interval,
        "Expected purchases": found.purchases_ahead[1],
    }
    lines += [f"{name}: {one.description}." for name, one in intervals.items() if one is not None]
    if found.spend is not None:
        lines.append(
            f"Spend: Gamma-Gamma (Fader & Hardie 2013), {_parameters(found.spend)}; fitted to the "
            f"{count(found.spend.customers, 'customer')} who came back. It takes spend and "
            f"frequency as unrelated; their correlation here is "
            f"{plain_number(_correlation(history))}."
        )
    if found.value is not None:
        lines.append(f"Lifetime value: {found.value.convention}; past spend is not in it.")
        if found.value.total.standard_error is not None:
            lines.append(f"Lifetime value: {found.value.total.confidence_interval().description}.")
    return tuple(lines)


def _parameters(fit: Fit[Any]) -> str:
    """Write the estimates with their intervals, where there are any."""
    if fit.standard_errors is None:
        return ", ".join(f"{name} {number(value)}" for name, value in fit.parameters.items())
    ends = fit.confidence_interval()
    return ", ".join(
        f"{name} {number(value)} ({number(ends[name].low)} to {number(ends[name].high)})"
        for name, value in fit.parameters.items()
    )


def _correlation(history: PurchaseHistory) -> float:
    """Correlate frequency and mean spend of the customers who came back; 0 where one is fixed."""
    if history.monetary_value is None:
        return 0.0
    back = history.frequency > 0
    both = np.array([history.frequency[back], history.monetary_value[back]])
    varies = both.std(axis=1) > ROUNDING * both.max(axis=1, initial=0.0)
    return float(np.asarray(np.corrcoef(both))[0, 1]) if varies.all() else 0.0


def _warnings(found: Customers) -> tuple[str, ...]:
    history = found.history
    single = found.alive_by_definition / len(history)
    lines = []
    if single >= SINGLE_WARNING:
        lines.append(
            f"{percent(single)} of the customers bought only once, and {_model(found)} counts all "
            f"of them as active. Read the number of active customers, and their value, as upper "
            f'bounds, or use purchase_model = "MBGNBD" in [transactions]: there customers can '
            f"leave after the first purchase already."
        )
    if found.spend is not None:
        related = _correlation(history)
        if round(abs(related), 9) >= CORRELATION_WARNING:
            lines.append(
                f"Spend and frequency are correlated ({plain_number(related)}), which Gamma-Gamma "
                f"takes to be unrelated: values of frequent customers may be off."
            )
    return tuple(lines)
