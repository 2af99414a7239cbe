"""A network of dealers on one page: what to do first, what changed, which dealers, whom to call."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter

import numpy as np
import pytest
from read_report import reported, tables

from custvalue import __main__ as command_line
from custvalue import comparing, datasets, servqual
from custvalue._report import group_part
from custvalue._report.build import Given, build
from custvalue._report.content import Paragraph, Points, Section, TableBlock
from custvalue._report.study import parse_study
from custvalue._report.text import section_text
from custvalue._report.workbook import workbook
from custvalue.errors import DataError
from custvalue.satisfaction import net_promoter_score
from custvalue.survey import Responses, Scale

NETWORK = datasets.simulate_network(
    30, 3, answers=30, trend=0.6, dealer_deviation=1.0, programme_share=0, rng=3
)
DIMENSIONS = servqual.SERVQUAL.dimension_names
LATEST, BEFORE = "2022-Q3", "2022-Q2"
STUDY = f"""
title = "Network"
currency = "EUR"

[survey]
customer = "customer_id"
group = "dealer"
wave = "wave"
cluster = "dealer"
labels = ["region"]
recommend = "recommend"

[survey.satisfaction]
scale = [1, 10]
perceived = "satisfaction"

[survey.servqual]
scale = [1, 7]
perceptions = {[f"perception_{name}" for name in DIMENSIONS]}
expectations = {[f"expectation_{name}" for name in DIMENSIONS]}
dimensions = {{{", ".join(f'{name} = ["perception_{name}"]' for name in DIMENSIONS)}}}

[survey.items]
perception_reliability = {{name = "promises kept", text = "Does the dealer keep promises?"}}

[transactions]
customer = "customer_id"
date = "date"
spend = "spend"
observation_end = {max(NETWORK.transactions["date"])}
purchase_model = "MBGNBD"

[lifetime]
horizon = "3 years"
annual_discount_rate = 0.1
margin = 0.3
calls_listed = 5
"""


@pytest.fixture(scope="module")
def built():
    given = Given(NETWORK.survey, NETWORK.transactions, scores_name="scores.csv")
    return build(parse_study("study.toml", STUDY), given)


@pytest.fixture(scope="module")
def recommend():
    return Responses.from_frame(
        NETWORK.survey, ["recommend"], scale=Scale(0, 10), cluster="dealer", wave="wave"
    )


def signed(value):
    return f"{value:+.0f}" if round(value) else "0"


def said(report, title):
    (found,) = (each for each in report.sections if each.title == title)
    return " ".join(section_text(found).split()).replace("\N{MINUS SIGN}", "-")


def test_the_page_says_what_to_do_before_the_details(built):
    assert [each.title for each in built.report.sections] == [
        "Do first",
        "What changed",
        "Which of them: dealer",
        "Which of them: region",
        "Whom to call",
        "What it is worth",
        "How sure this is",
        "Key figures",
        "Wave by wave",
        "Groups compared",
        "Service quality: what was expected, what was perceived",
        "Satisfaction and recommendation",
        "Customers, and what they are worth",
        "Satisfaction and value together",
        "How the numbers are defined and computed",
    ]


def test_no_sentence_stands_twice(built):
    blocks = [block for each in built.report.sections for block in each.blocks]
    points = [point for block in blocks if isinstance(block, Points) for point in block.points]
    lines = [*points, *(block.text for block in blocks if isinstance(block, Paragraph))]
    tabled = [block.table for block in blocks if isinstance(block, TableBlock)]
    notes = [note for table in tabled if hasattr(table, "notes") for note in table.notes]
    sentences = [one for line in [*lines, *notes] for one in re.split(r"(?<=[a-z%)]\.) ", line)]
    assert [one for one, times in Counter(sentences).items() if times > 1] == []


def test_first_is_the_dimension_with_the_largest_gap(built):
    survey = NETWORK.survey
    now = survey["wave"] == LATEST
    gaps = {
        name: (survey[f"perception_{name}"] - survey[f"expectation_{name}"])[now].mean()
        for name in DIMENSIONS
    }
    assert min(gaps, key=gaps.get) == "reliability"
    text = said(built.report, "Do first")
    assert text.startswith(
        f"Do first ======== - Begin with promises kept: {-gaps['reliability']:.2f} below "
        f"expectation (95 % interval "
    )
    assert (
        "It ranks 1 of 5 by what it takes from the whole; the probability that it takes most is"
    ) in text
    assert (
        len(re.findall(r"ranks [23] of 5 by [a-z ]+; with 95 % confidence its rank is", text)) == 2
    )
    assert "Asked: “Does the dealer keep promises?”" in text
    assert text.count("Begin with") == 3


def noise(rows, columns, rng):
    """Give answers of items that measure nothing together, each column its own."""
    return {name: rng.integers(low, high, rows) for name, (low, high) in columns.items()}


def test_difference_scores_that_are_not_reliable_are_not_used():
    rng = np.random.default_rng(5)
    names = [f"{kind}{i}" for kind in "pe" for i in range(4)]
    survey = noise(200, {name: (2, 6) if name[0] == "p" else (4, 8) for name in names}, rng)
    study = """
    [survey.servqual]
    scale = [1, 7]
    perceptions = ["p0", "p1", "p2", "p3"]
    expectations = ["e0", "e1", "e2", "e3"]
    dimensions = {staff = ["p0", "p1"], room = ["p2", "p3"]}
    """
    report = reported(study, survey=survey)
    text = said(report, "Do first")
    lowest = min(["p0", "p1", "p2", "p3"], key=lambda name: survey[name].mean())
    assert f"Begin with {lowest}: {7 - survey[lowest].mean():.2f} below the best answer" in text
    assert "because no difference score is reliable" in text
    assert "Service quality gap" not in said(report, "Key figures")


def test_what_changed_is_the_last_step_of_the_trend(built, recommend):
    change = comparing.trend(recommend, net_promoter_score).changes[-1]
    new, old = change.of
    ends = change.confidence_interval()
    assert change.significant
    assert (
        f"The Net Promoter Score rose from {old.value:+.0f} in {BEFORE} to {new.value:+.0f} in "
        f"{LATEST}: by {change.value:.0f} points (95 % interval {ends.low:.0f} to {ends.high:.0f})."
    ) in said(built.report, "What changed")


def test_dealers_that_are_named_are_those_of_the_league(built, recommend):
    latest = recommend.by("wave")[LATEST]
    league = comparing.league(latest, net_promoter_score, by="dealer", rng=0)
    columns = league.columns()
    worse = (columns["adjusted_p_value"] < 0.05) & (columns["difference"] < 0)
    assert 0 < worse.sum() <= 10
    text = said(built.report, "Which of them: dealer")
    assert f"{worse.sum()} of {league.groups} in the column dealer are worse" in text
    for row in np.flatnonzero(worse):
        assert (
            f"{columns['group'][row]}: {signed(columns['value'][row])} ({columns['n'][row]} "
            f"answers), "
            f"{-columns['difference'][row]:.0f} points worse than the others"
        ) in text
    small = [f"{its.label} ({its.n})" for its in league.small]
    assert all(one in text for one in small[:8])


def test_all_worse_dealers_are_named(monkeypatch, recommend):
    latest = recommend.by("wave")[LATEST]
    league = comparing.league(latest, net_promoter_score, by="dealer", rng=0).columns()
    worse = (league["adjusted_p_value"] < 0.05) & (league["difference"] < 0)
    names = league["group"][worse][::-1]
    monkeypatch.setattr(group_part, "NAMED", 1)
    found = build(parse_study("study.toml", STUDY), Given(NETWORK.survey, None))
    expected = f"… and {len(names) - 1} more: {', '.join(names[1:])}."
    assert len(names) > 1
    assert expected in said(found.report, "Which of them: dealer")


def test_whom_to_call_are_the_most_valuable_detractors(built):
    survey = NETWORK.survey
    value = dict(
        zip(built.customers.history.customer.tolist(), built.customers.value.value, strict=True)
    )
    unhappy = (survey["wave"] == LATEST) & (survey["recommend"] <= 6)
    worth = {int(one): value[one] for one in survey["customer_id"][unhappy] if one in value}
    expected = sorted(worth, key=worth.get, reverse=True)[:5]
    table = tables(built.report)["Valuable and unhappy, the most valuable first"]
    assert [row[0] for row in table.rows] == list(map(str, expected))
    assert [row[-1] for row in table.rows] == pytest.approx([worth[one] for one in expected])
    assert f"{len(worth)} of the respondents" in said(built.report, "Whom to call")
    assert "all are in scores.csv" in said(built.report, "Whom to call")


def test_sections_are_on_the_latest_wave(built):
    answers = NETWORK.survey["recommend"][NETWORK.survey["wave"] == LATEST]
    score = 100 * ((answers >= 9).mean() - (answers <= 6).mean())
    text = said(built.report, "Satisfaction and recommendation")
    assert f"{score:+.0f} is the Net Promoter Score" in text
    assert f"{len(answers):,} answers" in text


def test_scores_have_a_row_for_every_customer_and_stranger(built):
    rows = {its.customer: its for its in built.scores()}
    customers = set(map(str, NETWORK.transactions["customer_id"].tolist()))
    survey = NETWORK.survey
    now = np.flatnonzero(survey["wave"] == LATEST)
    answered = {str(survey["customer_id"][row]): row for row in now}
    assert rows.keys() == customers | answered.keys()
    assert len(built.scores()) == len(rows)
    for customer, row in list(answered.items())[:50]:
        assert rows[customer].recommend == survey["recommend"][row]
        assert rows[customer].satisfaction == survey["satisfaction"][row]
        assert rows[customer].group == survey["dealer"][row]
        assert rows[customer].row == row


# --- what cannot be said --------------------------------------------------------------------

ASKED = '[survey]\nrecommend = "r"\n'
FEW = {"r": [9, 10, 3, 4, 8, 7], "g": list("aabbcc"), "w": ["2026Q1"] * 3 + ["2026Q2"] * 3}


def test_groups_that_are_all_too_small_are_not_compared():
    text = said(reported(ASKED + 'group = "g"', survey=FEW), "Which of them: g")
    assert text.endswith(
        "Groups of the column g are not compared: 0 of 3 have 10 answers or more, and a "
        "comparison takes two. Use a smaller minimum_n in [survey], or put groups together."
    )


def test_two_groups_are_compared_as_a_pair():
    survey = {"r": [9, 10, 9, 10, 9, 8] * 5 + [3, 4, 5, 9, 2, 1] * 5, "g": ["a"] * 30 + ["b"] * 30}
    text = said(reported(ASKED + 'group = "g"', survey=survey), "Which of them: g")
    assert "1 of 2 in the column g is worse than the others beyond chance" in text
    assert "b: -67 (30 answers), 150 points worse than the others (adjusted P" in text


def test_groups_whose_answers_are_all_equal_are_not_compared():
    survey = {"r": [9] * 60, "g": ["a"] * 20 + ["b"] * 20 + ["c"] * 20}
    text = said(reported(ASKED + 'group = "g"', survey=survey), "Which of them: g")
    assert "Groups of the column g are not compared: " in text


def test_a_question_of_one_wave_alone_tells_no_change():
    survey = {**FEW, "s": [None, None, None, 5, 4, 3]}
    study = ASKED + 'wave = "w"\nmissing = "pairwise"\n[survey.satisfaction]\nscale = [1, 5]\n'
    text = said(reported(study + 'perceived = "s"', survey=survey), "What changed")
    assert (
        "Nothing tells whether the share of satisfied customers changed: nobody was asked in "
        "2026Q2 and in an earlier wave. Ask the question in every wave."
    ) in text


def test_one_wave_tells_no_change():
    text = said(reported(ASKED + 'wave = "w"', survey={**FEW, "w": ["2026Q1"] * 6}), "What changed")
    assert "There is one wave only, 2026Q1, so nothing tells what changed." in text


def test_parts_that_share_no_customer_are_refused():
    survey = {**NETWORK.survey, "customer_id": NETWORK.survey["customer_id"] + 1_000_000}
    with pytest.raises(DataError, match="no respondent is a customer of the log: 'customer_id'"):
        reported(STUDY, survey=survey, transactions=NETWORK.transactions)


def test_a_latest_wave_in_which_nobody_answered_has_no_score():
    survey = {"r": [9, 8, 3] * 5 + [None] * 3, "w": ["2026Q1"] * 15 + ["2026Q2"] * 3}
    report = reported(ASKED + 'wave = "w"\nmissing = "pairwise"', survey=survey)
    assert "nobody was asked in 2026Q2 and in an earlier wave" in said(report, "What changed")
    assert "Satisfaction and recommendation" not in [each.title for each in report.sections]


def test_names_of_groups_are_escaped_on_the_page():
    survey = {"r": [9, 10, 9, 8] * 5 + [2, 1, 3, 4] * 5, "g": ["{0}"] * 20 + ["<b>x"] * 20}
    page = reported(ASKED + 'group = "g"', survey=survey).to_html()
    assert "&lt;b&gt;x: " in page
    assert "<b>x" not in page


def test_waves_that_are_no_times_are_refused():
    with pytest.raises(ValueError, match="the time of a wave must be a date, a number, or text"):
        reported(ASKED + 'wave = "w"', survey={**FEW, "w": ["spring"] * 3 + ["autumn"] * 3})


# --- the command line -------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    rows = {"who": ["=1+1", "b", "张"], "r": [3, 10, 8], "g": ["北", "南", "北"]}
    lines = [",".join(rows), *(",".join(map(str, row)) for row in zip(*rows.values(), strict=True))]
    (tmp_path / "s.csv").write_text("\n".join(lines), encoding="utf-8")
    text = '[survey]\ncustomer = "who"\ngroup = "g"\nrecommend = "r"\n'
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    return tmp_path


def run(folder, *more):
    given = ["--survey", folder / "s.csv", "--config", folder / "x.toml", "--out", folder / "r.txt"]
    return command_line.main(["report", *map(str, [*given, *more])])


def test_scores_are_read_by_a_spreadsheet(folder, capsys):
    assert run(folder, "--scores", folder / "c.csv") == 0
    assert capsys.readouterr().out.splitlines()[1] == f"The scores are in {folder / 'c.csv'}"
    data = (folder / "c.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert [row["customer"] for row in rows] == ["'=1+1", "b", "张"]
    assert [row["group"] for row in rows] == ["北", "南", "北"]
    assert [row["recommend"] for row in rows] == ["3", "10", "8"]
    assert {row["value"] for row in rows} == {""}


def test_scores_are_not_overwritten_unasked(folder, capsys):
    (folder / "c.csv").write_text("mine", encoding="utf-8")
    assert run(folder, "--scores", folder / "c.csv") == 2
    assert capsys.readouterr().err == (
        f"custvalue: {folder / 'c.csv'} is there already. Use --force to overwrite it, or choose "
        f"another --scores.\n"
    )
    assert (folder / "c.csv").read_text(encoding="utf-8") == "mine"
    assert run(folder, "--scores", folder / "c.csv", "--force") == 0
    assert run(folder, "--scores", folder / "s.csv", "--force") == 2
    assert "--scores and --survey are the same file" in capsys.readouterr().err
    assert run(folder, "--scores", folder / "c.xlsx") == 2
    assert "--scores must end in .csv" in capsys.readouterr().err


def test_a_workbook_has_a_sheet_for_each_section_and_no_formula(built):
    sections = (Section("=1+1", (Paragraph("=cmd|'/c calc'!A1"),)), *built.report.sections)
    data = workbook(sections)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(sections)
        assert not any(b"<f>" in parts.read(name) for name in sheets)
        assert b"=cmd|" in parts.read("xl/sharedStrings.xml")


def test_a_report_is_written_as_a_workbook(folder):
    given = [
        "--survey",
        folder / "s.csv",
        "--config",
        folder / "x.toml",
        "--out",
        folder / "r.xlsx",
    ]
    assert command_line.main(["report", *map(str, given)]) == 0
    assert zipfile.is_zipfile(folder / "r.xlsx")


# --- keys of the study ------------------------------------------------------------------------

REFUSED = [
    ("[survey]\nminimum_n = 1", "s.toml: [survey]: minimum_n must be >= 2, but it is 1."),
    pytest.param(
        '[survey.index]\nscale = [1, 5]\nitems = ["p01"]\n[survey.items]\np1 = "x"',
        "s.toml: [survey.items] names 'p1', which is not an item of [survey.servqual], "
        "[survey.index], [survey.drivers] or [survey.structural]. Did you mean 'p01'?",
    ),
    pytest.param(
        "[survey.items]\np01 = 3",
        's.toml: [survey]: items.p01: an item is written "its name" or {name = "its name", text = '
        '"The question?"}, but it is 3.',
    ),
    pytest.param(
        '[survey.kano]\nfunctional = 3\ndysfunctional = ["d"]',
        's.toml: [survey.kano]: functional: columns are written ["a", "b"] or {"some name" = "a"}, '
        "but it is 3.",
    ),
    pytest.param(
        '[survey.kano]\nfunctional = ["f"]\ndysfunctional = ["d"]\ntable = "BERGR"',
        "s.toml: [survey.kano]: table: evaluation tables are 'BERGER', 'KANO', 'POULIOT', "
        "'THREE_LEVEL', but it is 'BERGR'. Did you mean 'BERGER'?",
    ),
    pytest.param(
        '[survey.kano]\nfunctional = ["f"]\ndysfunctional = ["d"]\ncodes = {like = 5, mustbe = 4}',
        "s.toml: [survey.kano]: codes: AnswerCodes has no 'mustbe', only 'like', 'must_be', "
        "'neutral', 'live_with', 'dislike', 'missing_codes'. Did you mean 'must_be'?",
    ),
    (
        '[survey.effort]\nanswers = "e"\nversion = 3',
        "s.toml: [survey.effort]: version must be one of '1', '2', but it is 3.",
    ),
    pytest.param(
        '[survey.effort]\nanswers = "e"',
        's.toml: [survey.effort] needs version = "1" (own effort, 1-5, lower is better), version = '
        '"2" (agreement that it was easy, 1-7, higher is better), or a scale with its direction.',
    ),
    ('lang = "fr"', "s.toml: the file: lang must be one of 'en', 'zh', but it is 'fr'."),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_keys_that_do_not_fit_are_refused(text, message):
    with pytest.raises(DataError) as refused:
        parse_study("s.toml", text)
    assert str(refused.value) == message


def test_effort_on_a_scale_of_ones_own_has_a_direction():
    study = '[survey.effort]\nanswers = "e"\nscale = [1, 3]\nboxes = 1\n'
    survey = {"e": [1, 1, 1, 2, 3, 3, 1, 2]}
    text = reported(study + 'direction = "lower is better"', survey=survey).to_text()
    assert "50 % found it easy" in text
    text = reported(study + 'direction = "higher is better"', survey=survey).to_text()
    assert "25 % found it easy" in text
    with pytest.raises(ValueError, match="customer_effort_score must know which answers"):
        reported(study, survey=survey)


def test_effort_features_and_items_have_their_sections():
    rng = np.random.default_rng(1)
    survey = {name: rng.integers(1, 6, 60) for name in ("e", "f", "d", "i", "j")}
    study = """
    [survey.effort]
    answers = "e"
    version = "1"
    [survey.index]
    scale = "SATISFACTION_5"
    items = ["i", "j"]
    [survey.kano]
    functional = {"loaner car" = "f"}
    dysfunctional = {"loaner car" = "d"}
    codes = {like = 5, must_be = 4, neutral = 3, live_with = 2, dislike = 1}
    table = "KANO"
    [survey.items]
    i = "waiting time"
    """
    report = reported(study, survey=survey)
    text = " ".join(report.to_text().split())
    assert f"Easy for customers (CES): {100 * (survey['e'] <= 2).mean():.0f} %" in text
    assert tables(report)["Kano categories"].rows[0][:2] == ("loaner car", 60)
    index = next(its for name, its in tables(report).items() if name.startswith("Customer satis"))
    assert [row[0] for row in index.rows] == ["waiting time", "j", "index"]
    assert "Begin with waiting time" in text or "Begin with j" in text


def test_wide_tables_are_printed_small_and_long_ones_keep_their_captions():
    rng = np.random.default_rng(1)
    survey = {name: rng.integers(1, 6, 40) for name in ("f", "d", "r")}
    study = '[survey]\nrecommend = "r"\n[survey.kano]\nfunctional = ["f"]\ndysfunctional = ["d"]\n'
    page = reported(study, survey=survey).to_html()
    assert page.count("<div class='scroll wide'>") == 1
    assert "position: sticky; left: 0; max-width: 100cqi" in page


def test_a_question_that_is_its_own_name_is_not_asked_again():
    survey = {"a": [1, 2, 3] * 9, "b": [5, 4, 5] * 9}
    study = (
        '[survey.index]\nscale = [1, 5]\nitems = ["a", "b"]\n[survey.items]\n'
        'a = {name = "Is it clean?", text = "Is it clean?"}\n'
    )
    text = said(reported(study, survey=survey), "Do first")
    assert "Begin with Is it clean?: 3.00 below the best answer" in text
    assert "Asked" not in text


# --- open complaints ------------------------------------------------------------------------


def complaining(entries, *, keys="", rows=NETWORK.survey):
    """Give the network's survey with a column of open complaints."""
    survey = {**rows, "case": np.array(entries, dtype=object)}
    study = STUDY.replace('recommend = "recommend"', f'complaint = "case"\n{keys}', 1)
    return build(parse_study("study.toml", study), Given(survey, NETWORK.transactions))


def of_the_latest(entry, every):
    """Give an entry to some respondents of the latest wave."""
    now = np.flatnonzero(NETWORK.survey["wave"] == LATEST)
    entries = np.full(len(NETWORK.survey["wave"]), None, dtype=object)
    entries[now[::every]] = entry
    return entries, now[::every]


@pytest.mark.parametrize("entry", [1, "yes", "是"])
def test_open_complaints_come_first_whatever_they_are_worth(entry):
    entries, rows = of_the_latest(entry, 100)
    found = complaining(entries, keys='recommend = "recommend"')
    (table,) = (its for title, its in tables(found.report).items() if "complaints" in title)
    value = dict(
        zip(found.customers.history.customer.tolist(), found.customers.value.value, strict=True)
    )
    names = [name for name in NETWORK.survey["customer_id"][rows].tolist() if name in value]
    expected = sorted(names, key=value.get, reverse=True)[:5]
    assert [row[0] for row in table.rows] == list(map(str, expected))
    assert [row[2] for row in table.rows] == [1] * 5
    text = said(found.report, "Whom to call")
    assert "(recommendation 0-6 or open complaint)" in text
    assert f"{len(names)} have an open complaint, and come first." in text
    scored = {its.customer: its.complaint for its in found.scores()}
    assert sum(scored[str(name)] == 1 for name in names) == len(names)


def test_an_open_complaint_is_enough_to_be_called():
    study = STUDY[: STUDY.index("[survey.satisfaction]")] + STUDY[STUDY.index("[survey.servq") :]
    entries, rows = of_the_latest("yes", 400)
    survey = {**NETWORK.survey, "case": entries}
    text = study.replace('recommend = "recommend"', 'complaint = "case"', 1)
    found = build(parse_study("study.toml", text), Given(survey, NETWORK.transactions))
    assert f"{len(rows)} of the respondents who could be found among the customers" in (
        said(found.report, "Whom to call")
    )


def test_without_an_open_complaint_nobody_is_called_for_one():
    entries = np.full(len(NETWORK.survey["wave"]), "no", dtype=object)
    found = complaining(entries)
    text = said(found.report, "Whom to call")
    assert "have an open complaint" not in text
    assert "(satisfaction below the middle of 1-10 or open complaint)" in text


def test_a_complaint_is_yes_or_no():
    with pytest.raises(DataError) as caught:
        complaining(np.full(len(NETWORK.survey["wave"]), 3, dtype=object))
    n = len(NETWORK.survey["wave"])
    assert str(caught.value) == (
        "case must be 1 or yes where a complaint is open, and 0, no or empty elsewhere, but row 0 "
        f"has 3 (and {n - 1:,} more rows). Recode the column."
    )
