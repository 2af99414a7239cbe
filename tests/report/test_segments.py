"""The section on segments: every number computed again from the log, customer by customer."""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pytest
import reference_rfm
from read_report import described, prose, tables
from sample_dealership import DEALERSHIP, STUDY
from scipy import stats

from custvalue import lifetime
from custvalue._report.build import build_report
from custvalue._report.customer_base import Customers
from custvalue._report.report import Report
from custvalue._report.segments_part import segments_part
from custvalue._report.study import Rfm, parse_study
from custvalue.errors import DataError

LOG = DEALERSHIP.transactions


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch):
    """Spare the drawing: what a picture shows stands in its description too."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)


def written(found, **asked):
    part = segments_part(Rfm.model_validate(asked), found)
    return Report("One part", part.sections)


@pytest.fixture(scope="module")
def by_hand(base):
    """Return days since the last purchase, purchase days and segment of every customer."""
    end = parse_study("s", STUDY).transactions.observation_end
    days = np.asarray(LOG["date"]).astype("M8[D]").astype(dt.date)
    rows = zip(LOG["customer_id"].tolist(), days.tolist(), LOG["spend"].tolist(), strict=True)
    found = reference_rfm.of_log(rows, end)
    silent, bought, _ = np.array([found[who] for who in base.history.customer.tolist()]).T
    recency = reference_rfm.scores((-silent).tolist(), 5)
    frequency = reference_rfm.scores(bought.tolist(), 5)
    names = [reference_rfm.segment(*cell) for cell in zip(recency, frequency, strict=True)]
    return silent, bought, np.array(names)


def share(value, digits=1):
    return f"{100 * value:.{digits}f} %"


def test_every_number_of_the_section(base, by_hand):
    silent, bought, names = by_hand
    value, n = base.value.value, len(names)
    report = written(Customers(base.history, base.fit, base.spend, base.value))
    table = tables(report)[f"Segments of {n} customers"]
    assert [row[0] for row in table.rows] == list(lifetime.RFM_SEGMENTS)
    for name, customers, part, between, days, purchases, held in table.rows:
        mine = names == name
        ends = stats.binomtest(int(mine.sum()), n).proportion_ci(0.95, "wilson")
        assert customers == mine.sum()
        assert part == share(mine.mean())
        assert between == f"{share(ends.low)} to {share(ends.high)}"
        assert days == f"{silent[mine].mean():.1f}"
        assert purchases == f"{bought[mine].mean():.1f}"
        assert held == share(value[mine].sum() / value.sum())
    best, leaving = names == "champions", np.isin(names, ["at risk", "cannot lose them"])
    text = prose(report)
    assert (
        f"{best.sum()} customers are champions ({share(best.mean(), 0)}): they bought recently and "
        f"often, and hold {share(value[best].sum() / value.sum(), 0)} of the value."
    ) in text
    assert (
        f"{leaving.sum()} ({share(leaving.mean(), 0)}) used to buy often and have been silent for "
        f"longer than most, and hold {share(value[leaving].sum() / value.sum(), 0)} of the value."
    ) in text
    expected = ", ".join(
        f"{name} {share((names == name).mean(), 0)}" for name in lifetime.RFM_SEGMENTS
    )
    assert expected in " ".join(described(report))


def bought(frequency, age, **more):
    frequency = np.asarray(frequency, dtype=float)
    return lifetime.PurchaseHistory.from_arrays(
        frequency=frequency, recency=5 * frequency, age=age, unit="day", **more
    )


def test_without_values_the_spend_is_shared_and_without_spend_nothing(base):
    history = bought([2, 0], [12, 40], monetary_value=[30, 0])
    with_spend = written(Customers(history, base.fit, None, None), recency_cuts=[10, 20, 30, 40])
    rows = {row[0]: row for row in tables(with_spend)["Segments of 2 customers"].rows}
    assert rows["potential loyalists"][1:2] + rows["potential loyalists"][4:] == (
        1, "2.0", "3.0", "100.0 %",
    )  # fmt: skip
    assert rows["hibernating"][4:] == ("40.0", "1.0", "0.0 %")
    assert rows["champions"][4:] == (None, None, None)
    plain = written(Customers(bought([0], [40]), base.fit, None, None))
    assert (
        "0 customers are champions (0 %): they bought recently and often. 0 (0 %) used to buy "
        "often and have been silent for longer than most. ["
    ) in prose(plain)
    assert tables(plain)["Segments of 1 customer"].header[-1] == "purchase days"


def test_the_section_comes_where_the_study_asks_for_it():
    study = STUDY.replace("# --- Transactions", "[rfm]\n# --- Transactions", 1)
    titles = [
        [each.title for each in build_report(parse_study("s", text), transactions=LOG).sections]
        for text in (STUDY, study)
    ]
    assert "Segments by recency and frequency" not in titles[0]
    place = titles[1].index("Segments by recency and frequency")
    assert titles[1][:place] + titles[1][place + 1 :] == titles[0]
    assert titles[1][place - 1] == "Customers, and what they are worth"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[30, 20, 40, 50]", "[30, 20, 40, 50]"),
        ("[30, 60, 120]", "[30, 60, 120]"),
        ("[30, 30, 60, 120]", "[30, 30, 60, 120]"),
        ('"30"', "'30'"),
        ('[30, "60", 90, 120]', "[30, '60', 90, 120]"),
    ],
)
def test_cut_points_that_are_none(written, said):
    with pytest.raises(DataError) as caught:
        parse_study("study.toml", f"[rfm]\nrecency_cuts = {written}")
    assert str(caught.value) == (
        "study.toml: [rfm]: recency_cuts: must be four numbers that ascend, as in [30, 60, 120, "
        f"240], but it is {said}."
    )


def test_a_key_that_is_none():
    with pytest.raises(DataError) as caught:
        parse_study("study.toml", "[rfm]\nrecency_cut = [1, 2, 3, 4]")
    assert str(caught.value) == (
        "study.toml: [rfm] has no 'recency_cut', only 'recency_cuts', 'frequency_cuts'. Did you "
        "mean 'recency_cuts'?"
    )
