"""Switching costs and referral values: by hand, coverage, bad input word for word."""

import numpy as np
import pytest
from scipy import special

from custvalue import loyalty
from custvalue.delivered_value import hierarchy_scores
from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import ReferralValue, SwitchingCost, switching_cost
from custvalue.survey import Responses, Scale


def test_a_median_with_customers_who_never_go():
    found = switching_cost([0, 20, 50, 50, 100, None], never=[0, 0, 0, 0, 0, 1])
    assert (found.median, found.mean, found.never.value) == (50, None, pytest.approx(1 / 6))
    assert found.share_going(50).value == pytest.approx(4 / 6)
    assert found.share_going(49.9).value == pytest.approx(2 / 6)
    assert "so there is no mean" in str(found)
    assert SwitchingCost.from_json(found.to_json()) == found


def test_without_such_customers_there_is_a_mean():
    found = switching_cost([10, 20, 30, 40, None])
    assert (found.median, found.mean.value, found.left_out) == (25, 25, 1)
    assert switching_cost([1, 2, 3]).median == 2


def test_more_than_half_never():
    found = switching_cost([5, None, None], never=[False, True, True])
    assert found.median is None
    assert "Median beyond any price" in str(found)
    assert str(switching_cost([None], never=[True]))


def test_few_customers_tell_nothing_of_the_median():
    assert switching_cost([5, 7, 8]).median_interval() == (0, None)


def test_weights_stand_for_customers():
    amounts, times = np.array([5.0, 20, 40, 80]), [3, 0, 2, 4]
    weighted = switching_cost(amounts, weights=times)
    repeated = switching_cost(np.repeat(amounts, times))
    assert weighted.median == repeated.median
    assert weighted.mean.value == pytest.approx(repeated.mean.value)
    assert weighted.left_out == 1
    heavy = switching_cost(amounts, weights=[7] * 4)
    assert heavy.median_interval() == switching_cost(amounts).median_interval()
    shuffled = switching_cost(amounts[::-1], weights=times[::-1])
    assert shuffled == weighted


def test_a_long_table_shows_some_differences():
    found = switching_cost(np.arange(100.0))
    assert len(found.columns()["difference"]) == 8
    assert found.columns()["share"][-1] == 1


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [20, 200])
def test_intervals_of_the_median_hold(n):
    rng, held = np.random.default_rng(1), 0
    for _ in range(1_500):
        low, high = switching_cost(rng.gamma(2, 50, n)).median_interval()
        held += low <= 83.9173 <= high
    assert 0.93 < held / 1_500 < 0.975


def test_the_scale_of_burnham_frels_and_mahajan_is_scored_as_every_hierarchy():
    scale = loyalty.SWITCHING_COSTS
    answers = np.tile([[5, 5, 5, 5, 3, 3, 1, 1]], (12, 1))
    read = Responses.from_arrays(answers, items=scale.item_names, scale=Scale(1, 5))
    found = hierarchy_scores(read, scale)
    assert found.overall.value == pytest.approx(50)
    assert [its.chinese for _, its in scale.walk()] == [
        "程序性转换成本",
        "财务性转换成本",
        "关系性转换成本",
    ]


def test_referral_value_by_hand():
    found = ReferralValue(referrals=100, anyway=0.4, value=300, reward=20, acquisition_saved=50)
    assert found.total.value == pytest.approx(100 * (0.6 * (300 - 20 + 50) + 0.4 * (50 - 20)))
    assert found.per_referral.value == pytest.approx(210)
    assert found.gross.value == pytest.approx(33_000)


def test_the_published_equation_pays_no_reward_for_those_who_would_have_come():
    """Kumar, Petersen & Leone (2010): their savings ACQ2 may differ, and have no reward."""
    found = ReferralValue(
        referrals=10,
        anyway=0.3,
        value=200,
        reward=15,
        acquisition_saved=40,
        saved_anyway=10,
        reward_anyway=0,
    )
    assert found.total.value == pytest.approx(7 * (200 - 15 + 40) + 3 * 10)


def test_if_all_would_have_come_a_referral_saves_and_costs():
    found = ReferralValue(referrals=10, anyway=1, value=1e9, reward=15, acquisition_saved=40)
    assert found.total.value == pytest.approx(250)


def test_intervals_are_those_of_draws():
    value = loyalty.Amount(value=300, standard_error=40)
    found = ReferralValue(referrals=100, anyway=(8, 20), value=value, reward=20)
    rng = np.random.default_rng(1)
    anyway = rng.beta(8.5, 12.5, 400_000)
    drawn = 100 * ((1 - anyway) * (rng.normal(300, 40, 400_000) - 20) - 20 * anyway)
    ends = found.total.confidence_interval(0.9)
    assert (ends.low, ends.high) == pytest.approx(np.quantile(drawn, [0.05, 0.95]), rel=0.02)
    assert found.total.n == 20
    assert ReferralValue.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: switching_cost([5, -1]),
            DataError,
            (
                "differences must be a number from 0 to 1e+100, but row 1 has -1. A customer who "
                "would pay more to go has the difference 0; use never= for no price."
            ),
        ),
        (
            lambda: switching_cost([5, float("inf")]),
            DataError,
            (
                "differences must be a number from 0 to 1e+100, but row 1 has inf. A customer who "
                "would pay more to go has the difference 0; use never= for no price."
            ),
        ),
        (
            lambda: switching_cost([None, None]),
            DataError,
            "differences must be known of at least one customer, but nobody answered.",
        ),
        (
            lambda: switching_cost([5, 6], never=[0]),
            DataError,
            "never has 1 entries for 2 differences.",
        ),
        (
            lambda: switching_cost([5, 6], never=[0, "yes"]),
            DataError,
            "never must be True or False, but row 1 has 'yes'. Give one for each customer.",
        ),
        (
            lambda: switching_cost([5, 6]).share_going(-1),
            ParameterError,
            "difference must be a number >= 0, but it is -1.",
        ),
        (
            lambda: ReferralValue(referrals=10, anyway=40, value=1),
            ParameterError,
            "ReferralValue: anyway: must be a share from 0 to 1, but it is 40. Did you mean 0.4?",
        ),
        (
            lambda: ReferralValue(referrals=10, anyway=0.4, value=-1),
            ParameterError,
            (
                "ReferralValue: value: must be a number from 0 to 1e+100, or an estimate, but it "
                "is -1."
            ),
        ),
        (
            lambda: ReferralValue(referrals=-1, anyway=0.4, value=1),
            ParameterError,
            "ReferralValue: referrals must be >= 0, but it is -1.",
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


@pytest.mark.parametrize("counted", [0, 20])
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_where_none_or_all_were_counted_the_interval_reaches_the_estimate(counted, level):
    """Jeffreys' interval of 0 of 20 ends at 0 below, of 20 of 20 at 1 above."""
    found = ReferralValue(referrals=100, anyway=(counted, 20), value=300).total
    ends = found.confidence_interval(level)
    if counted:
        assert ends.low == found.value == 0
    else:
        assert ends.high == found.value == 30_000
    # the other end: the quantile of Beta(0.5, 20.5)
    upper = special.betaincinv(0.5, 20.5, (1 + level) / 2)
    other = ends.high if counted else 30_000 - ends.low
    assert other == pytest.approx(30_000 * upper, rel=0.01)
    assert ends.method == "quantiles over the inputs, extended to the estimate"


def test_an_interval_that_holds_the_estimate_is_not_extended():
    ends = ReferralValue(referrals=100, anyway=(5, 20), value=300).total.confidence_interval()
    assert ends.method == "quantiles over the inputs"


def test_more_counted_than_numbers_can_tell_apart_are_refused():
    with pytest.raises(ParameterError, match=r"at most 1,000,000,000,000,000\."):
        ReferralValue(referrals=10, anyway=(1, 10**300), value=1)
