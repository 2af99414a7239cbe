"""Two groups: measurement invariance by hand, and shuffles that keep their level."""

import warnings

import modelled
import numpy as np
import pytest
import reference_structural as reference

from custvalue import structural
from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError
from custvalue.structural import Construct, GroupComparison, Path
from custvalue.survey import Responses, Scale


def groups(*seeds, respondents=120, **truth):
    return [
        modelled.SMALL.fit(modelled.simulated(respondents, seed, **truth).answers, tolerance=1e-12)
        for seed in seeds
    ]


def test_composites_are_compared_as_by_hand():
    one, other = groups(1, 2)
    found = structural.compare(one, other, permutations=20, rng=1)
    rows = [modelled.rows_of(its.answered.responses) for its in (one, other)]
    for k, name in enumerate(modelled.SMALL.names):
        wanted = reference.compositional(*rows, modelled.BLOCKS, modelled.PATHS, k)
        assert found.of(name).c == pytest.approx(wanted, abs=1e-9)
    pooled = reference.pls([*rows[0], *rows[1]], modelled.BLOCKS, modelled.PATHS)
    scores = [np.array(its) for its in pooled["scores"]]
    for name, score in zip(modelled.SMALL.names, scores, strict=True):
        first, second = score[:120], score[120:]
        its = found.of(name)
        assert its.mean_difference == pytest.approx(first.mean() - second.mean(), abs=1e-8)
        ratio = np.log(first.var() / second.var())
        assert its.log_variance_ratio == pytest.approx(ratio, abs=1e-8)


def test_differences_are_those_of_the_fits():
    one, other = groups(1, 2)
    found = structural.compare(one, other, permutations=20, rng=1)
    path = found.path("Quality", "Value")
    assert path.first == pytest.approx(one.paths["Quality", "Value"].value)
    assert path.second == pytest.approx(other.paths["Quality", "Value"].value)
    errors = [its.paths["Quality", "Value"].standard_error for its in (one, other)]
    assert path.standard_error == pytest.approx(np.hypot(*errors))
    total = found.total_effect("Quality", "Satisfaction")
    assert total.first == pytest.approx(one.total_effects["Quality", "Satisfaction"].value)
    assert found.index("Value").second == pytest.approx(other.index("Value").value)
    columns = found.columns()
    assert columns["what"].tolist() == ["path"] * 3 + ["total effect"] * 3 + ["r squared"] * 2 + (
        ["index"] * 3
    )
    assert GroupComparison.from_json(found.to_json()) == found
    assert (found.first_n, found.second_n, found.permutations, found.failed) == (120, 120, 20, 0)


def test_shuffles_are_those_of_loops(monkeypatch):
    """Twenty shuffles, each fitted from its rows by the slow way."""
    one, other = groups(1, 2, respondents=40)
    random = np.random.default_rng(0)
    shuffles = np.stack([random.permutation(np.repeat([True, False], 40)) for _ in range(20)])
    monkeypatch.setattr(
        structural.compare.__globals__["Pooled"], "memberships", lambda *_: iter([shuffles])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        found = structural.compare(one, other, permutations=20, rng=1)
    rows = [
        *modelled.rows_of(one.answered.responses),
        *modelled.rows_of(other.answered.responses),
    ]
    differences = []
    for first in shuffles:
        paths = []
        for part in (first, ~first):
            some = [row for row, there in zip(rows, part, strict=True) if there]
            paths.append(reference.pls(some, modelled.BLOCKS, modelled.PATHS)["paths"][0, 1])
        differences.append(abs(paths[0] - paths[1]))
    here = found.path("Quality", "Value")
    beyond = sum(each >= abs(here.difference) for each in differences)
    assert here.p_value == pytest.approx((beyond + 1) / 21)


def test_other_composites_are_found_and_warned_of():
    fits = []
    for seed, weights in ((1, [5, 1, 1]), (2, [1, 1, 5])):
        made = modelled.simulated(
            400,
            seed,
            population="composite",
            within=0.1,
            outer_weights={"Quality": weights},
            scale=Scale(1, 10, step=None),
        )
        fits.append(modelled.SMALL.fit(made.answers))
    with pytest.warns(DataWarning, match="make another composite of 'Quality'"):
        found = structural.compare(*fits, permutations=100, rng=1)
    assert found.not_comparable[0] == "Quality"
    assert found.of("Quality").invariance == "none"
    assert "Not comparable, another composite in each group: 'Quality'" in str(found)
    assert "none" in str(found.measurement())


def test_another_mean_is_partial_invariance():
    one, other = groups(1, respondents=300), groups(2, respondents=300, means={"Value": 75})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        found = structural.compare(*one, *other, permutations=100, rng=1)
    assert found.of("Value").mean_p_value == pytest.approx(1 / 101)
    assert found.index("Value").p_value == pytest.approx(1 / 101)
    assert found.index("Value").difference == pytest.approx(-15, abs=4)


def test_a_group_against_itself_differs_in_nothing():
    one = groups(1)[0]
    found = structural.compare(one, one, permutations=50, rng=1)
    assert all(abs(its.difference) < 1e-9 and its.p_value == 1 for its in found.effects)
    assert all(its.invariance == "full" and its.c == pytest.approx(1) for its in found.invariance)


def test_the_other_way_round_has_the_other_sign():
    one, other = groups(1, 2)
    there, back = (
        structural.compare(*its, permutations=20, rng=1) for its in ((one, other), (other, one))
    )
    for its, same in zip(there.effects, back.effects, strict=True):
        assert same.difference == pytest.approx(-its.difference)
        assert same.standard_error == pytest.approx(its.standard_error)


def test_weights_that_are_multiplied_change_nothing():
    one, other = groups(1, 2)
    heavier = modelled.SMALL.fit(
        one.answered.responses.with_weights(np.full(120, 7.0)), tolerance=1e-12
    )
    both = (heavier, modelled.SMALL.fit(other.answered.responses.with_weights(np.full(120, 7.0))))
    found = structural.compare(one, other, permutations=30, rng=1)
    again = structural.compare(*both, permutations=30, rng=1)
    for its, same in zip(found.effects, again.effects, strict=True):
        assert same.difference == pytest.approx(its.difference, abs=1e-6)
        assert same.p_value == its.p_value


def with_dealers(crossing):
    answers = modelled.simulated(160, 3, clusters=8, intraclass_correlation=0.2).answers
    dealers = np.array([int(each.split()[1]) for each in answers.labels["cluster"]])
    first = np.arange(160) < 80 if crossing else dealers <= 4
    return [modelled.SMALL.fit(answers.of_rows(rows)) for rows in (first, ~first)]


def test_what_is_shuffled_depends_on_the_dealers():
    nested, crossing = with_dealers(crossing=False), with_dealers(crossing=True)
    found = structural.compare(*nested, permutations=60, rng=1)
    assert found.shuffled == "clusters"
    # 8 dealers can be parted in 70 ways, and each way is as far from 0 as its mirror image
    assert min(its.p_value for its in found.effects) >= 2 / 70 * 0.3
    found = structural.compare(*crossing, permutations=60, rng=1)
    assert found.shuffled == "respondents within clusters"
    assert "60 shuffles of respondents within clusters" in str(found)


def test_shuffles_within_dealers_keep_the_numbers_of_each():
    pooled_class = structural.compare.__globals__["Pooled"]
    codes = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    first = np.array([1, 1, 0, 0, 0, 0, 1, 0, 1, 1], dtype=bool)
    pooled = pooled_class(np.zeros((10, 1)), np.ones(10), first, codes)
    drawn = np.concatenate(list(pooled.memberships(200, np.random.default_rng(1))))
    for code in range(3):
        counts = drawn[:, codes == code].sum(axis=1)
        assert set(counts) == {first[codes == code].sum()}
    assert drawn.mean(axis=0)[codes == 0] == pytest.approx([0.75] * 4, abs=0.1)


def test_gaps_are_compared_pairwise():
    answers = modelled.answers()
    frame = {name: answers.item(name).copy() for name in answers.items}
    frame["q1"][:10] = np.nan
    gaps = Responses.from_frame(frame, scale=Scale(1, 10), missing="pairwise")
    found = structural.compare(
        modelled.SMALL.fit(gaps), groups(2)[0].model.fit(modelled.answers(seed=2)), permutations=20
    )
    assert found.path("Quality", "Value").first == pytest.approx(
        modelled.SMALL.fit(gaps).paths["Quality", "Value"].value
    )


def other_model():
    return structural.Model(
        [
            *modelled.SMALL.constructs[:1],
            Construct("Satisfaction", ["s1", "s2"]),
            Path("Quality", "Satisfaction"),
        ]
    ).fit(modelled.answers())


def of_another_scale():
    answers = modelled.answers()
    longer = Responses.from_arrays(answers.answers, items=answers.items, scale=Scale(0, 10))
    return modelled.SMALL.fit(longer)


REFUSED = [
    (
        other_model,
        ParameterError,
        (
            "first and second must be fits of one model, but their constructs, items, modes or "
            "paths differ. Fit both groups by the same model."
        ),
    ),
    (
        lambda: modelled.SMALL.fit(modelled.answers(), scheme="centroid"),
        ParameterError,
        (
            "first and second must be estimated in one way, but scheme is 'path' and 'centroid'. "
            "Fit both groups with the same arguments."
        ),
    ),
    (
        of_another_scale,
        DataError,
        (
            "'q1' is on the scale Scale(low=1, high=10) in the first group and on Scale(low=0, "
            "high=10) in the second. Groups are compared by the same questions on the same scales."
        ),
    ),
    (
        lambda: modelled.SMALL.fit(modelled.of_dealers()),
        DataError,
        (
            "first and second must both come in clusters, or neither, but one of them has none. "
            "Read the answers of both with cluster='…'."
        ),
    ),
    (
        lambda: "fit",
        ParameterError,
        "second must be the fit of a structural model, as of model.fit(answers), but it is str.",
    ),
    (
        lambda: structural.StructuralFit.from_json(modelled.fit().to_json()),
        ParameterError,
        "this fit was read from JSON, which holds no answers.",
    ),
]


@pytest.mark.parametrize(("second", "kind", "said"), REFUSED)
def test_what_cannot_be_compared(second, kind, said):
    with pytest.raises(kind) as caught:
        structural.compare(modelled.fit(), second())
    assert str(caught.value).startswith(said)


def test_names_and_numbers_are_checked():
    with pytest.raises(ParameterError, match="permutations must be a whole number >= 20, but it"):
        structural.compare(modelled.fit(), modelled.fit(2), permutations=5)
    found = structural.compare(modelled.fit(), modelled.fit(2), permutations=20, rng=1)
    with pytest.raises(ParameterError, match="there is no path 'Value -> Quality'"):
        found.path("Value", "Quality")
    with pytest.raises(ParameterError, match="construct must be one of 'Quality', 'Value'"):
        found.of("Price")


def test_shuffles_without_variance_are_counted(monkeypatch):
    fits = [modelled.SMALL.fit(modelled.rarely(seed)) for seed in (1, 2)]
    monkeypatch.setitem(structural.compare.__globals__, "MOST_FAILED", 0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        found = structural.compare(*fits, permutations=200, rng=1)
    assert 60 < found.failed < 140
    assert found.permutations + found.failed == 200
    assert f"{found.failed} failed" in str(found)
    monkeypatch.setitem(structural.compare.__globals__, "MOST_FAILED", 0.99)
    with pytest.raises(EstimationError) as caught:
        structural.compare(*fits, permutations=200, rng=1)
    assert str(caught.value) == (
        f"{found.failed} of 200 shuffles have no solution in one of the groups. Collect more "
        f"answers, or compare a smaller model."
    )


@pytest.mark.slow
@pytest.mark.simulation
def test_invariance_and_paths_are_refused_at_their_level():
    """200 pairs of samples of 100 with one truth: 5 % of each test are to be refused.

    Of 2,000 pairs: composition 4.4 to 5.5 %, means 4.6 to 5.3 %, variances 4.9 to 5.4 %, paths
    4.5 to 5.2 %.
    """
    refused = np.zeros(4)
    runs = 200
    for run in range(runs):
        one, other = (
            modelled.SMALL.fit(modelled.simulated(100, 2 * run + place).answers) for place in (0, 1)
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DataWarning)
            found = structural.compare(one, other, permutations=99, rng=run)
        its = found.of("Quality")
        path = found.path("Quality", "Value").p_value
        tests = (its.c_p_value, its.mean_p_value, its.variance_p_value, path)
        refused += np.array(tests) <= 0.05
    assert (refused / runs < 0.105).all()
    assert (refused / runs > 0.01).all()
