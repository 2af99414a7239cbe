"""Tiers by hand, ties, coverage, migration, Lorenz shares and Gini, bad input word for word."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue import lifetime, loyalty
from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import pyramid

TEN = [900, 450, 300, 120, 80, 80, 60, 20, 10, 0]


def test_tiers_by_hand():
    found = pyramid(TEN, thresholds=(500, 100, 15))
    assert found.names == ("platinum", "gold", "iron", "lead")
    assert [its.customers for its in found.tiers] == [1, 3, 4, 2]
    assert [its.value for its in found.tiers] == [900, 870, 240, 10]
    assert found["gold"].chinese == "黄金"
    assert found["gold"].value_share.value == pytest.approx(870 / 2020)
    assert found["gold"].mean.value == 290
    assert found["gold"].mean.standard_error == pytest.approx(
        np.std([450, 300, 120], ddof=1) / 3**0.5
    )
    assert found["platinum"].mean.standard_error is None
    assert found["gold"].counted.value == 0.3
    assert found.tier.tolist()[:5] == ["platinum", "gold", "gold", "gold", "iron"]


def test_a_value_at_a_threshold_is_in_the_tier_above():
    found = pyramid([100, 99.999], thresholds=(100,), names=("best", "rest"))
    assert found.tier.tolist() == ["best", "rest"]


def test_customers_of_equal_value_are_in_one_tier():
    found = pyramid(TEN, shares=(0.2, 0.3))
    assert [its.customers for its in found.tiers] == [2, 4, 4]  # both of 80 are in the second
    assert found.cuts == (450, 80)
    every = pyramid([5, 5, 5], shares=(0.3, 0.3))
    assert [its.customers for its in every.tiers] == [3, 0, 0]
    assert every.top_share(0.3).value == pytest.approx(0.3)
    assert every.gini.value == pytest.approx(0)


@given(
    values=st.lists(st.integers(0, 9), min_size=1, max_size=30),
    shares=st.lists(st.floats(0.05, 0.3), min_size=1, max_size=3),
)
def test_tiers_are_what_a_slow_count_says_in_any_order(values, shares):
    found = pyramid(values, shares=shares)
    slow, ordered, start = [], sorted(values, reverse=True), 0
    for reached in np.cumsum(shares):
        best = min(max(int(np.ceil(len(values) * reached - 1e-9)), 1), len(values))
        while best < len(values) and ordered[best] == ordered[best - 1]:
            best += 1
        best = max(best, start)
        slow.append(sum(ordered[start:best]))
        start = best
    assert [its.value for its in found.tiers] == [*slow, sum(ordered[start:])]
    assert sum(its.customers for its in found.tiers) == len(values)
    turned = pyramid(values[::-1], shares=shares)
    assert turned.tier.tolist()[::-1] == found.tier.tolist()
    for one, other in zip(found.tiers, turned.tiers, strict=True):
        assert (one.value_share is None) == (other.value_share is None)
        if one.value_share is not None:
            again = other.value_share.standard_error
            assert one.value_share.standard_error == pytest.approx(again, abs=1e-12)


def test_shares_that_add_up_to_1_name_every_tier():
    assert pyramid(TEN, shares=(0.2, 0.8)) == pyramid(TEN, shares=(0.2,))


def test_what_the_best_hold_is_a_point_of_the_curve_of_lorenz():
    values = np.random.default_rng(1).lognormal(0, 1, 1_000)
    found = pyramid(values, shares=(0.2,))
    best = np.sort(values)[::-1][:200].sum() / values.sum()
    assert found.top_share(0.2).value == pytest.approx(best)
    assert found.tiers[0].value_share.value == pytest.approx(best)
    pairs = np.abs(values[:, None] - values).sum() / (1_000 * 999) / (2 * values.mean())
    assert found.gini.value == pytest.approx(pairs)


def test_errors_are_those_of_the_jackknife():
    values = np.random.default_rng(2).lognormal(0, 1, 400)
    found = pyramid(values, shares=(0.2, 0.3))
    without = [np.delete(values, row) for row in range(400)]

    def jackknife(of):
        each = np.array([of(its) for its in without])
        return (399 / 400 * np.sum((each - each.mean()) ** 2)) ** 0.5

    gini = jackknife(lambda its: pyramid(its, shares=(0.2,)).gini.value)
    assert found.gini.standard_error == pytest.approx(gini, rel=0.03)
    held = jackknife(lambda its: pyramid(its, shares=(0.2,)).top_share(0.2).value)
    assert found.top_share(0.2).standard_error == pytest.approx(held, rel=0.05)
    middle = jackknife(lambda its: pyramid(its, thresholds=(2, 1)).tiers[1].value_share.value)
    by_cut = pyramid(values, thresholds=(2, 1)).tiers[1].value_share
    assert by_cut.standard_error == pytest.approx(middle, rel=0.01)


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_hold_where_cuts_are_estimated():
    """See the table in the docstring of CustomerPyramid."""
    rng, held = np.random.default_rng(3), np.zeros(3)
    truth = (0.5629208, 0.2784239, 0.5204999)  # of lognormal(1)
    for _ in range(500):
        found = pyramid(rng.lognormal(0, 1, 400), shares=(0.2, 0.3))
        intervals = (found.tiers[0].value_share, found.tiers[1].value_share, found.gini)
        held += [at in its.confidence_interval() for at, its in zip(truth, intervals, strict=True)]
    assert (held / 500 > 0.89).all()
    assert (held / 500 < 0.98).all()


# --- where values come from ---------------------------------------------------------------------


def named():
    return dict(zip("abcdefghij", TEN, strict=True))


@pytest.mark.parametrize(
    "values",
    [
        named(),
        pd.Series(named()),
        pd.DataFrame({"who": list(named()), "worth": TEN}, index=range(5, 15)),
        pl.DataFrame({"who": list(named()), "worth": TEN}),
    ],
    ids=["dict", "series", "pandas", "polars"],
)
def test_values_by_customer_in_any_form(values):
    assert pyramid(values, shares=(0.2,)) == pyramid(
        TEN, shares=(0.2,), customer=list("abcdefghij")
    )


def test_lifetime_values_are_values():
    model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    spend = lifetime.GammaGamma(p=6.25, q=3.74, gamma=15.44)
    history = spend.simulate(model.simulate(200, age="52 weeks", rng=1), rng=2)
    value = lifetime.customer_lifetime_value(
        history,
        purchases=model,
        spend=spend,
        horizon="1 year",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    found = pyramid(value, shares=(0.2,))
    assert found.customer.tolist() == value.customer.tolist()
    assert found.top_share(0.2).value == pytest.approx(value.concentration(0.2))


def test_customers_without_a_value_are_counted():
    found = pyramid([5, None, 3, float("nan")], thresholds=(4,))
    assert (found.customers, found.rows, found.customer.tolist()) == (2, 4, [0, 2])
    assert "Without a value, left out: 2 customers." in str(found)


def test_negative_values_have_tiers_and_no_shares_of_what_is_no_total():
    found = pyramid([-5, 3, 1], thresholds=(2, 0))
    assert [its.value for its in found.tiers] == [3, 1, -5]
    assert found.tiers[0].value_share is None
    assert found.gini is None
    found.plot()


def test_one_customer_with_all_of_the_value():
    found = pyramid([0, 0, 0.01], shares=(0.25,))
    held = found.tiers[0].value_share
    assert held.value == 1
    assert held.confidence_interval().low == 0  # another one as good may be among the next three
    assert str(found)


def test_they_go_to_json_and_back():
    for found in (pyramid(TEN, shares=(0.2, 0.3)), pyramid(named(), thresholds=(100,))):
        assert loyalty.CustomerPyramid.from_json(found.to_json()) == found


# --- migration ----------------------------------------------------------------------------------


def test_migration_by_hand():
    earlier = pyramid(named(), thresholds=(500, 100, 15))
    later = earlier.of({"a": 700, "b": 600, "c": 90, "d": 150, "e": 80, "f": 0, "k": 40})
    moved = earlier.migration(later)
    assert moved.counts == (
        (1, 0, 0, 0, 0),
        (1, 1, 1, 0, 0),
        (0, 0, 1, 1, 2),
        (0, 0, 0, 0, 2),
        (0, 0, 1, 0, 0),
    )
    assert (moved.stayed.value, moved.moved_up.value, moved.moved_down.value) == (
        pytest.approx(3 / 6),
        pytest.approx(1 / 6),
        pytest.approx(2 / 6),
    )
    assert moved.share("gold", "platinum").value == pytest.approx(1 / 3)
    assert moved.same_cuts
    assert "Both dates have the same cuts." in str(moved)
    assert loyalty.TierMigration.from_json(moved.to_json()) == moved
    moved.plot()


def test_other_cuts_are_said():
    earlier, later = (
        pyramid(named(), shares=(0.2,)),
        pyramid({name: 2 * value for name, value in named().items()}, shares=(0.2,)),
    )
    assert "Each date has cuts of its own" in str(earlier.migration(later))


@pytest.mark.parametrize("later", [[1, None, 3], [1, 2], {"a": 1, "b": 2, "c": 3}])
def test_customers_without_identifiers_are_not_matched_by_their_rows(later):
    earlier = pyramid([5, 1, 3], thresholds=(2,))
    with pytest.raises(DataError) as caught:
        earlier.migration(earlier.of(later))
    assert str(caught.value) == (
        "customers of both dates cannot be matched without identifiers. Give customer= to "
        "both pyramids, or values as a mapping of customer to value."
    )


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: pyramid(TEN),
            ParameterError,
            (
                "pyramid needs thresholds=, the lowest value of each tier but the last, or "
                "shares=, the share of the customers in each, and not both: as in "
                "thresholds=(1000, 300, 50) or shares=(0.01, 0.04, 0.15)."
            ),
        ),
        (
            lambda: pyramid(TEN, thresholds=(100, 500)),
            ParameterError,
            (
                "thresholds must fall from the best tier down, as in (1000, 300, 50), but they "
                "are (100, 500)."
            ),
        ),
        (
            lambda: pyramid(TEN, shares=(1, 4, 15)),
            ParameterError,
            (
                "shares must be > 0 and add up to 1 at most, as in (0.01, 0.04, 0.15), but they "
                "are (1, 4, 15). Did you mean (0.01, 0.04, 0.15)?"
            ),
        ),
        (
            lambda: pyramid(TEN, shares=("few",)),
            ParameterError,
            "shares must be numbers, as in (0.01, 0.04, 0.15), but it is ('few',).",
        ),
        (
            lambda: pyramid(TEN, thresholds=(500, 100), names=("a", "b")),
            ParameterError,
            (
                "names must be 3 different names, one for each tier from the best down, but it is "
                "('a', 'b')."
            ),
        ),
        (
            lambda: pyramid([1, float("inf")], thresholds=(5,)),
            DataError,
            (
                "values must be a number between -1e+100 and 1e+100, but row 1 has inf. Correct "
                "the amount."
            ),
        ),
        (
            lambda: pyramid([None, None], thresholds=(5,)),
            DataError,
            "values must be known of at least one customer, but they are of none.",
        ),
        (
            lambda: pyramid([1, "2"], thresholds=(5,)),
            DataError,
            (
                "values must be a number, but row 1 has '2'. This is text: turn the column into "
                "numbers first."
            ),
        ),
        (
            lambda: pyramid([1, 2], thresholds=(5,), customer=["a", "a"]),
            DataError,
            (
                "customer must be different in every row, but 'a' comes more than once. Add the "
                "values of a customer up first."
            ),
        ),
        (
            lambda: pyramid([1, 2], thresholds=(5,), customer=["a"]),
            DataError,
            "customer has 1 entries for 2 values.",
        ),
        (
            lambda: pyramid(TEN, thresholds=(5,))["gold"],
            ParameterError,
            "there is no tier 'gold'. The tiers are 'tier 1', 'tier 2'.",
        ),
        (
            lambda: pyramid(TEN, thresholds=(5,)).migration(pyramid(TEN, thresholds=(50, 5))),
            ParameterError,
            (
                "later must have the tiers tier 1, tier 2, but it has tier 1, tier 2, tier 3. Use "
                "earlier.of(values)."
            ),
        ),
        (
            lambda: pyramid(TEN, thresholds=(5,)).migration(TEN),
            ParameterError,
            "later must be the CustomerPyramid of a later date, but it is list.",
        ),
        (
            lambda: pyramid(TEN, thresholds=(5,)).top_share(20),
            ParameterError,
            "top must be > 0 and <= 1, as in 0.2, but it is 20. Did you mean 0.2?",
        ),
        (
            lambda: pyramid([-1, 0], thresholds=(5,)).top_share(),
            DataError,
            "the value of all customers must be above 0 for a share of it, but it is -1.",
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said
