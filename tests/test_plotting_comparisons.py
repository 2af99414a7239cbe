"""Pictures of groups, waves and programmes show the numbers of the results."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pytest
from compared import LONG, answers, compared, mean, network
from matplotlib.figure import Figure

from custvalue import comparing, plotting, satisfaction
from custvalue._plotting.style import BLUE, GREEN, GREY, VERMILLION
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Codebook, Responses, Scale


def lines(axes, *, points=2):
    """Return ends of the lines with so many points."""
    return [line.get_xydata().T.tolist() for line in axes.lines if len(line.get_xdata()) == points]


def names(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_answers_diverge_about_the_middle_with_dont_know_beside():
    asked = answers()
    axes = plotting.answers_diverging(asked).axes
    stacks = axes.patches[:5], axes.patches[5:10]
    for item, stack, row in zip(asked.items, stacks, (0, 1), strict=True):
        given = asked.item(item)
        given = given[~np.isnan(given)]
        wanted = [100 * np.mean(given == answer) for answer in range(1, 6)]
        np.testing.assert_allclose([bar.get_width() for bar in stack], wanted, atol=1e-9)
        middle = stack[2].get_x() + stack[2].get_width() / 2
        assert middle == pytest.approx(0, abs=1e-9)
        assert stack[0].get_y() + 0.35 == pytest.approx(row)
    beside = axes.patches[10:]
    unknown = [100 * its.dont_know / 300 for its in asked.base.items]
    np.testing.assert_allclose([bar.get_width() for bar in beside], unknown)
    assert beside[0].get_x() > max(bar.get_x() + bar.get_width() for bar in axes.patches[:10])
    assert [its.get_text() for its in axes.get_legend().get_texts()] == [*"12345", "don't know"]


def test_good_answers_are_on_the_right_where_lower_is_better():
    scale = Scale(1, 4, direction="lower is better")
    asked = Responses.from_arrays(np.array([1, 1, 1, 2, 4.0]), scale=scale)
    axes = plotting.answers_diverging(asked).axes
    assert [its.get_text() for its in axes.get_legend().get_texts()] == ["4", "3", "2", "1"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([20, 0, 20, 60])
    assert axes.patches[2].get_x() == pytest.approx(0)


def test_weights_count_in_the_bars():
    asked = Responses.from_frame(
        {"q": [1.0, 2.0], "w": [1.0, 3.0]}, ["q"], scale=Scale(1, 2), weights="w"
    )
    axes = plotting.answers_diverging(asked).axes
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([25, 75])


def test_numbers_without_room_are_not_written():
    asked = answers()
    wide = plotting.answers_diverging(asked).axes
    small = plotting.answers_diverging(
        asked, Figure(figsize=(4.0, 4.0), layout="constrained").add_subplot()
    ).axes
    written = [
        [text.get_text() for text in axes.texts if text.get_visible()] for axes in (wide, small)
    ]
    assert len(written[1]) < len(written[0])
    assert set(written[1]) <= set(written[0])


def test_a_long_scale_names_some_of_its_answers():
    axes = plotting.answers_diverging(
        Responses.from_arrays(np.arange(101.0), scale=Scale(0, 100))
    ).axes
    named = [its.get_text() for its in axes.get_legend().get_texts()]
    assert named == [str(its) for its in range(0, 101, 10)]


def test_answers_are_named_by_the_words_of_a_codebook():
    book = Codebook(scale=Scale(1, 3), words={"bad": 1, "fair": 2, "good": 3, "very good": 3})
    asked = Responses.from_arrays(["bad", "good", "fair"], codebook=book)
    axes = plotting.answers_diverging(asked, codebook=book).axes
    assert [its.get_text() for its in axes.get_legend().get_texts()] == [
        "1 bad",
        "2 fair",
        "3 good",
    ]
    with pytest.raises(ParameterError, match="the codebook is for"):
        plotting.answers_diverging(answers(), codebook=book)
    with pytest.raises(ParameterError, match="codebook must be given to comparing"):
        plotting.answers_diverging(compared()["answers_diverging"], codebook=book)


def test_nothing_is_drawn_of_no_answers():
    asked = Responses.from_arrays(
        np.array([9.0, 9.0]), scale=Scale(1, 5, missing_codes=(9,)), missing="pairwise"
    )
    with pytest.raises(DataError) as caught:
        plotting.answers_diverging(asked)
    assert str(caught.value) == (
        "nobody answered any of the items, so there is nothing to draw. Draw others."
    )


def test_of_a_long_crosstab_what_is_printed_is_drawn():
    rng = np.random.default_rng(1)
    data = {"q": rng.integers(1, 6, 3000).astype(float), "shop": np.arange(3000) % 60}
    many = Responses.from_frame(data, ["q"], scale=Scale(1, 5), labels=["shop"])
    table = comparing.crosstab(many, "q", by="shop", correction="none")
    assert len(names(table.plot().axes)) == 40


def test_bars_of_a_crosstab_are_its_columns():
    table = compared()["answers_diverging"]
    axes = table.plot().axes
    assert names(axes) == [column.name for column in table.banner]
    first = [bar.get_width() for bar in axes.patches[:10]]
    shares = [100 * row.estimates[0].value for row in table.rows if row.kind == "answer"]
    np.testing.assert_allclose(first, shares)


def test_groups_are_drawn_with_the_intervals_of_each_alone():
    result = compared()["groups_with_intervals"]
    axes = result.plot(level=0.9).axes
    assert axes.get_xlabel() == "Top box, %"
    found = [line[0] for line in lines(axes)]
    wanted = []
    for its in result.groups:
        interval = its.estimate.confidence_interval(0.9)
        wanted.append([100 * interval.low, 100 * interval.high])
    np.testing.assert_allclose(found, wanted)
    numbers = [text.get_text() for text in axes.texts]
    assert numbers == [f"{100 * its.value:.0f}" for its in result.groups]
    assert axes.get_title(loc="left").startswith("Lines are 90 % intervals of each group alone")


def test_small_groups_are_grey_and_of_many_groups_only_the_ends_are_drawn():
    people, _ = network()
    result = comparing.groups(people, mean, by="region", minimum_n=540)
    axes = result.plot().axes
    small = [its for its in result.small if its.estimate is not None]
    assert small
    assert names(axes)[-1] == f"{small[-1].label} (n = {small[-1].n})"
    assert axes.lines[-1].get_color() == GREY
    rng = np.random.default_rng(1)
    data = {"q": rng.integers(1, 6, 2000).astype(float), "shop": np.arange(2000) % 50}
    many = Responses.from_frame(data, ["q"], scale=Scale(1, 5), labels=["shop"])
    result = comparing.groups(many, partial(Responses.mean, name="q"), by="shop")
    axes = result.plot().axes
    order = sorted(result.groups, key=lambda its: its.value)
    assert names(axes) == [str(its.label) for its in [*order[:15], *order[-15:]]]
    assert "20 groups between are not drawn" in axes.get_title(loc="left").replace("\n", " ")


def test_a_reference_is_a_line_through_all_groups():
    people, _ = network()
    result = comparing.groups(people, mean, by="region", reference="R02")
    axes = result.plot().axes
    value = next(its.value for its in result.groups if its.label == "R02")
    assert [value, value] in [line[0] for line in lines(axes)]


def test_waves_of_each_measure_stand_side_by_side():
    found = compared()["waves_side_by_side"]
    axes = plotting.waves_side_by_side(found).axes
    points = [tuple(line.get_xydata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]
    wanted = [group.value for result in found.values() for group in result.groups]
    assert [x for x, _ in points] == pytest.approx(wanted)
    assert [round(y) for _, y in points] == [0] * 4 + [1] * 4
    waves = [str(group.label) for group in next(iter(found.values())).groups]
    assert [its.get_text() for its in axes.get_legend().get_texts()] == waves


def test_waves_must_be_the_same():
    found = compared()["waves_side_by_side"]
    people, _ = network()
    other = comparing.groups(people, mean, by="region")
    with pytest.raises(ParameterError) as caught:
        plotting.waves_side_by_side(found | {"other": other})
    assert "comparisons must be of the same 5 waves at most" in str(caught.value)
    with pytest.raises(ParameterError, match="but it is dict"):
        plotting.waves_side_by_side({})


def test_a_league_shortens_itself_and_marks_the_ends():
    league = compared()["league_dots"]
    axes = league.plot().axes
    places = [*range(10), *range(league.groups - 10, league.groups)]
    assert names(axes) == [str(league.labels[place]) for place in places]
    thick = [line for line in axes.lines if line.get_linewidth() == 2.2]
    for line, place in zip(thick, places, strict=True):
        assert line.get_xdata().tolist() == [league.low[place], league.high[place]]
        worst, best = league.probability_worst[place] > 0.5, league.probability_best[place] > 0.5
        assert line.get_color() == (VERMILLION if worst else GREEN if best else BLUE)
    few = comparing.league(network()[0], mean, by="region", rng=1)
    assert names(few.plot().axes) == few.labels.tolist()


def test_a_trend_has_its_line_and_the_intervals_of_the_waves():
    trend = compared()["trend_line"]
    axes = trend.plot(level=0.9).axes
    (line,) = (its for its in axes.lines if its.get_linestyle() == "--")
    assert line.get_ydata().tolist() == list(trend.fitted)
    interval = trend.waves[0].confidence_interval(0.9)
    assert [interval.low, interval.high] in [its[1] for its in lines(axes)]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == [wave.label for wave in trend.waves]


def test_a_trend_of_shares_is_in_percentage_points():
    people, _ = network()
    parts = {label.replace("-", ""): part for label, part in people.by("wave").items()}
    trend = comparing.trend({label: satisfaction.top_box(part) for label, part in parts.items()})
    axes = trend.plot().axes
    assert axes.get_ylabel() == "Top box, %"
    value = f"{100 * trend.slope.value:.4g}"
    assert axes.get_title(loc="left").startswith(value)
    assert "percentage points per year" in axes.get_title(loc="left")


def test_parallel_trends_show_both_sides_and_what_would_have_been():
    effect = compared()["parallel_trends"]
    axes = effect.plot().axes
    sides = [its for its in axes.lines if len(its.get_xdata()) == 4]
    assert [its.get_ydata().tolist() for its in sides] == [
        [wave.treated.value for wave in effect.waves],
        [wave.control.value for wave in effect.waves],
    ]
    (dashed,) = (its for its in axes.lines if its.get_linestyle() == "--")
    start = effect.waves[1].treated.value
    assert dashed.get_xydata().tolist() == [[1, start], [3, start + effect.control.value]]
    end = effect.waves[3].treated.value
    assert end - dashed.get_ydata()[1] == pytest.approx(effect.value)


def test_the_map_has_intervals_quadrants_and_the_cross():
    result = compared()["importance_performance_map"]
    axes = result.plot().axes
    texts = [text.get_text() for text in axes.texts]
    first = result.attributes[0]
    assert f"short ({first.probability:.2f})" in texts
    assert {"concentrate here", "low priority"} <= set(texts)
    interval = first.performance.confidence_interval()
    assert [interval.low, interval.high] in [its[0] for its in lines(axes)]
    assert [result.cross[1]] * 2 in [its[0] for its in lines(axes)]


def outside(picture):
    """Return the texts of a picture that leave it."""
    figure, axes = picture.figure, picture.axes
    figure.draw_without_rendering()
    edge = figure.bbox.padded(1)
    legend = axes.get_legend()
    texts = [*axes.texts, axes.xaxis.label, axes.yaxis.label]
    for axis, side in ((axes.xaxis, 0), (axes.yaxis, 1)):
        low, high = sorted(axis.get_view_interval())
        marks = axis.get_ticklabels()
        texts += [its for its in marks if low <= its.get_position()[side] <= high]
    texts += [axes._left_title, *(legend.get_texts() if legend else ())]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_visible()]
    return [
        words
        for words, box in boxes
        if words.strip()
        and not (edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 <= edge.y1)
    ]


LONG_ONES = {
    **{
        name: (lambda ax, name=name: getattr(plotting, name)(compared()[name], ax))
        for name in compared()
    },
    "answers": lambda ax: plotting.answers_diverging(answers(), ax),
    "long groups": lambda ax: plotting.groups_with_intervals(
        comparing.compare(
            {
                name: satisfaction.NetPromoterScore.from_counts(
                    promoters=162, passives=108, detractors=54 + k
                )
                for k, name in enumerate([LONG, f"other {LONG}"])
            }
        ),
        ax,
    ),
}


@pytest.mark.parametrize("name", LONG_ONES)
@pytest.mark.parametrize("width", [3.6, 7.2, 11.0])
def test_nothing_leaves_a_picture_that_is_narrow_or_wide(name, width):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alone = LONG_ONES[name](None)
        assert outside(alone) == []
        height = alone.figure.get_size_inches()[1] + 1.0
        axes = Figure(figsize=(width, height), layout="constrained").add_subplot()
        assert outside(LONG_ONES[name](axes)) == []


def test_names_of_120_characters_are_wrapped_whole():
    axes = LONG_ONES["long groups"](None).axes
    assert [" ".join(name.split()) for name in names(axes)] == [LONG, f"other {LONG}"]
