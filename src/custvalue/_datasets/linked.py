"""Customers who are asked half-way, and what they buy before and after: with known effects."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from custvalue._checks import Generator, checked_whole, finite, random_generator
from custvalue._datasets.dataset import Dataset
from custvalue._rows import read_only
from custvalue._words import one_line, plain
from custvalue.errors import ParameterError

FIRST_DAY = np.datetime64("2023-01-02")
CAME, ASKED, WEEKS = 20.0, 40.0, 104.0  # weeks: until all have come, of the survey, in all
STEEPEST = 3.0
MEAN = 6.0  # of what customers feel, on 1 to 10


@dataclass(frozen=True, eq=False)
class LinkedSurvey:
    """A survey and the purchases of the same customers, with what is true of them.

    Parameters
    ----------
    survey : Dataset
        One row for each answer: ``customer_id``, ``asked``, ``dealer``, ``satisfaction``,
        ``reliability`` and ``empathy``, all 1 to 10; satisfaction follows the former, not the
        latter.
    transactions : Dataset
        One row for each purchase: ``customer_id``, ``date`` and ``spend``.
    purchase_coefficient, dropout_coefficient, spend_coefficient : float
        What a point of satisfaction adds to the logarithm of the rate of purchases, of the rate of
        leaving and of the spend, from the survey on.
    reverse_coefficient : float
        What the logarithm of a customer's purchase rate adds to satisfaction.
    observation_end : datetime.date
        Last day of the transactions.
    """

    survey: Dataset
    transactions: Dataset
    purchase_coefficient: float
    dropout_coefficient: float
    spend_coefficient: float
    reverse_coefficient: float
    observation_end: dt.date

    def __repr__(self) -> str:
        return one_line(
            "LinkedSurvey",
            respondents=self.survey.rows,
            purchases=self.transactions.rows,
            observation_end=str(self.observation_end),
        )


def simulate_linked_survey(
    customers: int = 1_500,
    *,
    purchase_coefficient: float = 0.1,
    dropout_coefficient: float = -0.25,
    spend_coefficient: float = 0.05,
    reverse_coefficient: float = 0.0,
    response_share: float = 0.6,
    dealers: int = 20,
    rng: Generator = None,
) -> LinkedSurvey:
    """Simulate customers who buy, are asked how satisfied they are, and go on buying.

    All come within 20 weeks, are asked in week 40, and are observed for two years. Until then
    their rates are those of a Pareto/NBD model; from then on satisfaction moves them.

    Parameters
    ----------
    customers : int
        How many, at least 10.
    purchase_coefficient, dropout_coefficient, spend_coefficient : float
        What a point of satisfaction adds, from the survey on, to the logarithms of the rate of
        purchases, of the rate of leaving and of spend.
    reverse_coefficient : float
        What the logarithm of a customer's purchase rate adds to satisfaction: who buys often feels
        better, whatever follows.
    response_share : float
        Share of customers who answer, > 0 and <= 1.
    dealers : int
        Dealers whose customers feel alike, at least 1.
    rng : numpy.random.Generator, int or None
        Source of randomness, or the seed of one.

    Returns
    -------
    LinkedSurvey

    Raises
    ------
    ParameterError
        If a number is out of bounds.

    Examples
    --------
    >>> from custvalue import datasets
    >>> linked = datasets.simulate_linked_survey(200, rng=1)
    >>> linked.survey.rows < 200, linked.observation_end
    (True, datetime.date(2024, 12, 29))
    """
    n = checked_whole("customers", customers, least=10)
    groups = checked_whole("dealers", dealers, least=1)
    if not 0 < finite(response_share) <= 1:
        raise ParameterError(
            f"response_share must be > 0 and <= 1, but it is {plain(response_share)!r}."
        )
    effects = {
        "purchase_coefficient": purchase_coefficient,
        "dropout_coefficient": dropout_coefficient,
        "spend_coefficient": spend_coefficient,
        "reverse_coefficient": reverse_coefficient,
    }
    _check(effects)
    survey, log = _simulated((n, groups), effects, float(response_share), random_generator(rng))
    end: dt.date = (FIRST_DAY + _days(7 * WEEKS - 1)).astype(object)
    return LinkedSurvey(
        survey=_dataset("Survey", survey),
        transactions=_dataset("Transactions", log),
        **{name: float(its) for name, its in effects.items()},
        observation_end=end,
    )


Table = dict[str, npt.NDArray[Any]]


def _check(effects: dict[str, float]) -> None:
    for name, its in effects.items():
        if not abs(finite(its)) <= STEEPEST:
            raise ParameterError(
                f"{name} must be from -{STEEPEST:g} to {STEEPEST:g}, but it is {plain(its)!r}."
            )


def _simulated(
    sizes: tuple[int, int], effects: dict[str, float], share: float, random: np.random.Generator
) -> tuple[Table, Table]:
    """Return the survey and the log."""
    n, groups = sizes
    purchase, dropout, spend, reverse = effects.values()
    rate, leaving = random.gamma(1.5, 1 / 8, n), random.gamma(1.2, 1 / 120, n)
    dealer = np.arange(n) % groups
    felt = MEAN + random.normal(0, 0.5, groups)[dealer] + random.normal(0, 1.5, n)
    felt += reverse * np.log(8 * rate)
    said = _answers(felt)
    above = said - said.mean()
    birth = random.uniform(0, CAME, n)
    left = birth + random.exponential(1 / leaving)
    later = ASKED + random.exponential(np.exp(-dropout * above) / leaving)
    left = np.where(left > ASKED, later, left)
    who, week = _purchases(birth, left, rate, np.exp(purchase * above), random)
    mean = 300 / random.gamma(4.0, 1.0, n)
    bills = random.gamma(6.0, mean[who] / 6)
    bills *= np.where(week > ASKED, np.exp(spend * above[who]), 1.0)
    asked = np.flatnonzero(random.random(n) < share)
    survey = {
        "customer_id": asked + 1,
        "asked": np.full(len(asked), FIRST_DAY + _days(7 * ASKED - 1)),
        "dealer": dealer[asked] + 1,
        "satisfaction": said[asked],
        "reliability": _answers(felt + random.normal(0, 0.4, n))[asked],
        "empathy": random.integers(1, 11, len(asked)),
    }
    log = {
        "customer_id": who + 1,
        "date": FIRST_DAY + np.floor(7 * week).astype(np.int64).astype("m8[D]"),
        "spend": np.round(bills, 2) + 0.01,
    }
    return survey, log


def _days(count: float) -> np.timedelta64:
    return np.timedelta64(int(count), "D")


def _answers(felt: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.minimum(np.maximum(np.rint(felt), 1), 10).astype(np.int64)


def _purchases(
    birth: npt.NDArray[np.float64],
    left: npt.NDArray[np.float64],
    rate: npt.NDArray[np.float64],
    factor: npt.NDArray[np.float64],
    random: np.random.Generator,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return customers and weeks of all purchases, by customer, then by time."""
    n = len(birth)
    who, week = [np.arange(n)], [birth]
    for first, last, more in ((birth, np.full(n, ASKED), 1.0), (np.full(n, ASKED), None, factor)):
        ends = np.minimum(left, WEEKS if last is None else last)
        span = np.maximum(ends - first, 0.0)
        times = random.poisson(rate * more * span)
        mine = np.repeat(np.arange(n), times)
        who.append(mine)
        week.append(first[mine] + span[mine] * random.random(len(mine)))
    rows, weeks = np.concatenate(who), np.concatenate(week)
    order = np.lexsort((weeks, rows))
    return rows[order].astype(np.int64), weeks[order]


def _dataset(name: str, columns: Table) -> Dataset:
    arrays = {column: read_only(array) for column, array in columns.items()}
    return Dataset(f"{name} of linked customers", arrays, source="simulate_linked_survey")
