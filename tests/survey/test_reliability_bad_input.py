"""What reliability refuses or warns of, and in which words."""

import warnings

import numpy as np
import pytest

from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError
from custvalue.survey import (
    Dimension,
    Instrument,
    Item,
    ReliabilityCoefficient,
    Responses,
    Scale,
    cronbach_alpha,
    dimensionality,
    reliability,
)

FIVE = Scale(1, 5)
GOOD = [[5, 4, 5], [3, 3, 4], [4, 4, 3], [1, 2, 2], [2, 1, 3], [5, 5, 4]]


def array(answers, **options):
    return Responses.from_arrays(answers, scale=FIVE, **options)


def instrument(*names, turned=()):
    items = tuple(Item(name=name, reversed=name in turned) for name in names)
    return Instrument(name="desk", dimensions=(Dimension(name="staff", items=items),))


def coefficient(**changes):
    fields = {
        "name": "omega", "convention": "raw", "value": 0.8, "standard_error": 0.02, "items": 3,
        "n": 60, "effective_n": 60,
    } | changes  # fmt: skip
    return ReliabilityCoefficient(**fields)


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


NO_RESPONSES = (
    "responses must be Responses, as in Responses.from_frame(frame, scale=Scale(1, 5)), but it is "
    "a dict."
)

CASES = [
    case("reliability of a frame", lambda: reliability({"a": [1]}), ParameterError, NO_RESPONSES),
    case("alpha of a frame", lambda: cronbach_alpha({"a": [1]}), ParameterError, NO_RESPONSES),
    case(
        "dimensionality of a frame",
        lambda: dimensionality({"a": [1]}),
        ParameterError,
        NO_RESPONSES,
    ),
    case(
        "weighted respondents with equal answers",
        lambda: reliability(array(np.full((5, 3), 3), weights=[0.1, 0.7, 0.3, 0.9, 0.2])),
        DataError,
        "'item 1' has the answer 3 from everybody (and so has 'item 2', 'item 3'), so it goes "
        "together with nothing. Leave it out, items=[…], and report its share.",
    ),
    case(
        "a single item",
        lambda: reliability(array([1, 2, 3])),
        DataError,
        "reliability needs at least 2 items, but there is 1, 'item 1'. A single item has no "
        "internal consistency; where a reliability is needed, to correct for attenuation say, "
        "take a fixed one from a study that asked the item twice.",
    ),
    case(
        "one respondent",
        lambda: reliability(array([[1, 2]])),
        DataError,
        "reliability needs at least 2 respondents who answered all 2 items, but there is 1. Say "
        "covariances='pairwise', leave out the item with most gaps, or collect more answers.",
    ),
    case(
        "one complete respondent of a dimension",
        lambda: reliability(
            array([[1, 2], [3, None], [None, 4]], missing="pairwise"),
            instrument=instrument("item 1", "item 2"),
            covariances="listwise",
        ),
        DataError,
        "reliability of staff needs at least 2 respondents who answered all 2 items, but there is "
        "1. Say covariances='pairwise', leave out the item with most gaps, or collect more "
        "answers.",
    ),
    case(
        "a pair that nobody answered both of",
        lambda: reliability(
            array([[1, 2, None], [3, 4, None], [None, 4, 2], [None, 3, 3]], missing="pairwise")
        ),
        DataError,
        "'item 1' and 'item 3' have 0 respondents in common, but a covariance needs 2. Leave one "
        "of the items out, items=[…].",
    ),
    case(
        "an item that nobody answered",
        lambda: reliability(array([[1, 2, None], [3, 4, None]], missing="pairwise")),
        DataError,
        "nobody answered 'item 3'. Leave it out, items=[…].",
    ),
    case(
        "two items that nobody answered",
        lambda: reliability(array([[1, None, None], [3, None, None]], missing="pairwise")),
        DataError,
        "nobody answered 'item 2', 'item 3'. Leave them out, items=[…].",
    ),
    case(
        "an item with equal answers",
        lambda: reliability(array([[1, 4, 2], [3, 4, 3], [5, 4, 5]])),
        DataError,
        "'item 2' has the answer 4 from everybody, so it goes together with nothing. Leave it out, "
        "items=[…], and report its share.",
    ),
    case(
        "two items with equal answers in a dimension",
        lambda: reliability(
            array([[1, 4, 2], [3, 4, 2], [5, 4, 2]]),
            instrument=instrument("item 1", "item 2", "item 3"),
        ),
        DataError,
        "'item 2' of staff has the answer 4 from everybody (and so has 'item 3'), so it goes "
        "together with nothing. Leave it out, items=[…], and report its share.",
    ),
    case(
        "equal totals",
        lambda: reliability(array([[1, 3], [3, 1], [2, 2]])),
        DataError,
        "reliability needs respondents who differ, but all have the same total score.",
    ),
    case(
        "an unknown item",
        lambda: reliability(array(GOOD), ["item 1", "item 4"]),
        ParameterError,
        "items[1] must be one of 'item 1', 'item 2', 'item 3', but it is 'item 4'. Did you mean "
        "'item 3'?",
    ),
    case(
        "an unknown item of an instrument",
        lambda: reliability(array(GOOD), instrument=instrument("item 1", "polite")),
        ParameterError,
        "items[1] must be one of 'item 1', 'item 2', 'item 3', but it is 'polite'.",
    ),
    case(
        "one name for a list",
        lambda: reliability(array(GOOD), "item 1"),
        DataError,
        "items must be a list of column names, but it is the one name 'item 1'. Write ['item 1'].",
    ),
    case(
        "items and an instrument",
        lambda: reliability(array(GOOD), ["item 1"], instrument=instrument("item 1", "item 2")),
        ParameterError,
        "give either items=[…] or an instrument, which names the items of each dimension.",
    ),
    case(
        "an instrument in the place of items",
        lambda: reliability(array(GOOD), instrument("item 1", "item 2")),
        ParameterError,
        f"items must be names of items, but it is {instrument('item 1').name!r}, an Instrument. "
        "Say instrument=… for one result of each of its dimensions.",
    ),
    case(
        "unknown covariances",
        lambda: reliability(array(GOOD), covariances="pairs"),
        ParameterError,
        "covariances must be one of 'listwise', 'pairwise', but it is 'pairs'. Did you mean "
        "'pairwise'?",
    ),
    case(
        "one replicate",
        lambda: reliability(array(GOOD), bootstrap=1),
        ParameterError,
        "bootstrap must be 0 for none or a whole number >= 2 of resamples, as in 2000, but it is "
        "1.",
    ),
    case(
        "replicates as a yes",
        lambda: reliability(array(GOOD), bootstrap=True),
        ParameterError,
        "bootstrap must be 0 for none or a whole number >= 2 of resamples, as in 2000, but it is "
        "True.",
    ),
    case(
        "too few respondents to resample",
        lambda: reliability(
            array([[1, 2, 1], [5, 4, 4], [2, 3, 3], [4, 4, 5], [3, 5, 4]]), bootstrap=200, rng=1
        ),
        EstimationError,
        "105 of 200 bootstrap resamples failed, the first one because: the correlation matrix is "
        "not positive definite. Collect more answers, or use an interval that needs no "
        "resampling.",
    ),
    case(
        "keyed by another instrument",
        lambda: reliability(
            array(GOOD).keyed(instrument("item 1", "item 2", "item 3", turned=["item 2"])),
            instrument=instrument("item 1", "item 2", "item 3"),
        ),
        DataError,
        "'item 2' is reversed in one of the instruments 'desk', by which these responses are "
        "keyed, and 'desk', but not in the other. Key the answers as they were read.",
    ),
    case(
        "an unknown statistic of an item",
        lambda: reliability(array(GOOD)).item("item 9"),
        ParameterError,
        "item must be one of 'item 1', 'item 2', 'item 3', but it is 'item 9'. Did you mean "
        "'item 3'?",
    ),
    case(
        "an unknown dimension",
        lambda: reliability(array(GOOD), instrument=instrument("item 1", "item 2")).dimension(
            "staf"
        ),
        ParameterError,
        "dimension must be one of 'staff', but it is 'staf'. Did you mean 'staff'?",
    ),
    case(
        "a level in per cent",
        lambda: reliability(array(GOOD)).alpha.confidence_interval(95),
        ParameterError,
        "level must be > 0 and < 1, as in 0.95, but it is 95. Did you mean 0.95?",
    ),
    case(
        "an unknown method",
        lambda: coefficient().confidence_interval(method="bonett"),
        ParameterError,
        "method must be one of 'feldt', 'linearised', 'bootstrap', but it is 'bonett'.",
    ),
    case(
        "Feldt for omega",
        lambda: coefficient().confidence_interval(method="feldt"),
        DataError,
        "Feldt's interval is for raw alpha of complete answers with equal weights, not for this "
        "omega, raw. Say method='linearised', or 'bootstrap'.",
    ),
    case(
        "no replicates",
        lambda: coefficient().confidence_interval(method="bootstrap"),
        DataError,
        "omega has no bootstrap replicates. Ask for them, bootstrap=2000.",
    ),
    case(
        "on the edge",
        lambda: coefficient(standard_error=None).confidence_interval(),
        DataError,
        "omega has no linearised interval, because its solution lies on the edge of what is "
        "possible. Ask for replicates, bootstrap=2000.",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), CASES)
def test_bad_input_is_refused_in_words(call, error, message):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        with pytest.raises(error) as caught:
            call()
    assert str(caught.value) == message


def related(n=60, *, reverse=(), items=4):
    rng = np.random.default_rng(5)
    answers = np.clip(
        np.rint(3 + rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=(n, items))), 1, 5
    )
    for place in reverse:
        answers[:, place] = 6 - answers[:, place]
    return answers


def unrelated():
    return np.random.default_rng(3).integers(1, 6, size=(20, 3))


def warning(name, call, message):
    return pytest.param(call, message, id=name)


WARNINGS = [
    warning(
        "one reversed item in alpha",
        lambda: cronbach_alpha(array(related(reverse=[2], items=5))),
        "'item 3' runs against the other items. If worded the other way round, say so in the "
        "instrument, Item(name='item 3', reversed=True), or put 6 - answer for each answer. If "
        "not, leave it out.",
    ),
    warning(
        "two of four reversed items in alpha",
        lambda: cronbach_alpha(array(related(reverse=[1, 2]))),
        "alpha is -1.3529, which no reliability can be: 'item 2', 'item 3' run against the other "
        "items. If worded the other way round, say so in the instrument, Item(name='item 2', "
        "reversed=True), or put 6 - answer for each answer. If not, leave them out.",
    ),
    warning(
        "one reversed item",
        lambda: reliability(array(related(reverse=[2], items=5))),
        "'item 3' runs against the other items. If worded the other way round, say so in the "
        "instrument, Item(name='item 3', reversed=True), or put 6 - answer for each answer. If "
        "not, leave it out.",
    ),
    warning(
        "two of four reversed items",
        lambda: reliability(array(related(reverse=[1, 2]))),
        "alpha is -1.3529, which no reliability can be: 'item 2', 'item 3' run against the other "
        "items. If worded the other way round, say so in the instrument, Item(name='item 2', "
        "reversed=True), or put 6 - answer for each answer. If not, leave them out.",
    ),
    warning(
        "an item turned round by mistake",
        lambda: reliability(
            array(related(items=3)),
            instrument=instrument("item 1", "item 2", "item 3", turned=["item 2"]),
        ),
        "alpha of staff is -0.8833, which no reliability can be: 'item 2' runs against the other "
        "items of staff. The instrument says reversed=True, so it had been turned round: take that "
        "back if worded like the others. If not, leave it out.",
    ),
    warning(
        "negative without a culprit",
        lambda: reliability(array(unrelated())),
        "alpha is -0.4080, which no reliability can be: the items go together less than by chance. "
        "They do not measure one thing, or there are too few respondents (20).",
    ),
]


@pytest.mark.parametrize(("call", "message"), WARNINGS)
def test_what_is_odd_is_warned_of_in_words(call, message):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    texts = [str(one.message) for one in caught if "Heywood" not in str(one.message)]
    assert texts == [message]
    assert all(issubclass(one.category, DataWarning) for one in caught)


def test_a_heywood_case_in_words():
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(80, 3))
    draws -= draws.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(draws, rowvar=False)), draws.T)
    shape = np.linalg.cholesky(np.array([[1, 0.6, 0.6], [0.6, 1, 0.3], [0.6, 0.3, 1]]))
    data = Responses.from_arrays((shape @ white).T, scale=Scale(-9, 9, step=None))
    with pytest.warns(DataWarning) as caught:
        reliability(data)
    assert str(caught[0].message) == (
        "one factor would explain more than all of 'item 1' (a Heywood case); its uniqueness is "
        "held at 0, and omega, composite reliability and AVE lean on this one item. Look for items "
        "that nearly repeat each other, for a second dimension, or for too few respondents; report "
        "alpha."
    )
