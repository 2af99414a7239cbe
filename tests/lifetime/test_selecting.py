"""Rows of a history by identifiers: in the order asked for, and refused in words where absent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import testing
from custvalue.errors import DataError, ParameterError
from custvalue.lifetime import OpportunityHistory, PurchaseHistory


def history(customer=("bob", "ann", "cid"), **more):
    return PurchaseHistory.from_arrays(
        customer=customer,
        frequency=[2, 0, 1],
        recency=[30, 0, 7],
        age=[38, 39, 40],
        monetary_value=[5, 0, 3],
        unit="week",
        **more,
    )


def test_rows_come_in_the_order_asked_for():
    found = history().select(customers=["cid", "bob"])
    assert found.customer.tolist() == ["cid", "bob"]
    assert found.frequency.tolist() == [1, 2]
    assert found.monetary_value.tolist() == [3, 5]


@pytest.mark.parametrize("ids", [(30, 10, 20), (10, 20, 30), ("30", "10", "20")])
def test_one_customer_is_a_history_of_one_row(ids):
    base = history(ids)
    for row, customer in enumerate(ids):
        one = base.of(customer)
        assert one.customer.tolist() == [customer]
        assert one == base.select(np.arange(3) == row)


@given(testing.purchase_histories(), st.randoms(use_true_random=False))
def test_identifiers_choose_what_a_mask_chooses(base, random):
    ids = base.customer.tolist()
    random.shuffle(ids)
    some = ids[: random.randint(1, len(ids))]
    mask = np.isin(base.customer, some)
    assert base.select(customers=sorted(some)) == base.select(mask)
    assert base.select(customers=some).customer.tolist() == some


WORDS, NUMBERS = history(), history([7, 8, 9])
BAD = {
    "unknown, reads like another": (
        lambda: WORDS.of("anne"),
        (
            "customer must be in the history, but 'anne' is not. Did you mean 'ann'? It has 3 "
            "customers, such as 'bob'."
        ),
    ),
    "several unknown": (
        lambda: NUMBERS.select(customers=[8, 1, 2]),
        (
            "customers must be in the history, but 1 is not (and 1 more row). It has 3 customers, "
            "such as 7."
        ),
    ),
    "text for a number": (
        lambda: NUMBERS.select(customers=["8"]),
        (
            "customers must be in the history, but '8' is not. Identifiers are whole numbers "
            "there: did you mean 8? It has 3 customers, such as 7."
        ),
    ),
    "a number for text": (
        lambda: history(["7", "8", "9"]).of(8),
        (
            "customer must be in the history, but 8 is not. Identifiers are text there: did you "
            "mean '8'? It has 3 customers, such as '7'."
        ),
    ),
    "twice": (
        lambda: WORDS.select(customers=["ann", "bob", "ann"]),
        (
            "customers must be different in every row, but row 2 has 'ann'. Ask for each customer "
            "once."
        ),
    ),
    "none": (
        lambda: WORDS.select(customers=[]),
        "customers is empty. Give at least one customer.",
    ),
}


@pytest.mark.parametrize(("ask", "message"), BAD.values(), ids=BAD)
def test_what_is_not_there_is_refused_word_for_word(ask, message):
    with pytest.raises(DataError) as caught:
        ask()
    assert str(caught.value) == message


def test_the_error_holds_the_rows():
    with pytest.raises(DataError) as caught:
        NUMBERS.select(customers=[8, 1, 7, 2])
    assert (caught.value.rows, caught.value.count, caught.value.value) == ((1, 3), 2, 1)


@pytest.mark.parametrize(
    ("how", "given"), [({}, "neither"), ({"mask": [True], "customers": ["ann"]}, "both")]
)
def test_one_way_of_choosing(how, given):
    with pytest.raises(ParameterError) as caught:
        WORDS.select(**how)
    assert str(caught.value) == (
        f"select needs a mask or customers=, but {given} is given. Write "
        f"history.select(history.frequency > 0), or history.select(customers=['ann', 'bob'])."
    )


def test_opportunities_are_chosen_alike():
    donors = OpportunityHistory.from_arrays(
        frequency=[2, 0, 1],
        recency=[3, 0, 2],
        opportunities=4,
        customer=["bob", "ann", "cid"],
        period="1 year",
    )
    assert donors.select(customers=["cid", "bob"]).recency.tolist() == [2, 3]
    assert donors.of("ann") == donors.select(donors.frequency == 0)
    assert donors.of("ann").period == "1 year"
    with pytest.raises(DataError, match="Did you mean 'bob'"):
        donors.of("bobo")


def test_rows_without_identifiers_have_a_mask_only():
    donors = OpportunityHistory.from_arrays(frequency=[2, 0], recency=[3, 0], opportunities=4)
    assert len(donors.select([True, False])) == 1
    with pytest.raises(DataError) as caught:
        donors.of("ann")
    assert str(caught.value) == (
        "the history has no identifiers. Give customer= to the method that makes it, or use a mask."
    )
