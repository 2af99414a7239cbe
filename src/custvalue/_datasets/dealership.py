"""A car dealer's workshop: a survey and a transaction log of the same customers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy import special

from custvalue._checks import Generator, random_generator
from custvalue._datasets.dataset import Array, Dataset
from custvalue._datasets.question import Question
from custvalue._lifetime.purchasing.bgnbd import BGNBD
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._rows import read_only
from custvalue._servqual.forms import SERVQUAL
from custvalue._table import Cell, Table
from custvalue._values import Frozen
from custvalue._words import one_line
from custvalue.errors import ParameterError

OBSERVATION_END = dt.date(2024, 12, 31)
FIRST_DAY, LAST_FIRST_VISIT = dt.date(2022, 1, 1), dt.date(2023, 12, 31)
PURCHASES = BGNBD(r=1.4, alpha=22.0, a=1.6, b=6.4, unit="week")
SPEND = GammaGamma(p=6.0, q=4.0, gamma=120.0)  # EUR: 240 a visit on average
LINK = 0.6  # correlation of quality with the normal score of staying
DIMENSIONS = SERVQUAL.dimension_names
IMPORTANCE = (12.0, 32.0, 24.0, 18.0, 14.0)

PERCEPTION = Question(1, 7, (5.6, 4.9, 5.1, 5.5, 5.0), common=0.6, noise=0.75)
EXPECTATION = Question(1, 7, (5.4, 6.3, 6.0, 6.0, 5.6), common=0.45, noise=0.65)
RECOMMEND = Question(0, 10, (7.8,), common=1.4, noise=1.1)
SATISFACTION = Question(1, 10, (7.4,), common=1.2, noise=0.8)
EXPECTED = Question(1, 10, (8.0,), common=0.7, noise=0.7)


class DealershipTruth(Frozen):
    """What is true of the customers of a simulated dealership.

    Parameters
    ----------
    purchases : BGNBD
        The process of the visits, in weeks: exact for the customers as a whole.
    spend : GammaGamma
        The distribution of the bill of a visit.
    quality_retention_correlation : float
        Correlation of perceived quality with the normal score of staying: the Gaussian copula
        between quality and ``1 - dropout probability``.
    perceptions, expectations : dict of str to float
        Expected answer on the scale 1-7, by dimension: the mean over its items.
    importance : dict of str to float
        Expected importance points by dimension; they sum to 100.
    net_promoter_score : float
        Of all the customers, -100 to 100.
    satisfaction_perceived, satisfaction_expected : float
        Expected answer on the scale 1-10.
    """

    purchases: BGNBD
    spend: GammaGamma
    quality_retention_correlation: float
    perceptions: dict[str, float]
    expectations: dict[str, float]
    importance: dict[str, float]
    net_promoter_score: float
    satisfaction_perceived: float
    satisfaction_expected: float

    @property
    def gaps(self) -> dict[str, float]:
        """Perception minus expectation, by dimension."""
        return {name: self.perceptions[name] - self.expectations[name] for name in DIMENSIONS}

    @property
    def overall_gap(self) -> float:
        """Mean of the gaps of the five dimensions."""
        return sum(self.gaps.values()) / len(DIMENSIONS)

    @property
    def weighted_gap(self) -> float:
        """Mean of the gaps, each with its importance; the two are drawn independently."""
        return sum(gap * self.importance[name] / 100 for name, gap in self.gaps.items())

    def _table(self) -> Table:
        gaps = tuple((f"gap, {name}", value) for name, value in self.gaps.items())
        rows: tuple[tuple[str, Cell], ...] = (
            ("purchases", repr(self.purchases)),
            ("spend", repr(self.spend)),
            ("correlation of quality and retention", self.quality_retention_correlation),
            *gaps,
            ("gap, overall", self.overall_gap),
            ("gap, weighted by importance", self.weighted_gap),
            ("Net Promoter Score", self.net_promoter_score),
            ("satisfaction, perceived", self.satisfaction_perceived),
            ("satisfaction, expected", self.satisfaction_expected),
        )
        return Table("Truth of the simulated dealership", ("", ""), rows)


@dataclass(frozen=True, eq=False)
class Dealership:
    """A simulated dealership: its survey, its transactions and what is true of them.

    Parameters
    ----------
    survey : Dataset
        One row a respondent: ``customer_id``, perceptions ``p01`` to ``p22`` and expectations
        ``e01`` to ``e22`` (whole numbers 1-7, SERVQUAL's order), importance points
        ``importance_tangibles`` … that sum to 100, ``recommend`` (0-10),
        ``satisfaction_perceived`` and ``satisfaction_expected`` (1-10).
    transactions : Dataset
        One row a visit of the workshop: ``customer_id``, ``date`` and ``spend`` (EUR).
    customers : Dataset
        One row per customer, with what is not observed: ``customer_id``, ``quality`` (standard
        normal), ``visits_per_week``, ``dropout_probability`` and ``alive`` at the end.
    truth : DealershipTruth
        The parameters behind the data.
    observation_end : datetime.date
        Last day of the transactions.
    """

    survey: Dataset
    transactions: Dataset
    customers: Dataset
    truth: DealershipTruth
    observation_end: dt.date

    def __repr__(self) -> str:
        return one_line(
            "Dealership",
            customers=self.customers.rows,
            respondents=self.survey.rows,
            visits=self.transactions.rows,
            observation_end=str(self.observation_end),
        )


def simulate_dealership(
    customers: int = 2000, *, response_share: float = 0.4, rng: Generator = None
) -> Dealership:
    """Simulate a car dealer's workshop: a survey and a transaction log, linked by customer.

    Every customer perceives a quality of service, a standard normal. It moves what the customer
    answers, and how easily the customer leaves: the probability p of dropping out after a visit
    is the quantile, in its Beta(a, b) distribution, of a normal score that is correlated with
    quality. So p is exactly Beta(a, b) over the customers, and the visits are exactly BG/NBD
    (days are rounded up; two visits on one day stay two rows).

    Answers are normal variates, rounded and cut at the ends of the scale; the truth holds the
    exact expectation of the answers after that. Respondents are drawn at random.

    Parameters
    ----------
    customers : int
        Customers, whose first visits are spread over 2022 and 2023; at least 1.
    response_share : float
        Share of the customers who answer the survey, > 0 and <= 1.
    rng : numpy.random.Generator, int or None
        Source of randomness, or the seed of one.

    Returns
    -------
    Dealership
        Survey, transactions to 2024-12-31 and the truth.

    Raises
    ------
    ParameterError
        If `customers` or `response_share` is outside its domain.

    Examples
    --------
    >>> dealership = simulate_dealership(500, rng=1)
    >>> dealership.survey.rows, dealership.truth.purchases.r
    (200, 1.4)
    """
    _check_size(customers, response_share)
    generator = random_generator(rng)
    quality = generator.standard_normal(customers)
    dropout = _dropout(quality, generator)
    log, people = _visits(quality, dropout, generator)
    respondents = max(1, round(customers * response_share))
    chosen = np.sort(generator.choice(customers, respondents, replace=False))
    return Dealership(
        survey=_dataset("Survey", _answers(chosen + 1, quality[chosen], generator)),
        transactions=_dataset("Transactions", log),
        customers=_dataset("Customers, unobserved properties", people),
        truth=_truth(),
        observation_end=OBSERVATION_END,
    )


def _check_size(customers: int, response_share: float) -> None:
    if isinstance(customers, bool) or not isinstance(customers, int | np.integer) or customers < 1:
        raise ParameterError(f"customers must be a whole number >= 1, but it is {customers!r}.")
    if not 0 < response_share <= 1:
        raise ParameterError(
            f"response_share must be > 0 and <= 1, as in 0.4, but it is {response_share!r}."
        )


def _dataset(name: str, columns: dict[str, Array]) -> Dataset:
    arrays = {column: read_only(array) for column, array in columns.items()}
    return Dataset(f"{name} of a simulated dealership", arrays, source="simulate_dealership")


def _dropout(quality: Array, rng: np.random.Generator) -> Array:
    """Beta(a, b) by its quantiles: the link does not change the distribution."""
    noise = rng.standard_normal(len(quality))
    score = -LINK * quality + np.sqrt(1 - LINK**2) * noise
    dropout: Array = special.betaincinv(PURCHASES.a, PURCHASES.b, special.ndtr(score))
    return dropout


def _visits(
    quality: Array, dropout: Array, rng: np.random.Generator
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Simulate visits: a Poisson process, cut after the visit at which the customer leaves."""
    n = len(dropout)
    rate = rng.gamma(PURCHASES.r, 1 / PURCHASES.alpha, n)
    last_day = (OBSERVATION_END - FIRST_DAY).days
    first = rng.integers(0, (LAST_FIRST_VISIT - FIRST_DAY).days + 1, n)
    chances = rng.poisson(rate * (last_day - first) / 7)
    leaves_at = rng.geometric(np.maximum(dropout, 1e-12))
    repeats = np.minimum(chances, leaves_at)
    who = np.repeat(np.arange(n), chances)
    when = first[who] + np.ceil((last_day - first[who]) * rng.random(len(who)))
    order = np.lexsort((when, who))  # `who` is sorted already, so the ranks below fit
    rank = np.arange(len(who)) - np.repeat(np.cumsum(chances) - chances, chances)
    kept = rank < repeats[who]
    customer = np.concatenate([np.arange(n), who[kept]])
    day = np.concatenate([first, when[order][kept].astype(np.int64)])
    order = np.lexsort((day, customer))
    log = {
        "customer_id": customer[order] + 1,
        "date": np.datetime64(FIRST_DAY, "D") + day[order].astype("m8[D]"),
        "spend": _bills(customer[order], n, rng),
    }
    people = {
        "customer_id": np.arange(1, n + 1),
        "quality": quality,
        "visits_per_week": rate,
        "dropout_probability": dropout,
        "alive": leaves_at > chances,
    }
    return log, people


def _bills(customer: Array, customers: int, rng: np.random.Generator) -> Array:
    rate = rng.gamma(SPEND.q, 1 / SPEND.gamma, customers)
    bills = rng.gamma(SPEND.p, 1 / rate[customer])
    return np.maximum(np.round(bills, 2), 0.01)


def _answers(customer: Array, quality: Array, rng: np.random.Generator) -> dict[str, Array]:
    n = len(customer)
    demanding = rng.standard_normal(n)
    columns: dict[str, Array] = {"customer_id": customer}
    for letter, question, common in (("p", PERCEPTION, quality), ("e", EXPECTATION, demanding)):
        for i, mean in enumerate(_item_means(question)):
            columns[f"{letter}{i + 1:02d}"] = question.answers(common, mean, rng)
    points = rng.multinomial(20, rng.dirichlet(20 * np.array(IMPORTANCE) / 100, n)) * 5
    for name, column in zip(DIMENSIONS, points.T, strict=True):
        columns[f"importance_{name}"] = column
    columns["recommend"] = RECOMMEND.answers(quality, RECOMMEND.means[0], rng)
    columns["satisfaction_perceived"] = SATISFACTION.answers(quality, SATISFACTION.means[0], rng)
    columns["satisfaction_expected"] = EXPECTED.answers(demanding, EXPECTED.means[0], rng)
    return columns


def _item_means(question: Question) -> list[float]:
    """Means of the 22 items: in a dimension they lie 0.2 to either side of its own."""
    return [
        mean + offset
        for mean, items in zip(question.means, SERVQUAL.sizes, strict=True)
        for offset in np.linspace(-0.2, 0.2, items).tolist()
    ]


def _by_dimension(question: Question) -> dict[str, float]:
    expected = iter([question.expected(mean) for mean in _item_means(question)])
    return {
        name: sum(next(expected) for _ in range(items)) / items
        for name, items in zip(DIMENSIONS, SERVQUAL.sizes, strict=True)
    }


def _truth() -> DealershipTruth:
    (recommend,), (perceived,), (expected,) = RECOMMEND.means, SATISFACTION.means, EXPECTED.means
    promoters = RECOMMEND.share_from(9, recommend)
    detractors = 1 - RECOMMEND.share_from(7, recommend)
    return DealershipTruth(
        purchases=PURCHASES,
        spend=SPEND,
        quality_retention_correlation=LINK,
        perceptions=_by_dimension(PERCEPTION),
        expectations=_by_dimension(EXPECTATION),
        importance=dict(zip(DIMENSIONS, IMPORTANCE, strict=True)),
        net_promoter_score=float(100 * (promoters - detractors)),
        satisfaction_perceived=float(SATISFACTION.expected(perceived)),
        satisfaction_expected=float(EXPECTED.expected(expected)),
    )
