"""Projects by net value, the best set within a budget, and what is refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked_data import linked_chain, simulated
from scipy import special

from custvalue import loyalty, profit_chain
from custvalue._profit_chain.budget import best_set
from custvalue.errors import ParameterError, UnitError

Project = profit_chain.Project


class Linear:
    """A chain in which a point of each dimension is worth so much, more or less."""

    draws = 400

    def __init__(self, worth, error=0.0):
        random = np.random.default_rng(3)
        self.worth = {
            name: np.append(its, its + error * random.standard_normal(self.draws))
            for name, its in worth.items()
        }

    def gains(self, points, *, decay, horizon, annual_discount_rate, margin):
        self.asked = decay, horizon, annual_discount_rate, margin
        return sum(its * self.worth[name] for name, its in points.items())


def by_hand(net, cost, budget):
    """Try every set."""
    sets = itertools.product([False, True], repeat=len(net))
    able = [
        its for its in sets if sum(c for c, one in zip(cost, its, strict=True) if one) <= budget
    ]
    return max(sum(n for n, one in zip(net, its, strict=True) if one) for its in able)


@settings(deadline=None)  # the first call imports the solver
@given(
    st.lists(st.tuples(st.integers(-50, 100), st.integers(1, 40)), min_size=1, max_size=8),
    st.integers(1, 120),
)
def test_the_best_set_is_the_best_of_all_sets(pairs, budget):
    net, cost = (np.array(its, dtype=float) for its in zip(*pairs, strict=True))
    chosen = best_set(net, cost, float(budget))
    assert cost[chosen].sum() <= budget
    assert net[chosen].sum() == by_hand(net, cost, budget)
    assert (net[chosen] > 0).all()


def test_a_set_that_beats_the_best_return():
    """By return the first would be taken, and no money would be left for the others."""
    chosen = best_set(np.array([60.0, 100.0, 120.0]), np.array([10.0, 20.0, 30.0]), 50.0)
    assert chosen.tolist() == [False, True, True]


def test_net_value_is_gain_less_cost():
    chain = Linear({"speed": 100_000.0, "care": 40_000.0}, error=5_000.0)
    found = profit_chain.rank(
        [
            Project("desk", cost=10_000, moves={"speed": 0.2, "care": 0.1}, reach=0.5),
            Project("hotline", cost=30_000, moves={"care": (0.5, 0.1)}),
        ],
        chain,
        rng=1,
    )
    desk = found["desk"]
    assert desk.gain.value == pytest.approx(0.5 * (0.2 * 100_000 + 0.1 * 40_000))
    assert desk.net.value == pytest.approx(2_000)
    assert desk.return_on_quality.value == pytest.approx(0.2)
    assert found["hotline"].net.value == pytest.approx(-10_000)
    assert (desk.rank, found["hotline"].rank) == (1, 2)
    assert found.chosen == ("desk",)
    assert found.spent == 10_000


def test_what_is_unsure_of_a_move_is_unsure_of_its_gain():
    chain = Linear({"care": 40_000.0})
    found = profit_chain.rank([Project("x", cost=1, moves={"care": (0.5, 0.1)})], chain, rng=1)
    assert found["x"].gain.standard_error == pytest.approx(4_000, rel=0.1)


def test_decay_and_settings_are_handed_over():
    chain = Linear({"care": 1.0})
    profit_chain.rank(
        [Project("x", cost=1, moves={"care": 1}, decay="2 years")],
        chain,
        horizon="3 years",
        annual_discount_rate=0.1,
        margin=0.3,
    )
    assert chain.asked == ("2 years", "3 years", 0.1, 0.3)


def test_probabilities_of_being_best_share_draws():
    alike = [Project(name, cost=10, gain=30) for name in ("a", "b", "c")]
    found = profit_chain.rank(alike, rng=1)
    assert [its.probability_best for its in found.projects] == pytest.approx([1 / 3] * 3)
    assert [its.rank for its in found.projects] == [1, 1, 1]
    two = [Project("sure", cost=10, gain=30), Project("bet", cost=10, gain=(30, 20))]
    its = profit_chain.rank(two, rng=1)
    assert its["bet"].probability_best == pytest.approx(0.5, abs=0.06)
    assert its["bet"].probability_positive == pytest.approx(0.841, abs=0.04)


def test_gains_may_be_estimates():
    desk = loyalty.ComplaintEconomics(
        customers=1_000,
        dissatisfied=(30, 300),
        complain=0.4,
        recovered=0.7,
        silent_return=0.2,
        value=500,
    )
    its = profit_chain.rank([Project("desk", cost=5_000, gain=desk.worth_lost)], rng=1)["desk"]
    assert its.gain.value == desk.worth_lost.value
    assert its.gain.standard_error == pytest.approx(desk.worth_lost.standard_error, rel=0.1)


def test_the_order_of_projects_decides_nothing():
    chain = Linear({"care": 40_000.0}, error=3_000.0)
    several = [
        Project("a", cost=100, moves={"care": (0.1, 0.05)}),
        Project("g", cost=10, gain=(50, 5)),
    ]
    one, other = (profit_chain.rank(its, chain, rng=1) for its in (several, several[::-1]))
    for name in ("a", "g"):
        assert one[name].net.confidence_interval() == other[name].net.confidence_interval()


def test_projects_that_are_alike_and_many_projects():
    """Forty alike, and sixty whose net value nearly is their cost."""
    alike = [Project(f"p{k}", cost=10, gain=30) for k in range(40)]
    assert len(profit_chain.rank(alike, budget=105, rng=1).chosen) == 10
    net = np.array([k + 1.63 for k in range(60)])
    cost = np.array([k + 1.37 for k in range(60)])
    chosen = best_set(net, cost, 500.0)
    assert cost[chosen].sum() <= 500
    assert net[chosen].sum() > 502


def test_no_project_is_chosen_that_loses_money():
    found = profit_chain.rank([Project("posters", cost=10, gain=4)], rng=1)
    assert found.chosen == ()
    assert found.net.value == 0
    assert "No project is worth its cost." in str(found)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: Project("x", cost=0, gain=1),
            "cost of x must be a number > 0, as in 80_000, but it is 0.",
        ),
        (
            lambda: Project("x", cost=1),
            (
                "x moves nothing. Say what it moves, as in moves={'responsiveness': 0.2}, or "
                "what it brings, gain=."
            ),
        ),
        (
            lambda: Project("x", cost=1, moves={"care": 0}),
            "moves['care'] of x is 0: it moves nothing. Leave it out.",
        ),
        (
            lambda: Project("x", cost=1, moves={"care": (1, -1)}),
            (
                "moves['care'] of x must be points of the scale, or their mean and standard "
                "deviation, as in 0.2 or (0.2, 0.1), but it is (1, -1)."
            ),
        ),
        (
            lambda: Project("x", cost=1, moves="care"),
            (
                "moves of x must be a mapping of dimensions to points, as in "
                "{'responsiveness': (0.2, 0.1)}, but they are 'care'."
            ),
        ),
        (
            lambda: Project("x", cost=1, moves={"care": 1}, decay="0 years"),
            (
                "decay of x must be a time > 0, as in '2 years', but it is '0 years'. Leave it out "
                "where the effect stays."
            ),
        ),
        (
            lambda: Project("x", cost=1, moves={"care": 1}, reach=2),
            "reach of x must be a share > 0 and <= 1, but it is 2.",
        ),
        (
            lambda: Project("x", cost=1, gain="much"),
            (
                "gain of x must be an amount of money, its mean and standard deviation, or an "
                "estimate, but it is 'much'."
            ),
        ),
        (
            lambda: Project("x", cost=1, gain=30, reach=0.5),
            (
                "reach of x is of what it moves, but it moves nothing. Give the gain of those whom "
                "it reaches, without reach=."
            ),
        ),
        (
            lambda: profit_chain.rank([Project("x", cost=5, gain=1)], simulations=0),
            "simulations must be a whole number >= 100, but it is 0.",
        ),
        (lambda: Project("", cost=1, gain=1), "name must be text, but it is ''."),
        (
            lambda: profit_chain.rank([Project("x", cost=5, gain=1)], budget=1),
            "budget must be a number, at least what the cheapest project costs, 5, but it is 1.",
        ),
        (
            lambda: profit_chain.rank([Project("x", cost=5, gain=1)] * 2),
            "two projects are called 'x'. Give each a name of its own.",
        ),
        (
            lambda: profit_chain.rank([Project("x", cost=5, moves={"care": 1})]),
            (
                "'x' moves what customers feel: chain= must say what a point is worth, as in "
                "rank(projects, Chain.from_data(…)). Or say what it brings in money, gain=."
            ),
        ),
        (
            lambda: profit_chain.rank([]),
            "projects must be a list of at least one Project, but it is [].",
        ),
        (
            lambda: profit_chain.rank([Project("x", cost=5, gain=1)])["y"],
            "there is no project 'y'; there are 'x'.",
        ),
    ],
)
def test_impossible_projects_are_refused(make, said):
    with pytest.raises(ParameterError) as caught:
        make()
    assert str(caught.value) == said


def test_a_time_needs_its_unit():
    with pytest.raises(UnitError, match="decay=3 has no time unit"):
        Project("x", cost=1, moves={"care": 1}, decay=3)


def test_what_points_bring_is_as_wide_as_its_interval():
    """Draws of 5 dealers are stretched by √(5/4) and the t quantile over the normal one."""
    made = simulated(400, purchase=0.1, dropout=-0.25, spend=0.05, dealers=5)
    chain = linked_chain(made, drivers=["reliability"], cluster="dealer", draws=400, rng=1)
    known, worth = chain.links.widening, chain.value_of(0.1, "reliability").total
    gain = profit_chain.rank([Project("one", cost=1, moves={"reliability": 0.1})], chain)[
        "one"
    ].gain
    wide = known["expansion"] * special.stdtrit(known["degrees_of_freedom"], 0.975) / 1.959964
    assert wide > 1.3
    assert gain.value == worth.value
    assert gain.draws.std() == pytest.approx(wide * worth.draws.std(), rel=0.05)
