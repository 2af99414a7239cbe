"""Drawn results print, become tables and JSON; drawn tables are of every kind."""

import json
import warnings

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from custvalue import kano, lifetime, satisfaction, servqual, testing
from custvalue.errors import MissingExtraError, ParameterError, UnitError
from custvalue.lifetime import PurchaseHistory

slowly = settings(deadline=None, derandomize=True, max_examples=40)
quick = settings(slowly, max_examples=500, phases=[Phase.generate], database=None)
RESULTS = {
    "purchase_fits": lifetime.Fit,
    "customer_lifetime_values": lifetime.CustomerLifetimeValue,
    "net_promoter_scores": satisfaction.NetPromoterScore,
    "servqual_gaps": servqual.Gaps,
    "kano_results": kano.KanoResult,
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_print_and_go_to_json_without_a_warning(name):
    @given(getattr(testing, name)())
    @slowly
    def check(result):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert str(result)
            assert isinstance(result, RESULTS[name])
            assert json.loads(result.to_json())
            assert len(next(iter(result.columns().values()))) >= 1

    check()


@given(testing.purchase_fits(unit="day", max_samples=2), testing.purchase_histories(unit="day"))
@slowly
def test_fits_answer_about_histories_of_their_unit(fit, history):
    alive = fit.probability_alive(history)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert fit.unit == "day"
    assert fit.customers == 300


def test_fits_of_every_kind_come_up():
    for name in ("BGNBD", "MBGNBD", "ParetoNBD"):
        wanted = getattr(lifetime, name)
        found = find(
            testing.purchase_fits(),
            lambda fit, kind=wanted: type(fit.model) is kind,
            settings=quick,
        )
        assert found.converged


def test_scores_of_every_kind_come_up():
    scores = testing.net_promoter_scores()
    for wanted in (
        lambda its: its.n == 1,
        lambda its: its.value == 100,
        lambda its: its.value < 0,
        lambda its: min(its.promoters, its.passives, its.detractors) > 0,
    ):
        assert wanted(find(scores, wanted, settings=quick))


def test_values_of_several_customers_come_up():
    found = find(
        testing.customer_lifetime_values(min_customers=3, max_customers=3),
        lambda its: len(set(its.value.tolist())) == 3,
        settings=quick,
    )
    assert np.isfinite(found.value).all()


# --- tables of every kind ---------------------------------------------------------------------

TABLES = {
    "transaction_logs": {"cases": ["returns", "zones", "blank ids"]},
    "survey_frames": {},
    "kano_frames": {},
    "visit_frames": {},
    "complaint_registers": {},
    "complaint_frames": {},
    "lost_customer_frames": {},
    "contract_dates": {},
}


@pytest.mark.parametrize("kind", ["dict", "pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_of_every_kind(name, kind):
    columns = getattr(testing, name)(**TABLES[name])

    @given(testing.frames(columns, kinds=[kind]))
    @settings(slowly, max_examples=10)
    def check(table):
        package = "builtins" if kind == "dict" else kind
        assert type(table).__module__.split(".")[0] == package
        assert type(table).__name__ in {"dict", "DataFrame", "Table"}

    check()


@given(
    testing.transaction_logs(days=60).flatmap(
        lambda log: st.tuples(st.just(log), testing.frames(st.just(log)))
    )
)
@slowly
def test_the_kind_of_a_table_changes_nothing(drawn):
    one, other = (
        PurchaseHistory.from_transactions(
            log,
            customer="customer_id",
            date="date",
            spend="spend",
            observation_end="2024-02-29",
            unit="day",
        )
        for log in drawn
    )
    testing.assert_same_customers(one, other, tolerance=0)


def test_tables_of_every_kind_come_up():
    drawn = testing.frames(testing.transaction_logs(max_rows=2))
    for package in ("builtins", "pandas", "polars", "pyarrow"):
        wanted = lambda its, of=package: type(its).__module__.split(".")[0] == of  # noqa: E731
        assert wanted(find(drawn, wanted, settings=quick))


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda: testing.frames({"x": [1]}),
            ParameterError,
            (
                "columns must be a strategy that draws columns, as in "
                "frames(testing.transaction_logs()), but it is {'x': [1]}."
            ),
        ),
        (
            lambda: testing.frames(testing.kano_frames(), kinds="pandas"),
            ParameterError,
            (
                "kinds must be a list of names, as in ['pandas'], but it is 'pandas'. Write "
                "['pandas']."
            ),
        ),
        (
            lambda: testing.frames(testing.kano_frames(), kinds=[]),
            ParameterError,
            "kinds must be a list of names, as in ['pandas'], but it is [].",
        ),
        (
            lambda: testing.frames(testing.kano_frames(), kinds=["panda"]),
            ParameterError,
            (
                "kinds must be one of 'dict', 'pandas', 'polars', 'pyarrow', but it is 'panda'. "
                "Did you mean 'pandas'?"
            ),
        ),
        (
            lambda: testing.purchase_fits(max_samples=0),
            ParameterError,
            "max_samples must be a whole number >= 1, but it is 0.",
        ),
        (
            lambda: testing.purchase_fits(unit="weeks"),
            UnitError,
            (
                "unit must be one of 'day', 'week', 'month', 'year', but it is 'weeks'. Did you "
                "mean 'week'?"
            ),
        ),
        (
            lambda: testing.customer_lifetime_values(min_customers=3, max_customers=2),
            ParameterError,
            "max_customers must be >= min_customers, but min_customers=3 and max_customers=2.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(ask, error, message):
    with pytest.raises(error) as caught:
        ask()
    assert str(caught.value) == message


def test_a_kind_that_is_not_installed_is_refused(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # noqa: ARG005 - as it is called
    with pytest.raises(MissingExtraError) as caught:
        testing.frames(testing.kano_frames(), kinds=["polars"])
    assert str(caught.value) == (
        "frames of polars need it, and it is not installed: pip install polars."
    )
