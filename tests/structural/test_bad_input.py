"""Answers that do not make a fit, and fits that a reader must be warned of: word for word."""

import warnings

import numpy as np
import pytest
import structured
from structured import ITEMS, MODEL, TEN, answers, drawn

from custvalue.errors import (
    ConvergenceWarning,
    DataError,
    DataWarning,
    EstimationError,
    IdentifiabilityWarning,
    ParameterError,
)
from custvalue.structural import Construct, Model, Path
from custvalue.survey import Responses, Scale, read_parts


def people(rows, items=ITEMS, **more):
    return Responses.from_arrays(rows, items=items, scale=TEN, **more)


def with_column(item, values):
    rows = drawn(40)
    rows[:, ITEMS.index(item)] = values
    return rows


def doubled():
    """Two constructs of the same answers."""
    rows = drawn(40)
    rows[:, 3] = rows[:, 0]
    model = Model(
        [
            Construct("Quality", "q1"),
            Construct("Value", "v1"),
            Construct("Satisfaction", ["s1", "s2", "s3"]),
            Path("Quality", "Satisfaction"),
            Path("Value", "Satisfaction"),
        ]
    )
    return model.fit(people(rows))


def formative(rows):
    model = Model(
        [
            Construct("Quality", ["q1", "q2", "q3"], "B"),
            Construct("Satisfaction", ["s1", "s2", "s3"]),
            Path("Quality", "Satisfaction"),
        ]
    )
    return model.fit(people(rows))


def explained():
    """A construct that is another one."""
    rows = drawn(40)
    rows[:, 1] = rows[:, 0]
    return Model([Construct("x", "q1"), Construct("y", "q2"), Path("x", "y")]).fit(people(rows))


def unreliable():
    """Two items that say the opposite measure no common thing."""
    rows = drawn(40)
    rows[:, 8] = 11 - rows[:, 7]
    rows[:20, 8] = drawn(40)[:20, 8]
    return MODEL.fit(people(rows), consistent=True)


def of_parts(change):
    frame = dict(zip(ITEMS, drawn(40).T, strict=True))
    parts = read_parts(frame, {"one": (ITEMS[:4], TEN), "two": (ITEMS[4:], TEN)})
    return MODEL.fit(change(parts))


REFUSED = [
    (
        lambda: MODEL.fit(
            Responses.from_arrays(
                drawn(40) * 1e-200, items=ITEMS, scale=Scale(0, 1e-198, step=None)
            )
        ),
        DataError,
        (
            "the scale of 'q1' is 1e-198 wide, but covariances need a width of 1e-100 to 1e+100. "
            "Give "
            "the answers in another unit."
        ),
    ),
    (
        lambda: structured.fit().loadings[7],
        ParameterError,
        (
            "Loadings: there is no '7'. There are 'Quality -> q1', 'Quality -> q2', 'Quality -> "
            "q3', "
            "'Value -> v1', 'Satisfaction -> s1', 'Satisfaction -> s2', 'Satisfaction -> s3', "
            "'Loyalty -> l1', 'Loyalty -> l2'."
        ),
    ),
    (
        lambda: MODEL.fit(None),
        ParameterError,
        (
            "responses must be Responses, as of Responses.from_frame(frame, scale=Scale(1, 10)), "
            "or, "
            "where items have different scales, what survey.read_parts returns, but it is NoneType."
        ),
    ),
    (
        lambda: MODEL.fit({name: [1, 2] for name in ITEMS}),
        ParameterError,
        (
            "responses must be Responses, as of Responses.from_frame(frame, scale=Scale(1, 10)), "
            "or, "
            "where items have different scales, what survey.read_parts returns, but it is dict."
        ),
    ),
    (
        lambda: MODEL.fit(people(drawn(40)[:, :8], ITEMS[:8])),
        DataError,
        (
            "the construct 'Loyalty' needs the item 'l2', which the answers do not have. Their "
            "items are 'q1', 'q2', 'q3', 'v1', 's1', 's2', 's3', 'l1'."
        ),
    ),
    (
        lambda: MODEL.fit(people(with_column("s2", 7))),
        DataError,
        (
            "all answers to 's2', of the construct 'Satisfaction', are 7: without variance it "
            "has no "
            "weight and no loading. Leave it out of the construct, and report its share."
        ),
    ),
    (
        lambda: MODEL.fit(people(drawn(40)[:1])),
        DataError,
        (
            "all answers to 'q1', of the construct 'Quality', are 7: without variance it has no "
            "weight "
            "and no loading. Leave it out of the construct, and report its share."
        ),
    ),
    (
        lambda: MODEL.fit(people(with_column("s2", np.nan), missing="pairwise")),
        DataError,
        (
            "'s2', of the construct 'Satisfaction', has no answers; other items have some. Leave "
            "it "
            "out of the model, or read the answers again."
        ),
    ),
    (
        lambda: MODEL.fit(people(with_column("v1", np.nan), missing="pairwise")),
        DataError,
        (
            "'v1', of the construct 'Value', has no answers; no item of it has any. Leave it out "
            "of "
            "the model, or read the answers again."
        ),
    ),
    (
        lambda: of_parts(lambda its: [its["one"], its["one"], its["two"]]),
        DataError,
        "'q1' is in both responses[0] and responses[1]. Leave it in one.",
    ),
    (
        lambda: of_parts(lambda its: [its["one"], its["two"].of_rows(slice(0, 30))]),
        DataError,
        (
            "responses[0] and responses[1] must be of the same respondents, with the same weights, "
            "labels and missing policy, but they differ. Read both at once: "
            "survey.read_parts(frame, "
            "…)."
        ),
    ),
    (
        doubled,
        EstimationError,
        (
            "'Quality' and 'Value' have the same scores, so that their effects on 'Satisfaction' "
            "cannot be told apart. Leave one of them out, or join their items."
        ),
    ),
    (
        lambda: formative(with_column("q2", with_column("q2", 0)[:, 0])),
        EstimationError,
        (
            "the items of 'Quality', 'q1', 'q2', 'q3', repeat each other, so that mode B, a "
            "regression "
            "on them, has no solution. Leave out one that the others add up to, collect more "
            "answers, "
            "or use mode='A'."
        ),
    ),
    (
        explained,
        EstimationError,
        (
            "'y' is explained without any rest by the constructs that lead to it. Look for items "
            "that "
            "are computed from others."
        ),
    ),
    (
        unreliable,
        EstimationError,
        (
            "the reliability rho_A of 'Loyalty' is -0.4925, and correlations cannot be corrected "
            "for "
            "it: its items do not measure one thing. Check which way each item points, use "
            "mode='B' "
            "for it, or consistent=False."
        ),
    ),
    (
        lambda: MODEL.fit(answers(), scheme="paths"),
        ParameterError,
        (
            "Settings: scheme must be one of 'path', 'centroid', 'factor', but it is 'paths'. "
            "Did you "
            "mean 'path'?"
        ),
    ),
    (
        lambda: MODEL.fit(answers(), consistent="yes"),
        ParameterError,
        "Settings: consistent must be a boolean, but it is 'yes'.",
    ),
    (
        lambda: MODEL.fit(answers(), tolerance=0),
        ParameterError,
        "Settings: tolerance must be > 0, but it is 0.",
    ),
    (
        lambda: MODEL.fit(answers(), iterations=1.5),
        ParameterError,
        "Settings: iterations must be a whole number, but it is 1.5.",
    ),
    (
        lambda: structured.fit().index("Satisfacton"),
        ParameterError,
        (
            "construct must be one of 'Quality', 'Value', 'Satisfaction', 'Loyalty', but it is "
            "'Satisfacton'. Did you mean 'Satisfaction'?"
        ),
    ),
    (
        lambda: structured.fit().index("Loyalty", "simple"),
        ParameterError,
        "convention must be one of 'unstandardised', 'standardised', 'equal', but it is 'simple'.",
    ),
    (
        lambda: structured.fit().index_by("dealer", "Loyalty"),
        DataError,
        (
            "these responses have no label 'dealer'. Name its column when they are read, as in "
            "Responses.from_frame(…, labels=['dealer'])."
        ),
    ),
    (
        lambda: structured.fit().paths["Quality", "Loyalty"],
        ParameterError,
        (
            "Paths: there is no 'Quality -> Loyalty'. There are 'Quality -> Value', 'Quality -> "
            "Satisfaction', 'Value -> Satisfaction', 'Satisfaction -> Loyalty'."
        ),
    ),
    (
        lambda: structured.fit().paths["Satisfaction"],  # two paths lead there
        ParameterError,
        (
            "Paths: there is no 'Satisfaction'. There are 'Quality -> Value', 'Quality -> "
            "Satisfaction', 'Value -> Satisfaction', 'Satisfaction -> Loyalty'."
        ),
    ),
    (
        lambda: type(structured.fit()).from_json(structured.fit().to_json()).scores(),
        ParameterError,
        (
            "this fit was read from JSON, which holds no answers. Fit the model again: "
            "model.fit(answers)."
        ),
    ),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("make", "error", "message"), REFUSED)
def test_what_is_refused(make, error, message):
    with pytest.raises(error) as refused:
        make()
    assert str(refused.value) == message


def turned(item):
    rows = drawn(120)
    rows[:, ITEMS.index(item)] = 11 - rows[:, ITEMS.index(item)]
    return people(rows)


def suppressing():
    """Two parts of quality that say nearly the same, one of which has a negative weight."""
    rng = np.random.default_rng(3)
    rows = drawn(200)
    rows[:, 1] = np.clip(rows[:, 0] + rng.integers(-1, 2, 200), 1, 10)
    rows[:, 4:7] = np.clip(np.rint(6 + 0.9 * rows[:, [0]] - 0.7 * rows[:, [1]]), 1, 10)
    rows[:, 5:7] = np.clip(rows[:, 5:7] + rng.integers(-1, 2, (200, 2)), 1, 10)
    return rows


def heywood():
    """Loyalty, whose items share more than they can, by chance."""
    rng = np.random.default_rng(7)
    owner = [0, 0, 0, 1, 2, 2, 2, 3, 3]
    scores = structured.latent(40, rng)[:, owner] * [1, 0.9, 0.05, 1, 1, 1, 1, 1, 1]
    return np.rint(6 + 1.8 * (scores + 0.5 * rng.standard_normal((40, 9)))).clip(1, 10)


WARNED = [
    (
        lambda: MODEL.fit(answers(), iterations=1),
        ConvergenceWarning,
        (
            "the weights did not settle in 1 round, tolerance 1e-07: estimates are those of the "
            "last "
            "round. Allow more, iterations=10, use scheme='centroid', or look for constructs that "
            "hardly correlate with their neighbours."
        ),
    ),
    (
        lambda: MODEL.fit(answers(9)),
        DataWarning,
        (
            "9 respondents for 9 items: estimates rest on chance. Collect more answers, or use "
            "fewer "
            "items."
        ),
    ),
    (
        lambda: MODEL.fit(turned("s2")),
        DataWarning,
        (
            "'s2' of 'Satisfaction' correlates negatively with the construct, whose index falls "
            "where "
            "customers are more satisfied. If the wording has the opposite direction, declare "
            "the item "
            "as reverse-scored in an instrument when the answers are read."
        ),
    ),
    (
        lambda: formative(suppressing()),
        DataWarning,
        (
            "negative outer weight: 'q2' of 'Quality'. The index can leave 0 to 100 (Ringle & "
            "Sarstedt "
            "2016). Leave the item out, use mode='A', or the index with convention='equal'."
        ),
    ),
    (
        lambda: MODEL.fit(people(heywood()), consistent=True),
        IdentifiabilityWarning,
        (
            "the reliability rho_A of 'Loyalty' (1.0061) is above 1, which no reliability can "
            "be, and "
            "its correlations are corrected the wrong way. Items differ much in what they share: "
            "check "
            "them, collect more answers, or use consistent=False."
        ),
    ),
]


@pytest.mark.parametrize(("make", "category", "message"), WARNED)
def test_what_is_warned_of(make, category, message):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make()
    told = [str(its.message) for its in caught if its.category is category]
    assert message in told


def test_a_fit_that_did_not_settle_says_so():
    with pytest.warns(ConvergenceWarning):
        fit = MODEL.fit(answers(), iterations=1)
    assert not fit.converged
    assert structured.fit().converged
    assert 2 < structured.fit().iterations < 20


def test_a_negative_weight_opens_the_ends_of_the_index():
    with pytest.warns(DataWarning, match="negative outer weight"):
        fit = formative(suppressing())
    index = fit.index("Quality")
    low, high = index.estimate.bounds
    assert low < 0
    assert high > 100
    assert low <= index.confidence_interval().low
    with pytest.raises(DataError) as refused:
        fit.scores()
    assert "because 'q2' has a negative weight" in str(refused.value)
    inside = fit.scores(convention="equal").item("Quality")
    assert inside.min() >= 0


def test_scales_that_differ_are_read_at_once():
    frame = dict(zip(ITEMS, drawn(60).T, strict=True))
    frame["l2"] = (frame["l2"] > 6).astype(float)  # would you come back, yes or no
    parts = read_parts(
        frame, {"ratings": (ITEMS[:8], TEN), "again": (["l2"], Scale(0, 1))}, missing="drop"
    )
    fit = MODEL.fit(parts)
    assert [str(its) for its in fit.moments.scales[-2:]] == ["1-10", "0-1"]
    assert fit.moments.means[-1] == pytest.approx(100 * frame["l2"].mean())
    shares = [its.share for its in fit.index("Loyalty").parts]
    assert sum(shares) == pytest.approx(1)
