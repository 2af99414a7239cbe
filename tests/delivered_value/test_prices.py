"""Reservation prices and the question whether an offer is worth its price."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from custvalue.delivered_value import ReservationPrices, WorthIt, reservation_price, worth_it
from custvalue.errors import DataError, ParameterError
from custvalue.survey import WORTH_3, Responses, Scale

HIGHEST = [90, 120, 100, 80, 150, 100]


def test_shares_and_profits_by_hand():
    found = reservation_price(HIGHEST, prices=[80, 100, 120, 160], unit_cost=60)
    assert [its.share.value for its in found.points] == pytest.approx([1, 4 / 6, 2 / 6, 0])
    assert [its.profit for its in found.points] == pytest.approx([20, 40 * 4 / 6, 20, 0])
    assert found.best_price == 100
    assert found.mean.value == pytest.approx(np.mean(HIGHEST))
    assert found.mean.standard_error == pytest.approx(np.std(HIGHEST, ddof=1) / np.sqrt(6))


def test_weights_count():
    weights = [1, 1, 1, 1, 4, 1]
    found = reservation_price(HIGHEST, prices=[140], weights=weights)
    assert found.points[0].share.value == pytest.approx(4 / 9)
    assert found.mean.value == pytest.approx(np.average(HIGHEST, weights=weights))


def test_clusters_widen_the_interval():
    rng = np.random.default_rng(1)
    dealer = np.repeat(np.arange(20), 10)
    amounts = np.round(100 + 20 * rng.normal(size=20)[dealer] + 5 * rng.normal(size=200))
    one, other = (reservation_price(amounts, cluster=its) for its in (None, dealer))
    assert other.mean.standard_error > 2 * one.mean.standard_error
    assert other.mean.clusters == 20
    assert len(one.points) <= 20


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, pl.Series])
def test_every_kind_of_column(kind):
    assert reservation_price(kind(HIGHEST)) == reservation_price(HIGHEST)


def test_missing_answers_are_excluded_on_request():
    found = reservation_price([*HIGHEST, None], missing="drop")
    assert found.base.excluded == {"missing answer": 1}
    assert found.mean == reservation_price(HIGHEST).mean
    assert ReservationPrices.from_json(found.to_json()) == found


def test_shares_of_three_answers():
    found = worth_it([1, 2, 2, 3, 3, 3, 2, 1, 2, 2])
    assert found.not_worth.value == 0.2
    assert found.worth.value == 0.5
    assert found.more_than_worth.value == 0.3
    assert found.at_least_worth.value == pytest.approx(0.8)
    assert WorthIt.from_json(found.to_json()) == found


def test_words_in_both_languages():
    words = ["不值", "物有所值", "物超所值", "Worth the price", "more than worth it"]
    assert worth_it(words).more_than_worth.value == pytest.approx(0.4)


def test_answers_of_a_survey_on_a_turned_scale():
    answers = Responses.from_arrays(
        [[1], [1], [2], [3]], items=["worth"], scale=Scale(1, 3, direction="lower is better")
    )
    assert worth_it(answers).more_than_worth.value == 0.5


def test_the_codebook_is_shipped():
    assert WORTH_3.scale == Scale(1, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: reservation_price([90, -1]),
            DataError,
            (
                "highest must be a number >= 0, but row 1 has -1. A customer who would not take it "
                "as a gift has the price 0."
            ),
        ),
        (
            lambda: reservation_price([90, None]),
            DataError,
            (
                "highest must be present, but row 1 has None. Use missing='drop' to exclude such "
                "respondents."
            ),
        ),
        (
            lambda: reservation_price([None], missing="drop"),
            DataError,
            "highest holds no answers.",
        ),
        (
            lambda: reservation_price(HIGHEST, prices=[100, 80]),
            ParameterError,
            "prices must be ascending numbers >= 0, as in [80, 100, 120], but they are [100, 80].",
        ),
        (
            lambda: reservation_price(HIGHEST, unit_cost=-1),
            ParameterError,
            "unit_cost must be a finite number >= 0, but it is -1.",
        ),
        (
            lambda: worth_it([1, 2, 3, 4, 5], scale=Scale(1, 5)),
            ParameterError,
            (
                "scale must have three answers, not worth it, worth it and more than worth it, but "
                "1-5 has 5. Use satisfaction.top_box for other scales."
            ),
        ),
    ],
)
def test_bad_answers_are_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
