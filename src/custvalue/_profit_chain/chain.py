"""From what customers feel to what they are worth: drivers, satisfaction, behaviour, money.

    points of a dimension --(regression)--> points of satisfaction
    points of satisfaction --(Pareto/NBD on paths)--> rates of purchase and of leaving
    points of satisfaction --(gamma-gamma)--> spend
    rates and spend --> lifetime value of the customer base

All steps are moved by the same draws of clusters (or customers), one Newton step each:
``influences.py``. What follows from satisfaction and what only goes with it, data of this kind
cannot tell; that frequent buyers are more satisfied is held apart: ``linked.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

import numpy as np

from custvalue._checks import Generator, require_choice
from custvalue._histories.arguments import checked_margin
from custvalue._histories.units import DAYS, TimeUnit, horizon_in
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.resampled import ResampledEstimate
from custvalue._lifetime.value.discounting import continuous_rate
from custvalue._lifetime.value.worth import in_words
from custvalue._profit_chain.fits import ALL_ALONG
from custvalue._profit_chain.identified import SPEND, coordinate_of, identified
from custvalue._profit_chain.influences import at_coordinates, coordinates
from custvalue._profit_chain.linked import COVARIATE, checked_points, read_answers
from custvalue._profit_chain.links import OUTCOMES, Links, drawn_estimates
from custvalue._profit_chain.making import Before, Making
from custvalue._profit_chain.near import Models, Near
from custvalue._profit_chain.points import PointsValue
from custvalue._profit_chain.sensitivity import ChainSensitivity, sensitivity_of
from custvalue._profit_chain.settings import check_settings, checked_draws, refuse_a_history
from custvalue._profit_chain.worth_of_points import (
    Ahead,
    Question,
    purchases_of_each,
    spend_of_each,
)
from custvalue._respondents.scale import Scale
from custvalue._results.layout import Row, Tabulated, shown
from custvalue._results.pictured import Pictured
from custvalue._rows import FloatArray
from custvalue._words import count, did_you_mean, listed, one_line, percent
from custvalue.errors import ParameterError

Outcome = Literal["dropout", "purchase", "spend"]
DRAWS = 500


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Chain(Pictured, Tabulated):
    """The links from what customers feel to what they are worth.

    :meth:`from_data` makes it; :meth:`value_of` says what points are worth.

    Parameters
    ----------
    steps : tuple of ResampledEstimate
        Each link: points of satisfaction for a point of each dimension, and log ratios of what
        customers do for a point of satisfaction.
    purchases : Fit
        The fit of purchases along satisfaction.
    spend : Fit or None
        The fit of spend of the customer base, before any change; None where there is none.
    links : Links
        What is drawn, and of whom.
    customers, respondents : int
        Customers of the log; of these, with an answer that counts before its end.
    strangers, unanswered : int
        Answers of nobody in the log; rows without an answer.
    identified : tuple of str
        Links that :meth:`with_identified` replaced; the others are associations.
    """

    TITLE: ClassVar[str] = "The links of the chain"
    SHOWN: ClassVar = shown("value: per point, low, high, ratio, n")
    PICTURE: ClassVar[str] = "chain_links"
    steps: tuple[ResampledEstimate, ...]
    purchases: Any
    spend: Any
    links: Links
    customers: int
    respondents: int
    strangers: int
    unanswered: int
    identified: tuple[str, ...] = ()

    @classmethod
    def from_data(
        cls,
        answers: Any,
        transactions: Any,
        *,
        link: str,
        asked: str,
        satisfaction: str,
        scale: Scale,
        drivers: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
        outcome: Sequence[Outcome] = ("dropout", "purchase", "spend"),
        customer: str | None = None,
        date: str = "date",
        spend: str = "spend",
        observation_end: Any,
        unit: TimeUnit = "week",
        weights: str | None = None,
        cluster: str | None = None,
        lag: str = "0 days",
        before: Before = "held equal",
        date_format: str | None = None,
        time_zone: str | None = None,
        horizon: str | None = None,
        annual_discount_rate: float | None = None,
        margin: float | None = None,
        draws: int = DRAWS,
        rng: Generator = None,
    ) -> Chain:
        """Link a survey with the purchases of the same customers.

        Parameters
        ----------
        answers : dataframe or mapping
            One row for each answer of a customer; several of a customer on different days are
            waves.
        transactions : dataframe or mapping
            One row for each purchase, of all customers.
        link : str
            Column of `answers` with the identifier of the customer.
        asked : str
            Column of `answers` with the day of the answer.
        satisfaction : str
            Column of `answers`, the overall question.
        scale : Scale
            Of the overall question and of the drivers.
        drivers : mapping or sequence of str, optional
            Dimension to its items, or columns of dimensions; none for points of satisfaction
            itself.
        outcome : sequence of {"dropout", "purchase", "spend"}
            What satisfaction may move.
        customer, date, spend : str
            Columns of `transactions`; the customer is called as in `answers` by default.
        observation_end : str or date
            The last day of the log.
        unit : {"day", "week", "month", "year"}
            Of rates.
        weights : str, optional
            Column of `answers` with sampling weights, for the mean and for the drivers.
        cluster : str, optional
            Column of `answers` with the unit that customers share, such as the dealer.
        lag : str
            After what time an answer counts, as in ``"30 days"``.
        before : {"held equal", "ignored"}
            Whether those who feel better may have bought and spent more all along. Held equal, that
            is no effect: an effect is what changes after the answer, and what satisfaction did
            before it is none, either. Where all are asked with the first purchase, nothing is known
            of before: ``"ignored"``.
        date_format : str, optional
            How days are written in both, as in :meth:`datetime.datetime.strptime`.
        time_zone : str, optional
            The zone in which days are counted, where times carry a zone.
        horizon, annual_discount_rate, margin : optional
            Those of :meth:`value_of` and of :func:`rank` where none are given there.
        draws : int
            Joint draws of all steps.
        rng : numpy.random.Generator, int or None
            Source of randomness.

        Raises
        ------
        DataError
            If the two have no customer in common, all answers come after the last day, answers are
            all alike or off the scale, or there is one cluster.
        EstimationError
            If the data cannot tell what satisfaction does.
        ParameterError
            If `outcome` is none of these; if a history is given in place of transactions.

        Examples
        --------
        >>> from custvalue import profit_chain
        >>> from custvalue.datasets import simulate_linked_survey
        >>> from custvalue.survey import Scale
        >>> linked = simulate_linked_survey(600, rng=1)
        >>> chain = profit_chain.Chain.from_data(
        ...     linked.survey,
        ...     linked.transactions,
        ...     link="customer_id",
        ...     asked="asked",
        ...     satisfaction="satisfaction",
        ...     scale=Scale(1, 10),
        ...     drivers=["reliability", "empathy"],
        ...     observation_end=linked.observation_end,
        ...     cluster="dealer",
        ...     draws=100,
        ...     rng=1,
        ... )
        >>> worth = chain.value_of(
        ...     0.1, "reliability", horizon="3 years", annual_discount_rate=0.1, margin=0.3
        ... )
        >>> worth.probability_positive > 0.9
        True
        """
        refuse_a_history(transactions)
        check_settings(horizon, annual_discount_rate, margin, unit)
        require_choice("before", before, get_args(Before))
        days: dict[str, Any] = {"date_format": date_format, "time_zone": time_zone}
        who: dict[str, Any] = {"link": link, "asked": asked, "scale": scale}
        said = read_answers(
            answers,
            **who,
            satisfaction=satisfaction,
            drivers=drivers,
            weights=weights,
            cluster=cluster,
            lag=lag,
            **days,
        )
        made = Making(
            transactions,
            {"customer": customer or link, "date": date, "spend": spend},
            said,
            _outcomes(outcome),
            unit,
            observation_end,
            before=before,
            **days,
        )
        found = made.made(
            **who,
            method=Bootstrap(draws, rng=rng),
            settings=(horizon, annual_discount_rate, margin),
        )
        return cls(
            steps=found.steps,
            purchases=found.fitted.purchases,
            spend=found.fitted.spend,
            links=found.links,
            customers=found.customers,
            respondents=found.respondents,
            strangers=found.strangers,
            unanswered=said.unanswered,
        )

    def __repr__(self) -> str:
        return one_line(
            "Chain",
            customers=self.customers,
            respondents=self.respondents,
            dimensions=self.dimensions,
        )

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the drivers."""
        return tuple(self.links.drivers)

    @property
    def draws(self) -> int:
        """Joint draws of all steps."""
        return len(self.links.moves)

    def value_of(
        self,
        points: float,
        dimension: str | None = None,
        *,
        horizon: str | None = None,
        annual_discount_rate: float | None = None,
        margin: float | None = None,
        decay: str | None = None,
    ) -> PointsValue:
        """Return what points are worth, if all customers felt so much better from now on.

        Parameters
        ----------
        points : float
            Of the scale, as in 0.1.
        dimension : str, optional
            Which driver moves; satisfaction itself by default.
        horizon : str
            How far ahead, as in ``"3 years"``.
        annual_discount_rate : float
            As in 0.1 for 10 %.
        margin : float
            Share of spend that is contribution; of a purchase in money where there is no spend.
        decay : str, optional
            After what time half of the effect is gone; None where it stays.

        Raises
        ------
        ParameterError
            If there is no such dimension, points are 0, or a setting is missing or impossible.

        Notes
        -----
        Intervals of 95 % of a tenth of a point of reliability in simulated worlds, 40 dealers as
        clusters, 60 % answer, against the money that follows from the true parameters of all steps:

        =========================================  ======  ==========  =================
        customers, effects                         worlds  hold truth  deviation over SE
        =========================================  ======  ==========  =================
        500, purchase .1, leaving -.25, spend .05  25      100 %       .84
        2,000, the same                            42      97.6 %      .94
        500, drawn anew in each world              91      89 %        1.26
        all, with three worlds of 20,000           161     92.5 %      1.13
        =========================================  ======  ==========  =================

        Deviation is that of errors divided by their standard errors. The share of the last row is
        known to ± 4 %. The money is .8 % too small on average. At 20,000 customers, links of
        purchase, leaving and spend were .096, -.27, .052; .094, -.25, .049; and .101, -.25, .052.
        Without effects, 1 of 39 intervals of the money leaves 0 out at 500 customers, and 4 of 117
        of the links; where buyers become satisfied (.8 for a log rate; 9 worlds of 1,000), none of
        the money, but 4 of 27 of the links, too few to tell.
        """
        found = self._found(
            {dimension: np.full(1 + self.draws, checked_points(points, self.links.span))},
            self._question(horizon, annual_discount_rate, margin, decay),
        )
        return PointsValue(
            points=float(points),
            dimension=dimension,
            estimates=self._estimates(found),
            horizon=found.horizon,
            annual_discount_rate=found.rate,
            decay=decay,
            customers=self.customers,
            respondents=self.respondents,
        )

    def gains(
        self,
        points: Mapping[str, FloatArray],
        *,
        decay: str | None = None,
        horizon: str | None = None,
        annual_discount_rate: float | None = None,
        margin: float | None = None,
    ) -> FloatArray:
        """Return the money of points by dimension: of the whole, then of each draw.

        Draws of clusters are as wide as intervals of 95 % are: by the quantile of t with their
        degrees of freedom.

        Parameters
        ----------
        points : mapping of str to ndarray of shape (1 + draws,)
            Dimension to points, of the whole and of each draw.
        decay, horizon, annual_discount_rate, margin : optional
            As of :meth:`value_of`.

        Returns
        -------
        ndarray of float64, shape (1 + draws,)
        """
        asked = self._question(horizon, annual_discount_rate, margin, decay)
        wide = replace(self, links=self.links.widened())
        return wide._found(checked_draws(points, self.draws), asked).total  # noqa: SLF001

    def sensitivity(
        self, points: float = 0.1, dimension: str | None = None, **settings: Any
    ) -> ChainSensitivity:
        """Return how strong something unmeasured would have to be to explain the links away.

        Parameters
        ----------
        points : float
            Whose money is looked at.
        dimension : str, optional
            As of :meth:`value_of`.
        **settings
            As of :meth:`value_of`.

        Returns
        -------
        ChainSensitivity
            E-values and robustness values of the links; the money that is left where all ratios
            are too large, and the bias that leaves none.

        Raises
        ------
        ParameterError
            As of :meth:`value_of`.
        """
        unknown = [name for name in settings if name not in QUESTION]
        if unknown:
            raise ParameterError(
                f"sensitivity has no argument {unknown[0]!r}; there are points, dimension, "
                f"{listed(list(QUESTION))}."
            )
        first = float(self.value_of(points, dimension, **settings).total.value)

        def money(bias: float) -> float:
            if not bias > 1:
                return first
            less = self._with_bias(math.log(bias))
            moved = {dimension: np.full(1 + self.draws, points)}
            asked = self._question(**QUESTION | settings)
            return less._found(moved, asked, drawn=False).money  # noqa: SLF001 - of this class

        names = tuple(
            its.name
            for its in self.steps
            if its.name in OUTCOMES and its.name not in self.identified
        )
        return sensitivity_of(self.steps, names, money, float(points))

    def with_identified(self, links: Mapping[str, Any], *, rng: Generator = None) -> Chain:
        """Return the chain with effects in place of associations, where an experiment tells them.

        Parameters
        ----------
        links : mapping of str to estimate or tuple
            Name of a step to the effect of one point: an estimate, as of a
            difference-in-differences, or value and standard error. Effects of satisfaction on
            purchase, dropout and spend are logarithms of ratios; those of dimensions are points of
            satisfaction.
        rng : numpy.random.Generator, int or None
            Source of randomness: they are drawn apart from the other steps.

        Raises
        ------
        ParameterError
            If there is no such link, or no value with a standard error > 0.

        Examples
        --------
        ``chain.with_identified({"satisfaction: purchase": (0.08, 0.03)}, rng=1)``
        """
        model = self.purchases.model
        steps, model, changed = identified(self.steps, model, self.links, links, rng)
        return replace(
            self,
            steps=steps,
            purchases=self.purchases.model_copy(update={"model": model}),
            links=changed,
            identified=tuple(dict.fromkeys((*self.identified, *links))),
        )

    def _with_bias(self, log_bias: float) -> Chain:
        """Return the chain with all log ratios nearer to 0."""

        def less(value: float) -> float:
            return math.copysign(max(abs(value) - log_bias, 0.0), value)

        known = coordinates(self.purchases.model)
        sure = [coordinate_of(one, known) for one in self.identified if one in PURCHASES]
        there = {
            name: less(its)
            if COVARIATE in name and ALL_ALONG not in name and name not in sure
            else its
            for name, its in known.items()
        }
        model = at_coordinates(self.purchases.model, there)
        ratio = self.links.spend_ratio
        links = replace(self.links, spend_ratio=ratio if SPEND in self.identified else less(ratio))
        return replace(
            self, purchases=self.purchases.model_copy(update={"model": model}), links=links
        )

    # --- how ------------------------------------------------------------------------------

    def _question(
        self,
        horizon: str | None,
        annual_discount_rate: float | None,
        margin: float | None,
        decay: str | None,
    ) -> _Asked:
        usual = dict(zip(SETTINGS, self.links.settings, strict=True))
        given = dict(zip(SETTINGS, (horizon, annual_discount_rate, margin), strict=True))
        both: dict[str, Any] = {
            name: usual[name] if its is None else its for name, its in given.items()
        }
        missing = [name for name, its in both.items() if its is None]
        if missing:
            raise ParameterError(
                f"{missing[0]} is needed: give it here, or once to Chain.from_data(…, "
                f"{missing[0]}=…)."
            )
        unit = self.links.history.unit
        check_settings(both["horizon"], both["annual_discount_rate"], both["margin"], unit)
        if decay is not None and not horizon_in(decay, "year", "decay") > 0:
            raise ParameterError(
                f"decay must be a time > 0, as in '2 years', but it is {decay!r}. Leave it out "
                f"where the effect stays."
            )
        return _Asked(
            question=Question(
                history=self.links.history,
                paths=self.links.paths,
                spend=self.spend,
                last=self.links.last,
                until=horizon_in(both["horizon"], unit),
                rate=continuous_rate(both["annual_discount_rate"], unit),
                days=DAYS[unit],
                margin=checked_margin(both["margin"]),
                decay=decay,
            ),
            horizon=in_words(both["horizon"]) or "",
            annual=float(both["annual_discount_rate"]),
        )

    def _satisfaction(self, points: Mapping[str | None, FloatArray]) -> FloatArray:
        """Return points of satisfaction from points of dimensions, of the whole and each draw."""
        total = np.zeros(1 + self.draws)
        for name, its in points.items():
            if name is None:
                total = total + its
                continue
            if name not in self.links.drivers:
                known = listed(self.dimensions) if self.dimensions else "none: give drivers="
                raise ParameterError(
                    f"dimension must be one of the drivers, {known}, but it is {name!r}."
                    f"{did_you_mean(name, self.dimensions)}"
                )
            place, value = self.links.drivers[name]
            total = total + its * np.append(value, value + self.links.moves[:, place])
        return total

    def _found(
        self, points: Mapping[Any, FloatArray], asked: _Asked, *, drawn: bool = True
    ) -> _Found:
        question, moved = asked.question, self._satisfaction(points)
        model, spend = self.purchases.model, spend_of_each(_model(self.spend), question.history)
        delta = float(moved[0])
        if not abs(delta) > 0:
            zeros = np.zeros(1 + self.draws)
            return _Found(zeros, 0.0, 0.0, asked.horizon, asked.annual)
        ahead = Ahead.of(model, question, None, delta)
        money = question.margin * spend
        base = money * purchases_of_each(ahead.plain, model, question)
        more = math.exp(self.links.spend_ratio * delta)
        each = more * money * purchases_of_each(ahead.more, model, question) - base
        if not drawn:
            return _Found(each.sum()[None], 0.0, 0.0, asked.horizon, asked.annual)
        near = Near.of(
            Models(model, _model(self.spend), self.links),
            question,
            base,
            delta=delta,
            spread=float(np.std(moved[1:])),
        )
        total, value = float(each.sum()), float(base.sum())
        of_draws = near.drawn(self.links, moved[1:] - delta)
        scale = value / near.value if near.value > 0 else 0.0
        return _Found(
            total=np.append(total, total + scale * (of_draws - near.parabola.value)),
            base=value,
            respondents=float(each[self.links.answered].sum()),
            horizon=asked.horizon,
            rate=asked.annual,
        )

    def _estimates(self, found: _Found) -> tuple[ResampledEstimate, ...]:
        share = found.respondents / found.total[0] if abs(found.total[0]) > 0 else 0.0
        columns = np.column_stack(
            (
                found.total,
                found.total / self.customers,
                found.total * share,
                found.total / found.base if found.base > 0 else 0 * found.total,
            )
        )
        names = ("value", "per customer", "if only respondents felt it", "share of the value")
        return drawn_estimates(columns, names, self.links, self.respondents)

    def _rows(self, level: float) -> Sequence[Row]:
        rows = []
        for its in self.steps:
            ends = its.confidence_interval(level)
            ratio = math.exp(its.value) if its.name in OUTCOMES else math.nan
            values = {
                "link": its.name,
                "value": its.value,
                "low": ends.low,
                "high": ends.high,
                "ratio": ratio,
                "standard_error": its.standard_error,
                "n": its.n,
                "label": "identified" if its.name in self.identified else "association",
            }
            rows.append(Row(its.name, values))
        return rows

    def _notes(self) -> Iterable[str]:
        share = self.respondents / self.customers
        yield (
            f"{count(self.customers, 'customer')}, {self.respondents:,} of them answered in time "
            f"({percent(share, 1)}); {count(self.strangers, 'answer')} of nobody in the log."
        )
        yield (
            "Links of satisfaction are logarithms of ratios for one point: of the purchase rate, "
            "of the rate of leaving, of spend. Only what was bought after an answer counts."
        )
        if self.purchases.limit:
            yield (
                f"The data cannot tell all parameters of the purchases apart, and draws leave them "
                f"where they are. {self.purchases.limit}"
            )
        if any(its.name.startswith("all along") for its in self.steps):
            yield (
                "All along: how much more those bought before who felt better; that is no effect "
                "of the answer, and enters no value of points."
            )
        if self.identified:
            yield f"Identified, as given: {listed(self.identified)}. The others are associations."
        yield "Association, not proof of cause: what moves both is not held apart."


PURCHASES = ("satisfaction: purchase", "satisfaction: dropout")
SETTINGS = ("horizon", "annual_discount_rate", "margin")
QUESTION: dict[str, Any] = {**dict.fromkeys(SETTINGS), "decay": None}


@dataclass(frozen=True)
class _Asked:
    question: Question
    horizon: str
    annual: float


@dataclass(frozen=True, eq=False)
class _Found:
    total: FloatArray
    base: float
    respondents: float
    horizon: str
    rate: float

    @property
    def money(self) -> float:
        """The whole's."""
        return float(self.total[0])


def _model(fit: Any) -> Any:
    return None if fit is None else fit.model


def _outcomes(given: Sequence[str]) -> tuple[str, ...]:
    found = (given,) if isinstance(given, str) else tuple(given)
    for name in found:
        require_choice("outcome", name, get_args(Outcome))
    if not found:
        raise ParameterError("outcome names nothing that satisfaction may move.")
    return found
