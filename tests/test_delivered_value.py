"""Delivered value, the ratio, and where the two rank offers differently."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_servqual as naive
from golden_values import golden
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from custvalue import testing
from custvalue.delivered_value import (
    MeasuredOffer,
    Offer,
    OfferComparison,
    TotalCost,
    TotalValue,
    compare_offers,
)

GOLDEN = golden("servqual")
slowly = settings(deadline=None, derandomize=True, max_examples=30)

PARTS = {
    "value": {"product": "worth", "service": "help", "personnel": "staff", "image": "name"},
    "cost": {"monetary": "price", "time": "hours", "energy": "effort", "psychic": "worry"},
}


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
    return compare_offers([offer(*pair) for pair in pairs], **changes)


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
    comparison = compare_offers([offer("a", 10, 8), offer("b", 30, 10), offer("c", 20, 10)])
    assert not comparison.rankings_differ
    assert comparison.rank_by_difference.tolist() == [3, 1, 2]
    assert comparison.verdict == "Difference and ratio rank the offers alike; best: b."
    assert comparison.advantage == {}


def test_the_pair_that_is_named_is_really_reversed():
    offers = [offer("a", 100, 10), offer("b", 200, 120), offer("c", 50, 20)]
    comparison = compare_offers(offers)  # 90, 80, 30 and 10, 1.67, 2.5: only b and c change places
    assert comparison.best_by_difference == comparison.best_by_ratio == ("a",)
    assert comparison.verdict == (
        "Difference and ratio disagree: b has the higher delivered value (80 against 30), c the "
        "higher value-to-cost ratio (2.500 against 1.667)."
    )


def test_equal_offers_share_a_rank():
    comparison = compare_offers([offer("a", 20, 10), offer("b", 20, 10), offer("c", 15, 10)])
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
    comparison = compare_offers([tenths, offer("whole", 0.3 * unit, 0.1 * unit)])
    assert comparison.rank_by_difference.tolist() == [1, 1]
    assert comparison.rank_by_ratio.tolist() == [1, 1]


def test_a_tie_by_one_measure_only_is_said():
    comparison = compare_offers([offer("a", 40, 20), offer("b", 30, 10)])
    assert comparison.rankings_differ
    assert comparison.rank_by_difference.tolist() == [1, 1]
    assert comparison.rank_by_ratio.tolist() == [2, 1]
    assert comparison.verdict == (
        "Difference and ratio disagree: offers that tie by one differ by the other."
    )


def test_a_tie_by_one_measure_is_no_reversal():
    # b and c tie by ratio; a and d, which are apart in both, are ranked alike
    comparison = compare_offers(
        [offer("a", 90, 10), offer("b", 60, 20), offer("c", 30, 10), offer("d", 11, 10)]
    )
    assert comparison.rank_by_difference.tolist() == [1, 2, 3, 4]
    assert comparison.rank_by_ratio.tolist() == [1, 2, 2, 4]
    assert comparison.verdict == (
        "Difference and ratio disagree: offers that tie by one differ by the other."
    )


def test_columns_of_a_comparison():
    columns = two(reference="us").columns()
    assert {name: column.tolist() for name, column in columns.items()} == {
        "name": ["us", "rival"],
        "total_value": [100, 50],
        "total_cost": [60, 20],
        "delivered_value": [40, 30],
        "rank_by_difference": [1, 2],
        "value_to_cost": [100 / 60, 2.5],
        "rank_by_ratio": [2, 1],
        "advantage": [0, -10],
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
    comparison = compare_offers([offer("us", 100, 60, "EUR"), offer("rival", 50, 20, "EUR")])
    assert repr(comparison) == (
        f"OfferComparison(offers=2, rankings_differ=yes, verdict={comparison.verdict!r})"
    )
    lines = str(comparison).splitlines()
    assert lines[4].split() == ["us", "100", "60", "40", "1", "1.667", "2"]
    assert lines[-2:] == [comparison.verdict, "In EUR."]
    assert "against us" in two(reference="us")._repr_html_()


def test_json_and_back():
    comparison = two(reference="rival")
    assert OfferComparison.from_json(comparison.to_json()) == comparison
    us = offer("us", 1, 2, "EUR")
    assert Offer.from_json(us.to_json()) == us


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
    one, other = compare_offers(offers), compare_offers([offers[i] for i in order])
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
    one, other = compare_offers(offers), compare_offers([scaled(each, factor) for each in offers])
    largest = max(max(each.value.total, each.cost.total) for each in offers)
    np.testing.assert_allclose(
        other.delivered_values, factor * one.delivered_values, atol=1e-12 * factor * largest
    )
    np.testing.assert_allclose(other.value_to_cost, one.value_to_cost, rtol=1e-12)


@given(several())
@slowly
def test_rankings_and_verdict_agree(offers):
    comparison = compare_offers(offers)
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
    comparison = compare_offers(offers, reference=offers[0].name)
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
    before, after = compare_offers(offers), compare_offers([more, *offers[1:]])
    sign = 1 if side == "value" else -1
    for ranks in ("rank_by_difference", "rank_by_ratio"):
        assert sign * getattr(after, ranks)[0] <= sign * getattr(before, ranks)[0]


# --- measured by respondents ----------------------------------------------------------------


def survey(n=15, seed=2):
    rng = np.random.default_rng(seed)
    names = [*PARTS["value"].values(), *PARTS["cost"].values()]
    amounts = rng.gamma(4, 5, size=(n, 8))
    frame = {name: amounts[:, k] for k, name in enumerate(names)}
    return frame | {"weight": rng.uniform(0.5, 2, n)}


@pytest.mark.parametrize("weights", [None, "weight"])
def test_a_measured_offer_agrees_with_naive_loops(weights):
    frame = survey()
    measured = MeasuredOffer.from_frame(frame, name="us", weights=weights, **PARTS)
    w = frame["weight"].tolist() if weights else [1.0] * 15
    worth = sum(frame[name] for name in PARTS["value"].values()).tolist()
    price = sum(frame[name] for name in PARTS["cost"].values()).tolist()
    own = [v - c for v, c in zip(worth, price, strict=True)]

    def mean(values, w):
        return naive.weighted_mean(list(zip(values, w, strict=True)))

    assert measured.delivered_value.value == pytest.approx(mean(own, w))
    assert measured.delivered_value.standard_error == pytest.approx(
        naive.linearised_error(lambda w: mean(own, w), w), rel=1e-7
    )
    assert measured.value_to_cost.value == pytest.approx(mean(worth, w) / mean(price, w))
    assert measured.value_to_cost.standard_error == pytest.approx(
        naive.linearised_error(lambda w: mean(worth, w) / mean(price, w), w), rel=1e-7
    )
    assert measured.cost.monetary.value == pytest.approx(mean(frame["price"].tolist(), w))
    assert measured.value.total.n == 15


def test_the_point_of_a_measured_offer_can_be_compared():
    measured = MeasuredOffer.from_frame(survey(), name="us", unit="EUR", **PARTS)
    point = measured.offer
    assert point.delivered_value == pytest.approx(measured.delivered_value.value)
    assert point.value_to_cost == pytest.approx(measured.value_to_cost.value)
    assert compare_offers([point, offer("rival", 50, 20, "EUR")], reference="us").unit == "EUR"


def test_respondents_without_an_amount_are_left_out_on_request():
    frame = survey()
    frame["hours"][3] = np.nan
    measured = MeasuredOffer.from_frame(frame, name="us", missing="drop", **PARTS)
    kept = {name: np.delete(values, 3) for name, values in frame.items()}
    rest = MeasuredOffer.from_frame(kept, name="us", **PARTS)
    assert measured.base.excluded == {"missing answer": 1}
    assert measured.delivered_value == rest.delivered_value


def test_a_measured_offer_that_costs_nothing_has_no_ratio():
    frame = survey() | dict.fromkeys(PARTS["cost"].values(), np.zeros(15))
    measured = MeasuredOffer.from_frame(frame, name="free", **PARTS)
    assert measured.value_to_cost is None
    assert "value to cost" not in str(measured)


def test_one_respondent_gives_a_measured_offer_without_intervals():
    measured = MeasuredOffer.from_frame(survey(1), name="us", **PARTS)
    assert measured.delivered_value.standard_error is None
    assert measured.value_to_cost.standard_error is None
    assert "–" in str(measured)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table], ids=lambda f: f.__name__)
def test_every_kind_of_frame_gives_the_same_measured_offer(kind):
    frame = survey()
    one = MeasuredOffer.from_frame(frame, name="us", weights="weight", **PARTS)
    assert MeasuredOffer.from_frame(kind(frame), name="us", weights="weight", **PARTS) == one


def test_how_a_measured_offer_prints_and_goes_to_json():
    measured = MeasuredOffer.from_frame(survey(), name="us", unit="EUR", **PARTS)
    assert MeasuredOffer.from_json(measured.to_json()) == measured
    lines = str(measured).splitlines()
    assert lines[0] == "Offer as measured: us, in EUR"
    assert lines[2].split() == ["mean", "low", "high", "SE", "n"]
    assert lines[-2:] == [
        "95 % intervals, t, linearised for weights.",
        "15 respondents, no missing answers.",
    ]
