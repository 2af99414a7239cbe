"""Reasons to leave: published intervals, the probability by counting, bad input; the wallet."""

import itertools
import math

import numpy as np
import pytest

from custvalue import loyalty
from custvalue._loyalty.reasons import _within
from custvalue.errors import DataError, ParameterError

COUNTS = {"price": 17, "service": 14, "moved": 8, "car": 6, "rest": 5}


def test_goodman_with_chi_square_at_one_minus_alpha_over_k():
    found = loyalty.churn_reasons(COUNTS)
    published = [
        (0.195526, 0.521963),
        (0.149946, 0.461601),
        (0.068181, 0.331482),
        (0.044713, 0.284322),
        (0.033991, 0.259731),
    ]
    for its, ends in zip(found.reasons, published, strict=True):
        assert (its.low, its.high) == pytest.approx(ends, abs=1e-6)


def test_sison_and_glaz():
    found = loyalty.churn_reasons(COUNTS, method="sison-glaz")
    published = [(0.22, 0.495737), (0.16, 0.435737), (0.04, 0.315737), (0, 0.275737), (0, 0.255737)]
    for its, ends in zip(found.reasons, published, strict=True):
        assert (its.low, its.high) == pytest.approx(ends, abs=1e-6)


@pytest.mark.parametrize("width", [2, 4])
def test_the_probability_within_a_width_is_that_of_all_tables(width):
    counts = np.array([12.0, 9.0, 9.0])
    n, exact = 30, 0.0
    for table in itertools.product(range(31), repeat=2):
        rest = n - sum(table)
        each = (*table, rest)
        if rest < 0 or any(abs(x - c) > width for x, c in zip(each, counts, strict=True)):
            continue
        log = math.lgamma(n + 1) - sum(math.lgamma(x + 1) for x in each)
        log += sum(x * math.log(c / n) for x, c in zip(each, counts, strict=True))
        exact += math.exp(log)
    assert _within(counts, width) == pytest.approx(exact, abs=0.01)  # an Edgeworth expansion


def test_pareto_frames_and_json():
    found = loyalty.churn_reasons({"b": 2, "a": 2, "c": 0, "d": 6})
    assert [its.name for its in found.reasons] == ["d", "a", "b", "c"]
    assert [its.cumulative for its in found.reasons] == [0.6, 0.8, 1.0, 1.0]
    assert loyalty.ChurnReasons.from_json(found.to_json()) == found
    assert found.columns()["count"].tolist() == [6, 2, 2, 0]


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: loyalty.churn_reasons({"a": 0.4, "b": 2}),
            DataError,
            (
                "counts['a'] must be a whole number from 0 to 1,000,000,000,000,000, but it is "
                "0.4. Count customers."
            ),
        ),
        (
            lambda: loyalty.churn_reasons({"a": float("nan"), "b": 2}),
            DataError,
            (
                "counts['a'] must be a whole number from 0 to 1,000,000,000,000,000, but it is "
                "nan. Count customers."
            ),
        ),
        (
            lambda: loyalty.churn_reasons({"b": 2, "a": 1e300}),
            DataError,
            (
                "counts['a'] must be a whole number from 0 to 1,000,000,000,000,000, but it is "
                "1e+300. Count customers."
            ),
        ),
        (
            lambda: loyalty.churn_reasons({"a": 4}),
            DataError,
            (
                "counts must have at least two reasons, and somebody who gave one, but "
                "it has 1 reason "
                "of 4 customers."
            ),
        ),
        (
            lambda: loyalty.churn_reasons({"a": 0, "b": 0}),
            DataError,
            (
                "counts must have at least two reasons, and somebody who gave one, but "
                "it has 2 reasons of 0 customers."
            ),
        ),
        (
            lambda: loyalty.churn_reasons({"a": 5, "b": 3}, customers=4),
            DataError,
            (
                "customers must be at least those who gave the most frequent reason, but it is 4, "
                "and 'a' was given by 5."
            ),
        ),
        (
            lambda: loyalty.churn_reasons({"a": 5, "b": 3}, customers=9, method="sison-glaz"),
            ParameterError,
            (
                "method='sison-glaz' needs one reason of every customer, but customers= says that "
                "each may give several. Use method='goodman'."
            ),
        ),
        (
            lambda: loyalty.churn_reasons(5),
            ParameterError,
            (
                "counts must be a mapping of name to number, as in {'price': 17, "
                "'moved': 8}, but it "
                "is int."
            ),
        ),
        (
            lambda: loyalty.churn_reasons(COUNTS).columns(level=0.9),
            ParameterError,
            (
                "level must be 0.95, at which these intervals were found together, but it is 0.9. "
                "Write churn_reasons(counts, level=0.9)."
            ),
        ),
        (
            lambda: loyalty.wallet_allocation([1, 4, 2]),
            DataError,
            "ranks must be a number from 1 to 3, but row 1 has 4. 1 is the best brand.",
        ),
        (
            lambda: loyalty.share_of_customer([5, 1], [4, 2]),
            DataError,
            (
                "own must be at most that of the category, but row 0 has 5. What is "
                "spent with you is "
                "part of the category."
            ),
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


def test_the_wallet_allocation_rule():
    assert loyalty.wallet_allocation([1, 2, 3]) == pytest.approx([0.5, 1 / 3, 1 / 6], abs=1e-4)
    for ranks in ([1], [2, 1], [1, 1], [1, 2, 2, 4], [4, 2, 2, 1]):
        assert loyalty.wallet_allocation(ranks).sum() == pytest.approx(1)


def test_share_of_customer_is_a_ratio_with_its_linearised_error():
    rng = np.random.default_rng(2)
    whole = rng.gamma(2, 50, 400)
    own = whole * rng.beta(2, 3, 400)
    weights = rng.uniform(0.5, 2, 400)
    found = loyalty.share_of_customer(own, whole, weights=weights)
    share = (weights @ own) / (weights @ whole)
    rest = weights * (own - share * whole) / (weights @ whole)
    assert found.value == pytest.approx(share)
    assert found.standard_error == pytest.approx((400 / 399 * rest @ rest) ** 0.5)


def test_several_reasons_of_a_customer_have_no_multinomial():
    found = loyalty.churn_reasons({"price": 90, "service": 60, "moved": 4}, customers=100)
    assert [its.share for its in found.reasons] == [0.9, 0.6, 0.04]
    assert found.reason("service").cumulative == pytest.approx(150 / 154)
    one = loyalty.churn_reasons({"service": 60, "x": 40, "y": 0})  # the same interval
    assert found.reason("service").low == pytest.approx(one.reason("service").low)
    assert "100 customers, several reasons allowed." in str(found)
    assert loyalty.ChurnReasons.from_json(found.to_json()) == found
    found.plot()


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_several_reasons_hold_together():
    rng, truth, held = np.random.default_rng(6), np.array([0.8, 0.4, 0.3, 0.05]), 0
    for _ in range(400):
        moody = rng.random((150, 1)) < 0.5  # who gives one reason gives others
        gave = rng.random((150, 4)) < truth * np.where(moody, 0.75, 1.25)
        counts = dict(zip("abcd", gave.sum(axis=0).tolist(), strict=True))
        each = {its.name: its for its in loyalty.churn_reasons(counts, customers=150).reasons}
        ends = [(each[name].low, each[name].high) for name in "abcd"]
        held += all(low <= p <= high for (low, high), p in zip(ends, truth, strict=True))
    assert held / 400 > 0.93


def test_a_reason_that_nobody_gave_is_kept_with_its_interval():
    found = loyalty.churn_reasons({"price": 9, "moved": 0}).reason("moved")
    assert (found.count, found.share, found.low) == (0, 0, 0)
    assert found.high > 0.3


def test_customers_of_whom_a_spend_is_not_known_are_counted():
    nan = float("nan")
    found = loyalty.share_of_customer(
        [80, 20, nan, 50, 10], [100, nan, 100, 60, 90], weights=[1, 1, 1, 1, 0]
    )
    assert (found.value, found.n, found.left_out, found.without_weight) == (130 / 160, 2, 2, 1)
    assert "Left out, because own or category spend is not known: 2 customers." in str(found)
    assert "Left out, because the weight is 0: 1 customer." in str(found)
    assert "Left out" not in str(loyalty.share_of_customer([1, 2], [2, 2]))
    assert type(found).from_json(found.to_json()) == found


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("method", ["goodman", "sison-glaz"])
def test_all_intervals_hold_together(method):
    rng, truth, held = np.random.default_rng(3), np.array([0.4, 0.25, 0.2, 0.1, 0.05]), 0
    for counts in rng.multinomial(120, truth, 500):
        found = loyalty.churn_reasons(
            dict(zip("abcde", counts.tolist(), strict=True)), method=method
        )
        each = {its.name: its for its in found.reasons}
        held += all(
            each[name].low <= share <= each[name].high
            for name, share in zip("abcde", truth, strict=True)
        )
    assert held / 500 > 0.93


def test_names_that_are_alike_lose_nobody():
    with pytest.raises(DataError) as caught:
        loyalty.churn_reasons({1: 3, "1": 1, "b": 2})
    assert str(caught.value) == (
        "counts has '1' more than once. Give every count a name of its own."
    )
    with pytest.raises(DataError, match="counts has None as a name"):
        loyalty.churn_reasons({None: 3, "b": 2})
