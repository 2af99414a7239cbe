"""What is alike gets one rank, whatever the order in which it is given."""

import numpy as np
import pandas as pd
import pytest

from custvalue import delivered_value, drivers
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Responses, Scale


def parts(order="abcd"):
    rng = np.random.default_rng(0)
    common = rng.normal(0, 1, (200, 1))
    answers = np.clip(np.rint(4 + common + rng.normal(0, 1, (200, 4))), 1, 7)
    overall = np.clip(np.rint(1 + answers.mean(axis=1) + rng.normal(0, 0.7, 200)), 1, 10)
    columns = dict(zip("abcd", answers.T, strict=True))
    return (
        Responses.from_frame({name: columns[name] for name in order}, scale=Scale(1, 7)),
        Responses.from_arrays(overall, items=["sat"], scale=Scale(1, 10)),
        overall,
    )


def test_stated_importance_that_is_equal_has_one_rank_and_no_verdict():
    agreements = []
    for order in ("abcd", "dcba"):
        items, overall, _ = parts(order)
        found = drivers.compare_methods(items, overall, stated=dict.fromkeys("abcd", 5))
        assert [its.ranks["stated"] for its in found.drivers] == [2.5] * 4
        assert not any("customers call" in why for its in found.drivers for why in its.reasons)
        agreements.append(found.agreement.w)
    assert agreements[0] == pytest.approx(agreements[1])


def test_projects_that_are_alike_have_one_rank_and_one_chance():
    items, overall, _ = parts()
    found = drivers.importance(items, overall)
    asked = [drivers.Project(name=name, changes={"a": 0.1}, cost=5) for name in ("x", "y")]
    asked.append(drivers.Project(name="z", changes={"a": 0.01}, cost=5))
    ranked = {its.name: its for its in drivers.rank_projects(found, asked, rng=1).projects}
    assert [ranked[name].rank for name in "xyz"] == [1, 1, 3]
    assert ranked["x"].probability_first == ranked["y"].probability_first == 0.5


def test_labelled_columns_are_ranked_by_their_labels():
    one, other = pd.Series([1, 2, 3], index=list("xyz")), pd.Series([3, 2, 1], index=list("zyx"))
    assert drivers.rank_agreement(a=one, b=other).w == 1


def test_clusters_of_the_overall_answer_alone_are_refused():
    items, _, overall = parts()
    alone = Responses.from_arrays(
        overall, items=["sat"], scale=Scale(1, 10), cluster=np.arange(200) % 20
    )
    with pytest.raises(DataError, match="overall has other clusters than the first answers"):
        drivers.importance(items, alone)


@pytest.mark.parametrize("given", [None, 3])
def test_no_list_of_offers(given):
    with pytest.raises(ParameterError) as caught:
        delivered_value.compare(given)
    assert str(caught.value) == (
        f"offers must be a list of Offer, or the OfferSurvey of from_survey(), but it is {given!r}."
    )


def test_opportunities_that_are_alike_have_one_rank():
    answers = Responses.from_arrays(
        [[1, 1, 3], [2, 2, 4], [4, 4, 5]], scale=Scale(1, 5), items=["a", "b", "c"]
    )
    found = drivers.opportunities(answers, {"a": 9, "b": 9, "c": 9}, basis="mean")
    assert [its.rank for its in found.attributes] == [1, 1, 3]


def test_as_many_boxes_as_answers_are_refused():
    answers = Responses.from_arrays([[1, 1], [2, 3]], scale=Scale(1, 5), items=["a", "b"])
    with pytest.raises(ParameterError) as caught:
        drivers.opportunities(answers, answers, basis="top box", boxes=5)
    assert str(caught.value) == (
        "boxes must be a whole number from 1 to 4, because the scale 1-5 has 5 answers, but it "
        "is 5."
    )


def test_stated_importance_is_called_stated():
    answers = Responses.from_arrays(
        [[1, 2], [2, 1], [4, 5], [3, 3]], scale=Scale(1, 5), items=["a", "b"]
    )
    overall = Responses.from_arrays([1, 2, 4, 3], scale=Scale(1, 5), items=["o"])
    with pytest.raises(DataError) as caught:
        drivers.compare_methods(answers, overall, stated={"a": 1})
    assert str(caught.value) == "stated has no 'b'. Give every item its importance, 0 for none."
