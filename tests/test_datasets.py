"""The embedded log is the published one; datasets behave like mappings and print well."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import special

from custvalue import datasets, lifetime, satisfaction, servqual
from custvalue.datasets import Dataset, DealershipTruth
from custvalue.errors import ParameterError
from custvalue.survey import MeanEstimate, Scale


@pytest.mark.parametrize(
    ("period", "rows", "first", "last"),
    [
        ("calibration", 4960, "1997-01-01", "1997-09-30"),
        ("holdout", 1959, "1997-10-01", "1998-06-30"),
        ("all", 6919, "1997-01-01", "1998-06-30"),
    ],
)
def test_periods_of_cdnow(period, rows, first, last):
    log = datasets.cdnow(period)
    assert log.rows == rows
    assert log["date"].min() == np.datetime64(first)
    assert log["date"].max() == np.datetime64(last)


def test_cdnow_is_the_published_sample():
    log = datasets.cdnow("all")
    assert len(np.unique(log["customer_id"])) == 2357
    # 946 repeaters with 2,457 repeat days in the calibration period, 1,882 days in the holdout
    # (Fader, Hardie & Lee 2005)
    early = datasets.cdnow()
    days = np.unique(np.column_stack([early["customer_id"], early["date"].astype("i8")]), axis=0)
    purchases = np.bincount(days[:, 0])[1:]
    assert (purchases > 1).sum() == 946
    assert (purchases - 1).sum() == 2457
    late = datasets.cdnow("holdout")
    later = np.unique(np.column_stack([late["customer_id"], late["date"].astype("i8")]), axis=0)
    assert len(later) == 1882
    assert (log["spend"] == 0).sum() == 8


def test_types_are_what_the_documentation_says():
    kinds = {name: array.dtype for name, array in datasets.cdnow().items()}
    assert kinds == {
        "customer_id": np.dtype("i8"),
        "date": np.dtype("M8[D]"),
        "quantity": np.dtype("i8"),
        "spend": np.dtype("f8"),
    }


def test_arrays_cannot_be_written_and_are_not_shared():
    log = datasets.cdnow("all")
    with pytest.raises(ValueError, match="read-only"):
        log["spend"][0] = 0.0
    assert not np.shares_memory(log["spend"], datasets.cdnow("all")["spend"])


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_dataset_becomes_a_frame(backend):
    frame = datasets.cdnow().to_frame(like=backend)
    assert frame.shape == (4960, 4)
    assert type(frame).__module__.split(".")[0] == backend


@pytest.mark.parametrize(("period", "rows"), [("calibration", 4960), ("all", 6919)])
@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_other_libraries_take_a_dataset_as_it_is(make, period, rows):
    log = datasets.cdnow(period)
    frame = make(log)
    assert frame.shape == (rows, 4)
    columns = frame.column_names if make is pa.table else list(frame.columns)
    assert columns == ["customer_id", "date", "quantity", "spend"]
    assert float(np.asarray(frame["spend"]).sum()) == log["spend"].sum()
    assert np.asarray(frame["date"]).max() == log["date"].max()
    history = lifetime.PurchaseHistory.from_transactions(
        frame, customer="customer_id", date="date", observation_end="1998-06-30", unit="week"
    )
    assert len(history) == 2357


def test_a_dataset_is_a_dict_that_cannot_be_changed():
    log = datasets.cdnow()
    for change in (
        lambda: log.update(spend=np.ones(3)),
        lambda: log.pop("spend"),
        lambda: log.setdefault("more", 1),
        lambda: log.__setitem__("spend", np.ones(3)),
        lambda: log.__delitem__("spend"),
        lambda: log.__ior__({"more": 1}),
        log.popitem,
        log.clear,
    ):
        with pytest.raises(TypeError) as caught:
            change()
        assert str(caught.value) == (
            "a Dataset cannot be changed. Copy what you need: {**data, 'more': values}, or "
            "data.to_frame()."
        )
    assert list(log) == ["customer_id", "date", "quantity", "spend"]
    assert type(log | {"more": log["spend"]}) is dict
    assert "more" not in log


def pickled(thing):
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 - of this process


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_of_a_dataset_is_a_dataset(again):
    log = datasets.cdnow()
    other = again(log)
    assert isinstance(other, Dataset)
    assert other == log
    assert not other["spend"].flags.writeable


def test_dataset_prints_its_head_and_its_source():
    small = Dataset("visits", {"customer": np.array(["a", "b"])}, source="typed by hand")
    assert repr(small) == "Dataset('visits', rows=2, columns=('customer',))"
    assert str(small).splitlines() == [
        "visits",
        "────────",
        "customer",
        "────────",
        "a",
        "b",
        "────────",
        "2 rows.",
        "Source: typed by hand.",
    ]
    assert "<caption>CDNOW, calibration</caption>" in datasets.cdnow()._repr_html_()


def test_dataset_goes_to_json_and_back_with_its_types():
    arrays = {
        "day": np.array(["2024-01-31", "2024-02-01"], dtype="M8[D]"),
        "spend": np.array([1.5, np.nan]),
        "name": np.array(["é", "中"]),
    }
    data = Dataset("visits", arrays, source="typed by hand")
    again = Dataset.from_json(data.to_json())
    assert again == data
    assert again["day"].dtype == np.dtype("M8[D]")
    assert not again["spend"].flags.writeable


def test_datasets_differ_by_name_column_and_value():
    data = Dataset("a", {"x": np.array([1, 2])}, source="s")
    assert data != Dataset("b", {"x": np.array([1, 2])}, source="s")
    assert data != Dataset("a", {"y": np.array([1, 2])}, source="s")
    assert data != Dataset("a", {"x": np.array([1, 3])}, source="s")
    assert data != {"x": np.array([1, 2])}


def test_unknown_period_is_refused():
    with pytest.raises(ParameterError) as caught:
        datasets.cdnow("callibration")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "period must be one of 'calibration', 'holdout', 'all', but it is 'callibration'. "
        "Did you mean 'calibration'?"
    )


# --- the simulated dealership -----------------------------------------------------------------


@pytest.fixture(scope="module")
def dealership():
    return datasets.simulate_dealership(4000, response_share=0.5, rng=20241231)


@pytest.fixture(scope="module")
def history(dealership):
    return lifetime.PurchaseHistory.from_transactions(
        dealership.transactions,
        customer="customer_id",
        date="date",
        spend="spend",
        observation_end=dealership.observation_end,
        unit="week",
    )


def within(estimate, truth, standard_error, *, times=4.0):
    """A right estimate lies 4 standard errors off once in 16,000 draws."""
    return abs(estimate - truth) <= times * standard_error


@pytest.mark.parametrize(
    ("model", "part"), [(lifetime.BGNBD, "purchases"), (lifetime.GammaGamma, "spend")]
)
def test_fitting_the_transactions_recovers_the_truth(dealership, history, model, part):
    fit = model.fit(history)
    truth = getattr(dealership.truth, part)
    for name, estimate in fit.parameters.items():
        error = fit.standard_errors[name] / estimate  # of the logarithm, which is nearer normal
        assert within(np.log(estimate), np.log(getattr(truth, name)), error), name


def test_as_many_customers_are_alive_as_the_true_model_says(dealership, history):
    probability = dealership.truth.purchases.probability_alive(history)
    error = np.sqrt((probability * (1 - probability)).sum())
    assert within(dealership.customers["alive"].sum(), probability.sum(), error)


def test_the_survey_recovers_the_truth(dealership):
    survey, truth = dealership.survey, dealership.truth
    gaps = servqual.gaps(
        servqual.Survey.from_frame(
            survey,
            perceptions=[f"p{i:02d}" for i in range(1, 23)],
            expectations=[f"e{i:02d}" for i in range(1, 23)],
            importance=[f"importance_{name}" for name in truth.importance],
            scale=Scale(1, 7),
        )
    )
    for gap in gaps.dimensions:
        assert isinstance(gap.points, MeanEstimate)
        for estimate, true in (
            (gap.perception, truth.perceptions[gap.name]),
            (gap.expectation, truth.expectations[gap.name]),
            (gap.gap, truth.gaps[gap.name]),
            (gap.points, truth.importance[gap.name]),
        ):
            assert within(estimate.value, true, estimate.standard_error), gap.name
    assert gaps.weighted is not None
    overall, weighted = gaps.overall.gap, gaps.weighted.by_respondent
    assert within(overall.value, truth.overall_gap, overall.standard_error)
    assert within(weighted.value, truth.weighted_gap, weighted.standard_error)


def test_the_true_means_are_those_of_answers_that_are_rounded_and_cut(dealership):
    sizes = {"tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5}
    truth = dealership.truth
    for found, means, spread in (
        (truth.perceptions, (5.6, 4.9, 5.1, 5.5, 5.0), np.hypot(0.6, 0.75)),
        (truth.expectations, (5.4, 6.3, 6.0, 6.0, 5.6), np.hypot(0.45, 0.65)),
    ):
        for (name, size), mean in zip(sizes.items(), means, strict=True):
            items = []
            for item in mean + np.linspace(-0.2, 0.2, size):
                edges = special.ndtr((np.arange(1.5, 7) - item) / spread)
                items.append(np.arange(1, 8) @ np.diff([0, *edges, 1]))
            assert found[name] == pytest.approx(np.mean(items), rel=1e-12)


def test_satisfaction_and_recommendation_recover_the_truth(dealership):
    survey, truth = dealership.survey, dealership.truth
    score = satisfaction.net_promoter_score(survey["recommend"])
    assert within(score.value, truth.net_promoter_score, score.standard_error)
    for question in ("satisfaction_perceived", "satisfaction_expected"):
        answers = survey[question]
        error = answers.std() / np.sqrt(len(answers))
        assert within(answers.mean(), getattr(truth, question), error), question


def test_quality_makes_customers_stay_and_leaves_the_beta_distribution_as_it_is(dealership):
    people, truth = dealership.customers, dealership.truth
    n = people.rows
    a, b = truth.purchases.a, truth.purchases.b
    dropout = people["dropout_probability"]
    mean, variance = a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))
    assert within(dropout.mean(), mean, np.sqrt(variance / n))
    assert dropout.var() == pytest.approx(variance, rel=0.1)
    # the normal score of dropout, by the rank of the customer: independent of how it was made
    rank = np.argsort(np.argsort(dropout))
    score = special.ndtri((rank + 0.5) / n)
    correlation = np.corrcoef(people["quality"], -score)[0, 1]
    assert within(correlation, truth.quality_retention_correlation, (1 - 0.6**2) / np.sqrt(n))


def test_linked_by_customer_and_inside_the_scales(dealership):
    survey, log = dealership.survey, dealership.transactions
    assert survey.rows == 2000
    assert len(np.unique(survey["customer_id"])) == 2000
    assert set(survey["customer_id"].tolist()) <= set(log["customer_id"].tolist())
    items = np.column_stack([survey[f"{kind}{i:02d}"] for kind in "pe" for i in range(1, 23)])
    assert (items.min(), items.max()) == (1, 7)
    points = sum(survey[name] for name in survey if name.startswith("importance_"))
    assert set(points.tolist()) == {100}
    assert log["date"].max() <= np.datetime64(dealership.observation_end)
    assert log["spend"].min() > 0


def test_the_seed_decides_everything():
    one, same, other = (datasets.simulate_dealership(50, rng=seed) for seed in (1, 1, 2))
    assert one.survey == same.survey
    assert one.transactions == same.transactions
    assert one.customers == same.customers
    assert one.transactions != other.transactions


def test_one_customer_is_enough():
    alone = datasets.simulate_dealership(1, rng=3)
    assert (alone.customers.rows, alone.survey.rows) == (1, 1)


def test_the_truth_prints_and_goes_to_json_and_back(dealership):
    truth = dealership.truth
    assert DealershipTruth.from_json(truth.to_json()) == truth
    assert "gap, weighted by importance" in str(truth)
    assert repr(datasets.simulate_dealership(10, rng=1)).startswith(
        "Dealership(customers=10, respondents=4, visits="
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"customers": 0}, "customers must be a whole number >= 1, but it is 0."),
        ({"customers": 2.5}, "customers must be a whole number >= 1, but it is 2.5."),
        (
            {"response_share": 40},
            "response_share must be > 0 and <= 1, as in 0.4, but it is 40.",
        ),
    ],
    ids=["no customers", "half a customer", "per cent"],
)
def test_impossible_dealerships_are_refused(arguments, message):
    with pytest.raises(ParameterError) as caught:
        datasets.simulate_dealership(**arguments)
    assert str(caught.value) == message
