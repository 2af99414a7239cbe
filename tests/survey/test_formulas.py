"""Formulas of surveys one by one, by hand, on a few numbers."""

from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from custvalue._survey.bounded_raking import _largest_error
from custvalue._survey.discriminant import Blocks
from custvalue._survey.published.whole_numbers import Lattice
from custvalue.survey import Responses, Scale, cronbach_alpha


def test_a_correlation_of_0_is_not_negative():
    member = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    correlation = np.array([[1.0, 0.0, 0.3], [0.0, 1.0, -0.2], [0.3, -0.2, 1.0]])
    blocks = Blocks(("a", "b"), member, absolute=False)
    assert blocks.negative(correlation, 0, 1) == (3, 1)


def alpha(answers, weights):
    off = answers - np.average(answers, axis=0, weights=weights)
    covariance = (off.T * weights) @ off
    items = len(covariance)
    return items / (items - 1) * (1 - np.trace(covariance) / covariance.sum())


@pytest.mark.parametrize("weighted", [False, True])
def test_the_jackknife_of_alpha_leaves_out_each_respondent(weighted):
    random = np.random.default_rng(6)
    taste = random.normal(size=(14, 1))
    answers = np.clip(np.rint(3 + taste + random.normal(0, 0.8, (14, 3))), 1, 5)
    weights = random.uniform(0.5, 3, 14) if weighted else np.ones(14)
    read = Responses.from_arrays(
        answers, items=["a", "b", "c"], scale=Scale(1, 5), weights=weights if weighted else None
    )
    found = cronbach_alpha(read)
    rest = [np.delete(np.arange(14), row) for row in range(14)]
    without = np.array([alpha(answers[rows], weights[rows]) for rows in rest])
    error = np.sqrt(13 / 14 * np.square(without - without.mean()).sum())
    assert found.value == pytest.approx(alpha(answers, weights))
    assert found.jackknife_error == pytest.approx(error, rel=1e-9)


def test_the_largest_error_of_raking_has_no_sign():
    # shares of 0.55, 0.35 and 0.1 where 0.5, 0.3 and 0.2 are wanted
    cells = SimpleNamespace(codes=[np.array([0, 1, 2, 0])])
    people = np.array([40.0, 35.0, 10.0, 15.0])
    assert _largest_error(cells, people, [np.array([0.5, 0.3, 0.2])]) == pytest.approx(0.1)


def test_squares_of_whole_answers_lie_between_equal_ones_and_both_ends():
    lattice = Lattice(Fraction(1), Fraction(1), 4, 3, 2)  # three answers from 1 to 5
    sums = {}
    for steps in product(range(5), repeat=3):
        sums.setdefault(sum(steps), set()).add(sum(step**2 for step in steps))
    for total, squares in sums.items():
        assert lattice.nearest(total, Fraction(0), 1) == min(squares)
        assert lattice.nearest(total, Fraction(99), -1) == max(squares)
