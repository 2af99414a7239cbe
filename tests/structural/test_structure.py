"""Models in words: what fits together, and what does not."""

import pytest

from custvalue.errors import ParameterError
from custvalue.structural import Construct, Model, Path, items

Q = Construct("Quality", ["q1", "q2"])
S = Construct("Satisfaction", ["s1", "s2"])
L = Construct("Loyalty", ["l1"])
QS, SL = Path("Quality", "Satisfaction"), Path("Satisfaction", "Loyalty")


def test_parts_come_in_any_order():
    one, other = Model([Q, S, L, QS, SL]), Model([SL, Q, QS, S, L])
    assert one.names == other.names == ("Quality", "Satisfaction", "Loyalty")
    assert one.item_names == ("q1", "q2", "s1", "s2", "l1")
    assert {str(its) for its in other.paths} == {
        "Quality -> Satisfaction",
        "Satisfaction -> Loyalty",
    }


def test_parts_and_fields_add_up():
    assert Model([Q, S, L], paths=[QS, SL]) == Model([Q, S, L, QS, SL])
    assert Model(constructs=[Q, S, L], paths=[QS, SL]) == Model([Q, S, L, QS, SL])


def test_json_and_back():
    model = Model([Q, S, L, QS, SL])
    assert Model.from_json(model.to_json()) == model


def test_one_item_needs_no_list():
    assert Construct("Loyalty", "l1") == L


def test_numbered_items():
    assert items("imag", 1, 3) == ("imag1", "imag2", "imag3")
    assert items("x", 0, 0) == ("x0",)


PARTS = [
    (
        [Q, S],
        (
            "the construct 'Quality' is at the end of no path, so that nothing tells how its "
            "items are weighted. Add a path from or to it, or leave it out."
        ),
    ),
    (
        [Q, S, L, QS],
        (
            "the construct 'Loyalty' is at the end of no path, so that nothing tells how "
            "its items are weighted. Add a path from or to it, or leave it out."
        ),
    ),
    ([Q], "a model needs at least 2 constructs with a path between them, but it has 1."),
    ([], "a model needs at least 2 constructs with a path between them, but it has 0."),
    ([Q, Q, S, QS], "the construct 'Quality' is defined twice. Give each its own name."),
    (
        [Q, Construct("Satisfaction", ["s1", "q2"]), QS],
        (
            "the item 'q2' is in two constructs, "
            "'Quality' and 'Satisfaction'. Leave it in the one that it measures."
        ),
    ),
    (
        [Q, S, Path("Qualty", "Satisfaction")],
        (
            "the path Qualty -> Satisfaction needs a construct "
            "'Qualty', which the model does not have. Did you mean 'Quality'? Its constructs are "
            "'Quality', 'Satisfaction'."
        ),
    ),
    ([Q, S, QS, QS], "the path Quality -> Satisfaction comes twice."),
    (
        [Q, S, L, QS, SL, Path("Loyalty", "Quality")],
        (
            "the paths Quality -> Satisfaction -> Loyalty "
            "-> Quality lead in a circle, and regressions cannot tell which way an effect goes. "
            "Leave "
            "out one of them."
        ),
    ),
    (
        [Q, S, L, SL, QS, Path("Loyalty", "Satisfaction")],
        (
            "the paths Satisfaction -> Loyalty -> "
            "Satisfaction lead in a circle, and regressions cannot tell which way an effect "
            "goes. Leave "
            "out one of them."
        ),
    ),
]


@pytest.mark.parametrize(("parts", "message"), PARTS)
def test_what_is_no_model(parts, message):
    with pytest.raises(ParameterError) as refused:
        Model(parts)
    assert str(refused.value) == message


REFUSED = [
    (
        lambda: Construct("Quality", {"q1"}),
        (
            "the items of the construct 'Quality' must be a list, which has an order, but they are "
            "{'q1'}."
        ),
    ),
    (
        lambda: Construct("Quality", []),
        (
            "the construct 'Quality' has no items. Name the items that measure it, as in "
            "Construct('Quality', ['speed', 'care'])."
        ),
    ),
    (
        lambda: Construct("Quality", ["q1", "q2", "q1"]),
        "the construct 'Quality' names 'q1' twice.",
    ),
    (lambda: Construct("", ["q1"]), "a construct must have a name, but it is empty."),
    (
        lambda: Construct("Quality", ["q1", " "]),
        "the construct 'Quality' has an item without a name.",
    ),
    (
        lambda: Construct("Quality", ["q1"], "C"),
        "Construct: mode must be one of 'A', 'B', but it is 'C'.",
    ),
    (lambda: Construct(7, ["q1"]), "Construct: name must be a string, but it is 7."),
    (
        lambda: Path("Quality", "Quality"),
        "a path must lead to another construct, not from 'Quality' to itself.",
    ),
    (
        lambda: Model("Quality"),
        (
            'parts must be a list of constructs and paths, as in Model([Construct("Quality", '
            '["speed", "care"]), …, Path("Quality", "Satisfaction")]), but it is \'Quality\'.'
        ),
    ),
    (
        lambda: Model([Q, S, "Quality -> Satisfaction"]),
        (
            'parts must be constructs and paths, as in Model([Construct("Quality", ["speed", '
            '"care"]), '
            '…, Path("Quality", "Satisfaction")]), but one is \'Quality -> Satisfaction\'.'
        ),
    ),
    (
        lambda: items(["a", "b"], 1, 2),
        (
            "stem must be text, as in items('imag', 1, 5), but it is ['a', 'b']. Names of items "
            "that "
            "are not numbered go into a list: Construct('Image', ['trust', 'care'])."
        ),
    ),
    (
        lambda: items("imag", 5, 1),
        (
            "first and last must be whole numbers, 0 <= first <= last, of at most 1,000 items, "
            "as in "
            "items('imag', 1, 5), but they are 5 and 1."
        ),
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_what_is_refused(make, message):
    with pytest.raises(ParameterError) as refused:
        make()
    assert str(refused.value) == message
