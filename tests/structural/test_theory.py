"""What partial least squares must come to, where the answer is known by another way."""

import numpy as np
import pytest
import structured

from custvalue.structural import Construct, Model, Path
from custvalue.survey import Responses, Scale

WIDE = Scale(-100, 100, step=None)
BLOCKS = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]}


def answers_with(covariance, items, n=200, seed=3):
    """Answers whose covariances, divided by n, are exactly these."""
    raw = np.random.default_rng(seed).standard_normal((n, len(items)))
    raw -= raw.mean(axis=0)
    white = np.linalg.solve(np.linalg.cholesky(raw.T @ raw / n), raw.T).T
    return Responses.from_arrays(white @ np.linalg.cholesky(covariance).T, items=items, scale=WIDE)


def two_blocks(modes):
    model = Model([
        Construct("A", BLOCKS["a"], modes[0]), Construct("B", BLOCKS["b"], modes[1]),
        Path("A", "B"),
    ])  # fmt: skip
    raw = np.random.default_rng(5).standard_normal((80, 5)) @ np.array([
        [1, 0.4, 0.1, 0.3, 0.5], [0, 1, 0.5, 0.2, 0.1], [0, 0, 1, 0.6, 0.2], [0, 0, 0, 1, 0.3],
        [0, 0, 0, 0, 1],
    ])  # fmt: skip
    answers = Responses.from_arrays(raw, items=BLOCKS["a"] + BLOCKS["b"], scale=WIDE)
    return model.fit(answers, tolerance=1e-12), np.corrcoef(raw.T)


def weights(fit, block):
    found = np.array([fit.weights[item].value for item in BLOCKS[block]])
    return found / np.linalg.norm(found)


def test_two_blocks_of_mode_a_are_the_first_singular_vectors():
    fit, correlations = two_blocks("AA")
    left, _, right = np.linalg.svd(correlations[:3, 3:])
    assert weights(fit, "a") == pytest.approx(left[:, 0] * np.sign(left[:, 0].sum()), abs=1e-9)
    assert weights(fit, "b") == pytest.approx(right[0] * np.sign(right[0].sum()), abs=1e-9)


def test_two_blocks_of_mode_b_are_the_first_canonical_correlation():
    fit, correlations = two_blocks("BB")
    first, second = correlations[:3, :3], correlations[3:, 3:]
    across = correlations[:3, 3:]
    products = np.linalg.solve(first, across) @ np.linalg.solve(second, across.T)
    largest = np.sqrt(np.linalg.eigvals(products).real.max())
    assert fit.paths["A", "B"].value == pytest.approx(largest, abs=1e-10)
    assert fit.r_squared["B"].value == pytest.approx(largest**2, abs=1e-10)


def test_mode_b_before_mode_a_is_redundancy_analysis():
    fit, correlations = two_blocks("BA")
    explained = correlations[3:, :3] @ np.linalg.solve(correlations[:3, :3], correlations[:3, 3:])
    vector = np.linalg.eigh(explained)[1][:, -1]
    assert weights(fit, "b") == pytest.approx(vector * np.sign(vector.sum()), abs=1e-9)


def test_constructs_of_one_item_are_a_path_analysis():
    rows = np.random.default_rng(2).integers(1, 8, (60, 3)).astype(float)
    model = Model([
        *(Construct(name, name) for name in "xyz"), Path("x", "y"), Path("x", "z"), Path("y", "z"),
    ])  # fmt: skip
    fit = model.fit(Responses.from_arrays(rows, items=["x", "y", "z"], scale=Scale(1, 7)))
    z = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    slopes, rest, *_ = np.linalg.lstsq(z[:, :2], z[:, 2], rcond=None)
    assert fit.paths["x", "z"].value == pytest.approx(slopes[0], abs=1e-12)
    assert fit.paths["y", "z"].value == pytest.approx(slopes[1], abs=1e-12)
    assert fit.r_squared["z"].value == pytest.approx(1 - rest[0] / 60, abs=1e-12)
    alone = np.corrcoef(rows.T)[0, 2] ** 2  # R² without y
    whole = fit.r_squared["z"].value
    assert fit.f_squared["y", "z"].value == pytest.approx((whole - alone) / (1 - whole), abs=1e-12)
    straight = fit.paths["x", "z"].value
    around = fit.paths["x", "y"].value * fit.paths["y", "z"].value
    assert fit.total_effects["x", "z"].value == pytest.approx(straight + around, abs=1e-12)


PATHS = {("F", "G"): 0.5, ("F", "H"): 0.3, ("G", "H"): 0.4}
LOADINGS = {"F": [0.8, 0.7, 0.6], "G": [0.9, 0.5, 0.7], "H": [0.6, 0.85, 0.75]}


def factors():
    """Correlations of items that follow three common factors."""
    through = 0.3 + 0.5 * 0.4
    across = 0.4 + 0.5 * 0.3
    phi = np.array([[1, 0.5, through], [0.5, 1, across], [through, across, 1]])
    loadings = np.zeros((9, 3))
    for at, values in enumerate(LOADINGS.values()):
        loadings[3 * at : 3 * at + 3, at] = values
    implied = loadings @ phi @ loadings.T
    np.fill_diagonal(implied, 1)
    return implied


def of_factors(spread=1.0, **how):
    names = [f"{factor.lower()}{k}" for factor in LOADINGS for k in (1, 2, 3)]
    model = Model([
        *(Construct(factor, [n for n in names if n[0] == factor.lower()]) for factor in LOADINGS),
        *(Path(*ends) for ends in PATHS),
    ])  # fmt: skip
    spread = np.broadcast_to(spread, 9)
    people = answers_with(factors() * np.outer(spread, spread), names)
    return model.fit(people, tolerance=1e-12, **how)


@pytest.mark.parametrize("scheme", ["path", "centroid", "factor"])
@pytest.mark.parametrize("scaling", ["standardised", "centred"])
def test_consistent_estimates_are_the_factor_model_itself_at_its_own_covariances(scheme, scaling):
    spread = [1, 2, 0.5, 3, 1, 1.5, 0.7, 1, 2]
    fit = of_factors(spread, consistent=True, scheme=scheme, scaling=scaling)
    for ends, value in PATHS.items():
        assert fit.paths[ends].value == pytest.approx(value, abs=1e-9)
    for factor, values in LOADINGS.items():
        found = [fit.loadings[f"{factor.lower()}{k}"].value for k in (1, 2, 3)]
        assert found == pytest.approx(values, abs=1e-9)


def test_others_are_pulled_towards_nothing():
    plain = of_factors()
    assert plain.paths["F", "G"].value < 0.5 - 0.05
    assert plain.loadings["f1"].value > 0.8  # which is with the score, of which the item is a part


@pytest.mark.parametrize("n", [100, 250, 1000])
def test_a_simulated_model_is_found_again(n):
    whole = structured.MODEL.fit(structured.answers(400_000, seed=8))
    fit = structured.MODEL.fit(structured.answers(n, seed=n))
    for group in ("paths", "loadings", "r_squared", "index, unstandardised"):
        for its, true in zip(fit.estimates(group), whole.estimates(group), strict=True):
            if its.standard_error is not None:
                assert abs(its.value - true.value) < 4 * its.standard_error
