"""One declaration of rows gives columns, frames and tables."""

from types import MappingProxyType
from typing import ClassVar

import numpy as np
import polars as pl
import pytest

from custvalue._results.layout import Row, Tabulated
from custvalue._values import Frozen
from custvalue._words import number, p_value


class Scores(Tabulated, Frozen):
    """Two scores, one with a P value."""

    SHOWN: ClassVar = MappingProxyType({"score": "score", "n": "n", "p_value": "P"})

    def _rows(self, level):
        return (
            Row("north", {"name": "north", "score": level, "n": 3, "p_value": 1e-17}),
            Row("south", {"name": "south", "score": 2.0, "n": 4, "p_value": None, "more": "x"}),
        )

    def _title(self):
        return "Scores"

    def _notes(self):
        return ("A note.", "")


def test_columns_keep_their_kind_and_say_what_is_absent():
    columns = Scores().columns(0.9)
    assert list(columns) == ["name", "score", "n", "p_value", "more"]
    assert columns["n"].dtype.kind == "i"
    assert columns["score"].tolist() == [0.9, 2.0]
    assert columns["p_value"][0] == 1e-17
    assert np.isnan(columns["p_value"][1])
    assert columns["more"].tolist() == ["", "x"]


class Mixed(Scores):
    def _rows(self, level):  # noqa: ARG002 - these have no intervals
        return (
            Row("north", {"name": "north", "score": "none", "n": 3}),
            Row("south", {"name": "south", "score": 0.0, "n": None}),
            Row("west", {"name": "west", "score": None, "n": 4}),
        )


def test_a_column_of_words_and_numbers_becomes_words():
    columns = Mixed().columns()
    assert columns["score"].tolist() == ["none", "0.0", ""]
    assert np.array_equal(columns["n"], [3, np.nan, 4], equal_nan=True)


def test_the_frame_takes_a_level():
    frame = Scores().to_frame("polars", level=0.5)
    assert isinstance(frame, pl.DataFrame)
    assert frame["score"].to_list() == [0.5, 2.0]


def test_the_table_shows_what_is_declared():
    assert str(Scores()) == (
        "Scores\n"
        "─────────────────────────\n"
        "        score  n        P\n"
        "─────────────────────────\n"
        "north  0.9500  3  < 1e-15\n"
        "south       2  4        –\n"
        "─────────────────────────\n"
        "A note."
    )


@pytest.mark.parametrize(
    ("value", "text"), [(0.0312, "P = 0.03120"), (1e-14, "P = 1.000e-14"), (3e-16, "P < 1e-15")]
)
def test_p_values_end_where_the_arithmetic_does(value, text):
    assert p_value(value) == text


def test_other_small_numbers_keep_their_digits():
    assert number(1e-17) == "1.000e-17"
