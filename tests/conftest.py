"""The same draws after an edit elsewhere: Hypothesis mixes constants of local modules into them."""

from hypothesis import settings
from hypothesis.internal.conjecture.providers import Constants, HypothesisProvider

HypothesisProvider._local_constants = Constants()

FAST, FEW = "fast", 15  # of `make fast`; CI draws the usual number
SETTINGS = "_hypothesis_internal_use_settings"

settings.register_profile(FAST, max_examples=FEW)


def pytest_collection_modifyitems(config, items):
    """Draw few examples in the quick loop, also where a test asks for more."""
    if config.getoption("--hypothesis-profile") != FAST:
        return
    for function in {getattr(item, "obj", None) for item in items}:
        given = getattr(function, SETTINGS, None)
        if given is not None and given.max_examples > FEW:
            setattr(function, SETTINGS, settings(given, max_examples=FEW))
