"""Questionnaires in levels, and scores at every level."""

import numpy as np
import pytest

from custvalue import delivered_value
from custvalue.delivered_value import (
    INNER_EXPECTATIONS,
    NEEDS,
    PERVAL,
    SATISFACTION_ELEMENTS,
    VISIT_DRIVERS,
    Element,
    Hierarchy,
    HierarchyScores,
    hierarchy_scores,
)
from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import SWITCHING_COSTS
from custvalue.survey import Item, Responses, Scale

EVERY = (PERVAL, VISIT_DRIVERS, SATISFACTION_ELEMENTS, NEEDS, INNER_EXPECTATIONS, SWITCHING_COSTS)


def answers(hierarchy, n=80, seed=1, **options):
    rng = np.random.default_rng(seed)
    given = rng.integers(1, 6, (n, len(hierarchy.items)))
    return Responses.from_arrays(given, items=hierarchy.item_names, scale=Scale(1, 5), **options)


@pytest.mark.parametrize("hierarchy", EVERY, ids=lambda its: its.name)
def test_every_question_is_worded_in_both_languages(hierarchy):
    assert "Evidence grade: " in hierarchy.source
    for _, element in hierarchy.walk():
        assert element.chinese
    for item in hierarchy.items:
        assert item.chinese
        assert item.wording.endswith(".")
        assert item.wording_chinese.endswith("。")
    assert Hierarchy.from_json(hierarchy.to_json()) == hierarchy
    assert hierarchy.instrument.item_names == hierarchy.item_names


@pytest.mark.parametrize(
    ("hierarchy", "sizes"),
    [
        (PERVAL, (5, 4, 4, 6)),
        (VISIT_DRIVERS, (6, 7, 7, 5)),
        (NEEDS, (3, 2, 2)),
        (INNER_EXPECTATIONS, (1, 1, 1, 1)),
        (SWITCHING_COSTS, (4, 2, 2)),
    ],
)
def test_how_many_questions_each_dimension_has(hierarchy, sizes):
    assert hierarchy.instrument.sizes == sizes


def test_the_names_of_the_subject():
    named = {its.name: its.chinese for _, its in VISIT_DRIVERS.walk()}
    assert named["convenience"] == "便利性"
    labels = {item.name: item.chinese for item in VISIT_DRIVERS.items}
    assert labels["promises kept"] == "兑现承诺"
    assert labels["price transparency"] == "价格透明"
    levels = {its.name: its.chinese for _, its in SATISFACTION_ELEMENTS.walk()}
    assert (levels["hardware"], levels["software"]) == ("硬体", "软体")
    assert (levels["atmosphere"], levels["reception"]) == ("气氛", "待客态度")


def naive_mean(element, columns):
    """Mean of what is directly below, respondent by respondent."""
    if element.items:
        return np.mean([columns[item.name] for item in element.items], axis=0)
    return np.mean([naive_mean(its, columns) for its in element.elements], axis=0)


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_agree_with_the_means_of_respondents_own_scores(weighted):
    weights = np.random.default_rng(2).uniform(0.5, 2, 80) if weighted else None
    read = answers(SATISFACTION_ELEMENTS, weights=weights)
    found = hierarchy_scores(read, SATISFACTION_ELEMENTS)
    columns = {name: 25 * (read.item(name) - 1) for name in read.items}
    w = np.ones(80) if weights is None else weights
    for _, element in SATISFACTION_ELEMENTS.walk():
        own = naive_mean(element, columns)
        mean = np.average(own, weights=w)
        error = np.sqrt(80 / 79 * (w**2 * (own - mean) ** 2).sum()) / w.sum()
        score = found.element(element.name).score
        assert score.value == pytest.approx(mean)
        assert score.standard_error == pytest.approx(error)
    whole = np.mean([naive_mean(its, columns) for its in SATISFACTION_ELEMENTS.elements], axis=0)
    assert found.overall.value == pytest.approx(np.average(whole, weights=w))
    assert found.weakest.level == 3


def test_levels_of_scores():
    found = hierarchy_scores(answers(SATISFACTION_ELEMENTS), SATISFACTION_ELEMENTS)
    names = [[its.name for its in found.at(level)] for level in (1, 2)]
    assert names == [["direct elements", "indirect elements"], ["product", "service", "image"]]
    assert HierarchyScores.from_json(found.to_json()) == found
    assert found.columns()["level"].max() == 4
    with pytest.raises(ParameterError) as caught:
        found.at(7)
    assert str(caught.value) == "level must be one of 0, 1, 2, 3, but it is 7."


def test_low_answers_may_be_the_good_ones():
    read = Responses.from_arrays(
        [[1, 1, 1, 1], [2, 2, 2, 2]],
        items=INNER_EXPECTATIONS.item_names,
        scale=Scale(1, 5, direction="lower is better"),
    )
    assert hierarchy_scores(read, INNER_EXPECTATIONS).overall.value == pytest.approx(87.5)


ITEM = Item(name="polite")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: Element(name="staff"),
            ParameterError,
            "Element: 'staff' must have either elements or items, but it has neither.",
        ),
        (
            lambda: Hierarchy(
                name="x",
                elements=(Element(name="a", items=(ITEM,)), Element(name="b", items=(ITEM,))),
            ),
            ParameterError,
            "Hierarchy: item names must be different, but 'polite' is used twice.",
        ),
        (
            lambda: hierarchy_scores(answers(NEEDS), INNER_EXPECTATIONS),
            DataError,
            (
                "4 items of 'Four inner expectations' without answers: 'felt understood', "
                "'felt welcome', 'felt important', 'felt comfortable'. Name the columns as the "
                "items, or make a Hierarchy without them."
            ),
        ),
        (
            lambda: hierarchy_scores([[1]], NEEDS),
            ParameterError,
            "answers must be Responses, but it is list.",
        ),
    ],
)
def test_bad_questionnaires_are_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_all_are_public():
    assert {"PERVAL", "VISIT_DRIVERS", "SATISFACTION_ELEMENTS"} <= set(delivered_value.__all__)
