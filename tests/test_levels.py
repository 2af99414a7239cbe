"""Intervals exist at every level, or say why they do not: near 0, near 1, whatever the estimate."""

import math

import pytest

from custvalue.errors import CustvalueError
from custvalue.survey import Interval
from results import results

LEVELS = (1e-300, 1e-12, 0.5, 1 - 1e-12, 1 - 2**-53)


def estimates(result):
    """Yield what has intervals: the result, and what it is made of."""
    for name in ("", *dir(result)):
        if name.startswith("_"):
            continue
        try:
            part = getattr(result, name) if name else result
        except CustvalueError:
            continue
        if hasattr(part, "confidence_interval"):
            yield part


def estimate_has_interval(estimate):
    """Whether it has one at the usual level: levels alone are never why there is none."""
    try:
        estimate.confidence_interval(0.95)
    except CustvalueError:
        return False
    return True


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in results()])
def test_intervals_are_finite_at_every_level(make):
    for estimate in estimates(make()):
        for level in LEVELS:
            try:
                interval = estimate.confidence_interval(level)
            except CustvalueError:
                assert not estimate_has_interval(estimate)
                continue
            if isinstance(interval, Interval):
                assert math.isfinite(interval.low)
                assert math.isfinite(interval.high)
