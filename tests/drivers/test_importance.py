"""Importance of drivers: published numbers, all orders of entry, and samples with known truth."""

import numpy as np
import pytest
import reference_drivers as reference
from golden_values import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from custvalue import comparing
from custvalue._drivers.decomposition import decomposed
from custvalue._drivers.subsets import (
    additions_in_order,
    drawn_orders,
    error_of_orders,
    lmg_of_sets,
)
from custvalue.drivers import DriverImportance, importance, importance_by_group
from custvalue.errors import EstimationError, FewClustersWarning
from custvalue.survey import Bootstrap, Responses, Scale

GOLDEN = golden("drivers")
SLIDER, FIVE = Scale(0, 100, step=None), Scale(1, 5)
METHODS = ("lmg", "general dominance", "johnson", "regression", "correlation")


def matrix(above):
    """Return a correlation matrix from what is above its diagonal."""
    size = int((1 + np.sqrt(1 + 8 * len(above))) / 2)
    found = np.eye(size)
    found[np.triu_indices(size, 1)] = above
    return found + found.T - np.eye(size)


def data_with(correlations, n, seed=1):
    """Return answers from 0 to 100 with exactly these correlations."""
    rng = np.random.default_rng(seed)
    size = len(correlations)
    raw = rng.normal(size=(n, size))
    raw -= raw.mean(axis=0)
    whole = np.linalg.qr(raw)[0] * np.sqrt(n) @ np.linalg.cholesky(correlations).T
    return 50 + 8 * whole


def answers_of(columns, **options):
    names = ["overall", *(f"d{k}" for k in range(1, columns.shape[1]))]
    return Responses.from_arrays(columns, scale=SLIDER, items=names, **options)


def survey(n=240, seed=3, **options):
    """Five-point answers, some of which go together; weights, clusters, regions."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    x = common * [0.8, 0.8, 0.8, 0] + rng.normal(size=(n, 4))
    y = x @ [0.6, 0.3, 0.1, 0.0] + rng.normal(size=n)
    columns = np.clip(np.rint(3 + 0.8 * np.column_stack([y, x])), 1, 5)
    extra = {"weights": rng.uniform(0.5, 2, n)} | options
    names = ["overall", "a", "b", "c", "d"]
    return Responses.from_arrays(columns, scale=FIVE, items=names, **extra)


# --- published numbers ------------------------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN["shared_out"], ids=lambda case: case["name"])
def test_published_parts_of_r_squared(case):
    correlations = matrix(case["correlations"])
    answers = answers_of(data_with(correlations, 200))
    for method in METHODS:
        found = importance(answers, "overall", decomposition=method)
        assert found.r_squared.value == pytest.approx(case["r_squared"], abs=case["atol"])
        if method in case:
            values = [its.importance.value for its in found.drivers]
            assert values == pytest.approx(case[method], abs=case["atol"])
    lmg = importance(answers, "overall")
    general = importance(answers, "overall", decomposition="general dominance")
    assert [its.importance.value for its in lmg.drivers] == [
        its.importance.value for its in general.drivers
    ]


# --- against all orders of entry ----------------------------------------------------------------


def test_lmg_and_johnson_against_regressions_row_by_row():
    answers = survey()
    x, y, w = answers.answers[:, 1:], answers.answers[:, 0], answers.weights
    for method, slow in (("lmg", reference.lmg), ("johnson", reference.johnson)):
        found = importance(answers, "overall", decomposition=method)
        values = np.array([its.importance.value for its in found.drivers])
        np.testing.assert_allclose(values, slow(x, y, w), rtol=1e-10)
        assert values.sum() == pytest.approx(found.r_squared.value, rel=1e-12)
        shares = [its.share.value for its in found.drivers]
        assert shares == pytest.approx(values / values.sum())
    regression = importance(answers, "overall", decomposition="regression")
    assert all(its.share is None for its in regression.drivers)
    assert found.r_squared.value == pytest.approx(reference.r_squared(x.T, y, w))


def test_variance_inflation_and_suppression():
    # y = x1 - .8 x2 + e with r12 = .9: x2 goes with y, and enters with the other sign
    correlations = np.array([[1, 0.6, 0.45], [0.6, 1, 0.9], [0.45, 0.9, 1]])
    found = importance(answers_of(data_with(correlations, 100)), "overall")
    assert [its.vif for its in found.drivers] == pytest.approx([1 / (1 - 0.81)] * 2)
    assert found.suppressed == ("d2",)
    assert found.collinear == ("d1", "d2")
    beta = np.linalg.solve([[1, 0.9], [0.9, 1]], [0.6, 0.45])
    assert [its.coefficient for its in found.drivers] == pytest.approx(beta)
    assert "different signs (suppression): 'd2'." in str(found)
    assert "VIF above 5, so that coefficients are hard to tell apart: 'd1', 'd2'." in str(found)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(2, 7), st.integers(0, 10_000))
def test_parts_add_up_and_do_not_depend_on_the_order_of_drivers(drivers, seed):
    rng = np.random.default_rng(seed)
    sample = rng.normal(size=(3 * drivers + 5, drivers + 1)) + rng.normal(size=(3 * drivers + 5, 1))
    whole = np.corrcoef(sample.T)[np.newaxis]
    between, with_overall = whole[:, 1:, 1:], whole[:, 0, 1:]
    parts = lmg_of_sets(between, with_overall)[0]
    total = with_overall[0] @ np.linalg.solve(between[0], with_overall[0])
    assert parts.sum() == pytest.approx(total, abs=1e-12)
    assert (parts > -1e-12).all()
    order = rng.permutation(drivers)
    moved = lmg_of_sets(between[:, order][:, :, order], with_overall[:, order])[0]
    np.testing.assert_allclose(moved, parts[order], atol=1e-12)


def test_a_scale_where_lower_is_better_turns_nothing_round():
    answers = survey()
    turned = Responses.from_arrays(
        6 - answers.answers,
        scale=Scale(1, 5, direction="lower is better"),
        items=answers.items,
        weights=answers.weights,
    )
    for method in METHODS:
        one = importance(answers, "overall", decomposition=method)
        other = importance(turned, "overall", decomposition=method)
        assert [its.importance.value for its in one.drivers] == pytest.approx(
            [its.importance.value for its in other.drivers]
        )


# --- many drivers -------------------------------------------------------------------------------


def many(drivers, n=400):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(n, drivers)) + 0.7 * rng.normal(size=(n, 1))
    y = x @ rng.uniform(0, 1, drivers) + 3 * rng.normal(size=n)
    return np.corrcoef(np.column_stack([y, x]).T)


def test_drawn_orders_estimate_what_all_sets_give_within_their_error():
    whole = many(12)
    exact = lmg_of_sets(whole[np.newaxis, 1:, 1:], whole[np.newaxis, 0, 1:])[0]
    orders = drawn_orders(12, 1_000, np.random.default_rng(1))
    assert len(orders) == 1_000
    assert (orders[0] == orders[1][::-1]).all()
    added = additions_in_order(whole[1:, 1:], whole[0, 1:], orders)
    errors = error_of_orders(added)
    assert (np.abs(added.mean(axis=0) - exact) < 4 * errors).all()
    assert errors.max() < 0.01
    assert added.sum(axis=1) == pytest.approx(np.full(1_000, exact.sum()))


def test_more_than_22_drivers_are_sampled_and_say_how_well():
    rng = np.random.default_rng(2)
    columns = np.clip(50 + 10 * (rng.normal(size=(300, 25)) + rng.normal(size=(300, 1))), 0, 100)
    answers = answers_of(columns)
    found = importance(answers, "overall", rng=1)
    assert found.orders == 2_000
    assert found == importance(answers, "overall", rng=1)
    assert all(0 < its.order_error < 0.002 for its in found.drivers)
    assert "2,000 orders of entry were drawn; standard error from that at most 0.00" in str(found)
    assert sum(its.importance.value for its in found.drivers) == pytest.approx(
        found.r_squared.value
    )
    resampled = found.resampled(Bootstrap(20, rng=1))
    for one, other in zip(found.drivers, resampled.drivers, strict=True):
        assert one.importance.value == other.importance.value
        assert other.importance.standard_error == pytest.approx(
            one.importance.standard_error, rel=0.8
        )


def test_orders_can_be_drawn_where_all_sets_could_be_computed():
    answers = survey()
    exact, drawn = importance(answers, "overall"), importance(answers, "overall", orders=400, rng=1)
    assert (exact.orders, drawn.orders) == (None, 400)
    for one, other in zip(exact.drivers, drawn.drivers, strict=True):
        assert other.importance.value == pytest.approx(one.importance.value, abs=0.01)


# --- uncertainty --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_linearised_errors_are_those_of_the_bootstrap(method):
    answers = survey(n=600)
    found = importance(answers, "overall", decomposition=method)
    drawn = found.resampled(Bootstrap(1_000, rng=1))
    for one, other in zip(found.drivers, drawn.drivers, strict=True):
        if one.importance.value > 0.02:
            assert one.importance.standard_error == pytest.approx(
                other.importance.standard_error, rel=0.1
            )
    assert found.r_squared.standard_error == pytest.approx(drawn.r_squared.standard_error, rel=0.1)


def test_resamples_are_those_of_the_rows():
    answers = survey(n=60)
    found = importance(answers, "overall").resampled(Bootstrap(12, rng=7))
    random, slow = np.random.default_rng(7), []
    for _ in range(12):
        rows = random.integers(60, size=60)
        part = answers.answers[rows]
        slow.append(reference.lmg(part[:, 1:], part[:, 0], answers.weights[rows]))
    bias = np.mean(slow, axis=0) - [its.importance.value for its in found.drivers]
    for place, its in enumerate(found.drivers):
        unbiased = np.clip([each[place] - bias[place] for each in slow], 0, 1)
        np.testing.assert_allclose(its.importance.draws, unbiased, atol=1e-12)
    interval = importance(answers, "overall").confidence_interval(method=Bootstrap(12, rng=7))
    assert interval["a"] == found["a"].importance.confidence_interval()
    assert interval["a"].method == "bootstrap percentile"


def test_whole_clusters_are_drawn_and_counted():
    answers = survey(cluster=np.repeat(np.arange(24), 10))
    found = importance(answers, "overall")
    assert found["a"].importance.clusters == 24
    drawn = found.resampled(Bootstrap(400, rng=2))
    assert drawn["a"].importance.clusters == 24
    assert found["a"].importance.standard_error == pytest.approx(
        drawn["a"].importance.standard_error, rel=0.2
    )
    ranks = found.rank_probabilities(Bootstrap(300, rng=1))
    for its in ranks.drivers:
        assert sum(its.probabilities) == pytest.approx(1)
    assert np.sum([its.probabilities for its in ranks.drivers], axis=0) == pytest.approx(np.ones(4))
    assert ranks["a"].first > 0.9
    assert ranks["a"].ends()[0] == 1
    floor = found.noise_floor(200, rng=1)
    assert floor.clusters == 24
    assert "means of 24 clusters" in str(floor)


def test_the_noise_floor_is_what_chance_gives():
    answers = survey()
    floor = importance(answers, "overall").noise_floor(400, rng=1)
    assert "d" in floor.below
    assert "a" not in floor.below
    assert floor["a"].p_value == pytest.approx(1 / 401)
    assert floor["d"].p_value > 0.05
    assert "Not beyond chance:" in str(floor)
    # R² of noise is about p / (n - 1), shared out among 4 alike drivers
    rng, columns = np.random.default_rng(1), answers.answers.copy()
    values = []
    for _ in range(200):
        columns[:, 0] = rng.permutation(columns[:, 0])
        values.append(reference.r_squared(columns[:, 1:].T, columns[:, 0], answers.weights))
    mean = np.mean(values) / 4
    assert mean < floor["d"].floor < 5 * mean


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(
    ("n", "clusters", "weighted"), [(200, 0, True), (1_000, 0, False), (1_000, 40, True)]
)
def test_coverage_of_intervals(n, clusters, weighted):
    """Linearised 95 % intervals of LMG; 400 to 600 samples of five items gave, in percent:

    ========================================  ==================
    parts of R²                               .28 .16 .08 .05 0
    ========================================  ==================
    200 respondents                           94 95 94 94 100
    200, weighted                             95 94 93 92 100
    1,000                                     95 94 95 95 100
    1,000, weighted                           94 93 94 95 100
    1,000 in 40 clusters                      96 95 95 92 100
    1,000 in 40 clusters, weighted            95 95 93 91 100
    1,000 in 20 clusters, weighted            95 92 92 91 100
    1,000 in 40 unequal clusters, weighted    95 92 94 93 100
    ========================================  ==================
    """

    def sample(rows, seed):
        rng = np.random.default_rng(seed)
        whole = rows // 25 if rows > 10_000 else clusters  # those of all customers are many
        x = 0.7 * rng.normal(size=(rows, 1)) + rng.normal(size=(rows, 4))
        y = x @ [0.6, 0.4, 0.2, 0.1] + rng.normal(size=rows)
        options = {"weights": rng.lognormal(0, 0.5, rows)} if weighted else {}
        if clusters:
            place = np.arange(rows) % whole
            x = x + 0.5 * rng.normal(size=(rows, 4))[place]
            y = y + 0.5 * rng.normal(size=rows)[place]
            options["cluster"] = place
        return answers_of(np.clip(50 + 5 * np.column_stack([y, x]), 0, 100), **options)

    truth = importance(sample(400_000, 10**6), "overall")
    held = np.zeros(4)
    for seed in range(300):
        found = importance(sample(n, seed), "overall").confidence_interval()
        held += [truth[name].importance.value in its for name, its in found.items()]
    assert (held / 300 > 0.88).all()  # 3 standard errors below 93 %


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [200, 1_000])
def test_known_drivers_are_recovered_where_they_go_together(n):
    """Parts of known correlations; items share a cause, with VIF up to 5."""
    rng = np.random.default_rng(n)
    load, effect = np.array([0.9, 0.85, 0.8, 0.0]), np.array([0.5, 0.2, 0.0, 0.3])
    between = np.outer(load, load)
    np.fill_diagonal(between, 1.0)
    with_overall = between @ effect / np.sqrt(effect @ between @ effect + 0.5)
    truth = lmg_of_sets(between[np.newaxis], with_overall[np.newaxis])[0]
    errors, first = [], 0
    for _ in range(200):
        x = rng.normal(size=(n, 4)) @ np.linalg.cholesky(between).T
        y = x @ effect + np.sqrt(0.5) * rng.normal(size=n)
        found = importance(answers_of(np.clip(50 + 6 * np.column_stack([y, x]), 0, 100)), "overall")
        errors.append([its.importance.value for its in found.drivers] - truth)
        first += found.ranked[0] == "d1"
    bias = np.mean(errors, axis=0)
    assert np.abs(bias).max() < 0.004 + 1.5 / n
    assert np.std(errors, axis=0).max() < 0.6 / np.sqrt(n)
    assert first > (0.75 if n == 200 else 0.97) * 200


@pytest.mark.slow
@pytest.mark.simulation
def test_probabilities_of_the_first_rank_are_those_of_the_truth():
    """Two drivers whose order in the population is drawn anew: P(first) is as often right."""
    rng = np.random.default_rng(4)
    said, right = [], []
    for seed in range(300):
        effect = 0.5 + 0.08 * rng.normal(size=2)
        x = 0.6 * rng.normal(size=(300, 1)) + rng.normal(size=(300, 2))
        y = x @ effect + rng.normal(size=300)
        answers = answers_of(np.clip(50 + 6 * np.column_stack([y, x]), 0, 100))
        ranks = importance(answers, "overall").rank_probabilities(Bootstrap(200, rng=seed))
        said.append(ranks["d1"].first)
        right.append(effect[0] > effect[1])  # alike otherwise, so that its part is the larger one
    said, right = np.array(said), np.array(right)
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        inside = (said >= low) & (said <= high)
        error = 3 * np.sqrt(0.25 / inside.sum())
        assert abs(right[inside].mean() - said[inside].mean()) < error + 0.06


# --- missing answers, several scales, groups ----------------------------------------------------


def with_gaps():
    answers = survey()
    columns = answers.answers.copy()
    rng = np.random.default_rng(8)
    columns[rng.random(columns.shape) < 0.1] = np.nan
    return columns, answers.weights


def test_missing_answers_by_named_policy():
    columns, weights = with_gaps()
    answers = Responses.from_arrays(
        columns,
        scale=FIVE,
        items=["overall", "a", "b", "c", "d"],
        weights=weights,
        missing="pairwise",
    )
    usual = importance(answers, "overall")
    assert usual.covariances == "pairwise"
    whole = np.eye(5)
    for one in range(5):
        for other in range(5):
            both = ~np.isnan(columns[:, one]) & ~np.isnan(columns[:, other])
            pair = np.cov(columns[both][:, [one, other]].T, aweights=weights[both])
            whole[one, other] = pair[0, 1] / np.sqrt(pair[0, 0] * pair[1, 1])
    np.testing.assert_allclose(usual.answered().correlations, whole, atol=1e-12)
    slow = decomposed("lmg", whole[np.newaxis, 1:, 1:], whole[np.newaxis, 0, 1:])[0]
    assert [its.importance.value for its in usual.drivers] == pytest.approx(slow[:4])
    drawn = usual.resampled(Bootstrap(400, rng=1))
    assert usual["a"].importance.standard_error == pytest.approx(
        drawn["a"].importance.standard_error, rel=0.15
    )
    assert usual.noise_floor(100, rng=1)["a"].p_value == pytest.approx(1 / 101)

    listwise = importance(answers, "overall", covariances="listwise")
    known = ~np.isnan(columns).any(axis=1)
    complete = columns[known]
    np.testing.assert_allclose(
        [its.importance.value for its in listwise.drivers],
        reference.lmg(complete[:, 1:], complete[:, 0], weights[known]),
    )
    assert listwise.n == known.sum()
    assert listwise.base.excluded_respondents == (~known).sum()


def test_drivers_on_several_scales_and_an_overall_answer_of_its_own():
    answers = survey()
    ten = Responses.from_arrays(
        2 * answers.answers[:, 3:], scale=Scale(0, 10), items=["c", "d"], weights=answers.weights
    )
    apart = importance(
        [answers.only(["a", "b"]), ten], answers.only(["overall"]), decomposition="johnson"
    )
    together = importance(answers, "overall", decomposition="johnson")
    assert [its.name for its in apart.drivers] == list("abcd")
    assert [its.importance.value for its in apart.drivers] == pytest.approx(
        [its.importance.value for its in together.drivers]
    )


def test_drivers_of_each_region():
    region = np.repeat(["north", "south", "west"], [110, 110, 20])
    answers = survey(labels={"region": region})
    found = importance_by_group(answers, "overall", by="region")
    assert [group.name for group in found.groups] == ["north", "south"]
    assert found.small == {"west": 20}
    assert "Fewer than 40 respondents: 'west (20)'." in str(found)
    north = importance(answers.by("region")["north"], "overall")
    assert found["north"] == north
    assert found.first["north"] == north.ranked[0]
    compared = comparing.groups(
        answers,
        lambda part: importance(part, "overall")["a"].importance,
        by="region",
        minimum_n=40,
    )
    assert "north" in str(compared)


def test_a_group_without_importance_says_why():
    answers = survey(labels={"region": np.repeat(["north", "south"], 120)})
    columns = answers.answers.copy()
    columns[120:, 2] = 4
    flat = Responses.from_arrays(
        columns, scale=FIVE, items=answers.items, labels={"region": answers.labels["region"]}
    )
    found = importance_by_group(flat, "overall", by="region")
    assert [group.name for group in found.groups] == ["north"]
    assert found.unknown["south"].startswith("all answers to 'b' are equal")
    assert "south: all answers to 'b' are equal" in str(found)
    columns[:, 2] = 4
    flat = Responses.from_arrays(columns, scale=FIVE, items=answers.items, labels=flat.labels)
    with pytest.raises(EstimationError, match="in any group of 'region', in the first one because"):
        importance_by_group(flat, "overall", by="region")


def test_one_driver_and_drivers_that_explain_everything():
    answers = survey()
    alone = importance(answers.only(["overall", "a"]), "overall")
    assert alone["a"].share.value == pytest.approx(1)
    assert (alone["a"].vif, alone["a"].rank) == (pytest.approx(1), 1)
    assert alone.dominance().pairs == ()
    whole = np.column_stack([answers.answers[:, 1:3].sum(axis=1), answers.answers[:, 1:3]])
    sure = importance(
        Responses.from_arrays(whole, scale=Scale(0, 10), items=["overall", "a", "b"]), "overall"
    )
    assert sure.r_squared.value == pytest.approx(1)
    assert sum(its.importance.value for its in sure.drivers) == pytest.approx(1)


def test_a_result_prints_and_goes_to_json_and_back():
    found = importance(survey(), "overall")
    assert DriverImportance.from_json(found.to_json()) == found
    drawn = found.resampled(Bootstrap(20, rng=1))
    assert DriverImportance.from_json(drawn.to_json()) == drawn != found
    assert "Importance is association in one sample; it is not the effect of a change." in str(
        found
    )
    frame = found.to_frame("pandas")
    assert list(frame["driver"]) == list("abcd")
    assert {"importance_low", "share_high", "vif"} <= set(frame.columns)
    narrow, wide = found.columns(level=0.5), found.columns(level=0.99)
    assert (narrow["importance_high"] < wide["importance_high"]).all()


def test_the_picture_shows_importance_in_order_and_suppression_in_another_colour():
    correlations = np.array([[1, 0.6, 0.45], [0.6, 1, 0.9], [0.45, 0.9, 1]])
    found = importance(answers_of(data_with(correlations, 100)), "overall")
    axes = found.plot(level=0.9).axes
    bars = {
        label.get_text(): bar
        for label, bar in zip(axes.get_yticklabels(), axes.patches, strict=False)
    }
    for name in found.ranked:
        assert bars[name].get_width() == pytest.approx(found[name].importance.value)
    lines = [line.get_xdata() for line in axes.lines]
    first = found[found.ranked[0]].importance.confidence_interval(0.9)
    assert any(line == pytest.approx((first.low, first.high)) for line in map(tuple, lines))
    assert bars["d1"].get_facecolor() != bars["d2"].get_facecolor()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "signs agree",
        "suppression",
    ]
    alone = importance(survey(), "overall").plot().axes
    assert alone.get_legend() is None
    assert alone.get_xlabel() == "Importance: part of R²"


def test_few_clusters_warn_neither_in_print_nor_in_the_picture():
    found = importance(survey(cluster=np.arange(240) % 5), "overall")
    assert "Fewer than 10" in str(found)
    assert found.plot()
    with pytest.warns(FewClustersWarning, match="a: 5 clusters are few"):
        found["a"].importance.confidence_interval()


def test_dominance_compares_every_set():
    answers = survey()
    found = importance(answers, "overall").dominance()
    x, y, w = answers.answers[:, 1:], answers.answers[:, 0], answers.weights

    def worth(chosen):
        return reference.r_squared(x[:, chosen].T, y, w) if chosen else 0.0

    sets = [[], [2], [3], [2, 3]]
    more = [worth([*rest, 0]) > worth([*rest, 1]) for rest in sets]
    pair = next(its for its in found.pairs if {its.driver, its.over} == {"a", "b"})
    assert (pair.driver, pair.kind, pair.wins) == ("a", "complete", 1.0)
    assert all(more)
    assert found.by_size["a"][0] == pytest.approx(worth([0]))
    assert found.by_size["a"][3] == pytest.approx(worth([0, 1, 2, 3]) - worth([1, 2, 3]))
    lmg = importance(answers, "overall")
    assert np.mean(found.by_size["a"]) == pytest.approx(lmg["a"].importance.value)


def test_the_error_of_orders_is_that_of_means_of_pairs():
    # the means of pairs are 2, 3 and 7, and 1, 1 and 1
    added = np.array([[1.0, 0], [3, 2], [3, 1], [3, 1], [9, 2], [5, 0]])
    assert error_of_orders(added) == pytest.approx([np.std([2, 3, 7], ddof=1) / 3**0.5, 0])
