"""Intervals exist at every level, or say why they do not: near 0, near 1, whatever the estimate."""

import importlib
import inspect
import math
import pkgutil

import numpy as np
import pytest

import custvalue
from custvalue._words import number, percent
from custvalue.errors import CustvalueError
from custvalue.survey import Interval
from results import results

LEVELS = (1e-300, 1e-12, 0.5, 1 - 1e-12, 1 - 2**-53)


def estimates(result):
    """Yield what has intervals: the result, and what it is made of."""
    if isinstance(result, np.ndarray):
        return
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


def functions():
    """Yield every function and method, with its name."""
    for found in pkgutil.walk_packages(custvalue.__path__, "custvalue."):
        if found.name == "custvalue.__main__":
            continue
        for name, its in vars(importlib.import_module(found.name)).items():
            if getattr(its, "__module__", None) == found.name:
                parts = vars(its).items() if inspect.isclass(its) else [(name, its)]
                yield from ((f"{name}.{part}", f) for part, f in parts if inspect.isfunction(f))


def test_the_usual_level_is_95_percent_everywhere():
    defaults = {}
    for name, its in functions():
        if "level" in inspect.signature(its).parameters:
            defaults[name] = inspect.signature(its).parameters["level"].default
    usual = (0.95, None, inspect.Parameter.empty)
    assert len(defaults) > 100
    assert {name: level for name, level in defaults.items() if level not in usual} == {}


# where not all ends are
CURVE = ["low", "high", "fitted_low", "fitted_high", "step_low", "step_high"]
PRINTED = {
    "loyalty curve": CURVE,
    "loyalty curves": CURVE,
    "loyalty shapes": [],
    "curve": CURVE,
    "curves_by_group": CURVE,
    "value map": ["advantage_low", "advantage_high"],
    "value_map": ["advantage_low", "advantage_high"],
    "value_equivalence": ["advantage_low", "advantage_high"],
    "group fits": ["expected_low", "expected_high"],
    "fit_groups": ["expected_low", "expected_high"],
    "segments0": [],  # those of Kano
    "crosstab": [],
    "rfm with_value": [],
    "rfm migration": [],
    "cohorts": [],
    "cohorts of cdnow": [],
    "customer cards": [],
    "describe": ["mean_low", "mean_high"],
    "importance": ["importance_low", "importance_high"],
    "importance_by_group": ["importance_low", "importance_high"],
    "compare_methods": [],
    "opportunities": ["opportunity_low", "opportunity_high"],
    "rank_projects": ["gain_low", "gain_high"],
    "touchpoints": ["low", "high"],
    "journey touchpoints": ["low", "high"],
    "pyramid": ["value_share_low", "value_share_high"],
    "loyalty tiers": ["value_share_low", "value_share_high"],
    "loyalty tiers_by_share": ["value_share_low", "value_share_high"],
    "loyalty migration": [],
    "profit chain portfolio": ["net_low", "net_high"],
    "rank": ["net_low", "net_high"],
    "structural reliability": ["rho_a_low", "rho_a_high", "ave_low", "ave_high"],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in results()])
def test_what_is_printed_is_at_the_level_of_95_percent(make, request):
    result = make()
    if not hasattr(result, "columns"):
        return
    columns, text = result.columns(), str(result)
    ends = [name for name in columns if name.endswith(("low", "high"))]
    if "level" in inspect.signature(result.columns).parameters:
        same = result.columns(level=0.95)
        assert all(np.array_equal(columns[name], same[name], equal_nan=True) for name in ends)
    for name in PRINTED.get(request.node.callspec.id, ends):
        for end in columns[name][np.isfinite(columns[name])].tolist():
            assert number(end) in text or number(end, 3) in text or percent(end) in text
