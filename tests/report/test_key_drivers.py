"""The section on key drivers: its sentences, other conventions, and why there is none."""

from __future__ import annotations

import numpy as np
import pytest
from read_report import reported, tables

from custvalue import drivers
from custvalue._report.build import Given, build
from custvalue._report.study import parse_study
from custvalue._table import as_table
from custvalue.errors import DataError
from custvalue.survey import Responses, Scale

STUDY = """
[survey.drivers]
scale = [1, 5]
items = ["a", "b", "c"]
overall = "y"
"""


def survey(n=200):
    rng = np.random.default_rng(1)
    frame = {name: rng.integers(1, 6, n).astype(float) for name in "abc"}
    frame["y"] = np.clip(np.rint(0.8 * frame["a"] + 0.3 * rng.normal(size=n)), 1, 5)
    return frame


def said(report):
    (section,) = (its for its in report.sections if "key drivers" in its.title)
    return section.blocks[0].text


def test_what_goes_with_the_overall_answer_is_said_with_its_uncertainty():
    frame = survey()
    report = reported(STUDY + '[survey.items]\na = "promises"\ny = "overall"', survey=frame)
    found = drivers.importance(Responses.from_frame(frame, scale=Scale(1, 5)), "y")
    share, whole = 100 * found["a"].share.value, 100 * found.r_squared.value
    text = said(report)
    assert f"{share:.0f} % of what all items explain of overall goes to promises (95 %" in text
    assert "the probability that it is the most important one is > 99 %." in text
    assert f"{whole:.0f} % of its variance is explained by all items together" in text
    assert "Not beyond chance, at 95 %, is the importance of b and c." in text
    table = as_table(tables(report)["Importance for overall, lmg"])
    assert table.rows[0][0] == "promises"


def test_a_convention_whose_parts_do_not_add_up():
    text = said(reported(STUDY + 'decomposition = "correlation"', survey=survey()))
    assert "is the importance of a for y (95 % interval" in text


def test_suppression_is_said():
    rng = np.random.default_rng(2)
    common = rng.normal(size=400)
    frame = {"a": common, "b": common + 0.3 * rng.normal(size=400), "c": rng.normal(size=400)}
    frame["y"] = frame["a"] - 0.6 * frame["b"] + 0.2 * rng.normal(size=400)
    study = STUDY.replace("[1, 5]", '{low = -9, high = 9, step = "continuous"}')
    text = said(reported(study, survey=frame))
    assert "different signs (suppression), so look twice at b." in text


def test_who_missed_an_answer_is_left_out():
    frame = survey()
    frame["a"][:3] = np.nan
    for policy in ("drop", "pairwise"):
        report = reported(f'[survey]\nmissing = "{policy}"\n{STUDY}', survey=frame)
        assert "197 respondents answered y and all 3 items behind it." in " ".join(
            report.to_text().split()
        )


@pytest.mark.parametrize(
    ("lang", "reason"),
    [
        ("en", "Nothing tells which items matter: 'a', 'b', 'c' cannot be told apart: one follows"),
        ("zh", "无法判断哪些题项重要：'a'、'b'、'c' 无法区分：每份回答中都有一个可由其余推出"),
    ],
)
def test_why_there_are_no_drivers(lang, reason):
    rng = np.random.default_rng(1)
    frame = {name: rng.integers(1, 4, 40) for name in ("a", "b", "y")}
    frame["c"] = frame["a"] + frame["b"] - 1
    text = build(parse_study("s.toml", f'lang = "{lang}"\n{STUDY}'), Given(frame)).report.to_text()
    assert reason in text.replace("\n", "" if lang == "zh" else " ")


def test_the_overall_answer_is_no_item():
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", STUDY.replace('"y"', '"a"'))
    assert str(caught.value) == (
        "s.toml: [survey.drivers] names 'a' as an item and as the overall answer. Take it out of "
        "the items."
    )
