"""Tables of the same customers are equal whatever their kind; what differs is named."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import lifetime, testing
from custvalue.errors import DataError, ParameterError

OURS = {
    "customer": ["A", "B", "C"],
    "p_alive": [0.8, 0.25, None],
    "purchases": [3, 0, 1],
    "last": [date(2025, 1, 2), date(2025, 3, 4), None],
    "tier": ["gold", "iron", None],
}
TURNED = {name: column[::-1] for name, column in OURS.items()}
KINDS = [
    dict,
    pd.DataFrame,
    lambda data: pd.DataFrame(data, index=[7, 7, 9]).convert_dtypes(),
    pl.DataFrame,
    pl.LazyFrame,
    pa.table,
]
NAMES = ["dict", "pandas", "nullable", "polars", "lazy", "pyarrow"]


@pytest.mark.parametrize("right", KINDS, ids=NAMES)
@pytest.mark.parametrize("left", KINDS, ids=NAMES)
def test_the_kind_of_a_table_and_the_order_of_rows_do_not_matter(left, right):
    testing.assert_same_customers(left(OURS), right(TURNED))
    changed = {**TURNED, "purchases": [1, 0, 4]}
    with pytest.raises(AssertionError) as caught:
        testing.assert_same_customers(left(OURS), right(changed))
    assert str(caught.value) == (
        "column 'purchases' of customer 'A' is 3 in left, but 4 in right. 1 customer of 3 differs "
        "in 'purchases'."
    )


@pytest.mark.parametrize(
    ("column", "entries"),
    [
        ("purchases", np.array([3.0, 0.0, 1.0], dtype=np.float32)),
        ("purchases", [Decimal(3), Decimal(0), Decimal(1)]),
        ("purchases", [3 + 1e-9, 1e-13, 1]),
        ("p_alive", [0.8, 0.25, np.nan]),
        ("last", np.array(["2025-01-02", "2025-03-04", "NaT"], dtype="M8[ns]")),
        ("last", [datetime(2025, 1, 2), datetime(2025, 3, 4), None]),  # noqa: DTZ001 - no zone
        ("last", [datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 3, 4, tzinfo=UTC), None]),
        ("tier", np.array(["gold", "iron", None], dtype=object)),
    ],
)
def test_types_do_not_matter(column, entries):
    testing.assert_same_customers(OURS, {**OURS, column: entries})


@pytest.mark.parametrize(
    ("column", "entries", "message"),
    [
        (
            "p_alive",
            [0.8, 0.3, 0.4],
            (
                "column 'p_alive' of customer 'B' is 0.25 in left, but 0.3 in right. 2 customers "
                "of 3 differ in 'p_alive'."
            ),
        ),
        (
            "p_alive",
            [None, 0.25, None],
            (
                "column 'p_alive' of customer 'A' is 0.8 in left, but missing in right. 1 customer "
                "of 3 differs in 'p_alive'."
            ),
        ),
        (
            "last",
            [date(2025, 1, 2), date(2025, 3, 5), None],
            (
                "column 'last' of customer 'B' is 2025-03-04 in left, but 2025-03-05 in right. "
                "1 customer of 3 differs in 'last'."
            ),
        ),
        (
            "tier",
            ["gold", "Iron", None],
            (
                "column 'tier' of customer 'B' is 'iron' in left, but 'Iron' in right. 1 customer "
                "of 3 differs in 'tier'."
            ),
        ),
        (
            "purchases",
            ["3", "0", "1"],
            (
                "column 'purchases' of customer 'A' is 3 in left, but '3' in right. 3 customers of "
                "3 differ in 'purchases'."
            ),
        ),
        (
            "purchases",
            [3, 0, np.inf],
            (
                "column 'purchases' of customer 'C' is 1 in left, but inf in right. 1 customer of "
                "3 differs in 'purchases'."
            ),
        ),
    ],
)
def test_customer_column_and_both_values_are_named(column, entries, message):
    with pytest.raises(AssertionError) as caught:
        testing.assert_same_customers(OURS, {**OURS, column: entries})
    assert str(caught.value) == message


def test_every_column_that_differs_is_counted():
    other = {**OURS, "purchases": [3, 1, 2], "tier": ["iron", "iron", None]}
    with pytest.raises(AssertionError) as caught:
        testing.assert_same_customers(OURS, other)
    assert str(caught.value) == (
        "column 'purchases' of customer 'B' is 0 in left, but 1 in right. 2 customers of 3 differ "
        "in 'purchases', 1 customer of 3 differs in 'tier'."
    )
    testing.assert_same_customers(OURS, other, columns=["p_alive", "last"])


def test_tolerances_are_relative_and_absolute():
    left, right = {"id": [1, 2], "x": [1000, 0]}, {"id": [1, 2], "x": [1001, 0.5]}
    testing.assert_same_customers(
        left, right, customer="id", tolerance=0.002, absolute_tolerance=0.6
    )
    with pytest.raises(AssertionError, match="customer 1 is 1000 in left, but 1001 in right"):
        testing.assert_same_customers(left, right, customer="id", absolute_tolerance=0.6)
    with pytest.raises(AssertionError, match="customer 2 is 0 in left, but "):
        testing.assert_same_customers(left, right, customer="id", tolerance=0.002)


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [
        (
            {"customer": [1, 2, 3]},
            {"customer": [2]},
            "customer 1 is in left only; 2 customers of 3 in all.",
        ),
        (
            {"customer": [7]},
            {"customer": [7, 8]},
            "customer 8 is in right only; 1 customer of 2 in all.",
        ),
        (
            {"customer": [7]},
            {"customer": ["7"]},
            (
                "customer 7 is in left only; 1 customer of 1 in all. The other has '7': give both "
                "the same type."
            ),
        ),
        (
            {"customer": [7, 8, 7]},
            {"customer": [7, 8]},
            "customer 7 is in row 0 and in row 2 of left. A customer must have one row.",
        ),
        (
            {"customer": [7], "alive": [1], "x": [1]},
            {"customer": [7], "Alive": [1], "x": [1]},
            (
                "column 'alive' is in left only. Did you mean 'Alive'? Name those to compare, "
                "as in columns=['x']."
            ),
        ),
        (
            {"customer": [7]},
            {"customer": [7], "x": [1]},
            "column 'x' is in right only. Leave it out.",
        ),
    ],
)
def test_customers_and_columns_of_one_table_only(left, right, message):
    with pytest.raises(AssertionError) as caught:
        testing.assert_same_customers(left, right)
    assert str(caught.value) == message


def test_histories_must_count_in_one_unit():
    weeks = lifetime.PurchaseHistory.from_arrays(frequency=1, recency=2, age=4, unit="week")
    testing.assert_same_customers(weeks, weeks.in_unit("day").in_unit("week"))
    with pytest.raises(AssertionError) as caught:
        testing.assert_same_customers(weeks, weeks.in_unit("day"))
    assert str(caught.value) == (
        "left counts time in weeks, but right in days. Use right.in_unit('week')."
    )


@given(testing.purchase_histories(), st.randoms(use_true_random=False))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_a_history_is_the_same_in_any_order(history, random):
    rows = list(range(len(history)))
    random.shuffle(rows)
    turned = {name: column[rows] for name, column in history.columns().items()}
    testing.assert_same_customers(history, pl.DataFrame(turned))


def test_no_customers_are_the_same():
    empty = pd.DataFrame({"customer": [], "x": []})
    testing.assert_same_customers(empty, empty)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"tolerance": -1},
            ParameterError,
            "tolerance must be a number >= 0, but it is -1.",
        ),
        (
            {"absolute_tolerance": None},
            ParameterError,
            "absolute_tolerance must be a number >= 0, but it is None.",
        ),
        (
            {"columns": "tier"},
            ParameterError,
            (
                "columns must be a list of names, as in ['frequency'], but it is 'tier'. Write "
                "['tier']."
            ),
        ),
        (
            {"columns": []},
            ParameterError,
            "columns must be a list of names, as in ['frequency'], but it is [].",
        ),
        (
            {"columns": ["teir"]},
            DataError,
            (
                "columns='teir' is not a column of the data. Did you mean 'tier'? The columns are "
                "'customer', 'p_alive', 'purchases', 'last', 'tier'."
            ),
        ),
        (
            {"customer": "id"},
            DataError,
            (
                "customer='id' is not a column of the data. The columns are 'customer', 'p_alive', "
                "'purchases', 'last', 'tier'."
            ),
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error) as caught:
        testing.assert_same_customers(OURS, OURS, **options)
    assert str(caught.value) == message


def test_identifiers_must_be_there():
    with pytest.raises(DataError, match="customer must be present"):
        testing.assert_same_customers({"customer": ["A", None]}, {"customer": ["A", None]})
