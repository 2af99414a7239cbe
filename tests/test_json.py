"""JSON is an entrance like a constructor: what does not fit is refused in words, whatever it is."""

import copy
import json
import pickle

import numpy as np
import pytest

from custvalue import lifetime
from custvalue.errors import CustvalueError, ParameterError
from custvalue.satisfaction import net_promoter_score
from custvalue.survey import Interval
from results import clv, results

REMOVED = object()
VALUES = (None, {}, [], "x", -1, 7, 1e308)


def places(content, path=()):
    yield path
    if isinstance(content, dict):
        for key, value in content.items():
            yield from places(value, (*path, key))
    elif isinstance(content, list):
        for place, value in enumerate(content[:1]):
            yield from places(value, (*path, place))


def changed(text, path, value):
    content = json.loads(text)
    *before, last = path
    inside = content
    for key in before:
        inside = inside[key]
    if value is REMOVED:
        del inside[last]
    else:
        inside[last] = value
    return content


def changes(content):
    for number, path in enumerate(places(content)):
        if not path or path[-1] == "schema":
            continue
        inside = content
        for key in path:
            inside = inside[key]
        longer = [inside[:-1], inside + inside[:1]] if isinstance(inside, list) else []
        for value in (REMOVED, VALUES[number % len(VALUES)], *longer[number % 2 :]):
            yield path, value


FEW = 60  # changes of a result that are tried quickly, spread over all of its places


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("all_of_them", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in results()])
def test_json_that_does_not_fit_is_refused_or_can_be_shown(make, all_of_them):
    result = make()
    if not hasattr(result, "to_json"):
        pytest.skip("is no result of its own")
    text = result.to_json()
    assert type(result).from_json(text).to_json() == text
    refused = 0
    every = list(changes(json.loads(text)))
    for path, value in every if all_of_them else every[:: 1 + len(every) // FEW]:
        try:
            read = type(result).from_json(json.dumps(changed(text, path, value)))
        except CustvalueError:
            refused += 1
        else:
            assert str(read)
            assert repr(read)
    assert refused


SCORE = net_promoter_score([10, 9, 2])


def refusal(kind, text):
    with pytest.raises(ParameterError) as caught:
        kind.from_json(text)
    return str(caught.value)


def test_the_text_says_its_schema_and_older_ones_are_read():
    text = SCORE.to_json()
    assert text.startswith('{"schema":"custvalue/1",')
    assert json.loads(SCORE.to_json(indent=2)) == json.loads(text)
    without = {key: value for key, value in json.loads(text).items() if key != "schema"}
    assert type(SCORE).from_json(json.dumps(without)) == SCORE


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("custvalue/2", "but this version of custvalue reads up to 'custvalue/1'. Update"),
        ("custvalue/0", "schema must be 'custvalue/1' or older, but it is 'custvalue/0'."),
        ("custvalue/x", "schema must be 'custvalue/1' or older, but it is 'custvalue/x'."),
        (2, "NetPromoterScore has no 'schema'"),
    ],
)
def test_another_schema_is_refused(schema, said):
    content = json.loads(SCORE.to_json()) | {"schema": schema}
    assert said in refusal(type(SCORE), json.dumps(content))


def test_an_object_inside_another_may_have_its_schema():
    content = json.loads(SCORE.to_json())
    content["estimate"] = json.loads(SCORE.estimate.to_json())
    assert type(SCORE).from_json(json.dumps(content)) == SCORE


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "7", "-0.1"])
def test_a_probability_of_a_customer_is_one(number):
    value = clv()
    text = value.to_json()
    start = text.index('"probability_alive":[') + len('"probability_alive":[')
    broken = text[:start] + number + text[text.index(",", start) :]
    assert "CustomerLifetimeValue" in refusal(type(value), broken)


@pytest.mark.parametrize("number", ["0", "0.0", "1", "1.0"])
def test_a_probability_may_be_certain(number):
    value = clv()
    text = value.to_json()
    start = text.index('"probability_alive":[') + len('"probability_alive":[')
    certain = text[:start] + number + text[text.index(",", start) :]
    assert type(value).from_json(certain).probability_alive[0] == float(number)


def test_columns_have_one_length():
    value = clv()
    content = json.loads(value.to_json())
    content["value"] = content["value"][:2]
    said = refusal(type(value), json.dumps(content))
    assert said == (
        "CustomerLifetimeValue: all columns must have one length, but customer has 3 entries and "
        "value has 2."
    )


def unpickled(thing):
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - our own


def arrays(thing):
    """Yield the arrays of a result and of what it is made of."""
    if isinstance(thing, np.ndarray):
        yield thing
    elif isinstance(thing, dict):
        yield from (array for value in thing.values() for array in arrays(value))
    elif isinstance(thing, tuple):
        yield from (array for value in thing for array in arrays(value))
    elif type(thing).__module__.startswith("custvalue.") and hasattr(thing, "__dict__"):
        yield from arrays(vars(thing))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("copied", [lambda its: its, copy.deepcopy, unpickled])
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in results()])
def test_a_copy_is_the_same_and_as_closed(copied, make):
    one = make()
    other = copied(one)
    assert repr(other) == repr(one)
    if hasattr(one, "to_json"):
        assert other == one
        assert not any(array.flags.writeable for array in arrays(other))


def test_a_fit_goes_to_another_process():
    history = lifetime.PurchaseHistory.from_arrays(
        frequency=[2, 0, 1, 4, 0, 1],
        recency=[30, 0, 9, 33, 0, 30],
        age=[38, 40, 40, 36, 30, 32],
        unit="week",
    )
    fit = lifetime.NBD.fit(history)
    assert unpickled(fit) == fit
    assert unpickled(fit).model == fit.model


@pytest.mark.parametrize(("low", "high"), [(6, -0.6), (float("nan"), 1), (0, float("nan"))])
def test_the_ends_of_an_interval_are_in_order(low, high):
    with pytest.raises(ParameterError, match="the ends of an interval must be numbers in order"):
        Interval(low=low, high=high, level=0.95, method="t")
