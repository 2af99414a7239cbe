"""The path diagram and the map can be read: in any width, with long names, in 中文."""

import warnings

import matplotlib as mpl
import modelled
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from custvalue import plotting, structural
from custvalue._plotting.path_layout import places_of
from custvalue._plotting.style import BLUE, GREY, VERMILLION
from custvalue._structural.plan import Plan
from custvalue.errors import ParameterError
from custvalue.structural import Construct, Model, Path

MODEL, ANSWERS = modelled.european()
LONG = "perceived quality of the workshop, of its people and of everything around it"


def renamed(name):
    """Return the European model with other names of its constructs."""
    called = {one: name(place, one) for place, one in enumerate(MODEL.names)}
    return Model(
        [
            *(Construct(called[its.name], its.items) for its in MODEL.constructs),
            *(Path(called[its.source], called[its.target]) for its in MODEL.paths),
        ]
    )


def axes(width, height):
    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def drawn(model=MODEL, ax=None):
    picture = plotting.path_diagram(model.fit(ANSWERS), ax)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        picture.figure.draw_without_rendering()
    return picture.axes


def boxes(ax):
    return [its.get_window_extent() for its in ax.patches if isinstance(its, FancyBboxPatch)]


def numbers(ax):
    return [text for text in ax.texts if text.get_text().replace("−", "-")[-3:-2] == "."]


SIZES = [(10, 5), (8, 4), (4.2, 6.5), (5, 5), (3.4, 5)]


@pytest.mark.parametrize("size", SIZES)
def test_boxes_and_numbers_do_not_hide_each_other(size):
    ax = drawn(ax=axes(*size))
    every = boxes(ax)
    assert len(every) == 6
    for place, one in enumerate(every):
        assert not any(one.overlaps(other) for other in every[:place])
    paths = [its for its in numbers(ax) if "R²" not in its.get_text()]
    assert len(paths) == 10
    for text in paths:
        inner = text.get_window_extent().padded(-1)
        assert not any(inner.overlaps(its) for its in every)
    spots = [its.get_window_extent().padded(-2) for its in paths]
    hidden = [k for k, one in enumerate(spots) if any(one.overlaps(its) for its in spots[:k])]
    assert len(hidden) <= (1 if min(size) < 4 else 0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "name",
    [
        lambda _, name: name,
        lambda place, _: f"{LONG} {place}",
        lambda place, _: "服务站整体感知质量与价值" + "一二三四五六"[place],
        lambda place, _: f"Kundenzufriedenheitsmessungsergebnis{place}",
    ],
    ids=["short", "long", "chinese", "one word"],
)
@pytest.mark.filterwarnings("ignore:no font that is in use")
def test_names_stay_within_their_boxes(name, size):
    ax = drawn(renamed(name), axes(*size))
    every = boxes(ax)
    names = [its for its in ax.texts if its.get_text() and its not in numbers(ax)]
    names = [its for its in names if not its.get_text().isdigit()]
    assert len(names) >= 6
    for text, box in zip([its for its in names if "R²" not in its.get_text()], every, strict=True):
        inner = text.get_window_extent()
        room = 0.12 * box.width
        assert box.x0 - room <= inner.x0
        assert inner.x1 <= box.x1 + room


def test_coefficients_indices_and_shares_are_those_of_the_fit():
    fit = MODEL.fit(ANSWERS)
    ax = plotting.path_diagram(fit).axes
    said = [text.get_text() for text in ax.texts]
    for its in fit.paths:
        assert f"{its.value:.2f}".replace("-", "−") in said
    for name in fit.model.names:
        index = f"{fit.index(name).value:.0f}"
        if name == "Image":
            assert index in said
        else:
            assert f"{index} · R² {fit.r_squared[name].value:.2f}" in said


def test_arrows_say_by_colour_and_dashes_what_is_sure():
    answers = modelled.answers()
    turned = {name: answers.item(name) for name in answers.items}
    for name in ("s1", "s2", "s3"):
        turned[name] = 11 - turned[name]
    fit = modelled.SMALL.fit(modelled.without_gaps(turned))
    ax = plotting.path_diagram(fit).axes
    colours = {to_hex(line.get_color()) for line in ax.lines}
    assert VERMILLION in colours
    unsure = [its for its in fit.paths if 0 in its.confidence_interval()]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(dashed) == len(unsure)
    assert {to_hex(line.get_color()) for line in dashed} <= {GREY}
    positive = [its for its in fit.paths if its.value > 0 and 0 not in its.confidence_interval()]
    assert (BLUE in colours) == bool(positive)


def test_the_level_is_asked_for():
    picture = modelled.fit().plot(level=0.8)
    assert picture.axes.get_title(loc="left").startswith("Dashed where the 80 % interval")
    with pytest.raises(ParameterError, match="level must be"):
        modelled.fit().plot(level=95)


def test_the_same_fit_gives_the_same_picture():
    one, other = (drawn() for _ in range(2))
    assert [text.get_position() for text in one.texts] == [
        text.get_position() for text in other.texts
    ]


@pytest.mark.parametrize("rows", [3, 5])
@pytest.mark.parametrize("template", ["acsi", "ecsi"])
def test_arrows_of_the_usual_models_run_through_no_box(template, rows):
    columns = modelled.NAMES if template == "ecsi" else modelled.AMERICAN
    model = getattr(structural, template)({**columns, "Complaints": "complained"})
    plan = Plan.of(model)
    places = places_of(plan, rows)
    spots = np.column_stack([places.steps, places.rows])
    assert len({tuple(its) for its in spots.tolist()}) == len(spots)
    for source, target in plan.arrows:
        for other in set(range(len(spots))) - {source, target}:
            run = places.steps[target] - places.steps[source]
            share = (places.steps[other] - places.steps[source]) / run
            if 0 < share < 1:
                height = places.rows[source] + share * (places.rows[target] - places.rows[source])
                assert abs(height - places.rows[other]) > 0.4 or rows == 3


def test_many_constructs_have_a_place_each():
    names = [f"c{place}" for place in range(14)]
    paths = [Path(names[i], names[j]) for i in range(4) for j in range(4, 14)]
    plan = Plan.of(Model([*(Construct(name, f"{name} item") for name in names), *paths]))
    places = places_of(plan, 3)
    assert places.width >= 10
    spots = set(zip(places.steps.tolist(), places.rows.tolist(), strict=True))
    assert len(spots) == 14


def test_the_map_names_its_constructs_and_quadrants():
    found = MODEL.fit(ANSWERS).importance_performance("Satisfaction")
    ax = found.plot(axes(4, 4)).axes
    said = [text.get_text().replace("\n", " ") for text in ax.texts]
    for its in found.constructs:
        assert its.name in said
    for quadrant in ("concentrate here", "keep up the good work", "low priority"):
        assert quadrant in said
    assert ax.get_ylabel() == "Importance for Satisfaction: points by one point"
    assert dict(mpl.rcParams)["font.size"] == 10.0


def test_a_long_target_is_wrapped_beside_the_map():
    model = renamed(lambda place, _: f"{LONG} {place}")
    ax = model.fit(ANSWERS).importance_performance(f"{LONG} 4").plot(axes(6, 4.5)).axes
    ax.figure.draw_without_rendering()
    box, whole = ax.yaxis.label.get_window_extent(), ax.figure.bbox
    assert "\n" in ax.get_ylabel()
    assert whole.y0 <= box.y0
    assert box.y1 <= whole.y1
