"""The cheapest improvement: against bisection and against all plans on a grid; head to head."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from custvalue.delivered_value import (
    HeadToHead,
    Improvement,
    Offer,
    TotalCost,
    TotalValue,
    Uniform,
    cheapest_improvement,
    compare,
    from_survey,
    head_to_head,
)
from custvalue.errors import DataError, ParameterError
from custvalue.survey import Bootstrap, Scale


def offer(name, worth, paid, time=10):
    return Offer(
        name=name,
        value=TotalValue(product=worth, service=20, personnel=5, image=5),
        cost=TotalCost(monetary=paid, time=time, energy=2, psychic=3),
    )


US, RIVAL = offer("us", 60, 50), offer("rival", 90, 45)
COSTS = {"time": 0.3, "service": 0.4, "monetary": 1.0}


def improved(us, steps):
    """Return the offer after the steps."""
    amounts = {its.part: its.amount for its in steps}
    value = {name: part + amounts.get(name, 0) for name, part in dict(us.value).items()}
    cost = {name: max(part - amounts.get(name, 0), 0) for name, part in dict(us.cost).items()}
    return Offer(name=us.name, value=TotalValue(**value), cost=TotalCost(**cost))


@pytest.mark.parametrize("by", ["difference", "ratio"])
def test_the_improved_offer_draws_level(by):
    found = cheapest_improvement(
        [US, RIVAL], of="us", unit_costs=COSTS, most={"service": 12}, by=by
    )
    after = improved(US, found.steps)
    pair = [
        getattr(its, "delivered_value" if by == "difference" else "value_to_cost")
        for its in (after, RIVAL)
    ]
    assert pair[0] == pytest.approx(pair[1])
    assert found.enough
    assert found.probability_ahead == 0.5
    assert found.needed > 0


@pytest.mark.parametrize("by", ["difference", "ratio"])
def test_no_plan_on_a_grid_is_cheaper(by):
    limits = {"time": 10.0, "service": 12.0, "monetary": 50.0}
    found = cheapest_improvement(
        [US, RIVAL], of="us", unit_costs=COSTS, most={"service": 12}, by=by
    )
    ratio = RIVAL.value_to_cost

    def level(service, time, price):
        value, cost = US.value.total + service, US.cost.total - time - price
        if by == "difference":
            return value - cost >= RIVAL.delivered_value - 1e-9
        return value >= ratio * cost - 1e-9

    grid = {name: np.linspace(0, most, 41) for name, most in limits.items()}
    spends = [
        COSTS["service"] * service + COSTS["time"] * time + COSTS["monetary"] * price
        for service, time, price in product(grid["service"], grid["time"], grid["monetary"])
        if level(service, time, price)
    ]
    assert min(spends) >= found.spend - 1e-9
    assert min(spends) <= found.spend + 2.0


def test_a_price_cut_alone_agrees_with_the_break_even_price():
    found = cheapest_improvement([US, RIVAL], of="us", unit_costs={"monetary": 1})
    against = compare([US, RIVAL], reference="us").against("rival")
    assert 50 - found.steps[0].amount == pytest.approx(against.break_even_by_difference.value)
    by_ratio = cheapest_improvement([US, RIVAL], of="us", unit_costs={"monetary": 1}, by="ratio")
    assert 50 - by_ratio.steps[0].amount == pytest.approx(against.break_even_by_ratio.value)


def test_what_is_ahead_needs_no_improvement():
    found = cheapest_improvement([US, RIVAL], of="rival", unit_costs=COSTS)
    assert (found.steps, found.spend, found.needed, found.enough) == ((), 0, 0, True)
    assert "rival is not behind us by difference" in str(found)


def test_limits_may_be_too_small():
    found = cheapest_improvement(
        [US, RIVAL], of="us", unit_costs={"service": 1}, most={"service": 2}
    )
    assert not found.enough
    assert "us does not reach rival by difference at a cost of 2 for a customer" in str(found)


def test_the_best_rival_is_the_one_to_overtake():
    third = offer("third", 80, 20)
    assert cheapest_improvement([US, RIVAL, third], of="us", unit_costs=COSTS).over == "third"
    over = cheapest_improvement([US, RIVAL, third], of="us", over="rival", unit_costs=COSTS)
    assert over.over == "rival"


def test_a_plan_that_is_sure_costs_more():
    rival = offer("rival", Uniform(low=80, high=100), 45)
    level = cheapest_improvement(
        [US, rival], of="us", unit_costs={"monetary": 1}, method=Bootstrap(4000, rng=1)
    )
    sure = cheapest_improvement(
        [US, rival],
        of="us",
        unit_costs={"monetary": 1},
        probability=0.9,
        method=Bootstrap(4000, rng=1),
    )
    assert level.probability_ahead == pytest.approx(0.5, abs=0.03)
    assert sure.probability_ahead == pytest.approx(0.9, abs=0.001)
    assert sure.spend - level.spend == pytest.approx(8, abs=0.3)  # of 20, nine tenths and a half
    assert Improvement.from_json(sure.to_json()) == sure
    assert "us overtakes rival" in str(sure)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: cheapest_improvement([US, RIVAL], of="you", unit_costs=COSTS),
            ParameterError,
            "of must be one of 'us', 'rival', but it is 'you'.",
        ),
        (
            lambda: cheapest_improvement([US], of="us", unit_costs=COSTS),
            DataError,
            "there is no other offer than 'us'. Give a rival's.",
        ),
        (
            lambda: cheapest_improvement([US, RIVAL], of="us", unit_costs={}),
            ParameterError,
            "unit_costs must be a mapping of part to number, but it is {}.",
        ),
        (
            lambda: cheapest_improvement([US, RIVAL], of="us", unit_costs={"servise": 1}),
            ParameterError,
            (
                "unit_costs names 'servise', which is no part of the offers. Did you mean "
                "'service'? The parts are 'product', 'service', 'personnel', 'image', 'monetary', "
                "'time', 'energy', 'psychic'."
            ),
        ),
        (
            lambda: cheapest_improvement([US, RIVAL], of="us", unit_costs={"service": -1}),
            DataError,
            "unit_costs of 'service' must be a finite number >= 0, but it is -1.",
        ),
        (
            lambda: cheapest_improvement([US, RIVAL], of="us", unit_costs=COSTS, probability=0.9),
            ParameterError,
            (
                "probability needs something uncertain: ratings of respondents, or stated amounts "
                "with a distribution. Leave it out where all amounts are numbers."
            ),
        ),
    ],
)
def test_bad_requests_are_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


# --- head to head -------------------------------------------------------------------------------


def survey(**options):
    rng = np.random.default_rng(4)
    frame = {
        "whose": ["us", "rival"] * 40,
        "repair": rng.integers(4, 11, 80),
        "ease": rng.integers(1, 6, 80),
        "bill": rng.gamma(50, 4, 80),
        "who": np.repeat(np.arange(40), 2),
    }
    default = {
        "supplier": "whose",
        "value": {"repair": "repair", "ease": "ease"},
        "cost": {"monetary": "bill"},
        "scale": {"repair": Scale(1, 10), "ease": Scale(1, 5, direction="lower is better")},
        "importance": {"repair": 3, "ease": 1},
    }
    return frame, from_survey(frame, **(default | options))


def test_head_to_head_compares_means_part_by_part():
    frame, offers = survey()
    found = head_to_head(offers, "us", "rival", method=Bootstrap(2000, rng=1))
    us, rival = slice(0, None, 2), slice(1, None, 2)
    turned = {"repair": frame["repair"], "ease": 6 - frame["ease"], "monetary": frame["bill"]}
    for its in found.parts:
        one, other = turned[its.part][us], turned[its.part][rival]
        assert its.difference.value == pytest.approx(one.mean() - other.mean())
        error = np.sqrt(one.var(ddof=1) / 40 + other.var(ddof=1) / 40)
        assert its.difference.standard_error == pytest.approx(error)
        sign = -1 if its.side == "cost" else 1
        z = sign * its.difference.value / its.difference.standard_error
        assert its.probability_ahead == pytest.approx(norm.cdf(z), abs=0.04)
    assert [its.importance for its in found.parts] == [0.75, 0.25, None]
    assert HeadToHead.from_json(found.to_json()) == found


def test_ratings_of_one_respondent_are_compared_within():
    frame, offers = survey(cluster="who")
    found = head_to_head(offers, "us", "rival", method=Bootstrap(50, rng=1)).parts[0].difference
    within = (frame["repair"][::2] - frame["repair"][1::2]).std(ddof=1) / np.sqrt(40)
    assert found.standard_error == pytest.approx(within)


def test_one_supplier_cannot_meet_itself():
    with pytest.raises(ParameterError, match="both are 'us'"):
        head_to_head(survey()[1], "us", "us")
