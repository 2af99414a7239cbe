"""The simulated network of dealers: what is estimated from it, by simple means, is what is true."""

import datetime as dt
import time

import numpy as np
import pytest
from scipy import special

from custvalue import datasets, lifetime, satisfaction, servqual
from custvalue.datasets import NetworkTruth
from custvalue.errors import ParameterError
from custvalue.survey import Responses, Scale


@pytest.fixture(scope="module")
def network():
    return datasets.simulate_network(400, 4, answers=40, rng=20250101)


def slope(x, y):
    """Slope of a simple regression, and its standard error."""
    x, y = x - x.mean(), y - y.mean()
    found = (x @ y) / (x @ x)
    return found, np.sqrt(((y - found * x) ** 2).sum() / (len(x) - 2) / (x @ x))


def within(found, truth, error, times=4.0):
    return abs(found - truth) <= times * error


def codes(names):
    return np.unique(names, return_inverse=True)[1]


# --- what quality does ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "coefficient"),
    [
        ("purchases_per_week", "purchase_coefficient"),
        ("dropout_per_week", "dropout_coefficient"),
        ("mean_spend", "spend_coefficient"),
    ],
)
def test_rates_rise_with_quality_by_their_coefficients(network, column, coefficient):
    people = network.customers
    found, error = slope(people["quality"], np.log(people[column]))
    assert within(found, getattr(network.truth, coefficient), error)
    assert error < 0.01


def test_the_level_of_the_rates_is_that_of_the_models(network):
    people, truth = network.customers, network.truth
    levels = {
        "purchases_per_week": (
            truth.purchase_coefficient,
            truth.purchases.r,
            truth.purchases.alpha,
        ),
        "dropout_per_week": (truth.dropout_coefficient, truth.purchases.s, truth.purchases.beta),
    }
    for column, (coefficient, shape, rate) in levels.items():
        at_zero = people[column] / np.exp(coefficient * people["quality"])
        mean, deviation = shape / rate, np.sqrt(shape) / rate
        assert within(at_zero.mean(), mean, deviation / np.sqrt(people.rows))


def test_bills_rise_with_quality(network):
    log = network.transactions
    quality = network.customers["quality"][log["customer_id"] - 1]
    # bills of one customer are alike: regress the mean of their logarithms
    who = log["customer_id"] - 1
    visits = np.bincount(who)
    mean = np.bincount(who, np.log(log["spend"])) / visits
    found, error = slope(network.customers["quality"], mean)
    assert within(found, network.truth.spend_coefficient, error)
    assert len(quality) == log.rows


def test_customers_come_and_leave_as_their_rates_say(network):
    people, log = network.customers, network.transactions
    who = log["customer_id"] - 1
    first = np.full(people.rows, np.iinfo(np.int64).max)
    days = log["date"].astype(np.int64)
    np.minimum.at(first, who, days)
    end = np.datetime64(network.observation_end).astype(np.int64)
    weeks = (end - first) / 7
    rate, leaving = people["purchases_per_week"], people["dropout_per_week"]
    alive = np.exp(-leaving * weeks)
    spread = np.sqrt((alive * (1 - alive)).sum())
    assert within(people["alive"].sum(), alive.sum(), spread)
    expected = rate * -np.expm1(-leaving * weeks) / leaving
    repeats = np.bincount(who) - 1
    assert within(repeats.sum(), expected.sum(), np.sqrt(((repeats - expected) ** 2).sum()))


def test_without_coefficients_the_transactions_are_the_models():
    network = datasets.simulate_network(
        60, 4, purchase_coefficient=0, dropout_coefficient=0, spend_coefficient=0, rng=5
    )
    history = lifetime.PurchaseHistory.from_transactions(
        network.transactions,
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end=network.observation_end,
        unit="week",
    )
    for model, part in ((lifetime.ParetoNBD, "purchases"), (lifetime.GammaGamma, "spend")):
        fit, truth = model.fit(history), getattr(network.truth, part)
        for name, estimate in fit.parameters.items():
            error = fit.standard_errors[name] / estimate
            assert within(np.log(estimate), np.log(getattr(truth, name)), error), name


# --- what customers answer ------------------------------------------------------------------


def intraclass(values, group):
    """Analysis of variance with groups of unequal size (Donner 1986)."""
    n = np.bincount(group)
    mean = np.bincount(group, values) / n
    between = (n * (mean - values.mean()) ** 2).sum() / (len(n) - 1)
    inside = ((values - mean[group]) ** 2).sum() / (len(values) - len(n))
    size = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
    return (between - inside) / (between + (size - 1) * inside)


def test_customers_of_one_dealer_are_alike(network):
    first = network.survey["wave"] == "2022-Q1"
    dealer = codes(network.survey["dealer"])[first]
    assert network.truth.intraclass_correlation == pytest.approx(0.36 / 2.61)
    found = intraclass(network.customers["quality"][first], dealer)
    assert found == pytest.approx(network.truth.intraclass_correlation, abs=0.03)
    answers = intraclass(network.survey["satisfaction"][first].astype(float), dealer)
    assert answers == pytest.approx(0.13, abs=0.03)  # rounded and cut


def test_effects_of_dealers_and_regions_have_their_deviations():
    truth = datasets.simulate_network(4000, 1, answers=2, regions=1000, rng=2).truth
    effect, region = truth.dealers["effect"], truth.dealers["region_effect"]
    assert effect.std() == pytest.approx(0.6, rel=0.05)
    assert region.std() == pytest.approx(0.2, rel=0.1)
    assert (effect - region).std() == pytest.approx(np.sqrt(0.32), rel=0.05)


def test_the_programme_has_its_effect(network):
    survey, truth = network.survey, network.truth
    treated = network.dealers["programme"][codes(survey["dealer"])] == 1
    after = survey["wave"] >= truth.programme_wave
    quality = network.customers["quality"]
    parts = [quality[(treated == t) & (after == a)] for t in (True, False) for a in (True, False)]
    means = [part.mean() for part in parts]
    change = (means[0] - means[1]) - (means[2] - means[3])
    error = np.sqrt(sum(part.var() / len(part) for part in parts))  # dealers cancel
    assert within(change, truth.programme_effect, error)
    assert error < 0.05


def test_the_programme_runs_where_and_when_it_is_said(network):
    means, dealers = network.truth.means, network.truth.dealers
    has = dict(zip(dealers["dealer"].tolist(), dealers["programme"].tolist(), strict=True))
    runs = np.array([has[name] for name in means["dealer"].tolist()]) & (means["wave"] >= "2022-Q3")
    np.testing.assert_array_equal(means["programme"], runs)
    for region in np.unique(dealers["region"]):
        assert dealers["programme"][dealers["region"] == region].mean() == 0.5
    trend = 0.05 * codes(means["wave"])
    effect = dict(zip(dealers["dealer"].tolist(), dealers["effect"].tolist(), strict=True))
    own = np.array([effect[name] for name in means["dealer"].tolist()])
    np.testing.assert_allclose(means["quality"], own + trend + 0.5 * runs)


@pytest.mark.parametrize("column", ["satisfaction", "recommend", "perception_empathy"])
def test_answers_have_their_true_means_in_every_dealer_and_wave(network, column):
    survey, means = network.survey, network.truth.means
    cell = codes(survey["dealer"]) * 4 + codes(survey["wave"])
    answers = survey[column].astype(float)
    n = np.bincount(cell)
    np.testing.assert_array_equal(n, means["n"])
    mean = np.bincount(cell, answers) / n
    variance = ((answers - mean[cell]) ** 2).sum() / (len(answers) - len(n))
    z = (mean - means[column]) / np.sqrt(variance / n)
    assert abs(z.mean()) < 4 / np.sqrt(len(z))
    assert z.var() == pytest.approx(1, abs=0.15)


def test_true_means_are_those_of_answers_that_are_rounded_and_cut(network):
    quality = network.truth.means["quality"]
    edges = special.ndtr((np.arange(1.5, 10) - 7 - quality[:, None]) / 1.5)
    shares = np.diff(
        np.hstack([np.zeros_like(quality)[:, None], edges, np.ones((len(quality), 1))])
    )
    np.testing.assert_allclose(network.truth.means["satisfaction"], shares @ np.arange(1, 11))
    place, spread = 7.5 + 1.1 * quality, np.hypot(1.1 * 1.5, 1)
    up, down = special.ndtr((place - 8.5) / spread), special.ndtr((6.5 - place) / spread)
    np.testing.assert_allclose(network.truth.means["net_promoter_score"], 100 * (up - down))


# --- use ------------------------------------------------------------------------------------


def test_the_survey_is_read_with_dealers_regions_and_waves(network):
    answers = Responses.from_frame(
        network.survey,
        ["satisfaction"],
        scale=Scale(1, 10),
        cluster="dealer",
        stratum="region",
        wave="wave",
    )
    mean = answers.mean("satisfaction")
    assert mean.clusters == 400
    means = network.truth.means
    truth = (means["n"] * means["satisfaction"]).sum() / means["n"].sum()
    assert within(mean.value, truth, mean.standard_error)
    assert list(answers.by("wave")) == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]
    recommend = Responses.from_frame(network.survey, ["recommend"], scale=Scale(0, 10))
    assert satisfaction.net_promoter_score(recommend).n == network.survey.rows
    dimensions = servqual.SERVQUAL.dimension_names
    assert {f"expectation_{name}" for name in dimensions} <= set(network.survey)


def test_survey_and_transactions_are_linked(network):
    survey, log = network.survey, network.transactions
    np.testing.assert_array_equal(np.unique(log["customer_id"]), survey["customer_id"])
    np.testing.assert_array_equal(survey["dealer"][log["customer_id"] - 1], log["dealer"])
    assert (np.diff(log["customer_id"]) >= 0).all()
    first = log["date"][np.searchsorted(log["customer_id"], survey["customer_id"])]
    months = first.astype("M8[M]").astype(int)
    quarter = [f"{1970 + m // 12}-Q{m % 12 // 3 + 1}" for m in months.tolist()]
    np.testing.assert_array_equal(quarter, survey["wave"])
    assert network.observation_end == dt.date(2023, 12, 31)
    assert log["date"].max() <= np.datetime64(network.observation_end)
    assert log["spend"].min() > 0


def test_the_seed_decides_everything():
    one, same, other = (datasets.simulate_network(4, 2, rng=seed) for seed in (1, 1, 2))
    for part in ("survey", "transactions", "dealers", "customers"):
        assert getattr(one, part) == getattr(same, part)
    assert one.truth == same.truth
    assert one.survey != other.survey


def test_the_truth_prints_and_goes_to_json_and_back(network):
    small = datasets.simulate_network(4, 2, rng=1)
    assert NetworkTruth.from_json(small.truth.to_json()) == small.truth
    assert "intraclass correlation       0.1379" in str(network.truth)
    assert repr(small).startswith("Network(dealers=4, waves=2, respondents=")


def test_a_small_network_and_one_without_a_programme():
    small = datasets.simulate_network(2, 1, answers=2, size_spread=0, programme_share=0, rng=1)
    assert small.survey.rows == 4
    assert small.truth.programme_wave is None
    assert set(small.dealers["region"].tolist()) == {"R01"}
    assert (
        len(np.unique(datasets.simulate_network(1000, 1, answers=2, rng=1).dealers["dealer"]))
        == 1000
    )


def test_a_large_network_takes_less_than_a_second():
    start = time.process_time()
    assert datasets.simulate_network(600, 4, rng=1).survey.rows > 90_000
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dealers": 1}, "dealers must be a whole number >= 2, but it is 1."),
        ({"dealers": 2.5}, "dealers must be a whole number >= 2, but it is 2.5."),
        ({"waves": 0}, "waves must be a whole number >= 1, but it is 0."),
        ({"answers": 1}, "answers must be a number from 2 to 1000000, but it is 1."),
        (
            {"dealers": 6, "regions": 4},
            (
                "every region needs 2 dealers, so that regions must be at most 3 for 6 dealers, "
                "but it "
                "is 4. Use regions=3, or dealers=8."
            ),
        ),
        (
            {"programme_wave": 5},
            (
                "programme_wave must be one of the 4 waves, from 1 to 4, but it is 5. Use "
                "programme_share=0 for no programme."
            ),
        ),
        ({"programme_share": 50}, "programme_share must be a number from 0 to 1, but it is 50."),
        (
            {"region_deviation": 0.7},
            (
                "region_deviation is part of dealer_deviation, 0.6, but it is 0.7. Make it "
                "smaller, or "
                "dealer_deviation larger."
            ),
        ),
        (
            {"respondent_deviation": 0},
            "respondent_deviation must be a number from 0.01 to 10, but it is 0.",
        ),
        (
            {"purchase_coefficient": 1.5},
            (
                "purchase_coefficient must be from -1.238 to 1.238, because quality has the "
                "standard "
                "deviation 1.616, but it is 1.5."
            ),
        ),
        (
            {"dropout_coefficient": float("nan")},
            "dropout_coefficient must be a number from -2 to 2, but it is nan.",
        ),
        (
            {"spend_coefficient": "0.1"},
            "spend_coefficient must be a number from -2 to 2, but it is '0.1'.",
        ),
    ],
    ids=lambda its: next(iter(its)) if isinstance(its, dict) else "",
)
def test_impossible_networks_are_refused(arguments, message):
    with pytest.raises(ParameterError) as caught:
        datasets.simulate_network(**arguments)
    assert str(caught.value) == message
