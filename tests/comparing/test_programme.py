"""Differences in differences against a regression by hand, known effects, and bad input."""

from functools import partial

import numpy as np
import pytest
from scipy import stats

from custvalue import comparing, datasets
from custvalue._inference.estimate import Estimate
from custvalue.errors import DataError, ParameterError
from custvalue.satisfaction import top_box
from custvalue.survey import Responses, Scale

TEN = Scale(1, 10)
mean = partial(Responses.mean, name="satisfaction")


def network(dealers=30, waves=4, effect=0.5, seed=1, **labels):
    made = datasets.simulate_network(dealers, waves, programme_effect=effect, rng=seed)
    got = dict(
        zip(made.dealers["dealer"].tolist(), made.dealers["programme"].tolist(), strict=True)
    )
    frame = dict(made.survey)
    frame["got it"] = np.array([got[dealer] for dealer in frame["dealer"].tolist()])
    roles = {"cluster": "dealer", "wave": "wave", "labels": ["got it"]} | labels
    return Responses.from_frame(frame, ["satisfaction"], scale=TEN, **roles)


def measured(answers, measure=mean, **options):
    where = {"treated": "got it", "before": "2022-Q2", "after": "2022-Q4"} | options
    return comparing.difference_in_differences(answers, measure, **where)


def test_the_difference_of_four_means():
    answers = network()
    found = measured(answers)
    cells = answers.by("got it", "wave")
    m = {key: part.mean("satisfaction").value for key, part in cells.items()}
    expected = m[1, "2022-Q4"] - m[1, "2022-Q2"] - m[0, "2022-Q4"] + m[0, "2022-Q2"]
    assert found.value == pytest.approx(expected)
    placebo = m[1, "2022-Q2"] - m[1, "2022-Q1"] - m[0, "2022-Q2"] + m[0, "2022-Q1"]
    assert [its.value for its in found.placebos] == [pytest.approx(placebo)]
    assert [its.before for its in found.placebos] == ["2022-Q1"]
    assert [its.wave for its in found.waves] == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]
    assert found.estimate.clusters == 30
    test = found.value / found.standard_error
    p = 2 * stats.t.sf(abs(test), found.degrees_of_freedom)
    assert found.p_value == pytest.approx(p)
    assert type(found).from_json(found.to_json()) == found


def test_the_error_is_about_that_of_changes_of_dealers():
    answers = network(60)
    found = measured(answers)
    changes = {0: [], 1: []}
    for (flag, _dealer), part in answers.by("got it", "cluster").items():
        waves = part.by("wave")
        if {"2022-Q2", "2022-Q4"} <= waves.keys():
            one, other = (waves[its].mean("satisfaction").value for its in ("2022-Q2", "2022-Q4"))
            changes[flag].append(other - one)
    error = np.sqrt(sum(np.var(its, ddof=1) / len(its) for its in changes.values()))
    assert found.standard_error == pytest.approx(error, rel=0.25)
    assert 15 < found.degrees_of_freedom < 60


def test_what_is_printed():
    text = str(measured(network()))
    assert "placebo, 2022-Q1 to 2022-Q2" in text
    assert "earlier waves do not speak against it, which proves nothing." in text
    first = str(measured(network(), before="2022-Q1", after="2022-Q4"))
    assert "there is no wave before 2022-Q1 to look at that." in first
    alone = str(measured(network(cluster=None)))
    assert "Respondents are taken as independent." in alone


def test_shares_and_words_serve():
    answers = network(waves=2)
    frame = dict(answers.columns())
    frame["programme"] = np.where(frame.pop("got it") == 1, "yes", "no")
    again = Responses.from_frame(
        frame, ["satisfaction"], scale=TEN, cluster="cluster", wave="wave", labels=["programme"]
    )
    found = comparing.difference_in_differences(
        again, top_box, treated="programme", before="2022-Q1", after="2022-Q2"
    )
    assert found.measure == "top box"
    assert found.p_value < 0.2


def small(**columns):
    frame = {"q": [1, 2, 3, 4, 5, 4, 3, 2], "wave": [1, 2] * 4, "t": [0, 0, 0, 0, 1, 1, 1, 1]}
    frame |= {"dealer": list("aabbccdd")} | columns
    return Responses.from_frame(
        frame, ["q"], scale=Scale(1, 5), wave="wave", cluster="dealer", labels=["t"]
    )


@pytest.mark.parametrize(
    ("columns", "options", "kind", "message"),
    [
        (
            {"t": [0, 0, 0, 1, 1, 1, 1, 1]},
            {},
            DataError,
            (
                "the cluster 'b' is both with and without the programme in t. Mark it in every "
                "wave by whether it got the programme at some time."
            ),
        ),
        (
            {"dealer": list("aabbcccc")},
            {},
            DataError,
            (
                "there is one cluster with the programme, 'c', so that nobody knows how such "
                "clusters change by chance. Compare more of them."
            ),
        ),
        (
            {"t": [2, 2, 2, 2, 3, 3, 3, 3]},
            {},
            DataError,
            (
                "t must be 1 (or 'yes') for those with the programme and 0 (or 'no') for the "
                "others, but it is 2, 3. Make such a column, and name it as treated=."
            ),
        ),
        (
            {},
            {"before": 0},
            DataError,
            "before=0 is no wave that both sides have. Such waves are 1, 2.",
        ),
        (
            {},
            {"before": 2, "after": 1},
            ParameterError,
            "before must be an earlier wave than after, but they are 2 and 1. The waves are 1, 2.",
        ),
        (
            {"wave": [1] * 8},
            {},
            DataError,
            "treated: a change needs 2 waves, but there is 1.",
        ),
    ],
)
def test_bad_input_is_refused_in_these_words(columns, options, kind, message):
    where = {"treated": "t", "before": 1, "after": 2} | options
    with pytest.raises(kind) as caught:
        comparing.difference_in_differences(small(**columns), lambda part: part.mean("q"), **where)
    assert str(caught.value) == message


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("dealers", [20, 40, 100])
def test_no_effect_is_found_as_seldom_as_it_should(dealers):
    found = [measured(network(dealers, effect=0.0, seed=seed)) for seed in range(300)]
    rejected = np.mean([its.p_value < 0.05 for its in found])
    assert 0.01 < rejected < 0.085
    placebos = np.mean([its.placebos[0].p_value < 0.05 for its in found])
    assert 0.01 < placebos < 0.085


@pytest.mark.slow
@pytest.mark.simulation
def test_the_known_effect_is_found():
    made = [measured(network(40, effect=0.5, seed=seed)) for seed in range(150)]
    values = np.array([its.value for its in made])
    assert values.mean() == pytest.approx(0.5, abs=0.05)
    inside = [
        its.confidence_interval().low <= 0.5 <= its.confidence_interval().high for its in made
    ]
    assert np.mean(inside) > 0.9


@pytest.mark.parametrize("words", [("No", "Yes"), ("NO", "YES"), ("False", "True")])
def test_yes_and_no_have_many_names(words):
    answers = network()
    expected = measured(answers)
    labels = answers.labels | {"got it": np.array([words[its] for its in answers.labels["got it"]])}
    assert measured(answers.with_labels(labels)).estimate == expected.estimate


def test_answers_that_are_all_equal_are_refused_in_these_words():
    answers = network()
    frame = {name: its for name, its in answers.labels.items() if name != "sampled"}
    same = Responses.from_frame(
        frame | {"satisfaction": np.full(answers.respondents, 7)},
        ["satisfaction"],
        scale=TEN,
        cluster="cluster",
        wave="wave",
        labels=["got it"],
    )
    with pytest.raises(DataError) as caught:
        measured(same)
    assert str(caught.value) == (
        "treated: in '2022-Q2' and '2022-Q4' all answers are equal, so that nobody knows how they "
        "change by chance. Measure shares, such as the top box, or collect more answers."
    )


def test_estimates_without_degrees_of_freedom_go_by_the_normal_distribution():
    answers = network(cluster=None)

    def normal(part):
        its = part.mean("satisfaction")
        return Estimate(
            name="mine", value=its.value, standard_error=its.standard_error, n=its.n, effective_n=9
        )

    found = measured(answers, normal)
    variance = found.treated.standard_error**2 + found.control.standard_error**2
    test = found.value / np.sqrt(variance)
    assert found.treated.confidence_interval().method == "normal"
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(test), found.degrees_of_freedom))
