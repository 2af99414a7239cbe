"""Every way to estimate a model against a slow one that goes through the rows."""

from itertools import pairwise

import numpy as np
import pytest
import reference_structural as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from structured import ITEMS, MODEL, TEN, drawn

from custvalue.structural import Construct, Model, Path
from custvalue.survey import Responses, Scale

BLOCKS = [[0, 1, 2], [3], [4, 5, 6], [7, 8]]
ARROWS = [(0, 1), (0, 2), (1, 2), (2, 3)]
ROWS = drawn(40)
WEIGHTS = np.random.default_rng(3).lognormal(0, 0.5, 40)


def modal(modes):
    constructs = [
        Construct(its.name, its.items, mode)
        for its, mode in zip(MODEL.constructs, modes, strict=True)
    ]
    return Model([*constructs, *MODEL.paths])


def check(fit, slow, names):
    """Compare what both have: paths, R², total effects, loadings."""
    for (one, other), value in slow["paths"].items():
        assert fit.paths[names[one], names[other]].value == pytest.approx(value, abs=1e-7)
    for place, value in slow["r_squared"].items():
        assert fit.r_squared[names[place]].value == pytest.approx(value, abs=1e-7)
    for (one, other), value in slow.get("total", {}).items():
        assert fit.total_effects[names[one], names[other]].value == pytest.approx(value, abs=1e-7)
    found = [value for block in slow["loadings"] for value in block]
    assert fit.loadings.values == pytest.approx(found, abs=1e-7)


@pytest.mark.filterwarnings("ignore:negative outer weight")  # of mode B
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["equal", "weights"])
@pytest.mark.parametrize("modes", ["AAAA", "BAAA", "BABB"])
@pytest.mark.parametrize("scaling", ["standardised", "centred"])
@pytest.mark.parametrize("scheme", ["path", "centroid", "factor"])
def test_plain_estimates(scheme, scaling, modes, weights):
    people = Responses.from_arrays(ROWS, items=ITEMS, scale=TEN, weights=weights)
    how = {"scheme": scheme, "tolerance": 1e-11}
    fit = modal(modes).fit(people, scaling=scaling, **how)
    slow = reference.pls(
        ROWS.tolist(),
        BLOCKS,
        ARROWS,
        modes=list(modes),
        scheme=scheme,
        weights=weights,
        standardise=scaling == "standardised",
        sign="sum",
    )
    check(fit, slow, MODEL.names)
    if scaling == "standardised":
        found = [value for block in slow["weights"] for value in block]
        assert fit.weights.values == pytest.approx(found, abs=1e-7)
        for convention in ("unstandardised", "standardised", "equal"):
            expected = reference.index(
                ROWS.tolist(),
                BLOCKS[2],
                slow["weights"][2],
                low=1,
                high=10,
                convention=convention,
                weights=[1.0] * 40 if weights is None else weights.tolist(),
            )
            assert fit.index("Satisfaction", convention).value == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["equal", "weights"])
@pytest.mark.parametrize("modes", ["AAAA", "BAAA"])
def test_consistent_estimates(modes, weights):
    people = Responses.from_arrays(ROWS, items=ITEMS, scale=TEN, weights=weights)
    fit = modal(modes).fit(people, consistent=True, tolerance=1e-11)
    slow = reference.consistent(
        ROWS.tolist(), BLOCKS, ARROWS, modes=list(modes), weights=weights, sign="sum"
    )
    check(fit, slow, MODEL.names)
    assert fit.solution.reliability[0] == pytest.approx(slow["rho"], abs=1e-7)


@st.composite
def models(draw):
    """Draw blocks, and arrows from earlier constructs to later ones, each at one end at least."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    ends = np.cumsum([0, *sizes]).tolist()
    blocks = [list(range(*each)) for each in pairwise(ends)]
    arrows = [
        (one, two)
        for two in range(1, len(sizes))
        for one in sorted(draw(st.sets(st.integers(0, two - 1), min_size=1)))
    ]
    alone = [k for k in range(len(sizes)) if not any(k in arrow for arrow in arrows)]
    return blocks, arrows + [(k, len(sizes) - 1) for k in alone]


@pytest.mark.filterwarnings("ignore::custvalue.errors.DataWarning")  # of few rows
@settings(max_examples=15, deadline=None)
@given(models(), st.integers(0, 2**32 - 1), st.sampled_from(["path", "centroid", "factor"]))
def test_any_model(shape, seed, scheme):
    blocks, arrows = shape
    random = np.random.default_rng(seed)
    common = random.standard_normal((25, 1))
    rows = 1.3 * common + random.standard_normal((25, blocks[-1][-1] + 1))
    names = [f"c{place}" for place in range(len(blocks))]
    items = [f"i{place}" for place in range(rows.shape[1])]
    constructs = [
        Construct(name, [items[k] for k in block])
        for name, block in zip(names, blocks, strict=True)
    ]
    model = Model([*constructs, *(Path(names[one], names[two]) for one, two in arrows)])
    people = Responses.from_arrays(rows, items=items, scale=Scale(-20, 20, step=None))
    fit = model.fit(people, scheme=scheme, tolerance=1e-11, iterations=3000)
    slow = reference.pls(rows.tolist(), blocks, arrows, scheme=scheme, sign="sum")
    check(fit, slow, names)
    assert max(abs(value) for value in fit.loadings.values) <= 1 + 1e-12
    assert all(0 <= value <= 1 for value in fit.r_squared.values)
