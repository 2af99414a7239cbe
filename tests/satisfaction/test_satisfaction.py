"""What all satisfaction measures share: kinds of data, results, coverage with weights."""

import json
import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from satisfaction_cases import ANSWERS, EXPECTED, FIVE, GOT, IMPORTANCE, SEVEN, TEN, WORKSHOP

from custvalue import satisfaction
from custvalue._inference.estimate import Estimate
from custvalue.satisfaction import (
    Disconfirmation,
    DisconfirmationScores,
    NetPromoterScore,
    customer_satisfaction_index,
    disconfirmation,
    disconfirmation_scores,
    net_promoter_score,
    satisfaction_effect,
    satisfaction_effect_scores,
    top_box,
)
from custvalue.survey import Responses, Scale

# --- every kind of data ---------------------------------------------------------------------

KINDS = {
    "list": list,
    "tuple": tuple,
    "numpy": np.array,
    "numpy integers": lambda values: np.array(values, dtype=np.int8),
    "pandas": lambda values: pd.Series(values, index=[7] * len(values)),
    "pandas nullable": lambda values: pd.Series(values, dtype="Int64"),
    "polars": pl.Series,
    "pyarrow": pa.array,
    "pyarrow chunks": lambda values: pa.chunked_array([values[:2], values[2:]]),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_columns_of_every_kind(kind):
    answers, others, weights = [9, 8, 6, 9], [7, 8, 7, 6], [1, 2, 1, 1]
    assert disconfirmation(
        kind(answers), kind(others), scale=TEN, weights=kind(weights)
    ) == disconfirmation(answers, others, scale=TEN, weights=weights)
    assert net_promoter_score(kind(answers)) == net_promoter_score(answers)
    assert top_box(kind(answers), scale=TEN) == top_box(answers, scale=TEN)
    frame = {"friendly": kind(answers), "on time": kind(others)}
    assert customer_satisfaction_index(frame, scale=TEN) == customer_satisfaction_index(
        {"friendly": answers, "on time": others}, scale=TEN
    )


@pytest.mark.parametrize("missing", [None, math.nan], ids=["None", "NaN"])
@pytest.mark.parametrize(
    "kind",
    [
        list,
        lambda values: pd.Series(values, dtype="Float64"),
        lambda values: pl.Series(values, strict=False),
    ],
    ids=["list", "pandas", "polars"],
)
def test_missing_answers_of_every_kind(kind, missing):
    score = net_promoter_score(kind([9.0, missing, 3.0]), missing="drop")
    assert (score.n, score.base.excluded_respondents) == (2, 1)


@pytest.mark.parametrize(
    "frame",
    [dict, pd.DataFrame, pl.DataFrame, pa.table],
    ids=["dict", "pandas", "polars", "pyarrow"],
)
def test_frames_of_every_kind(frame):
    got, expected = (
        frame(GOT | {"customer": [1, 2, 3]}),
        frame({k: [v] * 3 for k, v in EXPECTED.items()}),
    )
    assert satisfaction_effect(got, expected, attributes=WORKSHOP, scale=FIVE) == (
        satisfaction_effect(GOT, EXPECTED, attributes=WORKSHOP, scale=FIVE)
    )


# --- results --------------------------------------------------------------------------------

RESULTS = {
    "disconfirmation": disconfirmation([9, 8, 6], [7, 8, 7], scale=TEN, band=0.5),
    "disconfirmation with ratio": disconfirmation(
        [9, 8, 0], [7, 8, 7], scale=Scale(0, 10, true_zero=True), zeros="drop"
    ),
    "one customer": disconfirmation(9, 7, scale=Scale(0, 10, true_zero=True)),
    "rows": disconfirmation_scores([9, None, 6], [7, 8, 7], scale=TEN, missing="drop"),
    "ratio": disconfirmation([4, 9], [1, 2], scale=Scale(0, 10, true_zero=True)).ratio,
    "effect": satisfaction_effect(GOT, EXPECTED, attributes=WORKSHOP, scale=FIVE),
    "effect on one": satisfaction_effect(
        {"repaired": 4}, {"repaired": 5}, attributes=WORKSHOP[:1], scale=FIVE
    ),
    "effect rows": satisfaction_effect_scores(GOT, EXPECTED, attributes=WORKSHOP, scale=FIVE),
    "attribute": WORKSHOP[0],
    "net promoter score": net_promoter_score([10, 9, 7, 2], weights=[1, 2, 1, 1]),
    "net promoter counts": NetPromoterScore.from_counts(promoters=3, passives=2, detractors=1),
    "top box": top_box([5, 4, 2], scale=FIVE),
    "top box of one": top_box([5], scale=FIVE),
    "index": customer_satisfaction_index(ANSWERS, importance=[41, 60], form="maximum"),
    "index of respondents": customer_satisfaction_index(ANSWERS, importance=IMPORTANCE),
}


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_results_go_to_json_and_back(result):
    assert type(result).from_json(result.to_json()) == result
    json.loads(result.to_json())


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_results_print(result):
    text = str(result)
    assert len(text.splitlines()) >= 4
    assert all(line == line.rstrip() for line in text.splitlines())
    assert result._repr_html_().startswith("<table>")
    assert "\n" not in repr(result)
    assert len(repr(result)) < 300


def test_results_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        RESULTS["top box"].boxes = 3


def test_the_table_of_an_effect():
    assert (
        str(RESULTS["effect"])
        == """\
Effect of requirements on satisfaction, scale 1-5
─────────────────────────────────────────────────────────────────────────────────────────────
attribute   tier            weight   P - E  dissatisfaction               delight
─────────────────────────────────────────────────────────────────────────────────────────────
repaired    satisfied 满足    50 %  -16.67           -8.333  [-44.19, 0]        –  –
on time     desired 渴望      25 %       0           -2.083  [-11.05, 0]    2.083  [0, 11.05]
car washed  surprised 惊喜    25 %   58.33                –  –              14.58  [0, 25]
total                        100 %       –           -10.42  [-42.74, 0]    16.67  [0, 50]
─────────────────────────────────────────────────────────────────────────────────────────────
Points on 0-100. Net 6.250 [-34.83, 47.33]. 95 % intervals, t.
Slopes: unmet 1, exceeded 1.
3 respondents, no missing answers."""
    )


def test_the_table_of_an_index():
    assert (
        str(RESULTS["index"])
        == """\
Customer satisfaction index 73.12
────────────────────────────────────────────
item      importance  score    low   high  n
────────────────────────────────────────────
friendly      40.6 %     85  55.34  96.50  4
on time       59.4 %     65  43.93  83.02  4
index        100.0 %  73.12  51.97  86.74  4
────────────────────────────────────────────
Form 'maximum': percent of the maximum, 20 at the floor of the scale.
Importance: given. 95 % intervals, beta.
Importance divided by the sum, 101.
4 respondents, no missing answers."""
    )


def test_public_types_are_those_that_functions_return():
    assert isinstance(RESULTS["disconfirmation"], Disconfirmation)
    assert isinstance(RESULTS["rows"], DisconfirmationScores)
    assert isinstance(RESULTS["effect"], satisfaction.SatisfactionEffect)
    assert isinstance(RESULTS["index"], satisfaction.SatisfactionIndex)
    assert isinstance(RESULTS["top box"], satisfaction.TopBox)
    assert isinstance(RESULTS["ratio"], Estimate)


# --- coverage -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("n", [30, 100, 1000])
def test_coverage_of_weighted_measures(n):
    rng = np.random.default_rng(23)
    changes = [0.2, 0.5, 0.3]  # chances of -1, 0, 1 scale points
    # scores of a: 0, 50, 100 with these chances; of b: 50 and a sixth of 100 either way
    truth = np.array([40.0, 0.1, (55 + 50 + 10 / 6) / 2])
    held = np.zeros(3)
    for _ in range(2000):
        weights = np.exp(0.5 * rng.standard_normal(n))
        answers = rng.choice([10, 8, 4], size=n, p=[0.55, 0.3, 0.15])
        change = rng.choice([-1, 0, 1], size=n, p=changes)
        frame = {"a": 4 + 3 * rng.choice([-1, 0, 1], size=n, p=changes), "b": 4 + change}
        own = {"a": rng.integers(1, 11, size=n), "b": rng.integers(3, 9, size=n)}  # both 5.5
        intervals = [
            net_promoter_score(answers, weights=weights, scale=Scale(0, 10)).confidence_interval(),
            disconfirmation(4 + change, 4, scale=SEVEN, weights=weights).confidence_interval(),
            customer_satisfaction_index(
                Responses.from_frame(frame | {"w": weights}, scale=SEVEN, weights="w"),
                importance=Responses.from_frame(own, scale=TEN),
            ).confidence_interval(),
        ]
        held += [value in interval for value, interval in zip(truth, intervals, strict=True)]
    assert np.all(np.abs(held / 2000 - 0.95) < 0.016), held / 2000
