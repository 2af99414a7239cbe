"""What loyalty curves and scores refuse, word for word."""

import numpy as np
import pandas as pd
import pytest

from custvalue import loyalty
from custvalue.errors import DataError, ParameterError
from custvalue.survey import QUALITY_5, Responses, Scale

FIVE = Scale(1, 5)
GOOD = {
    "satisfaction": [1, 2, 3, 4, 5, 3],
    "outcome": [0, 0, 1, 1, 1, 0],
    "scale": FIVE,
    "resamples": 5,
    "rng": 1,
}
ANSWERS = Responses.from_arrays([1, 2, 3, 4, 5, 3], scale=FIVE, items=["q"])
TWO = Responses.from_arrays([[1, 2], [3, 4]], scale=FIVE, items=["a", "b"])
DAYS = ["2026-03-01"] * 6

REFUSED = [
    (
        {"scale": None},
        ParameterError,
        "scale is needed for an array of answers, as in scale=Scale(1, 5).",
    ),
    (
        {"satisfaction": [1, 2, 3, 4, 6, 3]},
        DataError,
        (
            "satisfaction must be a whole number from 1 to 5, but row 4 has 6. If 6 means no "
            "answer, use scale=Scale(…, missing_codes=(6,)); if the scale is another one, give "
            "its ends."
        ),
    ),
    (
        {"outcome": [1, 2, 6, 4, 5, 3], "outcome_scale": FIVE},
        DataError,
        (
            "outcome must be a whole number from 1 to 5, but row 2 has 6. If 6 means no answer, "
            "use outcome_scale=Scale(…, missing_codes=(6,)); if the scale is another one, give its "
            "ends."
        ),
    ),
    (
        {"satisfaction": ["good", "poor", "good", "fair", "good", "poor"]},
        DataError,
        (
            "satisfaction must be a number, but row 0 has 'good' (and 5 more rows). Read words by "
            "a codebook, as in Responses.from_arrays(satisfaction, codebook=survey.QUALITY_5), and "
            "give these Responses."
        ),
    ),
    (
        {"asked": ["2026-03-01T08:00+01:00"] * 6, "happened": DAYS},
        DataError,
        (
            "asked must be local time, but its times carry a zone. Turn them into the days of one "
            "place first, as in pandas' "
            "asked.dt.tz_convert('Europe/Berlin').dt.tz_localize(None)."
        ),
    ),
    (
        {"outcome": [0, 1]},
        DataError,
        (
            "outcome has 2 entries, but satisfaction has 6. Give both of the same customers, in "
            "the same order."
        ),
    ),
    (
        {"outcome": [0, 1, np.inf, 1, 0, 1]},
        DataError,
        "outcome must be a finite number, but row 2 has inf. Leave it empty if unknown.",
    ),
    (
        {"outcome": [1, 1, 1, 1, 1, 1]},
        DataError,
        (
            "outcome is 1 for all 6 customers, so there is no curve. Use an outcome that differs "
            "among them."
        ),
    ),
    (
        {"satisfaction": [3, 3, 3, 3, 3, 3]},
        DataError,
        "satisfaction is 3 for all customers, so there is no curve. Use answers that differ.",
    ),
    (
        {"outcome": [np.nan] * 6},
        DataError,
        (
            "no customer has both a satisfaction and an outcome. Join the survey and the outcomes "
            "by customer first."
        ),
    ),
    (
        {"family": "binary", "outcome": [0, 1, 2, 1, 0, 1]},
        DataError,
        "outcome must be 0 or 1, but row 2 has 2. Use another family=.",
    ),
    (
        {"family": "count", "outcome": [0, 1, 0.5, 1, 0, 1]},
        DataError,
        "outcome must be a whole number >= 0, but row 2 has 0.5. Use another family=.",
    ),
    (
        {"family": "proportion", "outcome": [0, 1, 1.5, 1, 0, 1]},
        DataError,
        "outcome must be a share from 0 to 1, but row 2 has 1.5. Use another family=.",
    ),
    (
        {"family": "scale"},
        ParameterError,
        (
            "family='scale' and outcome_scale= belong together, as in outcome_scale=Scale(1, 5). "
            "Give both or neither."
        ),
    ),
    (
        {"asked": DAYS, "happened": ["2026-03-02", None, "2026-02-28", None, None, "2026-01-01"]},
        DataError,
        (
            "happened must be at or after the date of the survey, but row 2 has '2026-02-28' (and "
            "1 more row). Satisfaction cannot move what was before it: use outcomes after the "
            "survey."
        ),
    ),
    (
        {"asked": [None, *DAYS[1:]], "happened": DAYS},
        DataError,
        (
            "asked must be present where an outcome is dated, but row 0 has 'NaT'. Leave the "
            "outcome out, or find out when the customer was asked."
        ),
    ),
    (
        {
            "satisfaction": Responses.from_arrays([1, None, 3], scale=FIVE, missing="drop"),
            "outcome": [0, 1, 1],
            "scale": None,
        },
        DataError,
        (
            "missing='drop' excludes 1 respondent of satisfaction, so that rows may not belong "
            "together. Read both with missing='pairwise'."
        ),
    ),
    (
        {"happened": DAYS},
        ParameterError,
        (
            "happened is given without asked. Give both dates, or none: whether an outcome follows "
            "the survey needs both."
        ),
    ),
    (
        {"asked": DAYS[:2], "happened": DAYS},
        DataError,
        (
            "asked has 2 entries, but satisfaction has 6. Give both of the same customers, in the "
            "same order."
        ),
    ),
    (
        {"satisfaction": TWO, "outcome": [0, 1], "scale": None},
        ParameterError,
        "satisfaction must be one item, but the Responses have 2. Use satisfaction.only(['…']).",
    ),
    (
        {"satisfaction": ANSWERS, "weights": [1, 1, 1, 1, 1, 1]},
        ParameterError,
        (
            "weights is given beside Responses, which have their own. Give it to "
            "Responses.from_frame(…, weights=…), or give satisfaction as an array."
        ),
    ),
    (
        {"outcome": [0, 1e101, 2, 3, 4, 5]},
        DataError,
        "outcome must be at most 1e+100, but row 1 has 1e+101. Use a larger unit.",
    ),
    (
        {"satisfaction": [1, 2, 3, 4, 5, None], "outcome": [1.5, 2, 3, 4, 5, 6]},
        DataError,
        (
            "no answer was given by two customers, so how much their outcomes vary is unknown. "
            "Round satisfaction first, as in numpy.round(satisfaction, 1)."
        ),
    ),
    (
        {"folds": 1},
        ParameterError,
        "folds must be a whole number >= 2, but it is 1.",
    ),
    (
        {"resamples": 1},
        ParameterError,
        "resamples must be a whole number >= 2, as in Bootstrap(2000), but it is 1.",
    ),
    (
        {
            "satisfaction": np.linspace(0, 100, 300),
            "outcome": [0, 1] * 150,
            "scale": Scale(0, 100, step=None),
        },
        DataError,
        (
            "satisfaction has 300 different values, but a curve is by level, of which there may be "
            "201. Round it first, as in numpy.round(satisfaction, 1)."
        ),
    ),
]


@pytest.mark.parametrize(("bad", "error", "message"), REFUSED)
def test_curves_refuse(bad, error, message):
    with pytest.raises(error) as caught:
        loyalty.curve(**{**GOOD, **bad})
    assert str(caught.value) == message


CURVE = loyalty.curve(**{**GOOD, "rng": 1})


@pytest.mark.parametrize(
    "cuts", [(), (4.5, 2.5), (0.5,), (5,), ("2.5",), None, 2.5, (np.nan,), (True,)]
)
def test_zones_refuse_cuts(cuts):
    with pytest.raises(
        ParameterError, match=r"^cuts must be numbers inside the scale 1-5, from the"
    ):
        CURVE.zones(cuts)


@pytest.mark.parametrize("names", [["a"], ["a", "a", "b"], ["a", "", "b"], "abc"])
def test_zones_refuse_names(names):
    with pytest.raises(
        ParameterError, match=r"^names must be 3 different words, one for each zone"
    ):
        CURVE.zones((2.5, 4.5), names=names)


def test_no_top_box_is_told():
    its = loyalty.curve(**{**GOOD, "satisfaction": [1, 2, 3, 4, 4, 3]})
    with pytest.raises(DataError) as caught:
        its.top_box_ratio  # noqa: B018
    assert str(caught.value) == (
        "nobody answered 5, the best answer on the scale 1-5, so there is no top box. The best "
        "answer that was given is 4."
    )


def test_a_ratio_of_means_below_zero_is_refused():
    its = loyalty.curve(
        **{**GOOD, "satisfaction": [1, 2, 4, 4, 5, 5], "outcome": [-5, -4, -3, -2, 3, 4.0]}
    )
    with pytest.raises(DataError) as caught:
        its.top_box_ratio  # noqa: B018
    assert str(caught.value) == (
        "a ratio needs means above 0, but they are 3.500 at 5 and -2.500 at 4. Use "
        "level(…).step, the difference."
    )


def test_a_level_that_nobody_answered_is_refused():
    with pytest.raises(ParameterError) as caught:
        CURVE.level(3.5)
    assert str(caught.value) == "there is no level 3.5. The levels are '1', '2', '3', '4', '5'."
    for score in ("5", None, True, np.nan):
        with pytest.raises(ParameterError) as caught:
            CURVE.level(score)
        assert str(caught.value) == f"score must be an answer, as in level(5), but it is {score!r}."


SCORES = {"emotional": [5, 4, 2], "intentional": [4, 4, 1], "scale": FIVE}

REFUSED_SCORES = [
    (
        {"intentional": None},
        ParameterError,
        (
            "scores needs two or more of emotional, intentional and behavioural, but it has "
            "'emotional'."
        ),
    ),
    (
        {"scale": {"emotional": FIVE}},
        ParameterError,
        "scale is needed for intentional as an array, as in scale={'intentional': Scale(1, 5)}.",
    ),
    (
        {"intentional": [4, 4]},
        DataError,
        (
            "intentional has 2 customers, but emotional has 3. Give all scores of the same "
            "customers, in the same order."
        ),
    ),
    (
        {"weighting": {"emotional": 1, "intention": 2}},
        ParameterError,
        (
            "weighting names 'intention', which is no score that was given. Did you mean "
            "'intentional'? The scores are 'emotional', 'intentional'."
        ),
    ),
    (
        {"weighting": {"emotional": 1}},
        ParameterError,
        (
            "weighting must be a number >= 0 for each score, not all 0, as in {'emotional': 1, "
            "'intentional': 1}, but it is {'emotional': 1}."
        ),
    ),
    (
        {"weighting": "mine"},
        ParameterError,
        (
            "weighting must be 'equal' or a weight for each score, as in {'emotional': 1, "
            "'intentional': 1}, but it is 'mine'."
        ),
    ),
    (
        {"emotional": [5, None, None], "intentional": [None, 4, 2]},
        DataError,
        (
            "no customer has all of 'emotional', 'intentional', so there is no index. Leave the "
            "score with most missing answers out."
        ),
    ),
]


@pytest.mark.parametrize(("bad", "error", "message"), REFUSED_SCORES)
def test_scores_refuse(bad, error, message):
    with pytest.raises(error) as caught:
        loyalty.scores(**{**SCORES, **bad})
    assert str(caught.value) == message


def test_the_next_steps_of_a_curve_work():
    """Codes, words and times with zones are read as the messages say."""
    plain = loyalty.curve(**GOOD)
    coded = {"satisfaction": [1, 2, 3, 4, 5, 3, 6], "outcome": [*GOOD["outcome"], 1]}
    found = loyalty.curve(**{**GOOD, **coded, "scale": Scale(1, 5, missing_codes=(6,))})
    assert [its.n for its in found.levels] == [its.n for its in plain.levels]
    words = ["poor", "fair", "good", "very good", "excellent", "good"]
    read = Responses.from_arrays(words, codebook=QUALITY_5)
    found = loyalty.curve(**{**GOOD, "satisfaction": read, "scale": None})
    assert [its.outcome.value for its in found.levels] == [
        its.outcome.value for its in plain.levels
    ]
    zoned = pd.Series(pd.to_datetime(["2026-03-01T08:00Z"] * 6))
    local = zoned.dt.tz_convert("Europe/Berlin").dt.tz_localize(None)
    assert loyalty.curve(**GOOD, asked=local, happened=local).n == 6
