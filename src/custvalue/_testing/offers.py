"""Offers as customers see them, and suppliers as they rate them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custvalue._checks import checked_whole
from custvalue._delivered_value.amounts import Triangular, Uncertain
from custvalue._delivered_value.offer import Offer, TotalCost, TotalValue
from custvalue._delivered_value.reading import from_survey
from custvalue._delivered_value.survey import OfferSurvey
from custvalue._respondents.scale import Scale
from custvalue._testing.arguments import check_switch, check_text, checked_names
from custvalue._testing.extra import st
from custvalue.errors import ParameterError


def offers(
    *, names: Sequence[str] | None = None, unit: str = "", uncertain: bool = False
) -> st.SearchStrategy[Offer]:
    """Draw offers in whole cents; the monetary cost is positive: there is a ratio.

    Parameters
    ----------
    names : sequence of str, optional
        Names to draw from; any text by default.
    unit : str
        The money unit.
    uncertain : bool
        Whether some amounts may be distributions.

    Raises
    ------
    ParameterError
        If `names` are no list of names, `unit` is no text, or `uncertain` is not True or False.
    """
    among = checked_names(names)
    check_text("unit", unit, "EUR")
    check_switch("uncertain", uncertain)
    amount: st.SearchStrategy[Uncertain] = st.integers(0, 10_000_000).map(lambda cents: cents / 100)
    price = st.integers(1, 10_000_000).map(lambda cents: cents / 100)
    if uncertain:
        amount = st.one_of(amount, _triangular())
    values: Mapping[str, Any] = dict.fromkeys(("product", "service", "personnel", "image"), amount)
    costs: Mapping[str, Any] = dict.fromkeys(("time", "energy", "psychic"), amount)
    return st.builds(
        Offer,
        name=st.text(min_size=1, max_size=10) if among is None else st.sampled_from(among),
        value=st.builds(TotalValue, **values),
        cost=st.builds(TotalCost, monetary=price, **costs),
        unit=st.just(unit),
    )


def _triangular() -> st.SearchStrategy[Triangular]:
    """Draw a distribution with three different amounts."""
    points = st.lists(st.integers(0, 10_000), min_size=3, max_size=3, unique=True).map(sorted)
    return points.map(lambda its: Triangular(low=its[0], mode=its[1], high=its[2]))


def offer_surveys(
    *, names: Sequence[str] | None = None, max_ratings: int = 8
) -> st.SearchStrategy[OfferSurvey]:
    """Draw ratings of two to four suppliers: two attributes on 1-10, and a price.

    Parameters
    ----------
    names : sequence of str, optional
        The suppliers, at least two; by default two to four.
    max_ratings : int
        Most ratings of a supplier, of which each has two or more.

    Raises
    ------
    ParameterError
        If `names` are no list of two names or more, or `max_ratings` is below 2.
    """
    among = checked_names(names)
    if among is not None and len(set(among)) < 2:
        raise ParameterError(f"names must hold two suppliers or more, but they are {among!r}.")
    most = checked_whole("max_ratings", max_ratings, least=2)
    every = st.just(among) if among else st.integers(2, 4).map(lambda n: tuple("abcd"[:n]))
    rating = st.tuples(st.integers(1, 10), st.integers(1, 10), st.integers(100, 10_000))
    ratings = st.lists(rating, min_size=2, max_size=most)
    return every.flatmap(
        lambda suppliers: st.tuples(*(ratings for _ in suppliers)).map(
            lambda drawn: _survey(suppliers, drawn)
        )
    )


def _survey(
    suppliers: Sequence[str], drawn: Sequence[Sequence[tuple[int, int, int]]]
) -> OfferSurvey:
    rows = [
        (supplier, *rating)
        for supplier, ratings in zip(suppliers, drawn, strict=True)
        for rating in ratings
    ]
    columns = ("supplier", "quality", "service", "price")
    return from_survey(
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)),
        supplier="supplier",
        value={"quality": "quality", "service": "service"},
        cost={"monetary": "price"},
        scale=Scale(1, 10),
        rates={"quality": 20, "service": 5},
    )
