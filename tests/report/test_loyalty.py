"""The section on loyalty: every number traced, in English and 中文, and why there is none."""

from __future__ import annotations

import re

import numpy as np
import pytest
from chinese import words, wrong_marks
from tracing import Prints, Says, Shows, changed_blocks

from custvalue import loyalty
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Scale

TABLE = """
title = "Loyalty"
[survey.satisfaction]
scale = [1, 5]
perceived = "sat"
[survey.loyalty]
outcome = "returned"
cuts = [2.5, 4.5]
"""
SHARES = np.array([0.1, 0.3, 0.4, 0.5, 0.85])
INPUTS = (
    r"95 % (?=interval)|cuts at 2\.5 and 4\.5|answered [145](?= \(|,|, )|scale 1-5|[1-5]: (?=\d)",
    r"custvalue [\d.]+ with numpy [\d.]+, scipy [\d.]+|from 0, the worst, to 100, the best",
)


def survey(n=800, seed=1):
    rng = np.random.default_rng(seed)
    satisfied = rng.choice([1.0, 2, 3, 4, 5], n, p=[0.06, 0.12, 0.2, 0.34, 0.28])
    returned = (rng.random(n) < SHARES[satisfied.astype(int) - 1]).astype(float)
    returned[:5] = np.nan
    return {"sat": satisfied, "returned": returned, "place": rng.integers(0, 20, n)}


DATA = survey()


def built(text=TABLE, lang="en", data=DATA):
    return build(parse_study("s.toml", f'lang = "{lang}"\n{text}'), Given(data)).report


def part(report):
    (section,) = (its for its in report.sections if its.blocks and "returned" in its.title)
    return section


def said(report):
    return part(report).blocks[0].text


def wilson(hits):
    n, share, z = len(hits), float(np.mean(hits)), 1.959963984540054
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return 100 * (middle - half), 100 * (middle + half)


@pytest.fixture(scope="module")
def by_answer():
    known = ~np.isnan(DATA["returned"])
    return {k: DATA["returned"][known & (DATA["sat"] == k)] for k in (1, 2, 3, 4, 5)}


@pytest.fixture(scope="module")
def traced(by_answer):
    curve = loyalty.curve(
        satisfaction=DATA["sat"], outcome=DATA["returned"], scale=Scale(1, 5), rng=0
    )
    shares = {k: float(its.mean()) for k, its in by_answer.items()}
    n = sum(map(len, by_answer.values()))
    top, next_one, worst = by_answer[5], by_answer[4], by_answer[1]
    ratio = shares[5] / shares[4]
    error = np.sqrt((1 / shares[5] - 1) / len(top) + (1 / shares[4] - 1) / len(next_one))
    reach = np.exp(1.959963984540054 * error)
    zones = [np.concatenate([by_answer[k] for k in some]) for some in ((1, 2), (3, 4), (5,))]
    best = 100 * min(curve.shapes.best.probability, 0.99)
    numbers = [100 * shares[5], len(top), *wilson(top)]
    numbers += [len(worst), 100 * shares[1], *wilson(worst), ratio, ratio / reach, ratio * reach]
    numbers += [best] + [x for its in zones for x in (100 * len(its) / n, 100 * its.mean())]
    return [
        Says(tuple(numbers)),
        Shows(tuple(100 * its for its in shares.values()), (best, n)),
        Prints(curve, {"outcome": list(shares.values()), "n": [*map(len, by_answer.values())]}),
        Prints(
            curve.zones((2.5, 4.5)),
            {
                "n": [*map(len, zones)],
                "share": [len(its) / n for its in zones],
                "outcome": [its.mean() for its in zones],
            },
        ),
    ]


@pytest.fixture(scope="module")
def report():
    return built()


def test_every_number_is_computed_again(report, traced):
    section = part(report)
    assert len(section.blocks) == len(traced)
    for block, trace in zip(section.blocks, traced, strict=True):
        assert list(trace.missed(block, INPUTS)) == []


def test_a_changed_number_is_found(report, traced):
    for block, trace in zip(part(report).blocks, traced, strict=True):
        for its in changed_blocks(block, INPUTS):
            assert list(trace.missed(its, INPUTS)), its


def test_who_is_known_is_counted(report):
    text = " ".join(report.to_text().split())
    assert "795 respondents of whom both satisfaction and “returned” are known; 5 without" in text


def test_the_page_in_chinese(report):
    page = built(lang="zh")
    texts = [*words(page.to_html()), *page.to_text().splitlines()]
    assert [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)] == []
    assert [one for one in texts if wrong_marks(one)] == []
    assert [len(its.blocks) for its in page.sections] == [
        len(its.blocks) for its in report.sections
    ]


def test_what_falls_with_satisfaction_is_described_from_the_worst_answer_on():
    rng = np.random.default_rng(2)
    satisfied = rng.integers(1, 6, 4_000).astype(float)
    stays = np.array([0.15, 0.55, 0.75, 0.82, 0.85])[satisfied.astype(int) - 1]
    came = (rng.random(4_000) < stays).astype(float)
    rising = said(built(data={"sat": satisfied, "returned": came}))
    falling = said(built(data={"sat": satisfied, "returned": 1 - came}))
    assert "Most of the difference lies between the worst answers (probability" in rising
    assert "Most of the difference lies between the worst answers (probability" in falling


def test_few_answers_have_no_shape_and_no_zones_are_cut_without_cuts():
    data = {name: column[:60] for name, column in DATA.items()}
    text = TABLE.replace("cuts = [2.5, 4.5]\n", "")
    found = said(built(text, data=data))
    assert "Which shape the curve has cannot be told from these answers." in found
    assert "zones" not in found
    assert len(part(built(text, data=data)).blocks) == 3


def test_without_the_best_answer_there_is_no_ratio():
    data = {**DATA, "sat": np.minimum(DATA["sat"], 4)}
    found = said(built(data=data))
    assert "who answered 4, the best answer that was given" in found
    assert "times the share" not in found


def test_clusters_and_weights_of_the_survey_count():
    text = f'[survey]\ncluster = "place"\n{TABLE.replace("[survey.s", "[survey.s", 1)}'
    curve = loyalty.curve(
        satisfaction=DATA["sat"],
        outcome=DATA["returned"],
        scale=Scale(1, 5),
        cluster=DATA["place"],
        rng=0,
    )
    low = 100 * curve.levels[-1].outcome.confidence_interval().low
    assert f"(95 % interval {low:.0f} to" in said(built(text.replace('title = "Loyalty"\n', "")))


@pytest.mark.parametrize(
    ("lang", "reason"),
    [("en", "cannot be set side by side:"), ("zh", "无法对照满意度与“returned”：")],
)
def test_why_there_is_no_curve(lang, reason):
    data = {**DATA, "returned": np.ones(len(DATA["sat"]))}
    found = said(built(lang=lang, data=data))
    assert reason in found
    if lang == "zh":
        assert not re.search(r"[A-Za-z]{2,},? [a-z]{2,}", found)


def test_an_outcome_that_is_neither_0_nor_1_is_named():
    data = {**DATA, "returned": np.where(np.arange(len(DATA["sat"])) == 9, 7, DATA["returned"])}
    with pytest.raises(DataError) as caught:
        built(data=data)
    assert str(caught.value) == (
        "returned must be 0 or 1, but row 9 has 7. Write 1 where it "
        "happened, 0 where it did not, and leave out what is not known."
    )


def test_cuts_off_the_scale_are_refused():
    with pytest.raises(ParameterError, match="cuts must be numbers inside the scale 1-5"):
        built(TABLE.replace("[2.5, 4.5]", "[25, 45]"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[survey]\nrecommend = "r"\n[survey.loyalty]\noutcome = "returned"',
            (
                "s.toml: [survey.loyalty] sets what customers did beside how satisfied they were, "
                "but there is no [survey.satisfaction]. Add it, with perceived and scale."
            ),
        ),
        (
            TABLE.replace("outcome =", "outcomes ="),
            (
                "s.toml: [survey.loyalty] has no 'outcomes', only 'outcome', 'cuts'. Did you mean "
                "'outcome'?"
            ),
        ),
    ],
)
def test_bad_keys_are_refused_in_words(text, message):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", text)
    assert str(caught.value) == message
