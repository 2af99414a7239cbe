"""A cohort triangle is the rows of its survival tables, whatever holds it."""

import itertools

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue.errors import DataError
from custvalue.lifetime import Contracts

NAN = np.nan
COUNTS = [[100, 70, 55], [120, 80, NAN], [90, NAN, NAN]]
LONG = {
    "cohort": ["Jan"] * 3 + ["Feb"] * 2 + ["Mar"],
    "renewals": [0, 1, 2, 0, 1, 0],
    "customers": [100, 70, 55, 120, 80, 90],
}
WANTED = Contracts.from_cohorts(LONG, period="1 month")
FRAME = pd.DataFrame(COUNTS, index=["Jan", "Feb", "Mar"])
NAMED = {"month": ["Jan", "Feb", "Mar"], **{f"M{age}": FRAME[age].tolist() for age in range(3)}}


def triangle(data, **how):
    return Contracts.from_triangle(data, **{"period": "1 month", **how})


@pytest.mark.parametrize(
    ("data", "cohort"),
    [
        (FRAME, None),
        (COUNTS, None),
        (np.array(COUNTS), None),
        ([[100, 70, 55], [120, 80], [90]], None),
        ([[100, 70, 55], [120, 80, None], [90, None, None]], None),
        (NAMED, "month"),
        (pl.DataFrame(NAMED, strict=False), "month"),
        (pl.DataFrame(NAMED, strict=False).lazy(), "month"),
        (pa.table(NAMED), "month"),
        (pd.DataFrame(NAMED)[["M2", "month", "M0", "M1"]], "month"),
        (FRAME.rename(columns=lambda age: age + 1), None),
        (FRAME.rename(columns=dict(enumerate(["start", "first", "second"]))), None),
    ],
)
def test_every_kind_of_triangle_is_the_long_table(data, cohort):
    assert triangle(data, cohort=cohort) == WANTED


def test_the_pivot_of_a_long_table():
    pivot = pd.DataFrame(LONG).pivot_table(index="cohort", columns="renewals", values="customers")
    assert triangle(pivot) == WANTED


def test_columns_in_the_order_of_words_are_sorted_by_age():
    ages = [str(age) for age in range(12)]
    row = [[float(100 - age) for age in range(12)]]
    frame = pd.DataFrame(row, columns=ages)[sorted(ages)]
    assert list(frame.columns[:3]) == ["0", "1", "10"]
    assert triangle(frame) == Contracts.from_survivors(row[0], period="1 month")


@given(st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=6), min_size=1, max_size=5))
def test_cohorts_add_up(rows):
    tables = [sorted(row, reverse=True) for row in rows]
    if not any(table[0] for table in tables):
        return
    longest = max(map(len, tables))
    padded = [table + [NAN] * (longest - len(table)) for table in tables]
    try:
        found = triangle(padded)
    except DataError as error:
        assert "every cohort ends with one 0 more" in str(error)  # noqa: PT017 - some are drawn so
        return
    left, stays = np.zeros(longest), np.zeros(longest)
    for table in tables:
        for age, (here, later) in enumerate(itertools.pairwise(table)):
            left[age] += here - later
        stays[len(table) - 1] += table[-1]
    made = found.renewals.astype(int)
    np.testing.assert_array_equal(found.left, left[made])
    np.testing.assert_array_equal(found.active, stays[made])


# --- bad input ------------------------------------------------------------------------------

START = "the triangle must start with all customers of a cohort and never rise, but cohort "
COLUMNS = (
    "A triangle has a column for each number of renewals made, 0, 1, 2, … (or from 1 on); for "
    "columns that are calendar months or years, move each row to the left to its first number."
)


def with_(row, age, value):
    frame = FRAME.copy()
    frame.iloc[row, age] = value
    return frame


BAD = {
    "rises": (
        lambda: triangle(with_(1, 1, 125)),
        START + "'Feb' has 125 customers at age 1, but 120 before. Customers who left do not come "
        "back into their cohort; start a new one for them. Counts of customers who bought again in "
        "a month do rise: for those use PurchaseHistory.",
    ),
    "gap": (
        lambda: triangle(with_(0, 1, NAN)),
        START + "'Jan' has a number at age 2, but none at the age before. Leave what is not yet "
        "seen empty (NaN, None).",
    ),
    "calendar months": (
        lambda: triangle([[100, 70, 55], [None, 120, 80], [None, None, 90]]),
        START + f"1 has no customers at age 0. {COLUMNS}",
    ),
    "negative": (
        lambda: triangle(with_(2, 0, -90)),
        START + "'Mar' has -90 customers at age 0. It counts customers.",
    ),
    "infinite": (
        lambda: triangle(with_(0, 1, np.inf)),
        START + "'Jan' has inf customers at age 1. It counts customers.",
    ),
    "shares": (
        lambda: triangle([[1, 0.7], [1, 0.8]]),
        (
            "the triangle must hold numbers of customers, but it seems to hold shares: every "
            "cohort starts with 1. Multiply each row by the size of its cohort."
        ),
    ),
    "percentages": (
        lambda: triangle([[100, 70.5], [100, 80]]),
        (
            "the triangle must hold numbers of customers, but it seems to hold shares: every "
            "cohort starts with 100. Multiply each row by the size of its cohort."
        ),
    ),
    "zeros for what is not seen": (
        lambda: triangle(FRAME.fillna(0)),
        (
            "the triangle must be empty where nothing is seen yet, but every cohort ends with one "
            "0 more than the one beside it, as if all of its customers had left. Leave what is "
            "not yet seen empty (NaN, None). In a pivot, omit fill_value=0."
        ),
    ),
    "years as columns": (
        lambda: triangle({"2022": [100, 90], "2023": [70, None]}),
        (
            f"the columns of the triangle must be ages, one after the other, but 0 is not there, "
            f"and '2022' is. {COLUMNS}"
        ),
    ),
    "an age is not there": (
        lambda: triangle({"0": [100, 90], "1": [70, None], "3": [60, None]}),
        (
            f"the columns of the triangle must be ages, one after the other, but 2 is not there, "
            f"and '3' is. {COLUMNS}"
        ),
    ),
    "one age": (
        lambda: triangle([[100], [90]]),
        "the triangle must have at least 2 ages, but it has 1.",
    ),
    "empty": (lambda: triangle([]), "the triangle is empty. Give at least one customer."),
    "nobody": (lambda: triangle([[0, 0]]), "there are no contracts. Give at least one customer."),
    "no table": (
        lambda: triangle(5),
        "the triangle must be a table of rows and columns, but its type is int and its shape ().",
    ),
    "text": (
        lambda: triangle({"0": ["many", "few"], "1": [1, 2]}),
        (
            "0 must be a number, but row 0 has 'many' (and 1 more row). Give numbers; if it names "
            "the rows, say cohort='0'."
        ),
    ),
    "text beside the names": (
        lambda: triangle({"0": ["many", "few"], "1": [1, 2], "who": ["a", "b"]}, cohort="who"),
        "0 must be a number, but row 0 has 'many' (and 1 more row). Give numbers.",
    ),
    "column of cohorts is not there": (
        lambda: triangle(FRAME, cohort="month"),
        "cohort='month' is not a column of the data. The columns are 0, 1, 2.",
    ),
    "column of cohorts in a list": (
        lambda: triangle(COUNTS, cohort="month"),
        (
            "cohort='month' names a column, but the triangle is a list without names. Omit cohort, "
            "or give a dataframe."
        ),
    ),
    "a triangle as a long table": (
        lambda: Contracts.from_cohorts(FRAME, period="1 month"),
        (
            "cohort='cohort' is not a column of the data. renewals='renewals' is not a column of "
            "the data. customers='customers' is not a column of the data. None of them is there: "
            "is it the right table? The columns are 0, 1, 2. A table with a row for each cohort "
            "and a column for each age is read by Contracts.from_triangle."
        ),
    ),
}


@pytest.mark.parametrize(("ask", "message"), BAD.values(), ids=BAD)
def test_bad_triangles_are_refused_word_for_word(ask, message):
    with pytest.raises(DataError) as caught:
        ask()
    assert str(caught.value) == message


def test_the_error_holds_the_cell():
    with pytest.raises(DataError) as caught:
        triangle(with_(1, 1, 125))
    assert (caught.value.column, caught.value.rows, caught.value.value) == ("1", (1,), 125)
