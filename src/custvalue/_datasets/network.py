"""A network of dealers that surveys its customers every quarter, linked with what they buy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from custvalue._checks import Generator, checked_whole, random_generator
from custvalue._datasets.dataset import Array, Dataset
from custvalue._datasets.question import Question
from custvalue._lifetime.purchasing.pareto_nbd import ParetoNBD
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._rows import read_only
from custvalue._servqual.forms import SERVQUAL
from custvalue._table import Cell, Table
from custvalue._values import Frozen
from custvalue._words import number, one_line, plain
from custvalue.errors import ParameterError

FIRST_YEAR = 2022
PURCHASES = ParetoNBD(r=1.2, alpha=18.0, s=0.8, beta=40.0, unit="week")
SPEND = GammaGamma(p=6.0, q=4.0, gamma=120.0)  # EUR: 240 a visit on average
DIMENSIONS = SERVQUAL.dimension_names
REGIONS = 4
LEAST_ANSWERS = 2  # of a dealer in a wave

LARGEST = 10.0  # deviation or effect, in points of a scale of ten
STEEPEST = 2.0  # coefficient, of an exponent; also times the deviation of quality
WIDEST = 3.0  # spread of sizes

# `common` is how many points an answer moves with one point of quality, or of being demanding.
SATISFACTION = Question(1, 10, (7.0,), common=1.0, noise=0.0)
RECOMMEND = Question(0, 10, (7.5,), common=1.1, noise=1.0)
PERCEPTION = Question(1, 7, (5.4, 4.8, 5.0, 5.3, 4.9), common=0.45, noise=0.8)
EXPECTATION = Question(1, 7, (5.4, 6.2, 6.0, 6.0, 5.6), common=0.45, noise=0.65)


class NetworkTruth(Frozen):
    """What is true of a simulated network of dealers.

    Quality is in points of the scale of satisfaction, 0 at a usual dealer in the first wave.

    Parameters
    ----------
    purchases : ParetoNBD
        The process of the visits at quality 0, in weeks.
    spend : GammaGamma
        The distribution of the bill of a visit at quality 0.
    purchase_coefficient, dropout_coefficient, spend_coefficient : float
        A point of quality multiplies the rate of purchases, the rate of leaving, and the mean
        bill of a customer by e to this power.
    dealer_deviation : float
        Standard deviation of quality between dealers, their regions included.
    region_deviation : float
        Between regions.
    respondent_deviation : float
        Between the customers of one dealer in one wave.
    trend : float
        What every wave adds to quality.
    programme_effect : float
        What the programme adds to quality.
    programme_wave : str or None
        The first wave with the programme; None without one.
    dealers : Dataset
        One row a dealer: ``dealer``, ``region``, ``effect`` (on quality, that of the region
        included), ``region_effect`` and ``programme`` (1 where there is one).
    means : Dataset
        One row for each dealer and wave: ``dealer``, ``wave``, ``n`` answers, ``programme`` (1
        where it runs), and what is expected of a customer: mean ``quality``, mean answers
        ``satisfaction``, ``recommend``, ``perception_tangibles`` …, and ``net_promoter_score``.
    """

    purchases: ParetoNBD
    spend: GammaGamma
    purchase_coefficient: float
    dropout_coefficient: float
    spend_coefficient: float
    dealer_deviation: float
    region_deviation: float
    respondent_deviation: float
    trend: float
    programme_effect: float
    programme_wave: str | None
    dealers: Dataset
    means: Dataset

    @property
    def intraclass_correlation(self) -> float:
        """Correlation of the quality that two customers of one dealer perceive in one wave."""
        between, within = self.dealer_deviation**2, self.respondent_deviation**2
        return between / (between + within)

    def _table(self) -> Table:
        programme = "none" if self.programme_wave is None else f"from {self.programme_wave} on"
        rows: tuple[tuple[str, Cell], ...] = (
            ("purchases, quality 0", repr(self.purchases)),
            ("spend, quality 0", repr(self.spend)),
            ("coefficient of purchases", self.purchase_coefficient),
            ("coefficient of leaving", self.dropout_coefficient),
            ("coefficient of spend", self.spend_coefficient),
            ("deviation between dealers", self.dealer_deviation),
            ("deviation between regions", self.region_deviation),
            ("deviation between customers", self.respondent_deviation),
            ("intraclass correlation", self.intraclass_correlation),
            ("trend of a wave", self.trend),
            ("effect of the programme", self.programme_effect),
            ("programme", programme),
        )
        return Table("Truth of the simulated network", ("", ""), rows)


@dataclass(frozen=True, eq=False)
class Network:
    """A simulated network of dealers: its survey, its transactions and what is true of them.

    Parameters
    ----------
    survey : Dataset
        One row a respondent, who is asked once: ``customer_id``, ``dealer``, ``region``, ``wave``
        (``2022-Q1``), perceptions ``perception_tangibles`` … and expectations
        ``expectation_tangibles`` … (1-7), ``satisfaction`` (1-10) and ``recommend`` (0-10).
    transactions : Dataset
        One row a visit: ``customer_id``, ``dealer``, ``date`` and ``spend`` (EUR). The first visit
        of a customer lies in the quarter in which the customer is asked.
    dealers : Dataset
        One row a dealer: ``dealer``, ``region``, ``size`` (1 is the mean) and ``programme``.
    customers : Dataset
        One row per customer, with what is not observed: ``customer_id``, ``quality``,
        ``purchases_per_week``, ``dropout_per_week``, ``mean_spend`` and ``alive`` at the end.
    truth : NetworkTruth
        The parameters behind the data.
    observation_end : datetime.date
        Last day of the transactions, a year after the last wave.
    """

    survey: Dataset
    transactions: Dataset
    dealers: Dataset
    customers: Dataset
    truth: NetworkTruth
    observation_end: dt.date

    def __repr__(self) -> str:
        return one_line(
            "Network",
            dealers=self.dealers.rows,
            waves=len(np.unique(self.survey["wave"])),
            respondents=self.survey.rows,
            visits=self.transactions.rows,
            observation_end=str(self.observation_end),
        )


def simulate_network(
    dealers: int = 30,
    waves: int = 4,
    *,
    answers: float = 40,
    regions: int | None = None,
    size_spread: float = 0.5,
    dealer_deviation: float = 0.6,
    region_deviation: float = 0.2,
    respondent_deviation: float = 1.5,
    trend: float = 0.05,
    programme_share: float = 0.5,
    programme_wave: int | None = None,
    programme_effect: float = 0.5,
    purchase_coefficient: float = 0.1,
    dropout_coefficient: float = -0.25,
    spend_coefficient: float = 0.05,
    rng: Generator = None,
) -> Network:
    """Simulate a network of dealers: surveys in waves, and what their customers buy.

    A customer perceives the quality z = dealer + wave + programme + own deviation, in points of the
    scale of satisfaction. It moves the answers, and what the customer does: purchases are a Poisson
    process with the rate λ e^(purchase_coefficient z) until the customer leaves, at the rate μ
    e^(dropout_coefficient z), and the mean bill is multiplied by e^(spend_coefficient z), where λ,
    μ and the bills at z = 0 are those of a Pareto/NBD and a gamma-gamma model.

    Answers are normal variates, rounded and cut at the ends of the scale; the truth holds the
    exact expectation of the answers after that. With the deviations by default customers of one
    dealer are correlated by .14.

    Parameters
    ----------
    dealers, waves : int
        Dealers, at least 2, and quarters from 2022-Q1 on, at least 1.
    answers : float
        Respondents of a dealer in a wave, on average; large dealers have more, and none fewer
        than 2.
    regions : int, optional
        Regions (strata), each with 2 dealers at least; by default 4, or fewer if dealers are few.
    size_spread : float
        Standard deviation of the logarithm of dealers' sizes, 0 for dealers of one size.
    dealer_deviation, region_deviation, respondent_deviation : float
        Standard deviations of quality: between dealers, of which between regions, and between the
        customers of one dealer.
    trend : float
        What every wave adds to quality.
    programme_share : float
        Share of the dealers of each region with a programme, 0 to 1.
    programme_wave : int, optional
        The first wave with the programme; by default the one after half of them.
    programme_effect : float
        What the programme adds to the quality of its dealers.
    purchase_coefficient, dropout_coefficient, spend_coefficient : float
        What a point of quality adds to the logarithm of the rate of purchases, of the rate of
        leaving, and of the mean bill.
    rng : numpy.random.Generator, int or None
        Source of randomness, or the seed of one.

    Returns
    -------
    Network
        Survey, transactions, dealers and the truth.

    Raises
    ------
    ParameterError
        If an argument is outside its domain.

    Examples
    --------
    >>> from custvalue import datasets
    >>> from custvalue.satisfaction import net_promoter_score
    >>> from custvalue.survey import Responses, Scale
    >>> network = datasets.simulate_network(20, 4, rng=1)
    >>> answers = Responses.from_frame(
    ...     network.survey,
    ...     ["recommend"],
    ...     scale=Scale(0, 10),
    ...     cluster="dealer",
    ...     stratum="region",
    ...     wave="wave",
    ... )
    >>> score = net_promoter_score(answers)
    >>> score.estimate.clusters
    20
    >>> round(network.truth.intraclass_correlation, 3), network.truth.programme_wave
    (0.138, '2022-Q3')
    """
    plan = _Plan(
        dealers=checked_whole("dealers", dealers, least=2),
        waves=checked_whole("waves", waves, least=1),
        answers=_number("answers", answers, LEAST_ANSWERS, 1e6),
        size_spread=_number("size_spread", size_spread, 0, WIDEST),
        dealer_deviation=_number("dealer_deviation", dealer_deviation, 0, LARGEST),
        region_deviation=_number("region_deviation", region_deviation, 0, LARGEST),
        respondent_deviation=_number("respondent_deviation", respondent_deviation, 0.01, LARGEST),
        trend=_number("trend", trend, -LARGEST, LARGEST),
        programme_share=_number("programme_share", programme_share, 0, 1),
        programme_effect=_number("programme_effect", programme_effect, -LARGEST, LARGEST),
        links=_Links(
            _number("purchase_coefficient", purchase_coefficient, -STEEPEST, STEEPEST),
            _number("dropout_coefficient", dropout_coefficient, -STEEPEST, STEEPEST),
            _number("spend_coefficient", spend_coefficient, -STEEPEST, STEEPEST),
        ),
        regions=_regions(regions, dealers),
        first=_first_wave(programme_wave, waves),
    )
    plan.check()
    return _simulated(plan, random_generator(rng))


class _Links(NamedTuple):
    """What a point of quality adds to the logarithms of what customers do."""

    purchase: float
    dropout: float
    spend: float


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What is asked for; `first` is the place of the first wave with the programme."""

    dealers: int
    waves: int
    answers: float
    regions: int
    size_spread: float
    dealer_deviation: float
    region_deviation: float
    respondent_deviation: float
    trend: float
    programme_share: float
    first: int
    programme_effect: float
    links: _Links

    def check(self) -> None:
        """Raise a ParameterError where arguments contradict each other."""
        if self.region_deviation > self.dealer_deviation:
            raise ParameterError(
                f"region_deviation is part of dealer_deviation, {plain(self.dealer_deviation)}, "
                f"but it is {plain(self.region_deviation)}. Make it smaller, or dealer_deviation "
                f"larger."
            )

        deviation = float(np.hypot(self.dealer_deviation, self.respondent_deviation))
        for name, coefficient in self.links._asdict().items():
            if abs(coefficient) * deviation > STEEPEST:
                raise ParameterError(
                    f"{name}_coefficient must be from {number(-STEEPEST / deviation)} to "
                    f"{number(STEEPEST / deviation)}, because quality has the standard deviation "
                    f"{number(deviation)}, but it is {plain(coefficient)}."
                )

    @property
    def quarters(self) -> list[str]:
        """The names of the waves."""
        return [f"{FIRST_YEAR + t // 4}-Q{t % 4 + 1}" for t in range(self.waves)]

    @property
    def days(self) -> Array:
        """First days of the waves, of the quarter after them, and of the one a year later."""
        months = np.datetime64(f"{FIRST_YEAR}-01", "M") + (3 * np.arange(self.waves + 5)).astype(
            "m8[M]"
        )
        return months.astype("datetime64[D]")


def _number(name: str, value: float, least: float, most: float) -> float:
    """Return a number within its ends, or raise a ParameterError."""
    found = plain(value)
    numeric = isinstance(found, int | float) and not isinstance(found, bool)
    if not numeric or not least <= found <= most:
        raise ParameterError(
            f"{name} must be a number from {plain(least)} to {plain(most)}, but it is {found!r}."
        )
    return float(found)


def _regions(regions: int | None, dealers: int) -> int:
    most = dealers // 2
    if regions is None:
        return min(REGIONS, most)
    found = checked_whole("regions", regions, least=1)
    if found > most:
        raise ParameterError(
            f"every region needs 2 dealers, so that regions must be at most {most} for {dealers} "
            f"dealers, but it is {found}. Use regions={most}, or dealers={2 * found}."
        )
    return found


def _first_wave(wave: int | None, waves: int) -> int:
    """Return the place of the first wave with the programme."""
    if wave is None:
        return waves // 2
    found = checked_whole("programme_wave", wave, least=1)
    if found > waves:
        raise ParameterError(
            f"programme_wave must be one of the {waves} waves, from 1 to {waves}, but it is "
            f"{found}. Use programme_share=0 for no programme."
        )
    return found - 1


class _Dealers(NamedTuple):
    """The dealers: region, effect of the region, effect, size, and who has the programme."""

    region: Array
    region_effect: Array
    effect: Array
    size: Array
    programme: Array


def _dealers(plan: _Plan, rng: np.random.Generator) -> _Dealers:
    n = plan.dealers
    region = np.arange(n) * plan.regions // n
    of_region = plan.region_deviation * rng.standard_normal(plan.regions)
    own = np.sqrt(plan.dealer_deviation**2 - plan.region_deviation**2)
    effect = of_region[region] + own * rng.standard_normal(n)
    size = np.exp(plan.size_spread * rng.standard_normal(n) - plan.size_spread**2 / 2)
    order = np.lexsort((rng.random(n), region))  # within a region by lot
    rank = np.arange(n) - np.searchsorted(region, region)
    chosen = rank < np.rint(plan.programme_share * np.bincount(region)[region])
    programme = np.empty(n, dtype=bool)
    programme[order] = chosen
    return _Dealers(region, of_region[region], effect, size, programme)


class _Cells(NamedTuple):
    """Dealers in waves, dealer by dealer: who, when, answers, mean quality, programme."""

    dealer: Array
    wave: Array
    n: Array
    quality: Array
    programme: Array


def _cells(plan: _Plan, dealers: _Dealers) -> _Cells:
    dealer = np.repeat(np.arange(plan.dealers), plan.waves)
    wave = np.tile(np.arange(plan.waves), plan.dealers)
    runs = dealers.programme[dealer] & (wave >= plan.first)
    n = np.maximum(np.rint(plan.answers * dealers.size), LEAST_ANSWERS).astype(np.int64)[dealer]
    quality = dealers.effect[dealer] + plan.trend * wave + plan.programme_effect * runs
    return _Cells(dealer, wave, n, quality, runs)


def _simulated(plan: _Plan, rng: np.random.Generator) -> Network:
    dealers = _dealers(plan, rng)
    cells = _cells(plan, dealers)
    cell = np.repeat(np.arange(len(cells.n)), cells.n)
    own = rng.standard_normal(len(cell))
    names = _names("D", plan.dealers)
    regions = _names("R", plan.regions)[dealers.region]
    who = {
        "customer_id": np.arange(1, len(cell) + 1),
        "dealer": names[cells.dealer][cell],
        "region": regions[cells.dealer][cell],
        "wave": np.array(plan.quarters)[cells.wave][cell],
    }
    quality = cells.quality[cell] + plan.respondent_deviation * own
    log, people = _visits(plan, quality, cells.wave[cell], rng)
    log = {"customer_id": log["row"] + 1, "dealer": who["dealer"][log["row"]], **log}
    del log["row"]
    programme = dealers.programme.astype(np.int64)
    known = {"dealer": names, "region": regions, "size": dealers.size, "programme": programme}
    return Network(
        survey=_dataset("Survey", who | _answers(plan, cells.quality[cell], own, rng)),
        transactions=_dataset("Transactions", log),
        dealers=_dataset("Dealers", known),
        customers=_dataset(
            "Customers, unobserved properties", {"customer_id": who["customer_id"], **people}
        ),
        truth=_truth(plan, dealers, cells, names, regions),
        observation_end=(plan.days[-1] - np.timedelta64(1, "D")).item(),
    )


def _names(letter: str, number: int) -> Array:
    width = max(2, len(str(number)))
    return np.array([f"{letter}{k + 1:0{width}d}" for k in range(number)])


def _dataset(name: str, columns: dict[str, Array]) -> Dataset:
    arrays = {column: read_only(array) for column, array in columns.items()}
    return Dataset(f"{name} of a simulated network", arrays, source="simulate_network")


def _questions(plan: _Plan) -> dict[str, tuple[Question, float, float]]:
    """Return the questions that quality moves, by column: question, mean at 0, and load."""
    asked = {
        f"perception_{name}": (PERCEPTION, mean)
        for name, mean in zip(DIMENSIONS, PERCEPTION.means, strict=True)
    }
    asked |= {"satisfaction": (SATISFACTION, SATISFACTION.means[0])}
    asked |= {"recommend": (RECOMMEND, RECOMMEND.means[0])}
    own = plan.respondent_deviation
    return {
        name: (replace(question, common=question.common * own), mean, question.common)
        for name, (question, mean) in asked.items()
    }


def _answers(plan: _Plan, quality: Array, own: Array, rng: np.random.Generator) -> dict[str, Array]:
    """Draw the answers, by the mean quality where the customer is and the own deviation."""
    found = {
        name: question.answers(own, mean + load * quality, rng)
        for name, (question, mean, load) in _questions(plan).items()
    }
    demanding = rng.standard_normal(len(own))
    expected = {
        f"expectation_{name}": EXPECTATION.answers(demanding, mean, rng)
        for name, mean in zip(DIMENSIONS, EXPECTATION.means, strict=True)
    }
    last = {name: found.pop(name) for name in ("satisfaction", "recommend")}
    return found | expected | last


def _visits(
    plan: _Plan, quality: Array, wave: Array, rng: np.random.Generator
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Simulate visits: a Poisson process from the first visit until the customer leaves."""
    n, days = len(quality), (plan.days - plan.days[0]).astype(np.int64)
    first = days[wave] + np.floor((days[wave + 1] - days[wave]) * rng.random(n)).astype(np.int64)
    rate = rng.gamma(PURCHASES.r, 1 / PURCHASES.alpha, n) * np.exp(plan.links.purchase * quality)
    leaving = rng.gamma(PURCHASES.s, 1 / PURCHASES.beta, n) * np.exp(plan.links.dropout * quality)
    observed = (days[-1] - 1 - first) / 7  # weeks
    stays = rng.standard_exponential(n) / np.maximum(leaving, 1e-300)
    time = np.minimum(stays, observed)
    repeats = rng.poisson(rate * time)
    row = np.repeat(np.arange(n), repeats)
    when = first[row] + np.ceil(7 * time[row] * rng.random(len(row))).astype(np.int64)
    row, day = np.concatenate([np.arange(n), row]), np.concatenate([first, when])
    order = np.lexsort((day, row))
    row, day = row[order], day[order]
    factor = np.exp(plan.links.spend * quality)
    bill_rate = rng.gamma(SPEND.q, 1 / SPEND.gamma, n) / factor
    bills = np.maximum(np.round(rng.gamma(SPEND.p, 1 / bill_rate[row]), 2), 0.01)
    people = {
        "quality": quality,
        "purchases_per_week": rate,
        "dropout_per_week": leaving,
        "mean_spend": SPEND.p / bill_rate,
        "alive": stays > observed,
    }
    return {"row": row, "date": plan.days[0] + day.astype("m8[D]"), "spend": bills}, people


def _truth(
    plan: _Plan, dealers: _Dealers, cells: _Cells, names: Array, regions: Array
) -> NetworkTruth:
    effects = {
        "dealer": names,
        "region": regions,
        "effect": dealers.effect,
        "region_effect": dealers.region_effect,
        "programme": dealers.programme.astype(np.int64),
    }
    means = {
        "dealer": names[cells.dealer],
        "wave": np.array(plan.quarters)[cells.wave],
        "n": cells.n,
        "programme": cells.programme.astype(np.int64),
        "quality": cells.quality,
        **_expected(plan, cells.quality),
    }
    return NetworkTruth(
        purchases=PURCHASES,
        spend=SPEND,
        purchase_coefficient=plan.links.purchase,
        dropout_coefficient=plan.links.dropout,
        spend_coefficient=plan.links.spend,
        dealer_deviation=plan.dealer_deviation,
        region_deviation=plan.region_deviation,
        respondent_deviation=plan.respondent_deviation,
        trend=plan.trend,
        programme_effect=plan.programme_effect,
        programme_wave=plan.quarters[plan.first] if cells.programme.any() else None,
        dealers=_dataset("True effects of the dealers", effects),
        means=_dataset("True means", means),
    )


def _expected(plan: _Plan, quality: Array) -> dict[str, Array]:
    """Return the expected answers of customers by mean quality, and the net promoter score."""
    asked = _questions(plan)
    found = {
        name: question.expected(mean + load * quality)
        for name, (question, mean, load) in asked.items()
    }
    question, mean, load = asked["recommend"]
    up, rest = (question.share_from(answer, mean + load * quality) for answer in (9, 7))
    return {**found, "net_promoter_score": 100 * (up - (1 - rest))}
