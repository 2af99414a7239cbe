"""Win-back lists: by hand, against draws, groups, budgets, bad input word for word."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import loyalty
from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import Rate, WinBackList, win_back

LOST = {"An": 900, "Bo": 300, "Cy": 60}


def test_a_list_by_hand():
    found = win_back(LOST, chance=(12, 90), cost=15, anyway=0.02, offer=30)
    p = 12 / 90
    by_hand = [(p - 0.02) * value - p * 30 - 15 for value in (900, 300, 60)]
    assert found.customer.tolist() == ["An", "Bo", "Cy"]
    assert found.net == pytest.approx(by_hand)
    assert found.columns()["at_stake"] == pytest.approx([p * 900, p * 300, p * 60])
    assert found.columns()["cost"] == pytest.approx([15 + p * 30] * 3)
    assert found.worth_contacting == 2
    assert found.total.value == pytest.approx(sum(by_hand[:2]))


def test_intervals_and_probabilities_are_those_of_draws():
    found = win_back(
        LOST, chance=(12, 90), cost=15, anyway=(3, 150), offer=30, value_error=[90, 60, 10]
    )
    rng, n = np.random.default_rng(1), 400_000
    p, a = rng.beta(12.5, 78.5, n), rng.beta(3.5, 147.5, n)
    low, high = found.intervals(0.9)
    for place, (value, error) in enumerate(zip([900, 300, 60], [90, 60, 10], strict=True)):
        net = (p - a) * rng.normal(value, error, n) - p * 30 - 15
        ends = np.quantile(net, [0.05, 0.95])
        assert (low[place], high[place]) == pytest.approx(ends, abs=0.03 * np.ptp(ends))
        assert found.worth_it[place] == pytest.approx((net > 0).mean(), abs=0.01)
    together = (p - a) * (rng.normal(900, 90, n) + rng.normal(300, 60, n)) - p * 60 - 30
    ends = found.total.confidence_interval(0.9)
    expected = np.quantile(together, [0.05, 0.95])
    assert (ends.low, ends.high) == pytest.approx(expected, abs=0.03 * np.ptp(expected))
    assert found.total.n == 90


def test_a_chance_for_each_customer_with_its_error():
    found = win_back([500, 500], chance=[0.2, 0.1], chance_error=[0.05, 0.0], cost=20)
    low, high = found.intervals()
    logit = np.log(0.2 / 0.8) + np.array([-1.96, 1.96]) * 0.05 / 0.16
    ends = 500 / (1 + np.exp(-logit)) - 20
    assert (low[0], high[0]) == pytest.approx(ends, rel=0.02)
    assert (low[1], high[1]) == pytest.approx((30, 30))
    assert found.worth_it[1] == 1
    rng = np.random.default_rng(2)
    chance = 1 / (1 + np.exp(-rng.normal(np.log(0.25), 0.05 / 0.16, 400_000)))
    assert found.total.standard_error == pytest.approx((500 * chance).std(), rel=0.1)


def test_rates_by_reason_of_leaving():
    found = win_back(
        [100, 200, None, 400],
        chance={"price": (9, 80), "service": (12, 40)},
        by=["price", "service", "price", "price"],
        cost=[5, 6, 7, 8],
    )
    assert found.customer.tolist() == [1, 3, 0]
    assert found.net == pytest.approx([0.3 * 200 - 6, 9 / 80 * 400 - 8, 9 / 80 * 100 - 5])
    assert found.left_out == 1
    assert "Left out, because value or chance is not known: 1 customer." in str(found)
    total = found.total
    parts = [(12, 40, 200), (9, 80, 500)]
    variances = [
        value**2 * (a := x + 0.5) * (b := n - x + 0.5) / (a + b) ** 2 / (a + b + 1)
        for x, n, value in parts
    ]
    assert total.standard_error == pytest.approx(sum(variances) ** 0.5, rel=0.02)


@given(
    rows=st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1)), min_size=1, max_size=12),
    seed=st.integers(0, 99),
)
def test_the_order_of_rows_changes_nothing(rows, seed):
    values, chance = map(np.array, zip(*rows, strict=True))
    order = np.random.default_rng(seed).permutation(len(rows))
    one = win_back(values, chance=chance, customer=np.arange(len(rows)), cost=1)
    other = win_back(values[order], chance=chance[order], customer=order, cost=1)
    assert one == other
    assert (np.diff(one.net) <= 0).all()
    assert WinBackList.from_json(one.to_json()) == one


def test_equal_gains_are_in_the_order_of_customers():
    assert win_back({"b": 5, "a": 5}, chance=0.5, cost=0).customer.tolist() == ["a", "b"]


def test_top_and_budget():
    found = win_back(LOST, chance=0.2, cost=15)
    assert found.top(2).customer.tolist() == ["An", "Bo"]
    assert found.top(99) == found
    assert found.within(30).customer.tolist() == ["An", "Bo"]
    assert found.within(1_000).customer.tolist() == ["An", "Bo"]  # Cy is not worth it
    assert found.within(29).customer.tolist() == ["An"]


def test_nobody_worth_a_contact():
    found = win_back([10, 20], chance=0.1, cost=15)
    assert found.worth_contacting == 0
    assert found.total.value == 0
    assert "0 customers of 2 worth a contact" in str(found)
    found.plot()


def test_long_lists_are_cut_in_print_only():
    found = win_back(np.arange(1.0, 41), chance=0.5, cost=1)
    assert "The first 10 of 40." in str(found)
    assert len(found.columns()["net"]) == 40


def test_values_in_any_form():
    frames = (pd.Series(LOST), pl.DataFrame({"who": list(LOST), "value": list(LOST.values())}))
    for values in frames:
        assert win_back(values, chance=0.2, cost=15) == win_back(LOST, chance=0.2, cost=15)


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_from_counts_of_a_campaign_hold():
    rng, held, sure, runs = np.random.default_rng(5), 0, [], 600
    for _ in range(runs):
        p = rng.uniform(0.05, 0.3)
        found = win_back([300.0], chance=(int(rng.binomial(80, p)), 80), cost=40)
        low, high = found.intervals()
        held += low[0] <= 300 * p - 40 <= high[0]
        sure.append((found.worth_it[0], 300 * p > 40))
    assert 0.925 < held / runs < 0.98
    said, true = np.array(sure).T
    assert said.mean() == pytest.approx(true.mean(), abs=0.05)  # P(worth it) is calibrated


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: win_back(LOST, chance=12, cost=1),
            ParameterError,
            "chance must be a share from 0 to 1, but it is 12. Did you mean 0.12?",
        ),
        (
            lambda: win_back(LOST, chance=[0.1, 1.2, 0.3], cost=1),
            DataError,
            "chance must be a share from 0 to 1, but row 1 has 1.2. Give the chance of return.",
        ),
        (
            lambda: win_back(LOST, chance=[0.1], cost=1),
            DataError,
            "chance has 1 entries for 3 values.",
        ),
        (
            lambda: win_back(LOST, chance={"a": 0.1}, cost=1),
            ParameterError,
            (
                "chance has a rate for each of 'a', so by= must say to which of them each "
                "customer belongs."
            ),
        ),
        (
            lambda: win_back(LOST, chance={"a": 0.1}, by=["a", "b", "a"], cost=1),
            DataError,
            "chance must have a rate for every group of by, but it has none for 'b'.",
        ),
        (
            lambda: win_back(LOST, chance={"a": 0.1}, by=["a"], cost=1),
            DataError,
            "by has 1 entries for 3 values.",
        ),
        (
            lambda: win_back(LOST, chance=0.1, by=["a", "b", "a"], cost=1),
            ParameterError,
            (
                "by= needs chance as a mapping of group to rate, as in {'price': (9, 80), "
                "'service': (12, 40)}, but it is float."
            ),
        ),
        (
            lambda: win_back(LOST, chance=0.1, chance_error=0.1, cost=1),
            ParameterError,
            (
                "chance_error needs a chance for each customer. Give a rate that is shared as "
                "counts, an estimate, or Rate.beta(a, b), which say how sure it is."
            ),
        ),
        (
            lambda: win_back(LOST, chance=[0.1, 0.0, 0.3], chance_error=0.05, cost=1),
            DataError,
            (
                "chance_error must be at most chance · (1 - chance), but row 1 has 0.05. Where so "
                "little is known, give a rate for a group of customers, as counts."
            ),
        ),
        (
            lambda: win_back(LOST, chance=0.1, cost=-1),
            DataError,
            (
                "cost must be a number from 0 to 1e+100, but row 0 has -1 (and 2 more rows). Give "
                "one number for all, or one for each."
            ),
        ),
        (
            lambda: win_back(LOST, chance=0.1, cost=[1, 2]),
            DataError,
            "cost has 2 entries for 3 values.",
        ),
        (
            lambda: win_back(LOST, chance=0.1, cost=1, anyway=2),
            ParameterError,
            "anyway must be a share from 0 to 1, but it is 2. Did you mean 0.02?",
        ),
        (
            lambda: win_back([1.0, None], chance=[None, 0.2], cost=1),
            DataError,
            "no customer has both a value and a chance.",
        ),
        (
            lambda: win_back(LOST, chance=0.1, cost=1).top(0),
            ParameterError,
            "n must be a whole number >= 1, but it is 0.",
        ),
        (
            lambda: win_back(LOST, chance=0.1, cost=1).within(-5),
            ParameterError,
            "budget must be a number > 0, but it is -5.",
        ),
        (
            lambda: win_back(LOST, chance=0.1, cost=10).within(5),
            DataError,
            "budget must suffice for one contact at least, but the first costs 10.",
        ),
        (
            lambda: win_back([1], chance=0.1, cost=10).within(5),
            DataError,
            "budget must suffice for one contact at least, but none is worth it.",
        ),
        (
            lambda: win_back(LOST, chance=loyalty.claims["90 % of the silent leave"], cost=1),
            ParameterError,
            (
                "chance is the claim '90 % of the silent leave', whose grade is D: No study is "
                "named; others write 91 %. Use a rate of your own customers, or "
                "loyalty.claims['90 % of the silent leave'].acknowledged()."
            ),
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


def test_rates_of_any_kind():
    share = loyalty.recovery_effect((12, 90), (1, 5)).resolved
    for chance in ((12, 90), Rate.beta(12.5, 78.5), share):
        assert win_back(LOST, chance=chance, cost=1).net[0] == pytest.approx(120 - 1, rel=0.04)


def test_ends_are_the_quantiles_of_all_points():
    found = win_back(LOST, chance=(12, 90), cost=15, anyway=(3, 150), value_error=40)
    points = np.concatenate(list(found._blocks()))
    for level in (0.5, 0.95, 0.9999):
        tails = [(1 - level) / 2, (1 + level) / 2]
        assert np.array(found.intervals(level)) == pytest.approx(np.quantile(points, tails, axis=1))
