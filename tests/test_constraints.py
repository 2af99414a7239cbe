"""Every declared constraint of every public function, tried with values that break it.

What an argument may be is declared by its name and annotation: a level, a scale, sampling weights,
one of some choices, a request for resamples, a number. Each function of `valid_calls` is called as
there, but for one argument; what it refuses it must name, with the value.
"""

import inspect
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest
from valid_calls import CALLS, COMPLETE

from custvalue.errors import CustvalueError, ParameterError, UnitError
from custvalue.survey import Bootstrap, Scale

LEVELS = (0, 1, -0.5, 95, float("nan"), "0.95", True, None)
NO_NUMBERS = ("many", float("nan"), True)
NO_CHOICES = ("no such choice", 7, np.array(["no such", "choice"]))
NO_BOOTSTRAP = ("bootstrap", 2000)
NO_SCALE = (5, "1-5")
NO_WEIGHTS = (["many", "few", "some"], [-1, 1, 1], [0, 0, 0], [1])
UNNAMED = {("sample_size_for_mean", "scale")}  # refused beside another argument, whatever it is


def choices_of(annotation):
    """Return the words of a Literal, also where it may be None."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return choices_of(parts[0]) if len(parts) == 1 else ()
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def is_number(annotation):
    kinds = get_args(annotation) or (annotation,)
    return all(kind in (float, int, type(None)) for kind in kinds) and kinds != (type(None),)


def bad_values(name, annotation):
    if name == "level":
        return LEVELS
    if name == "weights" and annotation is Any:
        return NO_WEIGHTS
    if annotation is Bootstrap:
        return NO_BOOTSTRAP
    if Scale in (annotation, *get_args(annotation)):
        return NO_SCALE
    if choices_of(annotation):
        return NO_CHOICES
    return NO_NUMBERS if is_number(annotation) else ()


def arguments_of(function):
    return {name: kind for name, kind in get_type_hints(function).items() if name != "return"}


def cases():
    for face, calls in CALLS.items():
        for function, valid in calls.items():
            for name, annotation in arguments_of(getattr(face, function)).items():
                for value in bad_values(name, annotation):
                    yield pytest.param(
                        getattr(face, function), valid, name, value, id=f"{function}-{name}-{value}"
                    )


@pytest.mark.parametrize(("function", "valid", "name", "value"), list(cases()))
def test_what_breaks_a_declared_constraint_is_refused_by_name(function, valid, name, value):
    with pytest.raises(CustvalueError) as caught:
        function(**{**valid, name: value})
    message = str(caught.value)
    assert name.strip("_") in message
    assert message.endswith((".", "?"))
    if not isinstance(value, list) and (function.__name__, name) not in UNNAMED:
        assert isinstance(caught.value, ParameterError | UnitError)
        assert repr(value) in message or str(value) in message


def test_the_choices_are_listed():
    for face, calls in CALLS.items():
        for function, valid in calls.items():
            for name, annotation in arguments_of(getattr(face, function)).items():
                for first in choices_of(annotation)[:1]:
                    said = f"{name} must be one of '{first}', "
                    with pytest.raises((ParameterError, UnitError), match=said):
                        getattr(face, function)(**{**valid, name: "no such choice"})


@pytest.mark.parametrize("face", COMPLETE, ids=lambda face: face.__name__)
def test_every_function_of_a_face_is_tried(face):
    functions = {name for name in face.__all__ if inspect.isfunction(getattr(face, name))}
    assert functions == set(CALLS[face])


@pytest.mark.parametrize(
    ("function", "valid"),
    [
        pytest.param(getattr(face, function), valid, id=function)
        for face, calls in CALLS.items()
        for function, valid in calls.items()
    ],
)
def test_the_call_without_a_bad_value_is_valid(function, valid):
    found = function(**valid)
    assert found is not None
    if hasattr(found, "collect"):  # a frame of an engine
        return
    if hasattr(found, "confidence_interval"):
        for level in LEVELS:
            with pytest.raises(ParameterError, match="level must be"):
                found.confidence_interval(level)
        for method in NO_CHOICES:
            with pytest.raises(ParameterError, match="method must be one of"):
                found.confidence_interval(method=method)
    if "level" in inspect.signature(getattr(found, "columns", lambda: None)).parameters:
        with pytest.raises(ParameterError, match="level must be"):
            found.columns(level=95)


def test_numbers_of_numpy_are_levels():
    for face, calls in CALLS.items():
        for function, valid in calls.items():
            if "level" in arguments_of(getattr(face, function)):
                getattr(face, function)(**{**valid, "level": np.float64(0.9)})
