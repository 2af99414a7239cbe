"""The highest point of a parabola within a ball, by the conditions that only it fulfils."""

import math
import subprocess
import sys

import numpy as np
import pytest

from custvalue._numerics.maximum import Derivatives, maximise
from custvalue._numerics.trust_region import Parabola

RADII = (1e-3, 0.5, 5.0)


def parabolas():
    """Tops, saddles, ridges and valleys; slopes along them, across them, and none at all."""
    random = np.random.default_rng(1)
    for size in (1, 2, 4, 5):
        for curvature in (
            np.arange(1.0, size + 1),
            np.arange(size) - 1.5,
            np.append(np.zeros(1), np.ones(size - 1)),
            -np.ones(size),
            10.0 ** random.uniform(-12, 12, size),
        ):
            directions = np.linalg.qr(random.normal(size=(size, size)))[0]
            hessian = -(directions * curvature) @ directions.T
            across = directions @ np.append(np.zeros(1), random.normal(size=size - 1))
            for gradient in (random.normal(size=size), across, 1e-9 * across, 1e6 * across):
                yield gradient, (hessian + hessian.T) / 2


@pytest.mark.parametrize("radius", RADII)
def test_no_point_within_the_ball_is_higher(radius):
    random = np.random.default_rng(2)
    for gradient, hessian in parabolas():
        step = Parabola.of(gradient, hessian).highest(radius)

        def height(point, gradient=gradient, hessian=hessian):
            return gradient @ point + np.einsum("...i,ij,...j", point, hessian, point) / 2

        scale = radius * np.abs(gradient).max() + radius**2 * np.abs(hessian).max()
        assert np.linalg.norm(step.move) <= radius * (1 + 1e-6)
        assert step.gain == pytest.approx(height(step.move), abs=1e-12 * scale)
        some = random.normal(size=(2_000, len(gradient)))
        some *= radius * random.random((2_000, 1)) / np.linalg.norm(some, axis=1, keepdims=True)
        near = step.move + 1e-3 * some
        near *= np.minimum(1, radius / np.linalg.norm(near, axis=1))[:, None]
        for others in (some, near):
            best = max(height(other) for other in others)
            assert best <= step.gain + 1e-7 * abs(step.gain) + 1e-12 * scale


@pytest.mark.parametrize("radius", RADII)
def test_its_multiplier_lifts_every_curvature(radius):
    # Moré & Sorensen (1983), lemma 2.1: (C + σI) p = g with σ >= 0, 0 unless p is on the edge
    for gradient, hessian in parabolas():
        step = Parabola.of(gradient, hessian).highest(radius)
        length = np.linalg.norm(step.move)
        if step.gain == 0:
            assert not gradient.any()
            continue
        if not step.at_edge:
            assert length <= radius
            left = np.abs(hessian @ step.move + gradient).max()
            assert left <= 1e-9 * (np.abs(gradient).max() + np.abs(hessian).max() * length)
            continue
        assert length == pytest.approx(radius, rel=1e-6)
        shift = step.move @ (gradient + hessian @ step.move) / length**2
        scale = np.abs(hessian).max() + np.abs(gradient).max() / radius
        assert shift >= max(0.0, np.linalg.eigvalsh(hessian)[-1]) - 1e-7 * scale
        rest = gradient + hessian @ step.move - shift * step.move
        assert np.abs(rest).max() <= 1e-6 * scale * radius


def test_a_saddle_is_left_along_the_curve_that_rises():
    step = Parabola.of(np.zeros(2), np.diag([2.0, -1.0])).highest(0.5)
    assert step.at_edge
    assert abs(step.move[0]) == pytest.approx(0.5)
    assert step.move[1] == 0
    assert step.gain == pytest.approx(0.25)
    assert math.isfinite(step.gain)


def test_a_fit_does_not_import_an_optimiser():
    code = (
        "import sys; from custvalue import lifetime;"
        "model = lifetime.NBD(r=1, alpha=5, unit='week');"
        "history = model.simulate(500, age='52 weeks', rng=1); fit = lifetime.NBD.fit(history);"
        "fit.confidence_interval(method='profile', data=history);"
        "print('scipy.optimize' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_derivatives_at_the_ends_of_doubles_stop_the_search_quietly(size):
    def objective(point):
        return Derivatives(-size * float(point @ point), -2 * size * point, -2 * size * np.eye(2))

    found = maximise(objective, np.array([1.0, 2.0]))
    assert np.isfinite(found.point).all()
    assert found.at.value >= -5 * size


@pytest.mark.parametrize("radius", [1e-180, 1e-250])
def test_steps_whose_squares_are_below_all_numbers(radius):
    step = Parabola.of(np.array([1.0, -2.0]), -np.diag([1.0, 3.0])).highest(radius)
    assert np.abs(step.move).max() / radius == pytest.approx(2 / math.sqrt(5), rel=1e-6)
