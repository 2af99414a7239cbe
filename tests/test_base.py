"""What can be JSON and what has rows: checked at birth, equal by value, JSON and back."""

import importlib
import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import BaseModel

import custvalue
from custvalue._checks import checked_level, random_generator
from custvalue._inference.interval import Interval
from custvalue._rows import Columns, FloatArray, IntArray, LabelArray, read_only
from custvalue._table import Table
from custvalue._values import Frozen, Positive, Probability
from custvalue.errors import CustvalueError, FrozenError, ParameterError


class Rate(Frozen):
    r: Positive
    share: Probability = 0.5
    name: str = "x"


class Nested(Frozen):
    rate: Rate
    others: tuple[Rate, ...] = ()
    level: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Rows(Columns):
    label: LabelArray
    value: FloatArray
    count: IntArray
    matrix: FloatArray | None = None
    note: str = ""

    def columns(self):
        return {"label": self.label, "value": self.value, "count": self.count}

    def _table(self):
        cells = zip(self.label.tolist(), self.value.tolist(), strict=True)
        return Table("Rows", ("label", "value"), tuple(cells))


def rows(**changes):
    usual = {
        "label": np.array(["a", "b"]),
        "value": np.array([1.5, np.nan]),
        "count": np.array([1, 2]),
    }
    return Rows(**(usual | changes))


# --- Frozen ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(Rate, "Rate needs 'r'; other fields: 'share', 'name'.", id="absent"),
        pytest.param(lambda: Rate(r=-1), "Rate: r must be > 0, but it is -1.", id="negative"),
        pytest.param(lambda: Rate(r=0), "Rate: r must be > 0, but it is 0.", id="zero"),
        pytest.param(
            lambda: Rate(r=1, share=2),
            "Rate: share must be <= 1, but it is 2. Did you mean 0.02?",
            id="above",
        ),
        pytest.param(
            lambda: Rate(r=1, share=-0.5), "Rate: share must be >= 0, but it is -0.5.", id="below"
        ),
        pytest.param(
            lambda: Rate(r=float("nan")),
            "Rate: r must be a finite number, but it is nan.",
            id="not a number",
        ),
        pytest.param(
            lambda: Rate(r=float("inf")),
            "Rate: r must be a finite number, but it is inf.",
            id="infinite",
        ),
        pytest.param(
            lambda: Rate(r="fast"),
            "Rate: r must be a number, but it is 'fast'.",
            id="a word",
        ),
        pytest.param(
            lambda: Rate(r=None),
            "Rate: r must be a number, but it is None.",
            id="nothing",
        ),
        pytest.param(lambda: Rate(r=True), "Rate: r must be a number, but it is True.", id="true"),
        pytest.param(
            lambda: Rate.from_json('{"r": "0.5"}'),
            "Rate: r must be a number, but it is '0.5'.",
            id="a number in words",
        ),
        pytest.param(
            lambda: Rate(1, 2),
            "Rate takes its fields by name, in any order: Rate(r=...).",
            id="without its name",
        ),
        pytest.param(
            lambda: Rate(r=1, shara=0.1),
            "Rate has no 'shara', only 'r', 'share', 'name'. Did you mean 'share'?",
            id="unknown field",
        ),
        pytest.param(
            lambda: Rate(r=-1, share=2),
            "Rate: r must be > 0, but it is -1. Rate: share must be <= 1, but it is 2. Did you "
            "mean 0.02?",
            id="two at once",
        ),
        pytest.param(
            lambda: Nested(rate=3),
            "Nested: rate must be Rate(…), but it is 3.",
            id="no model",
        ),
        pytest.param(
            lambda: Nested.from_json('{"rate": {"r": -1}}'),
            "Nested: rate: Rate: r must be > 0, but it is -1.",
            id="inside another",
        ),
        pytest.param(
            lambda: Nested.from_json('{"rate": {"r": 1}, "others": [{"r": 1}, {"share": 1}]}'),
            "Nested: others.1: Rate needs 'r'; other fields: 'share', 'name'.",
            id="inside a list",
        ),
        pytest.param(
            lambda: Rate.from_json("{"),
            "Rate: this is not JSON: EOF while parsing an object at line 1 column 1.",
            id="no JSON",
        ),
        pytest.param(
            lambda: Rate.from_json("3"),
            "Rate: JSON must be an object, {...}, but it is 3.",
            id="no object",
        ),
        pytest.param(
            lambda: Rate.from_json('{"r": null}'),
            "Rate: r must be a number, but it is None.",
            id="null",
        ),
    ],
)
def test_a_frozen_model_refuses_in_words(call, message):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value) == message
    assert isinstance(caught.value, CustvalueError)


def test_a_frozen_model_takes_numbers_of_numpy():
    assert Rate(r=np.float64(2)) == Rate(r=np.int64(2)) == Rate(r=2)


def test_a_frozen_model_is_immutable_and_hashable():
    rate = Rate(r=1)
    said = (
        "Rate is frozen: 'r' cannot be set or deleted. Make another Rate with the values that you"
    )
    for change in (lambda: setattr(rate, "r", 2), lambda: delattr(rate, "r")):
        with pytest.raises(FrozenError) as caught:
            change()
        assert str(caught.value) == f"{said} want."
        assert isinstance(caught.value, FrozenInstanceError)
    assert rate.r == 1
    assert hash(rate) == hash(Rate(r=1))
    assert rate != Rate(r=2)


@given(
    st.builds(
        Nested,
        rate=st.builds(Rate, r=st.floats(1e-300, 1e300), name=st.text()),
        level=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    )
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_frozen_model_goes_to_json_and_back(model):
    assert Nested.from_json(model.to_json()) == model
    assert Nested.from_json(model.to_json(indent=2)) == model


def test_a_frozen_model_prints():
    assert str(Rate(r=0.243)).splitlines() == [
        "Rate",
        "─────────────",
        "r      0.2430",
        "share  0.5000",
        "name   x",
        "─────────────",
    ]
    assert "level" not in str(Nested(rate=Rate(r=1)))


# --- intervals and levels -------------------------------------------------------------------


def test_an_interval_knows_what_it_holds():
    interval = Interval(low=1, high=2.5, level=0.95, method="Wilson")
    assert 1 in interval
    assert 2.5 in interval
    assert 2.6 not in interval
    assert str(interval) == "[1, 2.500]"
    assert interval.description == "95 % interval, Wilson"
    assert replace(interval, level=0.999).description == "99.9 % interval, Wilson"


@pytest.mark.parametrize("level", [0.95, np.float64(0.95), np.float32(0.5)])
def test_levels(level):
    assert checked_level(level) == float(level)
    assert type(checked_level(level)) is float


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (95, "it is 95. Did you mean 0.95?"),
        (np.int64(90), "it is 90. Did you mean 0.9?"),
        (1.5, "it is 1.5. Did you mean 0.015?"),
        (1, "it is 1."),
        (0, "it is 0."),
        (-0.95, "it is -0.95."),
        (100, "it is 100."),
        ("0.95", "it is '0.95'."),
        (None, "it is None."),
        (True, "it is True."),
        (float("nan"), "it is nan."),
    ],
)
def test_levels_refused(level, message):
    with pytest.raises(ParameterError) as caught:
        checked_level(level)
    assert str(caught.value) == f"level must be > 0 and < 1, as in 0.95, but {message}"


# --- Columns --------------------------------------------------------------------------------


def test_rows_are_equal_by_value():
    assert rows() == rows()
    assert rows() != rows(value=np.array([1.5, 2.5]))
    assert rows() != rows(label=np.array(["a", "c"]))
    assert rows() != rows(note="other")
    assert rows() != rows(matrix=np.eye(2))
    assert rows() != "rows"
    assert rows(matrix=np.array([[np.nan]])) == rows(matrix=np.array([[np.nan]]))
    with pytest.raises(TypeError, match="unhashable"):
        hash(rows())


def kinds_of(base):
    return {base}.union(*map(kinds_of, base.__subclasses__()))


def test_no_object_of_the_library_shows_the_words_of_pydantic_when_it_is_set():
    for path in Path(custvalue.__file__).parent.glob("[!_]*.py"):
        importlib.import_module(f"custvalue.{path.stem}")
    every = {kind: kind.__module__ for kind in kinds_of(BaseModel)}
    ours = [
        kind
        for kind, module in every.items()
        if module.startswith("custvalue.") and not module.startswith("custvalue._report")
    ]
    assert len(ours) > 50
    for kind in ours:
        assert kind.__setattr__ is Frozen.__setattr__, kind
        assert kind.__delattr__ is Frozen.__delattr__, kind


def test_rows_are_frozen():
    with pytest.raises(FrozenInstanceError):
        rows().note = "x"
    array = read_only(np.zeros(2))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"note": "几"},
        {"matrix": np.array([[1.0, np.nan], [2.0, 3.0]])},
        {"label": np.array([3, 5])},
        {"label": np.array([]), "value": np.array([]), "count": np.array([], dtype=np.int64)},
        {"count": np.array([2**53 + 1, -1])},
        {"value": np.array([1e308, 5e-324])},
    ],
)
def test_rows_go_to_json_and_back(changes):
    there = rows(**changes)
    back = Rows.from_json(there.to_json())
    assert back == there
    assert not back.value.flags.writeable
    assert back.count.dtype == np.int64


@given(hnp.arrays(np.float64, st.integers(0, 5), elements=st.floats(allow_infinity=False)))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_every_float_survives_json(value):
    names = np.array(["a"] * len(value))
    there = rows(label=names, value=value, count=np.arange(len(value)))
    assert Rows.from_json(there.to_json()) == there


def test_missing_numbers_are_null():
    assert json.loads(rows().to_json())["value"] == [1.5, None]
    both = rows(matrix=np.array([[np.nan, 1]]))
    assert json.loads(both.to_json())["matrix"] == [[None, 1.0]]


GOOD = {"label": ["a"], "value": [1], "count": [1]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"count": [None]}, "Rows: count: must hold whole numbers only.", id="null"),
        pytest.param({"count": [1.5]}, "Rows: count: must hold whole numbers only.", id="fraction"),
        pytest.param(
            {"value": [[1, 2], [3]]},
            "Rows: value: must have rows of the same length.",
            id="ragged",
        ),
        pytest.param(
            {"value": ["3"]},
            "Rows: value: must hold numbers only, and null where one is missing.",
            id="text",
        ),
        pytest.param(
            {"value": [True]},
            "Rows: value: must hold numbers only, and null where one is missing.",
            id="truth",
        ),
        pytest.param(
            {"value": [1, "many"]},
            "Rows: value: must hold numbers only, and null where one is missing.",
            id="a word",
        ),
        pytest.param({"value": 5}, "Rows: value: must be a list, but it is 5.", id="one number"),
        pytest.param(
            {"labels": []},
            "Rows has no 'labels', only 'label', 'value', 'count', 'matrix', 'note'. Did you mean "
            "'label'?",
            id="unknown field",
        ),
        pytest.param({"note": 3}, "Rows: note must be a string, but it is 3.", id="type"),
    ],
)
def test_json_that_is_no_such_object_is_refused(changes, message):
    with pytest.raises(ParameterError) as caught:
        Rows.from_json(json.dumps(GOOD | changes))
    assert str(caught.value) == message


def test_json_without_a_field_is_refused():
    with pytest.raises(ParameterError) as caught:
        Rows.from_json('{"label": ["a"], "value": [1]}')
    assert str(caught.value) == (
        "Rows needs 'count'; other fields: 'label', 'value', 'matrix', 'note'."
    )
    with pytest.raises(ParameterError, match="this is not JSON"):
        Rows.from_json("[")
    with pytest.raises(ParameterError, match="Rows: JSON must be an object"):
        Rows.from_json("3")


@pytest.mark.parametrize(
    "like",
    [
        pd.DataFrame({"x": [1]}),
        pl.DataFrame({"x": [1]}),
        pl.LazyFrame({"x": [1]}),
        pa.table({"x": [1]}),
    ],
    ids=lambda frame: f"{type(frame).__module__.split('.')[0]} {type(frame).__name__}",
)
def test_rows_become_a_frame_of_the_same_kind(like):
    frame = rows().to_frame(like)
    expected = pl.DataFrame if isinstance(like, pl.LazyFrame) else type(like)
    assert isinstance(frame, expected)
    assert list(frame["label"].to_pylist() if expected is pa.Table else frame["label"]) == [
        "a",
        "b",
    ]


def test_rows_become_a_frame_by_name():
    assert isinstance(rows().to_frame("polars"), pl.DataFrame)
    assert rows().to_frame({}).keys() == {"label", "value", "count"}
    with pytest.raises(ParameterError) as caught:
        rows().to_frame("polar")
    assert str(caught.value) == (
        "like must be a dataframe or one of 'pandas', 'polars', 'pyarrow', but it is 'polar'. Did "
        "you mean 'polars'?"
    )
    with pytest.raises(ParameterError, match="For a plain dict use"):
        rows().to_frame(3)


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None  # its import fails
from custvalue.datasets import cdnow
try:
    cdnow().to_frame(sys.argv[1])
except ImportError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_frame_of_a_library_that_is_not_installed(library):
    command = [sys.executable, "-c", WITHOUT, library]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == (
        f"MissingExtraError to_frame needs {library}, which is not installed: pip install "
        f"{library}. Or use columns(), which returns plain arrays."
    )


def test_pandas_that_cannot_be_imported_is_not_the_default(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert isinstance(rows().to_frame(), pl.DataFrame)


def test_rows_print():
    assert str(rows()).splitlines()[0] == "Rows"
    assert "<caption>Rows</caption>" in rows()._repr_html_()


def test_a_source_of_randomness_is_a_generator_a_seed_or_nothing():
    source = np.random.default_rng(3)
    assert random_generator(source) is source
    seeded = random_generator(np.int64(3)), random_generator(3), np.random.default_rng(3)
    assert len({each.random() for each in seeded}) == 1
    assert random_generator(None).random() != random_generator(None).random()
    for seed in ("a", -1, 1.5, True):
        with pytest.raises(ParameterError) as caught:
            random_generator(seed)
        assert str(caught.value) == (
            f"rng must be a numpy.random.Generator, a whole number >= 0 as its seed, or None, but "
            f"it is {seed!r}."
        )
