"""Errors of clusters against full matrices, against R, and in simulated networks."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_clusters import DEALER, NPS, REGION, Q, W, slow
from scipy import stats

from custvalue import comparing, satisfaction
from custvalue._inference.clusters import Design
from custvalue.errors import DataError, FewClustersWarning
from custvalue.survey import Responses, Scale

pytestmark = pytest.mark.filterwarnings("ignore::custvalue.errors.FewClustersWarning")


def answers(values, scale, **labels):
    return Responses.from_arrays(values, items=["q"], scale=scale, weights=W, **labels)


@pytest.mark.parametrize("region", [None, REGION])
def test_a_mean_a_share_and_a_net_promoter_score(region):
    labels = {"cluster": DEALER} if region is None else {"cluster": DEALER, "stratum": region}
    w, q, n = np.array(W), np.array(Q), np.array(NPS)
    mean = answers(Q, Scale(1, 5), **labels).mean("q")
    top = satisfaction.top_box(answers(Q, Scale(1, 5), **labels))
    net = satisfaction.net_promoter_score(answers(NPS, Scale(0, 10), **labels))
    votes = 100.0 * (n >= 9) - 100.0 * (n <= 6)
    for found, values in ((mean, q), (top, q >= 4), (top.mean, q), (net, votes)):
        centre = w @ values / w.sum()
        variance, degrees, _ = slow(values - centre, w, DEALER, region)
        assert found.value == pytest.approx(centre, rel=1e-13)
        assert found.standard_error == pytest.approx(np.sqrt(variance), rel=1e-12)
        assert found.degrees_of_freedom == pytest.approx(degrees, rel=1e-12)
        assert found.clusters == 8
    ends = mean.confidence_interval(method="t")
    reach = stats.t.ppf(0.975, mean.degrees_of_freedom) * mean.standard_error
    assert (ends.low, ends.high) == pytest.approx((mean.value - reach, mean.value + reach))
    p, se, t = top.value, top.standard_error, stats.t.ppf(0.975, top.degrees_of_freedom)
    c = t**2 / (p * (1 - p) / se**2)  # Wilson's, by t
    wilson = (p + c / 2 + np.array([-1, 1]) * np.sqrt(c * (p * (1 - p) + c / 4))) / (1 + c)
    interval = top.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx(tuple(wilson), rel=1e-12)


def test_the_slow_way_reproduces_r():
    # R survey 4.1 of this set: mean 3.4696969697, SE .4224019468, without strata .4044256233;
    # NPS SE 30.2694389351; top two of q .1792817592
    w, q, n = np.array(W), np.array(Q), np.array(NPS)
    expected = [
        (q, REGION, 0.4224019468),
        (q, None, 0.4044256233),
        (100.0 * (n >= 9) - 100.0 * (n <= 6), REGION, 30.2694389351),
        (q >= 4, REGION, 0.1792817592),
    ]
    for values, region, error in expected:
        residual = values - w @ values / w.sum()
        assert np.sqrt(slow(residual, w, DEALER, region)[2]) == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("strata", [1, 3])
def test_clusters_of_one_size_are_as_in_r(strata):
    random = np.random.default_rng(2)
    dealer, region = np.repeat(np.arange(12), 5), np.repeat(np.arange(12) % strata, 5)
    values = random.integers(1, 6, 60)
    found = Responses.from_arrays(
        values, items=["q"], scale=Scale(1, 5), cluster=dealer, stratum=region
    ).mean("q")
    residual = values - values.mean()
    _, _, plain = slow(residual, np.ones(60), dealer, region)
    assert found.standard_error == pytest.approx(np.sqrt(plain), rel=1e-12)
    assert found.degrees_of_freedom == pytest.approx(12 - strata, rel=1e-12)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(4, 12), st.integers(1, 2))
def test_any_design_is_as_by_matrices(seed, count, strata):
    random = np.random.default_rng(seed)
    dealer = np.concatenate([np.arange(count), random.integers(0, count, 30)])
    region = dealer % strata
    weights, values = random.lognormal(0, 1, len(dealer)), random.normal(size=len(dealer))
    residual = values - weights @ values / weights.sum()
    design = Design(
        np.bincount(dealer, weights), np.bincount(dealer, weights**2), np.arange(count) % strata
    )
    found = design.variance(np.bincount(dealer, weights * residual) / weights.sum(), 1.0)
    variance, degrees, _ = slow(residual, weights, dealer, region)
    assert found.variance == pytest.approx(variance, rel=1e-10)
    assert found.degrees_of_freedom == pytest.approx(degrees, rel=1e-9)


def test_who_does_not_answer_and_weights_of_0_leave_their_cluster():
    values = [5, 4, None, 2, 3, 1, 4, 4]
    dealer = ["a", "a", "b", "b", "c", "c", "d", "d"]
    weights = [1, 2, 1, 0, 1, 1, 2, 1]
    read = Responses.from_arrays(
        values,
        items=["q"],
        scale=Scale(1, 5),
        weights=weights,
        cluster=dealer,
        missing="pairwise",
    )
    used = np.array([0, 1, 4, 5, 6, 7])
    w, x = np.array(weights, float)[used], np.array([5, 4, 3, 1, 4, 4.0])
    variance, degrees, _ = slow(x - w @ x / w.sum(), w, np.array(dealer)[used])
    for found in (read.mean("q"), satisfaction.top_box(read).mean):
        assert found.clusters == 3
        assert found.standard_error == pytest.approx(np.sqrt(variance))
        assert found.degrees_of_freedom == pytest.approx(degrees)


def test_one_cluster_is_estimated_from_its_respondents():
    read = answers(NPS, Scale(0, 10), cluster=DEALER, group=DEALER)
    alone = answers(NPS, Scale(0, 10), group=DEALER)
    for dealer, part in read.by("group").items():
        found = satisfaction.net_promoter_score(part)
        other = satisfaction.net_promoter_score(alone.by("group")[dealer])
        assert (found.value, found.standard_error) == (other.value, other.standard_error)
        interval, expected = found.confidence_interval(), other.confidence_interval()
        assert (interval.low, interval.high) == (expected.low, expected.high)
        assert interval.method == "score, from the respondents of one cluster"
        assert "One cluster: estimated from its respondents" in str(found)


def test_everybody_in_one_group():
    net = satisfaction.net_promoter_score(answers([10] * 24, Scale(0, 10), cluster=DEALER))
    assert (net.standard_error, net.design_effect) == (0, None)
    assert net.value == pytest.approx(100)
    interval = net.confidence_interval()
    assert 50 < interval.low < 100 == interval.high
    mean = answers([4] * 24, Scale(1, 5), cluster=DEALER).mean("q")
    assert mean.confidence_interval().low < 4 < mean.confidence_interval().high


def test_what_is_printed():
    found = satisfaction.top_box(answers(Q, Scale(1, 5), cluster=DEALER, stratum=REGION))
    text = str(found)
    assert "95 % intervals: share wilson, means beta." in text
    assert (
        "8 clusters: 5.5 degrees of freedom, design effect 3.15, intraclass correlation 0.886. "
        "Fewer than 10: rely on intervals with caution."
    ) in text
    again = type(found).from_json(found.to_json())
    assert again.confidence_interval() == found.confidence_interval()


def test_few_degrees_of_freedom_are_said():
    read = Responses.from_arrays(
        [1, 2, 5, 4, 3, 3], items=["q"], scale=Scale(1, 5), cluster=[1, 1, 2, 2, 3, 3]
    )
    interval = read.mean("q").confidence_interval(method="t")
    assert interval.method == (
        "t, clipped at the end of the scale, 3 clusters, 2.0 degrees of freedom; indicative only"
    )


def test_a_cluster_in_two_strata_is_refused():
    with pytest.raises(DataError) as caught:
        Responses.from_frame(
            {"q": [1, 2, 3], "dealer": ["a", "b", "a"], "region": ["N", "S", "S"]},
            items=["q"],
            scale=Scale(1, 5),
            cluster="dealer",
            stratum="region",
        )
    assert str(caught.value) == (
        "the cluster 'a' lies in two strata, 'N', 'S'. A cluster lies in one: correct the "
        "labels; or if clusters of other strata have the same name, give them names of their own, "
        "such as 'N a'."
    )


def test_a_stratum_with_one_cluster_is_refused():
    read = Responses.from_arrays(
        [1, 2, 3, 4],
        items=["q"],
        scale=Scale(1, 5),
        cluster=["a", "b", "c", "c"],
        stratum=["N", "N", "S", "S"],
    )
    with pytest.raises(DataError) as caught:
        read.mean("q")
    assert str(caught.value) == (
        "the stratum 'S' has one cluster, which says nothing about how clusters differ there. Join "
        "it with a stratum that is like it, or read the answers without stratum=."
    )


def test_beta_takes_the_answers_that_the_variance_is_worth():
    mean = answers(Q, Scale(1, 5), cluster=DEALER, stratum=REGION).mean("q")
    m, variance, degrees = mean.value, mean.standard_error**2, mean.degrees_of_freedom
    w = np.array(W)
    spread = 24 / 23 * (w @ (np.array(Q) - m) ** 2) / w.sum()
    worth = spread / variance * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, degrees)) ** 2
    at, s2 = (m - 1) / 4, spread / 16  # on 0 to 1, one imagined answer, half at each end
    centre = (worth * at + 0.5) / (worth + 1)
    moment = ((worth * (at**2 + s2) + 0.5) / (worth + 1) - centre**2) / (worth + 2)
    strength = centre * (1 - centre) / moment - 1
    ends = 1 + 4 * stats.beta.ppf([0.025, 0.975], strength * centre, strength * (1 - centre))
    interval = mean.confidence_interval()
    assert (interval.low, interval.high) == pytest.approx(tuple(ends), rel=1e-9)
    assert interval.method == "beta, 8 clusters, 5.5 degrees of freedom"


def network(random, dealers, sizes, deviation=0.6, level=3.5):
    """Customers of dealers who differ, on five points."""
    dealer = np.repeat(np.arange(dealers), sizes)
    noise = random.normal(0, 1.5, len(dealer))
    given = level + random.normal(0, deviation, dealers)[dealer] + noise
    return np.clip(np.rint(given), 1, 5), dealer


def test_equal_regions_differ_as_seldom_as_they_should():
    random = np.random.default_rng(11)
    found = 0
    for _ in range(300):
        sizes = np.maximum(2, np.rint(20 * random.lognormal(-0.5, 1, 40))).astype(int)
        values, dealer = network(random, 40, sizes)
        read = Responses.from_arrays(
            values, items=["q"], scale=Scale(1, 5), cluster=dealer, group=dealer % 2
        )
        parts = [part.mean("q") for part in read.by("group").values()]
        compared = comparing.compare(dict(zip("ab", parts, strict=True)))
        found += compared.differences[0].p_value < 0.05
    assert found / 300 < 0.09  # nearly half of the samples without clusters


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("dealers", "unequal", "level"),
    [(10, False, 3.5), (20, True, 3.5), (30, True, 3.5), (10, True, 5.3), (20, True, 6.5)],
)
def test_intervals_of_a_network_hold_the_truth(dealers, unequal, level):
    random = np.random.default_rng(dealers)
    many, _ = network(random, 4000, np.full(4000, 200), level=level)
    truth, high = many.mean(), (many >= 4).mean()
    held = np.zeros(2)
    for _ in range(1500):
        spread = random.lognormal(-0.5, 1, dealers) if unequal else np.ones(dealers)
        sizes = np.maximum(2, np.rint(20 * spread)).astype(int)
        values, dealer = network(random, dealers, sizes, level=level)
        top = satisfaction.top_box(
            Responses.from_arrays(values, items=["q"], scale=Scale(1, 5), cluster=dealer)
        )
        for place, (its, true) in enumerate(((top.mean, truth), (top, high))):
            interval = its.confidence_interval()
            held[place] += interval.low <= true <= interval.high
    assert (held / 1500 > 0.92).all()
    assert (held / 1500 < 0.975).all()


@pytest.mark.parametrize("seed", range(20))
def test_clusters_with_the_same_answers_in_another_order_do_not_differ(seed):
    random = np.random.default_rng(seed)
    size, clusters = random.integers(3, 8), random.integers(4, 9)
    one = random.integers(0, 11, size)
    values = np.concatenate([random.permutation(one) for _ in range(clusters)])
    dealer = np.repeat(np.arange(clusters), size)
    answers = Responses.from_arrays(
        values, items=["q"], scale=Scale(0, 10), cluster=dealer, stratum=dealer % 2
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewClustersWarning)
        score, found = satisfaction.net_promoter_score(answers), answers.mean("q")
    for estimate in (score.estimate, score.passive_share, found):
        assert estimate.standard_error == 0
        assert estimate.linearised_error == 0
        interval = estimate.confidence_interval()
        assert interval.low <= estimate.value <= interval.high


def test_clusters_that_are_alike_are_named_as_the_reason_for_no_width():
    values, dealers = [1, 5, 1, 5, 1, 5], ["a", "a", "b", "b", "c", "c"]
    mean = Responses.from_arrays(values, items=["q"], scale=Scale(1, 5), cluster=dealers).mean("q")
    method = mean.confidence_interval(method="t").method
    assert method.startswith("t; zero width: all clusters are alike, 3 clusters")


def test_a_part_without_one_of_the_strata_has_the_design_of_the_others():
    n = 24
    answers = np.random.default_rng(1).integers(1, 6, (n, 1))
    cluster, stratum = np.arange(n) % 12, np.arange(n) % 3
    every = Responses.from_arrays(
        answers, scale=Scale(1, 5), items=["q"], cluster=cluster, stratum=stratum
    )
    part = every.of_rows(stratum > 0).mean("q")
    alone = Responses.from_arrays(
        answers[stratum > 0],
        scale=Scale(1, 5),
        items=["q"],
        cluster=cluster[stratum > 0],
        stratum=stratum[stratum > 0],
    ).mean("q")
    assert part.degrees_of_freedom == pytest.approx(alone.degrees_of_freedom)
    assert part.standard_error == pytest.approx(alone.standard_error)
