"""Formulas of surveys one by one, by hand, on a few numbers."""

import numpy as np

from custvalue._survey.discriminant import Blocks


def test_a_correlation_of_0_is_not_negative():
    member = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    correlation = np.array([[1.0, 0.0, 0.3], [0.0, 1.0, -0.2], [0.3, -0.2, 1.0]])
    blocks = Blocks(("a", "b"), member, absolute=False)
    assert blocks.negative(correlation, 0, 1) == (3, 1)
