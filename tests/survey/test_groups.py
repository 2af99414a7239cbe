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


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("policy", ["drop", "pairwise"])
def test_a_part_is_what_would_be_read_of_its_rows_alone(policy, words):
    random = np.random.default_rng(7)
    count, labels = 400, ("site", "quarter")
    frame = {name: random.integers(1, 6, count).astype(float) for name in ("a", "b", "c")}
    frame["a"][random.random(count) < 0.1] = np.nan
    frame["b"][random.random(count) < 0.1] = 9
    frame["weight"] = random.integers(1, 5, count).astype(float)
    frame["site"] = random.choice([-3, 0, 7, 70_000], count, p=[0.6, 0.3, 0.09, 0.01])
    frame["quarter"] = random.integers(1, 4, count)
    if words:
        frame |= {"site": np.array([f"s{site}" for site in frame["site"]])}

    def all_of(rows):
        return Responses.from_frame(
            {name: column[rows] for name, column in frame.items()},
            items=["a", "b", "c"],
            scale=Scale(1, 5, missing_codes=(9,)),
            missing=policy,
            weights="weight",
            group="site",
            wave="quarter",
        )

    answers = all_of(np.arange(count))
    parts = answers.by("group") | answers.by("group", "wave")
    assert sum(part.base.respondents for part in parts.values()) == 2 * count
    for key, part in parts.items():
        wanted = key if isinstance(key, tuple) else (key,)
        alone = all_of(np.all([frame[name] == its for name, its in zip(labels, wanted)], axis=0))  # noqa: B905 - one label or two
        for name, column in part.columns().items():
            np.testing.assert_array_equal(column, alone.columns()[name])
        assert part.base == alone.base
