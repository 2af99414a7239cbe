"""The same draws after an edit elsewhere: Hypothesis mixes constants of local modules into them."""

from hypothesis import settings
from hypothesis.internal.conjecture.providers import Constants, HypothesisProvider

HypothesisProvider._local_constants = Constants()

settings.register_profile("fast", max_examples=15)  # of `make fast`; CI draws the usual number
