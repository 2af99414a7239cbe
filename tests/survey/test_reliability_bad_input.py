"""What reliability refuses or warns of, and in which words."""

import warnings

import numpy as np
import pytest

from custvalue.errors import DataError, DataWarning, EstimationError, ParameterError
from custvalue.survey import (
    Bootstrap,
    Dimension,
    Instrument,
    Item,
    ReliabilityCoefficient,
    Responses,
    Scale,
    cronbach_alpha,
    reliability,
)

FIVE = Scale(1, 5)
GOOD = [[5, 4, 5], [3, 3, 4], [4, 4, 3], [1, 2, 2], [2, 1, 3], [5, 5, 4]]


def array(answers, **options):
    return Responses.from_arrays(answers, scale=FIVE, **options)


def instrument(*names, recoded=()):
    items = tuple(Item(name=name, reverse_scored=name in recoded) for name in names)
    return Instrument(name="desk", dimensions=(Dimension(name="staff", items=items),))


def coefficient(**changes):
    fields = {
        "name": "omega", "convention": "raw", "value": 0.8, "standard_error": 0.02, "items": 3,
        "n": 60, "effective_n": 60,
    } | changes  # fmt: skip
    return ReliabilityCoefficient(**fields)


def case(name, call, error, message):
    return pytest.param(call, error, message, id=name)


CASES = [
    case(
        "weighted respondents with equal answers",
        lambda: reliability(array(np.full((5, 3), 3), weights=[0.1, 0.7, 0.3, 0.9, 0.2])),
        DataError,
        "all answers to 'item 1' are 3 ('item 2', 'item 3' have no variance either), so it "
        "correlates with nothing. Exclude it, items=[…], and report its share.",
    ),
    case(
        "a single item",
        lambda: reliability(array([1, 2, 3])),
        DataError,
        "reliability needs at least 2 items, but there is 1, 'item 1'. A single item has no "
        "internal consistency. To correct for attenuation, use a fixed reliability from a study "
        "that asked the item twice.",
    ),
    case(
        "one respondent",
        lambda: reliability(array([[1, 2]])),
        DataError,
        "reliability needs at least 2 respondents who answered all 2 items, but there is 1. Use "
        "covariances='pairwise', exclude the item with most missing answers, or collect more "
        "answers.",
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
        "1. Use covariances='pairwise', exclude the item with most missing answers, or collect "
        "more answers.",
    ),
    case(
        "a pair that nobody answered both of",
        lambda: reliability(
            array([[1, 2, None], [3, 4, None], [None, 4, 2], [None, 3, 3]], missing="pairwise")
        ),
        DataError,
        "'item 1' and 'item 3' have 0 respondents in common, but a covariance needs 2. Exclude "
        "one of the items, items=[…].",
    ),
    case(
        "an item that nobody answered",
        lambda: reliability(array([[1, 2, None], [3, 4, None]], missing="pairwise")),
        DataError,
        "'item 3' has no answers. Exclude it, items=[…].",
    ),
    case(
        "two items that nobody answered",
        lambda: reliability(array([[1, None, None], [3, None, None]], missing="pairwise")),
        DataError,
        "'item 2', 'item 3' have no answers. Exclude them, items=[…].",
    ),
    case(
        "an item with equal answers",
        lambda: reliability(array([[1, 4, 2], [3, 4, 3], [5, 4, 5]])),
        DataError,
        "all answers to 'item 2' are 4, so it correlates with nothing. Exclude it, items=[…], and "
        "report its share.",
    ),
    case(
        "two items with equal answers in a dimension",
        lambda: reliability(
            array([[1, 4, 2], [3, 4, 2], [5, 4, 2]]),
            instrument=instrument("item 1", "item 2", "item 3"),
        ),
        DataError,
        "all answers to 'item 2' of staff are 4 ('item 3' have no variance either), so it "
        "correlates with nothing. Exclude it, items=[…], and report its share.",
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
        "items[1] must be one of 'item 1', 'item 2', 'item 3', but it is 'item 4'.",
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
        (
            "items must be a list of column names, but it is the one name 'item 1'. "
            "Write ['item 1'] for a single column, and list several, as in ['q1', 'q2']."
        ),
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
        "Use instrument=… for one result of each of its dimensions.",
    ),
    case(
        "too few respondents to resample",
        lambda: reliability(
            array([[1, 2, 1], [5, 4, 4], [2, 3, 3], [4, 4, 5], [3, 5, 4]]),
            method=Bootstrap(200, rng=1),
        ),
        EstimationError,
        "105 of 200 bootstrap resamples failed, the first one because: the correlation matrix is "
        "not positive definite. Collect more answers, or use an interval that needs no "
        "resampling.",
    ),
    case(
        "keyed by another instrument",
        lambda: reliability(
            array(GOOD).keyed(instrument("item 1", "item 2", "item 3", recoded=["item 2"])),
            instrument=instrument("item 1", "item 2", "item 3"),
        ),
        DataError,
        "'item 2' is reverse-scored in one of the instruments 'desk', by which these responses are "
        "keyed, and 'desk', but not in the other. Key the answers as they were read.",
    ),
    case(
        "an unknown statistic of an item",
        lambda: reliability(array(GOOD)).item("item 9"),
        ParameterError,
        "there is no item 'item 9'. The items are 'item 1', 'item 2', 'item 3'.",
    ),
    case(
        "an unknown dimension",
        lambda: reliability(array(GOOD), instrument=instrument("item 1", "item 2")).dimension(
            "staf"
        ),
        ParameterError,
        "there is no dimension 'staf'. Did you mean 'staff'? The dimensions are 'staff'.",
    ),
    case(
        "an unknown method",
        lambda: coefficient().confidence_interval(method="bonett"),
        ParameterError,
        "method must be one of 'jackknife', 'feldt', 'linearised', 'normal', 'percentile', 'bca', "
        "but it is 'bonett'.",
    ),
    case(
        "Feldt for omega",
        lambda: coefficient().confidence_interval(method="feldt"),
        DataError,
        "Feldt's interval is for raw alpha of complete answers with equal weights, not for this "
        "omega, raw. Use method='linearised', or 'percentile' where resamples were requested.",
    ),
    case(
        "no resamples",
        lambda: coefficient().confidence_interval(method="percentile"),
        DataError,
        "omega has no resamples. Use method=Bootstrap(2000, rng=1) when it is estimated.",
    ),
    case(
        "resamples of a coefficient without answers",
        lambda: coefficient().confidence_interval(method=Bootstrap(500, kind="bca")),
        ParameterError,
        "omega keeps no answers to resample. Use method=Bootstrap(500) when it is estimated, then "
        "confidence_interval(method='bca').",
    ),
    case(
        "another request for resamples",
        lambda: reliability(array(GOOD), method="bootstrap"),
        ParameterError,
        "method must be a Bootstrap, as in Bootstrap(2000, rng=1), but it is 'bootstrap'.",
    ),
    case(
        "on the boundary",
        lambda: coefficient(standard_error=None).confidence_interval(),
        DataError,
        "omega has no standard error, because its solution is on the boundary of the parameter "
        "space. Use method=Bootstrap(2000, rng=1) when it is estimated, for resamples.",
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
        "one negatively keyed item in alpha",
        lambda: cronbach_alpha(array(related(reverse=[2], items=5))),
        "'item 3' correlates negatively with the other items. If the wording has the opposite "
        "direction, declare it as reverse-scored in the instrument, Item(name='item 3', "
        "reverse_scored=True), or recode each answer as 6 - answer. If not, exclude it.",
    ),
    warning(
        "two of four negatively keyed items in alpha",
        lambda: cronbach_alpha(array(related(reverse=[1, 2]))),
        "alpha is -1.3529, which no reliability can be: 'item 2', 'item 3' correlate negatively "
        "with the other items. If the wording has the opposite direction, declare them as "
        "reverse-scored in the instrument, Item(name='item 2', reverse_scored=True), or recode "
        "each answer as 6 - answer. If not, exclude them.",
    ),
    warning(
        "one negatively keyed item",
        lambda: reliability(array(related(reverse=[2], items=5))),
        "'item 3' correlates negatively with the other items. If the wording has the opposite "
        "direction, declare it as reverse-scored in the instrument, Item(name='item 3', "
        "reverse_scored=True), or recode each answer as 6 - answer. If not, exclude it.",
    ),
    warning(
        "two of four negatively keyed items",
        lambda: reliability(array(related(reverse=[1, 2]))),
        "alpha is -1.3529, which no reliability can be: 'item 2', 'item 3' correlate negatively "
        "with the other items. If the wording has the opposite direction, declare them as "
        "reverse-scored in the instrument, Item(name='item 2', reverse_scored=True), or recode "
        "each answer as 6 - answer. If not, exclude them.",
    ),
    warning(
        "an item recoded by mistake",
        lambda: reliability(
            array(related(items=3)),
            instrument=instrument("item 1", "item 2", "item 3", recoded=["item 2"]),
        ),
        "alpha of staff is -0.8833, which no reliability can be: 'item 2' correlates negatively "
        "with the other items of staff. The instrument says reverse_scored=True, which recoded it: "
        "remove that if the wording has the direction of the other items. If not, exclude it.",
    ),
    warning(
        "negative without a culprit",
        lambda: reliability(array(unrelated())),
        "alpha is -0.4080, which no reliability can be: the items correlate less than by chance. "
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
        "held at 0, and omega, composite reliability and AVE depend on this one item. Look for "
        "items that nearly repeat each other, for a second dimension, or for too few respondents; "
        "report alpha."
    )
