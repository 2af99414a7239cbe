"""Descriptions: moments, floors and ceilings by item, group and wave."""

import re
import tracemalloc

import numpy as np
import pytest
import reference_survey as naive
from hypothesis import assume, given, settings
from scipy import stats

from custvalue import testing
from custvalue._survey.describe import ItemDescription
from custvalue.survey import (
    Description,
    Dimension,
    Instrument,
    Item,
    Responses,
    Scale,
    describe,
)

FIVE = Scale(1, 5)
END = "the end of the scale. The mean can"
slowly = settings(deadline=None, derandomize=True, max_examples=50)


def as_lists(answers, name):
    column = [None if np.isnan(x) else x for x in answers.item(name).tolist()]
    return column, answers.weights.tolist()


def close(found, expected):
    return found == (None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9))


# --- against naive loops --------------------------------------------------------------------


@given(testing.responses(missing=True))
@slowly
def test_every_number_agrees_with_naive_loops(answers):
    scale = answers.scale
    for its in describe(answers).items:
        column, weights = as_lists(answers, its.name)
        numbers, expected = its.numbers(), naive.moments(column, weights)
        for name in ("n", "mean", "standard_error", "standard_deviation"):
            assert close(numbers[name], expected[name]), name
        assert numbers["effective_categories"] == pytest.approx(expected["effective_categories"])
        if expected["skewness"] is None:
            assert its.skewness is None
        else:
            assert its.skewness == pytest.approx(expected["skewness"], rel=1e-6, abs=1e-6)
        worst = scale.low + scale.high - scale.best
        for share, answer in ((its.floor, worst), (its.ceiling, scale.best)):
            value, error = naive.share(column, weights, answer)
            assert share.value == pytest.approx(value, abs=1e-12)
            assert share.standard_error == pytest.approx(error, abs=1e-12)


@given(testing.responses(missing=True))
@slowly
def test_means_are_those_of_the_responses(answers):
    for its in describe(answers).items:
        other = answers.mean(its.name)
        assert its.mean.n == other.n
        assert its.mean.value == pytest.approx(other.value, rel=1e-12)
        assert its.mean.effective_n == pytest.approx(other.effective_n, rel=1e-12)
        assert close(its.mean.standard_error, other.standard_error)
        assert its.missing + its.dont_know + its.n == answers.respondents


@given(testing.responses(min_respondents=2))
@slowly
def test_the_scale_of_the_weights_does_not_matter(answers):
    one = describe(answers).columns()
    other = describe(answers.with_weights(answers.weights * 7)).columns()
    for name in one:
        if name != "item":
            np.testing.assert_allclose(other[name], one[name], rtol=1e-7, atol=1e-7)


@given(testing.responses(min_respondents=2, max_items=1))
@slowly
def test_an_item_reversed_is_the_same_item_upside_down(answers):
    assume(answers.scale.step is not None)  # 1 - 1e-59 is 1: answers may join on a slider
    name = answers.items[0]
    dimension = Dimension(name="d", items=(Item(name=name, reverse_scored=True),))
    one = describe(answers).items[0]
    other = describe(answers.keyed(Instrument(name="i", dimensions=(dimension,)))).items[0]
    ends = answers.scale.low + answers.scale.high
    assert other.mean.value == pytest.approx(ends - one.mean.value, rel=1e-9, abs=1e-9)
    assert close(other.mean.standard_error, one.mean.standard_error)
    assert close(other.floor.value, one.ceiling.value)
    assert other.effective_categories == pytest.approx(one.effective_categories)


def test_textbook_numbers():
    # 3, 7, 20, 45, 25: mean 3.82; squares about it 23.8572, 23.1868, 13.448, 1.458, 34.81: 96.76
    answers = Responses.from_arrays(np.repeat([1, 2, 3, 4, 5], [3, 7, 20, 45, 25]), scale=FIVE)
    its = describe(answers).items[0]
    assert its.mean.value == pytest.approx(3.82, abs=1e-12)
    assert its.mean.standard_deviation == pytest.approx(np.sqrt(96.76 / 99), rel=1e-12)
    assert (its.floor.value, its.ceiling.value) == (0.03, 0.25)
    assert its.skewness == pytest.approx(stats.skew(answers.item("item 1")), rel=1e-12)
    assert its.effective_categories == pytest.approx(1 / (0.0009 + 0.0049 + 0.04 + 0.2025 + 0.0625))


def test_where_lower_is_better_the_ceiling_is_the_low_end():
    scale = Scale(1, 6, direction="lower is better")
    its = describe(Responses.from_arrays([1, 1, 1, 6], scale=scale)).items[0]
    assert (its.ceiling.value, its.floor.value) == (0.75, 0.25)


@pytest.mark.parametrize("scale", [Scale(0, 1, step=None), Scale(0, 1, step=0.0005)])
def test_answers_on_a_fine_scale(scale):
    rng = np.random.default_rng(1)
    data = rng.integers(0, 2001, 500) / 2000
    data[:20] = 1
    data[20] = np.nan
    answers = Responses.from_arrays(data, scale=scale, missing="pairwise")
    its = describe(answers).items[0]
    assert its.n == 499
    assert its.skewness == pytest.approx(stats.skew(data, nan_policy="omit"), rel=1e-9)
    assert its.ceiling.value == pytest.approx((data == 1).sum() / 499, rel=1e-12)


def test_more_respondents_than_a_block():
    rng = np.random.default_rng(4)
    data = rng.integers(1, 6, (70_001, 2)).astype(float)
    data[[1, 69_000], 0] = np.nan
    group = rng.integers(0, 3, 70_001)
    answers = Responses.from_arrays(data, scale=FIVE, group=group, missing="pairwise")
    found = describe(answers, by="group")
    for label, part in answers.by("group").items():
        for name in answers.items:
            its = found.item(name, label)
            assert its.n == part.mean(name).n
            assert its.mean.value == pytest.approx(part.mean(name).value, rel=1e-12)


# --- groups, waves and what is missing ------------------------------------------------------

FRAME = {
    "a": [5, 9, None, 4, None, 3, None],
    "b": [4, 9, 2, None, None, 3, None],
    "site": ["x", "x", "x", "y", "y", "y", "z"],
    "year": [1, 2, 1, 1, 2, 2, 2],
}
CODED = Scale(1, 5, missing_codes=(9,))


def read(missing="pairwise", **options):
    return Responses.from_frame(
        FRAME, scale=CODED, group="site", wave="year", missing=missing, **options
    )


@pytest.mark.parametrize("by", ["group", "wave"])
def test_by_label_is_as_the_labels_apart(by):
    answers = read().with_weights([1, 2, 3, 4, 5, 6, 7])
    found = describe(answers, by=by)
    parts = answers.by(by)
    assert [its.label for its in found.items] == [*parts, *parts]
    for label, part in parts.items():
        alone = describe(part)
        for name in part.items:
            assert found.item(name, label).numbers() == alone.item(name).numbers()


def test_a_label_of_which_nobody_is_left_stays_in_the_table():
    found = describe(read("drop"), by="group")
    nobody = found.item("a", "z")
    assert (nobody.n, nobody.missing, nobody.dont_know, nobody.mean) == (0, 1, 0, None)
    assert found.item("a", "x").dont_know == 1
    assert "a (z): no answers." in found.hints
    assert Description.from_json(found.to_json()) == found


def test_missing_and_dont_know_are_counted_before_anybody_is_left_out():
    for policy in ("drop", "pairwise", "prorate"):
        its = describe(read(policy)).item("a")
        assert (its.missing, its.dont_know) == (3, 1)


def test_items_can_be_chosen():
    assert [its.name for its in describe(read(), ["b"]).items] == ["b"]


# --- degenerate answers ---------------------------------------------------------------------


def test_one_respondent():
    its = describe(Responses.from_arrays([[4, 2]], scale=FIVE)).items[0]
    assert (its.n, its.mean.value, its.mean.standard_error, its.skewness) == (1, 4, None, None)
    assert its.ceiling.value == 0


def test_all_answers_equal():
    found = describe(Responses.from_arrays([5, 5, 5], scale=FIVE, weights=[0.1, 0.7, 0.3]))
    its = found.items[0]
    assert its.mean.value == 5
    assert its.mean.standard_deviation == 0
    assert (its.skewness, its.effective_categories) == (None, 1)
    assert its.ceiling.value == 1
    assert found.hints == ("item 1: all 3 answers are 5: zero variance.",)


def test_an_item_that_nobody_answered_stays_in_the_table():
    answers = Responses.from_arrays([[None, 3], [None, 4]], scale=FIVE, missing="pairwise")
    found = describe(answers)
    assert found.items[0].mean is None
    assert found.items[0].missing == 2
    assert found.hints == ("item 1: no answers.",)
    assert str(found).splitlines()[4].split()[:5] == ["item", "1", "0", "2", "0"]
    assert np.isnan(found.columns()["mean"][0])
    assert Description.from_json(found.to_json()) == found


def test_who_stands_for_nobody_has_no_say():
    answers = Responses.from_arrays([1, 5, 5], scale=FIVE, weights=[0, 1, 1])
    assert describe(answers).items[0].n == 2


# --- hints, tables, frames ------------------------------------------------------------------


def test_a_high_ceiling_and_a_high_floor_have_a_hint():
    answers = Responses.from_arrays([[5, 1], [5, 1], [4, 1], [3, 5]], scale=FIVE)
    ends = "report this share beside it, or ask on a longer scale."
    assert describe(answers).hints == (
        f"item 1: 50 % of the answers are 5, {END} hardly rise: {ends}",
        f"item 2: 75 % of the answers are 1, {END} hardly fall: {ends}",
    )
    assert len(describe(answers, high_share=0.6).hints) == 1
    assert len(describe(answers, high_share=0.2).hints) == 3
    assert describe(answers, high_share=0.8).hints == ()


def test_how_a_description_prints():
    found = describe(read(), by="group")
    assert repr(found) == "Description(item_names=2, by='group', respondents=7)"
    lines = str(found).splitlines()
    assert lines[2].split()[:4] == ["n", "missing", "don't", "know"]
    assert "Scale 1-5, effective n 7.0." in lines
    assert re.search(r"0\.00 % +0\.00 % +79\.35 %", str(found))  # Wilson: 0 of 1
    its = found.item("b", "x")
    assert str(its).splitlines()[4].startswith("b (x) ")
    assert ItemDescription.from_json(its.to_json()) == its


def test_a_description_becomes_a_frame():
    frame = describe(read(), by="wave").to_frame("pandas")
    assert list(frame["item"]) == ["a", "a", "b", "b"]
    assert list(frame["wave"]) == [1, 2, 1, 2]
    assert list(frame["n"]) == [2, 1, 2, 1]
    assert frame["ceiling"].tolist() == [0.5, 0, 0, 0]
    assert frame["ceiling_low"].tolist()[0] == pytest.approx(0.0945, abs=5e-5)


def test_describing_takes_little_memory_beside_the_answers():
    rng = np.random.default_rng(3)
    data = np.asfortranarray(rng.integers(1, 6, (300_000, 6)).astype(float))
    data[::10, 0] = np.nan
    answers = Responses.from_arrays(data, scale=FIVE, group=np.arange(300_000) % 7, missing="drop")
    tracemalloc.start()
    try:
        describe(answers, by="group")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < answers.answers.nbytes
