"""Hypothesis, or what to install."""

from custvalue.errors import MissingExtraError

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise MissingExtraError(
        'custvalue.testing needs hypothesis. Install it with: pip install "custvalue[testing]"'
    ) from error

__all__ = ["st"]
