"""Simulated answers have the truth that they are said to have."""

import modelled
import numpy as np
import pytest

from custvalue import structural
from custvalue.errors import ParameterError
from custvalue.structural import Construct, Model, Path
from custvalue.survey import Scale

FINE = Scale(1, 10, step=None)


def large(**truth):
    return modelled.simulated(40_000, 7, scale=FINE, spread=10.0, **truth)


def correlation(answers):
    return np.corrcoef(answers.answers.T)


def test_items_of_factors_correlate_by_loadings_and_constructs():
    made = large(loadings={"Quality": [0.9, 0.8, 0.7], "Value": 0.8, "Satisfaction": 0.75})
    loadings = made.loadings
    assert loadings.tolist() == [0.9, 0.8, 0.7, 0.8, 0.8, 0.75, 0.75, 0.75]
    owner = [0, 0, 0, 1, 1, 2, 2, 2]
    implied = np.outer(loadings, loadings) * made.correlations[np.ix_(owner, owner)]
    np.fill_diagonal(implied, 1)
    assert correlation(made.answers) == pytest.approx(implied, abs=0.02)


def test_constructs_correlate_as_paths_say():
    made = modelled.simulated(50)
    a, b, c = 0.6, 0.3, 0.4
    with_quality = b + c * a
    with_value = b * a + c
    assert made.correlations == pytest.approx(
        np.array([[1, a, with_quality], [a, 1, with_value], [with_quality, with_value, 1]])
    )
    assert made.r_squared == pytest.approx([0, a**2, b * with_quality + c * with_value])
    assert made.total_effect("Quality", "Satisfaction") == pytest.approx(b + a * c)
    assert made.path("Value", "Quality") == 0


def test_composites_are_weighted_sums_of_their_items():
    weights = {"Quality": [3, 2, 1]}
    made = large(population="composite", outer_weights=weights, within=0.4)
    fit = modelled.SMALL.fit(made.answers)
    for pair, value in modelled.TRUE.items():
        assert fit.paths[pair].value == pytest.approx(value, abs=0.02)
    own = made.weights[:3]
    assert own / own[2] == pytest.approx([3, 2, 1])
    within = np.full((3, 3), 0.4) + 0.6 * np.eye(3)
    assert own @ within @ own == pytest.approx(1)
    assert made.loadings[:3] == pytest.approx(within @ own)
    standard = (made.answers.answers - made.answers.answers.mean(axis=0)) / (
        made.answers.answers.std(axis=0)
    )
    score = standard[:, :3] @ own
    assert [np.corrcoef(score, x)[0, 1] for x in standard[:, :3].T] == pytest.approx(
        made.loadings[:3], abs=0.02
    )


def test_a_consistent_fit_recovers_factors():
    made = large()
    fit = modelled.SMALL.fit(made.answers, consistent=True)
    for pair, value in modelled.TRUE.items():
        assert fit.paths[pair].value == pytest.approx(value, abs=0.03)
    assert fit.solution.loadings[0] == pytest.approx(made.loadings, abs=0.02)


def test_a_single_item_is_its_construct():
    model = Model(
        [
            Construct("Quality", ["q"]),
            Construct("Satisfaction", ["s1", "s2"]),
            Path("Quality", "Satisfaction"),
        ]
    )
    for population in ("factor", "composite"):
        made = structural.simulate(model, 50, population=population, rng=1)
        assert made.loadings[0] == made.weights[0] == 1


def test_dealers_share_what_they_are_said_to_share():
    made = modelled.simulated(
        30_000, 3, clusters=300, intraclass_correlation=0.25, loadings=0.999, scale=FINE
    )
    column, codes = made.answers.item("q1"), made.answers.clusters.codes
    means = np.bincount(codes, column) / np.bincount(codes)
    between = means.var(ddof=1) - column.var() * 0.75 / 100
    assert between / column.var() == pytest.approx(0.25, abs=0.05)
    assert len(made.answers.clusters.strata) == 300


def test_weights_vary_as_asked_and_tell_nothing():
    answers = modelled.simulated(20_000, 3, weight_variation=0.5).answers
    assert answers.weights.std() / answers.weights.mean() == pytest.approx(0.5, abs=0.03)
    assert np.corrcoef(answers.weights, answers.item("q1"))[0, 1] == pytest.approx(0, abs=0.03)


def test_answers_lie_on_the_scale_and_point_its_way():
    for scale in (Scale(1, 5), Scale(0, 100, step=20), Scale(1, 10, direction="lower is better")):
        answers = modelled.simulated(2_000, 2, scale=scale, means=70, spread=18).answers
        assert answers.scale == scale
        assert scale.rescale(answers.answers).mean() == pytest.approx(70, abs=1.5)
        assert (correlation(answers) > 0).all()
    means = {"Quality": 40, "Satisfaction": 80}
    answers = modelled.simulated(2_000, 2, means=means).answers
    assert answers.scale.rescale(answers.answers).mean(axis=0) == pytest.approx(
        [40] * 3 + [60] * 2 + [80] * 3, abs=2
    )


def test_the_same_seed_gives_the_same_answers():
    one, other, third = (modelled.simulated(40, seed) for seed in (1, 1, 2))
    assert one == other
    assert one != third
    assert type(one).from_json(one.to_json()) == one
    assert "Quality -> Satisfaction" in str(one)


REFUSED = [
    ({"paths": {("Quality", "Value"): 0.5}}, "paths has no coefficient for ('Quality', 'Satis"),
    (
        {"paths": {("Value", "Quality"): 0.5}},
        "paths has ('Value', 'Quality'), but the paths of the model are ('Quality', 'Value'), ",
    ),
    ({"paths": 0.9}, "paths to 'Satisfaction' would explain 307.8 % of its variance, but it must"),
    ({"paths": "0.5"}, "paths must be a number > -2 and < 2, but it is '0.5'."),
    ({"loadings": 1.0}, "loadings['Quality'] must be numbers > -1 and < 1, but it is 1.0."),
    ({"loadings": [0.8, 0.8]}, "loadings['Quality'] must be one number or 3, one for each item, "),
    ({"loadings": {"Quality": 0.8}}, "loadings has nothing for 'Value', 'Satisfaction'. Add it."),
    (
        {"loadings": {"Qualty": 0.8}},
        (
            "loadings has 'Qualty', but the constructs are 'Quality', 'Value', 'Satisfaction'. "
            "Did you mean 'Quality'?"
        ),
    ),
    ({"population": "formative"}, "population must be one of 'factor', 'composite', but it is"),
    ({"within": -0.9, "population": "composite"}, "items of 'Quality' that correlate by -0.9 are"),
    (
        {"outer_weights": {"Quality": [0, 0, 0]}, "population": "composite"},
        "weights of 'Quality' make a sum without variance. Give other ones.",
    ),
    ({"means": 101}, "means must be a number > 0 and < 100, but it is 101."),
    ({"means": {"Value": -3}}, "means['Value'] must be a number > 0 and < 100, but it is -3."),
    ({"spread": 0}, "spread must be a number > 0 and < 100, but it is 0."),
    ({"clusters": 1}, "clusters must be a whole number >= 2, but it is 1."),
    ({"intraclass_correlation": 1}, "intraclass_correlation must be >= 0 and < 1, but it is 1."),
    (
        {"weight_variation": -1},
        "weight_variation must be a number >= 0 and <= 10, but it is -1.",
    ),
    ({"weight_variation": 1e300}, "weight_variation must be a number >= 0 and <= 10, but it is"),
    (
        {"clusters": 51},
        "clusters must be at most 50, as there are so many respondents, but it is 51.",
    ),
    (
        {"outer_weights": 5, "population": "composite"},
        "outer_weights must be a mapping of constructs to the weights of their items, but it is 5.",
    ),
    ({"correlations": 1}, "correlations must be a number > -1 and < 1, but it is 1."),
    ({"scale": (1, 10)}, "scale must be a Scale, as in Scale(1, 10), but it is (1, 10)."),
]


@pytest.mark.parametrize(("truth", "said"), REFUSED)
def test_what_cannot_be_simulated_is_refused(truth, said):
    with pytest.raises(ParameterError) as caught:
        modelled.simulated(50, **truth)
    assert said in str(caught.value)


def test_large_weights_are_relative():
    many, few = (
        modelled.simulated(
            50, 1, population="composite", outer_weights={"Quality": [size, 2 * size, 3 * size]}
        )
        for size in (1e300, 1.0)
    )
    assert many == few


def test_a_model_and_respondents_are_needed():
    with pytest.raises(ParameterError, match="model must be a structural"):
        structural.simulate("ecsi", 50)
    with pytest.raises(ParameterError, match="respondents must be a whole number >= 2, but it is"):
        structural.simulate(modelled.SMALL, 1)
    with pytest.raises(ParameterError, match="rng must be a numpy"):
        structural.simulate(modelled.SMALL, 10, rng="x")
