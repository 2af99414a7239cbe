"""Who answered: missing answers by policy, groups, scores on constructs, the published index."""

import warnings

import numpy as np
import pytest
from structured import ITEMS, MODEL, TEN, answers, drawn

from custvalue.errors import DataWarning, EstimationError, ParameterError
from custvalue.satisfaction import acsi_index
from custvalue.structural import GroupFits, StructuralFit
from custvalue.survey import Responses

RESPONDENTS = 80


def with_gaps():
    rows = drawn(RESPONDENTS)
    rows[np.random.default_rng(2).random(rows.shape) < 0.04] = np.nan
    return rows


def read(missing, **more):
    return Responses.from_arrays(with_gaps(), items=ITEMS, scale=TEN, missing=missing, **more)


def values(fit):
    return [*fit.paths.values, *fit.loadings.values, *fit.estimates("index, equal").values]


def test_drop_keeps_who_answered_all():
    rows = with_gaps()
    complete = rows[~np.isnan(rows).any(axis=1)]
    fit = MODEL.fit(read("drop"))
    other = MODEL.fit(Responses.from_arrays(complete, items=ITEMS, scale=TEN))
    assert values(fit) == pytest.approx(values(other), abs=1e-12)
    assert fit.base.excluded == {"missing answer": RESPONDENTS - len(complete)}
    assert fit.n == len(complete)


def test_prorate_fills_by_the_construct():
    rows = with_gaps()
    blocks = (slice(0, 3), slice(3, 4), slice(4, 7), slice(7, 9))
    answered = [
        (~np.isnan(rows[:, its])).sum(axis=1) >= 0.5 * (its.stop - its.start) for its in blocks
    ]
    rows = rows[np.logical_and.reduce(answered)]
    gaps = int(np.isnan(rows).sum())
    for its in blocks:
        block = rows[:, its]
        means = np.nanmean(block, axis=1)[:, np.newaxis]
        rows[:, its] = np.where(np.isnan(block), means, block)
    fit = MODEL.fit(read("prorate"))
    assert fit.n == len(rows)
    assert fit.base.filled == gaps > 0
    assert fit.base.excluded == {"too few answers": RESPONDENTS - len(rows)}
    assert fit.moments.means == pytest.approx((rows.mean(axis=0) - 1) / 9 * 100)
    assert fit.moments.covariance == pytest.approx(np.cov(rows.T, bias=True) * (100 / 9) ** 2)


def test_pairwise_covariances():
    rows = with_gaps()
    fit = MODEL.fit(read("pairwise"))
    first, second = rows[:, 0], rows[:, 4]
    both = ~np.isnan(first) & ~np.isnan(second)
    expected = np.cov(first[both], second[both], bias=True)[0, 1] * (100 / 9) ** 2
    assert fit.moments.covariance[0, 4] == pytest.approx(expected)
    assert fit.moments.means[0] == pytest.approx((np.nanmean(first) - 1) / 9 * 100)
    assert fit.n == RESPONDENTS
    assert np.isnan(fit.scores().item("Quality")).sum() == np.isnan(rows[:, :3]).any(axis=1).sum()


def test_nobody_without_any_answer_counts():
    rows = with_gaps()
    rows[3] = np.nan
    fit = MODEL.fit(Responses.from_arrays(rows, items=ITEMS, scale=TEN, missing="pairwise"))
    assert fit.base.excluded == {"missing answer": 1}
    assert fit.n == RESPONDENTS - 1


def test_items_of_no_construct_are_no_matter():
    rows = np.column_stack([drawn(60), np.full(60, 7)])
    fit = MODEL.fit(Responses.from_arrays(rows, items=[*ITEMS, "other"], scale=TEN))
    assert fit.moments.items == ITEMS
    assert [its.name for its in fit.base.items] == list(ITEMS)


def test_the_index_is_the_published_one_of_these_weights():
    people = answers(weights=np.random.default_rng(1).lognormal(0, 0.4, 120))
    fit = MODEL.fit(people)
    weights = {name: fit.weights[name].value for name in ITEMS[4:7]}
    for ours, theirs in (("unstandardised", "unstandardised"), ("standardised", "as given")):
        published = acsi_index(people.only(ITEMS[4:7]), weights=weights, convention=theirs)
        assert fit.index("Satisfaction", ours).value == pytest.approx(published.value, abs=1e-9)
    simple = acsi_index(people.only(ITEMS[4:7]), convention="simple")
    equal = fit.index("Satisfaction", "equal")
    assert equal.value == pytest.approx(simple.value, abs=1e-9)
    assert equal.standard_error == pytest.approx(simple.standard_error, rel=1e-6)
    interval, other = equal.confidence_interval(0.9), simple.confidence_interval(0.9)
    assert (interval.low, interval.high) == pytest.approx((other.low, other.high), rel=1e-6)


def test_known_weights_are_less_uncertain_than_estimated_ones_at_most_by_little():
    fit = MODEL.fit(answers())
    scores = fit.scores().mean("Satisfaction")
    index = fit.index("Satisfaction")
    assert scores.value == pytest.approx(index.value, abs=1e-9)
    assert scores.standard_error != index.standard_error
    assert scores.standard_error == pytest.approx(index.standard_error, rel=0.1)


def test_scores_of_other_answers_by_the_same_weights():
    fit = MODEL.fit(answers())
    other = answers(30, seed=9)
    scores = fit.scores(other)
    shares = {its.name: its.share for its in fit.index("Loyalty").parts}
    expected = sum(share * (other.item(name) - 1) / 9 * 100 for name, share in shares.items())
    assert scores.item("Loyalty") == pytest.approx(expected)
    assert scores.items == ("Quality", "Value", "Satisfaction", "Loyalty")


def test_indices_of_dealers_by_the_weights_of_all():
    dealer = np.array([f"d{k:02}" for k in np.random.default_rng(3).integers(0, 12, 300)])
    weights = np.random.default_rng(4).lognormal(0, 0.4, 300)
    fit = MODEL.fit(answers(300, group=dealer, weights=weights))
    found = fit.index_by("group", "Satisfaction")
    scores = fit.scores().item("Satisfaction")
    for its in found.groups:
        here = dealer == its.name
        assert its.value == pytest.approx(np.average(scores[here], weights=weights[here]))
        assert its.n == here.sum()
    whole = sum(weights[dealer == its.name].sum() * its.value for its in found.groups)
    assert whole / weights.sum() == pytest.approx(fit.index("Satisfaction").value, abs=1e-9)
    assert found["d03"].name == "d03"


def test_dealers_are_also_the_clusters():
    dealer = np.random.default_rng(3).integers(0, 12, 300)
    fit = MODEL.fit(answers(300, cluster=dealer))
    found = fit.index_by("cluster", "Satisfaction")
    assert len(found.groups) == 12
    assert all(its.standard_error > 0 for its in found.groups)


def test_every_group_by_itself():
    place = np.arange(240) % 3
    people = answers(240, group=place)
    fits = MODEL.fit_groups(people, scheme="centroid")
    alone = MODEL.fit(Responses.from_arrays(drawn(240)[place == 1], items=ITEMS, scale=TEN),
                      scheme="centroid")  # fmt: skip
    assert list(fits.fits) == ["0", "1", "2"]
    assert values(fits[1]) == pytest.approx(values(alone), abs=1e-12)
    read_again = GroupFits.from_json(fits.to_json())
    assert read_again == fits
    assert read_again["2"].paths.values == fits[2].paths.values


def test_a_group_that_cannot_be_estimated_is_named_with_the_item():
    rows = drawn(120)
    place = np.arange(120) % 3
    rows[place == 2, 5] = 8
    people = Responses.from_arrays(rows, items=ITEMS, scale=TEN, group=place)
    why = (
        "all answers to 's2', of the construct 'Satisfaction', are 8: without variance it has no "
        "weight and no loading. Leave it out of the construct, and report its share."
    )
    with pytest.warns(DataWarning) as caught:
        fits = MODEL.fit_groups(people)
    assert [str(its.message) for its in caught] == [f"group '2' has no estimates: {why}"]
    assert fits.failed == {"2": why}
    with pytest.raises(ParameterError) as refused:
        fits[2]
    assert str(refused.value) == (
        f"there is no fit of the group '2'. It has no estimates: {why} The groups are '0', '1'."
    )
    assert f"2 has no estimates: {why}" in str(fits)


def test_warnings_say_which_group():
    place = np.array([0] * 90 + [1] * 8)
    people = answers(98, group=place)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        MODEL.fit_groups(people)
    assert "group 1: 8 respondents for 9 items: estimates rest on chance" in str(caught[0].message)


def test_no_group_at_all():
    rows = drawn(40)
    rows[:, 5] = 8
    people = Responses.from_arrays(rows, items=ITEMS, scale=TEN, group=np.arange(40) % 2)
    with pytest.raises(EstimationError) as refused:
        MODEL.fit_groups(people)
    assert str(refused.value).startswith(
        "no group can be estimated; group '0' has no estimates: all answers to 's2'"
    )


def test_options_of_groups_are_those_of_a_fit():
    people = answers(group=np.arange(120) % 2)
    with pytest.raises(ParameterError) as refused:
        MODEL.fit_groups(people, schem="path")
    assert str(refused.value) == (
        "fit_groups has no 'schem', only those of fit: 'scheme', 'scaling', 'consistent', 'signs', "
        "'tolerance', 'iterations', 'method'. Did you mean 'scheme'?"
    )
    with pytest.raises(ParameterError, match="scheme must be one of 'path'"):
        MODEL.fit_groups(people, scheme="paths")


def test_one_dealer_is_said_to_be_one():
    """Intervals are those of independent respondents, and the table says why."""
    fit, alone = MODEL.fit(answers(60)), MODEL.fit(answers(60, cluster=np.zeros(60)))
    for group in ("paths", "r_squared", "index, unstandardised"):
        pairs = zip(fit.estimates(group), alone.estimates(group), strict=True)
        assert all(one.ends() == pytest.approx(other.ends(), rel=1e-12) for one, other in pairs)
    note = "One cluster: estimated from its respondents, and says nothing about others."
    assert str(alone).endswith(note)
    assert str(StructuralFit.from_json(alone.to_json())) == str(alone)
    assert str(fit.paths) + f"\n{note}" == str(alone.paths)
    assert str(MODEL.fit(answers(60, cluster=np.arange(60) % 12))).count("12 clusters: 11.0 d") == 1
