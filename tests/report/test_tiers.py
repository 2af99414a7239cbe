"""The section on tiers: every number computed again from the values of the customers."""

from __future__ import annotations

import re

import numpy as np
import pytest
from chinese import words, wrong_marks
from tracing import Lists, Says, Shows, changed_blocks

from custvalue import loyalty
from custvalue._report.build import Given, build
from custvalue._report.language import speaking
from custvalue._report.report import Report
from custvalue._report.study import ValueTiers, parse_study
from custvalue._report.tiers_part import tiers_part
from custvalue.errors import DataError, ParameterError

INPUTS = (r"95 % (?=interval)",)
SHARES = (0.01, 0.04, 0.15)
NAMES = ("platinum", "gold", "iron", "lead")


def part(base, **asked):
    return tiers_part(ValueTiers(**asked), base.value, "EUR")


def rounded(value):
    written = float(f"{value:.3g}") if value >= 1000 else value
    digits = 0 if value >= 9.995 else 2
    return f"EUR {written:,.{digits}f}"


def percent(value, digits=1):
    return f"{100 * value:.{digits}f} %"


@pytest.fixture(scope="module")
def traced(base):
    value = np.sort(np.asarray(base.value.value))[::-1]
    edges = [0, *(int(np.ceil(len(value) * share - 1e-9)) for share in np.cumsum(SHARES))]
    groups = np.split(value, edges[1:])
    found = loyalty.pyramid(base.value, shares=SHARES).tiers
    ends = [its.value_share.confidence_interval() for its in found]
    share = [len(its) / len(value) for its in groups]
    held = [its.sum() / value.sum() for its in groups]
    said = []
    for place in (0, -1):
        said += [len(groups[place]), 100 * share[place], 100 * held[place]]
        said += [100 * ends[place].low, 100 * ends[place].high]
    rows = [
        (
            name,
            len(group),
            percent(share[place]),
            rounded(group.min()) if place < 3 else None,
            percent(held[place]),
            f"{100 * ends[place].low:.1f} to {percent(ends[place].high)}",
            rounded(group.mean()),
        )
        for place, (name, group) in enumerate(zip(NAMES, groups, strict=True))
    ]
    drawn = [100 * its for pair in zip(share, held, strict=True) for its in pair]
    return (
        Says(tuple(said)),
        Shows(tuple(drawn), (*drawn, len(value))),
        Lists(rows, titled=(len(value),)),
    )


@pytest.fixture(scope="module")
def section(base):
    return part(base, shares=SHARES).sections[0]


def test_every_number_is_computed_again(section, traced):
    for block, trace in zip(section.blocks, traced, strict=True):
        assert list(trace.missed(block, INPUTS)) == []


def test_a_changed_number_is_found(section, traced):
    for block, trace in zip(section.blocks, traced, strict=True):
        for its in changed_blocks(block, INPUTS):
            assert list(trace.missed(its, INPUTS)), its


def test_the_section_in_chinese(base):
    with speaking("zh"):
        page = Report("x", part(base, shares=SHARES).sections, "zh")
        texts = [*words(page.to_html()), *page.to_text().splitlines()]
    assert [one for one in texts if re.search(r"[A-Za-z]{2,},? [a-z]{2,}", one)] == []
    assert [one for one in texts if wrong_marks(one)] == []
    assert "铂金" in page.to_text()


def test_tiers_by_thresholds_have_their_own_names(base):
    value = np.asarray(base.value.value)
    cut = float(np.round(np.median(value)))
    found = part(base, thresholds=(cut,))
    text = found.sections[0].blocks[0].text
    assert text.startswith(f"{(value >= cut).sum()} customers (")
    assert "“tier 1”" in text
    assert "thresholds" in found.conventions[0]


def test_cuts_in_no_order_are_refused(base):
    with pytest.raises(ParameterError, match="thresholds"):
        part(base, thresholds=(100, 500))


@pytest.mark.parametrize("text", ["[tiers]", "[tiers]\nshares = [0.1]\nthresholds = [100]"])
def test_one_rule_is_needed(text):
    with pytest.raises(DataError) as caught:
        parse_study("s.toml", text)
    assert str(caught.value) == (
        "s.toml: [tiers] needs either shares of the customers, as in shares = [0.01, 0.04, 0.15], "
        "or thresholds of value, as in thresholds = [2000, 500, 100]; the best tier first."
    )


def test_tiers_need_values():
    with pytest.raises(DataError) as caught:
        build(parse_study("s.toml", "[tiers]\nshares = [0.1]"), Given())
    assert str(caught.value) == (
        "[tiers] sorts customers by their value, which the study does not ask for. Add the tables "
        "[transactions] and [lifetime]."
    )
