"""The section on suppliers as respondents rate them: every number traced, in English and 中文."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest
import reference_value as naive
from chinese import words, wrong_marks
from tracing import Prints, Says, Shows, changed_blocks, missed

from custvalue import __main__ as command_line
from custvalue import delivered_value
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue.errors import DataError
from custvalue.survey import Bootstrap, Scale

TABLE = """
title = "Ratings"
currency = "EUR"
[ratings]
supplier = "garage"
own = "our workshop"
value = {repair = "repair", advice = "advice"}
cost = {monetary = "bill", time = "hours"}
scale = [1, 10]
rates = {repair = 40, advice = 10, time = 20}
importance = {repair = 70, advice = 30}
price_weight = 0.4
weights = "w"
"""
SUPPLIERS = ("independent garage", "our workshop", "quick service")
INPUTS = (
    r"95 % (?=interval|confidence)|100 is the mean",
    r"custvalue [\d.]+ with numpy [\d.]+, scipy [\d.]+",
)


def ratings(n=90, seed=3):
    rng = np.random.default_rng(seed)
    place = np.arange(n) % 3
    return {
        "garage": np.array(SUPPLIERS)[place],
        "repair": np.clip(np.rint(rng.normal([7.0, 8.4, 6.6], 1.2, (n // 3, 3)).ravel()), 1, 10),
        "advice": np.clip(np.rint(rng.normal([7.5, 7.9, 7.0], 1.2, (n // 3, 3)).ravel()), 1, 10),
        "bill": np.rint(rng.normal([205, 255, 215], 25, (n // 3, 3)).ravel()),
        "hours": np.round(rng.uniform(1, 3, n), 1),
        "w": np.round(rng.uniform(0.5, 1.5, n), 2),
    }


DATA = ratings()


def offers():
    return delivered_value.from_survey(
        DATA,
        supplier="garage",
        value={"repair": "repair", "advice": "advice"},
        cost={"monetary": "bill", "time": "hours"},
        scale=Scale(1, 10),
        rates={"repair": 40, "advice": 10, "time": 20},
        importance={"repair": 70, "advice": 30},
        weights="w",
        unit="EUR",
    )


def built(text=TABLE, lang="en", data=DATA):
    return build(parse_study("s.toml", f'lang = "{lang}"\n{text}'), Given(ratings=data)).report


def ends(estimate):
    interval = estimate.confidence_interval()
    return interval.low, interval.high


def sure(probability):
    """Return a probability as it is printed."""
    return "99" if probability > 0.99 else 100 * probability


def by_hand():
    """Return quality, price, delivered value and bill of each supplier, by loops."""
    columns = {**DATA, "supplier": DATA["garage"], "cost": DATA["bill"] + 20 * DATA["hours"]}
    columns["delivered"] = 40 * (DATA["repair"] - 1) + 10 * (DATA["advice"] - 1) - columns["cost"]
    every = zip(*(np.asarray(its).tolist() for its in columns.values()), strict=True)
    rows = [dict(zip(columns, row, strict=True)) for row in every]
    importance = {"repair": 70, "advice": 30}
    return {
        name: (
            naive.quality(rows, name, importance, SUPPLIERS),
            naive.price(rows, name, "cost", SUPPLIERS),
            naive.means(rows, name, "delivered"),
            naive.means(rows, name, "bill"),
        )
        for name in SUPPLIERS
    }


@pytest.fixture(scope="module")
def traced():
    method = Bootstrap(2000, rng=0)
    chart = delivered_value.value_map(offers(), price_weight=0.4, method=method)
    compared = delivered_value.compare(offers(), reference="our workshop", method=method)
    hand = by_hand()
    own, us = chart.supplier("our workshop"), hand["our workshop"]
    beside = own.advantages[0]
    delivered = compared.offers[compared.names.index("our workshop")].delivered_value
    best = compared.ranks_by_difference.probabilities[compared.names.index("our workshop")][0]
    side = max(beside.probability, 1 - beside.probability)
    said = [us[0], *ends(own.quality), us[1], *ends(own.price), sure(side)]
    said += [us[2], *ends(delivered), sure(best)]
    for rivalry in compared.rivalries:
        level = us[3] + us[2] - hand[rivalry.rival][2]
        said += [level, *ends(rivalry.break_even_by_difference)]
    score = [0.6 * its[0] + 0.4 * (200 - its[1]) for its in hand.values()]
    return {
        "How sure this is": [Says((90, 3))],
        "Key figures": [Says((us[2], *ends(delivered), 30))],
        "Value against rivals, as respondents rate it": [
            Says(tuple(said)),
            Shows(tuple(said)),
            Prints(
                chart,
                {
                    "quality": [its[0] for its in hand.values()],
                    "price": [its[1] for its in hand.values()],
                    "value score": score,
                },
            ),
            Prints(compared, {"value - cost": [its[2] for its in hand.values()]}),
        ],
        "How the numbers are defined and computed": [Says((2000,))],
    }


@pytest.fixture(scope="module")
def report():
    return built()


def test_every_number_is_computed_again(report, traced):
    inputs = (*INPUTS, r"95 % intervals")
    assert missed(report, traced, inputs) == []


def test_a_changed_number_is_found(report, traced):
    inputs = (*INPUTS, r"95 % intervals")
    for section in report.sections:
        for block, trace in zip(section.blocks, traced[section.title], strict=True):
            for its in changed_blocks(block, inputs):
                assert list(trace.missed(its, inputs)), its


def test_the_page_in_chinese():
    page = built(lang="zh")
    english = built()
    texts = [*words(page.to_html()), *page.to_text().splitlines()]
    for name in SUPPLIERS:
        texts = [text.replace(name, "") for text in texts]
    known = ("Ratings", "repair", "advice", "monetary", "time")
    left = [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)]
    assert [one for one in left if one not in known] == []
    assert [one for one in texts if wrong_marks(one)] == []
    assert len(page.sections) == len(english.sections)


def test_a_page_without_rates_has_no_delivered_value():
    text = TABLE.replace("rates = {repair = 40, advice = 10, time = 20}\n", "").replace(
        ', time = "hours"', ""
    )
    page = built(text)
    titles = [section.title for section in page.sections]
    assert "Key figures" not in titles
    assert "delivers" not in page.to_text()
    assert "market-perceived quality of our workshop" in page.to_text()


def test_the_command_reads_a_file_of_ratings(tmp_path):
    with (tmp_path / "ratings.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(DATA)
        writer.writerows(zip(*(np.asarray(its).tolist() for its in DATA.values()), strict=True))
    (tmp_path / "study.toml").write_text(TABLE, encoding="utf-8")
    out = tmp_path / "report.txt"
    given = ["--ratings", str(tmp_path / "ratings.csv"), "--config", str(tmp_path / "study.toml")]
    assert command_line.main(["report", *given, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == built().to_text()


def test_ratings_that_are_described_but_not_given_are_missed():
    values = ", ".join(f"{name} = 9" for name in ("product", "service", "personnel", "image"))
    costs = ", ".join(f"{name} = 2" for name in ("monetary", "time", "energy", "psychic"))
    offer = f"value = {{{values}}}\ncost = {{{costs}}}\n"
    text = f'{TABLE}[[offers]]\nname = "us"\n{offer}[[offers]]\nname = "them"\n{offer}'
    page = build(parse_study("s.toml", text), Given()).report
    assert "ratings of suppliers, but none were given" in page.to_text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            TABLE.replace("own = ", "ours = "),
            (
                "s.toml: [ratings] has no 'ours', only 'supplier', 'own', 'value', 'cost', "
                "'scale', 'rates', 'importance', 'price_weight', 'weights', 'cluster', 'stratum', "
                "'missing' and 8 more."
            ),
        ),
        (
            TABLE.replace("scale = [1, 10]", "scale = 10"),
            (
                "s.toml: [ratings]: scale: a scale is written [1, 10] or {low = 1, high = 10}, but "
                "it is 10."
            ),
        ),
        (
            TABLE.replace("price_weight = 0.4", "price_weight = 40"),
            "s.toml: [ratings]: price_weight must be < 1, but it is 40. Did you mean 0.4?",
        ),
    ],
)
def test_bad_keys_are_refused_in_words(text, message):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", text)
    assert str(caught.value) == message


def test_the_own_supplier_must_be_there():
    with pytest.raises(DataError) as caught:
        built(TABLE.replace("our workshop", "my workshop"))
    assert str(caught.value) == (
        "[ratings] says own = 'my workshop', which is no supplier in the data. The suppliers are "
        "'independent garage', 'our workshop', 'quick service'."
    )


def test_ratings_without_a_table_are_refused():
    with pytest.raises(DataError) as caught:
        build(parse_study("s.toml", 'title = "x"'), Given(ratings=DATA))
    assert str(caught.value) == (
        "there are ratings, but the study does not say what is in them. Add the table [ratings]."
    )


UNSURE = """
[[offers]]
name = "us"
cost = {monetary = 45, time = 7, energy = 5, psychic = 3}
[offers.value]
product = {shape = "triangular", low = 50, mode = 60, high = 80}
service = 20
personnel = 9
image = 8
[[offers]]
name = "rival"
value = {product = 70, service = 20, personnel = 9, image = 8}
cost = {monetary = 50, time = 7, energy = 5, psychic = 3}
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_stated_distributions_have_intervals_that_stay_the_same(lang):
    pages = [
        build(parse_study("s.toml", f'lang = "{lang}"\n{UNSURE}'), Given()).report.to_text()
        for _ in range(2)
    ]
    assert pages[0] == pages[1]
    study = parse_study("s.toml", UNSURE)
    found = delivered_value.compare(
        study.offers, reference="us", method=Bootstrap(2000, rng=0)
    ).offers[0]
    low, high = ends(found.delivered_value)
    assert f"{low:.2f}" in pages[0]
    assert f"{high:.2f}" in pages[0]
    said = {"en": "distributions that were entered", "zh": "来自录入的分布"}
    assert said[lang] in pages[0].replace("\n  ", " ").replace("\n", " ").replace(
        " 的分布", "的分布"
    )
