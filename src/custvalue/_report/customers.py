"""The section on customers: who is active, what they will buy, what that is worth."""

from __future__ import annotations

import datetime as dt
import warnings
from functools import partial
from typing import Any

import numpy as np

from custvalue import plotting
from custvalue._histories.units import DAYS
from custvalue._inference.estimate import ROUNDING
from custvalue._lifetime.value.clv import share_held
from custvalue._report.catalogue import Numbers
from custvalue._report.catalogue_customers import Base
from custvalue._report.content import Block, Contribution, Figure, Paragraph, Section, TableBlock
from custvalue._report.customer_base import Customers
from custvalue._report.pictures import picture
from custvalue._report.study import Lifetime, Study
from custvalue._report.translation import translated
from custvalue._report.words import (
    about,
    enumerated_plainly,
    in_currency,
    money,
    plain_number,
    range_of,
    share_of,
    stated_share,
)
from custvalue._table import Table
from custvalue._words import number
from custvalue.errors import AliveByDefinitionWarning
from custvalue.lifetime import CustomerLifetimeValue, Fit, PurchaseHistory

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
        sections=(Section(Base.TITLE(), tuple(blocks)),),
        figures=tuple(figures),
        worth=(_ahead(found, study),),
        base=(_base(found.history),),
        conventions=_conventions(found),
        warnings=_warnings(found),
    )


def _base(history: PurchaseHistory) -> str:
    back = history.repeat_customers
    text = Base.BOUGHT(
        n=len(history),
        days=len(history) + int(history.frequency.sum()),
        end=str(history.observation_end),
        back=back,
        share=share_of(back / len(history)),
    )
    named = {
        Base.AFTER_END: history.excluded.after_end,
        Base.RETURNS: history.excluded.returns,
        Base.PAIRED: history.excluded.paired_returns,
        Base.CANCELLED: history.excluded.cancelled_purchases,
        Base.ZERO: history.excluded.zero_spend,
        Base.DUPLICATES: history.excluded.duplicates,
    }
    left = [Base.LEFT(n=n, what=what()) for what, n in named.items() if n]
    if left:
        text += Base.EXCLUDED(left=enumerated_plainly(left))
    if history.excluded.customers:
        text += Base.NOTHING_LEFT(n=history.excluded.customers)
    return text


def _alive(found: Customers) -> str:
    interval = found.alive_interval
    ends = "" if interval is None else Base.IN_BRACKETS(range=range_of(interval, 0))
    said = Base.ALIVE_BACK if found.alive_by_definition else Base.ALIVE
    return said(
        n=int(found.judged.sum()),
        alive=about(found.active),
        end=str(found.history.observation_end),
        ends=ends,
    )


def _alive_figure(found: Customers) -> Figure:
    interval = found.alive_interval
    ends = "" if interval is None else Base.THEN(range=range_of(interval, 0))
    said = Base.ALIVE_BACK_BASIS if found.alive_by_definition else Base.ALIVE_BASIS
    basis = said(n=int(found.judged.sum()), ends=ends, model=_model(found))
    return Figure(Base.ALIVE_LABEL(), about(found.active), basis)


def _single(found: Customers) -> list[Block]:
    single = len(found.history) - found.history.repeat_customers
    if not single:
        return []
    others = found.history.frequency > 0
    said = Base.BACK_ONLY if found.alive_by_definition else Base.BOTH
    text = said(
        n=single,
        model=_model(found),
        back=int(others.sum()),
        alive=about(found.alive[others].sum()),
        once=about(found.alive[~others].sum()),
    )
    return [Paragraph(text)]


def _model(found: Customers) -> str:
    return MODELS[type(found.purchases.model).__name__].split(" (")[0]


def _histogram(found: Customers) -> Block:
    back = found.history.frequency > 0
    probabilities = found.alive[back]
    counts, _ = np.histogram(probabilities, bins=4, range=(0, 1))
    quarters = [Numbers.PERCENT(number=ends) for ends in ("0-25", "25-50", "50-75", "75-100")]
    named = zip(quarters, counts.tolist(), strict=True)
    described = Numbers.COMMA().join(Base.AT(n=many, name=name) for name, many in named)
    return picture(
        "alive",
        partial(plotting.probability_alive_histogram, probabilities),
        caption=Base.HISTOGRAM(),
        description=Base.HISTOGRAM_SHOWN(described=described),
    )


def _ahead(found: Customers, study: Study) -> str:
    if found.value is None:
        return _purchases(found)
    value = found.value
    ends = _value_ends(value, study.currency)
    return Base.WORTH(
        purchases=_purchases(found),
        worth=money(value.total.value, study.currency),
        ends=Base.IN_BRACKETS(range=ends) if ends else "",
        margin=stated_share(value.margin),
        rate=stated_share(value.annual_discount_rate),
    )


def _purchases(found: Customers) -> str:
    total, interval = found.purchases_ahead
    ends = "" if interval is None else Base.IN_BRACKETS(range=range_of(interval, 0))
    return Base.PURCHASES(total=about(total), horizon=translated(found.horizon), ends=ends)


def _value_ends(value: CustomerLifetimeValue, currency: str) -> str:
    if value.total.standard_error is None:
        return ""
    ends = value.total.confidence_interval()
    return Base.VALUE_ENDS(low=money(ends.low, currency), high=money(ends.high, ""))


def _value_figure(value: CustomerLifetimeValue, currency: str) -> Figure:
    within = Base.VALUE_BASIS(
        horizon=translated(str(value.horizon)), margin=stated_share(value.margin)
    )
    ends = _value_ends(value, currency)
    basis = within + (Base.THEN(range=ends) if ends else "")
    return Figure(Base.VALUE_LABEL(), money(value.total.value, currency), basis)


def _worth(
    found: Customers, value: CustomerLifetimeValue, asked: Lifetime, currency: str
) -> list[Block]:
    held = value.held_by_best()
    text = Base.CONCENTRATION(
        best=share_of(value.concentration(0.2)),
        average=money(value.total.value / len(value), currency),
    )
    described = Numbers.COMMA().join(
        Base.HOLD(share=share_of(share), held=share_of(share_held(held, share)))
        for share in (0.01, 0.05, 0.1, 0.2, 0.5)
    )
    blocks: list[Block] = [
        Paragraph(text),
        picture(
            "concentration",
            partial(plotting.value_concentration, value),
            caption=Base.CURVE(),
            description=Base.CURVE_SHOWN(described=described),
        ),
    ]
    top = value.top(asked.customers_listed)
    blocks.append(TableBlock(_listing(found, top, Base.TOP(), currency)))
    return [*blocks, *_at_risk(found, value, asked, currency)]


def _at_risk(
    found: Customers, value: CustomerLifetimeValue, asked: Lifetime, currency: str
) -> list[Block]:
    below = asked.at_risk_below
    risky = value.probability_alive < below
    limit = stated_share(below)
    if not risky.any():
        return [Paragraph(Base.NO_RISK(limit=limit))]
    worth = money(float(value.value[risky].sum()), currency)
    text = Base.RISK(n=int(risky.sum()), limit=limit, worth=worth)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", AliveByDefinitionWarning
        )  # said beside the number of active
        rows = value.at_risk(asked.customers_listed, alive_below=below)
    return [Paragraph(text), TableBlock(_listing(found, rows, Base.RISK_TABLE(), currency))]


def _listing(found: Customers, listed: CustomerLifetimeValue, title: str, currency: str) -> Table:
    columns = listed.columns()
    customers = columns["customer"].tolist()
    few, every = set(customers), enumerate(found.history.customer.tolist())
    position = {customer: row for row, customer in every if customer in few}
    places = [position[customer] for customer in customers]
    shown = {
        Base.CUSTOMER(): [str(customer) for customer in customers],
        Base.DAYS(): [int(found.history.frequency[at]) + 1 for at in places],
        Base.LAST(): [str(_last_purchase(found.history, at)) for at in places],
        Base.ACTIVE(): columns["probability_alive"].tolist(),
        Base.EXPECTED(): columns["expected_purchases"].tolist(),
        in_currency(Base.SPEND(), currency): columns["expected_spend"].tolist(),
        in_currency(Base.VALUE(), currency): columns["value"].tolist(),
    }
    note = Base.NOTE(horizon=translated(str(listed.horizon)))
    return Table(title, tuple(shown), tuple(zip(*shown.values(), strict=True)), (note,))


def _last_purchase(history: PurchaseHistory, row: int) -> dt.date | None:
    if history.observation_end is None:
        return None
    silent = (history.age[row] - history.recency[row]) * DAYS[history.unit]
    return history.observation_end - dt.timedelta(days=round(float(silent)))


def _conventions(found: Customers) -> tuple[str, ...]:
    history, name = found.history, type(found.purchases.model).__name__
    lines = [
        Base.MODEL(
            model=MODELS[name],
            parameters=_parameters(found.purchases),
            unit=translated(str(history.unit)),
        ),
        *_chosen(found),
    ]
    intervals = {
        Base.OF_ALIVE: found.alive_interval,
        Base.OF_PURCHASES: found.purchases_ahead[1],
    }
    lines += [
        said(method=translated(one.description))
        for said, one in intervals.items()
        if one is not None
    ]
    if found.spend is not None:
        gamma = Base.GAMMA(
            parameters=_parameters(found.spend),
            n=found.spend.customers,
            correlation=plain_number(_correlation(history)),
        )
        lines.append(gamma)
    if found.value is not None:
        lines.append(Base.CONVENTION(convention=translated(found.value.convention)))
        if found.value.total.standard_error is not None:
            described = found.value.total.confidence_interval().description
            lines.append(Base.OF_VALUE(method=translated(described)))
    return tuple(lines)


def _chosen(found: Customers) -> list[str]:
    """Say of which models the contest recommends this one."""
    if found.contest is None:
        return []
    others = [
        Base.AIC(model=MODELS[each.name].split(" (")[0], aic=f"{each.aic:,.1f}")
        for each in sorted(found.contest.models, key=lambda each: each.aic)
    ]
    return [Base.CHOSEN(model=_model(found), models=enumerated_plainly(others))]


def _parameters(fit: Fit[Any]) -> str:
    """Write the estimates with their intervals, where there are any."""
    if fit.standard_errors is None:
        return Numbers.COMMA().join(f"{name} {number(its)}" for name, its in fit.parameters.items())
    ends = {
        name: Numbers.BETWEEN(low=number(its.low), high=number(its.high))
        for name, its in fit.confidence_interval().items()
    }
    return Numbers.COMMA().join(
        Base.PARAMETER(name=name, value=number(value), ends=ends[name])
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
        lines.append(Base.ONCE(share=share_of(single), model=_model(found)))
    if found.spend is not None:
        related = _correlation(history)
        if round(abs(related), 9) >= CORRELATION_WARNING:
            lines.append(Base.CORRELATED(correlation=plain_number(related)))
    return tuple(lines)
