"""Hypothesis strategies for the test suites of those who build on custvalue (extra ``testing``).

Everything drawn is accepted by the library, and shrinks to something small. Nothing here is
imported by the library itself.

Examples
--------
>>> from hypothesis import given, settings
>>> from custvalue import testing
>>> @settings(max_examples=5, derandomize=True, database=None)
... @given(testing.purchase_histories())
... def test_no_purchase_after_the_end(history):
...     assert (history.recency <= history.age).all()
>>> test_no_purchase_after_the_end()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._lifetime.units import DAYS, TimeUnit
from custvalue._results.base import MissingPolicy
from custvalue.delivered_value import Offer, TotalCost, TotalValue
from custvalue.errors import MissingExtraError
from custvalue.lifetime import (
    BGCNBD,
    BGNBD,
    MBGCNBD,
    MBGNBD,
    NBD,
    BetaDiscreteWeibull,
    ContractModel,
    Contracts,
    GammaGompertzNBD,
    OpportunityHistory,
    ParetoNBD,
    PurchaseHistory,
    PurchaseModel,
    ShiftedBetaGeometric,
)
from custvalue.servqual import SERVQUAL
from custvalue.survey import Instrument, Responses, Scale

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise MissingExtraError(
        'custvalue.testing needs hypothesis. Install it with: pip install "custvalue[testing]"'
    ) from error

__all__ = [
    "EXPECTATIONS",
    "IMPORTANCE",
    "PERCEPTIONS",
    "bgnbd_parameters",
    "contract_models",
    "contracts",
    "gamma_gamma_parameters",
    "kano_frames",
    "offers",
    "opportunity_histories",
    "purchase_histories",
    "purchase_models",
    "responses",
    "scales",
    "survey_frames",
    "transaction_logs",
]

PERCEPTIONS = tuple(f"P{name}" for name in SERVQUAL.item_names)
"""Columns of the perceptions in :func:`survey_frames`."""

EXPECTATIONS = tuple(f"E{name}" for name in SERVQUAL.item_names)
"""Columns of the expectations in :func:`survey_frames`."""

IMPORTANCE = tuple(f"points {name}" for name in SERVQUAL.dimension_names)
"""Columns of the importance points in :func:`survey_frames`."""

Frame = dict[str, npt.NDArray[Any]]


def scales(*, continuous: bool | None = None) -> st.SearchStrategy[Scale]:
    """Draw answer scales of many kinds: 1-5, steps of 20, lower is better, with missing codes.

    Parameters
    ----------
    continuous : bool, optional
        True for scales without steps only, False for none of them; both by default.
    """
    steps: list[float | None] = [] if continuous else [0.5, 1.0, 20.0]
    if continuous is not False:
        steps.append(None)
    return st.builds(
        _scale,
        low=st.integers(-3, 3),
        points=st.integers(2, 11),
        step=st.sampled_from(steps),
        direction=st.sampled_from(["higher is better", "lower is better"]),
        codes=st.sampled_from([(), (-99.0,), (998.0, 999.0)]),
    )


def _scale(
    *, low: int, points: int, step: float | None, direction: Any, codes: tuple[float, ...]
) -> Scale:
    high = low + (points - 1) * (step or 1.0)
    return Scale(low, high, step=step, direction=direction, missing_codes=codes)


def _answer(scale: Scale) -> st.SearchStrategy[float]:
    """Draw one answer on a scale."""
    if scale.step is None:
        return st.floats(scale.low, scale.high)
    step = scale.step
    return st.integers(0, round(scale.width / step)).map(lambda k: scale.low + k * step)


def _row(cell: st.SearchStrategy[Any], columns: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(cell, min_size=columns, max_size=columns)


def _weight() -> st.SearchStrategy[float]:
    """Draw a sampling weight as raking gives it: all within a factor of a hundred."""
    return st.floats(0.1, 10)


@st.composite
def responses(
    draw: st.DrawFn,
    *,
    scale: Scale | None = None,
    min_respondents: int = 1,
    max_respondents: int = 20,
    max_items: int = 6,
    missing: bool = False,
) -> Responses:
    """Draw answers of respondents to items, weighted or not.

    Parameters
    ----------
    scale : Scale, optional
        A given scale; one of :func:`scales` by default.
    min_respondents, max_respondents : int
        How many respondents.
    max_items : int
        At most so many items, at least one.
    missing : bool
        Whether answers may be missing (and the policy is ``"pairwise"``); each item keeps the
        answer of the first respondent.
    """
    scale = draw(scales()) if scale is None else scale
    columns = draw(st.integers(1, max_items))
    weight = draw(st.sampled_from([st.just(1.0), _weight()]))
    cell = _answer(scale)
    first = draw(st.tuples(_row(cell, columns), weight))
    other = st.tuples(_row(cell | st.none() if missing else cell, columns), weight)
    others = draw(st.lists(other, min_size=min_respondents - 1, max_size=max_respondents - 1))
    answers, weights = zip(first, *others, strict=True)
    policy: MissingPolicy = "pairwise" if missing else "raise"
    return Responses.from_arrays(answers, scale=scale, weights=weights, missing=policy)


@st.composite
def survey_frames(
    draw: st.DrawFn,
    *,
    scale: Scale | None = None,
    instrument: Instrument = SERVQUAL,
    min_respondents: int = 1,
    max_respondents: int = 8,
) -> Frame:
    """Draw SERVQUAL surveys as columns, for ``servqual.Survey.from_frame``.

    Parameters
    ----------
    scale : Scale, optional
        The scale of the answers; ``Scale(1, 7)`` by default.
    instrument : Instrument
        Items and dimensions; the columns take their names.
    min_respondents, max_respondents : int
        How many respondents.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``P1`` … ``P22`` (:data:`PERCEPTIONS`), ``E1`` … ``E22`` (:data:`EXPECTATIONS`),
        ``points tangibles`` … that sum to 100 (:data:`IMPORTANCE`), and ``weight``.
    """
    scale = Scale(1, 7) if scale is None else scale
    items, dimensions = instrument.item_names, instrument.dimension_names
    cell, points = _answer(scale), _points(len(dimensions))
    respondent = st.tuples(_row(cell, len(items)), _row(cell, len(items)), points, _weight())
    rows = draw(st.lists(respondent, min_size=min_respondents, max_size=max_respondents))
    perceived, expected, shared, weights = zip(*rows, strict=True)
    return {
        **_named("P", items, perceived),
        **_named("E", items, expected),
        **_named("points ", dimensions, shared),
        "weight": np.array(weights),
    }


def _named(prefix: str, names: Sequence[str], rows: Sequence[Sequence[float]]) -> Frame:
    matrix = np.array(rows, dtype=np.float64)
    return {f"{prefix}{name}": matrix[:, k].copy() for k, name in enumerate(names)}


def _points(dimensions: int) -> st.SearchStrategy[list[int]]:
    """Share out 100 points: differences of cuts between 0 and 100."""
    cuts = st.lists(st.integers(0, 100), min_size=dimensions - 1, max_size=dimensions - 1)
    return cuts.map(lambda places: np.diff([0, *sorted(places), 100]).tolist())


@st.composite
def purchase_histories(
    draw: st.DrawFn,
    *,
    unit: TimeUnit | None = None,
    min_customers: int = 1,
    max_customers: int = 12,
    max_days: int = 730,
    monetary: bool = True,
) -> PurchaseHistory:
    """Draw purchase histories on the calendar's grid of days, customers without repeats included.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"}, optional
        The unit of recency and age; any by default.
    min_customers, max_customers : int
        How many customers.
    max_days : int
        Longest time from the first purchase to the end of observation.
    monetary : bool
        Whether there is a monetary value.
    """
    chosen: TimeUnit = draw(st.sampled_from(sorted(DAYS))) if unit is None else unit
    customer = _customer(max_days)
    rows = draw(st.lists(customer, min_size=min_customers, max_size=max_customers))
    frequency, recency, age, spend = np.array(rows, dtype=np.float64).T
    return PurchaseHistory.from_arrays(
        frequency=frequency,
        recency=recency / DAYS[chosen],
        age=age / DAYS[chosen],
        monetary_value=spend if monetary else None,
        unit=chosen,
    )


@st.composite
def _customer(draw: st.DrawFn, longest: int, *, least: int = 0) -> tuple[int, int, int, float]:
    """Draw purchases, age at the last of them, age at the end (or opportunities), mean spend."""
    age = draw(st.integers(least, longest))
    recency = draw(st.integers(0, age))
    if recency == 0:
        return 0, 0, age, 0.0
    cents = draw(st.integers(1, 100_000))
    return draw(st.integers(1, recency)), recency, age, cents / 100


@st.composite
def transaction_logs(
    draw: st.DrawFn,
    *,
    start: str = "2024-01-01",
    days: int = 365,
    max_customers: int = 6,
    min_rows: int = 1,
    max_rows: int = 30,
) -> Frame:
    """Draw transaction logs as columns, for ``PurchaseHistory.from_transactions``.

    Parameters
    ----------
    start : str
        The first possible day.
    days : int
        Number of possible days; ``start`` + ``days`` - 1 is the last.
    max_customers : int
        At most so many customers.
    min_rows, max_rows : int
        How many purchases.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``customer_id`` (whole numbers), ``date`` (``datetime64[D]``) and ``spend`` (> 0, in whole
        cents), in no order; days and customers repeat.
    """
    purchase = st.tuples(
        st.integers(1, max_customers), st.integers(0, days - 1), st.integers(1, 100_000)
    )
    rows = draw(st.lists(purchase, min_size=min_rows, max_size=max_rows))
    customer, day, cents = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return {
        "customer_id": customer.copy(),
        "date": np.datetime64(start, "D") + day,
        "spend": cents / 100,
    }


def bgnbd_parameters(*, adversarial: bool = False) -> st.SearchStrategy[dict[str, float]]:
    """Draw parameters of BG/NBD, for ``lifetime.BGNBD(**parameters)``.

    Parameters
    ----------
    adversarial : bool
        Whether to draw from the corners as well, where naive formulas lose digits, overflow or
        divide by zero: a = 1, a + b next to 1, parameters near 0 and very large ones.
    """
    usual = _parameters(r=(0.1, 5), alpha=(0.5, 50), a=(0.2, 4), b=(0.5, 10))
    if not adversarial:
        return usual
    wide = _parameters(r=(1e-3, 100), alpha=(1e-3, 1e4), a=(1e-3, 100), b=(1e-3, 100))
    singular = st.sampled_from([1.0, 1 - 1e-9, 1 + 1e-9, 2.0, 0.5])
    corner = st.builds(lambda drawn, a: drawn | {"a": a}, wide, singular)
    return usual | wide | corner


def gamma_gamma_parameters(*, adversarial: bool = False) -> st.SearchStrategy[dict[str, float]]:
    """Draw parameters of Gamma-Gamma with a finite mean, for ``lifetime.GammaGamma(**parameters)``.

    Parameters
    ----------
    adversarial : bool
        Whether to draw from the corners as well: q just above 1, where the mean spend of the
        population is about to become infinite, parameters near 0 and very large ones.
    """
    usual = _parameters(p=(0.5, 20), q=(1.5, 20), gamma=(1, 100))
    if not adversarial:
        return usual
    wide = _parameters(p=(1e-2, 1e3), q=(1 + 1e-3, 1e3), gamma=(1e-3, 1e5))
    corner = st.builds(
        lambda drawn, q: drawn | {"q": q}, wide, st.sampled_from([1 + 1e-6, 1.01, 2.0])
    )
    return usual | wide | corner


def purchase_models(*, unit: TimeUnit = "week") -> st.SearchStrategy[PurchaseModel]:
    """Draw models of purchases at any time, of every kind.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"}
        The unit in which they count time.
    """
    rates = {"r": (0.1, 5), "alpha": (0.5, 50)}
    dropout = {"a": (0.2, 4), "b": (0.5, 10)}
    ageing = {"beta": (0.1, 10), "b": (1e-3, 0.2), "s": (0.1, 5)}
    time = {"unit": st.just(unit)}
    regular = {**time, "k": st.integers(1, 4)}
    return st.one_of(
        _models(NBD, rates, **time),
        _models(ParetoNBD, rates, {"s": (0.1, 5), "beta": (0.5, 50)}, **time),
        _models(BGNBD, rates, dropout, **time),
        _models(MBGNBD, rates, dropout, **time),
        _models(BGCNBD, rates, dropout, **regular),
        _models(MBGCNBD, rates, dropout, **regular),
        _models(GammaGompertzNBD, rates, ageing, **time),
    )


def contract_models(*, period: str = "1 year") -> st.SearchStrategy[ContractModel]:
    """Draw models of renewals, of every kind.

    Parameters
    ----------
    period : str
        How long a contract runs, ``"1 month"``.
    """
    shapes = {"alpha": (0.2, 10), "beta": (0.2, 10)}
    return st.one_of(
        _models(ShiftedBetaGeometric, shapes, period=st.just(period)),
        _models(BetaDiscreteWeibull, shapes, {"c": (0.5, 3)}, period=st.just(period)),
    )


def _models(
    kind: type[Any], *ranges: Mapping[str, tuple[float, float]], **other: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    floats = {name: st.floats(*ends) for each in ranges for name, ends in each.items()}
    return st.builds(kind, **floats, **other)


@st.composite
def opportunity_histories(
    draw: st.DrawFn,
    *,
    max_opportunities: int = 12,
    min_customers: int = 1,
    max_customers: int = 12,
    monetary: bool = False,
) -> OpportunityHistory:
    """Draw purchases at yearly opportunities, for ``lifetime.BGBB``.

    Parameters
    ----------
    max_opportunities : int
        At most so many of each customer, at least one.
    min_customers, max_customers : int
        How many customers, one a row.
    monetary : bool
        Whether there is a monetary value.
    """
    customer = _customer(max_opportunities, least=1)
    rows = draw(st.lists(customer, min_size=min_customers, max_size=max_customers))
    frequency, recency, opportunities, spend = np.array(rows, dtype=np.float64).T
    return OpportunityHistory.from_arrays(
        frequency=frequency,
        recency=recency,
        opportunities=opportunities,
        monetary_value=spend if monetary else None,
        period="1 year",
    )


def contracts(*, max_renewals: int = 8, period: str = "1 year") -> st.SearchStrategy[Contracts]:
    """Draw survival tables of one cohort, of which at least one customer is left.

    Parameters
    ----------
    max_renewals : int
        At most so many, at least one.
    period : str
        How long a contract runs.
    """
    left = st.lists(st.integers(0, 50), min_size=1, max_size=max_renewals)

    def table(left: list[int], last: int) -> Contracts:
        survivors = np.cumsum([last, *left])[::-1].tolist()
        return Contracts.from_survivors(survivors, period=period)

    return st.builds(table, left, st.integers(1, 100))


@st.composite
def kano_frames(draw: st.DrawFn, *, max_items: int = 3, max_respondents: int = 8) -> Frame:
    """Draw Kano questionnaires as columns, for ``kano.Questionnaire.from_frame``.

    Parameters
    ----------
    max_items, max_respondents : int
        At most so many, at least one.

    Returns
    -------
    SearchStrategy of dict of str to ndarray
        ``functional 1`` …, ``dysfunctional 1`` … with answers from 1 (like) to 5 (dislike), and
        ``weight``.
    """
    items = [str(place + 1) for place in range(draw(st.integers(1, max_items)))]
    row = st.tuples(*[_row(st.integers(1, 5), len(items))] * 2, _weight())
    functional, dysfunctional, weight = zip(
        *draw(st.lists(row, min_size=1, max_size=max_respondents)), strict=True
    )
    return {
        **_named("functional ", items, functional),
        **_named("dysfunctional ", items, dysfunctional),
        "weight": np.array(weight),
    }


def _parameters(**ranges: tuple[float, float]) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries({name: st.floats(*ends) for name, ends in ranges.items()})


def offers(*, names: Sequence[str] | None = None, unit: str = "") -> st.SearchStrategy[Offer]:
    """Draw offers in whole cents; the monetary cost is positive: there is a ratio.

    Parameters
    ----------
    names : sequence of str, optional
        Names to draw from; any text by default.
    unit : str
        The money unit.
    """
    amount = st.integers(0, 10_000_000).map(lambda cents: cents / 100)
    price = st.integers(1, 10_000_000).map(lambda cents: cents / 100)
    values: Mapping[str, Any] = dict.fromkeys(("product", "service", "personnel", "image"), amount)
    costs: Mapping[str, Any] = dict.fromkeys(("time", "energy", "psychic"), amount)
    name = st.text(min_size=1, max_size=10) if names is None else st.sampled_from(list(names))
    return st.builds(
        Offer,
        name=name,
        value=st.builds(TotalValue, **values),
        cost=st.builds(TotalCost, monetary=price, **costs),
        unit=st.just(unit),
    )
