"""The page in 中文: the same numbers, and no English sentence left."""

from __future__ import annotations

import html
import re
from string import Formatter

import numpy as np
import pytest
from sample_dealership import DEALERSHIP, STUDY

from custvalue._report import catalogue, catalogue_customers, catalogue_parts
from custvalue._report.build import Given, build
from custvalue._report.content import TableBlock
from custvalue._report.language import LANGUAGES, Said, speaking
from custvalue._report.study import parse_study
from custvalue._report.terms import PATTERNS, TERMS
from custvalue._report.translation import translated
from custvalue._report.words import money
from custvalue._table import as_table

NAMES = ("our workshop", "independent garage", "Berger et al")  # of the user, and of a source
KEYS = """group = "dealer"
wave = "wave"
cluster = "dealer"
weights = "w"
labels = ["half"]
missing = "raise"
"""
TABLES = """
[survey.effort]
answers = "e"
version = "2"
[survey.kano]
functional = {"代步车" = "f1", "取送车" = "f2"}
dysfunctional = {"代步车" = "d1", "取送车" = "d2"}
[survey.index]
scale = [1, 7]
items = ["p01", "p05", "p10"]
[survey.items]
p10 = {name = "及时答复", text = "服务站是否及时答复?"}
[rfm]
# --- Transactions"""


def everything():
    """Give a survey in which all was asked, in two waves and eleven workshops."""
    rng = np.random.default_rng(2)
    survey = dict(DEALERSHIP.survey)
    rows = np.arange(len(survey["recommend"]))
    survey["dealer"] = np.where(rows < 3, "D99", np.char.add("D", (rows % 11).astype(str)))
    survey["wave"] = np.where(rows % 2 == 0, "2024Q3", "2024Q4")
    survey["half"] = np.where(rows % 3 == 0, "北", "南")
    survey["e"] = rng.integers(1, 8, len(rows))
    survey["w"] = rng.uniform(0.5, 2, len(rows))
    return survey | {name: rng.integers(1, 6, len(rows)) for name in ("f1", "f2", "d1", "d2")}


@pytest.fixture(scope="module")
def pages():
    text = STUDY.replace('missing = "raise"', KEYS, 1).replace("# --- Transactions", TABLES, 1)
    given = Given(everything(), DEALERSHIP.transactions, scores_name="scores.csv")
    return {
        lang: build(parse_study("s.toml", f'lang = "{lang}"\n{text}'), given).report
        for lang in LANGUAGES
    }


def words(page):
    """Return all texts of a page: between its tags, and what its pictures show."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    found = [*re.findall(r">([^<]+)<", body), *re.findall(r'aria-label="([^"]*)"', body)]
    return [html.unescape(one).replace("\N{NO-BREAK SPACE}", " ").strip() for one in found]


def without_names(text):
    for name in NAMES:
        text = text.replace(name, "")
    return text


def test_no_english_sentence_is_left(pages):
    page = pages["zh"].to_html()
    assert "<html lang='zh-Hans'>" in page
    title = pages["zh"].title
    texts = [without_names(one) for one in words(page) if one != title]
    assert [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)] == []


def test_the_text_is_in_chinese_too(pages):
    lines = pages["zh"].to_text().splitlines()[2:]
    assert [line for line in lines if re.search(r"[a-z]{3,} [a-z]{3,}", without_names(line))] == []


def test_both_pages_have_the_same_numbers_in_their_tables(pages):
    english, chinese = (
        [
            as_table(b.table)
            for s in pages[lang].sections
            for b in s.blocks
            if isinstance(b, TableBlock)
        ]
        for lang in ("en", "zh")
    )
    assert len(english) == len(chinese) > 15
    for one, other in zip(english, chinese, strict=True):
        numbers = [[cell for cell in row if not isinstance(cell, str)] for row in one.rows]
        assert numbers == [[c for c in row if not isinstance(c, str)] for row in other.rows]


def test_the_order_of_the_page_for_monday(pages):
    assert [each.title for each in pages["zh"].sections][:8] == [
        "摘要",
        "先做什么",
        "有什么变化",
        "哪些组别\uff1adealer",
        "哪些组别\uff1ahalf",
        "联系谁",
        "值多少",
        "有多可靠",
    ]


def said_in(name, held):
    """Yield the sentences of a class or a mapping, and of mappings in it, by name."""
    if isinstance(held, Said):
        yield name, held
    elif isinstance(held, type | dict):
        members = held if isinstance(held, dict) else vars(held)
        for key, its in members.items():
            yield from said_in(f"{name}.{key}", its)


def sayings():
    """Return every sentence of the catalogue by its name."""
    modules = (catalogue, catalogue_parts, catalogue_customers)
    named = [pair for module in modules for pair in vars(module).items() if pair[0] != "Said"]
    return dict(each for name, held in named if name[:1].isupper() for each in said_in(name, held))


@pytest.mark.parametrize(("name", "said"), sayings().items(), ids=sayings())
def test_both_languages_have_the_same_places(name, said):
    english, chinese = (
        {field for _, field, _, _ in Formatter().parse(text) if field}
        for text in (said.en, said.zh)
    )
    assert english == chinese, name
    assert said.en


def test_punctuation_is_chinese_and_in_pairs():
    chinese = [said.zh for said in sayings().values()] + [*TERMS.values(), *PATTERNS.values()]
    for text in chinese:
        assert text.count("\uff08") == text.count("\uff09"), text
        assert text.count("(") == text.count(")"), text
        assert not re.search(r"[\u4e00-\u9fff][,:;?!]", text), text


def test_patterns_fill_only_what_they_keep():
    for pattern, said in PATTERNS.items():
        places = {int(field) for _, field, _, _ in Formatter().parse(said) if field}
        assert max(places, default=-1) < re.compile(pattern).groups, pattern


def test_terms_are_those_of_the_subject():
    assert {name: TERMS[name] for name in ("tangibles", "responsiveness", "empathy")} == {
        "tangibles": "有形性",
        "responsiveness": "响应性",
        "empathy": "移情性",
    }
    assert catalogue_parts.Indices.NPS_LABEL.zh == "净推荐值 (NPS)"
    assert catalogue_parts.Indices.CSI_LABEL.zh == "客户满意度指数 (CSI)\uff0c0-100"


def test_what_is_not_known_stays_as_it_is():
    with speaking("zh"):
        assert translated("a text of nobody") == "a text of nobody"
        assert translated("3 years") == "3 年"
    assert translated("3 years") == "3 years"


@pytest.mark.parametrize(
    ("amount", "written"),
    [(999_000, "EUR 999,000"), (1_234_567, "EUR 123 万"), (-2.5e9, "EUR −25 亿"), (79.2, "EUR 79")],
)
def test_large_amounts_in_chinese_units(amount, written):
    with speaking("zh"):
        assert money(amount, "EUR") == written
