"""Delivered value, the ratio, and where the two rank offers differently."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from golden_values import golden
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from custvalue import testing
from custvalue.delivered_value import (
    LogNormal,
    Offer,
    OfferComparison,
    TotalCost,
    TotalValue,
    Triangular,
    Uniform,
    compare,
)
from custvalue.survey import Bootstrap

GOLDEN = golden("servqual")
slowly = settings(deadline=None, derandomize=True, max_examples=30)


def offer(name, value, cost, unit=""):
    return Offer(
        name=name,
        value=TotalValue(product=value, service=0, personnel=0, image=0),
        cost=TotalCost(monetary=cost, time=0, energy=0, psychic=0),
        unit=unit,
    )


def two(**changes):
    case = GOLDEN["opposite_ranks"]
    pairs = zip(("us", "rival"), case["value"], case["cost"], strict=True)
    return compare([offer(*pair) for pair in pairs], **changes)


# --- one offer ------------------------------------------------------------------------------


def test_delivered_value_is_total_value_minus_total_cost():
    us = Offer(
        name="us",
        value=TotalValue(product=60, service=20, personnel=12, image=8),
        cost=TotalCost(monetary=45, time=7, energy=5, psychic=3),
    )
    assert us.value.total == 100
    assert us.cost.total == 60
    assert us.delivered_value == 40
    assert us.value_to_cost == 100 / 60


def test_delivered_value_may_be_negative():
    assert offer("x", 10, 30).delivered_value == -20


def test_hours_become_money_at_a_declared_rate():
    cost = TotalCost.from_hours(monetary=80, hours=1.5, hourly_rate=20, energy=2, psychic=5)
    assert cost == TotalCost(monetary=80, time=30, energy=2, psychic=5)


@pytest.mark.parametrize(("hours", "hourly_rate"), [(0, 20), (1.5, 0), (0, 0)])
def test_customers_may_spend_no_time(hours, hourly_rate):
    cost = TotalCost.from_hours(
        monetary=80, hours=hours, hourly_rate=hourly_rate, energy=2, psychic=5
    )
    assert (cost.time, cost.total) == (0, 87)


def test_how_an_offer_prints():
    lines = str(offer("us", 100, 60, "EUR")).splitlines()
    assert lines[0] == "Offer: us"
    assert lines[2].strip() == "EUR"
    assert lines[-2].split() == ["value", "to", "cost", "1.667"]
    free = str(offer("free", 5, 0)).splitlines()
    assert free[-2].split() == ["value", "to", "cost", "–"]


# --- comparison -----------------------------------------------------------------------------


def test_difference_and_ratio_may_rank_differently():
    case = GOLDEN["opposite_ranks"]
    comparison = two(reference="us")
    assert comparison.delivered_values.tolist() == case["differences"]
    assert comparison.value_to_cost.tolist() == pytest.approx(case["ratios"])
    assert comparison.rank_by_difference.tolist() == [1, 2]
    assert comparison.rank_by_ratio.tolist() == [2, 1]
    assert comparison.best_by_difference == ("us",)
    assert comparison.best_by_ratio == ("rival",)
    assert comparison.rankings_differ
    assert comparison.verdict == (
        "Difference and ratio disagree: us has the higher delivered value (40 against 30), rival "
        "the higher value-to-cost ratio (2.500 against 1.667)."
    )
    assert comparison.advantage == {"rival": -10}


def test_they_may_rank_alike():
    comparison = compare([offer("a", 10, 8), offer("b", 30, 10), offer("c", 20, 10)])
    assert not comparison.rankings_differ
    assert comparison.rank_by_difference.tolist() == [3, 1, 2]
    assert comparison.verdict == "Difference and ratio rank the offers alike; best: b."
    assert comparison.advantage == {}


def test_the_pair_that_is_named_is_really_reversed():
    offers = [offer("a", 100, 10), offer("b", 200, 120), offer("c", 50, 20)]
    comparison = compare(offers)  # 90, 80, 30 and 10, 1.67, 2.5: only b and c change places
    assert comparison.best_by_difference == comparison.best_by_ratio == ("a",)
    assert comparison.verdict == (
        "Difference and ratio disagree: b has the higher delivered value (80 against 30), c the "
        "higher value-to-cost ratio (2.500 against 1.667)."
    )


def test_equal_offers_share_a_rank():
    comparison = compare([offer("a", 20, 10), offer("b", 20, 10), offer("c", 15, 10)])
    assert comparison.rank_by_difference.tolist() == [1, 1, 3]
    assert comparison.best_by_ratio == ("a", "b")
    assert comparison.verdict == "Difference and ratio rank the offers alike; best: a and b."


@pytest.mark.parametrize("unit", [1e-6, 1, 1234567])
def test_rounding_makes_no_difference_in_any_unit(unit):
    tenths = Offer(
        name="tenths",
        value=TotalValue(product=0.1 * unit, service=0.2 * unit, personnel=0, image=0),
        cost=TotalCost(monetary=0.1 * unit, time=0, energy=0, psychic=0),
    )
    comparison = compare([tenths, offer("whole", 0.3 * unit, 0.1 * unit)])
    assert comparison.rank_by_difference.tolist() == [1, 1]
    assert comparison.rank_by_ratio.tolist() == [1, 1]


def test_a_tie_by_one_measure_only_is_said():
    comparison = compare([offer("a", 40, 20), offer("b", 30, 10)])
    assert comparison.rankings_differ
    assert comparison.rank_by_difference.tolist() == [1, 1]
    assert comparison.rank_by_ratio.tolist() == [2, 1]
    assert comparison.verdict == (
        "Difference and ratio disagree: offers that tie by one differ by the other."
    )


def test_a_tie_by_one_measure_is_no_reversal():
    # b and c tie by ratio; a and d, which are apart in both, are ranked alike
    comparison = compare(
        [offer("a", 90, 10), offer("b", 60, 20), offer("c", 30, 10), offer("d", 11, 10)]
    )
    assert comparison.rank_by_difference.tolist() == [1, 2, 3, 4]
    assert comparison.rank_by_ratio.tolist() == [1, 2, 2, 4]
    assert comparison.verdict == (
        "Difference and ratio disagree: offers that tie by one differ by the other."
    )


def test_columns_of_a_comparison():
    columns = two(reference="us").columns()
    cells = {name: column.tolist() for name, column in columns.items()}
    unnamed = {
        name: [None if str(its) == "nan" else its for its in row] for name, row in cells.items()
    }
    assert unnamed == {
        "name": ["us", "rival"],
        "total_value": [100, 50],
        "total_cost": [60, 20],
        "delivered_value": [40, 30],
        "rank_by_difference": [1, 2],
        "value_to_cost": [100 / 60, 2.5],
        "rank_by_ratio": [2, 1],
        "advantage": [0, -10],
        "break_even_by_difference": [None, 70],
        "break_even_by_ratio": [None, 40],
    }
    assert "advantage" not in two().columns()


@pytest.mark.parametrize(
    "like", [pd.DataFrame(), pl.DataFrame(), pa.table({})], ids=["pandas", "polars", "pyarrow"]
)
def test_a_comparison_becomes_a_frame(like):
    frame = two().to_frame(like)
    assert type(frame) is type(like)
    assert frame.shape == (2, 7)


def test_how_a_comparison_prints():
    comparison = compare([offer("us", 100, 60, "EUR"), offer("rival", 50, 20, "EUR")])
    assert repr(comparison) == (
        f"OfferComparison(offers=2, rankings_differ=yes, verdict={comparison.verdict!r})"
    )
    lines = str(comparison).splitlines()
    assert lines[4].split() == ["us", "100", "60", "40", "1", "1.667", "2"]
    assert lines[-2:] == [comparison.verdict, "In EUR."]
    assert "draws level" not in str(comparison)
    assert "against us" in two(reference="us")._repr_html_()


def test_json_and_back():
    comparison = two(reference="rival")
    assert OfferComparison.from_json(comparison.to_json()) == comparison
    us = offer("us", 1, 2, "EUR")
    assert Offer.from_json(us.to_json()) == us


# --- break-even prices, distributions -----------------------------------------------------------


def bisected(ahead, low, high):
    """Return where a function turns from true to false, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if ahead(middle) else (low, middle)
    return low


@given(testing.offers(names=["us"]), testing.offers(names=["rival"]))
@slowly
def test_break_even_prices_agree_with_bisection(us, rival):
    assume(rival.value.total > 1 and us.value.total > 1)
    found = compare([us, rival], reference="us").against("rival")

    def at(price):
        return us.model_copy(update={"cost": us.cost.model_copy(update={"monetary": price})})

    most = 1e3 * (us.value.total + us.cost.total + rival.value.total + rival.cost.total)
    by_difference = bisected(
        lambda price: at(price).delivered_value > rival.delivered_value, -most, most
    )
    assert found.break_even_by_difference.value == pytest.approx(by_difference, abs=1e-9 * most)

    def better_by_ratio(price):
        return us.value.total > rival.value_to_cost * at(price).cost.total

    longest = us.value.total * rival.cost.total / rival.value.total + us.cost.total
    by_ratio = bisected(better_by_ratio, -2 * longest, 2 * longest)
    assert found.break_even_by_ratio.value == pytest.approx(by_ratio, abs=1e-9 * longest)


def test_a_rival_that_is_worth_nothing_has_no_price_by_ratio():
    found = compare([offer("us", 10, 5), offer("rival", 0, 5)], reference="us").against("rival")
    assert found.break_even_by_ratio is None
    assert found.break_even_by_difference.value == 15


def test_stated_numbers_have_no_interval_and_sure_ranks():
    comparison = two(reference="us")
    assert comparison.draws == 0
    assert comparison.offers[0].delivered_value.standard_error is None
    assert comparison.ranks_by_difference.probabilities == ((1, 0), (0, 1))
    assert comparison.ranks_by_ratio.probabilities == ((0, 1), (1, 0))
    assert comparison.probability_differ == 1
    assert comparison.against("rival").probability_ahead == 1
    assert "us draws level with rival at a price of 70 by difference, by ratio at 40." in str(
        comparison
    )


MOMENTS = [
    (Uniform(low=2, high=8), 5, 3),
    (Triangular(low=0, mode=3, high=9), 4, 3.5),
    (Triangular(low=0, mode=0, high=6), 2, 2),
    (LogNormal(mean=40, standard_deviation=5), 40, 25),
]


@pytest.mark.parametrize(("distribution", "mean", "variance"), MOMENTS)
def test_distributions_have_the_moments_that_they_say(distribution, mean, variance):
    assert distribution.mean == pytest.approx(mean)
    assert distribution.standard_deviation**2 == pytest.approx(variance)
    drawn = distribution.draw(np.random.default_rng(1), 200_000)
    assert drawn.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / 200_000))
    assert drawn.var() == pytest.approx(variance, rel=0.03)
    assert drawn.min() >= 0
    assert type(distribution).from_json(distribution.to_json()) == distribution


def unsure(name, amount):
    return Offer(
        name=name,
        value=TotalValue(product=amount, service=0, personnel=0, image=0),
        cost=TotalCost(monetary=20, time=0, energy=0, psychic=0),
    )


def test_a_rank_is_as_probable_as_the_distributions_say():
    us, rival = unsure("us", Uniform(low=30, high=50)), unsure("rival", Uniform(low=40, high=60))
    comparison = compare([us, rival], reference="us", method=Bootstrap(20_000, rng=1))
    assert comparison.against("rival").probability_ahead == pytest.approx(1 / 8, abs=0.01)
    assert comparison.ranks_by_difference.probabilities[0][0] == pytest.approx(1 / 8, abs=0.01)
    assert comparison.draws == 20_000
    delivered = comparison.offers[0].delivered_value
    assert (delivered.value, delivered.standard_error) == pytest.approx((20, 20 / np.sqrt(12)))
    assert OfferComparison.from_json(comparison.to_json()) == comparison
    assert Offer.from_json(us.to_json()) == us
    assert "Expected amounts of distributions: 'product value'." in str(us)


def test_a_distribution_may_be_written_as_a_table():
    written = {"shape": "triangular", "low": 10, "mode": 14, "high": 24}
    value = TotalValue(product=written, service=0, personnel=0, image=0)
    assert value.product == Triangular(low=10, mode=14, high=24)


def test_the_same_seed_gives_the_same_probabilities():
    offers = [unsure("us", Uniform(low=30, high=50)), offer("rival", 41, 20)]
    one, other = (compare(offers, method=Bootstrap(500, rng=3)) for _ in range(2))
    assert one == other


# --- laws -----------------------------------------------------------------------------------


def several(unit=""):
    """Draw two to five offers with different names."""
    names = ["a", "b", "c", "d", "e"]
    return st.integers(2, 5).flatmap(
        lambda n: st.tuples(*(testing.offers(names=[name], unit=unit) for name in names[:n]))
    )


@given(several(), st.randoms(use_true_random=False))
@slowly
def test_the_order_of_offers_does_not_matter(offers, random):
    order = list(range(len(offers)))
    random.shuffle(order)
    one, other = compare(offers), compare([offers[i] for i in order])
    assert other.rank_by_difference.tolist() == one.rank_by_difference[order].tolist()
    assert other.rank_by_ratio.tolist() == one.rank_by_ratio[order].tolist()
    assert other.rankings_differ == one.rankings_differ


def scaled(offer, factor):
    parts = {
        kind: {name: factor * amount for name, amount in dict(getattr(offer, kind)).items()}
        for kind in ("value", "cost")
    }
    return Offer(
        name=offer.name, value=TotalValue(**parts["value"]), cost=TotalCost(**parts["cost"])
    )


@given(several(), st.floats(1e-3, 1e3))
@slowly
def test_another_currency_scales_the_difference_and_leaves_the_ratio(offers, factor):
    one, other = compare(offers), compare([scaled(each, factor) for each in offers])
    largest = max(max(each.value.total, each.cost.total) for each in offers)
    np.testing.assert_allclose(
        other.delivered_values, factor * one.delivered_values, atol=1e-12 * factor * largest
    )
    np.testing.assert_allclose(other.value_to_cost, one.value_to_cost, rtol=1e-12)


@given(several())
@slowly
def test_rankings_and_verdict_agree(offers):
    comparison = compare(offers)
    names, values = comparison.names, comparison.delivered_values
    assert names[int(np.argmax(values))] in comparison.best_by_difference
    assert comparison.verdict.startswith(
        "Difference and ratio disagree" if comparison.rankings_differ else "Difference and ratio r"
    )
    order = np.argsort(comparison.rank_by_difference, kind="stable")
    assert (np.diff(values[order]) <= 1e-6 * np.abs(values).max() + 1e-9).all()


@given(several())
@slowly
def test_the_advantage_of_the_reference_over_itself_is_nothing(offers):
    comparison = compare(offers, reference=offers[0].name)
    assert offers[0].name not in comparison.advantage
    for other in offers[1:]:
        assert comparison.advantage[other.name] == pytest.approx(
            other.delivered_value - offers[0].delivered_value
        )


@given(several(), st.sampled_from(["value", "cost"]), st.floats(1, 1e5))
@slowly
def test_more_value_never_hurts_and_more_cost_never_helps(offers, side, extra):
    first = offers[0]
    part = "product" if side == "value" else "monetary"
    amounts = dict(getattr(first, side))
    assume(amounts[part] + extra > amounts[part])
    more = first.model_copy(
        update={side: type(getattr(first, side))(**(amounts | {part: amounts[part] + extra}))}
    )
    before, after = compare(offers), compare([more, *offers[1:]])
    sign = 1 if side == "value" else -1
    for ranks in ("rank_by_difference", "rank_by_ratio"):
        assert sign * getattr(after, ranks)[0] <= sign * getattr(before, ranks)[0]
