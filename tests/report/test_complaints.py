"""The section on complaints: every number traced, in English and 中文; bad input in one line."""

from __future__ import annotations

import csv
import datetime as dt
import re

import numpy as np
import pytest
from chinese import words, wrong_marks
from tracing import Lists, Says, Shows, changed_blocks, missed

from custvalue import __main__ as command_line
from custvalue import loyalty
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue.errors import DataError

CASES = """
title = "Complaints"
currency = "EUR"
[complaints]
opened = "in"
closed = "out"
promised = "due"
dealer = "dealer"
observation_end = 2026-06-30
"""
COSTS = """
[complaints.economics]
customers = 4000
dissatisfied = [38, 400]
complain = [13, 38]
recovered = [9, 13]
silent_return = 0.45
value = 620
"""
TABLE = CASES + COSTS
END = dt.date(2026, 6, 30)
INPUTS = (r"95 % (?=interval)|until 2026-06-30|custvalue [\d.]+ with numpy [\d.]+, scipy [\d.]+",)
DEALERS = ("north", "south", "west")


def records(n=120, seed=1, slow=12.0):
    rng = np.random.default_rng(seed)
    opened = np.datetime64("2026-01-05") + np.sort(rng.integers(0, 170, n)).astype("m8[D]")
    dealer = rng.choice(DEALERS, n)
    mean = np.where(dealer == "south", slow, 12.0)
    closed = opened + np.ceil(rng.exponential(mean)).astype(np.int64).astype("m8[D]")
    late = closed > np.datetime64(END)
    return {
        "in": opened.astype(str),
        "out": np.where(late, "", closed.astype(str)),
        "due": (opened + np.timedelta64(14, "D")).astype(str),
        "dealer": dealer,
    }


DATA = records()


def built(text=TABLE, lang="en", data=DATA):
    return build(parse_study("s.toml", f'lang = "{lang}"\n{text}'), Given(complaints=data)).report


def said(report):
    (section,) = (its for its in report.sections if its.title.startswith("Complaints"))
    return section.blocks[0].text


def kaplan_meier(data, time):
    """Return the share that is closed within days, its interval and the cases, case by case."""
    days, closed = [], []
    for begun, ended in zip(data["in"], data["out"], strict=True):
        first = dt.date.fromisoformat(begun)
        last = dt.date.fromisoformat(ended) if ended else END + dt.timedelta(days=1)
        days.append((last - first).days)
        closed.append(bool(ended))
    open_, variance = 1.0, 0.0
    for at in sorted({d for d, done in zip(days, closed, strict=True) if done and d <= time}):
        risk = sum(d >= at for d in days)
        ends = sum(d == at and done for d, done in zip(days, closed, strict=True))
        open_ *= 1 - ends / risk
        variance += ends / (risk * (risk - ends))
    scale, reach = np.log(-np.log(open_)), 1.959963984540054 * np.sqrt(variance) / -np.log(open_)
    low, high = (1 - np.exp(-np.exp(scale + side * reach)) for side in (-1, 1))
    return 1 - open_, low, high, len(days), closed.count(False)


def of(dealer, data=DATA):
    at = data["dealer"] == dealer
    return {name: column[at] for name, column in data.items()}


def read(**how):
    return loyalty.ClosingTimes.from_frame(
        DATA, opened="in", closed="out", observation_end=END, **how
    )


def desk():
    return loyalty.ComplaintEconomics(
        customers=4000,
        dissatisfied=(38, 400),
        complain=(13, 38),
        recovered=(9, 13),
        silent_return=0.45,
        value=620,
    )


def row(name, data):
    share, low, high, cases, open_ = kaplan_meier(data, 14)
    between = f"{100 * low:.1f} to {100 * high:.1f} %"
    return name, f"{100 * share:.1f} %", between, cases, open_


def rounded(value):
    """Return an amount as it is printed: three digits from 1,000 on, else whole."""
    return float(f"{value:.3g}") if abs(value) >= 1000 else float(f"{value:.0f}")


def amount(value):
    written = f"{rounded(value):,.0f}"
    return f"EUR {written}".replace("-", "\N{MINUS SIGN}")


@pytest.fixture(scope="module")
def traced():
    share, low, high, cases, open_ = kaplan_meier(DATA, 14)
    times = read()
    test = loyalty.ClosingTimesByGroup.from_frame(
        DATA, by="dealer", opened="in", closed="out", promised="due", observation_end=END
    ).test
    every = [100 * share, 100 * low, 100 * high]
    middle = [times.median, *times.median_interval()]
    found = desk()
    p, c, r, q = 38 / 400, 13 / 38, 9 / 13, 0.45
    lost = 4000 * p * ((1 - c) * (1 - q) + c * (1 - r))
    silent, heard = 4000 * p * (1 - c), 620 * (r - q)
    ends = {
        name: its.confidence_interval()
        for name, its in {
            "complaints": found.complaints,
            "silent": found.silent,
            "lost": found.lost,
            "worth": found.worth_lost,
            "heard": found.worth_of_one_more_complaint_heard,
            "point": found.worth_of_one_point_of_recovery,
        }.items()
    }
    point = 620 * 4000 * p * c / 100
    counts = (("complaints", 4000 * p * c), ("silent", silent), ("lost", lost))
    names = (
        "customers who complain",
        "customers who say nothing",
        "customers who are lost",
        "value that is lost",
        "one more complaint heard",
        "one more point of recovery",
    )
    amounts = (("worth", 620 * lost), ("heard", heard), ("point", point))
    written = [
        (f"{value:,.0f}", f"{ends[key].low:,.0f} to {ends[key].high:,.0f}") for key, value in counts
    ] + [
        (amount(value), f"{amount(ends[key].low)} to {amount(ends[key].high)}")
        for key, value in amounts
    ]
    worth = [rounded(its) for its in (620 * lost, ends["worth"].low, ends["worth"].high, point)]
    return {
        "How sure this is": [Says((120,))],
        "Key figures": [Says(tuple(every))],
        "Complaints: answered in time": [
            Says((every[0], cases, *every[1:], *middle, open_, test.p_value)),
            Shows((100 * share,), (times.median, 120, open_)),
            Lists([*(row(name, of(name)) for name in DEALERS), row("all", DATA)]),
            Says((lost, 4000, ends["lost"].low, ends["lost"].high, silent, *worth)),
            Lists(
                [(name, *its) for name, its in zip(names, written, strict=True)],
                noted=(100 * p, 100 * c, 100 * r, 100 * q),
            ),
        ],
        "How the numbers are defined and computed": [Says(())],
    }


@pytest.fixture(scope="module")
def report():
    return built()


def test_every_number_is_computed_again(report, traced):
    assert missed(report, traced, INPUTS) == []


def test_a_changed_number_is_found(report, traced):
    for section in report.sections:
        for block, trace in zip(section.blocks, traced[section.title], strict=True):
            for its in changed_blocks(block, INPUTS):
                assert list(trace.missed(its, INPUTS)), its


def test_the_page_in_chinese(report):
    page = built(lang="zh")
    texts = [*words(page.to_html()), *page.to_text().splitlines()]
    assert [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)] == []
    assert [one for one in texts if wrong_marks(one)] == []
    assert [len(its.blocks) for its in page.sections] == [
        len(its.blocks) for its in report.sections
    ]


def test_one_time_for_all_is_the_same_as_promises_of_that_length():
    text = CASES.replace('promised = "due"', 'within = "14 days"')
    found = said(built(text))
    assert f"{kaplan_meier(DATA, 14)[0]:.0%}".replace("%", " %") in found
    assert "of 120 complaints are closed within 14 days (" in found
    assert "在 14 天内解决" in built(text, "zh").to_text().replace("\n", "")


def test_dealers_that_differ_are_named():
    found = said(built(CASES, data=records(slow=60.0)))
    assert "Differences in speed by “dealer” are beyond chance (P < 0.001): the smallest" in found
    assert "has south, " in found


def test_one_dealer_is_not_compared():
    data = {**DATA, "dealer": np.full(120, "north")}
    found = built(CASES, data=data)
    assert "Differences" not in said(found)
    assert "log-rank" not in found.to_text()


def test_what_the_data_do_not_reach_is_said():
    late = {**DATA, "out": np.where(np.arange(120) % 4 > 0, "", DATA["out"])}
    assert "Fewer than half are closed by the end of the data." in said(built(CASES, data=late))
    chinese = built(CASES, "zh", late).to_html()
    assert "中位数超出数据范围" in chinese
    never = said(built(CASES, data={**DATA, "out": np.full(120, "")}))
    assert never.endswith("120 are still open.")


def test_what_is_lost_has_no_amount_without_a_value():
    report = built(TABLE.replace("value = 620\n", ""))
    assert "EUR" not in report.to_text()


def test_a_shuffled_file_gives_the_same_page(report):
    order = np.random.default_rng(1).permutation(120)
    assert built(data={name: column[order] for name, column in DATA.items()}) == report


def test_the_command_reads_a_file_of_complaints(tmp_path):
    with (tmp_path / "complaints.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(DATA)
        writer.writerows(zip(*(column.tolist() for column in DATA.values()), strict=True))
    study, out = tmp_path / "study.toml", tmp_path / "report.txt"
    study.write_text(TABLE, encoding="utf-8")
    given = ["--complaints", str(tmp_path / "complaints.csv"), "--config", str(study)]
    assert command_line.main(["report", *given, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == built().to_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            CASES.replace('promised = "due"\n', ""),
            (
                "s.toml: [complaints] needs either promised, the column with the time promised to "
                'each customer, or within, a time for all of them, as in within = "7 days".'
            ),
        ),
        (f'{CASES}within = "7 days"\n', "s.toml: [complaints] needs either promised, the column"),
        (
            CASES.replace('promised = "due"', "within = 7"),
            "s.toml: [complaints]: within",
        ),
        (CASES.replace("observation_end = 2026-06-30\n", ""), "s.toml: [complaints]"),
        (TABLE.replace("[38, 400]", "[400, 38]"), "s.toml: [complaints.economics]: dissatisfied"),
        (TABLE.replace("0.45", "45"), "s.toml: [complaints.economics]: silent_return"),
        (TABLE.replace("recovered =", "recoverd ="), "s.toml: [complaints.economics] has no"),
        (TABLE.replace("value = 620", "value = -1"), "s.toml: [complaints.economics]: value"),
    ],
)
def test_bad_keys_are_refused_in_words(text, message):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", text)
    assert str(caught.value).startswith(message), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_complaint_that_ends_before_it_begins_is_named():
    data = {**DATA, "out": np.where(np.arange(120) == 7, "2025-12-31", DATA["out"])}
    with pytest.raises(DataError, match="out must be not before in, but row 7"):
        built(data=data)


def test_complaints_without_a_table_are_refused():
    with pytest.raises(DataError) as caught:
        build(parse_study("s.toml", 'title = "x"'), Given(complaints=DATA))
    assert str(caught.value) == (
        "there are complaints, but the study does not say what is in them. Add the table "
        "[complaints]."
    )


def test_complaints_that_are_described_but_not_given_are_missed():
    text = f'{TABLE}[survey.satisfaction]\nscale = [1, 5]\nperceived = "s"\n'
    data = {"s": np.tile([1.0, 3, 4, 5], 10)}
    page = build(parse_study("s.toml", text), Given(data)).report
    assert "describes complaints, but none were given" in " ".join(page.to_text().split())
