"""Formulas of segments one by one, by hand, on a few customers."""

import numpy as np
import pytest

from custvalue._rfm.shares import Sums

PLACE = np.array([0, 0, 0, 1, 1, 1, 1])
BOUGHT = np.array([1.0, 4, 7, 2, 2, 0, 5])
SUMS = Sums.of(PLACE, 2, BOUGHT)


def test_the_error_of_a_lift_adds_up_what_each_customer_moves():
    found = SUMS.lift(0, "lift")
    inside, own, mean = PLACE == 0, 4.0, 3.0
    assert found.value == pytest.approx(own / mean)
    moves = inside * (BOUGHT - own) / (3 * own) - (BOUGHT - mean) / (7 * mean)
    few = (9 + 0 + 9) / (3 * own) ** 2 / 2  # of the mean of three customers, once more
    assert found.standard_error == pytest.approx(own / mean * np.sqrt((moves**2).sum() + few))


def test_mean_and_share_of_a_segment():
    mean, share = SUMS.mean(1, "mean"), SUMS.share(1, "share")
    own = BOUGHT[PLACE == 1]
    assert mean.value == pytest.approx(9 / 4)
    assert mean.standard_error == pytest.approx(own.std(ddof=1) / 2)
    assert share.value == pytest.approx(9 / 21)
    moves = np.where(PLACE == 1, BOUGHT * (1 - 9 / 21), -BOUGHT * 9 / 21)
    assert share.standard_error == pytest.approx(np.sqrt((moves**2).sum() * 7 / 6) / 21)
