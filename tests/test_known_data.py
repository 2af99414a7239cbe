"""What is known of small data is what the library answers, and a wrong answer is named."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue import kano, lifetime, satisfaction, servqual, testing
from custvalue.errors import ParameterError
from custvalue.lifetime import PurchaseHistory
from custvalue.survey import Dimension, Instrument, Item, Responses, Scale, cronbach_alpha

SHORT = Instrument(
    name="short",
    dimensions=(
        Dimension(name="staff", items=(Item(name="1"), Item(name="2"))),
        Dimension(name="place", items=(Item(name="3"),)),
    ),
)


def cdnow(data):
    history = PurchaseHistory.from_transactions(
        data,
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end="1997-09-30",
        unit="week",
    )
    found = {
        "customers": len(history),
        "repeat customers": history.repeat_customers,
        "repeat purchases": history.frequency.sum(),
    }
    for name, model in (
        ("BG/NBD", lifetime.BGNBD),
        ("Pareto/NBD", lifetime.ParetoNBD),
        ("Gamma-Gamma", lifetime.GammaGamma),
    ):
        found |= fitted(name, model.fit(history))
    return found


def fitted(name, fit):
    values = fit.model.model_dump()
    numbers = {f"{name} {key}": its for key, its in values.items() if isinstance(its, float)}
    return {**numbers, f"{name} log-likelihood": fit.log_likelihood}


def donations(data):
    history = lifetime.OpportunityHistory.from_arrays(
        frequency=data["frequency"],
        recency=data["recency"],
        opportunities=data["opportunities"],
        customers=data["count"],
        period="1 year",
    )
    fit = lifetime.BGBB.fit(history)
    return {"donors": history.customers.sum(), **fitted("BG/BB", fit)}


def contracts(data):
    found = {}
    for segment in ("high end", "regular"):
        left = lifetime.Contracts.from_shares(data[segment][:8], customers=1_000, period="1 year")
        model = lifetime.ShiftedBetaGeometric.fit(left).model
        found |= {f"{segment} sBG alpha": model.alpha, f"{segment} sBG beta": model.beta}
    return found


def gaps(data):
    survey = servqual.Survey.from_frame(
        data,
        perceptions=["P1", "P2", "P3"],
        expectations=["E1", "E2", "E3"],
        importance=["points staff", "points place"],
        scale=Scale(1, 7),
        dimensions=SHORT,
    )
    found = servqual.gaps(survey)
    items = [item.gap.value for item in found.items]
    return {
        **{its.name: its.gap.value for its in found.dimensions},
        "mean of dimensions": found.overall.gap.value,
        "mean of items": np.mean(items),
        "weighted by each respondent's points": found.weighted.by_respondent.value,
        "weighted by mean points": found.weighted.by_mean_points.value,
    }


def net_promoter(data):
    answers = np.repeat(data["answer"], data["count"])
    found = satisfaction.net_promoter_score(answers)
    wald = found.confidence_interval(0.95, method="wald")
    return {
        "promoters": 100 * found.promoter_share.value,
        "detractors": 100 * found.detractor_share.value,
        "score": found.value,
        "standard error": found.standard_error,
        "low, Wald 95 %": wald.low,
        "high, Wald 95 %": wald.high,
    }


def top_box(data):
    answers = np.repeat(data["answer"], data["count"])
    top = satisfaction.top_box(answers, scale=Scale(1, 5), boxes=2)
    wilson = top.confidence_interval(0.95, method="wilson")
    exact = top.confidence_interval(0.95, method="clopper-pearson")
    return {
        "mean": answers.mean(),
        "standard deviation": answers.std(ddof=1),
        "index from 0 to 100": top.index.value,
        "top two boxes": top.value,
        "low, Wilson 95 %": wilson.low,
        "high, Wilson 95 %": wilson.high,
        "low, Clopper-Pearson 95 %": exact.low,
        "high, Clopper-Pearson 95 %": exact.high,
    }


def features(data):
    counts = {
        item: {name: data[name][row] for name in "MOAIRQ"}
        for row, item in enumerate(data["item"].tolist())
    }
    found = {}
    result = kano.KanoResult.from_counts(counts)
    for name in result:
        item = result[name]
        found[f"{name}: better"] = item.better.value
        found[f"{name}: worse"] = item.worse.value
        found[f"{name}: total strength"] = 100 * item.total_strength.value
        found[f"{name}: category strength"] = 100 * item.category_strength.value
    return found


def alpha(data):
    answers = np.column_stack(list(data.values()))
    found = cronbach_alpha(Responses.from_arrays(answers, scale=Scale(1, 5)))
    return {
        "variances of the items": answers.var(axis=0, ddof=1).sum(),
        "variance of the sums": answers.sum(axis=1).var(ddof=1),
        "alpha": found.value,
    }


ANSWERED = {
    "CDNOW": cdnow,
    "donations": donations,
    "contracts": contracts,
    "SERVQUAL": gaps,
    "Net Promoter": net_promoter,
    "top box": top_box,
    "Kano": features,
    "alpha": alpha,
}


@pytest.mark.parametrize("name", testing.KNOWN_DATA)
def test_every_known_answer_is_the_librarys(name):
    known = testing.known_data(name)
    found = ANSWERED[name](known.data)
    assert found.keys() == known.answers.keys()
    known.check(found)


@pytest.mark.parametrize("name", testing.KNOWN_DATA)
def test_every_answer_is_told_from_one_next_to_it(name):
    known = testing.known_data(name)
    for asked, answer in known.answers.items():
        assert answer.source
        assert (
            answer.tolerance <= 1e-3 or "Kano" in name or "likelihood" in asked or "gamma" in asked
        )
        for wrong in (answer.value + 2 * answer.tolerance + 1e-9, np.nan, np.inf, None, "3", True):
            with pytest.raises(AssertionError, match="must be"):
                known.check({asked: wrong})


@pytest.mark.parametrize("name", testing.KNOWN_DATA)
@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_the_data_become_dataframes_and_cannot_be_changed(name, kind):
    data = testing.known_data(name).data
    assert len(kind(data)) == data.rows > 0
    assert data.source
    with pytest.raises(ValueError, match="read-only"):
        next(iter(data.values()))[0] = 7
    assert json.loads(data.to_json())["source"] == data.source


def test_a_wrong_answer_is_named_with_its_source():
    with pytest.raises(AssertionError) as caught:
        testing.known_data("contracts").check({"regular sBG alpha": 0.688})
    assert str(caught.value) == (
        "regular sBG alpha of share of two segments left after 0 to 12 years; models are fitted to "
        "years 0 to 7 must be 0.704 within 0.0005 (Fader & Hardie (2007), Journal of Interactive "
        "Marketing 21(1)), but it is 0.688."
    )


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda: testing.known_data("cdnow"),
            (
                "name must be one of 'CDNOW', 'donations', 'contracts', 'SERVQUAL', 'Net "
                "Promoter', 'top box', 'Kano', 'alpha', but it is 'cdnow'. Did you mean 'CDNOW'?"
            ),
        ),
        (
            lambda: testing.known_data("alpha").check({"alfa": 0.84}),
            (
                "there is no answer 'alfa'. Did you mean 'alpha'? The answers are 'variances of "
                "the items', 'variance of the sums', 'alpha'."
            ),
        ),
        (
            lambda: testing.known_data("alpha").check({}),
            "found must be numbers by name, as in {'variances of the items': 1.0}, but it is {}.",
        ),
        (
            lambda: testing.known_data("alpha").check(0.84),
            "found must be numbers by name, as in {'variances of the items': 1.0}, but it is 0.84.",
        ),
    ],
)
def test_what_is_not_known_is_refused(ask, message):
    with pytest.raises(ParameterError) as caught:
        ask()
    assert str(caught.value) == message
