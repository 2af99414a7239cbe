import tracemalloc
from datetime import date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from frame_engines import ENGINES, LAZY

from custvalue import _frames, satisfaction
from custvalue._frames import Source
from custvalue.errors import DataError, MissingExtraError, ParameterError
from custvalue.survey import Responses, Scale, check_published

DAYS = [date(2024, 2, 29), date(1969, 12, 31), date(2024, 2, 29)]


def source_of(engine, columns):
    return _frames.Source(ENGINES[engine](columns))


# --- numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3], [1, 2, 3]),
        ([1.5, None, 3], [1.5, np.nan, 3]),
        ([1, None, 3], [1, np.nan, 3]),
        ([float("nan"), 2.0, 3.0], [np.nan, 2, 3]),
        ([Decimal("1.25"), Decimal("2.50"), None], [1.25, 2.5, np.nan]),
    ],
    ids=["whole", "null", "whole with null", "NaN", "Decimal"],
)
def test_numbers_are_float64_and_gaps_are_nan(engine, values, expected):
    numbers = source_of(engine, {"a": values}).numbers("a")
    assert numbers.dtype == np.float64
    np.testing.assert_array_equal(numbers, expected)
    numbers[0] = 7  # a copy of one's own


def test_numbers_in_pandas_object_columns_and_extension_types():
    frame = pd.DataFrame(
        {
            "object": pd.Series([1, 2.5, None], dtype=object),
            "Int64": pd.Series([1, 2, None], dtype="Int64"),
            "arrow": pd.Series([1.5, 2, None], dtype="float64[pyarrow]"),
            "NA": pd.Series([1, 2, pd.NA], dtype=object),
        }
    )
    source = _frames.Source(frame)
    np.testing.assert_array_equal(source.numbers("object"), [1, 2.5, np.nan])
    np.testing.assert_array_equal(source.numbers("Int64"), [1, 2, np.nan])
    np.testing.assert_array_equal(source.numbers("arrow"), [1.5, 2, np.nan])
    np.testing.assert_array_equal(source.numbers("NA"), [1, 2, np.nan])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("values", "row", "value"),
    [(["1", "2", None], 0, "'1' (and 1 more row)"), ([None, True, None], 1, "True")],
)
def test_words_and_truth_are_no_numbers(engine, values, row, value):
    with pytest.raises(DataError) as caught:
        source_of(engine, {"a": values}).numbers("a", hint="Code them.")
    assert str(caught.value) == f"a must be a number, but row {row} has {value}. Code them."


def test_a_list_with_a_word_in_it_does_not_become_all_words():
    with pytest.raises(DataError) as caught:
        _frames.to_numbers("a", [1, 2, "three"])
    assert str(caught.value) == "a must be a number, but row 2 has 'three'. Give numbers."


def test_an_array_in_a_cell_is_no_number():
    cells = np.empty(2, dtype=object)
    cells[:] = [np.array([1.0, 2.0]), 3.0]
    with pytest.raises(DataError) as caught:
        _frames.to_numbers("a", cells)
    assert caught.value.rows == (0,)


# --- labels and codes -----------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("values", "labels", "codes"),
    [
        (["b", "Z", "b", "ä"], ["Z", "b", "ä"], [1, 0, 1, 2]),
        ([7, -3, 7, 7], [-3, 7], [1, 0, 1, 1]),
        ([10**15, 5, 10**15, 6], [5, 6, 10**15], [2, 0, 2, 1]),
        (["A", "客", "客", "a"], ["A", "a", "客"], [0, 2, 2, 1]),
    ],
    ids=["text", "numbers", "wide numbers", "Chinese"],
)
def test_codes_are_places_in_ascending_order(engine, values, labels, codes):
    found, places = source_of(engine, {"a": values}).codes("a")
    assert found.tolist() == labels
    assert places.tolist() == codes
    assert places.dtype == np.int64


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["b", "a", "b"], dtype="category"),
        pd.Series(["b", "a", "b"], dtype=object),
        pd.Series(["b", "a", "b"], dtype="string"),
        pl.Series(["b", "a", "b"], dtype=pl.Categorical),
        pl.Series(["b", "a", "b"], dtype=pl.Enum(["b", "a"])),
        np.array(["b", "a", "b"]),
        np.array(["b", "a", "b"], dtype=object),
    ],
    ids=["category", "object", "string", "Categorical", "Enum", "U1", "object array"],
)
def test_every_kind_of_text_has_codes(column):
    kinds = {pd.Series: pd.DataFrame, pl.Series: pl.DataFrame}
    make = kinds.get(type(column), dict)
    labels, codes = _frames.Source(make({"a": column})).codes("a")
    assert labels.tolist() == ["a", "b"]
    assert labels.dtype.kind == "U"
    assert codes.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([7, 5, 7], dtype="category"),
        pd.Series([7.0, 5.0, 7.0]),
        pd.Series([7, 5, 7], dtype=object),
        pd.Series([7, 5, 7], dtype="Int64"),
        pd.Series([np.int64(7), np.int32(5), 7], dtype=object),
        np.array([7, 5, 7], dtype=np.uint8),
        np.array([7, 5, 7], dtype=np.uint64),
        [7, 5, 7],
    ],
    ids=["category", "float", "object", "Int64", "numpy scalars", "uint8", "uint64", "list"],
)
def test_every_kind_of_whole_number_has_codes(column):
    make = pd.DataFrame if isinstance(column, pd.Series) else dict
    labels, codes = _frames.Source(make({"a": column})).codes("a")
    assert labels.tolist() == [5, 7]
    assert labels.dtype == np.int64
    assert codes.tolist() == [1, 0, 1]


def test_numbers_beyond_int64_stay_what_they_are():
    labels, codes = _frames.Source({"a": np.array([2**63 + 1, 4], dtype=np.uint64)}).codes("a")
    assert labels.tolist() == [4, 2**63 + 1]
    assert codes.tolist() == [1, 0]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_label_is_named(engine):
    columns = {"a": ["x", None, "y"]}
    with pytest.raises(DataError) as caught:
        source_of(engine, columns).codes("a")
    assert str(caught.value) == (
        "a must be present, but row 1 has None. Give every row its value, or remove the row."
    )
    with pytest.raises(DataError) as caught:
        source_of(engine, columns).labels("a")
    assert str(caught.value) == (
        "a must be present, but row 1 has None. Give every row its value, or remove the row."
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_labels_are_handed_out_row_by_row(engine):
    source = source_of(engine, {"text": ["b", "a", "b"], "number": [3, 1, 3]})
    assert source.labels("text").tolist() == ["b", "a", "b"]
    assert source.labels("number").tolist() == [3, 1, 3]


# --- times ----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "make",
    [
        lambda day: day,
        lambda day: datetime.combine(day, datetime.max.time().replace(microsecond=0)),
        lambda day: day.isoformat(),
        lambda day: day.isoformat() + "T23:59:59.5",
        lambda day: day.strftime("%Y%m%d"),
    ],
    ids=["date", "datetime", "ISO", "ISO with time", "ISO without hyphens"],
)
def test_times_fall_on_their_day(engine, make):
    times = source_of(engine, {"a": [make(day) for day in DAYS]}).times("a")
    assert times.astype("M8[D]").tolist() == DAYS


@pytest.mark.parametrize(
    "column",
    [
        np.array(DAYS, dtype="M8[D]"),
        np.array(DAYS, dtype="M8[ns]"),
        np.array(DAYS, dtype=object),
        [np.datetime64(day) for day in DAYS],
        [pd.Timestamp(day) for day in DAYS],
        pd.Series(DAYS, dtype=object),
        pd.Series(pd.to_datetime(DAYS)),
        pd.Series(pd.to_datetime(DAYS)).astype("date32[pyarrow]"),
        pd.Series(pd.to_datetime(DAYS)).astype("timestamp[ms][pyarrow]"),
        pd.Series([str(day) for day in DAYS], dtype="category"),
    ],
    ids=[
        "M8[D]",
        "M8[ns]",
        "objects",
        "numpy scalars",
        "Timestamps",
        "pandas objects",
        "pandas",
        "date32",
        "timestamp",
        "category",
    ],
)
def test_every_kind_of_date_is_a_time(column):
    make = pd.DataFrame if isinstance(column, pd.Series) else dict
    times = _frames.Source(make({"a": column})).times("a")
    assert times.astype("M8[D]").tolist() == DAYS


def test_a_zone_moves_times_to_where_they_are_read():
    utc = pd.Series(pd.to_datetime(["2024-06-30T23:00Z", "2024-12-31T23:30Z"]))
    for frame in (pd.DataFrame({"a": utc}), pl.from_pandas(utc.to_frame("a"))):
        times = _frames.Source(frame).times("a", time_zone="Europe/London")  # summer time
        assert times.astype("M8[m]").astype(str).tolist() == [
            "2024-07-01T00:00",
            "2024-12-31T23:30",
        ]


# --- sources --------------------------------------------------------------------------------


def test_columns_of_a_mapping_may_have_any_name_that_prints():
    source = _frames.Source({1: [1, 2]})
    assert source.names == ["1"]
    assert source.rows == 2


def test_an_empty_mapping_has_no_rows():
    assert _frames.Source({}).rows == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_require_names_every_absent_column(engine):
    source = source_of(engine, {"customer": [1], "spend": [2]})
    source.require({"customer": "customer"})
    with pytest.raises(DataError) as caught:
        source.require({"customer": "custumer", "spend": "spend", "date": "when"})
    assert str(caught.value) == (
        "customer='custumer' is not a column of the data. Did you mean 'customer'? date='when' is "
        "not a column of the data. The columns are 'customer', 'spend'."
    )
    assert caught.value.column == "custumer"


@pytest.mark.parametrize("engine", ENGINES)
def test_kinds_are_told_apart(engine):
    data = ENGINES[engine]({"a": [1]})
    assert _frames.is_frame(data)
    assert _frames.is_lazy(data) == (engine in LAZY)


@pytest.mark.parametrize("data", [[1, 2], np.ones(3), "text", None, pd.Series([1]), 5])
def test_what_is_no_frame_is_no_frame(data):
    assert not _frames.is_lazy(data)
    assert not _frames.is_frame(data) or isinstance(data, pd.Series)


def test_a_relation_without_pyarrow_says_what_to_install(monkeypatch):
    relation = duckdb.sql("select 1 as a")

    def absent(*_, **__):
        raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")

    monkeypatch.setattr("narwhals._duckdb.dataframe.DuckDBLazyFrame.collect", absent)
    with pytest.raises(ImportError) as caught:
        _frames.Source(relation)
    assert str(caught.value) == (
        "duckdb hands its results over by way of pyarrow: pip install pyarrow"
    )


# --- frames out -----------------------------------------------------------------------------

COLUMNS = {
    "customer": np.array(["ann", "bob"]),
    "value": np.array([1.5, np.nan]),
    "count": np.array([3, 4]),
}
KINDS = {
    "dict": dict,
    "pandas": pd.DataFrame,
    "pandas-pyarrow": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.Table,
    "polars-lazy": pl.DataFrame,
    "duckdb": pa.Table,
}


@pytest.mark.parametrize("engine", ENGINES)
def test_frames_come_back_as_the_kind_that_went_in(engine):
    frame = _frames.to_frame(COLUMNS, like=ENGINES[engine]({"whatever": [1]}))
    assert type(frame) is KINDS[engine]
    source = _frames.Source(frame)
    assert source.names == list(COLUMNS)
    assert source.labels("customer").tolist() == ["ann", "bob"]
    np.testing.assert_array_equal(source.numbers("value"), [1.5, np.nan])
    assert source.labels("count").tolist() == [3, 4]


@pytest.mark.parametrize("like", _frames.BACKENDS)
def test_frames_come_back_as_the_kind_that_is_named(like):
    assert type(_frames.to_frame(COLUMNS, like=like)) is KINDS[like]


@pytest.mark.parametrize(
    ("like", "message"),
    [
        (
            "panda",
            (
                "like must be a dataframe or one of 'pandas', 'polars', 'pyarrow', but it is "
                "'panda'. Did you mean 'pandas'?"
            ),
        ),
        (
            7,
            (
                "like must be a dataframe or one of 'pandas', 'polars', 'pyarrow', but it is a "
                "int. For a plain dict use .columns()."
            ),
        ),
    ],
)
def test_a_kind_that_is_none_is_refused(like, message):
    with pytest.raises(ParameterError) as caught:
        _frames.to_frame(COLUMNS, like=like)
    assert str(caught.value) == message


# --- what arrays and columns can hide -------------------------------------------------------


def masked(values, hidden):
    return np.ma.masked_array(values, mask=np.isin(np.arange(np.size(values)), hidden))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3], [1, np.nan, 3]),
        ([1.5, 2, 3], [1.5, np.nan, 3]),
        ([True, False, True], [1, np.nan, 1]),
    ],
)
def test_masked_numbers_are_missing(values, expected):
    read = Source({"a": masked(values, [1])}).entries("a")
    assert np.array_equal(read, expected, equal_nan=True)


def test_single_masked_entries_of_a_list_are_missing():
    numbers = Source({"a": [1, np.ma.masked, 3]}).entries("a")
    assert np.array_equal(numbers, [1, np.nan, 3], equal_nan=True)
    for words in (["x", np.ma.masked], [np.ma.masked, "x"], [None, np.ma.masked, "x"]):
        with pytest.raises(DataError, match="must be present"):
            Source({"a": words}).labels("a")
    rows = Responses.from_arrays([[1, np.ma.masked], [2, 3]], scale=Scale(1, 5), missing="pairwise")
    assert np.array_equal(rows.answers, [[1, np.nan], [2, 3]], equal_nan=True)


def test_masked_days_and_words_are_missing():
    days = np.array(["2024-01-31", "2024-02-01"], dtype="M8[D]")
    for values in (masked(days, [1]), masked(["a", "b"], [1])):
        with pytest.raises(DataError, match="a must be present, but row 1 has"):
            Source({"a": values}).times("a")


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize("make", [dict, pd.DataFrame, pl.DataFrame])
def test_a_blank_label_is_a_missing_one(make, blank):
    source = Source(make({"a": ["x", blank, "y"]}))
    for read in (source.codes, source.labels):
        with pytest.raises(DataError) as caught:
            read("a")
        assert str(caught.value) == (
            f"a must be present, but row 1 has {blank!r}. Give every row its value, or remove the "
            f"row."
        )


def test_labels_that_differ_stay_different_and_small():
    labels, codes = Source({"a": ["x\0", "x", "x\0"]}).codes("a")
    assert labels.tolist() == ["x", "x\0"]
    assert codes.tolist() == [1, 0, 1]
    labels, _ = Source({"a": ["x" * 100_000, *map(str, range(3000))]}).codes("a")
    assert labels.nbytes < 100_000


def test_names_of_columns_that_read_alike_are_refused():
    with pytest.raises(DataError, match=r"1 and '1' read alike. Rename one of them."):
        Source({1: [1], "1": [2]})
    with pytest.raises(DataError, match=r"columns must be named by text, but one is named \('a'"):
        Source(pd.DataFrame({("a", "b"): [1]}))


def test_columns_of_other_rows_are_not_paired_by_position():
    one, other = pd.Series([1, 2]), pd.Series([1, 2], index=[1, 0])
    with pytest.raises(DataError) as caught:
        Source({"p": one, "e": other})
    assert str(caught.value) == (
        "p and e must be columns of the same rows, but their indexes differ. Put them into one "
        "dataframe first, which aligns them; or give e.to_numpy() if its rows come in the same "
        "order."
    )
    assert Source({"p": one, "e": other.to_numpy()}).rows == 2


def test_true_is_not_the_number_1():
    with pytest.raises(DataError) as caught:
        Source({"a": [True, 1, 2]}).codes("a")
    assert str(caught.value) == (
        "a must be a whole number or text, but row 0 has True. Turn the column into text, or into "
        "whole numbers."
    )


def test_a_list_with_one_long_word_stays_small():
    words = ["x" * 100_000, *map(str, range(3000))]
    tracemalloc.start()
    Source({"a": words}).codes("a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000  # not 3,001 times the longest, 1.2 GB


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("2026-02-30", "The calendar has no such day: correct the entry, or remove the row."),
        (1_770_000_000, "Turn the column into dates first."),
        (
            20260201,
            "If dates are written in another way, give the format, as in date_format='%Y%m%d'.",
        ),
    ],
)
def test_what_is_no_day_is_told_what_it_may_be(value, hint):
    with pytest.raises(DataError) as caught:
        Source({"a": [value]}).times("a")
    said = f"a must be a date like 2024-01-31, but row 0 has {value!r}. {hint}"
    assert str(caught.value) == said


@pytest.mark.parametrize("day", ["1900-01-01", "0001-01-01", "2200-01-01", "9999-12-31"])
@pytest.mark.parametrize("make", [dict, pl.DataFrame])
def test_a_placeholder_is_no_day(make, day):
    for days in (["2024-01-31", day], [date(2024, 1, 31), date.fromisoformat(day)]):
        with pytest.raises(DataError) as caught:
            Source(make({"when": days})).times("when")
        assert str(caught.value) == (
            f"when must be a day after 1900-01-01 and before 2200, but row 1 has {day!r}. A "
            f"placeholder for an unknown day is no date: give the day, or remove the row."
        )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("01.02.2026", "as in date_format='%d.%m.%Y'."),
        ("2026/2/1", "as in date_format='%Y/%m/%d'."),
        ("01/02/2026", "two ways. Give the format: date_format='%d/%m/%Y' if the day comes first"),
        ("12/11/2026", "two ways. Give the format: date_format='%d/%m/%Y' if the day comes first"),
        ("11/12/2026", "two ways. Give the format: date_format='%d/%m/%Y' if the day comes first"),
        ("13/12/2026", "another way, give the format, as in date_format='%d/%m/%Y'."),
        ("1-2-2026", "date_format='%m-%d-%Y' if the month does."),
        ("2/28/2026", "another way, give the format, as in date_format='%m/%d/%Y'."),
        ("Feb 1", "as in date_format='%d/%m/%Y'."),
    ],
)
def test_the_format_of_a_day_is_guessed_for_the_reader_only(written, said):
    with pytest.raises(DataError) as caught:
        Source({"when": [written]}).times("when")
    assert said in str(caught.value)


def test_a_system_without_time_zones_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr("custvalue._columns.available_timezones", set)
    with pytest.raises(MissingExtraError, match="pip install tzdata"):
        Source({"when": ["2024-01-31T10:00+01:00"]}).times("when", time_zone="Europe/Berlin")


# --- empty frames, columns named twice --------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", [pa.string(), pa.int64(), pa.dictionary(pa.int32(), pa.string())])
def test_no_rows_have_no_labels(engine, kind):
    empty = pa.table({"group": pa.array([], kind)})
    frame = ENGINES[engine](empty.to_pydict())
    for data in (frame, empty):
        labels, codes = Source(data).codes("group", dates=True)
        assert (len(labels), codes.tolist(), codes.dtype) == (0, [], np.int64)


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"q": [], "g": []}, schema={"q": pl.Int64, "g": pl.String}),
        pl.DataFrame({"q": [], "g": []}, schema={"q": pl.Int64, "g": pl.Enum(["a"])}),
        pa.table({"q": pa.array([], pa.int64()), "g": pa.array([], pa.string())}),
        pd.DataFrame({"q": [], "g": []}),
    ],
    ids=["polars", "polars, enum", "pyarrow", "pandas"],
)
def test_an_empty_frame_with_groups_is_refused_in_words(frame):
    with pytest.raises(DataError) as caught:
        Responses.from_frame(frame, items=["q"], scale=Scale(1, 5), group="g")
    assert str(caught.value) == "the survey has no rows. Give at least one respondent."


TWICE = pd.DataFrame([[1, 3.0, 3.1]], columns=["n", "mean", "mean"])


@pytest.mark.parametrize(
    "take",
    [
        lambda: check_published(TWICE),
        lambda: Responses.from_frame(TWICE, scale=Scale(1, 5)),
        lambda: satisfaction.net_promoter_score(TWICE),
        lambda: _frames.to_frame({"a": np.ones(1)}, like=TWICE),
        lambda: _frames.is_lazy(TWICE),
    ],
    ids=["published table", "responses", "score", "like", "lazy"],
)
def test_a_name_used_twice_is_refused_in_words(take):
    with pytest.raises(DataError) as caught:
        take()
    assert str(caught.value) == (
        "columns must have different names, but one is used more than once: 'mean' 2 times. Rename "
        "it first."
    )


@pytest.mark.parametrize("kind", [pa.int8(), pa.int32(), pa.uint16(), pa.int64()])
def test_words_of_a_dictionary_in_parts_keep_their_rows(kind):
    encoded = pa.dictionary(kind, pa.string())
    parts = [["a", None, "b"], [], ["c", "a"], ["b", "b", None, "d"]]
    whole = pa.chunked_array([pa.array(part, pa.string()).cast(encoded) for part in parts])
    for column in (whole, whole.slice(1, 6), whole.slice(0, 0)):
        different, places = Source(pa.table({"x": column})).words("x")
        assert [None if at < 0 else different[at] for at in places] == column.to_pylist()
