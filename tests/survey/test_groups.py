"""Groups and waves: labels beside the answers, and answers by label."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
FRAME = {
    "friendly": [5, 4, 3, 2],
    "on time": [4, 2, 5, 1],
    "weight": [1.0, 2.0, 1.0, 3.0],
    "site": ["south", "north", "south", "east"],
    "quarter": [2, 1, 1, 2],
}


def read(frame=None, **options):
    usual = {"scale": FIVE, "weights": "weight", "group": "site", "wave": "quarter"}
    return Responses.from_frame(FRAME if frame is None else frame, **(usual | options))


@pytest.mark.parametrize(
    "data",
    [
        FRAME,
        pd.DataFrame(FRAME),
        pd.DataFrame(FRAME).astype({"site": "category"}),
        pd.DataFrame(FRAME).convert_dtypes(),
        pl.DataFrame(FRAME),
        pl.LazyFrame(FRAME),
        pa.table(FRAME),
    ],
    ids=["lists", "pandas", "categories", "pandas nullable", "polars", "polars lazy", "pyarrow"],
)
def test_every_kind_of_frame_gives_the_same_labels(data):
    answers = read(data)
    assert answers.items == ("friendly", "on time")
    assert answers.group.tolist() == FRAME["site"]
    assert answers.wave.tolist() == FRAME["quarter"]


def test_labels_of_arrays():
    answers = Responses.from_arrays([1, 2, 3], scale=FIVE, group=["b", "a", "b"], wave=[1.0, 1, 2])
    assert answers.group.tolist() == ["b", "a", "b"]
    assert answers.wave.dtype == np.int64
    assert Responses.from_arrays([1, 2], scale=FIVE).group is None


def test_labels_are_copied_and_closed():
    mine = np.array([1, 2])
    answers = Responses.from_arrays([1, 2], scale=FIVE, group=mine)
    direct = Responses(("x",), np.ones((2, 1)), FIVE, weights=np.ones(2), labels={"wave": mine})
    mine[0] = 7
    assert answers.group.tolist() == [1, 2]
    assert direct.wave.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        answers.group[0] = 3


def test_respondents_by_group_and_by_wave():
    sites = read().by("group")
    assert list(sites) == ["east", "north", "south"]
    assert sites["south"].answers.tolist() == [[5, 4], [3, 5]]
    assert sites["south"].weights.tolist() == [1, 1]
    assert sites["south"].wave.tolist() == [2, 1]
    assert sites["east"].respondents == 1
    waves = read().by("wave")
    assert list(waves) == [1, 2]
    assert waves[2].by("group")["east"].answers.tolist() == [[2, 1]]
    assert waves[1].group.tolist() == ["north", "south"]


def test_dropping_takes_the_labels_along():
    answers = read(FRAME | {"friendly": [5, None, 3, None]}, missing="drop")
    assert answers.group.tolist() == ["south", "south"]
    assert answers.wave.tolist() == [2, 1]


def test_labels_go_to_json_and_back_and_into_frames():
    answers = read()
    assert Responses.from_json(answers.to_json()) == answers
    bare = {name: FRAME[name] for name in FRAME if name != "site"}
    assert answers != read(bare, group=None)
    frame = answers.to_frame("polars")
    assert frame["group"].to_list() == FRAME["site"]
    assert frame["wave"].to_list() == FRAME["quarter"]
    assert (
        Responses.from_frame(frame, scale=FIVE, weights="weight", group="group", wave="wave")
        == answers
    )
