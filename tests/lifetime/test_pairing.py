"""Returns beside the purchases that they undo."""

import numpy as np
import pytest
import reference_pairing as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import lifetime
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import PurchaseHistory

END = "2024-03-31"


def read(rows, returns="pair", **how):
    """Read rows of customer, day of January, amount and product."""
    who, day, money, product = zip(*rows, strict=True)
    log = {
        "id": list(who),
        "d": [f"2024-01-{each:02d}" for each in day],
        "m": np.array(money, dtype=float),
        "product": list(product),
    }
    columns = {"customer": "id", "date": "d", "spend": "m"}
    how = {"observation_end": END, "unit": "day", "returns": returns, **how}
    return PurchaseHistory.from_transactions(log, **columns, **how)


def counts(history):
    names = ("paired_returns", "cancelled_purchases", "reduced_purchases", "unmatched_returns")
    return tuple(getattr(history.excluded, name) for name in names)


def test_a_cancelled_order_is_no_purchase_day():
    rows = [("p", 1, 5, "a"), ("p", 5, 9, "a"), ("p", 6, -9, "a"), ("q", 1, 7, "a")]
    history = read(rows)
    assert (history.frequency.tolist(), history.monetary_value.tolist()) == ([0, 0], [0, 0])
    assert counts(history) == (1, 1, 0, 0)
    assert history.excluded.transactions == 2
    assert "excluded: purchases that were returned" in str(history)


def test_the_latest_purchase_for_the_same_amount_is_cancelled():
    rows = [("p", 1, 9, "a"), ("p", 5, 9, "a"), ("p", 8, 4, "a"), ("p", 9, -9, "a")]
    history = read(rows)
    assert (history.frequency[0], history.recency[0], history.monetary_value[0]) == (1, 7, 4)


def test_a_return_cannot_undo_a_later_purchase():
    rows = [("p", 1, 5, "a"), ("p", 2, -9, "a"), ("p", 5, 9, "a")]
    assert counts(read(rows, unmatched_returns="drop")) == (0, 0, 0, 1)


def test_on_one_day_the_order_of_rows_does_not_count():
    rows = [("p", 1, 5, "a"), ("p", 4, -9, "a"), ("p", 4, 9, "a")]
    assert counts(read(rows)) == (1, 1, 0, 0)


def test_returns_are_those_of_the_customer():
    rows = [("p", 1, 5, "a"), ("q", 1, 9, "a"), ("p", 2, -9, "a")]
    assert counts(read(rows, unmatched_returns="drop")) == (0, 0, 0, 1)


def test_with_a_column_shared_parts_are_returned_and_products_kept_apart():
    rows = [
        ("p", 1, 1, "x"),
        ("p", 3, 20, "a"),
        ("p", 3, 20, "b"),
        ("p", 9, -5, "b"),
        ("p", 10, -15, "b"),
        ("p", 12, -8, "a"),
    ]
    history = read(rows, return_columns=["product"])
    assert (history.frequency[0], history.monetary_value[0]) == (1, 12)
    assert counts(history) == (3, 1, 1, 0)


def test_the_lines_of_an_order_returned_at_once():
    rows = [("p", 1, 1, "x"), ("p", 3, 20, "o1"), ("p", 3, 30, "o1"), ("p", 9, -50, "o1")]
    history = read(rows, return_columns=["product"])
    assert history.frequency[0] == 0
    assert counts(history) == (1, 2, 0, 0)


def test_rounding_does_not_leave_a_purchase():
    rows = [("p", 1, 1, "x"), ("p", 3, 0.1, "o"), ("p", 3, 0.2, "o"), ("p", 9, -0.3, "o")]
    assert read(rows, return_columns=["product"]).frequency[0] == 0


UNMATCHED = [("p", 1, 5, "a"), ("p", 3, 10, "a"), ("p", 9, -4, "a"), ("q", 2, -3, "a")]


@pytest.mark.parametrize(
    ("policy", "money", "returns"), [("net", 6.0, 0), ("drop", 10.0, 2)], ids=["net", "drop"]
)
def test_policies_for_returns_without_a_purchase(policy, money, returns):
    history = read(UNMATCHED, unmatched_returns=policy)
    assert history.customer.tolist() == ["p"]
    assert history.monetary_value[0] == money
    assert counts(history) == (0, 0, 0, 2)
    assert (history.excluded.returns, history.excluded.customers) == (returns, 1)
    assert "returns of no purchase" in str(history)


REMEDY = (
    "Use unmatched_returns='net' to subtract such returns from what the customer spent, or "
    "unmatched_returns='drop'."
)
BAD = {
    "unmatched": (
        {},
        DataError,
        (
            "m must be a purchase, or the return of an earlier purchase of the customer, but row 2 "
            f"has -4 (and 1 more row). {REMEDY}"
        ),
    ),
    "unmatched, by product": (
        {"return_columns": ["product"]},
        DataError,
        (
            "m must be a purchase, or the return of an earlier purchase of the customer, with the "
            f"same product, but row 3 has -3. {REMEDY}"
        ),
    ),
    "columns without pairs": (
        {"returns": "net", "return_columns": ["product"]},
        ParameterError,
        (
            "return_columns=['product'] is for returns beside their purchases, but returns='net'. "
            "Add returns='pair', or omit it."
        ),
    ),
    "policy without pairs": (
        {"returns": "drop", "unmatched_returns": "net"},
        ParameterError,
        (
            "unmatched_returns='net' is for returns beside their purchases, but returns='drop'. "
            "Add returns='pair', or omit it."
        ),
    ),
    "no list of columns": (
        {"return_columns": "product"},
        ParameterError,
        "return_columns must be a list of columns, as in ['product'], but it is 'product'.",
    ),
    "unknown policy": (
        {"unmatched_returns": "keep"},
        ParameterError,
        "unmatched_returns must be one of 'raise', 'net', 'drop', but it is 'keep'.",
    ),
    "largest spend of nothing": (
        {"largest_spend": 0},
        ParameterError,
        "largest_spend must be > 0 and at most 1e+100, or None, but it is 0.",
    ),
    "unknown column": (
        {"return_columns": ["order"]},
        DataError,
        (
            "return_columns[0]='order' is not a column of the data. The columns are 'id', 'd', "
            "'m', 'product'."
        ),
    ),
}


@pytest.mark.parametrize(("how", "error", "message"), BAD.values(), ids=BAD)
def test_bad_input(how, error, message):
    with pytest.raises(error) as caught:
        read(UNMATCHED, **how)
    assert str(caught.value) == message


def test_a_lazy_log_says_what_to_do():
    polars = pytest.importorskip("polars")
    log = polars.LazyFrame({"id": [1], "d": ["2024-01-01"], "m": [1.0]})
    with pytest.raises(ParameterError) as caught:
        PurchaseHistory.from_transactions(
            log,
            customer="id",
            date="d",
            spend="m",
            returns="pair",
            observation_end=END,
            unit="day",
        )
    assert str(caught.value) == (
        "returns='pair' is for logs in memory, but this one is lazy. Collect the log first, or "
        "give returns='net'."
    )


def test_an_update_does_not_see_what_was_returned():
    history = read([("p", 1, 5, "a")], returns="net")
    with pytest.raises(ParameterError) as caught:
        history.update(
            {"id": ["p"], "d": ["2024-04-02"], "m": [-5.0]},
            customer="id",
            date="d",
            spend="m",
            returns="pair",
            observation_end="2024-04-30",
        )
    assert str(caught.value) == (
        "returns='pair' looks for the purchases that were returned, which an update does not see. "
        "Read the whole log with PurchaseHistory.from_transactions, or give returns='net'."
    )


amounts = st.sampled_from([-20, -10, -5, 5, 10, 10, 20, 20])
logs = st.lists(
    st.tuples(st.sampled_from("pq"), st.integers(1, 9), amounts, st.sampled_from("ab")),
    min_size=1,
    max_size=25,
).map(lambda rows: [("z", 1, 5, "a"), *rows])


@settings(deadline=None)
@given(logs, st.booleans())
def test_pairs_one_by_one(rows, by_product):
    columns = ["product"] if by_product else []
    history = read(rows, return_columns=columns, unmatched_returns="net")
    kept, told = reference.paired(rows, by_product=by_product)
    assert counts(history) == told
    plain = read(kept, returns="net")
    assert history.customer.tolist() == plain.customer.tolist()
    for name in ("frequency", "recency", "age", "monetary_value"):
        np.testing.assert_allclose(getattr(history, name), getattr(plain, name))


# --- the largest spend -------------------------------------------------------------------------

LARGE = [("p", 1, 5, "a"), ("p", 3, 10_000, "a"), ("p", 5, 30, "a"), ("q", 2, 7, "a")]


def test_the_largest_spend_caps_single_amounts_and_counts_them():
    history = read(LARGE, returns="raise", largest_spend=100)
    assert history.monetary_value.tolist() == [65, 0]
    assert (history.excluded.capped, history.excluded.transactions) == (1, 0)
    assert "capped amounts" in str(history)


def test_returns_are_paired_before_amounts_are_capped():
    rows = [*LARGE, ("p", 9, -10_000, "a"), ("p", 9, -4_000, "a")]
    history = read(rows, unmatched_returns="net", largest_spend=100)
    assert history.monetary_value[0] == 30 - 100
    assert (history.excluded.capped, history.excluded.cancelled_purchases) == (1, 1)


@pytest.mark.parametrize("returns", ["net", "profit"])
def test_lazy_logs_are_capped_alike(returns):
    polars = pytest.importorskip("polars")
    rows = [*LARGE, ("q", 9, -4_000, "a")]
    who, day, money, _ = zip(*rows, strict=True)
    log = polars.LazyFrame({"id": who, "d": [f"2024-01-{each:02d}" for each in day], "m": money})
    history = PurchaseHistory.from_transactions(
        log,
        customer="id",
        date="d",
        spend="m",
        returns=returns,
        largest_spend=100,
        observation_end=END,
        unit="day",
    )
    plain = read(rows, returns=returns, largest_spend=100)
    assert history.monetary_value.tolist() == plain.monetary_value.tolist()
    assert history.excluded == plain.excluded


# --- profits -----------------------------------------------------------------------------------


def test_a_loss_is_a_purchase_where_amounts_are_profits():
    rows = [("p", 1, 5, "a"), ("p", 4, -2, "a"), ("p", 9, -3, "a"), ("q", 1, -1, "a")]
    history = read(rows, returns="profit")
    assert history.frequency.tolist() == [2, 0]
    assert history.monetary_value.tolist() == [-2.5, 0]


def test_profits_of_a_summary_may_be_negative():
    columns = {"frequency": [2, 0], "recency": [3, 0], "age": [9, 9], "monetary_value": [-4.0, 0]}
    given = PurchaseHistory.from_arrays(**columns, profits=True, unit="day")
    read_in = PurchaseHistory.from_frame(
        columns, monetary_value="monetary_value", profits=True, unit="day"
    )
    assert given.monetary_value.tolist() == read_in.monetary_value.tolist() == [-4, 0]


# --- a split -----------------------------------------------------------------------------------


def test_a_split_knows_of_a_return_when_it_happens():
    rows = [("p", 1, 5), ("p", 4, 9), ("p", 5, -9), ("p", 6, 7), ("p", 12, -7), ("p", 14, 8)]
    who, day, money = zip(*rows, strict=True)
    log = {"id": who, "d": [f"2024-01-{each:02d}" for each in day], "m": np.array(money, float)}
    train, holdout = lifetime.split(
        log,
        customer="id",
        date="d",
        spend="m",
        returns="pair",
        unit="day",
        calibration_end="2024-01-10",
        holdout_end="2024-01-20",
    )
    assert (train.frequency[0], train.monetary_value[0]) == (1, 7)
    assert (holdout.frequency[0], holdout.spend[0]) == (1, 8)
    assert (train.excluded.cancelled_purchases, holdout.excluded.cancelled_purchases) == (1, 1)
