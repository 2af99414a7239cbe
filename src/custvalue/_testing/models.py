"""A model from ranges of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custvalue._testing.extra import st


def models(
    kind: type[Any], *ranges: Mapping[str, tuple[float, float]], **other: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """Draw models of one kind, each parameter between two ends or as a strategy says."""
    floats = {name: st.floats(*ends) for each in ranges for name, ends in each.items()}
    return st.builds(kind, **floats, **other)
