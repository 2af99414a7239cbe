"""The section on visits: every number traced, in English and 中文; bad input in one line."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict

import numpy as np
import pytest
from chinese import words, wrong_marks
from tracing import Lists, Says, Shows, changed_blocks, missed

from custvalue import __main__ as command_line
from custvalue import journey
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue.errors import DataError

TABLE = """
title = "Visits"
[visits]
opened = "in"
promised = "promised"
delivered = "out"
vehicle = "vin"
customer = "customer"
estimate = "estimate"
bill = "bill"
cause = "cause"
lines_asked = "asked"
lines_filled = "filled"
dealer = "dealer"
observation_end = 2026-07-15
visits_listed = 4
"""
END, WINDOW = dt.date(2026, 7, 15), 30
CAUSES = ("brake noise", "service", "engine overhaul", "oil")
INPUTS = (
    r"95 % (?=interval)|20\d\d-\d\d(?!-)|within 30 days|last 30 days|less than 30 days|0\.27 %",
    r"within 10\.?0? % of|highest 5 %|until 2026-07-15",
    r"custvalue [\d.]+ with numpy [\d.]+, scipy .+",
)


def records(n=240, seed=5, bad_month=""):
    rng = np.random.default_rng(seed)
    opened = np.datetime64("2026-01-05") + np.sort(rng.integers(0, 180, n)).astype("m8[D]")
    asked = rng.integers(0, 5, n)
    vin = np.array([f"V{i:03d}" for i in rng.integers(0, 170, n)])
    promised = opened + rng.integers(1, 3, n).astype("m8[D]")
    out = opened + rng.integers(0, 3, n).astype("m8[D]")
    late = promised.astype("M8[M]").astype(str) == bad_month
    return {
        "customer": np.array([f"C{i:03d}" for i in rng.integers(0, 150, n)]),
        "vin": vin,
        "in": opened.astype(str),
        "promised": promised.astype(str),
        "out": np.where(late, promised + np.timedelta64(1, "D"), out).astype(str),
        "estimate": np.rint(rng.uniform(100, 200, n)),
        "bill": np.rint(rng.uniform(100, 200, n)),
        "asked": asked,
        "filled": np.minimum(asked, rng.integers(1, 6, n)),
        "cause": rng.choice(CAUSES, n),
        "dealer": rng.choice(["north", "south", "west"], n),
    }


DATA = records()


def built(text=TABLE, lang="en", data=DATA):
    return build(parse_study("s.toml", f'lang = "{lang}"\n{text}'), Given(visits=data)).report


def only(text, *keys):
    """Return the study with some keys of the visits alone."""
    lines = [line for line in text.splitlines() if line.partition(" ")[0] in ("[visits]", *keys)]
    return "\n".join(lines)


def rows(data=DATA):
    every = zip(*(np.asarray(column).tolist() for column in data.values()), strict=True)
    found = [dict(zip(data, row, strict=True)) for row in every]
    for row in found:
        for name in ("in", "promised", "out"):
            row[name] = dt.date.fromisoformat(row[name])
    return found


def next_visit(row, every):
    """Return the next visit of the vehicle that is a comeback, by looking at all of them."""
    later = [
        its
        for its in every
        if its["vin"] == row["vin"] and its["in"] > row["in"] and its["in"] >= row["out"]
    ]
    first = min(later, key=lambda its: its["in"], default=None)
    near = first is not None and (first["in"] - row["out"]).days <= WINDOW
    return first if near else None


def by_hand():
    """Return the outcomes of each key figure, and how many visits are left out, by loops."""
    every = rows()
    old = [row for row in every if (END - row["out"]).days >= WINDOW]
    fixed = [next_visit(row, every) is None for row in old]
    lines = [place < row["filled"] for row in every for place in range(row["asked"])]
    near = [abs(row["bill"] - row["estimate"]) <= 0.1 * row["estimate"] + 1e-9 for row in every]
    none = sum(row["asked"] == 0 for row in every)
    punctual = [row["out"] <= row["promised"] for row in every]
    return old, (
        (fixed, len(every) - len(old)),
        (punctual, 0),
        (lines, none),
        (near, 0),
    )


def wilson(hits):
    n, share, z = len(hits), float(np.mean(hits)), 1.959963984540054
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return middle - half, middle + half


def read():
    return journey.Visits.from_frame(
        DATA,
        opened="in",
        lines_asked="asked",
        lines_filled="filled",
        observation_end=END,
    )


def cells(hits, left_out, ends=None):
    """Return the cells of a row of shares as they are printed."""
    low, high = wilson(hits) if ends is None else ends
    between = f"{100 * low:.1f} to {100 * high:.1f} %"
    return f"{100 * np.mean(hits):.1f} %", between, len(hits), left_out


def filled():
    """Return the ends of the share of lines, whose visits are clusters."""
    interval = read().fill_rate().estimate.confidence_interval()
    return interval.low, interval.high


def groups(of, hits, name):
    found = defaultdict(list)
    for row, hit in zip(of, hits, strict=True):
        found[name(row)].append(hit)
    return dict(sorted(found.items()))


def reasons():
    """Return the reasons to call after each visit of the last 30 days, by loops."""
    every = rows()
    again = [next_visit(row, every) for row in every]
    bills = sorted(row["bill"] for row in every)
    high = bills[-(len(bills) // 20) - 1]
    found = []
    for row in every:
        said = {
            "rework": any(its is row for its in again),
            "overhaul": "overhaul" in row["cause"],
            "high bill": row["bill"] >= high,
            "safety repair": "brake" in row["cause"],
        }
        if (END - row["in"]).days < WINDOW:
            found.append((row, [name for name, has in said.items() if has]))
    return found


@pytest.fixture(scope="module")
def traced():
    old, figures = by_hand()
    ends = [wilson(hits) for hits, _ in figures]
    ends[2] = filled()
    labels = ("Right the first time", "Handed over as promised", "Parts in stock", "Estimates kept")
    fixed = figures[0][0]
    months = groups(old, fixed, lambda row: row["out"].strftime("%Y-%m"))
    dealers = groups(old, fixed, lambda row: row["dealer"])
    said, key = [], []
    for (hits, _), (low, high) in zip(figures, ends, strict=True):
        said += [100 * np.mean(hits), len(hits), 100 * low, 100 * high]
        key += [100 * np.mean(hits), 100 * low, 100 * high, len(hits)]
    recent = reasons()
    called = [(row, why) for row, why in recent if why]
    names = ("rework", "overhaul", "high bill", "safety repair")
    counted = [n for name in names if (n := sum(name in why for _, why in called))]
    first = sorted(called, key=lambda its: (-len(its[1]), -its[0]["in"].toordinal()))
    return {
        "How sure this is": [Says((240,))],
        "Key figures": [Says(tuple(key))],
        "Visits: fixed, on time, in stock": [
            Says((*said, len(months), 100 * np.mean(fixed))),
            Shows(
                tuple(100 * np.mean(its) for its in months.values()),
                (100 * np.mean(fixed), 0, len(months)),
            ),
            Lists(
                [
                    (label, *cells(*its, between))
                    for label, its, between in zip(labels, figures, ends, strict=True)
                ],
                titled=(240,),
                noted=(figures[0][1], figures[2][1]),
            ),
            Lists(
                [
                    (name, *cells(its, sum(row["dealer"] == name for row in rows()) - len(its)))
                    for name, its in dealers.items()
                ]
            ),
            Says((len(called), len(recent), *counted)),
            Lists(
                [(row["customer"], str(row["in"]), ", ".join(why)) for row, why in first[:4]],
                titled=(4, len(called)),
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
    left = [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)]
    assert left == []
    assert [one for one in texts if wrong_marks(one)] == []
    assert [len(its.blocks) for its in page.sections] == [
        len(its.blocks) for its in report.sections
    ]


@pytest.mark.parametrize(
    ("grace", "chinese"), [("15 min", "15 分钟"), ("2 hours", "2 小时"), ("1 day", "1 天")]
)
def test_what_still_counts_as_on_time_is_a_convention(grace, chinese):
    text = only(TABLE, "opened", "promised", "delivered") + f'\ngrace = "{grace}"'
    said = " ".join(built(text).to_text().split())
    assert f"Handed over by the end of the promised day, or up to {grace} later." in said
    found = built(text, "zh").to_text().replace("\n  ", "")
    assert f"在承诺日当天结束前交付，或至多晚 {chinese}" in found


def test_a_comeback_for_the_same_cause_is_a_convention():
    text = f'{TABLE}comeback = "same cause"\n'
    said = " ".join(built(text).to_text().split())
    assert "No comeback (a visit for the same cause) within 30 days" in said
    found = built(text, "zh").to_text().replace("\n  ", "")
    assert "没有返修（因同一原因到店）" in found


def test_months_that_stand_out_are_named():
    text = only(TABLE, "opened", "promised", "delivered")
    said = " ".join(built(text, data=records(bad_month="2026-03")).to_text().split())
    assert "In 1 of 7 months (2026-03) “Handed over as promised” was lower than chance" in said
    assert "Neighbouring months differ by" in said
    chinese = built(text, "zh", records(bad_month="2026-03")).to_text().replace("\n", "")
    assert "7 个月中有 1 个月（2026-03）的“准时交付率”低于随机波动的范围" in chinese


def test_a_month_that_is_better_than_chance_is_named_too():
    data = records()
    march = np.array([its.startswith("2026-03") for its in data["in"]])
    data["promised"] = np.where(march, data["out"], "2026-01-01")
    said = " ".join(
        built(only(TABLE, "opened", "promised", "delivered"), data=data).to_text().split()
    )
    assert "was higher than chance explains: learn what went well." in said


def test_visits_of_one_month_have_no_control_chart():
    data = {name: column[:20] for name, column in DATA.items()}
    report = built(only(TABLE, "opened", "promised", "delivered", "vehicle"), data=data)
    assert "a control chart needs two" in report.to_text().replace("\n", " ")
    assert "first-time fix: none of the 20 visits can be counted" in report.to_text().replace(
        "\n  ", " "
    )


@pytest.mark.parametrize("out", [DATA["out"], np.full(240, "")])
def test_why_a_key_figure_is_missing_is_chinese(out):
    data = {name: column[:20] for name, column in {**DATA, "out": out}.items()}
    page = built(only(TABLE, "opened", "promised", "delivered", "vehicle"), "zh", data)
    lines = page.to_text().splitlines()[2:]
    assert [line for line in lines if re.search(r"[a-z]{2,} [a-z]{2,}", line)] == []
    assert "无法计入" in page.to_text()


def test_visits_without_a_reason_are_not_listed():
    keys = ("opened", "lines_asked", "lines_filled")
    assert "followed up" not in built(only(TABLE, *keys)).to_text()
    calm = {**DATA, "cause": np.full(len(DATA["in"]), "oil")}
    said = " ".join(built(only(TABLE, *keys, "cause"), data=calm).to_text().split())
    assert "visits of the last 30 days is to be followed up" in said


def test_reasons_that_were_not_looked_for_are_named():
    text = only(TABLE, "opened", "lines_asked", "lines_filled", "cause")
    said = " ".join(built(text).to_text().split())
    assert (
        "Not looked for, because [visits] does not name what it needs: rework, high bill." in said
    )


def test_intervals_that_know_the_dealers_say_so():
    report = built(f'{TABLE}cluster = "dealer"\n')
    assert "Wilson's intervals, by dealer" in report.to_text()
    assert "clusters" in report.to_text()


def test_a_shuffled_file_gives_the_same_page(report):
    order = np.random.default_rng(1).permutation(len(DATA["in"]))
    day = {name: np.asarray(column)[order] for name, column in DATA.items()}
    sections = built(data=day).sections
    assert sections[:2] == report.sections[:2]
    assert sections[2].blocks[:5] == report.sections[2].blocks[:5]


def test_the_command_reads_a_file_of_visits(tmp_path):
    with (tmp_path / "visits.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(DATA)
        writer.writerows(zip(*(np.asarray(its).tolist() for its in DATA.values()), strict=True))
    (tmp_path / "study.toml").write_text(TABLE, encoding="utf-8")
    out = tmp_path / "report.txt"
    given = ["--visits", str(tmp_path / "visits.csv"), "--config", str(tmp_path / "study.toml")]
    assert command_line.main(["report", *given, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == built().to_text()


def test_visits_that_are_described_but_not_given_are_missed():
    values = ", ".join(f"{name} = 9" for name in ("product", "service", "personnel", "image"))
    costs = ", ".join(f"{name} = 2" for name in ("monetary", "time", "energy", "psychic"))
    offer = f"value = {{{values}}}\ncost = {{{costs}}}\n"
    text = f'{TABLE}[[offers]]\nname = "us"\n{offer}[[offers]]\nname = "them"\n{offer}'
    page = build(parse_study("s.toml", text), Given()).report
    assert "describes visits, but none were given" in page.to_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TABLE.replace("vehicle = ", "vehicel = "),
            "s.toml: [visits] has no 'vehicel', only",
        ),
        (
            '[visits]\nopened = "in"',
            (
                "s.toml: [visits] names no columns from which a key figure follows. Add delivered "
                "and vehicle or customer (first-time fix), delivered and promised (on time), "
                "lines_asked and lines_filled (fill rate), or estimate and bill (estimates kept)."
            ),
        ),
        (f"{TABLE}within = 30\n", "s.toml: [visits]: within"),
        (f'{TABLE}within = "30"\n', "s.toml: [visits]: within"),
        (f'{TABLE}grace = "soon"\n', "s.toml: [visits]: grace"),
        (f"{TABLE}tolerance = -1\n", "s.toml: [visits]: tolerance must be"),
        (f'{TABLE}comeback = "never"\n', "s.toml: [visits]: comeback must be"),
    ],
)
def test_bad_keys_are_refused_in_words(text, message):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", text)
    assert str(caught.value).startswith(message), str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_column_that_is_not_there_is_named():
    data = {name: column for name, column in DATA.items() if name != "vin"}
    with pytest.raises(DataError) as caught:
        built(data=data)
    assert "'vin'" in str(caught.value)


def test_a_visit_that_ends_before_it_begins_is_named():
    data = {**DATA, "out": np.where(np.arange(240) == 7, "2025-12-31", DATA["out"])}
    with pytest.raises(DataError, match="before it begins"):
        built(data=data)


def test_visits_without_a_table_are_refused():
    with pytest.raises(DataError) as caught:
        build(parse_study("s.toml", 'title = "x"'), Given(visits=DATA))
    assert str(caught.value) == (
        "there are visits, but the study does not say what is in them. Add the table [visits]."
    )
