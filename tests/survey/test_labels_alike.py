"""Labels that read alike."""

import pytest

from custvalue.errors import LabelsWarning
from custvalue.survey import Responses, Scale

LABELS = ["North", "north ", "South", "Ｓouth", "East"]


@pytest.mark.parametrize("role", ["group", "cluster", "wave", "stratum"])
def test_labels_that_differ_in_case_width_or_space_are_named(role):
    frame = {"q": [1, 2, 3, 4, 5], "dealer": ["a", "b", "c", "d", "e"], "where": LABELS}
    roles = {role: "where"}
    if role == "stratum":
        roles["cluster"] = "dealer"
    with pytest.warns(LabelsWarning) as caught:
        read = Responses.from_frame(frame, items=["q"], scale=Scale(1, 5), **roles)
    (said,) = (str(its.message) for its in caught)
    assert said == (
        "where has labels that read alike and count as different: 'North', 'north ' (and 1 more "
        "such set). If they name the same, write them in one way first, as in "
        "frame['where'].str.strip().str.casefold()."
    )
    assert set(read.labels[role].tolist()) == set(LABELS)


def test_labels_beside_answers_are_named_too():
    with pytest.warns(LabelsWarning, match="'A', 'a'"):
        Responses.from_arrays(
            [1, 5, 4, 4], items=["q"], scale=Scale(1, 5), cluster=["a", "A", "b", "c"]
        )


def test_nothing_is_said_of_labels_that_differ():
    frame = {"q": [1, 5, 3], "dealer": ["North 1", "North 2", "North"]}
    read = Responses.from_frame(frame, items=["q"], scale=Scale(1, 5), group="dealer")
    assert read.respondents == 3
