"""Methods side by side, expected changes, projects, opportunities, and judges who rank."""

import numpy as np
import pytest
import reference_comparison
import reference_drivers as reference
from golden_values import golden
from scipy import stats

from custvalue.drivers import (
    MethodsCompared,
    Project,
    ProjectRanking,
    WhatIf,
    compare_methods,
    importance,
    opportunities,
    rank_agreement,
    rank_projects,
    what_if,
)
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
AGREED = golden("drivers")["concordance"]


def survey(n=300, seed=1, scale=FIVE, **options):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n, 1))
    x = common * [1, 1, 0] + rng.normal(size=(n, 3))
    y = x @ [0.6, 0.2, 0.4] + rng.normal(size=n)
    columns = np.clip(np.rint(3 + 0.7 * np.column_stack([y, x])), 1, 5)
    return Responses.from_arrays(
        columns,
        scale=scale,
        items=["overall", "a", "b", "c"],
        **({"weights": rng.uniform(0.5, 2, n)} | options),
    )


# --- what changes go with -----------------------------------------------------------------------


def test_an_expected_change_is_that_of_a_weighted_regression():
    answers = survey()
    x, y, w = answers.answers[:, 1:], answers.answers[:, 0], answers.weights
    found = what_if(importance(answers, "overall"), {"a": 0.5, "c": -0.25})
    design = np.column_stack([np.ones(len(y)), x])
    slopes, covariance = reference_comparison.weighted_regression(design, y, w)
    changes = np.array([0, 0.5, 0, -0.25])
    assert found.value == pytest.approx(changes @ slopes)
    assert found.standard_error == pytest.approx(np.sqrt(changes @ covariance @ changes))
    reach = stats.t.ppf(0.975, len(y) - 4) * found.standard_error
    assert found.confidence_interval().high == pytest.approx(found.value + reach)
    assert [its.value for its in found.parts] == pytest.approx([0.5 * slopes[1], -0.25 * slopes[3]])
    assert found.expected_mean == pytest.approx(np.average(y, weights=w) + changes @ slopes)
    assert found.label == "association"
    assert "Expected by association: respondents who answer that much better differ by this." in (
        str(found)
    )
    assert WhatIf.from_json(found.to_json()) == found


def test_a_change_is_in_points_of_the_scale_as_it_was_answered():
    answers = survey()
    grades = Responses.from_arrays(
        6 - answers.answers[:, 1:],
        scale=Scale(1, 5, direction="lower is better"),
        items=["a", "b", "c"],
        weights=answers.weights,
    )
    better = what_if(importance(answers, "overall"), {"a": 0.5})
    lower = what_if(importance(grades, answers.only(["overall"])), {"a": -0.5})
    assert lower.value == pytest.approx(better.value)
    assert lower.standard_error == pytest.approx(better.standard_error)


def test_known_changes_are_recovered_in_clusters():
    answers = survey(3_000, cluster=np.repeat(np.arange(50), 60))
    found = what_if(importance(answers, "overall"), {"a": 1})
    plain = what_if(importance(survey(3_000), "overall"), {"a": 1})
    assert found.clusters == 50
    assert found.value == plain.value
    assert found.standard_error == pytest.approx(plain.standard_error, rel=0.4)


def test_projects_are_ranked_by_gain_per_cost():
    found = importance(survey(), "overall")
    projects = [
        Project(name="tools", changes={"a": 0.5}, cost=40, unit="EUR"),
        Project(name="machine", changes={"c": 0.5, "b": 0.1}, cost=20, unit="EUR"),
        Project(name="nothing", changes={"b": 0.01}, cost=60, unit="EUR"),
    ]
    ranked = rank_projects(found, projects, rng=1)
    by_hand = {its.name: what_if(found, its.changes).value / its.cost for its in projects}
    assert [its.name for its in ranked.projects] == sorted(by_hand, key=by_hand.get, reverse=True)
    for its in ranked.projects:
        assert its.gain_per_cost.value == pytest.approx(by_hand[its.name])
    chances = {its.name: its.probability_first for its in ranked.projects}
    assert sum(chances.values()) == pytest.approx(1)
    # P(machine beats tools) by the normal distribution of the difference
    whole = what_if(found, {"a": -0.5 / 40, "c": 0.5 / 20, "b": 0.1 / 20})
    expected = stats.norm.cdf(whole.value / whole.standard_error)
    assert chances["machine"] == pytest.approx(expected, abs=0.02)
    assert "Costs in EUR. P(first): 10,000 joint draws of the coefficients." in str(ranked)
    assert ProjectRanking.from_json(ranked.to_json()) == ranked
    assert ranked == rank_projects(found, projects, rng=1)


# --- methods side by side -----------------------------------------------------------------------


def test_methods_are_those_of_importance_and_disagreements_have_reasons():
    answers = survey()
    assert importance(answers, "overall").ranked == ("a", "b", "c")
    found = compare_methods(answers, "overall", stated={"a": 5, "b": 1, "c": 9})
    for method in ("correlation", "regression", "johnson", "lmg"):
        alone = importance(answers, "overall", decomposition=method)
        for its in alone.drivers:
            assert found[its.name].importance[method] == its.importance
            assert found[its.name].ranks[method] == its.rank
    assert found["c"].ranks["stated"] == 1
    assert "c" in found.disagreements
    assert "customers call it more important than their answers show" in found["c"].reasons
    assert "'c': customers call it more important than their answers show" in str(found)
    ranks = np.array([list(its.ranks.values()) for its in found.drivers]).T
    sums = ranks.sum(axis=0)
    w = 12 * ((sums - sums.mean()) ** 2).sum() / (25 * 24)
    assert found.agreement.w == pytest.approx(w)
    assert MethodsCompared.from_json(found.to_json()) == found


def test_suppression_is_a_reason():
    rng = np.random.default_rng(1)
    common = rng.normal(size=400)
    x = np.column_stack([common, common + 0.4 * rng.normal(size=400), rng.normal(size=400)])
    y = x[:, 0] - 0.6 * x[:, 1] + 0.2 * x[:, 2] + 0.5 * rng.normal(size=400)
    answers = Responses.from_arrays(
        np.clip(50 + 8 * np.column_stack([y, x]), 0, 100),
        scale=Scale(0, 100, step=None),
        items=["overall", "a", "b", "c"],
    )
    found = compare_methods(answers, "overall")
    assert found["b"].suppressed
    assert any("(suppression)" in reason for reason in found["b"].reasons)
    assert "stated" not in found["a"].ranks


def test_stated_importance_from_the_same_respondents():
    answers = survey()
    wanted = Responses.from_arrays(
        np.tile([5, 1, 3], (300, 1)).astype(float), scale=FIVE, items=["c", "b", "a"]
    )
    found = compare_methods(answers, "overall", stated=wanted)
    assert {its.name: its.stated for its in found.drivers} == {"a": 3, "b": 1, "c": 5}


# --- opportunities ------------------------------------------------------------------------------


def test_opportunities_by_hand():
    performance = Responses.from_frame({"a": [2, 3, 2, 1], "b": [5, 4, 5, 5]}, scale=FIVE)
    wanted = Responses.from_frame({"b": [2, 1, 3, 2], "a": [5, 5, 4, 4]}, scale=FIVE)
    found = opportunities(performance, wanted, basis="mean")
    # a: I = 10 (4.5 - 1) / 4 = 8.75, S = 2.5; b: I = 2.5, S = 9.375
    assert found["a"].opportunity.value == pytest.approx(8.75 + 6.25)
    assert found["b"].opportunity.value == pytest.approx(2.5)
    assert found["a"].weighted_shortfall.value == pytest.approx(8.75 * 0.75)
    assert found["b"].weighted_shortfall.value == pytest.approx(2.5 * 0.0625)
    assert (found["a"].rank, found["b"].rank) == (1, 2)
    each = 2 * 2.5 * (np.array([5, 5, 4, 4]) - 1) - 2.5 * (np.array([2, 3, 2, 1]) - 1)
    error = each.std(ddof=1) / 2
    assert found["a"].opportunity.standard_error == pytest.approx(error)
    best = opportunities(performance, wanted, basis="top box", boxes=2)
    assert best["a"].opportunity.value == pytest.approx(20)
    assert best["b"].opportunity.value == pytest.approx(0)
    assert "10 x the share of the best 2 answers" in str(best)


def test_opportunities_where_lower_is_better():
    grades = Scale(1, 5, direction="lower is better")
    performance = Responses.from_frame({"a": [4, 3, 4, 5], "b": [1, 2, 1, 1]}, scale=grades)
    turned = Responses.from_frame({"a": [2, 3, 2, 1], "b": [5, 4, 5, 5]}, scale=FIVE)
    for basis in ("mean", "top box"):
        one, other = (opportunities(its, [8, 3], basis=basis) for its in (performance, turned))
        assert one.columns()["opportunity"] == pytest.approx(other.columns()["opportunity"])


# --- judges -------------------------------------------------------------------------------------


def test_published_concordance():
    found = rank_agreement(judges=AGREED["rankings"])
    assert found.w == pytest.approx(AGREED["w"])
    assert found.chi_squared == pytest.approx(AGREED["chi_squared"])
    assert found.p_value == pytest.approx(AGREED["p_value"], abs=AGREED["atol"])
    named = rank_agreement({f"judge {k}": its for k, its in enumerate(AGREED["rankings"])})
    assert named.w == found.w
    rho = {(its.first, its.second): its.rho for its in named.pairs}
    mean = np.mean(list(rho.values()))
    assert found.w == pytest.approx((3 * mean + 1) / 4)  # Kendall: W of the mean ρ


@pytest.mark.parametrize(("judges", "size"), [(2, 4), (3, 3), (3, 4), (2, 5)])
def test_exact_p_values_count_all_rankings(judges, size):
    rng = np.random.default_rng(judges * size)
    for _ in range(3):
        ranks = [(rng.permutation(size) + 1).tolist() for _ in range(judges)]
        sums = np.sum(ranks, axis=0)
        squares = ((sums - sums.mean()) ** 2).sum()
        found = rank_agreement(judges=ranks)
        assert found.exact_p_value == pytest.approx(reference.concordance_p(squares, judges, size))


def test_exact_p_of_four_judges_and_six_items_by_simulation():
    found = rank_agreement(judges=AGREED["rankings"])
    rng = np.random.default_rng(1)
    sums = sum(rng.permuted(np.tile(np.arange(1, 7), (200_000, 1)), axis=1) for _ in range(4))
    share = (((sums - 14) ** 2).sum(axis=1) >= 238).mean()
    assert found.exact_p_value == pytest.approx(share, abs=1e-4)
    assert found.exact_p_value < 2e-4


def test_spearman_of_two_groups():
    staff = {"speed": 1, "price": 2, "coffee": 3, "staff": 4, "parts": 5}
    customers = {"price": 1, "staff": 2, "speed": 3, "parts": 4, "coffee": 5}
    found = rank_agreement(staff=staff, customers=customers)
    (pair,) = found.pairs
    order = list(staff)
    expected = stats.spearmanr([staff[its] for its in order], [customers[its] for its in order])
    assert pair.rho == pytest.approx(expected.statistic)
    assert pair.method == "exact"
    exact = stats.permutation_test(
        ([staff[its] for its in order],),
        lambda x: stats.spearmanr(x, [customers[its] for its in order]).statistic,
        permutation_type="pairings",
        n_resamples=np.inf,
    )
    assert pair.p_value == pytest.approx(exact.pvalue, abs=0.02)
    assert [its.name for its in found.items] == order
    assert found.items[0].apart == 2
    assert "Spearman's ρ of staff and customers: " in str(found)


def test_ties_share_their_ranks():
    found = rank_agreement(a=[1, 2.5, 2.5, 4], b=[1, 2, 3, 4], c=[1.5, 1.5, 3, 4])
    assert found.ties
    assert found.exact_p_value is None
    friedman = stats.friedmanchisquare(
        *np.array([[1, 2.5, 2.5, 4], [1, 2, 3, 4], [1.5, 1.5, 3, 4]]).T
    )
    assert found.chi_squared == pytest.approx(friedman.statistic)
    assert found.p_value == pytest.approx(friedman.pvalue)


def test_many_items_go_by_t():
    rng = np.random.default_rng(1)
    one, other = rng.permutation(20) + 1, rng.permutation(20) + 1
    (pair,) = rank_agreement(one=one, other=other).pairs
    expected = stats.spearmanr(one, other)
    assert (pair.rho, pair.p_value) == pytest.approx((expected.statistic, expected.pvalue))
    assert pair.method == "t"
