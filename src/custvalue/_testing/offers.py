"""Offers as customers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custvalue._delivered_value.offer import Offer, TotalCost, TotalValue
from custvalue._testing.arguments import check_text, checked_names
from custvalue._testing.extra import st


def offers(*, names: Sequence[str] | None = None, unit: str = "") -> st.SearchStrategy[Offer]:
    """Draw offers in whole cents; the monetary cost is positive: there is a ratio.

    Parameters
    ----------
    names : sequence of str, optional
        Names to draw from; any text by default.
    unit : str
        The money unit.

    Raises
    ------
    ParameterError
        If `names` are no list of names, or `unit` is no text.
    """
    among = checked_names(names)
    check_text("unit", unit, "EUR")
    amount = st.integers(0, 10_000_000).map(lambda cents: cents / 100)
    price = st.integers(1, 10_000_000).map(lambda cents: cents / 100)
    values: Mapping[str, Any] = dict.fromkeys(("product", "service", "personnel", "image"), amount)
    costs: Mapping[str, Any] = dict.fromkeys(("time", "energy", "psychic"), amount)
    return st.builds(
        Offer,
        name=st.text(min_size=1, max_size=10) if among is None else st.sampled_from(among),
        value=st.builds(TotalValue, **values),
        cost=st.builds(TotalCost, monetary=price, **costs),
        unit=st.just(unit),
    )
