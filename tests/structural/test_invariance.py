"""What must not change an estimate: weights as repeated rows, order, units, direction, JSON."""

import numpy as np
import pytest
import structured
from structured import ITEMS, MODEL, TEN, answers, drawn

from custvalue.structural import Construct, Model, StructuralFit
from custvalue.survey import Responses, Scale, read_parts

GROUPS = (
    "paths",
    "total_effects",
    "loadings",
    "weights",
    "r_squared",
    "f_squared",
    "index, unstandardised",
    "index, standardised",
    "index, equal",
)
WAYS = [
    {"scheme": scheme, "scaling": scaling, "consistent": consistent}
    for scheme in ("path", "centroid", "factor")
    for scaling in ("standardised", "centred")
    for consistent in (False, True)
]


def numbers(fit):
    return {
        (group, *label): value
        for group in GROUPS
        for label, value in zip(
            fit.estimates(group).labels, fit.estimates(group).values, strict=True
        )
    }


def errors(fit, group="paths"):
    return [its.standard_error for its in fit.estimates(group) if its.standard_error is not None]


@pytest.mark.parametrize("how", WAYS)
def test_whole_weights_are_repeated_rows(how):
    rows, times = drawn(80), np.random.default_rng(4).integers(0, 4, 80)
    weighted = Responses.from_arrays(rows, items=ITEMS, scale=TEN, weights=times)
    repeated = Responses.from_arrays(np.repeat(rows, times, axis=0), items=ITEMS, scale=TEN)
    one, other = MODEL.fit(weighted, **how), MODEL.fit(repeated, **how)
    assert numbers(one) == pytest.approx(numbers(other), abs=1e-10)
    assert one.n == np.count_nonzero(times)
    assert one.base.excluded == {"weight 0": int((times == 0).sum())}


def test_weights_times_seven_are_the_same():
    weights = np.random.default_rng(5).lognormal(0, 0.5, 120)
    one, other = (MODEL.fit(answers(weights=k * weights)) for k in (1, 7))
    assert numbers(one) == pytest.approx(numbers(other), abs=1e-12)
    assert errors(one) == pytest.approx(errors(other), rel=1e-6)


@pytest.mark.parametrize("how", WAYS)
def test_order_of_rows_items_and_constructs(how):
    order = np.random.default_rng(6).permutation(9)
    shuffled = np.random.default_rng(7).permutation(120)
    rows = Responses.from_arrays(
        drawn()[shuffled][:, order], items=[ITEMS[k] for k in order], scale=TEN
    )
    turned = Model([
        *(Construct(its.name, its.items[::-1]) for its in reversed(MODEL.constructs)),
        *reversed(MODEL.paths),
    ])  # fmt: skip
    assert numbers(turned.fit(rows, **how)) == pytest.approx(
        numbers(MODEL.fit(answers(), **how)), abs=1e-10
    )


@pytest.mark.parametrize("how", WAYS)
def test_another_unit_of_an_item(how):
    frame = dict(zip(ITEMS, drawn().T, strict=True))
    plain = read_parts(frame, {"all": (list(ITEMS), TEN)})
    frame["q2"] = (frame["q2"] - 1) * 2  # from 0 to 18
    others = [name for name in ITEMS if name != "q2"]
    scaled = read_parts(frame, {"one": (["q2"], Scale(0, 18)), "rest": (others, TEN)})
    assert numbers(MODEL.fit(scaled, **how)) == pytest.approx(
        numbers(MODEL.fit(plain, **how)), abs=1e-10
    )


@pytest.mark.parametrize("how", WAYS)
def test_an_item_in_the_other_direction_with_its_scale(how):
    frame = dict(zip(ITEMS, drawn().T, strict=True))
    frame["q2"] = 11 - frame["q2"]
    others = [name for name in ITEMS if name != "q2"]
    worse = Scale(1, 10, direction="lower is better")
    turned = read_parts(frame, {"one": (["q2"], worse), "rest": (others, TEN)})
    one, other = MODEL.fit(turned, **how), MODEL.fit(answers(), **how)
    assert numbers(one) == pytest.approx(numbers(other), abs=1e-10)
    assert errors(one) == pytest.approx(errors(other), rel=1e-6)


def test_signs_by_either_rule():
    by_loadings = MODEL.fit(answers())
    by_item = MODEL.fit(answers(), signs="dominant item")
    assert numbers(by_loadings) == pytest.approx(numbers(by_item), abs=1e-12)


def test_a_negative_construct_points_as_most_of_its_items_do():
    rows = drawn()
    rows[:, 7:] = 11 - rows[:, 7:]  # complaints in the place of loyalty
    fit = MODEL.fit(Responses.from_arrays(rows, items=ITEMS, scale=TEN))
    assert fit.paths["Satisfaction", "Loyalty"].value < -0.5
    assert min(its.value for its in fit.loadings) > 0


def test_a_fit_from_json_has_the_same_numbers():
    for make in (structured.fit, structured.consistent, structured.resampled):
        fit = make()
        read = StructuralFit.from_json(fit.to_json())
        assert numbers(read) == pytest.approx(numbers(fit), abs=0)
        assert errors(read) == errors(fit)
        assert str(read) == str(fit)
        assert read.plan.items == fit.plan.items
        assert read.solution.weights == pytest.approx(fit.solution.weights, abs=1e-9)
