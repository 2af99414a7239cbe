"""Complaint economics: published figures, formulas by hand, draws, claims, bad input."""

import numpy as np
import pytest

from custvalue import loyalty, satisfaction
from custvalue.errors import ParameterError
from custvalue.loyalty import ComplaintEconomics, Rate
from custvalue.satisfaction import NetPromoterScore, TopBox
from custvalue.survey import Responses, Scale

UNSURE = {
    "customers": 1_000,
    "dissatisfied": (30, 300),
    "complain": (12, 30),
    "recovered": (7, 12),
    "silent_return": 0.2,
    "told": 9,
    "influence": 0.01,
    "value": 500,
}


def desk(**changes):
    return ComplaintEconomics(**{**UNSURE, **changes})


def test_hays_and_hill_1999():
    its = desk(dissatisfied=0.1, complain=0.4, recovered=0.7)
    assert its.satisfied_in_the_end.value == pytest.approx(0.928, abs=1e-12)


def test_the_iceberg_of_the_training_decks():
    its = desk(
        dissatisfied=0.1,
        complain=loyalty.claims["4 % complain"].acknowledged(),
        recovered=1,
        silent_return=0.1,
    )
    assert its.complaints.value == pytest.approx(4)
    assert its.silent.value == pytest.approx(96)
    assert its.lost.value == pytest.approx(86.4)


def test_every_quantity_by_hand():
    its = desk(dissatisfied=0.2, complain=0.3, recovered=0.6, silent_return=0.25, influence=0.02)
    assert its.lost.value == pytest.approx(200 * (0.7 * 0.75 + 0.3 * 0.4))
    reach = 200 * (1 - 0.18) * 9
    assert its.hear_of_it.value == pytest.approx(reach)
    assert its.worth_lost.value == pytest.approx(500 * (its.lost.value + 0.02 * reach))
    more = its.worth_of_one_more_complaint_heard.value
    assert more == pytest.approx(500 * (0.6 - 0.25 + 0.6 * 9 * 0.02))
    point = its.worth_of_one_point_of_recovery.value
    assert point == pytest.approx(0.01 * 60 * 500 * (1 + 9 * 0.02))


def test_the_worth_of_one_more_is_what_one_more_changes():
    plain = {"dissatisfied": 0.2, "recovered": 0.6, "silent_return": 0.25}
    before, after = desk(**plain, complain=0.3), desk(**plain, complain=0.3 + 1 / 200)
    change = before.worth_lost.value - after.worth_lost.value
    assert before.worth_of_one_more_complaint_heard.value == pytest.approx(change)
    before, after = (desk(**(plain | {"recovered": r}), complain=0.3) for r in (0.6, 0.61))
    change = before.worth_lost.value - after.worth_lost.value
    assert before.worth_of_one_point_of_recovery.value == pytest.approx(change)


def test_the_return_on_a_desk_compares_it_with_none_or_with_today():
    its = desk(dissatisfied=0.2, complain=0.3, recovered=0.6, influence=None, told=None)
    gain = 500 * 200 * 0.3 * (0.6 - 0.2)
    assert its.return_on(cost=10_000).value == pytest.approx((gain - 10_000) / 10_000)
    better = its.return_on(cost=1_000, recovered=0.8).value
    assert better == pytest.approx((500 * 60 * 0.2 - 1_000) / 1_000)


def test_intervals_are_those_of_draws():
    rng, n = np.random.default_rng(1), 200_000
    p, c, r = rng.beta(30.5, 270.5, n), rng.beta(12.5, 18.5, n), rng.beta(7.5, 5.5, n)
    lost = 1_000 * p * ((1 - c) * 0.8 + c * (1 - r))
    ends = desk().lost.confidence_interval(0.9)
    assert (ends.low, ends.high) == pytest.approx(np.quantile(lost, [0.05, 0.95]), rel=0.01)
    assert desk().lost.standard_error == pytest.approx(lost.std(), rel=0.01)
    assert desk().lost.n == 12


def test_numbers_without_uncertainty_have_intervals_without_width():
    its = desk(dissatisfied=0.1, complain=0.4, recovered=0.7)
    assert its.lost.confidence_interval().method.endswith("given without uncertainty")
    assert "All rates are given without uncertainty" in str(its)


def test_estimates_of_a_survey_are_rates_and_amounts():
    share = TopBox.from_counts([3, 7, 20, 45, 25], scale=Scale(1, 5))
    its = desk(
        dissatisfied=share,
        value=NetPromoterScore.from_counts(promoters=9, passives=5, detractors=2),
    )
    assert its.dissatisfied.value == pytest.approx(0.7)
    assert its.dissatisfied.a == pytest.approx(70.5)
    assert its.value.value == pytest.approx(43.75)
    assert its.value.standard_error > 10


def test_rates_from_counts_and_beta():
    assert Rate.from_counts(81, 171).quantiles(np.array([0.5])) == pytest.approx(0.4737, abs=1e-3)
    assert Rate.beta(2, 6).value == 0.25
    assert Rate(value=0.3).quantiles(np.array([0.1, 0.9])).tolist() == [0.3, 0.3]


def test_it_goes_to_json_and_back():
    assert ComplaintEconomics.from_json(desk().to_json()) == desk()
    assert desk().columns()["name"].tolist()[2] == "lost customers"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"complain": loyalty.claims["4 % complain"]},
            "whose grade is D: Its author says that 96 % of small problems do not reach",
        ),
        ({"complain": 4}, "must be a share from 0 to 1, but it is 4. Did you mean 0.04?"),
        ({"complain": (5, 3)}, "0 <= count <= n and n > 0, but they are 5 and 3."),
        ({"complain": "many"}, "or a claim, but it is 'many'."),
        ({"value": -1}, "value: must be a number from 0 to 1e+100, or an estimate, but it is -1."),
    ],
)
def test_bad_rates(changes, said):
    with pytest.raises(ParameterError) as caught:
        desk(**changes)
    assert said in str(caught.value)


def test_what_is_needed_is_named():
    with pytest.raises(ParameterError) as caught:
        desk(told=None).hear_of_it  # noqa: B018 - it raises
    assert str(caught.value) == (
        "told is needed for that, but it is not given. Write ComplaintEconomics(..., told=...)."
    )
    with pytest.raises(ParameterError, match="cost must be a number > 0, but it is 0"):
        desk().return_on(cost=0)


def test_claims_have_a_grade_and_a_source():
    assert {its.grade for its in loyalty.claims.values()} <= set("ABCD")
    assert all(its.source and its.note for its in loyalty.claims.values())
    assert "4 % complain" in loyalty.claims
    with pytest.raises(ParameterError, match="there is no claim '5 % complain'"):
        loyalty.claims["5 % complain"]


def test_each_rate_is_inverted_once_for_all_quantities(monkeypatch):
    asked = []
    found = Rate.quantiles
    monkeypatch.setattr(Rate, "quantiles", lambda its, at: asked.append(its) or found(its, at))
    its = desk(dissatisfied=(31, 310))
    assert str(its)
    assert len(asked) == 5
    changed = its.model_copy(update={"recovered": Rate(value=1.0)})
    assert changed.lost.value < its.lost.value


def test_dillard_and_bates():
    found = loyalty.recovery_effect((81, 171), (49, 166))
    effect = found.difference
    assert found.columns()["share"] == pytest.approx([81 / 171, 49 / 166, 0.1785], abs=5e-5)
    assert effect.value == pytest.approx(0.1785, abs=5e-5)
    newcombe, wald = effect.confidence_interval(), effect.confidence_interval(method="wald")
    assert (newcombe.low, newcombe.high) == pytest.approx((0.0747, 0.2769), abs=5e-5)
    assert (wald.low, wald.high) == pytest.approx((0.0764, 0.2806), abs=5e-5)


def test_the_recovery_paradox_is_not_assumed():
    its = desk(recovered=0.3, silent_return=0.5, told=None, influence=None)
    assert its.worth_of_one_more_complaint_heard.value == pytest.approx(-100)
    assert its.return_on(cost=1_000).value < -1


def test_few_clusters_make_a_rate_less_sure():
    dealers = np.repeat(np.arange(6), 20)
    answers = np.where(np.arange(120) % 20 < 3 + dealers, 1, 5)
    alone = Responses.from_arrays(answers, scale=Scale(1, 5), items=["q"])
    clustered = Responses.from_arrays(answers, scale=Scale(1, 5), items=["q"], cluster=dealers)
    one, other = (
        desk(dissatisfied=satisfaction.top_box(its, boxes=4)).dissatisfied
        for its in (alone, clustered)
    )
    assert one.value == other.value
    assert other.a + other.b < 0.8 * (one.a + one.b)


def test_a_quantity_of_another_desk_is_a_rate_or_an_amount():
    share = desk(dissatisfied=0.1, complain=0.4, recovered=0.7).satisfied_in_the_end
    assert desk(recovered=share).recovered == Rate(value=share.value)
    unsure = desk().satisfied_in_the_end
    rate = desk(recovered=unsure).recovered
    assert rate.a + rate.b <= unsure.n + 1  # what it rests on


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: desk(
                recovered=NetPromoterScore.from_counts(promoters=3, passives=5, detractors=3)
            ),
            "recovered: must be an estimate of a share, but it is net promoter score 0.",
        ),
        (
            lambda: desk(recovered=(0, 0)),
            (
                "recovered: counts must be whole numbers with 0 <= count <= n and n > 0, but they "
                "are 0 and 0. Of nobody nothing is known: Rate.beta(0.5, 0.5) says that."
            ),
        ),
        (
            lambda: desk(dissatisfied=1.2),
            "dissatisfied: must be a share from 0 to 1, but it is 1.2.",
        ),
        (
            lambda: desk(dissatisfied=-0.1),
            "dissatisfied: must be a share from 0 to 1, but it is -0.1.",
        ),
        (
            lambda: loyalty.recovery_effect(0.4, (1, 2)),
            (
                "resolved must be the customers who came back and all of them, as in (81, 171), "
                "but it is 0.4."
            ),
        ),
        (
            lambda: loyalty.recovery_effect((1, 2), (3, 2)),
            (
                "otherwise: counts must be whole numbers with 0 <= count <= n and n > 0, but they "
                "are 3 and 2."
            ),
        ),
    ],
)
def test_what_is_no_rate_is_refused_in_these_words(call, said):
    with pytest.raises(ParameterError) as caught:
        call()
    assert said in str(caught.value)


def test_a_claim_of_grade_d_is_refused_in_these_words():
    with pytest.raises(ParameterError) as caught:
        desk(complain=loyalty.claims["4 % complain"])
    assert str(caught.value).endswith(
        "complain: is the claim '4 % complain', whose grade is D: Its author says that 96 % of "
        "small problems do not reach headquarters; about half of the customers complain at the "
        "counter, three quarters between firms. Use a rate of your own customers, or "
        "loyalty.claims['4 % complain'].acknowledged()."
    )


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [200, 1_000])
def test_intervals_from_counts_of_a_survey_hold(n):
    """See the table in the docstring of ComplaintEconomics."""
    rng, held, runs = np.random.default_rng(n), np.zeros(3), 200
    p, c, r, q = 0.12, 0.35, 0.6, 0.3
    true = (1_000 * p * ((1 - c) * (1 - q) + c * (1 - r)), 1 - p + p * c * r, 500 * (r - q))
    for _ in range(runs):
        bad = rng.binomial(n, p)
        said = max(rng.binomial(bad, c), 1)
        kept, back = rng.binomial(said, r), rng.binomial(bad - said, q)
        its = desk(
            dissatisfied=(bad, n),
            complain=(said, bad),
            recovered=(kept, said),
            silent_return=(back, bad - said),
            told=None,
            influence=None,
        )
        found = (its.lost, its.satisfied_in_the_end, its.worth_of_one_more_complaint_heard)
        held += [at in each.confidence_interval() for at, each in zip(true, found, strict=True)]
    assert (held / runs > 0.91).all()
    assert (held / runs < 0.99).all()
