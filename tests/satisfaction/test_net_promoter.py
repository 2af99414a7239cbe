"""Net promoter scores against published numbers, root search, quadrature and enumeration."""

import itertools
import math

import numpy as np
import pytest
import reference_satisfaction as reference
from hypothesis import given
from hypothesis import strategies as st
from satisfaction_cases import GOLDEN, careful, columns, same_estimate
from scipy import stats

from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resamples import row_resamples
from custvalue._satisfaction import net_share
from custvalue.errors import DataWarning
from custvalue.satisfaction import (
    NetPromoterScore,
    net_promoter_score,
)
from custvalue.survey import Scale


@pytest.mark.parametrize("golden", GOLDEN["net_promoter"], ids=lambda golden: golden["name"])
def test_published_scores(golden):
    promoters, passives, detractors = golden["counts"]
    score = NetPromoterScore.from_counts(
        promoters=promoters, passives=passives, detractors=detractors
    )
    assert score.value == pytest.approx(golden["value"], abs=golden["value_atol"])
    if "standard_error" in golden:
        expected = pytest.approx(golden["standard_error"], abs=golden["standard_error_atol"])
        assert score.standard_error == expected
    for method in ("wald", "adjusted-wald"):
        if method in golden:
            interval = score.confidence_interval(method=method)
            found = (interval.low, interval.high)
            assert found == pytest.approx(tuple(golden[method]), abs=golden["ends_atol"])


def test_score_interval_of_the_r_package():
    golden = GOLDEN["score_interval"]
    up, down, n = golden["up"], golden["down"], golden["n"]
    found = net_share.score(up / n, down / n, n, golden["level"])
    assert found == pytest.approx(tuple(golden["ends"]), abs=golden["atol"])


def test_ten_promoters_end_at_100():
    score = net_promoter_score([10] * 10)
    assert score.value == 100
    for method in ("score", "dirichlet", "adjusted-wald", "wald"):
        assert score.confidence_interval(method=method).high <= 100
    clipped = score.confidence_interval(method="adjusted-wald")
    assert (clipped.high, clipped.method) == (100, "adjusted-wald, clipped at 100")
    z = stats.norm.ppf(0.975)
    low = score.confidence_interval().low  # (n - z²) / (n + z²), twice Wilson's end less one
    assert low == pytest.approx(100 * (10 - z**2) / (10 + z**2))
    below = net_promoter_score([0] * 10, scale=Scale(0, 10))
    assert below.confidence_interval(method="adjusted-wald").method == (
        "adjusted-wald, clipped at -100"
    )


def test_bootstrap_interval_is_near_wald_and_reproducible():
    score = NetPromoterScore.from_counts(promoters=162, passives=108, detractors=54)
    interval = score.confidence_interval(method=Bootstrap(rng=1))
    wald = score.confidence_interval(method="wald")
    assert (interval.low, interval.high) == pytest.approx((wald.low, wald.high), abs=0.8)
    assert interval.method == "bootstrap percentile"
    assert score.confidence_interval(method=Bootstrap(rng=1)) == interval
    few = [score.confidence_interval(method=Bootstrap(20, rng=s)) for s in (1, 2)]
    assert few[0] != few[1]
    everybody = net_promoter_score([10] * 10).confidence_interval(method=Bootstrap(rng=1))
    assert (everybody.low, everybody.high) == (100, 100)


def test_bootstrap_of_weighted_answers_varies_as_the_linearised_error_says():
    rng = np.random.default_rng(2)
    answers, weights = rng.integers(0, 11, 400), rng.choice([0.4, 1.0, 3.0], 400)
    score = net_promoter_score(answers, weights=weights)
    interval = score.confidence_interval(method=Bootstrap(20_000, rng=3))
    reach = stats.norm.ppf(0.975) * score.standard_error
    assert (interval.high - interval.low) / 2 == pytest.approx(reach, rel=0.04)
    votes = np.where(answers >= 9, 100.0, np.where(answers <= 6, -100.0, 0.0))
    rows = row_resamples(lambda i: np.average(votes[i], weights=weights[i]), 400, Bootstrap(rng=4))
    assert rows.standard_error == pytest.approx(score.standard_error, rel=0.06)


def test_only_passives_is_a_score_of_nought_with_an_interval():
    interval = net_promoter_score([7, 8, 8, 7, 8]).confidence_interval()
    z = stats.norm.ppf(0.975)
    assert (interval.low, interval.high) == pytest.approx(
        (-100 * z**2 / (5 + z**2), 100 * z**2 / (5 + z**2))
    )


@pytest.mark.parametrize("draws", [1, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("level", [0.01, 0.8, 0.999999])
def test_score_interval_to_the_last_digit(level, draws):
    random = np.random.default_rng(8)
    for n in (1, 2, 7, 50, 300_000, 10**7):
        for _ in range(draws):
            up, _, down = random.multinomial(n, random.dirichlet([0.3] * 3)) / n
            found = net_share.score(up, down, n, level)
            expected = reference.score_interval_by_shares(up, down, n, level)
            assert found == pytest.approx(expected, rel=0, abs=4e-16)
            assert (found[0] == -1, found[1] == 1) == (down == 1, up == 1)
            assert net_share.score(down, up, n, level) == pytest.approx((-found[1], -found[0]))


@pytest.mark.slow
@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(
    "counts", [(1, 0, 0), (0, 3, 1), (5, 0, 5), (6, 2, 2), (29, 1, 0), (18, 11, 2), (1, 97, 2)]
)
def test_score_interval_against_likelihood_and_root_search(counts, level):
    up, rest, down = counts
    n = up + rest + down
    expected = reference.score_interval(up, rest, down, level)
    assert net_share.score(up / n, down / n, n, level) == pytest.approx(expected, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("theta", [-0.9, -0.3, 0.0, 0.02, 0.5, 0.9])
@pytest.mark.parametrize(
    "parameters",
    [(0.5, 10.5, 0.5), (10.5, 0.5, 0.5), (15.5, 10.5, 5.5), (3, 2, 7), (95.5, 4.5, 1.5)],
)
def test_distribution_of_the_net_share_against_quadrature(theta, parameters):
    expected = reference.net_share_cdf(theta, *parameters)
    assert net_share.net_share_cdf(theta, *parameters) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("method", "name", "reason"),
    [
        ("wald", "wald", "all answers are in one group"),
        (Bootstrap(rng=1), "bootstrap percentile", "all resamples give one value"),
    ],
)
def test_an_interval_without_width_says_so(method, name, reason):
    score = NetPromoterScore.from_counts(promoters=10, passives=0, detractors=0)
    interval = score.confidence_interval(method=method)
    assert (interval.low, interval.high) == (100, 100)
    assert interval.method == f"{name}; zero width: {reason}"
    two = NetPromoterScore.from_counts(promoters=9, passives=1, detractors=0)
    assert two.confidence_interval(method=method).method.startswith(name)
    assert "zero width" not in two.confidence_interval(method=method).method


def test_the_dirichlet_interval_names_its_prior():
    score = NetPromoterScore.from_counts(promoters=5, passives=3, detractors=2)
    method = score.confidence_interval(method="dirichlet").method
    assert method == "dirichlet, prior 0.5 in each group"


def test_dirichlet_interval_against_simulation():
    for n in (10, 400):
        draws = np.random.default_rng(8).dirichlet(
            (0.6 * n + 0.5, 0.3 * n + 0.5, 0.1 * n + 0.5), 200_000
        )
        net = draws[:, 0] - draws[:, 2]
        ends = net_share.dirichlet(0.6, 0.1, n, 0.9)
        assert np.mean(net < ends[0]) == pytest.approx(0.05, abs=0.002)
        assert np.mean(net > ends[1]) == pytest.approx(0.05, abs=0.002)


def test_dirichlet_interval_of_a_million_answers_is_the_normal_one():
    ends = net_share.dirichlet(0.6, 0.1, 10**6, 0.95)
    assert ends == pytest.approx(net_share.wald(0.6, 0.1, 10**6, 0.95), abs=1e-5)


@pytest.mark.parametrize(
    ("answer", "group"),
    [
        (0, "detractors"),
        (6, "detractors"),
        (7, "passives"),
        (8, "passives"),
        (9, "promoters"),
        (10, "promoters"),
    ],
)
def test_where_the_groups_begin(answer, group):
    assert getattr(net_promoter_score([answer]), group) == 1


def test_answers_and_counts_agree():
    answers = [10, 9, 9, 8, 7, 10, 6, 3, 9, 10]
    score = net_promoter_score(answers)
    counted = NetPromoterScore.from_counts(promoters=6, passives=2, detractors=2, n=10)
    assert score.mean is not None
    assert score.mean.value == np.mean(answers)
    assert counted.mean is None
    for name in ("value", "standard_error", "n", "effective_n"):
        assert getattr(score, name) == pytest.approx(getattr(counted, name))
    for name in ("promoter_share", "passive_share", "detractor_share"):
        assert same_estimate(getattr(score, name), getattr(counted, name))
    one, other = score.confidence_interval(), counted.confidence_interval()
    assert (one.low, one.high) == pytest.approx((other.low, other.high))


def test_weighted_score_by_hand():
    score = net_promoter_score([10, 8, 3], weights=[1, 1, 2])
    # votes 1, 0, -1: net -1/4; residuals 5/4, 1/4, -3/4; w r / 4: 5/16, 1/16, -6/16
    assert score.value == -25
    assert score.standard_error == pytest.approx(100 * math.sqrt(25 + 1 + 36) / 16)
    assert (score.promoters, score.passives, score.detractors) == (1, 1, 1)
    assert score.detractor_share.value == 0.5
    # variance of an answer 3/4 - 1/16 over SE² 62/256
    assert score.effective_n == pytest.approx(min(3, (11 / 16) / (62 / 256)))


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([10, 8, 3], "effective n 2.8 by the variance of the score."),
        ([10, 10, 9], "effective n 2.7 by the weights (Kish)."),
    ],
)
def test_the_table_says_which_effective_n_it_has(answers, said):
    assert said in str(net_promoter_score(answers, weights=[1, 1, 2]))


def test_missing_answers_of_the_score():
    score = net_promoter_score(
        [10, None, 99, 3], scale=Scale(0, 10, missing_codes=(99,)), missing="drop"
    )
    assert (score.n, score.base.excluded_respondents, score.value) == (2, 2, 0)


def test_answers_up_to_8_look_like_no_other_scale():
    with pytest.warns(DataWarning, match="lie between 1 and 7"):
        net_promoter_score([1, 2, 3, 4, 7] * 4)
    assert net_promoter_score([1, 2, 3, 4, 8] * 4).value == -80
    assert net_promoter_score([0, 2, 3, 4, 7] * 4).value == -80


def test_answers_that_look_like_another_scale_are_warned_of():
    with pytest.warns(DataWarning) as caught:
        net_promoter_score([1, 2, 3, 4, 5] * 4)
    assert str(caught[0].message) == (
        "all 20 answers lie between 1 and 5: that looks like a scale other than 0-10, on which a "
        "net promoter score means nothing. If the question was asked on 0 to 10, use "
        "scale=Scale(0, 10); if not, use top_box."
    )
    assert caught[0].filename == __file__
    assert net_promoter_score([1, 2, 3, 4, 5] * 4, scale=Scale(0, 10)).value == -100


@careful
@given(columns(1, 0, 10), st.floats(1e-2, 1e2), st.randoms(use_true_random=False))
def test_scores_know_neither_order_nor_unit_of_weights(data, factor, random):
    answers, weights = data
    order = list(range(len(answers)))
    random.shuffle(order)
    one = net_promoter_score(answers, weights=weights, scale=Scale(0, 10))
    other = net_promoter_score(
        [answers[i] for i in order],
        weights=[factor * weights[i] for i in order],
        scale=Scale(0, 10),
    )
    assert other.value == pytest.approx(one.value, abs=1e-9)
    assert other.standard_error == pytest.approx(one.standard_error, abs=1e-9)
    assert other.effective_n == pytest.approx(one.effective_n, rel=1e-6)


@careful
@given(
    columns(1, 0, 10),
    st.sampled_from(["score", "adjusted-wald", "wald"]),
    st.floats(0.5, 0.99),
)
def test_score_intervals_stay_inside_and_hold_the_score(data, method, level):
    answers, weights = data
    score = net_promoter_score(answers, weights=weights, scale=Scale(0, 10))
    interval = score.confidence_interval(level, method=method)
    assert -100 <= interval.low <= interval.high <= 100
    if method != "adjusted-wald":  # that one is centred elsewhere
        assert interval.low - 1e-9 <= score.value <= interval.high + 1e-9


@careful
@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
def test_promoters_and_detractors_swapped_mirror_the_interval(up, rest, down):
    one = NetPromoterScore.from_counts(promoters=up, passives=rest, detractors=down)
    other = NetPromoterScore.from_counts(promoters=down, passives=rest, detractors=up)
    for method in ("score", "adjusted-wald", "wald"):
        first = one.confidence_interval(method=method)
        second = other.confidence_interval(method=method)
        assert (second.low, second.high) == pytest.approx((-first.high, -first.low), abs=1e-9)


@careful
@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9))
def test_more_of_the_same_answers_narrow_the_interval(up, rest, down):
    one = NetPromoterScore.from_counts(promoters=up, passives=rest, detractors=down)
    other = NetPromoterScore.from_counts(promoters=9 * up, passives=9 * rest, detractors=9 * down)
    assert other.value == pytest.approx(one.value)
    assert other.standard_error == pytest.approx(one.standard_error / 3)
    first, second = one.confidence_interval(), other.confidence_interval()
    assert second.high - second.low < first.high - first.low


# --- coverage -------------------------------------------------------------------------------


def net_ends(n, method):
    function = {"adjusted-wald": net_share.adjusted_wald}.get(method) or getattr(net_share, method)
    return {
        (up, down): function(up / n, down / n, n, 0.95)
        for up in range(n + 1)
        for down in range(n + 1 - up)
    }


ORDINARY = [
    (a / 10, 1 - (a + b) / 10, b / 10)
    for a, b in itertools.product(range(1, 9), repeat=2)
    if a + b < 10
]
NEAR_THE_END = [
    *((p, 1 - p - d, d) for p in (0.9, 0.94, 0.96, 0.98) for d in (0.0, 0.002, 0.01)),
    *((0.8, 0.15, 0.05), (0.9, 0.02, 0.08), (0.9, 0.05, 0.05), (0.9, 0.0, 0.1), (0.95, 0.0, 0.05)),
    *((0.99, 0.005, 0.005), (0.99, 0.01, 0.0), (0.99, 0.0, 0.01)),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "n", "ordinary", "near_the_end"),
    [
        ("score", 30, (0.941, 0.958), (0.9385, 0.9785)),
        ("score", 100, (0.947, 0.953), (0.9205, 0.9725)),
        ("dirichlet", 30, (0.94, 0.969), (0.8785, 0.9685)),
        ("adjusted-wald", 30, (0.941, 0.969), (0.9265, 0.9975)),
        ("adjusted-wald", 100, (0.946, 0.958), (0.9365, 0.9865)),
        ("wald", 30, (0.907, 0.94), (0.2595, 0.9165)),
        ("wald", 100, (0.935, 0.948), (0.6325, 0.9395)),
    ],
)
def test_coverage_of_net_promoter_intervals_as_documented(method, n, ordinary, near_the_end):
    ends = net_ends(n, method)
    for shares, (low, high) in ((ORDINARY, ordinary), (NEAR_THE_END, near_the_end)):
        found = [reference.trinomial_coverage(ends, n, share) for share in shares]
        assert low <= min(found)
        assert max(found) <= high


@pytest.mark.slow
@pytest.mark.parametrize(
    "shares",
    [
        (0.5, 0.3, 0.2),
        (0.34, 0.33, 0.33),
        (0.9, 0.08, 0.02),
        (0.97, 0.028, 0.002),
        (0.05, 0.9, 0.05),
    ],
)
def test_coverage_of_the_score_interval_at_a_thousand(shares):
    draws = np.random.default_rng(22).multinomial(1000, shares, 10_000)
    counts, times = np.unique(draws, axis=0, return_counts=True)
    truth, held = shares[0] - shares[2], 0
    for (up, _, down), often in zip(counts, times, strict=True):
        low, high = net_share.score(up / 1000, down / 1000, 1000, 0.95)
        held += int(often) if low <= truth <= high else 0
    assert 0.943 < held / 10_000 < 0.957


def test_an_end_that_stands_at_the_bound_is_not_clipped():
    for answer, end in ((0, -100), (10, 100)):
        interval = net_promoter_score([answer] * 12).confidence_interval(method="wald")
        assert (interval.low, interval.high) == (end, end)
        assert interval.method == "wald; zero width: all answers are in one group"
