"""The section on customers, and its link to answers, for customer bases small enough to count."""

from __future__ import annotations

import dataclasses
import re
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from read_report import described, prose, tables
from sample_dealership import DEALERSHIP, STUDY
from scipy import stats

from custvalue import lifetime
from custvalue._histories.excluded import ExcludedTransactions
from custvalue._report.content import Contribution, Paragraph, Section
from custvalue._report.customer_base import Customers
from custvalue._report.customers import _last_purchase, _worth, customers
from custvalue._report.link import link
from custvalue._report.report import Report
from custvalue._report.scores import read_answered
from custvalue._report.study import parse_study
from custvalue.errors import DataError

LOG = DEALERSHIP.transactions


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    """Spare the drawing: what a picture shows stands in its description too."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)


def study(**replaced):
    """Give the sample study with other values of some keys of [lifetime]."""
    text = STUDY
    for key, value in replaced.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    return parse_study("study.toml", text)


def written(part: Contribution):
    """Return a report that holds one part."""
    return Report("One part", part.sections)


def minus(text):
    return text.replace("-", "−")


def bought(frequency, recency=None, age=None, **more):
    """Give the histories of a few customers, in weeks."""
    frequency = np.asarray(frequency, dtype=float)
    recency = 5.0 * frequency if recency is None else recency
    age = np.full(len(frequency), 100.0) if age is None else age
    return lifetime.PurchaseHistory.from_arrays(
        frequency=frequency, recency=recency, age=age, unit="week", **more
    )


BG = lifetime.BGNBD.fit(
    lifetime.BGNBD(r=0.6, alpha=6, a=1.3, b=3, unit="week").simulate(500, age="52 weeks", rng=1)
)


def on(base, history, **more):
    """Look at a few customers with the models of the whole dealership."""
    return Customers(history, base.fit, more.pop("spend", None), None, **more)


def whole(base, **changes):
    found = Customers(base.history, base.fit, base.spend, base.value, "3 years")
    return dataclasses.replace(found, **changes)


# --- who is active ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("single", "others", "warned"),
    [(1, 3, "25 %"), (1, 4, None), (100, 301, None), (252, 750, "25 %"), (3, 0, "100 %")],
)
def test_many_customers_with_one_purchase_are_warned_of_from_a_quarter_on(
    base, single, others, warned
):
    found = dataclasses.replace(on(base, bought([0] * single + [2] * others)), purchases=BG)
    lines = customers(found, study()).warnings
    assert len(lines) == (warned is not None)
    assert all(line.startswith(f"{warned} of the customers bought only once") for line in lines)


@pytest.mark.parametrize(
    ("spends", "warned"),
    [
        ([1, 4, 5, 2, 3], "0.20"),
        ([5, 2, 1, 4, 3], "−0.20"),
        ([1, 3, 11, 2, 4], None),
        ([100, 107, 114, 107, 100], None),
        ([3, 3, 3, 3, 3], None),
        ([0.1 * 3, 0.3, 0.1 + 0.2, 0.3, 0.3], None),
        ([3e8 * (0.1 + 0.2) / 0.3, 3e8, 3e8, 3e8 * (0.1 + 0.2) / 0.3, 3e8], None),
    ],
)
def test_spend_and_frequency_may_be_correlated_below_a_fifth(base, spends, warned):
    history = bought([1, 2, 3, 4, 5, 0], monetary_value=[*spends, 0])
    part = customers(on(base, history, spend=base.spend), study())
    lines = [line for line in part.warnings if line.startswith("Spend and")]
    said = f"Spend and frequency are correlated ({warned}), which Gamma-Gamma takes to be unrelated"
    assert len(lines) == (warned is not None)
    assert all(line.startswith(said) for line in lines)
    frequency, mean = np.arange(1.0, 6), np.asarray(spends, dtype=float)
    related = 0.0 if np.ptp(mean) < 1e-9 * mean.max() else stats.pearsonr(frequency, mean)[0]
    assert minus(f"their correlation here is {related:.2f}.") in " ".join(part.conventions)


def test_active_customers_cannot_be_more_than_there_are_nor_fewer_than_none(base):
    recent = on(base, bought([9, 9, 9], recency=[99.5] * 3))
    assert (recent.alive < 1).all()
    assert recent.alive_interval.high == 3
    silent = on(base, bought([9, 9, 9], recency=[9.0] * 3))
    assert (silent.alive > 0).all()
    assert silent.alive_interval.low == 0
    for found in (recent, silent):
        low, high = found.alive_interval.low, found.alive_interval.high
        assert figures_of(found)["Customers still active"].basis == (
            f"of 3 customers; 95 % interval {low:.0f} to {high:.0f}; BG/NBD"
        )


def figures_of(found):
    return {one.label: one for one in customers(found, study()).figures}


def test_customers_who_came_back_by_their_probability(base):
    history = bought([3, 0, 5, 1, 8, 2, 0], recency=[30, 0, 90, 4, 40, 99, 0])
    found = on(base, history)
    alive = base.fit.model.probability_alive(history)
    back = alive[history.frequency > 0]
    quarters = [int(((back >= q / 4) & (back < (q + 1) / 4)).sum()) for q in range(4)]
    report = written(customers(found, study()))
    assert described(report)[0] == (
        f"Customers by probability of being active: {quarters[0]} at 0-25 %, {quarters[1]} at "
        f"25-50 %, {quarters[2]} at 50-75 %, {quarters[3]} at 75-100 %."
    )
    assert sum(quarters) == 5
    text = prose(report)
    assert "2 others bought only once. The model BG/NBD cannot say who of them has left" in text
    assert f"Of 5 customers who came back an estimated {back.sum():.1f} are still active on" in text


def test_one_customer_who_came_back_is_one(base):
    text = prose(written(customers(on(base, bought([3, 0])), study())))
    assert "Of 1 customer who came back an estimated" in text


def test_a_headline_does_not_rest_on_who_is_active_by_definition(base):
    history = bought([3, 0, 5, 0, 0])
    found = dataclasses.replace(on(base, history), purchases=BG)
    back = BG.model.probability_alive(history)[history.frequency > 0]
    figure = figures_of(found)["Customers still active"]
    assert figure.value == f"{back.sum():.1f}"
    assert figure.basis.startswith("of 2 customers who came back; 95 % interval ")
    text = prose(written(customers(found, study())))
    assert (
        "3 others bought only once. The model BG/NBD cannot say who of them has left, because it "
        "lets customers leave only after a repeat purchase: it counts every one as active." in text
    )


def test_nobody_bought_once(base):
    text = prose(written(customers(on(base, bought([1, 2, 3])), study())))
    assert "bought only once" not in text


def test_purchase_days_and_what_was_left_out(base):
    gone = ExcludedTransactions(after_end=1, returns=2, zero_spend=0, duplicates=1234, customers=1)
    gone = gone.model_copy(update={"paired_returns": 3, "cancelled_purchases": 2})
    history = dataclasses.replace(bought([2, 0, 0, 3]), excluded=gone)
    (said,) = customers(on(base, history), study()).base
    assert said.startswith("4 customers bought on 9 purchase days up to ")
    assert said.endswith(
        "; 2 of them (50 %) came back at least once. Excluded, as the study says: 1 transaction "
        "after the end of observation, 2 transactions with negative spend, 3 transactions that "
        "return a purchase, 2 transactions that were returned, 1,234 transactions that repeat "
        "another one. Of 1 customer nothing was left."
    )
    (plain,) = customers(on(base, bought([0])), study()).base
    assert plain.endswith("0 of them (0 %) came back at least once.")


@pytest.mark.parametrize("level", [0.95])
def test_the_interval_of_expected_purchases_is_of_95_percent(base, level):
    found = whole(base)
    expected, ends = found.purchases_ahead
    assert (ends.level, found.alive_interval.level) == (level, level)
    assert ends.low < expected < ends.high
    assert found.alive_interval.low < found.active < found.alive_interval.high


# --- what they are worth ----------------------------------------------------------------------


def share_of_the_best(value, share):
    """Share of the value that the best customers hold, by the polygon of Lorenz."""
    ordered = np.sort(value)[::-1]
    held = np.concatenate(([0.0], np.cumsum(ordered))) / ordered.sum()
    return float(np.interp(share * len(value), np.arange(len(value) + 1), held))


def test_how_the_value_is_spread(base):
    report = written(customers(whole(base), study()))
    shares = (0.01, 0.05, 0.1, 0.2, 0.5)
    held = [share_of_the_best(base.value.value, share) for share in shares]
    said = ", ".join(
        f"the best {100 * share:.0f} % hold {100 * part:.0f} %"
        for share, part in zip(shares, held, strict=True)
    )
    assert described(report)[1] == f"Of the value {said}."
    assert f"{100 * held[3]:.0f} % of this value belongs to the most valuable 20 %" in prose(report)


def test_the_best_shares_of_customers_of_bases_of_any_size(base):
    for many in range(5, 155, 5):
        best = base.value.top(many)
        first, picture, *_ = _worth(whole(base), best, study().lifetime, "")
        held = [100 * share_of_the_best(best.value, share) for share in (0.01, 0.05, 0.1, 0.2, 0.5)]
        assert first.text.startswith(f"{held[3]:.0f} % of this value belongs to the most")
        assert re.findall(r"hold (\d+) %", picture.description) == [f"{one:.0f}" for one in held]


def test_the_value_its_interval_and_how_it_was_reckoned(base):
    total, error = base.value.total.value, base.value.total.standard_error
    ends = base.value.total.confidence_interval()
    spread = np.exp(1.959964 * error / total)
    assert (ends.low, ends.high) == pytest.approx((total / spread, total * spread), rel=1e-5) or (
        ends.low,
        ends.high,
    ) == pytest.approx((total - 1.959964 * error, total + 1.959964 * error), rel=1e-5)
    low, high = (f"{float(f'{end:.3g}'):,.0f}" for end in (ends.low, ends.high))
    figure = figures_of(whole(base))["Value of the customer base"]
    assert figure.basis == f"within 3 years, 30 % margin; 95 % interval EUR {low} to {high}"
    text = prose_of(customers(whole(base), study()))
    assert f"today (95 % interval EUR {low} to {high}), at a margin of 30 % and discounted" in text
    assert "discounted at 10 % a year." in text


def test_margin_and_rate_are_said_as_the_study_states_them(base):
    value = lifetime.customer_lifetime_value(
        base.history,
        purchases=base.fit.model,
        spend=base.spend.model,
        horizon="1 year",
        annual_discount_rate=0.025,
        margin=0.125,
    )
    found = whole(base, value=value, horizon="1 year")
    assert "at a margin of 12.5 % and discounted at 2.5 % a year." in prose_of(
        customers(found, study())
    )
    assert figures_of(found)["Value of the customer base"].basis == "within 1 year, 12.5 % margin"


def test_every_column_of_the_most_valuable_customers(base):
    report = written(customers(whole(base), study(customers_listed=3)))
    table = tables(report)["Most valuable customers"]
    assert len(table.rows) == 3
    assert table.header[5:] == ("spend per purchase, EUR", "value, EUR")
    order = np.argsort(-base.value.value, kind="stable")[:3]
    alive = base.fit.model.probability_alive(base.history)
    ahead = base.fit.model.expected_purchases(base.history, "3 years")
    spend = base.spend.model.expected_spend(base.history)
    for at, row in zip(order, table.rows, strict=True):
        days = np.unique(LOG["date"][LOG["customer_id"] == base.history.customer[at]])
        assert row[:3] == (str(base.history.customer[at]), len(days), str(days[-1]))
        assert row[3:] == pytest.approx((alive[at], ahead[at], spend[at], base.value.value[at]))


def test_at_risk_are_customers_below_the_limit_and_not_on_it(base):
    value = base.value
    ranked = np.sort(value.probability_alive)
    for many in (1, 2, 12):
        limit = float(ranked[many])
        assert ranked[many - 1] < limit
        settings = study(at_risk_below=repr(limit), customers_listed=5)
        report = written(customers(whole(base), settings))
        risky = value.probability_alive < limit
        worth = value.value[risky].sum()
        said = "1 customer is at risk" if many == 1 else f"{many} customers are at risk"
        text = prose(report)
        assert f"{said}: the probability that they are still active is below" in text
        assert f"{100 * limit:.6g} %. That counted, they are still worth EUR {worth:.0f}" in (
            text.replace(f"EUR {worth:.2f}", f"EUR {worth:.0f}")
        )
        table = tables(report)["Customers at risk, the most valuable first"]
        best = np.flatnonzero(risky)[np.argsort(-value.value[risky], kind="stable")][:5]
        assert [row[0] for row in table.rows] == [str(value.customer[at]) for at in best]
        assert [row[6] for row in table.rows] == value.value[best].tolist()


def test_the_day_of_the_last_purchase_is_counted_back_in_the_unit():
    for unit, days in (("day", 10), ("week", 70), ("year", 3652)):
        last = str(np.datetime64("2024-12-31") - np.timedelta64(days, "D"))
        history = lifetime.PurchaseHistory.from_transactions(
            {
                "who": [1, 1, 2],
                "day": [
                    "2010-01-01",
                    str(np.datetime64("2024-12-31") - np.timedelta64(days, "D")),
                    "2010-01-01",
                ],
            },
            customer="who",
            date="day",
            observation_end="2024-12-31",
            unit=unit,
        )
        part = customers_last(history)
        assert part == [last, "2010-01-01"]
    assert customers_last(bought([1, 0])) == ["None", "None"]


def customers_last(history):
    return [str(_last_purchase(history, row)) for row in range(len(history))]


# --- answers and value ------------------------------------------------------------------------

ASKED = '[survey]\ncustomer = "who"\nrecommend = "r"\n'


def prose_of(part):
    """Return what it is worth."""
    return " ".join(part.worth)


def linked(base, data, text=ASKED, currency="EUR"):
    study = parse_study("s.toml", text).survey
    return link(study, read_answered(study, data, None), whole(base), currency)


def test_groups_of_exactly_two_are_compared(base):
    worth, alive = base.value.value, base.value.probability_alive
    rows = {"promoters": [4, 7], "passives": [1, 2, 11], "detractors": [20, 31, 5, 6]}
    answers = {"promoters": [9, 10], "passives": [7, 8, 7], "detractors": [6, 0, 5, 6]}
    who = [base.history.customer[at] for some in rows.values() for at in some]
    part = linked(base, {"who": who, "r": [one for some in answers.values() for one in some]})
    table = tables(written(part))["Value within 3 years, by answer"]
    for row, (name, places) in zip(table.rows, rows.items(), strict=True):
        its = worth[places]
        ends = stats.t.interval(0.95, len(its) - 1, its.mean(), stats.sem(its))
        assert row[0].split(" (")[0] == name
        assert row[1] == len(places)
        assert row[2:] == pytest.approx((alive[places].mean(), its.mean(), *ends))
    means = {name: worth[places].mean() for name, places in rows.items()}
    assert [one.label for one in part.figures] == ["Value of promoters"]
    assert part.figures[0].value == f"EUR {means['promoters']:.0f}"
    assert part.figures[0].basis == (
        f"against EUR {means['detractors']:.0f} for detractors; average of each group"
    )
    welch = stats.ttest_ind(worth[rows["promoters"]], worth[rows["detractors"]], equal_var=False)
    ends = welch.confidence_interval(0.95)
    apart = means["promoters"] - means["detractors"]
    assert welch.pvalue > 0.05
    assert part.worth[0].endswith(
        minus(
            f"Promoters and detractors cannot be told apart: they differ by EUR {apart:.0f} a "
            f"customer (95 % interval EUR {ends.low:.0f} to {ends.high:.0f}, Welch's t)."
        )
    )
    assert part.base == ("9 respondents could be found among the customers of the log.",)
    assert part.warnings == ()


def too_few(sizes):
    """Return the contribution of groups that are not compared."""
    said = (
        "Value is not compared by answers: that takes two groups with at least 2 respondents who "
        f"could be found among the customers of the log, but there are {sizes}."
    )
    return Contribution(sections=(Section("Satisfaction and value together", (Paragraph(said),)),))


def test_a_group_of_one_is_left_out_and_one_group_alone_is_not_compared(base):
    who = base.history.customer[:5].tolist()
    part = linked(base, {"who": who, "r": [10, 9, 8, 3, 2]})
    names = [row[0] for row in tables(written(part))["Value within 3 years, by answer"].rows]
    assert names == ["promoters (9-10)", "detractors (0-6)"]
    assert linked(base, {"who": who, "r": [10, 9, 9, 8, 2]}) == too_few(
        "promoters 3, passives 1 and detractors 1"
    )
    assert linked(base, {"who": who, "r": [10, 9, 9, 8, 2]}, '[survey]\ncustomer = "who"\n') == (
        Contribution()
    )
    assert linked(base, {"who": who, "r": [7, 8, 7, 6, 0]}).worth[0].count("Passives and det") == 1


def test_the_first_customer_of_the_log_is_no_stranger(base):
    who = [*base.history.customer[:4].tolist(), 10**9]
    part = linked(base, {"who": who, "r": [10, 9, 6, 0, 0]})
    assert part.base == (
        "4 respondents could be found among the customers of the log. 1 other could not.",
    )
    assert [row[1] for row in tables(written(part))["Value within 3 years, by answer"].rows] == [
        2,
        2,
    ]
    with pytest.raises(DataError, match="no respondent is a customer of the log"):
        linked(base, {"who": [10**9, -1], "r": [10, 0]})
    first = base.history.customer[0]
    alone = linked(base, {"who": [first, -1, -2, -3], "r": [10, 0, 0, 9]})
    assert alone == too_few("promoters 1, passives 0 and detractors 0")


def test_who_answered_twice_and_thrice(base):
    a, b, c, d = base.history.customer[:4].tolist()
    part = linked(base, {"who": [a, a, b, b, b, c, d], "r": [10, 9, 10, 0, 1, 2, 3]})
    (warning,) = part.warnings
    assert warning.startswith("2 customers answered more than once")


def test_names_of_customers_are_matched_however_numbers_are_stored(base):
    a, b, c, d = base.history.customer[:4].tolist()
    for who in ([a, b, c, d], [float(one) for one in (a, b, c, d)], list(map(str, (a, b, c, d)))):
        assert linked(base, {"who": who, "r": [9, 9, 0, 0]}).base[0].startswith("4 respondents")


SATISFIED = '[survey]\ncustomer = "who"\n[survey.satisfaction]\nperceived = "s"\n'


@pytest.mark.parametrize(
    ("scale", "answers", "satisfied"),
    [
        ("[1, 5]\nboxes = 2", [5, 4, 4, 3, 1], 3),
        ("[1, 5]\nboxes = 1", [5, 4, 5, 3, 1], 2),
        ("{low = 0, high = 100, step = 20}\nboxes = 2", [100, 80, 60, 40, 0], 2),
        ("{low = 0, high = 1, step = 0.1}\nboxes = 3", [0.7, 0.8, 0.9, 1.0, 0.0], 3),
        ('{low = 1, high = 6, direction = "lower is better"}\nboxes = 2', [1, 2, 2, 3, 6], 3),
        (
            '{low = 0, high = 100, step = 20, direction = "lower is better"}\nboxes = 2',
            [0, 20, 40, 60, 20],
            3,
        ),
    ],
)
def test_the_satisfied_are_the_best_boxes_on_any_scale(base, scale, answers, satisfied):
    who = base.history.customer[:5].tolist()
    part = linked(base, {"who": who, "s": answers}, f"{SATISFIED}scale = {scale}\n")
    rows = tables(written(part))["Value within 3 years, by answer"].rows
    assert [row[1] for row in rows] == [satisfied, 5 - satisfied]


def test_weights_weigh_values_too(base):
    who, weights = base.history.customer[:6], np.array([1.0, 3, 2, 1, 1, 4])
    text = ASKED.replace('customer = "who"', 'customer = "who"\nweights = "w"')
    part = linked(base, {"who": who, "r": [9, 10, 9, 0, 1, 2], "w": weights}, text, currency="")
    rows = tables(written(part))["Value within 3 years, by answer"].rows
    for row, at in zip(rows, (slice(0, 3), slice(3, 6)), strict=True):
        assert row[3] == pytest.approx(np.average(base.value.value[:6][at], weights=weights[at]))
        assert row[2] == pytest.approx(
            np.average(base.value.probability_alive[:6][at], weights=weights[at])
        )


def test_figures_are_those_of_the_section(base):
    part = customers(whole(base), study())
    assert [one.label for one in part.figures] == [
        "Customers still active",
        "Value of the customer base",
    ]
    report = SimpleNamespace(sections=part.sections)
    assert list(tables(report)) == [
        "Most valuable customers",
        "Customers at risk, the most valuable first",
    ]
