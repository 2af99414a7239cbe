"""The same draws after an edit elsewhere: Hypothesis mixes constants of local modules into them."""

from hypothesis.internal.conjecture.providers import Constants, HypothesisProvider

HypothesisProvider._local_constants = Constants()
