"""Zones of tolerance by site or wave."""

import numpy as np
import pytest

from custvalue import servqual
from custvalue.errors import DataError
from custvalue.servqual import ToleranceSurvey
from custvalue.survey import Scale

SCALE, SIZES = Scale(1, 7), {"staff": 2}


def answers(n=12):
    rng = np.random.default_rng(4)
    adequate = rng.integers(2, 5, (n, 2)).astype(float)
    perceived = rng.integers(1, 8, (n, 2)).astype(float)
    return perceived, adequate, adequate + rng.integers(1, 3, (n, 2))


def read(rows=slice(None), **options):
    perceived, adequate, desired = (its[rows] for its in answers())
    return ToleranceSurvey.from_arrays(
        perceived, adequate=adequate, desired=desired, scale=SCALE, dimensions=SIZES, **options
    )


def test_a_part_has_the_zones_of_its_respondents():
    site = np.array(["north", "south", "west"] * 4)
    whole = read(group=site, wave=np.arange(12) // 6)
    parts = whole.by("group")
    assert list(parts) == ["north", "south", "west"]
    for label, part in parts.items():
        assert servqual.zone_of_tolerance(part) == servqual.zone_of_tolerance(read(site == label))
    assert list(whole.by("wave")) == [0, 1]
    assert list(whole.columns())[-3:] == ["weight", "group", "wave"]
    assert ToleranceSurvey.from_json(whole.to_json()) == whole


def test_labels_come_from_columns():
    perceived, adequate, desired = answers()
    frame = {"p": perceived[:, 0], "a": adequate[:, 0], "d": desired[:, 0], "site": ["x", "y"] * 6}
    names = {"perceptions": ["p"], "adequate": ["a"], "desired": ["d"]}
    usual = {**names, "scale": SCALE, "dimensions": {"staff": ["p"]}}
    survey = ToleranceSurvey.from_frame(frame, **usual, group="site")
    assert [its.respondents for its in survey.by("group").values()] == [6, 6]
    with pytest.raises(DataError) as caught:
        ToleranceSurvey.from_frame(frame, **usual, group="p")
    assert str(caught.value) == (
        "column 'p' is named as group and as an item. A column has one role."
    )


def test_without_labels_there_is_nothing_to_split():
    with pytest.raises(DataError, match=r"^these answers have no label 'group'\. Name its"):
        read().by("group")
