"""The report says what the library finds, in sentences, tables and pictures, and nothing else."""

from __future__ import annotations

import dataclasses
import re
import sys
import warnings
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from sample_dealership import DEALERSHIP, STUDY

from custvalue import datasets, lifetime, satisfaction, servqual
from custvalue._inference.interval import Interval
from custvalue._report import build, words
from custvalue._report.build import build_report
from custvalue._report.content import (
    Contribution,
    Figure,
    KeyFigures,
    Paragraph,
    PictureBlock,
    Points,
    Section,
    TableBlock,
)
from custvalue._report.customer_base import Customers
from custvalue._report.customers import customers
from custvalue._report.report import Report
from custvalue._report.study import Study, parse_study
from custvalue._report.text import section_text
from custvalue._table import Table
from custvalue._words import number
from custvalue.errors import AliveByDefinitionWarning, DataError, DataWarning
from custvalue.survey import Scale

VOID = {"meta", "br", "path", "use"}


def study(text: str = STUDY, **changes: object) -> Study:
    return parse_study("study.toml", text).model_copy(update=changes)


def small(text: str = STUDY) -> Study:
    """Give the sample study without what takes long: quality, offers and the contest of models."""
    whole = study(text)
    assert whole.survey is not None
    changed: dict[str, object] = {"survey": whole.survey.model_copy(update={"servqual": None})}
    if whole.transactions is not None:
        named = {"purchase_model": "MBGNBD"}
        changed["transactions"] = whole.transactions.model_copy(update=named)
    return whole.model_copy(update={"offers": (), **changed})


def parts(text: str) -> str:
    """Give a study file that holds only the tables of `text`."""
    return f'title = "Part"\n{text}'


@pytest.fixture(scope="module")
def history():
    return lifetime.PurchaseHistory.from_transactions(
        DEALERSHIP.transactions,
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="2024-12-31",
        unit="week",
    )


@pytest.fixture(scope="module")
def value(history):
    return lifetime.customer_lifetime_value(
        history,
        purchases=lifetime.BGNBD.fit(history),
        spend=lifetime.GammaGamma.fit(history),
        horizon="3 years",
        annual_discount_rate=0.1,
        margin=0.3,
    )


def titles(report):
    return [section.title for section in report.sections]


def figures(report):
    blocks = (block for each in report.sections for block in each.blocks)
    (found,) = (block for block in blocks if isinstance(block, KeyFigures))
    return {figure.label: figure for figure in found.figures}


def section(report, title):
    (found,) = (each for each in report.sections if each.title == title)
    return found


def tables(report):
    every = (block for each in report.sections for block in each.blocks)
    return {
        str(block.table).partition("\n")[0]: block.table
        for block in every
        if isinstance(block, TableBlock)
    }


def pictures(report):
    every = (block for each in report.sections for block in each.blocks)
    return [block for block in every if isinstance(block, PictureBlock)]


# --- numbers in words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.signed(-1.334), "−1.33"),
        (words.signed(0.184), "+0.18"),
        (words.signed(-0.001), "0.00"),
        (words.signed(12.4, 0), "+12"),
        (words.plain_number(-1234.5), "−1,234.50"),
        (words.about(948.4), "948"),
        (words.about(2.46), "2.5"),
        (words.about(3.0), "3"),
        (words.money(0.987, "EUR"), "EUR 0.99"),
        (words.money(79.15, "EUR"), "EUR 79"),
        (words.money(224_232.0, "EUR"), "EUR 224,000"),
        (words.money(999_960.0, "EUR"), "EUR 1 million"),
        (words.money(1_234_567.0, ""), "1.23 million"),
        (words.money(-2.5e9, "EUR"), "EUR −2.5 billion"),
        (words.price(60.0, "EUR"), "EUR 60"),
        (words.price(1234.5, "EUR"), "EUR 1,234.50"),
        (words.enumerated(["a"]), "a"),
        (words.enumerated(["a", "b", "c"]), "a, b and c"),
        (words.as_index(Scale(1, 7), 4), ", or 50 on a scale from 0, the worst, to 100, the best"),
        (words.as_index(Scale(0, 100), 80), ""),
    ],
)
def test_numbers_in_sentences(written, expected):
    assert written == expected


def test_intervals_in_sentences():
    interval = Interval(low=-0.67, high=0.56, level=0.95, method="t")
    assert words.range_of(interval, sign=True) == "95 % interval −0.67 to +0.56"
    assert words.between(interval, 1) == "−0.7 to 0.6"


# --- what the whole report says ---------------------------------------------------------------


def test_sections_in_the_order_of_reading(report):
    assert titles(report) == [
        "Do first",
        "Whom to call",
        "What it is worth",
        "How sure this is",
        "Key figures",
        "Service quality: what was expected, what was perceived",
        "Satisfaction and recommendation",
        "Delivered value against rivals",
        "Customers, and what they are worth",
        "Satisfaction and value together",
        "How the numbers are defined and computed",
    ]
    assert repr(report) == f"Report({report.title!r}, sections=11)"


def test_quality_is_what_servqual_finds(report):
    gaps = servqual.gaps(
        servqual.Survey.from_frame(
            DEALERSHIP.survey,
            perceptions=[f"p{i:02d}" for i in range(1, 23)],
            expectations=[f"e{i:02d}" for i in range(1, 23)],
            importance=[f"importance_{name}" for name in servqual.SERVQUAL.dimension_names],
            scale=Scale(1, 7),
        )
    )
    overall = gaps.overall.perception  # the difference scores of this survey are not reliable
    ends = overall.confidence_interval()
    figure = figures(report)["Perceived quality (SERVPERF)"]
    assert figure.value == f"{overall.value:.2f}"
    assert figure.basis == (
        f"95 % interval {ends.low:.2f} to {ends.high:.2f}; 240 respondents; scale 1-7"
    )
    table = tables(report)["By dimension, with 95 % intervals"]
    assert [row[0] for row in table.rows] == [
        *servqual.SERVQUAL.dimension_names,
        "overall, unweighted",
        "overall, weighted by each respondent's points",
        "overall, weighted by mean points",
    ]
    assert table.rows[1][3] == gaps.dimension("reliability").gap.value
    worst = min(gaps.items, key=lambda item: item.gap.value)
    assert tables(report)["Where to begin: the 5 weakest items, of 22"].rows[0][0] == worst.label
    assert set(gaps.warnings) <= set(warnings_of(report))


def warnings_of(report):
    blocks = section(report, "How sure this is").blocks
    return [
        point
        for block in blocks
        if isinstance(block, Points) and block.kind == "warning"
        for point in block.points
    ]


def test_satisfaction_is_what_satisfaction_finds(report):
    survey = DEALERSHIP.survey
    score = satisfaction.net_promoter_score(survey["recommend"])
    best = satisfaction.top_box(survey["satisfaction_perceived"], scale=Scale(1, 10), boxes=3)
    found = figures(report)
    assert found["Net Promoter Score"].value == words.signed(score.value, 0)
    assert found["Satisfied customers (CSAT)"].value == f"{100 * best.value:.0f} %"
    met = satisfaction.disconfirmation(
        survey["satisfaction_perceived"], survey["satisfaction_expected"], scale=Scale(1, 10)
    )
    title = "Disconfirmation: perception - expectation, scale 1-10, band ±0"
    assert tables(report)[title] == met


def test_the_index_weights_the_dimensions_by_their_importance(report):
    survey = DEALERSHIP.survey
    slices = servqual.SERVQUAL.slices()
    items = np.column_stack([survey[f"p{i:02d}"] for i in range(1, 23)])
    scores = [100 * (items[:, part].mean() - 1) / 6 for part in slices]
    names = servqual.SERVQUAL.dimension_names
    points = [survey[f"importance_{name}"].mean() for name in names]
    index = np.average(scores, weights=points)
    assert figures(report)["Satisfaction index (CSI), 0-100"].value == f"{index:.1f}"


def test_customers_are_what_the_models_say(report, value, history):
    alive = value.probability_alive[history.frequency > 0].sum()
    found = figures(report)
    assert found["Customers still active"].value == f"{alive:,.0f}"
    assert found["Value of the customer base"].value == words.money(value.total.value, "EUR")
    listed = tables(report)["Most valuable customers"]
    assert [row[0] for row in listed.rows] == [str(who) for who in value.top(10).customer]
    best = value.top(1)
    assert listed.rows[0][6] == best.value[0]
    at_risk = tables(report)["Customers at risk, the most valuable first"]
    with pytest.warns(AliveByDefinitionWarning):
        expected = value.at_risk(10, alive_below=0.5)
    assert [row[0] for row in at_risk.rows] == [str(who) for who in expected.customer]


def test_last_purchase_is_the_last_day_in_the_log(report):
    log = DEALERSHIP.transactions
    for row in tables(report)["Most valuable customers"].rows:
        days = log["date"][log["customer_id"] == int(row[0])]
        assert row[2] == str(days.max())
        assert row[1] == len(np.unique(days))


def test_interval_of_the_active_customers_holds_chance_and_parameters(history, report):
    fit = lifetime.BGNBD.fit(history)
    back = history.frequency > 0
    alive = fit.model.probability_alive(history)[back]
    covariance = np.array(fit.covariance)
    names = list(fit.parameters)
    slopes = []
    for name in names:  # derivatives by one-sided differences, another way than the report's
        step = 1e-5 * fit.parameters[name]
        moved = fit.model.model_copy(update={name: fit.parameters[name] + step})
        slopes.append((moved.probability_alive(history)[back].sum() - alive.sum()) / step)
    variance = np.array(slopes) @ covariance @ np.array(slopes) + (alive * (1 - alive)).sum()
    low, high = alive.sum() + np.array([-1.959964, 1.959964]) * np.sqrt(variance)
    assert figures(report)["Customers still active"].basis == (
        f"of {back.sum()} customers who came back; 95 % interval {low:.0f} to {high:.0f}; BG/NBD"
    )


def test_value_by_answer_is_the_mean_of_each_group(report, value):
    survey = DEALERSHIP.survey
    worth = value.value[survey["customer_id"] - 1]
    promoters, detractors = survey["recommend"] >= 9, survey["recommend"] <= 6
    rows = {row[0]: row for row in tables(report)["Value within 3 years, by answer"].rows}
    assert rows["promoters (9-10)"][1] == promoters.sum()
    assert rows["promoters (9-10)"][3] == pytest.approx(worth[promoters].mean())
    assert rows["detractors (0-6)"][3] == pytest.approx(worth[detractors].mean())


def test_offers_are_compared_in_the_currency_of_the_study(report):
    figure = figures(report)["Delivered value of our workshop"]
    assert figure.value == "EUR 130"
    assert figure.basis == "assumed: value minus cost to the customer; rivals: EUR 70"
    text = section_text(section(report, "Delivered value against rivals"))
    assert "EUR 70 is what independent garage delivers, EUR 60 less." in " ".join(text.split())


def test_the_same_input_gives_the_same_page_byte_for_byte(report, page):
    again = build_report(study(), survey=DEALERSHIP.survey, transactions=DEALERSHIP.transactions)
    assert again.to_html() == page
    assert str(again) == str(report)


# --- the page ---------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collects ids and what points elsewhere; asserts that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links = [], [], []
        self.names: Counter[str] = Counter()

    def handle_starttag(self, tag, attributes):
        self.names[tag] += 1
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [
            value for key, value in given.items() if key in ("href", "src", "xlink:href")
        ]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def tags(page):
    found = Tags()
    found.feed(page)
    return found


def test_tags_are_closed_and_ids_are_unique(tags):
    assert tags.open == []
    assert max(Counter(tags.ids).values()) == 1
    assert tags.names["svg"] == 5
    assert tags.names["h1"] == 1


def test_the_page_needs_nothing_from_elsewhere(tags, page):
    assert all(link.startswith("#") for link in tags.links)
    assert not {"script", "link", "img", "iframe", "object"} & set(tags.names)
    assert not re.search(r"@import|url\((?!#)", page)


def test_every_reference_inside_the_page_exists(tags, page):
    referred = {link[1:] for link in tags.links} | set(re.findall(r"url\(#([^)]+)\)", page))
    assert referred <= set(tags.ids)


def test_pictures_are_well_formed_and_say_what_they_show(report):
    shown = pictures(report)
    assert len(shown) == 5
    for picture in shown:
        root = ET.fromstring(picture.svg)  # noqa: S314 - made here, not fetched
        assert root.get("aria-label") == picture.description
        assert root.get("role") == "img"
        assert "#000000" not in picture.svg  # black would vanish on a dark page


def test_headings_numbers_and_text_stay_what_they_are_in_html():
    table = Table("A < B", ("", "n", "text"), (("x & y", 1234, "a"), ("z", None, "b")), ("note",))
    blocks = (
        KeyFigures((Figure("share", "49 %", "<n>"),)),
        Paragraph("49 % of 7"),
        TableBlock(table),
        Points(("one", "two"), kind="warning"),
        PictureBlock("caption", "description", None, "no picture"),
    )
    page = Report("Title & more", (Section("Part", blocks),)).to_html()
    assert "<title>Title &amp; more</title>" in page
    assert "<p>49\N{NO-BREAK SPACE}% of 7</p>" in page
    assert "<caption>A &lt; B</caption>" in page
    assert "<th scope='row'>x &amp; y</th><td style=text-align:right>1,234</td><td>a</td>" in page
    assert "<td style=text-align:right>–</td>" in page
    assert "<ul class='warning'><li>one</li><li>two</li></ul>" in page
    assert "<p class='without'>no picture</p>" in page
    assert "<dd class='basis'>&lt;n&gt;</dd>" in page


def test_a_notebook_shows_the_page_without_its_frame(report):
    shown = report._repr_html_()
    assert "<main class='custvalue'>" in shown
    assert "<html" not in shown


def test_text_holds_every_section_and_no_line_of_prose_is_too_long(report):
    text = report.to_text()
    assert [title for title in titles(report) if f"{title}\n{'=' * len(title)}" not in text] == []
    prose = [line for line in text.splitlines() if line.startswith(("- ", "! ", "["))]
    assert max(map(len, prose)) <= 88
    assert "Gaps: tangibles +0." in " ".join(text.split())


# --- parts ------------------------------------------------------------------------------------

PERCEPTIONS = [f"p{i:02d}" for i in range(1, 23)]


def test_only_perceptions_give_servperf():
    text = parts(f"[survey.servqual]\nscale = [1, 7]\nperceptions = {PERCEPTIONS}")
    report = build_report(study(text), survey=DEALERSHIP.survey)
    assert titles(report) == [
        "Do first",
        "How sure this is",
        "Key figures",
        "Service quality as perceived",
        "How the numbers are defined and computed",
    ]
    items = np.column_stack([DEALERSHIP.survey[name] for name in PERCEPTIONS])
    assert figures(report)["Perceived quality (SERVPERF)"].value == f"{items.mean():.2f}"
    assert "The weakest dimension is reliability" in str(report)


def test_only_a_question_gives_only_its_section():
    text = parts('[survey]\nrecommend = "recommend"')
    report = build_report(study(text), survey=DEALERSHIP.survey)
    assert titles(report) == [
        "Key figures",
        "Satisfaction and recommendation",
        "How the numbers are defined and computed",
    ]


def test_an_index_of_named_items():
    text = parts('[survey.index]\nscale = [1, 7]\nitems = ["p01", "p05"]\nimportance = [30, 70]\n')
    report = build_report(study(text), survey=DEALERSHIP.survey)
    scores = [100 * (DEALERSHIP.survey[name].mean() - 1) / 6 for name in ("p01", "p05")]
    index = 0.3 * scores[0] + 0.7 * scores[1]
    assert figures(report)["Satisfaction index (CSI), 0-100"].value == f"{index:.1f}"


LOG = """[transactions]
customer = "customer_id"
date = "date"
observation_end = 2024-12-31
"""


def test_a_log_without_amounts_gives_who_is_active(history):
    report = build_report(study(parts(LOG)), transactions=DEALERSHIP.transactions)
    assert list(figures(report)) == ["Customers still active"]
    model = lifetime.BGNBD.fit(history).model
    ahead = model.expected_purchases(history, "1 year").sum()
    assert f"{ahead:,.0f} purchases are expected within 1 year (95 % interval" in " ".join(
        str(report).split()
    )
    assert "worth" not in section_text(section(report, "Key figures"))


def test_only_offers_need_no_table():
    report = build_report(study(parts(STUDY[STUDY.index("[[offers]]") :])))
    assert titles(report) == [
        "Key figures",
        "Delivered value against rivals",
        "How the numbers are defined and computed",
    ]


def test_what_the_study_describes_but_nobody_gave_is_said():
    report = build_report(small(), survey=DEALERSHIP.survey)
    said = "The study describes transactions, but none were given, so that part is missing."
    assert said in warnings_of(report)
    other = build_report(small(), transactions=DEALERSHIP.transactions)
    assert "The study describes a survey, but none was given, so that part is missing." in (
        warnings_of(other)
    )
    assert "Satisfaction and value together" not in titles(other)


def test_offers_that_rank_differently_are_warned_of():
    text = parts("""
[[offers]]
name = "us"
value = {product = 60, service = 20, personnel = 12, image = 8}
cost = {monetary = 45, time = 7, energy = 5, psychic = 3}
[[offers]]
name = "rival"
value = {product = 35, service = 8, personnel = 4, image = 3}
cost = {monetary = 15, time = 2, energy = 2, psychic = 1}
""")
    (warning,) = warnings_of(build_report(study(text)))
    assert warning.startswith("Difference and ratio disagree: us has the higher delivered value")


def test_without_recommendation_the_satisfied_are_compared_with_the_others():
    text = STUDY.replace('recommend = "recommend"', "")
    report = build_report(
        small(text), survey=DEALERSHIP.survey, transactions=DEALERSHIP.transactions
    )
    rows = tables(report)["Value within 3 years, by answer"].rows
    satisfied = (DEALERSHIP.survey["satisfaction_perceived"] >= 8).sum()
    assert [(row[0], row[1]) for row in rows] == [
        ("satisfied customers", satisfied),
        ("customers who are not satisfied", 240 - satisfied),
    ]


def test_respondents_who_never_bought_are_counted():
    survey = dict(DEALERSHIP.survey)
    survey["customer_id"] = np.where(np.arange(240) < 5, 9999, survey["customer_id"])
    report = build_report(small(), survey=survey, transactions=DEALERSHIP.transactions)
    base = section_text(section(report, "How sure this is"))
    assert (
        "235 respondents could be found among the customers of the log. 5 others could not."
    ) in " ".join(base.split())


def test_a_customer_who_answered_twice_is_warned_of():
    twice = {name: np.append(column, column[0]) for name, column in DEALERSHIP.survey.items()}
    report = build_report(small(), survey=twice, transactions=DEALERSHIP.transactions)
    assert (
        "1 customer answered more than once, and each answer counts as a respondent: intervals "
        "are too narrow. Use repeats = 'latest' with date = '…', or repeats = 'cluster', in "
        "[survey]."
    ) in warnings_of(report)


@pytest.mark.parametrize("policy", ["latest", "cluster"])
def test_the_policy_for_a_customer_who_answered_twice(policy):
    twice = {name: np.append(column, column[0]) for name, column in DEALERSHIP.survey.items()}
    twice["day"] = np.arange(241)
    date = 'date = "day"' if policy == "latest" else ""
    text = STUDY.replace("# weights", f'repeats = "{policy}"\n{date}\n# weights')
    report = build_report(small(text), survey=twice, transactions=DEALERSHIP.transactions)
    assert "answered more than once" not in warnings_of(report)
    base = " ".join(section_text(section(report, "How sure this is")).split())
    n = 240 if policy == "latest" else 241
    assert f"{n} respondents could be found among the customers of the log." in base
    raised = small(text.replace(f'repeats = "{policy}"\n{date}', 'repeats = "raise"'))
    with pytest.raises(DataError, match=r"answered 2 times, in rows 0 and 240"):
        build_report(raised, survey=twice)


def test_a_weighted_survey_is_called_one():
    survey = {**DEALERSHIP.survey, "weight": np.where(np.arange(240) < 120, 1.0, 3.0)}
    text = STUDY.replace("# weights", "weights")
    base = section(build_report(small(text), survey=survey), "How sure this is")
    assert (
        "Answers are weighted by the column 'weight': 240 respondents are worth 192.0 of a "
        "simple random sample (Kish's effective n)."
    ) in " ".join(section_text(base).split())


def test_codes_for_dont_know_are_no_recommendation():
    survey = dict(DEALERSHIP.survey)
    survey["recommend"] = np.where(np.arange(240) < 7, 99, survey["recommend"])
    text = STUDY.replace("# recommend_missing_codes", "recommend_missing_codes")
    text = text.replace('"raise"', '"pairwise"')
    report = build_report(small(text), survey=survey, transactions=DEALERSHIP.transactions)
    assert figures(report)["Net Promoter Score"].basis.endswith("233 answers")
    worth = tables(report)["Value within 3 years, by answer"]
    assert sum(row[1] for row in worth.rows) == 233


def test_points_that_do_not_add_up_may_be_normalised():
    points = {"u": [60, 30], "v": [60, 70]}
    keys = "normalise_importance = true"
    found = asked({**ANSWERS, **points}, more=f'importance = ["u", "v"]\n{keys}')
    even = asked({**ANSWERS, "u": [50, 30], "v": [50, 70]}, more='importance = ["u", "v"]')
    name = "Service quality gap (SERVQUAL)"
    assert figures(found)[name] == figures(even)[name]
    with pytest.raises(DataError, match="normalise_importance=True"):
        asked({**ANSWERS, **points}, more='importance = ["u", "v"]')


def test_a_continuous_scale_is_called_so():
    scale = '{low = 1, high = 7, step = "continuous"}'
    found = asked({**ANSWERS, "a": [5.5, 4.25]}, scale=scale)
    assert figures(found)["Service quality gap (SERVQUAL)"]


def test_a_study_without_lifetime_says_what_is_not_here():
    begin, end = STUDY.index("[lifetime]"), STUDY.index("# --- Delivered value")
    text = STUDY[:begin] + STUDY[end:]
    report = build_report(small(text), transactions=DEALERSHIP.transactions)
    assert (
        "The study has no [lifetime] (horizon, annual_discount_rate, margin): what customers are "
        "worth is missing, and expected purchases are for 1 year."
    ) in warnings_of(report)
    assert "Gamma-Gamma" not in prose(report)


def test_a_survey_without_customers_is_not_linked():
    text = STUDY.replace('customer = "customer_id"   #', "#")
    report = build_report(
        small(text), survey=DEALERSHIP.survey, transactions=DEALERSHIP.transactions
    )
    assert "Satisfaction and value together" not in titles(report)


def test_missing_answers_are_counted_where_the_study_allows_them():
    survey = dict(DEALERSHIP.survey)
    survey["recommend"] = np.where(np.arange(240) == 7, np.nan, survey["recommend"])
    report = build_report(small(STUDY.replace('"raise"', '"drop"')), survey=survey)
    assert (
        "1 respondent gave no answer that the Net Promoter Score needs and is not in it."
        in warnings_of(report)
    )
    assert figures(report)["Net Promoter Score"].basis.endswith("239 answers")


def test_excluded_transactions_are_counted():
    text = STUDY.replace(
        "observation_end = 2024-12-31", 'after_end = "ignore"\nobservation_end = 2024-06-30'
    )
    report = build_report(small(text), transactions=DEALERSHIP.transactions)
    late = (DEALERSHIP.transactions["date"] > np.datetime64("2024-06-30")).sum()
    base = " ".join(section_text(section(report, "How sure this is")).split())
    assert (
        f"Excluded, as the study says: {late:,} transactions after the end of observation." in base
    )


def test_customers_who_bought_once_are_warned_of():
    # of CDNOW's 2,357 customers 946 came back (Fader, Hardie & Lee 2005): 60 % did not
    log = LOG.replace("2024-12-31", '1997-09-30\npurchase_model = "BGNBD"')
    report = build_report(study(parts(log)), transactions=datasets.cdnow())
    (warning,) = warnings_of(report)
    assert warning == (
        "60 % of the customers bought only once, and BG/NBD counts all of them as active: they are "
        "not in the number of active customers, and their value is an upper bound. With "
        'purchase_model = "MBGNBD" in [transactions] customers can leave after the first purchase '
        "already."
    )
    assert "1,411 others bought only once." in str(report)
    # 506 of the 946 who came back: 1,917 of all, of whom 1,411 are active by definition
    active = figures(report)["Customers still active"]
    assert active.value == "506"
    assert active.basis.startswith("of 946 customers who came back; 95 % interval ")
    assert active.basis.endswith("; BG/NBD")
    assert "Of 946 customers who came back an estimated 506 are still active on 1997-09-30" in (
        " ".join(str(report).split())
    )


def test_the_model_is_the_one_that_the_contest_recommends():
    log = LOG.replace("2024-12-31", "1997-09-30")
    report = build_report(study(parts(log)), transactions=datasets.cdnow())
    assert warnings_of(report) == []
    active = figures(report)["Customers still active"]
    assert active.value == "1,058"
    assert active.basis.startswith("of 2,357 customers; 95 % interval ")
    assert active.basis.endswith("; MBG/NBD")
    said = (
        "MBG/NBD was chosen by AIC, in which k is a parameter; a difference below 2 is a tie, in "
        "which the simpler model is taken: MBG/NBD 19,172.3, BG/NBD 19,172.9, MBG/CNBD-k "
        "19,174.3, BG/CNBD-k 19,174.9, Pareto/NBD 19,198.0, Gamma-Gompertz/NBD 19,200.0. A model "
        "whose forecasts cannot be trusted is not chosen."
    )
    assert said in " ".join(str(report).split())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("MBGNBD", "Purchases: MBG/NBD (Batislam, Denizel & Filiztekin 2007), r 0.5248"),
        ("ParetoNBD", "Purchases: Pareto/NBD (Schmittlein, Morrison & Colombo 1987), r 0.5533"),
    ],
)
def test_other_models_of_purchases(name, words):
    log = LOG.replace("2024-12-31", f'1997-09-30\npurchase_model = "{name}"')
    report = build_report(study(parts(log)), transactions=datasets.cdnow())
    assert warnings_of(report) == []
    history = lifetime.PurchaseHistory.from_transactions(
        datasets.cdnow(),
        customer="customer_id",
        date="date",
        observation_end="1997-09-30",
        unit="week",
    )
    alive = getattr(lifetime, name).fit(history).model.probability_alive(history)
    once = alive[history.frequency == 0].sum()
    text = " ".join(str(report).split())
    assert words in text
    assert f"an estimated {round(alive.sum()):,} are still active on 1997-09-30" in text
    assert f"of the 1,411 who bought only once, {round(once):,}." in text


def test_an_unknown_model_of_purchases_is_refused():
    with pytest.raises(DataError) as caught:
        study(parts(LOG.replace("2024-12-31", '1997-09-30\npurchase_model = "MBG/NBD"')))
    assert str(caught.value) == (
        "study.toml: [transactions]: purchase_model must be one of 'recommended', 'BGNBD', "
        "'MBGNBD', 'BGCNBD', 'MBGCNBD', 'ParetoNBD', 'GammaGompertzNBD', but it is 'MBG/NBD'. "
        "Did you mean 'MBGNBD'?"
    )


def test_spend_that_goes_with_frequency_is_warned_of():
    log = dict(DEALERSHIP.transactions)
    visits = np.bincount(log["customer_id"])[log["customer_id"]]
    log["spend"] = log["spend"] + 100.0 * visits
    report = build_report(small(), transactions=log)
    assert any("Spend and frequency are correlated" in line for line in warnings_of(report))


def test_warnings_of_the_library_stand_in_the_report():
    survey = {"recommend": [1, 2, 3, 4, 5, 6, 7, 5, 4, 6, 7, 7]}  # looks like a scale of 7 points
    text = parts('[survey]\nrecommend = "recommend"')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = build_report(study(text), survey=survey)
    with pytest.warns(DataWarning) as caught:
        satisfaction.net_promoter_score(survey["recommend"])
    assert warnings_of(report) == [str(caught[0].message)]


def test_without_matplotlib_the_report_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    report = build_report(study(), survey=DEALERSHIP.survey)
    reason = (
        "There is no picture here: Pictures need matplotlib, which is not installed: pip install "
        '"custvalue[plot]".'
    )
    assert {picture.reason for picture in pictures(report)} == {reason}
    assert "<svg" not in report.to_html()
    assert "pip install &quot;custvalue[plot]&quot;" in report.to_html()


def test_chinese_names_arrive_in_picture_and_page():
    survey = {"a": [5, 6, 4], "b": [4, 7, 5], "c": [6, 6, 7], "d": [7, 7, 6]}
    named = 'dimensions = {"可靠性" = ["a"], "移情性" = ["b"]}'
    columns = 'perceptions = ["a", "b"]\nexpectations = ["c", "d"]'
    text = parts(f"[survey.servqual]\nscale = [1, 7]\n{columns}\n{named}")
    report = build_report(study(text), survey=survey)
    (picture,) = pictures(report)
    assert ">可靠性</text>" in picture.svg
    assert "移情性" in report.to_html()


# --- the study --------------------------------------------------------------------------------


def test_the_sample_study_describes_the_sample():
    found = study()
    assert found.survey is not None
    assert found.survey.servqual is not None
    assert found.survey.servqual.scale == Scale(1, 7)
    assert len(found.survey.servqual.perceptions) == 22
    assert found.transactions is not None
    assert str(found.transactions.observation_end) == "2024-12-31"
    assert [offer.name for offer in found.offers] == ["our workshop", "independent garage"]


def test_a_scale_with_codes_is_written_as_a_table():
    scale = "{low = 0, high = 100, step = 20, missing_codes = [999]}"
    text = parts(f'[survey.satisfaction]\nperceived = "s"\nscale = {scale}')
    found = parse_study("s.toml", text)
    assert found.survey is not None
    assert found.survey.satisfaction is not None
    assert found.survey.satisfaction.scale == Scale(0, 100, step=20, missing_codes=(999,))


def test_an_error_knows_its_table():
    survey = dict(DEALERSHIP.survey)
    del survey["p05"]
    with pytest.raises(DataError) as caught:
        build_report(study(), survey=survey, survey_name="answers.csv")
    assert caught.value.__notes__ == ["answers.csv"]


# --- corners ----------------------------------------------------------------------------------


ANSWERS = {"a": [5, 4], "b": [4, 6], "c": [6, 5], "d": [4, 7]}
DIMENSIONS = '{"speed" = ["a"], "care" = ["b"]}'


def asked(survey, *, keys="", more="", scale="[1, 7]", dimensions=DIMENSIONS):
    """Report on a survey of two items, expected as c and d where these are there."""
    expectations = 'expectations = ["c", "d"]\n' if "c" in survey else ""
    text = (
        f'[survey]\n{keys}\n[survey.servqual]\nscale = {scale}\nperceptions = ["a", "b"]\n'
        f"{expectations}dimensions = {dimensions}\n{more}"
    )
    return build_report(study(parts(text)), survey=survey)


def prose(report):
    return " ".join(str(report).split())


def test_a_survey_of_one_respondent_has_no_interval():
    found = asked({"a": [5], "b": [4], "c": [6], "d": [4]})
    assert "−0.50 points on the scale 1-7: the service as perceived cannot be told apart from" in (
        prose(found)
    )
    assert figures(found)["Service quality gap (SERVQUAL)"].basis.startswith("no interval for one")
    alone = asked({"a": [5], "b": [4]})
    assert figures(alone)["Perceived quality (SERVPERF)"].basis.startswith("no interval for one")


@pytest.mark.parametrize(
    ("perceived", "verdict"),
    [
        ([6, 7, 6, 7, 7, 6], "exceeds what customers expect"),
        ([2, 1, 2, 1, 1, 2], "falls short of what customers expect"),
        ([3, 5, 3, 5, 4, 4], "cannot be told apart from what customers expect"),
    ],
)
def test_the_sentence_on_the_gap_follows_its_interval(perceived, verdict):
    expected = [4] * 6
    found = asked({"a": perceived, "b": perceived, "c": expected, "d": expected})
    assert verdict in prose(found)


def test_where_every_dimension_falls_short_or_exceeds_the_words_say_so():
    low = asked({"a": [1, 2, 1], "b": [2, 2, 3], "c": [6, 6, 6], "d": [6, 6, 6]})
    assert (
        "The largest shortfall is in speed (−4.67), the smallest shortfall in care (−3.67)."
        in prose(low)
    )
    high = asked({"c": [1, 2, 1], "d": [2, 2, 3], "a": [6, 6, 6], "b": [6, 6, 6]})
    assert (
        "The smallest surplus is in care (+3.67), the largest surplus in speed (+4.67)."
        in prose(high)
    )


def test_one_dimension_is_called_one():
    found = asked(
        {"a": [5, 6], "b": [4, 5], "c": [6, 6], "d": [6, 7]},
        dimensions='{"all" = ["a", "b"]}',
    )
    assert "One dimension was asked: all (−1.25)." in prose(found)


def test_respondents_left_out_and_answers_not_known_are_counted():
    survey = {"a": [5, 9, 4, 6], "b": [4, 5, 9, 6]}
    scale = "{low = 1, high = 7, missing_codes = [9]}"
    found = asked(survey, keys='missing = "drop"', scale=scale)
    assert (
        "2 respondents gave perceptions of 2 items in 2 dimensions on the scale 1-7 (adapted "
        "SERVQUAL). 2 more respondents missed an answer and are excluded. 2 “don't know” are not "
        "counted as answers."
    ) in prose(found)


def test_weights_weight_every_part():
    survey = {"would": [10, 10, 3], "w": [1.0, 1.0, 8.0], "sat": [5, 4, 1]}
    text = parts(
        '[survey]\nweights = "w"\nrecommend = "would"\n'
        '[survey.satisfaction]\nscale = [1, 5]\nperceived = "sat"'
    )
    found = figures(build_report(study(text), survey=survey))
    assert found["Net Promoter Score"].value == "−60"
    assert found["Satisfied customers (CSAT)"].value == "20 %"


def test_small_answers_that_are_good_are_good():
    text = (
        LOG + 'spend = "spend"\n[lifetime]\nhorizon = "1 year"\nannual_discount_rate = 0.1\n'
        'margin = 0.3\n[survey]\ncustomer = "customer_id"\n[survey.satisfaction]\n'
        'perceived = "grade"\nscale = {low = 1, high = 6, direction = "lower is better"}\n'
    )
    grades = np.resize([1, 2, 3, 4, 5, 6], 240)
    survey = {"customer_id": DEALERSHIP.survey["customer_id"], "grade": grades}
    report = build_report(study(parts(text)), survey=survey, transactions=DEALERSHIP.transactions)
    assert "The mean answer is 3.50, or 50 on a scale" in prose(report)
    rows = tables(report)["Value within 1 year, by answer"].rows
    assert [(row[0], row[1]) for row in rows] == [
        ("satisfied customers", 80),
        ("customers who are not satisfied", 160),
    ]


def test_amounts_without_a_way_to_reckon_give_no_value():
    text = parts(LOG + 'spend = "spend"')
    report = build_report(study(text), transactions=DEALERSHIP.transactions)
    assert list(figures(report)) == ["Customers still active"]
    assert "Gamma-Gamma" not in str(report)


def test_without_standard_errors_there_are_no_intervals(history, value):
    purchases = lifetime.BGNBD.fit(history).model_copy(update={"covariance": None})
    spend = lifetime.GammaGamma.fit(history).model_copy(update={"covariance": None})
    plain = dataclasses.replace(value, total_standard_error=None)
    found = Customers(history, purchases, spend, plain, "3 years")
    report = Report("Bare", customers(found, study()).sections)
    text = prose(report)
    back = history.frequency > 0
    alive = value.probability_alive[back].sum()
    said = f"Of {back.sum()} customers who came back an estimated {alive:,.0f} are still active on"
    assert f"{said} 2024-12-31." in text
    assert "interval" not in text
    lines = " ".join(customers(found, study()).conventions)
    assert f"r {number(purchases.model.r)}, alpha" in lines
    assert "95 % interval" not in lines


def test_no_customer_at_risk_is_said():
    text = STUDY.replace("at_risk_below = 0.5", "at_risk_below = 0.000001")
    report = build_report(small(text), transactions=DEALERSHIP.transactions)
    assert "No customer has a probability of being active below 0.0001 %." in str(report)


def test_offers_that_deliver_the_same():
    offer = (
        "value = {product = 5, service = 1, personnel = 1, image = 1}\n"
        "cost = {monetary = 4, time = 1, energy = 0, psychic = 0}\n"
    )
    text = parts(f'[[offers]]\nname = "us"\n{offer}[[offers]]\nname = "them"\n{offer}')
    assert "3 is what us delivers: worth 8 to a customer, at a total cost of 5. 3 is what them" in (
        prose(build_report(study(text)))
    )


def test_other_warnings_pass_by(monkeypatch):
    def warn(*_: object) -> Contribution:
        warnings.warn("not ours", RuntimeWarning, stacklevel=1)
        return Contribution()

    monkeypatch.setattr(build, "offers", warn)
    with pytest.warns(RuntimeWarning, match="not ours"):
        build_report(study(parts(STUDY[STUDY.index("[[offers]]") :])))
