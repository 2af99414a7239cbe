"""The same draws after an edit elsewhere: Hypothesis mixes constants of local modules into them."""

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture.providers import Constants, HypothesisProvider

HypothesisProvider._local_constants = Constants()

FAST, FEW = "fast", 15  # of `make fast`; CI draws the usual number
SETTINGS = "_hypothesis_internal_use_settings"

settings.register_profile(FAST, max_examples=FEW)


def pytest_collection_modifyitems(config, items):
    """Simulations are slow; the quick loop draws few examples, also where a test asks for more."""
    for item in items:
        if item.get_closest_marker("simulation") and not item.get_closest_marker("slow"):
            raise pytest.UsageError(f"{item.nodeid} is marked as a simulation, but not as slow.")
    if config.getoption("--hypothesis-profile") != FAST:
        return
    for function in {getattr(item, "obj", None) for item in items}:
        given = getattr(function, SETTINGS, None)
        if given is not None and given.max_examples > FEW:
            setattr(function, SETTINGS, settings(given, max_examples=FEW))
