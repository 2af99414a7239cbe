"""Predictions of held-out respondents, by hand, row after row."""

import modelled
import numpy as np
import pytest
import reference_structural as reference

from custvalue.errors import DataError, ParameterError
from custvalue.structural import Construct, Model, StructuralFit, StructuralPrediction
from custvalue.survey import Responses, Scale

PREDICTED = ("v1", "v2", "s1", "s2", "s3")


def split():
    """Return 80 respondents to fit and 40 to predict."""
    whole = modelled.answers()
    return whole.of_rows(np.arange(80)), whole.of_rows(np.arange(80, 120))


def by_hand(train, test):
    rows = [modelled.rows_of(its) for its in (train, test)]
    weights = train.weights.tolist()
    return reference.predicted_rows(*rows, modelled.BLOCKS, modelled.PATHS, weights=weights)


def test_answers_are_predicted_as_by_hand():
    train, test = split()
    found = modelled.SMALL.fit(train, tolerance=1e-12).predict(test)
    wanted = by_hand(train, test)
    assert found.items == PREDICTED
    for row, its in enumerate(wanted):
        assert found.answers[row] == pytest.approx([its[k] for k in range(3, 8)])
    assert found.columns()["s2"][5] == pytest.approx(wanted[5][6])
    assert StructuralPrediction.from_json(found.to_json()) == found


def test_errors_are_those_of_loops():
    train, test = split()
    found = modelled.SMALL.fit(train, tolerance=1e-12).predict(test)
    wanted, rows = by_hand(train, test), modelled.rows_of(test)
    fitted = modelled.rows_of(train)
    linear = reference.linear_rows(fitted, rows, [0, 1, 2], 6)
    missed = [row[6] - its[6] for row, its in zip(rows, wanted, strict=True)]
    by_line = [row[6] - its for row, its in zip(rows, linear, strict=True)]
    middle = reference.mean([row[6] for row in fitted], [1.0] * 80)
    item = next(its for its in found.accuracy if its.name == "s2")
    assert item.rmse == pytest.approx((sum(e**2 for e in missed) / 40) ** 0.5)
    assert item.mae == pytest.approx(sum(map(abs, missed)) / 40)
    assert item.rmse_linear == pytest.approx((sum(e**2 for e in by_line) / 40) ** 0.5)
    assert item.mae_linear == pytest.approx(sum(map(abs, by_line)) / 40)
    spread = sum((row[6] - middle) ** 2 for row in rows)
    assert item.q_squared == pytest.approx(1 - sum(e**2 for e in missed) / spread)
    assert (item.measures, item.n) == ("Satisfaction", 40)


def test_the_linear_model_of_direct_antecedents_uses_what_is_next_before():
    train, test = split()
    found = modelled.SMALL.fit(train).predict(test, antecedents="direct")
    rows = [modelled.rows_of(its) for its in (train, test)]
    linear = reference.linear_rows(*rows, [0, 1, 2, 3, 4], 6)
    missed = [row[6] - its for row, its in zip(rows[1], linear, strict=True)]
    item = next(its for its in found.accuracy if its.name == "s2")
    assert item.rmse_linear == pytest.approx((sum(e**2 for e in missed) / 40) ** 0.5)
    own = modelled.SMALL.fit(train, tolerance=1e-12)
    scores = (test.answers - train.answers.mean(axis=0)) / train.answers.std(axis=0)
    weights = own.solution.weights[0]
    of_construct = {
        name: scores[:, block] @ weights[block]
        for name, block in zip(("Quality", "Value"), own.plan.blocks, strict=False)
    }
    satisfied = sum(
        own.paths[name, "Satisfaction"].value * its for name, its in of_construct.items()
    )
    wanted = train.answers[:, 6].mean() + (
        train.answers[:, 6].std() * own.loadings["s2"].value * satisfied
    )
    assert found.columns()["s2"] == pytest.approx(wanted, abs=1e-6)


def test_predicted_indices_are_on_average_those_of_the_fit():
    fit = modelled.fit()
    found = fit.predict(modelled.answers())
    for name in ("Value", "Satisfaction"):
        mean = found.columns()[f"index {name}"].mean()
        assert mean == pytest.approx(fit.index(name).value)


def test_k_folds_are_those_of_loops(monkeypatch):
    from custvalue._structural import predictive_power

    answers = modelled.of_dealers().with_labels({})
    part = np.arange(answers.respondents) % 3
    monkeypatch.setattr(predictive_power, "_parted", lambda *_: part)
    fit = modelled.SMALL.fit(answers, tolerance=1e-12)
    found = fit.predictive_power(folds=3, repeats=2, rng=1)
    rows, weights = modelled.rows_of(answers), answers.weights.tolist()
    squares, spread, linear, sizes, total = 0.0, 0.0, 0.0, 0.0, 0.0
    for fold in range(3):
        inside = [k for k in range(len(rows)) if part[k] != fold]
        out = [k for k in range(len(rows)) if part[k] == fold]
        own = [weights[k] for k in inside]
        train, test = [rows[k] for k in inside], [rows[k] for k in out]
        predicted = reference.predicted_rows(
            train, test, modelled.BLOCKS, modelled.PATHS, weights=own
        )
        lines = reference.linear_rows(train, test, [0, 1, 2], 5, own)
        middle = reference.mean([row[5] for row in train], own)
        for k, row, its, line in zip(out, test, predicted, lines, strict=True):
            squares += weights[k] * (row[5] - its[5]) ** 2
            sizes += weights[k] * abs(row[5] - its[5])
            linear += weights[k] * (row[5] - line) ** 2
            spread += weights[k] * (row[5] - middle) ** 2
            total += weights[k]
    item = found["s1"]
    assert item.q_squared == pytest.approx(1 - squares / spread)
    assert item.rmse == pytest.approx((squares / total) ** 0.5)
    assert item.rmse_linear == pytest.approx((linear / total) ** 0.5)
    assert item.mae == pytest.approx(sizes / total)
    assert (found.folds, found.repeats, found.failed, item.n) == (3, 2, 0, 180)


def test_a_strong_model_predicts_and_unrelated_items_are_not_predicted():
    strong = modelled.simulated(400, 2, paths=0.55).answers
    found = modelled.SMALL.fit(strong).predictive_power(repeats=3, rng=1)
    assert all(its.q_squared > 0.1 for its in found.items)
    assert found.against_means.confidence_interval().high < 0
    nothing = modelled.simulated(400, 2, paths=0.02, correlations=0.0).answers
    found = modelled.SMALL.fit(nothing).predictive_power(repeats=3, rng=1)
    assert all(its.q_squared < 0.03 for its in found.items)
    assert found.against_means.confidence_interval().high > 0


def test_whole_dealers_are_left_out():
    fit = modelled.SMALL.fit(modelled.of_dealers())
    found = fit.predictive_power(folds=4, repeats=2, rng=1)
    assert found.of_clusters
    assert found.against_linear.clusters == 12
    assert "4 folds of whole clusters, 2 times; earliest antecedents." in str(found)
    with pytest.raises(ParameterError) as caught:
        fit.predictive_power(folds=13)
    assert str(caught.value) == (
        "folds must be at most 12, as there are so many clusters, but it is 13."
    )


def test_power_counts_the_items_that_are_predicted_better():
    found = modelled.fit().predictive_power(repeats=1, rng=1)
    better = sum(its.rmse < its.rmse_linear for its in found.items)
    names = {0: "none", 1: "low", 2: "low", 3: "medium", 4: "medium", 5: "high"}
    assert found.power == names[better]
    assert found == modelled.fit().predictive_power(repeats=1, rng=1)
    with pytest.raises(ParameterError, match="there is no item 'q1'"):
        found["q1"]


BAD = [
    ({"folds": 1}, "folds must be a whole number >= 2, but it is 1."),
    ({"folds": 121}, "folds must be at most 120, as there are so many respondents, but it is 121."),
    ({"repeats": 0}, "repeats must be a whole number >= 1, but it is 0."),
    ({"antecedents": "all"}, "antecedents must be one of 'earliest', 'direct', but it is 'all'."),
]


@pytest.mark.parametrize(("how", "said"), BAD)
def test_what_folds_cannot_be(how, said):
    with pytest.raises(ParameterError) as caught:
        modelled.fit().predictive_power(**how)
    assert str(caught.value) == said


def some(frame, scale=None):
    return Responses.from_frame(frame, scale=scale or Scale(1, 10), missing="pairwise")


REFUSED = [
    (
        some({"q1": [5.0], "q2": [6.0], "v1": [3.0]}),
        (
            "holdout needs answers to 'q3', from which the model predicts. Its items are 'q1', "
            "'q2', 'v1'."
        ),
    ),
    (
        some({"q1": [5.0, np.nan], "q2": [6.0, 3], "q3": [3.0, 3]}),
        (
            "holdout must have every answer to 'q1', from which the model predicts, but row 1 has "
            "none. Read it with missing='drop'."
        ),
    ),
    (
        some({"q1": [5.0], "q2": [5.0], "q3": [3.0]}, Scale(1, 7)),
        (
            "'q1' is on Scale(low=1, high=7), but the model was fitted to answers on Scale(low=1, "
            "high=10). Read the holdout with the scale of the fit."
        ),
    ),
]


@pytest.mark.parametrize(("holdout", "said"), REFUSED)
def test_what_cannot_be_predicted(holdout, said):
    with pytest.raises(DataError) as caught:
        modelled.fit().predict(holdout)
    assert str(caught.value) == said


def test_a_holdout_is_responses():
    with pytest.raises(ParameterError, match="holdout must be Responses, as of"):
        modelled.fit().predict({"q1": [5]})
    with pytest.raises(ParameterError, match="antecedents must be one of"):
        modelled.fit().predict(modelled.answers(), antecedents="all")


def test_one_respondent_without_later_answers_is_predicted():
    found = modelled.fit().predict(some({"q3": [9.0], "q1": [9.0], "q2": [9.0]}))
    assert found.answers.shape == (1, 5)
    assert found.accuracy == ()
    assert "Answers to the predicted items are not known" in str(found)
    low = modelled.fit().predict(some({"q3": [2.0], "q1": [2.0], "q2": [2.0]}))
    assert (low.answers < found.answers).all()
    assert (low.indices < found.indices).all()


def test_a_fit_from_json_predicts_and_a_consistent_one_predicts_by_its_scores():
    read = StructuralFit.from_json(modelled.fit().to_json())
    test = modelled.answers(seed=2)
    one, other = modelled.fit().predict(test), read.predict(test)
    assert other.answers == pytest.approx(one.answers)
    consistent = modelled.SMALL.fit(modelled.answers(), consistent=True)
    assert consistent.predict(test).answers == pytest.approx(one.answers)
    with pytest.raises(ParameterError, match="this fit was read from JSON, which holds no"):
        read.predictive_power()


def test_predictions_where_lower_is_better_are_on_the_same_scale():
    answers = modelled.answers()
    scale = Scale(1, 10, direction="lower is better")
    turned = Responses.from_arrays(11 - answers.answers, items=answers.items, scale=scale)
    one = modelled.fit().predict(answers)
    other = modelled.SMALL.fit(turned).predict(turned)
    assert other.answers == pytest.approx(11 - one.answers)
    assert other.indices == pytest.approx(one.indices)


def test_gaps_are_prorated_where_the_holdout_is():
    frame = {"q1": [8.0, 5], "q2": [np.nan, 5], "q3": [4.0, 5]}
    prorated = Responses.from_frame(frame, scale=Scale(1, 10), missing="prorate")
    filled = some({"q1": [8.0, 5], "q2": [6.0, 5], "q3": [4.0, 5]})
    one, other = (modelled.fit().predict(its) for its in (prorated, filled))
    assert one.answers == pytest.approx(other.answers)
    with pytest.raises(DataError, match="but row 0 has none"):
        modelled.fit().predict(some(frame))


def test_predictors_that_repeat_each_other_count_once():
    answers = modelled.answers()
    frame = {name: answers.item(name) for name in answers.items}
    one = modelled.SMALL.fit(modelled.without_gaps(frame | {"q2": frame["q1"]}))
    parts = [Construct("Quality", ["q1", "q3"]), *modelled.SMALL.constructs[1:]]
    other = Model([*parts, *modelled.SMALL.paths]).fit(modelled.without_gaps(frame))
    errors = [
        [its.rmse_linear for its in fit.predict(fit.answered.responses).accuracy]
        for fit in (one, other)
    ]
    assert errors[0] == pytest.approx(errors[1])


def test_folds_without_variance_are_counted():
    found = modelled.SMALL.fit(modelled.rarely(1)).predictive_power(folds=5, repeats=2, rng=1)
    assert found.failed == 2
    assert "2 folds failed" in str(found)
    assert found["s1"].n <= 120
    assert found["s3"].q_squared is None or found["s3"].q_squared <= 1
