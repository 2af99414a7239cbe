"""The picture of a chain says what its table says, wide and narrow."""

from __future__ import annotations

import math
from functools import cache

import chained
import numpy as np
import pytest
from linked_data import simulated
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from custvalue import plotting, profit_chain
from custvalue._plotting.style import BLUE, GREY
from custvalue.errors import ParameterError
from custvalue.survey import Scale

SETTINGS = {"horizon": "1 year", "annual_discount_rate": 0.1, "margin": 0.3}
LONG = "服务顾问用我听得懂的话解释做了什么和为什么要做"


@cache
def chain(*drivers, **settings):
    survey, log, end = simulated(400, purchase=0.1)
    noise = np.random.default_rng(1)
    answers = {name: survey[name] for name in survey}
    for name in drivers:
        moved = np.asarray(survey["satisfaction"]) + noise.integers(-2, 3, len(survey["asked"]))
        answers[name] = np.clip(moved, 1, 10)
    return profit_chain.Chain.from_data(
        answers,
        log,
        link="customer_id",
        asked="asked",
        satisfaction="satisfaction",
        scale=Scale(1, 10),
        drivers=list(drivers) or None,
        outcome=("dropout", "purchase"),
        observation_end=str(end),
        draws=40,
        rng=1,
        **settings,
    )


def on(width, height):
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def texts(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


@pytest.mark.parametrize("width", [7.2, 3.2])
def test_each_link_stands_with_its_estimate_and_interval(width):
    found = chain("quality", "price", **SETTINGS)
    axes = plotting.chain_links(found, on(width, 4.5), level=0.9).axes
    shown = texts(axes)
    for step in found.steps:
        ends = step.confidence_interval(0.9)
        low, high = ends.low, ends.high
        if step.name.endswith(": satisfaction"):
            assert step.name.split(":")[0].capitalize() in shown
            values = [f"{its:+.2f}" for its in (step.value, low, high)]
        elif step.name.startswith("all along"):
            continue
        else:
            values = [f"{100 * math.expm1(its):+.1f} %" for its in (step.value, low, high)]
        value, *around = (its.replace("-", "−") for its in values)
        assert f"{value}\n{around[0]} to {around[1]}" in shown
    assert sum("Money" in its for its in shown) == 1
    assert f"n {found.respondents:,}" in shown


def test_the_money_is_that_of_the_points_that_are_given():
    found = chain("quality")
    assert "Money" not in texts(found.plot().axes)
    worth = found.value_of(0.2, "quality", **SETTINGS)
    picture = found.plot(worth=worth)
    assert "Money" in texts(picture.axes)
    said = texts(picture.axes)
    shown = said[said.index("Money") + 1].split("\n")[0]
    assert float(shown.replace(",", "")) == pytest.approx(worth.total.value, rel=1e-3)
    assert picture.axes.get_xlabel().endswith("Money: all feel +0.2 points of quality")


def test_arrows_are_grey_where_the_interval_holds_no_change():
    found = chain("quality")
    axes = found.plot().axes
    arrows = [its.arrow_patch for its in axes.texts if getattr(its, "arrow_patch", None)]
    colours = [to_rgb(its.get_edgecolor()) for its in arrows]
    steps = [its for its in found.steps if not its.name.startswith("all along")]
    unsure = [0 in its.confidence_interval() for its in steps]
    assert len(colours) == len(steps) == 3
    assert sorted(colours) == sorted(to_rgb(GREY if its else BLUE) for its in unsure)
    assert any(unsure) != all(unsure)


@pytest.mark.filterwarnings("ignore:no font that is in use", "ignore:Glyph")
@pytest.mark.parametrize("size", [(7.2, 4.5), (4.0, 6.0), (3.0, 5.0)])
def test_no_text_leaves_its_box(size):
    found = chain("quality", LONG, "price", **SETTINGS)
    axes = plotting.chain_links(found, on(*size)).axes
    axes.figure.draw_without_rendering()
    boxes = [its.get_window_extent() for its in axes.patches]
    for text in axes.texts:
        if not text.get_text():
            continue
        its = text.get_window_extent()
        assert any(
            box.x0 - 2 <= its.x0
            and its.x1 <= box.x1 + 2
            and box.y0 - 2 <= its.y0
            and its.y1 <= box.y1 + 2
            for box in boxes
        ), text.get_text()


def test_another_kind_of_worth_is_refused():
    with pytest.raises(ParameterError) as caught:
        chained.chain().plot(worth=7)
    assert str(caught.value) == (
        "worth must be the PointsValue that chain.value_of() returns, but it is int."
    )
