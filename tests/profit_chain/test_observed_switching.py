"""Customer equity of switching that was observed, against sums and simulated counts."""

import math

import chained
import numpy as np
import pandas as pd
import pytest

from custvalue import profit_chain
from custvalue.errors import ParameterError
from custvalue.survey import Bootstrap

BRANDS = {"ours": {"spend": 900, "margin": 0.25}, "rival": {"spend": 600, "margin": 0.5}}
COUNTS = {"ours": {"ours": 80, "rival": 20}, "rival": {"ours": 15, "rival": 85}}
MATRIX = np.array([[0.8, 0.2], [0.15, 0.85]])


def market(switching=COUNTS, draws=50, **more):
    asked = {"brands": BRANDS, "customers": 1_000, "annual_discount_rate": 0.1} | more
    return profit_chain.equity(switching=switching, method=Bootstrap(draws, rng=1), **asked)


def by_hand(matrix, last, a_year=1.0, terms=4, rate=0.1):
    total, at = np.zeros(2), np.asarray(last) @ matrix
    for t in range(terms):
        total += at / (1 + rate) ** (t / a_year)
        at = at @ matrix
    return 1_000 * np.array([225, 300]) * total


def test_equity_is_the_sum_over_purchases():
    found = market()
    expected = by_hand(MATRIX, [0.5, 0.5])
    assert [its.value for its in found.estimates] == pytest.approx(expected)
    assert [its.value for its in found.shares] == pytest.approx(expected / expected.sum())
    assert found.switching == pytest.approx(MATRIX)
    often = market(purchases_a_year=2, bought_last={"ours": 0.3, "rival": 0.7})
    expected = by_hand(MATRIX, [0.3, 0.7], a_year=2, terms=7)
    assert [its.value for its in often.estimates] == pytest.approx(expected)


def test_for_ever_is_the_limit_of_long_horizons():
    ever, long = market(horizon=None), market(horizon="400 years")
    assert ever.estimates[0].value == pytest.approx(long.estimates[0].value)


def test_names_decide_and_not_the_order():
    turned = {"rival": {"rival": 85, "ours": 15}, "ours": COUNTS["ours"]}
    table = pd.DataFrame(turned).T
    for its in (turned, [[80, 20], [15, 85]], table.to_dict("index")):
        assert market(its).to_frame("pandas").equals(market().to_frame("pandas"))


def test_shares_have_no_interval():
    shares = {"ours": {"ours": 0.8, "rival": 0.2}, "rival": {"ours": 0.15, "rival": 0.85}}
    found = market(shares, bought_last={"ours": 0.5, "rival": 0.5})
    assert [its.value for its in found.estimates] == pytest.approx(by_hand(MATRIX, [0.5, 0.5]))
    assert all(math.isnan(low) for low in found.columns()["low"])
    assert "give counts for intervals" in str(found)


@pytest.mark.slow
def test_intervals_of_counts_hold_the_truth():
    """500 tables of 200 customers."""
    random, truth = np.random.default_rng(1), by_hand(MATRIX, [0.4, 0.6])
    held = np.zeros(2)
    for _ in range(500):
        rows = random.multinomial(200, [0.4, 0.6])
        found = market(random.multinomial(rows, MATRIX), draws=400)
        ends = [its.confidence_interval() for its in found.estimates]
        held += [its.low <= value <= its.high for its, value in zip(ends, truth, strict=True)]
    assert ((held / 500 > 0.92) & (held / 500 < 0.975)).all(), held / 500


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"switching": [[0, 0], [3, 4]]},
            (
                "switching has no customer who bought 'ours' last, so that what they buy next is "
                "not known. Put the brand together with another one."
            ),
        ),
        (
            {"switching": [[80.5, 19.5], [20, 80]]},
            (
                "switching must hold whole counts, or shares that add up to 1 for each brand "
                "bought last; but 'ours' has 80.5, and adds up to 100. Divide percentages by 100; "
                "give counts where you have them, which bring intervals."
            ),
        ),
        (
            {"switching": [[0.8, 0.2], [0.1, 0.9]]},
            (
                "bought_last is needed where switching holds shares: the share of customers who "
                "bought each brand last, as in {'ours': 0.3, …}. Counts say it by their rows."
            ),
        ),
        (
            {"switching": [[-1, 2], [3, 4]]},
            (
                "switching['ours']['ours'] must be a count or a share, >= 0 and <= 1e12, but it is "
                "-1."
            ),
        ),
        (
            {"switching": {"x": {}}},
            (
                "switching names 'x', but brands= has 'ours', 'rival'. Add to brands= what each "
                "brings; put small brands together as one."
            ),
        ),
        (
            {"bought_last": {"ours": 0.3, "rival": 0.3}},
            "bought_last must add up to 1, but it adds up to 0.6. Divide by the total.",
        ),
        (
            {"bought_last": {"ours": 1}},
            "bought_last must name the share of each of 'ours', 'rival', but it is {'ours': 1}.",
        ),
        ({"purchases_a_year": 0}, "purchases_a_year must be > 0 and <= 366, as in 2, but it is 0."),
        (
            {"model": 3},
            (
                "give a model or switching=, not both: a model says itself how customers switch, "
                "equity(model, …).switching. Compare that with what was observed."
            ),
        ),
    ],
)
def test_bad_tables_are_named(more, said):
    with pytest.raises(ParameterError) as caught:
        market(**more)
    assert str(caught.value) == said


@pytest.mark.parametrize("given", [5, [[1, 2], [3]], [], pd.DataFrame(COUNTS), {"ours": 3}])
def test_what_is_no_table_is_refused(given):
    with pytest.raises(ParameterError, match="must say how many customers of each brand bought"):
        market(given)


def test_drivers_need_a_model():
    for ask in (
        lambda its: its.by_driver("ours"),
        lambda its: its.change({"quality": 1}, brand="ours"),
    ):
        with pytest.raises(ParameterError, match="observed switching does not say what drivers"):
            ask(market())


def test_one_brand_and_no_model():
    with pytest.raises(ParameterError, match="brands must name what each of two brands or more"):
        market(brands={"ours": {"spend": 1, "margin": 1}})
    with pytest.raises(ParameterError, match="Without a model, give switching="):
        profit_chain.equity(brands=BRANDS, customers=1, annual_discount_rate=0.1)


@pytest.mark.parametrize("more", [{"bought_last": {}}, {"purchases_a_year": 2}])
def test_what_a_model_knows_is_refused(more):
    choice = chained.choice()
    with pytest.raises(ParameterError, match="must be left out where a model is given"):
        market(None, model=choice, **more)
