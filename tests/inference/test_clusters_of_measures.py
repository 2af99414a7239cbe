"""Every measure knows clusters: its error against derivatives by the weight of each respondent."""

from functools import partial

import numpy as np
import pytest
from reference_clusters import DEALER, REGION, Q, W, slow
from scipy import stats

from custvalue import comparing, drivers, kano, satisfaction, servqual, survey
from custvalue._comparing.dependence import dependence_of
from custvalue.delivered_value import from_survey
from custvalue.errors import DataError, DataWarning, FewClustersWarning, ParameterError
from custvalue.survey import Bootstrap, Responses, Scale

pytestmark = pytest.mark.filterwarnings("ignore::custvalue.errors.FewClustersWarning")

FIVE = Scale(1, 5)
random = np.random.default_rng(4)
TASTE = random.normal(size=8)[np.unique(DEALER, return_inverse=True)[1]] + random.normal(size=24)
GIVEN = np.clip(np.rint(3.2 + TASTE[:, None] + random.normal(0, 0.8, (24, 4))), 1, 5)
WANTED = np.clip(np.rint(4.2 + 0.3 * TASTE[:, None] + random.normal(0, 0.8, (24, 4))), 1, 5)
GAPPED = np.where(random.random((24, 4)) < 0.15, np.nan, GIVEN)
LEVELS = random.integers(1, 6, (2, 24, 2))
WHERE = {"cluster": DEALER, "stratum": REGION}


def responses(answers, weights, missing="raise", scale=FIVE):
    items = [f"q{k}" for k in range(answers.shape[1])]
    return Responses.from_arrays(
        answers, items=items, scale=scale, weights=weights, missing=missing, **WHERE
    )


def of_service(weights):
    return servqual.Survey.from_arrays(
        GIVEN,
        WANTED,
        scale=FIVE,
        dimensions={"staff": 2, "premises": 2},
        weights=weights,
        overall=np.clip(np.rint(GIVEN.mean(axis=1)), 1, 5),
        overall_scale=FIVE,
        **WHERE,
    )


def gaps(weights):
    found = servqual.gaps(of_service(weights))
    parts = [*found.items, *found.dimensions]
    return [its.gap for its in parts] + [its.perception for its in parts] + [found.overall.gap]


def tolerance(weights):
    read = servqual.ToleranceSurvey.from_arrays(
        GIVEN,
        adequate=WANTED - 1,
        desired=WANTED,
        scale=Scale(0, 5),
        dimensions={"staff": 2, "premises": 2},
        weights=weights,
        **WHERE,
    )
    zone = servqual.zone_of_tolerance(read).items[0]
    return [zone.adequacy, zone.superiority, zone.position, zone.inside]


def kano_item(weights):
    item = kano.classify(
        kano.Questionnaire.from_arrays(*LEVELS, items=["a", "b"], weights=weights, **WHERE)
    )["a"]
    return [*item.shares.values(), item.better, item.worse, item.category_strength]


def offer(weights):
    names = ["product", "service", "personnel", "image", "monetary", "time", "energy", "psychic"]
    frame = dict(zip(names, 10 * np.hstack([GIVEN, WANTED]).T, strict=True))
    measured = from_survey(
        frame | {"w": weights, "dealer": DEALER, "region": REGION, "whose": ["us"] * len(DEALER)},
        supplier="whose",
        value={name: name for name in names[:4]},
        cost={name: name for name in names[4:]},
        weights="w",
        cluster="dealer",
        stratum="region",
    ).offer("us")
    return [measured.delivered_value, measured.value_to_cost, measured.total_value]


def index(weights):
    answers, own = responses(GAPPED, weights, "pairwise"), responses(WANTED, weights)
    given = {"q0": 40, "q1": 30, "q2": 20, "q3": 10}
    how = [{}, {"importance": given}, {"importance": own}]
    how.append({"importance": own, "weighting": "per respondent"})
    every = [satisfaction.customer_satisfaction_index(answers, **its) for its in how]
    return [its.estimate for its in every] + [part.score for part in every[0].parts]


def against_expectation(weights):
    one, other = (responses(its[:, :1], weights) for its in (GIVEN, WANTED))
    found = satisfaction.disconfirmation(one, other)
    many = [responses(its, weights) for its in (GIVEN, WANTED)]
    lacking = satisfaction.derived_dissatisfaction(*many)
    shortfall = lacking.attributes[0]
    needs = satisfaction.hygiene_and_satisfiers(
        *many, roles={"q0": "hygiene", "q1": "satisfier"}, band=0.5
    )
    neutral = satisfaction.measured_disconfirmation(responses(GIVEN[:, :1], weights))
    return [
        found.estimate,
        found.delighted,
        lacking.estimate,
        shortfall.shortfall,
        shortfall.disappointed,
        needs.attributes[0].difference,
        needs.attributes[1].exceeded,
        neutral.estimate,
        neutral.better,
    ]


def ratio(weights):
    scale = Scale(0, 5, true_zero=True)
    one, other = (responses(its[:, :1], weights, scale=scale) for its in (GIVEN, WANTED))
    return [satisfaction.disconfirmation(one, other).ratio]


def problems(weights):
    found = satisfaction.problem_analysis(
        responses((GIVEN > 3) * 1.0, weights, scale=Scale(0, 1)),
        severity=dict.fromkeys(["q0", "q1", "q2", "q3"], 2.0),
    )
    return [found.estimate, found.per_respondent, found.problems[0].impact]


def levels(weights):
    points = {"overall": GIVEN[:, 0], "expectations": GIVEN[:, 1], "ideal": GIVEN[:, 2]}
    three = Responses.from_arrays(
        np.column_stack(list(points.values())),
        items=list(points),
        scale=FIVE,
        weights=weights,
        **WHERE,
    )
    return [
        satisfaction.acsi_index(three, convention="simple").estimate,
        satisfaction.acsi_index(three, weights=[0.4, 0.3, 0.3]).estimate,
    ]


def coefficients(weights):
    whole = survey.reliability(responses(GIVEN, weights))
    return [whole.alpha, whole.standardised_alpha, whole.omega]


def explained(weights):
    found = servqual.predictive_validity(of_service(weights), method="linearised")
    return [found.perception.r_squared, found.difference]


MEASURES = {
    its.__name__: its
    for its in (
        gaps,
        tolerance,
        kano_item,
        offer,
        index,
        against_expectation,
        ratio,
        problems,
        levels,
        coefficients,
        explained,
    )
}


def influences(measure, weights):
    """What respondents move each estimate by: w dθ/dw, by central differences."""
    columns = []
    for k, weight in enumerate(weights):
        ends = []
        for step in (1e-5, -1e-5):
            moved = weights.copy()
            moved[k] += step * weight
            ends.append(np.array([its.value for its in measure(moved)]))
        columns.append((ends[0] - ends[1]) / 2e-5)
    return np.array(columns)


@pytest.mark.parametrize("name", MEASURES)
def test_errors_are_those_of_derivatives_by_weights(name):
    weights, measure = np.array(W), MEASURES[name]
    found, moved = measure(weights), influences(measure, weights)
    for its, influence in zip(found, moved.T, strict=True):
        used = np.ones(24, bool) if its.n == 24 else np.abs(influence) > 1e-9
        residual = influence[used] / weights[used] * weights[used].sum()
        variance, degrees, plain = slow(residual, weights[used], DEALER[used], REGION[used])
        assert its.standard_error == pytest.approx(np.sqrt(variance), rel=2e-5, abs=1e-9), its.name
        assert its.clusters == 8
        if its.n == 24:
            assert its.degrees_of_freedom == pytest.approx(degrees, rel=1e-6)
            if its.linearised_error is not None:
                assert its.linearised_error == pytest.approx(np.sqrt(plain), rel=2e-5, abs=1e-9)
        interval = its.confidence_interval()
        assert "8 clusters" in interval.method
        assert interval.low <= its.value <= interval.high


def test_alpha_leaves_out_each_dealer():
    found = survey.cronbach_alpha(responses(GIVEN, W))
    lost = []
    for dealer in np.unique(DEALER):
        region = REGION[dealer == DEALER][0]
        weights = np.where(dealer == DEALER, 0.0, W)
        weights[region == REGION] *= 4 / 3  # the others of the region stand for it
        lost.append((region, survey.cronbach_alpha(responses(GIVEN, weights)).value))
    variance = 0.0
    for region in ("N", "S"):
        own = np.array([value for where, value in lost if where == region])
        variance += 3 / 4 * np.square(own - own.mean()).sum()
    assert found.jackknife_error == pytest.approx(np.sqrt(variance), rel=1e-9)
    reach = stats.t.ppf(0.975, found.degrees_of_freedom) * found.jackknife_error
    interval = found.confidence_interval()
    assert interval.low == pytest.approx(found.value - reach)
    assert interval.method.startswith("jackknife, t")
    with pytest.raises(DataError, match="not for this alpha, raw, of clusters"):
        found.confidence_interval(method="feldt")


def test_r_by_name():
    # R survey 4.1, the set of 24: svymean of q, SE .4224019468 by strata, t(8 - 2)
    mean = Responses.from_arrays(Q, items=["q"], scale=FIVE, weights=W, **WHERE).mean("q")
    interval = mean.confidence_interval(method="linearised")
    reach = stats.t.ppf(0.975, 6) * 0.4224019468
    ends = (3.4696969697 - reach, 3.4696969697 + reach)
    assert (interval.low, interval.high) == pytest.approx(ends, rel=1e-9)
    assert interval.method == "linearised, t, 8 clusters, 6.0 degrees of freedom"
    alone = Responses.from_arrays(Q, items=["q"], scale=FIVE, weights=W).mean("q")
    with pytest.raises(ParameterError, match="method must be one of 't', 'beta', but it"):
        alone.confidence_interval(method="linearised")


@pytest.mark.filterwarnings("error")
def test_few_clusters_are_warned_of():
    mean = Responses.from_arrays(Q, items=["q"], scale=FIVE, weights=W, **WHERE).mean("q")
    with pytest.warns(FewClustersWarning) as caught:
        mean.confidence_interval()
    assert str(caught[0].message) == (
        "q: 8 clusters are few, and the interval rests on 5.5 degrees of freedom. Read it with "
        "caution; answers of 10 clusters or more say how much they differ."
    )
    assert caught[0].filename == __file__


def panel(waves=2):
    """The same dealers in each wave, other customers."""
    own = np.random.default_rng(8)
    dealer = np.tile(np.repeat(np.arange(12), 4), waves)
    level = own.normal(3.5, 0.8, 12)[dealer] + own.normal(size=len(dealer))
    values = np.clip(np.rint(level), 1, 5)
    wave = np.repeat([f"2026Q{k + 1}" for k in range(waves)], 48)
    weights = own.lognormal(size=len(dealer))
    labels = {"cluster": dealer, "wave": wave}
    return Responses.from_arrays(values, items=["q"], scale=FIVE, weights=weights, **labels)


def test_waves_of_the_same_dealers_are_paired():
    answers = panel()
    parts = answers.by("wave")
    found = comparing.groups(answers, lambda part: part.mean("q"), by="wave")
    values, changes = [], []
    for part in parts.values():
        whole = part.mean("q").value
        left = [
            part.of_rows(part.labels["cluster"] != dealer).mean("q").value for dealer in range(12)
        ]
        values.append(whole)
        changes.append(whole - np.array(left))
    r = changes[0] @ changes[1] / np.sqrt(np.square(changes).sum(axis=1).prod())
    one, other = (group.estimate for group in found.groups)
    variance = one.standard_error**2 + other.standard_error**2
    variance -= 2 * r * one.standard_error * other.standard_error
    pair = found.differences[0]
    assert pair.standard_error == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert r > 0.2
    a, b, f, g = (
        one.standard_error**2,
        other.standard_error**2,
        one.degrees_of_freedom,
        other.degrees_of_freedom,
    )
    degrees = (a + b) ** 2 / (a**2 / f + b**2 / g + 2 * a * b / np.sqrt(f * g))
    assert pair.degrees_of_freedom == pytest.approx(degrees, rel=1e-9)
    p = 2 * stats.t.sf(abs(pair.value) / pair.standard_error, degrees)
    assert pair.p_value == pytest.approx(p, rel=1e-9)
    reach = stats.t.ppf(0.975, degrees) * pair.standard_error
    interval = pair.confidence_interval()
    assert interval.high - interval.low == pytest.approx(2 * reach)
    assert "Groups are of the same clusters" in str(found)
    assert type(found).from_json(found.to_json()) == found


def test_sums_and_rows_tell_the_same_dependence():
    answers = panel(3)
    by_sums = comparing.groups(answers, partial(Responses.mean, name="q"), by="wave")
    by_rows = comparing.groups(answers, lambda part: part.mean("q"), by="wave")
    np.testing.assert_allclose(
        by_sums.dependence.correlations, by_rows.dependence.correlations, rtol=1e-9
    )
    errors = np.array([group.standard_error for group in by_rows.groups])
    values = np.array([group.value for group in by_rows.groups])
    covariance = np.array(by_rows.dependence.correlations) * np.outer(errors, errors)
    contrast = np.array([[1.0, -1, 0], [1, 0, -1]])
    squares = (contrast @ values) @ np.linalg.solve(
        contrast @ covariance @ contrast.T, contrast @ values
    )
    degrees = min(group.estimate.degrees_of_freedom for group in by_rows.groups)
    test = by_rows.heterogeneity
    assert test.statistic == pytest.approx((degrees - 1) / (degrees * 2) * squares)
    assert test.p_value == pytest.approx(stats.f.sf(test.statistic, 2, degrees - 1))


def test_two_dealers_depend_on_each_other_by_sums_as_by_rows():
    answers = Responses.from_arrays(
        [5, 4, 2, 1, 4, 4, 2, 3],
        items=["q"],
        scale=FIVE,
        cluster=[*"aabb", *"aabb"],
        wave=[*"1111", *"2222"],
    )
    parts = list(answers.by("wave").values())
    by_sums = dependence_of(parts, partial(Responses.mean, name="q"))
    by_rows = dependence_of(parts, lambda part: part.mean("q"))
    # without a: 1.5 for 3 and 2.5 for 3.25; without b: 4.5 and 4: both waves move alike
    np.testing.assert_allclose(by_rows.correlations, np.ones((2, 2)), rtol=1e-9)
    np.testing.assert_allclose(by_sums.correlations, by_rows.correlations, rtol=1e-9)


def test_a_trend_of_the_same_dealers():
    answers = panel(3)
    found = comparing.trend(answers, lambda part: part.mean("q"), unit="quarter")
    moved = np.array([wave.estimate.standard_error for wave in found.waves])
    n = np.array([wave.estimate.effective_n for wave in found.waves])
    centred = np.arange(3) - n @ np.arange(3) / n.sum()
    moved = moved * n * centred / (n @ centred**2)
    correlations = np.array(found.dependence.correlations)
    assert found.slope.standard_error == pytest.approx(np.sqrt(moved @ correlations @ moved))
    apart = comparing.trend(
        {wave: part.mean("q") for wave, part in answers.by("wave").items()}, unit="quarter"
    )
    assert apart.slope.value == pytest.approx(found.slope.value)
    assert apart.slope.standard_error > 1.05 * found.slope.standard_error
    assert type(found).from_json(found.to_json()) == found
    with pytest.raises(ParameterError, match="measure must say what is compared"):
        comparing.trend(answers)


def test_groups_of_other_dealers_are_independent():
    answers = Responses.from_arrays(
        Q, items=["q"], scale=FIVE, weights=W, group=REGION, cluster=DEALER
    )
    found = comparing.groups(answers, lambda part: part.mean("q"))
    one, other = (group.standard_error for group in found.groups)
    assert found.dependence is None
    assert found.differences[0].standard_error == pytest.approx(np.hypot(one, other))


def placements(answers, others, their_weights):
    """The weighted share of others below each answer, ties half."""
    below = (others[None, :] < answers[:, None]) + 0.5 * (others[None, :] == answers[:, None])
    return below @ their_weights / their_weights.sum()


@pytest.mark.parametrize("shared", [False, True])
def test_the_order_of_answers_of_clusters(shared):
    group = np.tile(["b", "a"], 12) if shared else np.where(REGION == "N", "b", "a")
    w, q = np.array(W), np.array(Q, float)
    answers = Responses.from_arrays(
        q, items=["q"], scale=FIVE, weights=W, group=group, cluster=DEALER
    )
    found = comparing.ordered(answers, "q").difference("b", "a")
    one, other = group == "b", group == "a"
    mine = placements(q[one], q[other], w[other])
    p = w[one] @ mine / w[one].sum()
    theirs = placements(q[other], q[one], w[one])
    assert found.value == pytest.approx(p)
    moved = []  # what each dealer adds, as of CR2
    for dealer in np.unique(DEALER):
        added = 0.0
        for rows, placed, mean, sign in ((one, mine, p, 1), (other, theirs, 1 - p, -1)):
            here = DEALER[rows] == dealer
            share = w[rows][here].sum() / w[rows].sum()
            added += (
                sign * (w[rows] * (placed - mean))[here].sum() / w[rows].sum() / np.sqrt(1 - share)
            )
        moved.append(added)
    assert found.standard_error == pytest.approx(np.sqrt(np.square(moved).sum()), rel=1e-9)
    assert found.degrees_of_freedom < 8
    with pytest.raises(ParameterError, match="has no place for clusters"):
        comparing.ordered(answers, "q", method="wilcoxon-mann-whitney")


def test_descriptions_know_clusters():
    answers = Responses.from_arrays(
        GAPPED, scale=FIVE, weights=W, missing="pairwise", group=REGION, cluster=DEALER
    )
    for label, part in answers.by("group").items():
        for item in survey.describe(answers, by="group").items:
            if item.label == label:
                assert item.mean == part.mean(item.name)
                assert item.floor.clusters == item.ceiling.clusters == item.mean.clusters == 4


def test_penalties_and_rewards_leave_out_each_dealer():
    answers, overall = responses(GIVEN[:, :2], W), responses(GIVEN[:, 2:3], W)
    with pytest.warns(DataWarning):
        found = drivers.asymmetry(answers, overall, low=2, high=4, method=Bootstrap(50, 1))
    given, w = GIVEN, np.array(W)
    matrix = np.column_stack(
        [np.ones(24)] + [side for k in (0, 1) for side in (given[:, k] <= 2, given[:, k] >= 4)]
    ).astype(float)
    left = []
    for dealer in np.unique(DEALER):
        keep = np.where(dealer == DEALER, 0.0, w)
        keep[REGION[dealer == DEALER][0] == REGION] *= 4 / 3
        cross = (matrix * keep[:, None]).T
        left.append(np.linalg.solve(cross @ matrix, cross @ given[:, 2]))
    left = np.array(left)
    variance = sum(
        3 / 4 * np.square(own - own.mean(axis=0)).sum(axis=0) for own in (left[:4], left[4:])
    )
    item = found.attributes[0]
    assert item.penalty.standard_error == pytest.approx(np.sqrt(variance[1]), rel=1e-6)
    assert item.reward.standard_error == pytest.approx(np.sqrt(variance[2]), rel=1e-6)
    assert item.penalty.clusters == item.asymmetry.clusters == 8


def test_resampled_indices_draw_dealers():
    found = satisfaction.customer_satisfaction_index(
        responses(GIVEN, W), importance="derived", overall="q3", method=Bootstrap(200, 1)
    )
    interval = found.confidence_interval()
    assert interval.method.startswith("bootstrap percentile of clusters, expanded")
    assert found.clusters == 8
    assert type(found).from_json(found.to_json()).confidence_interval() == interval


def test_a_raked_mean_knows_clusters():
    sex = np.array(["f", "m"])[np.arange(24) % 2]
    q = np.array(Q, float)
    frame = {"sex": sex, "w": W, "dealer": DEALER}
    raking = survey.rake(frame, {"sex": {"f": 0.6, "m": 0.4}}, weights="w", cluster="dealer")
    mean = raking.mean(q, bounds=(1, 5))
    w = raking.weights
    residual = q - np.where(  # a single margin explains the means of its categories
        sex == "f",
        w[sex == "f"] @ q[sex == "f"] / w[sex == "f"].sum(),
        w[sex == "m"] @ q[sex == "m"] / w[sex == "m"].sum(),
    )
    variance, degrees, _ = slow(residual, w, DEALER)
    assert mean.standard_error == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert mean.degrees_of_freedom == pytest.approx(degrees, rel=1e-9)
    answers = Responses.from_arrays(
        q, items=["q"], scale=FIVE, weights=W, cluster=DEALER, labels={"sex": sex}
    )
    again = survey.rake(answers, {"sex": {"f": 0.6, "m": 0.4}}).mean(q, bounds=(1, 5))
    assert again == mean
    assert type(raking).from_json(raking.to_json()).mean(q, bounds=(1, 5)) == mean


def test_a_part_counts_the_dealers_of_the_whole_survey():
    # as R's subset of a design has it: dealers without such customers add nothing, and are counted
    answers = Responses.from_arrays(
        Q, items=["q"], scale=FIVE, weights=W, group=np.arange(24) % 5, cluster=DEALER
    )
    part = answers.by("group")[0]
    mean, w = part.mean("q"), part.weights
    added = [
        (w * (part.item("q") - mean.value))[part.labels["cluster"] == dealer].sum() / w.sum()
        for dealer in np.unique(DEALER)
    ]
    assert mean.clusters < 8
    assert mean.linearised_error == pytest.approx(np.sqrt(8 / 7 * np.square(added).sum()))
    again = Responses.from_json(part.to_json())
    assert again.mean("q").linearised_error == mean.linearised_error
