"""Weights that are counts of a table are noticed; sampling weights are not taken for counts."""

import warnings

import numpy as np
import pandas as pd
import pytest

from custvalue import kano, satisfaction
from custvalue.errors import CountsWarning
from custvalue.survey import Responses, Scale

FIVE = Scale(1, 5)
COUNTS = [3, 7, 20, 45, 25]
CROSS = pd.DataFrame(
    {
        "site": ["north"] * 5 + ["south"] * 5,
        "q": [1, 2, 3, 4, 5] * 2,
        "n": [3, 7, 20, 45, 25, 9, 4, 6, 7, 30],
    }
)


def responses(frame, **roles):
    return Responses.from_frame(frame, ["q"], scale=FIVE, weights="n", **roles)


TABLES = {
    "one question": lambda: satisfaction.top_box([1, 2, 3, 4, 5], weights=COUNTS, scale=FIVE),
    "from the best": lambda: satisfaction.top_box([5, 4, 3, 2, 1], weights=COUNTS, scale=FIVE),
    "by frequency": lambda: satisfaction.top_box(
        [4, 5, 3, 2, 1], weights=[45, 25, 20, 7, 3], scale=FIVE
    ),
    "by frequency, two as frequent": lambda: satisfaction.top_box(
        [4, 5, 2, 3, 1], weights=[45, 20, 20, 7, 3], scale=FIVE
    ),
    "yes and no": lambda: satisfaction.top_box(
        [0, 1], weights=[30, 70], scale=Scale(0, 1), boxes=1
    ),
    "effort": lambda: satisfaction.customer_effort_score(
        [1, 2, 3, 4, 5], weights=COUNTS, version="1"
    ),
    "net promoters": lambda: satisfaction.net_promoter_score(
        [2, 6, 8, 9, 10], weights=[5, 8, 30, 60, 40]
    ),
    "pairs": lambda: satisfaction.disconfirmation(
        [5, 5, 4, 4, 3], [4, 5, 4, 5, 5], weights=[9, 8, 7, 4, 2], scale=FIVE
    ),
    "groups": lambda: responses(CROSS, group="site"),
    "answers first": lambda: responses(CROSS.sort_values(["q", "site"]), group="site"),
    "put to use": lambda: Responses.from_arrays([1, 2, 3, 4, 5], scale=FIVE).with_weights(COUNTS),
    "Kano": lambda: kano.Questionnaire.from_frame(
        {
            "f": [1, 1, 2, 2, 3, 3],
            "d": [4, 5, 4, 5, 4, 5],
            "n": [8, 9, 7, 5, 4, 2],
        },
        functional=["f"],
        dysfunctional=["d"],
        weights="n",
    ),
}


@pytest.mark.parametrize("call", TABLES.values(), ids=TABLES)
def test_a_table_of_counts_is_noticed(call):
    with pytest.warns(CountsWarning, match="that looks like a table of counts") as caught:
        call()
    assert caught[0].filename == __file__


def test_a_script_is_warned_too():
    script = (
        "from custvalue import satisfaction\nfrom custvalue.survey import Scale\n"
        "satisfaction.top_box([1, 2, 3, 4, 5], weights=[3, 7, 20, 45, 25], scale=Scale(1, 5))"
    )
    of_a_script = {"__name__": "__main__", "__package__": None}
    with pytest.warns(CountsWarning) as caught:
        exec(compile(script, "script.py", "exec"), of_a_script)  # noqa: S102 -- typed above
    assert (caught[0].filename, caught[0].lineno) == ("script.py", 3)


def test_the_warning_says_what_to_do():
    with pytest.warns(CountsWarning) as caught:
        satisfaction.top_box([1, 2, 3, 4, 5], weights=COUNTS, scale=FIVE)
    assert str(caught[0].message) == (
        "the weights are whole numbers, 20 on average, and no two of the 5 rows are alike: that "
        "looks like a table of counts, of 100 answers and not of 5. Use from_counts of the result, "
        "as in TopBox.from_counts({1: 12, 2: 30}, scale=…). If these are sampling weights, divide "
        "them by their mean: that changes no estimate."
    )
    quiet = satisfaction.top_box([1, 2, 3, 4, 5], weights=np.array(COUNTS) / 20, scale=FIVE)
    assert quiet.value == pytest.approx(0.7)


def expansion(n, rng):
    return rng.integers(100, 3000, n).astype(float)


RNG = np.random.default_rng(0)
SAMPLES = {
    "ones and twos": lambda: satisfaction.top_box(
        [1, 2, 3, 4, 5], weights=[1, 2, 1, 2, 2], scale=FIVE
    ),
    "answers that repeat": lambda: satisfaction.top_box(
        [1, 2, 3, 4, 4, 5], weights=[30, 10, 25, 30, 7, 12], scale=FIVE
    ),
    "in no order": lambda: satisfaction.top_box(
        [3, 1, 5, 2, 4], weights=[3, 45, 7, 20, 25], scale=FIVE
    ),
    "equal": lambda: satisfaction.top_box([1, 2, 3, 4, 5], weights=[20] * 5, scale=FIVE),
    "not whole": lambda: satisfaction.top_box(
        [1, 2, 3, 4, 5], weights=[3.5, 7, 20, 45, 25], scale=FIVE
    ),
    "three of eleven answers": lambda: satisfaction.net_promoter_score(
        [3, 8, 10], weights=[30, 40, 50]
    ),
    "one respondent": lambda: satisfaction.top_box([5], weights=[30], scale=FIVE),
    "many questions, all rows different": lambda: Responses.from_arrays(
        np.random.default_rng(1).integers(1, 6, (50, 8)),
        scale=FIVE,
        weights=np.sort(expansion(50, RNG)),
    ),
    "a name for each respondent": lambda: Responses.from_arrays(
        np.random.default_rng(1).integers(1, 6, 300),
        scale=FIVE,
        weights=np.sort(expansion(300, RNG)),
        labels={"bill": np.arange(300)},
    ),
    "many respondents": lambda: Responses.from_arrays(
        np.random.default_rng(1).integers(1, 6, 2000),
        scale=FIVE,
        weights=np.sort(expansion(2000, RNG)),
        group=np.arange(2000) % 400,
    ),
}


@pytest.mark.parametrize("call", SAMPLES.values(), ids=SAMPLES)
def test_sampling_weights_are_not_taken_for_counts(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call()


@pytest.mark.parametrize(("points", "most"), [(5, 0.01), (11, 0.04)])
@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 10, 40])
def test_small_parts_of_a_weighted_survey_hardly_ever_warn(points, most, n):
    rng, scale, alarms = np.random.default_rng(n), Scale(1, points), 0
    for _ in range(300):
        answers, weights = rng.integers(1, points + 1, n), expansion(n, rng)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            Responses.from_arrays(answers, scale=scale, weights=weights)
        alarms += len(caught)
    assert alarms / 300 <= most
