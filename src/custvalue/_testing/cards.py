"""Complaints as a desk records them, and cards of customers of whom little or much is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from custvalue import crm, journey, lifetime, loyalty
from custvalue._columns import objects
from custvalue._testing.arguments import check_sizes, checked_days
from custvalue._testing.extra import st
from custvalue._testing.surveys import Frame
from custvalue._testing.visits import visit_frames
from custvalue.survey import Responses, Scale

CUSTOMERS = ("C1", "C2", "C3", "C4", "7", "007")
SAID = ("waited two hours", "engine noise", "will call my lawyer", "配件缺货", "找媒体", "")
VISITS = ("customer", "vehicle", "opened", "delivered", "cause", "bill")
COMPLAINTS = ("customer", "opened", "closed", "text")
MOST_DAYS = 60  # that a complaint is open


def complaint_registers(
    *, start: str | date = "2025-01-01", days: int = 365, min_rows: int = 1, max_rows: int = 12
) -> st.SearchStrategy[Frame]:
    """Draw complaints for ``journey.Complaints.from_frame``, one row each.

    Among them are open ones, some that were closed on their first day, some of nobody, and some
    without a word.

    Parameters
    ----------
    start : str or date
        The first possible day.
    days : int
        Number of possible days on which a complaint is made.
    min_rows, max_rows : int
        How many complaints.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``customer``, ``opened``, ``closed``, ``text`` and ``dealer``, with the names of the
        arguments that take them; ``dealer`` is a label.

    Raises
    ------
    ParameterError
        If `start` is no day, a day could be a placeholder, or a size is below 1.
    """
    first = checked_days(start, days + MOST_DAYS)
    check_sizes(min_rows=min_rows, max_rows=max_rows)
    complaint = st.tuples(
        st.sampled_from([*CUSTOMERS, None]),
        st.integers(0, days - 1),
        st.none() | st.integers(0, MOST_DAYS),
        st.sampled_from(SAID),
        st.sampled_from(["north", "south"]),
    )

    def table(rows: list[tuple[Any, ...]]) -> Frame:
        customer, opened, lasted, said, dealer = zip(*rows, strict=True)
        begun = first + np.array(opened, dtype=np.int64).astype("m8[D]")
        known = np.array([-1 if each is None else each for each in lasted], dtype=np.int64)
        closed = np.where(known < 0, np.datetime64("NaT", "D"), begun + known.astype("m8[D]"))
        return {
            "customer": objects(customer),
            "opened": begun,
            "closed": closed,
            "text": np.array(said),
            "dealer": np.array(dealer),
        }

    return st.lists(complaint, min_size=min_rows, max_size=max_rows).map(table)


@st.composite
def customer_cards(draw: st.DrawFn) -> crm.Cards:
    """Draw the cards of some customers, from some of the sources or all.

    Returns
    -------
    SearchStrategy of Cards
        Some customers are known from one source only, and some sources are absent; there is one at
        least.
    """
    customers = st.lists(st.sampled_from(CUSTOMERS), min_size=1, unique=True)
    given: dict[str, Any] = {}
    if draw(st.booleans()):
        given["prediction"] = draw(customers.flatmap(_prediction))
        given["tiers"] = draw(st.none() | st.just(_pyramid(given["prediction"])))
    if draw(st.booleans()):
        given["survey"] = draw(customers.flatmap(_answers))
    if draw(st.booleans()):
        given["visits"] = journey.Visits.from_frame(draw(visit_frames()), **named(VISITS))
    if not given or draw(st.booleans()):
        complaints = draw(complaint_registers())
        given["complaints"] = journey.Complaints.from_frame(complaints, **named(COMPLAINTS))
    return crm.cards(**given)


def named(columns: tuple[str, ...]) -> dict[str, Any]:
    """Return columns by the arguments of the same name."""
    return {name: name for name in columns}


def _prediction(customers: Sequence[str]) -> st.SearchStrategy[lifetime.Prediction]:
    """Draw what is predicted for some customers, with intervals or without."""
    n = len(customers)
    share = st.floats(0, 1)
    money = st.floats(0, 1e6)

    def made(alive: list[float], value: list[float], reach: float | None) -> lifetime.Prediction:
        worth = np.array(value)
        ends: dict[str, Any] = {}
        if reach is not None:
            ends = {"value_low": worth / reach, "value_high": worth * reach, "interval": 0.9}
        return lifetime.Prediction(
            customer=np.array(customers),
            probability_alive=np.array(alive),
            purchases=worth / 10,
            horizon="1 year",
            convention="drawn",
            value=worth,
            **ends,
        )

    return st.builds(
        made,
        st.lists(share, min_size=n, max_size=n),
        st.lists(money, min_size=n, max_size=n),
        st.none() | st.floats(1, 3),
    )


def _pyramid(prediction: lifetime.Prediction) -> loyalty.CustomerPyramid:
    return loyalty.pyramid(prediction.value, shares=(0.3,), customer=prediction.customer)


def _answers(customers: Sequence[str]) -> st.SearchStrategy[Responses]:
    """Draw answers of some customers; some gave none."""
    n = len(customers)
    answer = st.integers(1, 5).map(float) | st.just(np.nan)
    return st.lists(answer, min_size=n, max_size=n).map(
        lambda given: Responses.from_frame(
            {"id": customers, "satisfaction": given},
            ["satisfaction"],
            scale=Scale(1, 5),
            customer="id",
            missing="pairwise",
        )
    )
