"""From the data to a chain: histories on paths of satisfaction, the fits, the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS, TimeUnit
from custvalue._inference.bootstrap import Bootstrap
from custvalue._inference.clusters import Clusters
from custvalue._inference.drawing import Units
from custvalue._inference.resampled import ResampledEstimate
from custvalue._inference.sample import Sample
from custvalue._lifetime.purchasing.pareto_nbd import ParetoNBD
from custvalue._lifetime.spend.gamma_gamma import GammaGamma
from custvalue._profit_chain.fits import (
    ALL_ALONG,
    Moved,
    behaviour_of,
    bought,
    drivers_of,
    require_before,
    spend_after,
)
from custvalue._profit_chain.influences import coordinates, influences
from custvalue._profit_chain.linked import (
    NOBODY,
    PATH,
    Answers,
    Paths,
    as_covariates,
    end_of,
    paths_of,
    places_of,
    require_in_common,
    require_time_after,
)
from custvalue._profit_chain.links import Links, links_as_estimates
from custvalue._respondents.scale import Scale
from custvalue._rows import FloatArray, IntArray
from custvalue.errors import DataError

Before = Literal["held equal", "ignored"]
FEWEST_CLUSTERS = 2
NEAR = 1e-6  # of a day


class Fitted(NamedTuple):
    """The fits of all steps: what each is, and how answers or customers move it."""

    purchases: Any
    behaviour: Moved
    spend: Any  # of the base; None where there is none
    spending: Moved | None
    effect: Moved | None  # of satisfaction on spend
    drivers: Moved | None

    def moved(self) -> dict[str, Moved]:
        """Return those that there are, in the order of coordinates."""
        every = {
            "behaviour": self.behaviour,
            "spending": self.spending,
            "effect": self.effect,
            "drivers": self.drivers,
        }
        return {name: its for name, its in every.items() if its is not None}


class Made(NamedTuple):
    """All that a chain is made of."""

    steps: tuple[ResampledEstimate, ...]
    fitted: Fitted
    links: Links
    customers: int
    respondents: int
    strangers: int


@dataclass(frozen=True, eq=False)
class Making:
    """The data behind a chain."""

    log: Any
    names: dict[str, str]
    answers: Answers
    outcome: tuple[str, ...]
    unit: TimeUnit
    observation_end: Any
    date_format: str | None
    time_zone: str | None
    before: Before

    def made(
        self, *, link: str, asked: str, scale: Scale, method: Bootstrap, settings: Settings
    ) -> Made:
        """Fit all steps, and draw them together."""
        said, last = self.answers, end_of(self.observation_end)
        plain = self._history()
        place = places_of(said.customer, plain.customer)
        require_in_common(said, place, link)
        require_time_after(said, place, last, asked)
        mean = float(np.average(said.satisfaction, weights=said.weights))
        oldest = int(np.ceil(plain.age.max() * DAYS[self.unit] - NEAR))
        paths = paths_of(said, mean, plain.customer, last - oldest, last)
        history = self._history(plain, as_covariates(paths, last), paths)
        rows = _unit_rows(place, len(plain))
        fitted = self._fitted(history, place, said.satisfaction - mean, rows, scale)
        draws = _drawn([*fitted.moved().values()], self._units(rows, len(plain)), method)
        links = self._links(
            fitted,
            moves=draws,
            history=history,
            paths=paths,
            last=last,
            rows=rows,
            settings=settings,
            span=scale.high - scale.low,
        )
        respondents = len(links.answered)
        return Made(
            steps=links_as_estimates(links, fitted, respondents),
            fitted=fitted,
            links=links,
            customers=len(plain),
            respondents=respondents,
            strangers=int((place == NOBODY).sum()),
        )

    def _fitted(
        self, history: Any, place: IntArray, value: FloatArray, rows: IntArray, scale: Scale
    ) -> Fitted:
        said = self.answers
        equal = self.before == "held equal"
        if equal:
            known = place != NOBODY
            who, day = place[known], said.day[known]
            require_before(history, who, day, end_of(self.observation_end), DAYS[self.unit])
        fit, behaviour = behaviour_of(ParetoNBD, history, self.outcome, equal=equal)
        spend, spending, effect, drivers = None, None, None, None
        if "spend" in self.outcome:
            spend = GammaGamma.fit(history)
            moved = influences(spend, lambda its: its.log_likelihood(history))
            every = np.arange(len(history))
            spending = Moved(coordinates(spend.model), moved, every, len(history))
            log = bought(
                self.log,
                self.names,
                history.customer,
                date_format=self.date_format,
                time_zone=self.time_zone,
            )
            effect = spend_after(log, place, said, value, unit=self.unit, equal=equal)
        if said.names:
            drivers = drivers_of(said, scale)
            drivers = drivers._replace(rows=rows[drivers.rows])
        return Fitted(fit, behaviour, spend, spending, effect, drivers)

    def _links(
        self,
        fitted: Fitted,
        *,
        moves: FloatArray,
        history: Any,
        paths: Paths,
        last: int,
        rows: IntArray,
        settings: Settings,
        span: float,
    ) -> Links:
        moved = fitted.moved()
        at = dict(
            zip(moved, np.cumsum([0, *(len(its.values) for its in moved.values())]), strict=False)
        )
        drivers = {} if fitted.drivers is None else fitted.drivers.values
        effect = None if fitted.effect is None else next(iter(fitted.effect.values.values()))
        return Links(
            history=history,
            paths=paths,
            last=last,
            answered=np.flatnonzero(paths.of_customer > 0),
            spend_place=None if effect is None else int(at["effect"]),
            spend_ratio=effect or 0.0,
            drivers={
                name: (int(at["drivers"]) + k, value)
                for k, (name, value) in enumerate(drivers.items())
            },
            moves=moves,
            widening=self._widening(rows),
            settings=settings,
            span=span,
        )

    def _history(
        self, plain: Any = None, changing: Any = None, paths: Paths | None = None
    ) -> PurchaseHistory:
        """Read the log, with paths of satisfaction where they are known."""
        more: dict[str, Any] = {}
        if "spend" in self.outcome:
            more["spend"] = self.names["spend"]
        if paths is not None:
            table = {
                self.names["customer"]: plain.customer,
                PATH: paths.of_customer,
                ALL_ALONG: paths.all_along,
            }
            more |= {"customers": table, "changing": changing, "covariates": [ALL_ALONG]}
        return PurchaseHistory.from_transactions(
            self.log,
            customer=self.names["customer"],
            date=self.names["date"],
            observation_end=self.observation_end,
            unit=self.unit,
            date_format=self.date_format,
            time_zone=self.time_zone,
            **more,
        )

    def _clusters(self) -> IntArray | None:
        """Return the place of the cluster of each answer."""
        if self.answers.cluster is None:
            return None
        names, codes = np.unique(self.answers.cluster.astype(str), return_inverse=True)
        if len(names) < FEWEST_CLUSTERS:
            raise DataError(
                f"there is one cluster, {str(names[0])!r}, and no telling how clusters differ. "
                f"Leave cluster= out, and say that intervals hold for this one.",
                column="cluster",
            )
        return codes.astype(np.int64)

    def _units(self, rows: IntArray, customers: int) -> Sample:
        """Return clusters of customers and of answers of strangers; each alone where none are."""
        n = max(customers, int(rows.max()) + 1)
        codes = self._clusters()
        if codes is None:
            return Sample(np.ones(n), None)
        of_unit = int(codes.max()) + 1 + np.arange(n)
        of_unit[rows] = codes
        return Sample(np.ones(n), _all_in_one(np.unique(of_unit, return_inverse=True)[1]))

    def _widening(self, rows: IntArray) -> dict[str, Any]:
        """Return what clusters of those who answered decide of intervals."""
        codes = self._clusters()
        if codes is None:
            return {}
        first = np.unique(rows, return_index=True)[1]
        sample = Sample(np.ones(len(first)), _all_in_one(codes[first]))
        return Units.of(len(first), sample).widening()


Settings = tuple[Any, Any, Any]  # horizon, annual discount rate and margin, or None


def _all_in_one(codes: IntArray) -> Clusters:
    """Return clusters of one stratum."""
    _, place = np.unique(codes, return_inverse=True)
    strata = np.zeros(int(place.max()) + 1, dtype=np.int64)
    return Clusters(place.astype(np.int64), strata, ("all",))


def _unit_rows(place: IntArray, customers: int) -> IntArray:
    """Return the unit of each answer: its customer, or one of its own."""
    alone = customers + np.cumsum(place == NOBODY) - 1
    return np.where(place == NOBODY, alone, place)


def _drawn(steps: list[Moved], sample: Sample, method: Bootstrap) -> FloatArray:
    """Return how each draw of units moves all coordinates."""
    n = len(sample.weights)
    influence = np.concatenate([_spread(its, n) for its in steps], axis=1)
    units = Units.of(n, sample)
    by_unit = influence
    if units.design is not None:
        by_unit = np.array([influence[rows].sum(axis=0) for rows in units.members])
    draws = [np.bincount(drawn, minlength=units.count) @ by_unit for drawn in units.drawn(method)]
    return np.array(draws)


def _spread(its: Moved, n: int) -> FloatArray:
    """Return influences by unit, which sum to 0."""
    spread = np.zeros((n, its.influence.shape[1]))
    np.add.at(spread, its.rows, its.influence - its.influence.mean(axis=0))
    return spread
