"""The chain: links against their own fits, money against the public value, what is no effect."""

from functools import cache

import numpy as np
import pytest
from linked_data import simulated

from custvalue import lifetime, profit_chain
from custvalue._profit_chain.expansion import Parabola
from custvalue._profit_chain.influences import coordinates
from custvalue._profit_chain.linked import as_covariates, fading
from custvalue._profit_chain.sensitivity import e_value, robustness_value
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.survey import Scale

COLUMNS = {
    "link": "customer_id",
    "asked": "asked",
    "satisfaction": "satisfaction",
    "scale": Scale(1, 10),
    "horizon": "3 years",
    "annual_discount_rate": 0.1,
    "margin": 0.3,
    "rng": 1,
}
EFFECT = {"purchase": 0.1, "dropout": -0.25, "spend": 0.05}


@cache
def data(**effect):
    return simulated(600, **effect)


def chain(made=None, **more):
    survey, log, end = data(**EFFECT) if made is None else made
    asked = {**COLUMNS, "draws": 60, **more}
    return profit_chain.Chain.from_data(survey, log, observation_end=str(end), **asked)


@cache
def usual():
    return chain(drivers=("reliability", "empathy"), cluster="dealer")


def step(its, name):
    return next(one for one in its.steps if one.name == name)


def test_links_are_those_of_their_own_fits():
    """Purchases and leaving of a history on the same paths, drivers of a weighted regression."""
    its = usual()
    history = its.links.history
    fit = lifetime.ParetoNBD.fit(
        history,
        purchase=["satisfaction", "satisfaction all along"],
        dropout=["satisfaction"],
    )
    assert its.purchases.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    name = "purchase: satisfaction"
    assert step(its, "satisfaction: purchase").value == fit.parameters[name]
    survey = data(**EFFECT)[0]
    design = np.column_stack(
        [np.ones(len(survey["asked"])), survey["reliability"], survey["empathy"]]
    )
    slopes = np.linalg.lstsq(design, survey["satisfaction"], rcond=None)[0]
    assert step(its, "reliability: satisfaction").value == pytest.approx(slopes[1], rel=1e-9)
    assert step(its, "empathy: satisfaction").value == pytest.approx(slopes[2], rel=1e-9)


def test_errors_without_clusters_are_those_of_the_fit():
    """Robust errors of a model that is true are near those of the information."""
    its = chain(draws=600)
    for called, name in (
        ("satisfaction: purchase", "purchase: satisfaction"),
        ("satisfaction: dropout", "dropout: satisfaction"),
    ):
        error = its.purchases.standard_errors[name]
        assert step(its, called).standard_error == pytest.approx(error, rel=0.25)


def test_money_is_the_difference_of_two_values():
    its = usual()
    later = fading(0.1, its.links.last, 3 * 365.25, None)
    values = []
    for more in (None, later):
        ahead = later if more is not None else [(day, 0.0) for day, _ in later]
        history = its.links.history.with_changing(
            as_covariates(its.links.paths, its.links.last, ahead)
        )
        value = lifetime.customer_lifetime_value(
            history,
            purchases=its.purchases.model,
            spend=its.spend.model,
            horizon="3 years",
            annual_discount_rate=0.1,
            margin=0.3,
        )
        values.append(float(value.value.sum()))
    before, after = values
    spend = np.exp(0.1 * step(its, "satisfaction: spend").value)
    found = its.value_of(0.1)
    assert found.total.value == pytest.approx(spend * after - before, rel=1e-9)
    assert found.per_customer.value == pytest.approx(found.total.value / 600, rel=1e-12)
    assert found.estimates[3].value == pytest.approx(found.total.value / before, rel=1e-9)


def test_points_of_a_dimension_are_points_of_satisfaction():
    its = usual()
    slope = step(its, "reliability: satisfaction").value
    direct = its.value_of(0.2 * slope).total.value
    assert its.value_of(0.2, "reliability").total.value == pytest.approx(direct, rel=1e-9)


def test_points_add_up_nearly_and_fade():
    its = usual()
    one, two = (its.value_of(points).total.value for points in (0.1, 0.2))
    assert two == pytest.approx(2 * one, rel=0.03)
    assert two > 2 * one  # rates are exponential in points
    assert its.value_of(-0.1).total.value < 0
    fades = its.value_of(0.1, decay="1 year").total.value
    assert 0.3 * one < fades < 0.8 * one
    assert its.value_of(0.1, decay="1000 years").total.value == pytest.approx(one, rel=2e-3)


def test_pieces_of_what_fades_have_its_mean():
    days = fading(1.0, 0, 1_000.0, "100 days")
    starts = np.array([day for day, _ in days]) - 1
    points = np.array([its for _, its in days[:-1]])
    whole = float(points @ np.diff(starts))
    assert whole == pytest.approx(100 / np.log(2) * (1 - 2.0**-10), rel=1e-12)
    assert (np.diff(points) < 0).all()


def test_draws_are_near_the_full_evaluation():
    """The parabola at a draw against the model of that draw, on all customers."""
    its = usual()
    links, found = its.links, its.value_of(0.1)
    names = [*coordinates(its.purchases.model)]
    for draw in range(4):
        moved = dict(zip(names, links.moves[draw], strict=False))
        there = {name: its + moved[name] for name, its in coordinates(its.purchases.model).items()}
        spends = dict(
            zip(coordinates(its.spend.model), links.moves[draw, len(names) :], strict=False)
        )
        other = profit_chain.Chain(
            steps=its.steps,
            purchases=_Fit(_at(its.purchases.model, there)),
            spend=_Fit(
                _at(
                    its.spend.model,
                    {k: v + spends[k] for k, v in coordinates(its.spend.model).items()},
                )
            ),
            links=_with(
                links, spend_ratio=links.spend_ratio + links.moves[draw, links.spend_place]
            ),
            customers=its.customers,
            respondents=its.respondents,
            strangers=0,
            unanswered=0,
        )
        exact = other.value_of(0.1).total.value
        error = found.total.standard_error
        assert abs(found.total.draws[draw] - exact) < 0.05 * error


class _Fit:
    def __init__(self, model):
        self.model = model


def _at(model, values):
    from custvalue._profit_chain.influences import at_coordinates

    return at_coordinates(model, values)


def _with(links, **changed):
    from dataclasses import replace

    return replace(links, **changed)


def test_buyers_who_become_satisfied_are_no_effect():
    """The log rate of purchases moves what is answered by .8, and nothing follows from that."""
    made = simulated(1_500, reverse=0.8)
    held = chain(made, outcome=("purchase",))
    assert abs(step(held, "satisfaction: purchase").value) < 0.04
    assert step(held, "all along: purchase").value > 0.09
    interval = held.value_of(0.1, margin=1.0).total.confidence_interval()
    assert interval.low < 0 < interval.high


def test_before_may_be_ignored():
    its = chain(before="ignored", outcome=("purchase",))
    assert [one.name for one in its.steps] == ["satisfaction: purchase"]


def test_the_latest_answer_counts_from_the_next_day():
    """Two answers of a customer are two pieces of a path."""
    survey, log, end = data(**EFFECT)
    again = {name: np.concatenate([its[:50], its]) for name, its in survey.items()}
    again["asked"] = again["asked"].copy()
    again["asked"][:50] -= np.timedelta64(70, "D")
    again["satisfaction"] = again["satisfaction"].copy()
    again["satisfaction"][:50] = 1 + np.arange(50) % 9
    its = chain((again, log, end), outcome=("purchase",))
    covariates = its.links.history.changing.covariates
    who = again["customer_id"][0]
    place = int(np.flatnonzero(its.links.history.customer == who)[0])
    mine = covariates.columns()["path of satisfaction"] == its.links.paths.of_customer[place]
    mean = again["satisfaction"].mean()
    values = covariates.values["satisfaction"][mine]
    assert values == pytest.approx([0, 1 - mean, survey["satisfaction"][0] - mean])
    first_day = covariates.start[mine][1]
    assert first_day == again["asked"][0] + np.timedelta64(1, "D")


def test_a_lag_moves_the_day_from_which_an_answer_counts():
    survey = data(**EFFECT)[0]
    its = chain(lag="30 days", outcome=("purchase",))
    starts = np.unique(its.links.history.changing.covariates.start)
    assert survey["asked"][0] + np.timedelta64(31, "D") in starts


def test_the_order_of_rows_decides_nothing():
    survey, log, end = data(**EFFECT)
    random = np.random.default_rng(1)
    mixed = [
        {name: its[order] for name, its in one.items()}
        for one, order in (
            (survey, random.permutation(len(survey["asked"]))),
            (log, random.permutation(len(log["date"]))),
        )
    ]
    one = chain(outcome=("purchase", "spend"))
    other = chain((*mixed, end), outcome=("purchase", "spend"))
    for a, b in zip(one.steps, other.steps, strict=True):
        assert a.value == pytest.approx(b.value, rel=1e-6)


def test_projects_are_ranked_by_a_chain():
    its = usual()
    found = profit_chain.rank(
        [
            profit_chain.Project("reception", cost=800, moves={"reliability": (0.2, 0.05)}),
            profit_chain.Project("coffee", cost=500, moves={"empathy": 0.5}, decay="1 year"),
        ],
        its,
        budget=2_000,
        rng=1,
    )
    assert found["reception"].gain.value == pytest.approx(
        its.value_of(0.2, "reliability").total.value
    )
    assert len(found["reception"].gain.draws) == its.draws
    assert found["coffee"].net.value < 0


def test_what_would_explain_the_links_away():
    """E-value of a ratio of 3.9 (7.26), and the robustness value of Darfur (.139)."""
    assert round(e_value(3.9), 2) == 7.26
    assert round(e_value(1 / 3.9), 2) == 7.26
    assert round(robustness_value(4.184, 783), 3) == 0.139
    its = usual()
    found = its.sensitivity(0.1, "reliability")
    assert found.money[0] == its.value_of(0.1, "reliability").total.value
    assert (np.diff(found.money) < 0).all()
    assert found.break_even > 1.05
    rows = found.columns()
    ratio = np.exp(step(its, "satisfaction: purchase").value)
    place = [one.name for one in its.steps].index("satisfaction: purchase")
    assert rows["e_value"][place] == pytest.approx(ratio + np.sqrt(ratio * (ratio - 1)))
    slope = step(its, "reliability: satisfaction")
    f = slope.value / slope.standard_error / np.sqrt(slope.n - 2)
    assert rows["robustness_value"][0] == pytest.approx((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)
    nothing = its._with_bias(np.log(found.break_even) + 1e-6)
    assert abs(nothing.value_of(0.1).total.value) < 1e-6 * found.money[0]


def test_a_parabola_is_exact_for_one():
    random = np.random.default_rng(1)
    slope, bent = random.normal(size=3), random.normal(size=(3, 3))
    bent = bent + bent.T

    def function(x):
        return float(2 + slope @ x + x @ bent @ x)

    moves = random.normal(size=(20, 3))
    found = Parabola.of(function, np.array([0.5, 2.0, 1.0])).at(moves)
    assert found == pytest.approx([function(x) for x in moves], rel=1e-9)


ANSWERS = len(data(**EFFECT)[0]["asked"])


def changed(**columns):
    survey, log, end = data(**EFFECT)
    return {**survey, **columns}, log, end


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (
            lambda: chain(changed(customer_id=np.arange(10_000, 10_000 + ANSWERS))),
            DataError,
            "no customer of the survey is in the log",
        ),
        (
            lambda: chain(changed(asked=np.full(ANSWERS, "2031-01-01"))),
            DataError,
            "after the end of observation, 2024-12-29: no purchase can follow from them.",
        ),
        (
            lambda: chain(changed(satisfaction=np.full(ANSWERS, 7))),
            DataError,
            "answers are 7, so that nothing can follow from them.",
        ),
        (
            lambda: chain(changed(satisfaction=np.full(ANSWERS, 11))),
            DataError,
            "satisfaction must be",
        ),
        (
            lambda: chain(changed(dealer=np.zeros(ANSWERS)), cluster="dealer"),
            DataError,
            "there is one cluster, '0.0', and no telling how clusters differ.",
        ),
        (lambda: chain(outcome=("joy",)), ParameterError, "outcome must be one of"),
        (lambda: chain(outcome=()), ParameterError, "outcome names nothing"),
        (lambda: chain(before="never"), ParameterError, "before must be one of"),
        (lambda: usual().value_of(0), ParameterError, "points must be a number other than 0"),
        (lambda: usual().value_of(100), ParameterError, "at most 9 as the scale has"),
        (
            lambda: usual().value_of(0.1, decay="0 days"),
            ParameterError,
            "decay must be a time > 0, as in '2 years', but it is '0 days'.",
        ),
        (
            lambda: usual().value_of(0.1, horizon="0 days"),
            ParameterError,
            "horizon must be > 0, as in '3 years', but it is '0 days'.",
        ),
        (lambda: chain(margin=30), ParameterError, "margin"),
        (
            lambda: usual().gains({"reliability": np.full(60, 0.1)}),
            ParameterError,
            "points['reliability'] must be a number, or 61 of them",
        ),
        (lambda: usual().gains({}), ParameterError, "points must be a mapping"),
        (
            lambda: usual().gains({"reliability": np.nan}),
            ParameterError,
            "points['reliability'] must be finite numbers.",
        ),
        (
            lambda: usual().sensitivity(0.1, joy=3),
            ParameterError,
            "sensitivity has no argument 'joy'; there are points, dimension, 'horizon'",
        ),
        (
            lambda: chain(changed(customer_id=np.array([*range(ANSWERS - 1), "a"], dtype=object))),
            DataError,
            "customer_id",
        ),
        (
            lambda: usual().value_of(0.1, "reliabilty"),
            ParameterError,
            (
                "dimension must be one of the drivers, 'reliability', 'empathy', but it is "
                "'reliabilty'. Did you mean 'reliability'?"
            ),
        ),
        (
            lambda: chain(horizon=None).value_of(0.1),
            ParameterError,
            "horizon is needed: give it here, or once to Chain.from_data(…, horizon=…).",
        ),
        (
            lambda: usual().value_of(0.1, annual_discount_rate=10),
            ParameterError,
            "annual_discount_rate",
        ),
    ],
)
def test_what_cannot_be_is_said(make, error, said):
    with pytest.raises(error) as caught:
        make()
    assert said in str(caught.value)


def test_numbers_and_their_text_are_different_customers():
    said = data(**EFFECT)[0]["customer_id"].astype(str)
    with pytest.raises(DataError, match="no customer of the survey is in the log"):
        chain(changed(customer_id=said))


def test_a_history_no_longer_knows_the_days():
    history = usual().links.history
    with pytest.raises(ParameterError, match="transactions must be the log itself"):
        chain((data(**EFFECT)[0], history, "2024-12-29"))


def test_all_asked_with_the_first_purchase():
    """Then nothing is known of before, and the message says what to do."""
    survey, log, end = data(**EFFECT)
    first = {}
    for who, day in zip(log["customer_id"].tolist(), log["date"].tolist(), strict=True):
        first[who] = min(first.get(who, day), day)
    asked = np.array([first[who] for who in survey["customer_id"].tolist()], dtype="M8[D]")
    made = ({**survey, "asked": asked}, log, end)
    with pytest.raises(EstimationError, match="what was before cannot be held equal"):
        chain(made, outcome=("purchase",))
    its = chain(made, outcome=("purchase",), before="ignored")
    assert np.isfinite(its.steps[0].value)


def test_what_was_identified_stands_in_place_of_associations():
    before = usual()
    given = {
        "satisfaction: purchase": (0.05, 0.01),
        "satisfaction: dropout": (-0.1, 0.02),
        "satisfaction: spend": (0.02, 0.005),
        "reliability: satisfaction": (0.5, 0.05),
    }
    its = before.with_identified(given, rng=1)
    for name, (value, error) in given.items():
        found = step(its, name)
        assert (found.value, found.standard_error) == (value, error)
        assert found.draws.std() == pytest.approx(error, rel=0.4)
    labels = dict(zip(its.columns()["link"], its.columns()["label"], strict=True))
    assert labels["satisfaction: spend"] == "identified"
    assert labels["empathy: satisfaction"] == "association"
    assert [one.name for one in its.steps] == [one.name for one in before.steps]
    less, more = (one.value_of(0.1, "reliability").total.value for one in (its, before))
    assert less < more


def test_the_same_value_gives_the_same_money():
    before = usual()
    same = {
        one.name: (one.value, one.standard_error)
        for one in before.steps
        if not one.name.startswith("all along")
    }
    its = before.with_identified(same, rng=1)
    money = its.value_of(0.1, "reliability").total
    assert money.value == pytest.approx(before.value_of(0.1, "reliability").total.value)
    assert its.sensitivity(0.1).ratios == ("all along: purchase",)
    assert its.sensitivity(0.1).money == pytest.approx(its.sensitivity(0.1).money[0])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "links must be a mapping such as"),
        ({"satisfaction: purchases": (1, 1)}, "Did you mean 'satisfaction: purchase'?"),
        ({"satisfaction: purchase": 0.1}, "links['satisfaction: purchase'] must be an estimate"),
        ({"satisfaction: purchase": (0.1, 0)}, "and its standard error, as in (0.08, 0.03)"),
        ({"satisfaction: purchase": (np.nan, 1)}, "Effects on outcomes are logarithms of ratios"),
    ],
)
def test_what_identifies_nothing_is_refused(given, said):
    with pytest.raises(ParameterError) as caught:
        usual().with_identified(given)
    assert said in str(caught.value)


def test_an_end_far_away_is_named():
    survey, log, _ = data(**EFFECT)
    with pytest.raises(DataError) as caught:
        chain((survey, log, "2099-12-31"), outcome=("purchase",))
    said = str(caught.value)
    assert said.startswith("observation_end is 2099-12-31, but the last purchase of anybody is")
    assert said.endswith("Give the day on which the log ends.")
