"""The page in 中文: the same numbers, and no English sentence left."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from chinese import words, wrong_marks
from golden_values import golden
from rich_study import DEALERSHIP, RICH, rich_survey

from custvalue._report import (
    catalogue,
    catalogue_complaints,
    catalogue_customers,
    catalogue_loyalty,
    catalogue_parts,
    catalogue_structural,
    catalogue_tiers,
    catalogue_value,
    catalogue_visits,
)
from custvalue._report.build import Given, build
from custvalue._report.content import Paragraph, PictureBlock, TableBlock
from custvalue._report.language import LANGUAGES, Said, speaking
from custvalue._report.patterns import PATTERNS
from custvalue._report.study import parse_study
from custvalue._report.terms import TERMS
from custvalue._report.translation import translated
from custvalue._report.words import money
from custvalue._table import as_table

TERMS_OF_THE_SUBJECT = golden("terms_zh")
GROUP = re.compile(r"(?<!\\)\((?:\\.|[^()\\])*\)\??")  # of a pattern
NAMES = ("our workshop", "independent garage", "Berger et al")  # of the user, and of a source


@pytest.fixture(scope="module")
def pages():
    given = Given(rich_survey(), DEALERSHIP.transactions, scores_name="scores.csv")
    return {
        lang: build(parse_study("s.toml", f'lang = "{lang}"\n{RICH}'), given).report
        for lang in LANGUAGES
    }


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
    titles = [each.title for each in pages["zh"].sections]
    page = TERMS_OF_THE_SUBJECT["page"]
    assert titles[:8] == [*page[:3], "哪些 half", *page[3:], "关键指标"]
    assert [each.title for each in pages["en"].sections][:8] == [
        "Do first",
        "What changed",
        "Which of them: dealer",
        "Which of them: half",
        "Whom to call",
        "What it is worth",
        "How sure this is",
        "Key figures",
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
    modules = (
        catalogue,
        catalogue_parts,
        catalogue_complaints,
        catalogue_customers,
        catalogue_loyalty,
        catalogue_value,
        catalogue_structural,
        catalogue_tiers,
        catalogue_visits,
    )
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
        assert not wrong_marks(text), text


def test_no_half_width_mark_stands_in_chinese_on_the_page(pages):
    texts = [*words(pages["zh"].to_html()), *pages["zh"].to_text().splitlines()]
    assert [one for one in texts if wrong_marks(one)] == []


@pytest.mark.parametrize(
    "text", ["不足最大:可靠性", "(95% 置信区间)", "价值, EUR", "一;二", "是吗?"]
)
def test_half_width_marks_are_found(text):
    assert wrong_marks(text)


def test_no_gap_has_a_bare_minus_in_a_chinese_sentence(pages):
    (quality,) = (its for its in pages["zh"].sections if its.title.startswith("服务质量"))
    said = [its.text for its in quality.blocks if isinstance(its, Paragraph)]
    said += [its.description for its in quality.blocks if isinstance(its, PictureBlock)]
    assert len(said) == 3
    assert not any("−" in text or "-" in text.replace("1-7", "") for text in said)


def test_patterns_fill_only_what_they_keep():
    for pattern, said in PATTERNS.items():
        places = {int(field) for _, field, _, _ in Formatter().parse(said) if field}
        assert max(places, default=-1) < re.compile(pattern).groups, pattern


def sentences():
    """Yield every sentence and label in English and 中文; of patterns, what is not kept."""
    yield from ((its.en, its.zh) for its in sayings().values())
    yield from TERMS.items()
    for pattern, said in PATTERNS.items():
        while pattern != (kept := GROUP.sub(" ", pattern)):
            pattern = kept  # noqa: PLW2901 - groups stand in groups
        yield pattern, said


def without(text, parts):
    for part in parts:
        text = re.sub(re.escape(part), " ", text, flags=re.IGNORECASE)
    return text


@pytest.mark.parametrize("term", TERMS_OF_THE_SUBJECT["terms"], ids=lambda its: its["english"])
def test_terms_are_those_of_the_subject(term):
    """Each label is the term, and each sentence that says the English one has a Chinese one."""
    english, chinese = term["english"], term["chinese"]
    with speaking("zh"):
        assert translated(english) == chinese[0]
    longer = [its["english"] for its in TERMS_OF_THE_SUBJECT["terms"] if its["english"] != english]
    others = [*(its for its in longer if english in its), *term.get("in_other_senses", [])]
    whole = re.compile(rf"(?<![-'\w{{]){re.escape(english)}s?(?![-'\w:|}}])", re.IGNORECASE)
    for one, other in sentences():
        if whole.search(without(one, others)):
            assert any(its in other for its in chinese), (one, other)


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
