"""What a point of satisfaction is worth: every number traced, in both languages."""

from __future__ import annotations

import re

import numpy as np
import pytest
from chinese import words, wrong_marks
from linked_data import simulated
from tracing import Says, Shows, changed_blocks

from custvalue import profit_chain
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue.errors import DataError
from custvalue.survey import Scale

ANSWERS, LOG, END = simulated(500, purchase=0.1, dropout=-0.25, spend=0.05, seed=2)
TABLE = f"""
title = "Chain"
currency = "EUR"
[survey]
customer = "customer_id"
cluster = "dealer"
[survey.satisfaction]
scale = [1, 10]
perceived = "satisfaction"
[survey.chain]
asked = "asked"
points = 0.2
dimensions = {{keeping = ["reliability"], caring = ["empathy"]}}
[transactions]
customer = "customer_id"
date = "date"
spend = "spend"
observation_end = {END}
[lifetime]
horizon = "3 years"
annual_discount_rate = 0.1
margin = 0.3
"""
ASKED = re.search(r"\[survey\.chain\].*?(?=\[transactions\])", TABLE, re.DOTALL)[0]
INPUTS = (r"95 % (?=interval)|holds 0,",)


def built(text=TABLE, lang="en", data=ANSWERS):
    study = parse_study("s.toml", f'lang = "{lang}"\n{text}')
    return build(study, Given(data, LOG)).report


def part(report, title="Satisfaction and value together"):
    (section,) = (its for its in report.sections if its.title == title)
    return section


@pytest.fixture(scope="module")
def report():
    return built()


@pytest.fixture(scope="module")
def chain():
    return profit_chain.Chain.from_data(
        ANSWERS,
        LOG,
        link="customer_id",
        asked="asked",
        satisfaction="satisfaction",
        scale=Scale(1, 10),
        drivers={"keeping": ["reliability"], "caring": ["empathy"]},
        observation_end=END,
        cluster="dealer",
        rng=0,
    )


def three(value):
    return float(f"{value:.3g}")


@pytest.fixture(scope="module")
def traced(chain):
    steps = {its.name: its for its in chain.steps}
    behaviour = [
        numbers(steps[f"satisfaction: {name}"], lambda x: 100 * np.expm1(x))
        for name in ("purchase", "dropout", "spend")
    ]
    keeping = numbers(steps["keeping: satisfaction"])
    caring = numbers(steps["caring: satisfaction"])
    worth = chain.value_of(0.2, horizon="3 years", annual_discount_rate=0.1, margin=0.3)
    amounts = numbers(worth.total)
    sure = 100 * min(worth.probability_positive, 0.99)
    said = [x for its in behaviour for x in its] + keeping
    said += [chain.customers, 0.2, *map(three, amounts[:1]), 3, *map(three, amounts[1:]), sure]
    drawn = [0.2, *keeping, *caring, chain.respondents]
    drawn += [x for its in behaviour for x in its] + [*amounts, chain.customers]
    described = [keeping[0], caring[0], *(its[0] for its in behaviour)]
    return Says((*said, chain.respondents)), Shows(tuple(described), tuple(drawn))


def numbers(estimate, of=float):
    ends = estimate.confidence_interval()
    return [float(of(its)) for its in (estimate.value, ends.low, ends.high)]


def test_every_number_is_computed_again(report, traced):
    paragraph, drawn = part(report).blocks[:2]
    assert list(traced[0].missed(paragraph, INPUTS)) == []
    assert list(traced[1].missed(drawn, INPUTS)) == []


def test_a_changed_number_is_found(report, traced):
    for its in changed_blocks(part(report).blocks[0], INPUTS):
        assert list(traced[0].missed(its, INPUTS)), its


def test_groups_of_respondents_follow(report):
    kinds = [type(its).__name__ for its in part(report).blocks]
    assert kinds == ["Paragraph", "PictureBlock", "TableBlock", "Paragraph"]


def test_the_page_in_chinese(report):
    page = built(lang="zh")
    section = part(page, "满意与价值的关系")
    assert [type(its) for its in section.blocks] == [type(its) for its in part(report).blocks]
    drawn = section.blocks[1]
    texts = [section.blocks[0].text, drawn.caption, drawn.description, *words(drawn.svg)]
    left = [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)]
    assert left == []
    assert [one for one in texts if wrong_marks(one)] == []


def test_without_days_the_section_says_what_is_missing(report):
    section = part(built(TABLE.replace(ASKED, "")))
    table, said = section.blocks
    assert table == part(report).blocks[2]
    first = part(report).blocks[3].text
    assert said.text == (
        f"{first} What a point of satisfaction is worth is not told here: the "
        f"study has no [survey.chain], which says on which day customers answered."
    )


def test_why_there_is_no_chain():
    late = {**ANSWERS, "asked": np.full(len(ANSWERS["asked"]), np.datetime64("2031-01-01"))}
    section = part(built(data=late))
    assert section.blocks[0].text.startswith("What a point of satisfaction is worth cannot be told")
    assert len(section.blocks) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TABLE.replace('customer = "customer_id"\ncluster', "cluster", 1),
            (
                "s.toml: [survey.chain] links satisfaction with purchases of the same customers. "
                "Add customer to [survey], and [survey.satisfaction] with perceived and scale."
            ),
        ),
        (
            TABLE[: TABLE.index("[lifetime]")],
            (
                "s.toml: [survey.chain] says what a point of satisfaction is worth. Add "
                "[transactions] and [lifetime]."
            ),
        ),
        (
            TABLE.replace('asked = "asked"', 'ask = "asked"'),
            (
                "s.toml: [survey.chain] has no 'ask', only 'asked', 'dimensions', 'points', 'lag'. "
                "Did you mean 'asked'?"
            ),
        ),
    ],
)
def test_bad_keys_are_refused_in_words(text, message):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", text)
    assert str(caught.value) == message
