"""Sample sizes against published tables and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import FIVE, GOLDEN, careful
from scipy import stats

from custvalue.comparing import (
    FieldWork,
    SampleSize,
    net_promoter_deviation,
    sample_size_for_difference,
    sample_size_for_mean,
    sample_size_for_net_promoter_score,
    sample_size_for_share,
    share_deviation,
)
from custvalue.errors import ParameterError


def test_published_sample_sizes():
    golden = GOLDEN["sample_size"]
    assert sample_size_for_share(0.05).answers == golden["large"]
    for population, answers in golden["finite"]:
        plan = sample_size_for_share(0.05, field_work=FieldWork(population=population))
        assert plan.answers == pytest.approx(answers, abs=golden["atol"])


def test_the_design_effect_and_the_response_rate_multiply():
    plan = sample_size_for_share(
        0.03, expected=0.2, field_work=FieldWork(design_effect=1.5, response_rate=0.25)
    )
    z = stats.norm.ppf(0.975)
    assert plan.answers == math.ceil(1.5 * (z / 0.03) ** 2 * 0.16)
    assert plan.invitations == math.ceil(plan.answers / 0.25)
    assert (plan.total_answers, plan.groups, plan.power) == (plan.answers, 1, None)


def test_nobody_needs_more_than_everybody():
    assert (
        sample_size_for_share(0.01, field_work=FieldWork(population=200, design_effect=3)).answers
        == 200
    )


def test_a_mean_takes_t():
    plan = sample_size_for_mean(0.5, standard_deviation=1.0)
    reach = [stats.t.ppf(0.975, n - 1) / math.sqrt(n) for n in (plan.answers - 1, plan.answers)]
    assert reach[0] > 0.5 >= reach[1]
    widest = sample_size_for_mean(0.5, scale=FIVE)
    assert widest.standard_deviations == (2.0,)
    assert widest.answers > plan.answers


def test_a_net_promoter_score_needs_four_times_a_share():
    score = sample_size_for_net_promoter_score(10)
    share = sample_size_for_share(0.1)
    assert score.answers == pytest.approx(4 * share.answers, abs=4)
    assert net_promoter_deviation(0.5, 1 / 6) == pytest.approx(100 * math.sqrt(5 / 9))


def test_a_difference_needs_two_groups():
    plan = sample_size_for_difference(
        0.1, standard_deviation=0.5, field_work=FieldWork(response_rate=0.5)
    )
    assert (plan.groups, plan.total_answers) == (2, 2 * plan.answers)
    assert plan.total_invitations == 4 * plan.answers
    assert plan.standard_deviations == (0.5, 0.5)
    assert plan.answers == 394  # 393 by the normal approximation


def power_of_welch(n, difference, deviations):
    """Integrate over the error of both variances: another way than the noncentral t."""
    one, other = (s**2 for s in deviations)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    grid, weights = (nodes + 1) / 2, weights / 2
    degrees = (n - 1) * (one + other) ** 2 / (one**2 + other**2)
    spread = np.sqrt(stats.chi2.ppf(grid, degrees) / degrees)
    critical = stats.t.ppf(0.975, degrees) * spread
    shift = difference / math.sqrt((one + other) / n)
    return float(weights @ (stats.norm.sf(critical - shift) + stats.norm.cdf(-critical - shift)))


@pytest.mark.parametrize(
    ("difference", "deviations", "answers"),
    [(2, (1, 1), 6), (1.5, (1, 1), 9), (0.5, (1, 1), 64), (1, (1, 1), 17), (1, (0.5, 2), None)],
)
def test_a_difference_is_found_with_the_power_that_was_asked(difference, deviations, answers):
    """R 4: power.t.test(delta = 1, sd = 1, power = .8) needs 16.71; delta 0.5: 63.77."""
    plan = sample_size_for_difference(difference, standard_deviation=deviations)
    assert answers in (plan.answers, None)
    assert power_of_welch(plan.answers, difference, deviations) >= 0.8 - 1e-4
    assert power_of_welch(plan.answers - 1, difference, deviations) < 0.8


def test_unequal_deviations_take_the_smallest_group_with_the_power():
    for difference in np.linspace(0.7, 2.5, 30).tolist():
        for other in (0.1, 0.6, 1.6, 3):
            found = sample_size_for_difference(difference, standard_deviation=(1, other)).answers
            assert power_of_welch(found, difference, (1, other)) >= 0.8 - 1e-7
            assert found == 2 or power_of_welch(found - 1, difference, (1, other)) < 0.8


def test_very_large_samples_are_those_of_the_normal_distribution():
    plan = sample_size_for_difference(1e-4, standard_deviation=1)
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert plan.answers == pytest.approx(2 * z**2 / 1e-8, rel=1e-8)


def test_the_text_says_everything_that_was_assumed():
    plan = sample_size_for_difference(
        5,
        standard_deviation=net_promoter_deviation(0.5, 0.2),
        power=0.9,
        field_work=FieldWork(population=50_000),
    )
    assert SampleSize.from_json(plan.to_json()) == plan
    text = str(plan)
    assert "Difference 5 found with power 90 %, two-sided at 5 %" in text
    assert "Population 50,000, design effect 1, response rate 100 %." in text
    assert "± 0.05000 at 95 %" in str(sample_size_for_share(0.05))


@careful
@given(st.floats(0.01, 0.2), st.floats(0.05, 0.95), st.integers(50, 10**6))
def test_a_smaller_margin_or_population_changes_the_size_in_the_right_direction(
    margin, expected, population
):
    plan = sample_size_for_share(margin, expected=expected)
    finite = sample_size_for_share(
        margin, expected=expected, field_work=FieldWork(population=population)
    )
    assert finite.answers <= min(plan.answers, population)
    assert sample_size_for_share(margin / 2, expected=expected).answers > plan.answers
    assert sample_size_for_share(margin, expected=expected, level=0.99).answers > plan.answers


@pytest.mark.slow
@pytest.mark.simulation
def test_planned_shares_and_scores_are_within_the_margin():
    rng = np.random.default_rng(1)
    plan = sample_size_for_share(0.06, expected=0.7)
    shares = rng.binomial(plan.answers, 0.7, 40_000) / plan.answers
    assert np.mean(np.abs(shares - 0.7) <= 0.06) == pytest.approx(0.95, abs=0.01)
    plan = sample_size_for_share(0.06, expected=0.7, field_work=FieldWork(population=600))
    shares = rng.hypergeometric(420, 180, plan.answers, 40_000) / plan.answers
    assert np.mean(np.abs(shares - 0.7) <= 0.06) == pytest.approx(0.95, abs=0.012)
    plan = sample_size_for_net_promoter_score(8, promoters=0.5, detractors=0.2)
    counts = rng.multinomial(plan.answers, [0.5, 0.3, 0.2], 40_000)
    scores = 100 * (counts[:, 0] - counts[:, 2]) / plan.answers
    assert np.mean(np.abs(scores - 30) <= 8) == pytest.approx(0.95, abs=0.01)


@pytest.mark.slow
@pytest.mark.simulation
def test_planned_means_have_intervals_of_that_length():
    rng = np.random.default_rng(2)
    plan = sample_size_for_mean(0.25, standard_deviation=1.0)
    draws = rng.normal(4, 1, (20_000, plan.answers))
    reach = stats.t.ppf(0.975, plan.answers - 1) * stats.sem(draws, axis=1)
    assert reach.mean() == pytest.approx(0.25, rel=0.02)
    assert np.mean(np.abs(draws.mean(axis=1) - 4) <= reach) == pytest.approx(0.95, abs=0.006)


@pytest.mark.slow
@pytest.mark.simulation
def test_planned_differences_are_found_with_that_power():
    rng = np.random.default_rng(3)
    spread = (share_deviation(0.6), share_deviation(0.7))
    plan = sample_size_for_difference(0.1, standard_deviation=spread, power=0.9)
    n = plan.answers
    one, other = rng.binomial(n, 0.6, 40_000) / n, rng.binomial(n, 0.7, 40_000) / n
    error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
    found = np.abs(other - one) / error > stats.norm.ppf(0.975)
    assert found.mean() == pytest.approx(0.9, abs=0.012)


# --- bad input ------------------------------------------------------------------------------


def share(margin=0.05, **options):
    return lambda: sample_size_for_share(margin, **options)


def difference(value=0.1, **options):
    return lambda: sample_size_for_difference(value, **({"standard_deviation": 0.5} | options))


BAD = {
    "margin in percent": (
        share(5),
        ParameterError,
        (
            "margin must be a number > 0 and < 0.5000, as in 0.05 for ± 5 percentage points, but "
            "it is 5."
        ),
    ),
    "margin in words": (
        share("small"),
        ParameterError,
        (
            "margin must be a number > 0 and < 0.5000, as in 0.05 for ± 5 percentage points, but "
            "it is 'small'."
        ),
    ),
    "expected share in percent": (
        share(expected=70),
        ParameterError,
        "expected must be a number > 0 and < 1, as in 0.5, but it is 70.",
    ),
    "more invitations than people": (
        share(field_work=FieldWork(population=1000, response_rate=0.2)),
        ParameterError,
        (
            "278 answers at a response rate of 20.0 % need 1,390 invitations, but the population "
            "is 1,000. Accept a larger margin, or raise the response rate."
        ),
    ),
    "margin of nothing": (
        share(1e-9),
        ParameterError,
        "a margin of 1e-09 needs more than 10^12 answers. Is it in the right unit?",
    ),
    "level in percent": (
        share(level=95),
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
    ),
    "mean without spread": (
        lambda: sample_size_for_mean(0.2),
        ParameterError,
        (
            "sample_size_for_mean needs the standard deviation of the answers, or their scale for "
            "the largest possible one: give either standard_deviation= or scale=, and not both."
        ),
    ),
    "power below a half": (
        difference(power=0.3),
        ParameterError,
        "power must be a number > 0.5000 and < 1, as in 0.8, but it is 0.3.",
    ),
    "no difference": (
        difference(0),
        ParameterError,
        "difference must be a number > 0, in the unit of the measure, but it is 0.",
    ),
    "three groups": (
        difference(standard_deviation=(1, 2, 3)),
        ParameterError,
        ("standard_deviation must be one number or two, one for each group, but it is (1, 2, 3)."),
    ),
    "shares above 1": (
        lambda: sample_size_for_net_promoter_score(5, promoters=0.8, detractors=0.4),
        ParameterError,
        ("promoters and detractors must add up to more than 0 and at most 1, but add up to 1.200."),
    ),
    "margin of a score as a share": (
        lambda: sample_size_for_net_promoter_score(0.05),
        ParameterError,
        (
            "margin must be 0.5 points or more, as in 5, but it is 0.05. Points are hundredths, "
            "from -100 to 100: did you mean 5?"
        ),
    ),
    "promoters in percent": (
        lambda: net_promoter_deviation(50, 20),
        ParameterError,
        "promoters must be a share from 0 to 1, but it is 50.",
    ),
    "only promoters": (
        lambda: net_promoter_deviation(1, 0),
        ParameterError,
        (
            "with promoters or detractors alone there is nothing to estimate. Expect some of "
            "the others."
        ),
    ),
    "share of everybody": (
        lambda: share_deviation(1),
        ParameterError,
        "share must be a number > 0 and < 1, as in 0.7, but it is 1.",
    ),
    "a number for the field work": (
        share(field_work=1000),
        ParameterError,
        (
            "field_work must be a FieldWork, as in FieldWork(population=1000, response_rate=0.4), "
            "but it is 1000."
        ),
    ),
}


@pytest.mark.parametrize(("call", "kind", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"population": 1}, "FieldWork: population must be >= 2, but it is 1."),
        ({"population": 0.5}, "FieldWork: population must be a whole number, but it is 0.5."),
        ({"design_effect": 0.5}, "FieldWork: design_effect must be >= 1, but it is 0.5."),
        ({"response_rate": 0}, "FieldWork: response_rate must be > 0, but it is 0."),
        ({"response_rate": 20}, "FieldWork: response_rate must be <= 1, but it is 20."),
        ({"response_rate": True}, "FieldWork: response_rate must be a number, but it is True."),
    ],
)
def test_field_work_has_its_domains(options, message):
    with pytest.raises(ParameterError) as caught:
        FieldWork(**options)
    assert str(caught.value).startswith(message[:-1])


def test_a_plan_is_exported_with_what_it_assumes():
    field = FieldWork(population=5000, response_rate=0.5)
    plan = sample_size_for_share(0.05, expected=0.3, field_work=field)
    assert plan.to_frame("polars").to_dicts() == [
        {
            "measure": "share",
            "answers": plan.answers,
            "invitations": 2 * plan.answers,
            "groups": 1,
            "margin": 0.05,
            "level": 0.95,
            "standard_deviation": pytest.approx(math.sqrt(0.21)),
            "population": 5000,
            "design_effect": 1.0,
            "response_rate": 0.5,
        }
    ]
    pair = sample_size_for_difference(0.1, standard_deviation=(0.4, 0.5))
    columns = pair.columns()
    assert (columns["power"][0], columns["standard_deviation_2"][0]) == (0.8, 0.5)
