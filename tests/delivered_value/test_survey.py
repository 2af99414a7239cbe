"""Suppliers as respondents rated them: means, ratios, errors, clusters, units."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_servqual as naive

from custvalue.delivered_value import MeasuredOffer, OfferSurvey, compare, from_survey
from custvalue.errors import DataError
from custvalue.survey import QUALITY_5, Bootstrap, Scale

PARTS = {
    "value": {"product": "worth", "service": "help", "personnel": "staff", "image": "name"},
    "cost": {"monetary": "price", "time": "hours", "energy": "effort", "psychic": "worry"},
}


def ratings(n=15, seed=2, suppliers=("us",)):
    rng = np.random.default_rng(seed)
    names = [*PARTS["value"].values(), *PARTS["cost"].values()]
    amounts = rng.gamma(4, 5, size=(n, 8))
    frame = {name: amounts[:, k] for k, name in enumerate(names)}
    whose = [suppliers[row % len(suppliers)] for row in range(n)]
    return frame | {"weight": rng.uniform(0.5, 2, n), "whose": whose}


def read(frame, **options):
    return from_survey(frame, **({"supplier": "whose"} | PARTS | options))


@pytest.mark.parametrize("weights", [None, "weight"])
def test_an_offer_agrees_with_naive_loops(weights):
    frame = ratings()
    measured = read(frame, weights=weights).offer("us")
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
    assert measured.costs[0].value == pytest.approx(mean(frame["price"].tolist(), w))
    assert measured.delivered_value.degrees_of_freedom == pytest.approx(14)
    assert measured.total_value.n == 15


@pytest.mark.parametrize("weights", [None, "weight"])
def test_advantages_and_break_even_prices_agree_with_naive_loops(weights):
    frame = ratings(40, suppliers=("us", "rival"))
    found = compare(
        read(frame, weights=weights), reference="us", method=Bootstrap(50, rng=1)
    ).against("rival")
    worth = sum(frame[name] for name in PARTS["value"].values())
    cost = sum(frame[name] for name in PARTS["cost"].values())
    price = frame["price"]
    own = np.array(frame["whose"]) == "us"
    w = frame["weight"] if weights else np.ones(40)

    def means(weights):
        weights = np.asarray(weights)
        return [
            [np.average(its[rows], weights=weights[rows]) for its in (worth, cost, price)]
            for rows in (own, ~own)
        ]

    def advantage(weights):
        (v, c, _), (other, paid, _) = means(weights)
        return (other - paid) - (v - c)

    def by_ratio(weights):
        (v, c, p), (other, paid, _) = means(weights)
        return v * paid / other - (c - p)

    assert found.advantage.value == pytest.approx(advantage(w))
    assert found.break_even_by_difference.value == pytest.approx(means(w)[0][2] - advantage(w))
    assert found.break_even_by_ratio.value == pytest.approx(by_ratio(w))
    scale = np.sqrt(20 / 19 * 39 / 40)  # each supplier's own divisor, 20 of 40 ratings
    for statistic, estimate in (
        (advantage, found.advantage),
        (by_ratio, found.break_even_by_ratio),
    ):
        naive_error = naive.linearised_error(statistic, w.tolist())
        assert estimate.standard_error == pytest.approx(scale * naive_error, rel=1e-5)


def test_ratings_of_the_same_respondents_are_compared_within_them():
    rng = np.random.default_rng(5)
    taste = np.repeat(rng.normal(0, 10, 60), 2)
    frame = {
        "who": np.repeat(np.arange(60), 2),
        "whose": ["us", "rival"] * 60,
        "worth": 100 + taste + rng.normal(0, 1, 120),
        "bill": np.full(120, 50.0),
    }
    options = {"supplier": "whose", "value": {"product": "worth"}, "cost": {"monetary": "bill"}}
    apart = compare(from_survey(frame, **options), reference="us", method=Bootstrap(300, rng=1))
    within = compare(
        from_survey(frame, **options, cluster="who"), reference="us", method=Bootstrap(300, rng=1)
    )
    paired = frame["worth"][1::2] - frame["worth"][::2]
    error = paired.std(ddof=1) / np.sqrt(60)
    found = within.against("rival").advantage
    assert found.value == pytest.approx(paired.mean())
    assert found.standard_error == pytest.approx(error)
    assert found.degrees_of_freedom == pytest.approx(59)
    assert apart.against("rival").advantage.standard_error > 5 * error


def test_resamples_vary_as_the_linearised_errors_say():
    frame = ratings(600, suppliers=("us", "rival", "third"))
    joint = read(frame, weights="weight").joint
    draws = joint.draws(Bootstrap(4000, rng=1)).sum(axis=2)
    found = joint.estimates(["total"] * 3, lambda means: means.sum(axis=-1), [0, 1, 2])
    assert draws.mean(axis=0) == pytest.approx([its.value for its in found], rel=0.01)
    assert draws.std(axis=0) == pytest.approx([its.standard_error for its in found], rel=0.05)


def test_means_of_two_ratings_are_drawn_above_zero():
    frame = {"whose": ["us", "us", "rival", "rival"], "worth": [9, 1, 5, 6], "bill": [1, 9, 4, 3]}
    survey = from_survey(
        frame, supplier="whose", value={"product": "worth"}, cost={"monetary": "bill"}
    )
    draws = survey.joint.draws(Bootstrap(4000, rng=1))
    assert (draws > 0).all()
    assert compare(survey, method=Bootstrap(500, rng=1)).draws == 500


def test_resamples_of_clusters_vary_as_their_errors_say():
    rng = np.random.default_rng(3)
    frame = ratings(900, suppliers=("us", "rival", "third"))
    dealer = rng.integers(0, 60, 900)
    shift = rng.normal(0, 5, 60)[dealer] + 10
    frame |= {"dealer": dealer, "worth": frame["worth"] + shift}
    joint = read(frame, cluster="dealer").joint
    draws = joint.draws(Bootstrap(4000, rng=1)).sum(axis=2)
    found = joint.estimates(["total"] * 3, lambda means: means.sum(axis=-1), [0, 1, 2])
    assert draws.std(axis=0) == pytest.approx([its.standard_error for its in found], rel=0.08)
    assert found[0].clusters == 60


def test_ratings_of_one_cluster_are_resampled_one_by_one():
    frame = ratings(60, suppliers=("us", "rival")) | {"dealer": ["D1"] * 60}
    options = {"reference": "us", "method": Bootstrap(200, rng=1)}
    one, none = compare(read(frame, cluster="dealer"), **options), compare(read(frame), **options)
    assert one.ranks_by_difference == none.ranks_by_difference
    assert one.offers[0].delivered_value.clusters == 1


def test_ratings_without_an_amount_are_left_out_on_request():
    frame = ratings()
    frame["hours"][3] = np.nan
    survey = read(frame, missing="drop")
    kept = {name: np.delete(values, 3) for name, values in frame.items()}
    assert survey.base.excluded == {"missing answer": 1}
    assert survey.asked == "14 ratings of 1 supplier; 1 excluded (missing answer)."
    rest = read(kept).offer("us")
    assert survey.offer("us").delivered_value == rest.delivered_value


def test_an_offer_that_costs_nothing_has_no_ratio():
    frame = ratings() | dict.fromkeys(PARTS["cost"].values(), np.zeros(15))
    measured = read(frame).offer("us")
    assert measured.value_to_cost is None
    assert "value to cost" not in str(measured)


def test_one_rating_gives_an_offer_without_intervals():
    measured = read(ratings(1)).offer("us")
    assert measured.delivered_value.standard_error is None
    assert measured.value_to_cost.standard_error is None
    assert "–" in str(measured)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table], ids=lambda f: f.__name__)
def test_every_kind_of_frame_gives_the_same_offer(kind):
    frame = ratings()
    one = read(frame, weights="weight").offer("us")
    assert read(kind(frame), weights="weight").offer("us") == one


def test_how_an_offer_prints_and_goes_to_json():
    survey = read(ratings(), unit="EUR")
    measured = survey.offer("us")
    assert MeasuredOffer.from_json(measured.to_json()) == measured
    lines = str(measured).splitlines()
    assert lines[0] == "Offer as measured: us, in EUR"
    assert lines[2].split() == ["mean", "low", "high", "SE", "n"]
    assert lines[-1] == "95 % intervals, linearised for weights."
    again = OfferSurvey.from_json(survey.to_json())
    assert again.offer("us") == measured
    assert repr(survey) == "OfferSurvey(ratings=15, suppliers=1)"
    assert str(survey).splitlines()[-2:] == ["In EUR.", "15 ratings of 1 supplier."]


# --- units ------------------------------------------------------------------------------------

RATED = {
    "whose": ["us", "us", "rival", "rival"],
    "repair": [9, 7, 5, 6],
    "ease": [1, 3, 5, 5],
    "bill": [200, 220, 150, 170],
    "hours": [1.0, 2.0, 3.0, 2.0],
    "worry": [2, 3, 5, 4],
}


def test_hours_and_points_become_money_at_declared_rates():
    survey = from_survey(
        RATED,
        supplier="whose",
        value={"product": "repair", "service": "ease"},
        cost={"monetary": "bill", "time": "hours", "psychic": "worry"},
        scale={
            "product": Scale(1, 10),
            "service": Scale(1, 5, direction="lower is better"),
            "psychic": Scale(1, 5, direction="lower is better"),
        },
        rates={"product": 30, "service": 10, "time": 20, "psychic": 8},
    )
    us = survey.offer("us")
    assert [its.value for its in us.values] == pytest.approx([30 * 7, 10 * 3])
    assert [its.value for its in us.costs] == pytest.approx([210, 30, 12])
    assert us.delivered_value.value == pytest.approx(240 - 252)
    assert survey.sides.convention == (
        "Declared rates, money a unit: product 30, service 10, time 20, psychic 8."
    )


def test_answers_in_words_have_a_codebook():
    words = ["poor", "fair", "very good", "excellent"]
    frame = RATED | {"repair": words}
    options = {"supplier": "whose", "value": {"repair": "repair"}, "cost": {"monetary": "bill"}}
    one = from_survey(frame, **options, scale=QUALITY_5, rates={"repair": 10})
    numbers = frame | {"repair": [1, 2, 4, 5]}
    other = from_survey(numbers, **options, scale={"repair": Scale(1, 5)}, rates={"repair": 10})
    assert one.offers() == other.offers()


def test_a_normalised_index_needs_no_money():
    survey = from_survey(
        RATED,
        supplier="whose",
        value={"repair": "repair", "ease": "ease"},
        cost={"worry": "worry"},
        scale={
            "repair": Scale(1, 10),
            "ease": Scale(1, 5, direction="lower is better"),
            "worry": Scale(1, 5, direction="lower is better"),
        },
        importance={"repair": 3, "ease": 1},
    )
    us = survey.offer("us")
    assert us.total_value.value == pytest.approx(0.75 * 700 / 9 + 0.25 * 75)
    assert us.total_cost.value == pytest.approx(37.5)
    assert us.unit == "points of a normalised index, 0 to 100"
    assert compare(survey, reference="us").against("rival").break_even_by_difference is None


def test_suppliers_with_few_ratings_are_left_out_on_request_and_named():
    frame = {name: [*values, values[0]] for name, values in RATED.items()}
    frame["whose"][-1] = "tiny"
    options = {"supplier": "whose", "value": {"product": "repair"}, "cost": {"monetary": "bill"}}
    survey = from_survey(frame, **options, minimum_n=2)
    assert survey.left_out == {"tiny": 1}
    assert survey.supplier_names == ("rival", "us")
    assert "Too few ratings, left out: tiny (1 rating)." in str(survey)


def test_waves_and_groups_are_split_as_those_of_other_surveys():
    frame = ratings(40, suppliers=("us", "rival")) | {"year": np.repeat([2025, 2026], 20)}
    parts = read(frame, wave="year").by("wave")
    assert list(parts) == [2025, 2026]
    assert parts[2025].supplier_names == ("rival", "us")
    assert [its.joint.n.sum() for its in parts.values()] == [20, 20]


def test_a_supplier_whose_ratings_have_no_weight_is_named():
    frame = {"who": ["a", "a", "b", "b"], "worth": [4, 5, 1, 2], "bill": [5, 6, 5, 7]}
    frame["w"] = [0, 0, 1, 1]
    named = {"supplier": "who", "value": {"worth": "worth"}, "cost": {"monetary": "bill"}}
    with pytest.raises(DataError) as caught:
        from_survey(frame, **named, weights="w").offers()
    assert str(caught.value) == (
        "all ratings of 'a' have weight 0, so that none of them counts. Leave these rows out, or "
        "give them weights."
    )
    with pytest.raises(DataError) as caught:
        from_survey(frame | {"worth": [1, 2, 1e300, 3]}, **named)
    assert str(caught.value) == (
        "worth must be at most 1e+100, but row 2 has 1e+300. Give amounts in a currency of usual "
        "size."
    )
