"""The American and the European model from the columns of a survey."""

import modelled
import pytest

from custvalue import structural
from custvalue.errors import ParameterError


def paths(model):
    return {(its.source, its.target) for its in model.paths}


def test_the_american_model_has_nine_paths():
    model = structural.acsi({**modelled.AMERICAN, "Complaints": "complained"})
    assert paths(model) == {
        ("Expectation", "Quality"),
        ("Expectation", "Value"),
        ("Expectation", "Satisfaction"),
        ("Quality", "Value"),
        ("Quality", "Satisfaction"),
        ("Value", "Satisfaction"),
        ("Satisfaction", "Complaints"),
        ("Satisfaction", "Loyalty"),
        ("Complaints", "Loyalty"),
    }
    assert model.constructs[4].items == ("complained",)


def test_the_european_model_adds_the_image():
    model = structural.ecsi({**modelled.NAMES, "Complaints": ["complained", "how often"]})
    american = structural.acsi({**modelled.AMERICAN, "Complaints": ["complained", "how often"]})
    assert paths(model) - paths(american) == {
        ("Image", "Expectation"),
        ("Image", "Satisfaction"),
        ("Image", "Loyalty"),
    }


def test_complaints_may_be_left_out_and_the_order_of_columns_does_not_matter():
    model = structural.ecsi(modelled.NAMES)
    assert "Complaints" not in model.names
    assert len(model.paths) == 10
    assert structural.ecsi(dict(reversed(modelled.NAMES.items()))) == model


REFUSED = [
    (["sat1"], "columns must be a mapping of constructs to their items, as in structural.ecsi({"),
    (
        {"Imag": ["a"]},
        (
            "columns has 'Imag', but the constructs of ecsi are 'Image', 'Expectation', 'Quality', "
            "'Value', 'Satisfaction', 'Complaints', 'Loyalty'. Did you mean 'Image'?"
        ),
    ),
    (
        {"Image": ["a"], "Loyalty": ["b"]},
        (
            "columns has no items for 'Expectation', 'Quality', 'Value', 'Satisfaction'. Name "
            "them, or make a model of your own with structural.Model; ecsi can do without "
            "'Complaints' only."
        ),
    ),
    (
        {**modelled.NAMES, "Value": []},
        "columns['Value'] must be the names of one item or more, but it is [].",
    ),
    (
        {**modelled.NAMES, "Value": [1, 2]},
        "columns['Value'] must be the names of one item or more, but it is [1, 2].",
    ),
    (
        {**modelled.NAMES, "Value": ["val1", "sat1"]},
        "columns has 'sat1' twice. An item measures one construct: leave it in one.",
    ),
    ({**modelled.NAMES, None: ["x"]}, "columns has None, but the constructs of ecsi are"),
]


@pytest.mark.parametrize(("columns", "said"), REFUSED)
def test_what_is_no_mapping_of_columns(columns, said):
    with pytest.raises(ParameterError) as caught:
        structural.ecsi(columns)
    assert str(caught.value).startswith(said)
