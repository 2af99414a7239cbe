"""Results of the library, for code that shows, stores or sends them."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from custvalue import kano, lifetime, satisfaction, servqual
from custvalue._histories.units import DAYS, TimeUnit, checked_unit
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit
from custvalue._testing.arguments import check_sizes
from custvalue._testing.extra import st
from custvalue._testing.purchases import purchase_histories, purchase_models, spend_models
from custvalue._testing.surveys import (
    EXPECTATIONS,
    IMPORTANCE,
    PERCEPTIONS,
    Frame,
    kano_frames,
    survey_frames,
)
from custvalue.errors import CustvalueWarning
from custvalue.survey import Scale

KNOWN: dict[str, dict[str, float]] = {  # what the customers of the fits follow, in weeks
    "BGNBD": {"r": 0.25, "alpha": 4.5, "a": 0.8, "b": 2.5},
    "MBGNBD": {"r": 0.5, "alpha": 6.0, "a": 0.9, "b": 1.6},
    "ParetoNBD": {"r": 0.55, "alpha": 10.6, "s": 0.6, "beta": 11.7},
}
TIMES = ("alpha", "beta")  # parameters that are times


def purchase_fits(
    *, unit: TimeUnit = "week", max_samples: int = 5
) -> st.SearchStrategy[PurchaseFit[Any]]:
    """Draw fits of BG/NBD, MBG/NBD and Pareto/NBD to 300 simulated customers.

    Whatever a fit warns of is in its `doubts`, and is not said again.

    Parameters
    ----------
    unit : {"day", "week", "month", "year"}
        The unit in which they count time.
    max_samples : int
        How many different fits of each model there may be; each is made once.

    Raises
    ------
    ParameterError
        If `max_samples` is below 1.
    UnitError
        If the unit is unknown.
    """
    checked_unit(unit)
    check_sizes(max_samples=max_samples)
    sample = st.integers(1, max_samples)
    return st.builds(_fit, st.sampled_from(sorted(KNOWN)), sample, st.just(unit))


@cache
def _fit(name: str, seed: int, unit: TimeUnit) -> PurchaseFit[Any]:
    """Fit a model to customers who follow it, once."""
    scale = DAYS["week"] / DAYS[unit]
    known = {key: value * scale if key in TIMES else value for key, value in KNOWN[name].items()}
    model: Any = getattr(lifetime, name)
    history = model(**known, unit=unit).simulate(300, age="52 weeks", rng=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        fit: PurchaseFit[Any] = model.fit(history)
    return fit


def customer_lifetime_values(
    *, min_customers: int = 1, max_customers: int = 12
) -> st.SearchStrategy[lifetime.CustomerLifetimeValue]:
    """Draw values of customers: any model of purchases with any model of spend, for a year.

    Parameters
    ----------
    min_customers, max_customers : int
        How many customers.

    Raises
    ------
    ParameterError
        If a size is below 1.
    """
    histories = purchase_histories(min_customers=min_customers, max_customers=max_customers)
    return st.builds(_worth, purchase_models(), spend_models(), histories, st.floats(0, 0.3))


def _worth(
    purchases: lifetime.PurchaseModel,
    spend: lifetime.SpendModel,
    history: lifetime.PurchaseHistory,
    rate: float,
) -> lifetime.CustomerLifetimeValue:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CustvalueWarning)
        return lifetime.customer_lifetime_value(
            history,
            purchases=purchases,
            spend=spend,
            horizon="1 year",
            annual_discount_rate=rate,
            margin=0.5,
        )


def net_promoter_scores(*, max_count: int = 30) -> st.SearchStrategy[satisfaction.NetPromoterScore]:
    """Draw Net Promoter Scores, those of one respondent and of promoters only among them.

    Parameters
    ----------
    max_count : int
        The highest count of promoters, passives and detractors, at least 1.

    Raises
    ------
    ParameterError
        If `max_count` is no whole number >= 1.
    """
    check_sizes(max_count=max_count)
    alone = st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    counts = st.tuples(*[st.integers(0, max_count)] * 3).filter(any)
    return (alone | counts).map(_score)


def _score(counts: tuple[int, ...]) -> satisfaction.NetPromoterScore:
    promoters, passives, detractors = counts
    return satisfaction.NetPromoterScore.from_counts(
        promoters=promoters, passives=passives, detractors=detractors
    )


def servqual_gaps(
    *, min_respondents: int = 1, max_respondents: int = 8
) -> st.SearchStrategy[servqual.Gaps]:
    """Draw gaps of SERVQUAL surveys, weighted by importance.

    Parameters
    ----------
    min_respondents, max_respondents : int
        How many respondents.

    Raises
    ------
    ParameterError
        If a size is below 1.
    """
    surveys = survey_frames(min_respondents=min_respondents, max_respondents=max_respondents)
    return surveys.map(_gaps)


def _gaps(frame: Frame) -> servqual.Gaps:
    survey = servqual.Survey.from_frame(
        frame,
        perceptions=PERCEPTIONS,
        expectations=EXPECTATIONS,
        importance=IMPORTANCE,
        scale=Scale(1, 7),
        weights="weight",
    )
    return servqual.gaps(survey)


def kano_results(
    *, max_items: int = 3, max_respondents: int = 8
) -> st.SearchStrategy[kano.KanoResult]:
    """Draw classes of items of Kano questionnaires.

    Parameters
    ----------
    max_items, max_respondents : int
        At most so many, at least one.

    Raises
    ------
    ParameterError
        If a size is below 1.
    """
    return kano_frames(max_items=max_items, max_respondents=max_respondents).map(_classified)


def _classified(frame: Frame) -> kano.KanoResult:
    functional, dysfunctional = (
        [name for name in frame if name.startswith(side)]
        for side in ("functional", "dysfunctional")
    )
    questionnaire = kano.Questionnaire.from_frame(
        frame, functional=functional, dysfunctional=dysfunctional, weights="weight"
    )
    return kano.classify(questionnaire)
