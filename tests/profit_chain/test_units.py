"""Chains of units: against a regression on dummies, lags, products, and coverage."""

import numpy as np
import pytest

from custvalue import profit_chain
from custvalue.errors import DataError, EstimationError, ParameterError

ORDER = ["employees", "quality", "satisfaction"]


def network(dealers=12, waves=6, seed=1, missing=0.0, lag=0):
    random = np.random.default_rng(seed)
    dealer, wave = np.repeat(np.arange(dealers), waves), np.tile(np.arange(waves), dealers)

    def noise():
        own = random.normal(size=dealers)[dealer] + random.normal(size=waves)[wave]
        return own + random.normal(size=dealers * waves)

    first = noise()
    earlier = np.roll(first.reshape(dealers, waves), lag, axis=1).ravel()
    second = 0.5 * earlier + noise()
    third = 0.4 * second + noise()
    made = {
        "dealer": np.array([f"D{one}" for one in dealer]),
        "wave": wave,
        **dict(zip(ORDER, (first, second, third), strict=True)),
    }
    if missing:
        made["quality"] = np.where(random.random(len(wave)) < missing, np.nan, made["quality"])
    return made


def linked(data, **more):
    asked = {"unit": "dealer", "wave": "wave", "order": ORDER, "resamples": 200, "rng": 1, **more}
    return profit_chain.UnitChain.from_frame(data, **asked)


def by_dummies(data, first, then, lag=0):
    """Regress on a dummy for each dealer and each wave, row by row."""
    rows = {
        (dealer, wave): (x, y)
        for dealer, wave, x, y in zip(
            data["dealer"].tolist(), data["wave"].tolist(), data[first], data[then], strict=True
        )
    }
    pairs = [
        (dealer, wave, rows[dealer, wave][0], rows[dealer, wave + lag][1])
        for dealer, wave in rows
        if (dealer, wave + lag) in rows
    ]
    pairs = [one for one in pairs if not np.isnan(one[2]) and not np.isnan(one[3])]
    dealers, waves = sorted({one[0] for one in pairs}), sorted({one[1] for one in pairs})
    design = [
        [x, *(dealer == one for one in dealers), *(wave == one for one in waves)]
        for dealer, wave, x, _ in pairs
    ]
    answer = [y for *_, y in pairs]
    return np.linalg.lstsq(np.array(design, dtype=float), np.array(answer), rcond=None)[0][0]


@pytest.mark.parametrize("missing", [0.0, 0.25])
def test_slopes_are_those_of_a_regression_on_dummies(missing):
    data = network(missing=missing)
    its = linked(data)
    assert its.links[0].value == pytest.approx(by_dummies(data, *ORDER[:2]), rel=1e-8)
    assert its.links[1].value == pytest.approx(by_dummies(data, *ORDER[1:]), rel=1e-8)


def test_a_lag_pairs_a_measure_with_a_later_one():
    data = network(lag=1)
    its = linked(data, lags={"quality": 1})
    assert its.links[0].value == pytest.approx(by_dummies(data, *ORDER[:2], lag=1), rel=1e-8)
    assert its.links[0].n == 12 * 5
    assert abs(its.links[0].value) > abs(linked(data).links[0].value)


def test_pooled_is_the_plain_regression():
    data = network()
    slope = np.polyfit(data["employees"], data["quality"], 1)[0]
    assert linked(data, effects="pooled").links[0].value == pytest.approx(slope, rel=1e-9)


def test_what_goes_through_is_the_product():
    its = linked(network())
    assert its.indirect.value == pytest.approx(its.links[0].value * its.links[1].value)
    assert its.indirect.draws == pytest.approx(its.links[0].draws * its.links[1].draws)
    assert its.effect("employees", "quality").value == its.links[0].value


def test_the_order_of_rows_and_units_of_measures():
    data = network()
    order = np.random.default_rng(1).permutation(len(data["wave"]))
    shuffled = linked({name: column[order] for name, column in data.items()})
    assert shuffled.links[0].value == pytest.approx(linked(data).links[0].value, rel=1e-12)
    scaled = linked(data | {"quality": 10 * data["quality"] + 3})
    assert scaled.links[0].value == pytest.approx(10 * linked(data).links[0].value, rel=1e-10)
    assert scaled.indirect.value == pytest.approx(linked(data).indirect.value, rel=1e-10)


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize(("dealers", "waves"), [(10, 4), (30, 8)])
def test_intervals_hold_the_slopes(dealers, waves):
    held = np.zeros(3)
    for seed in range(200):
        its = linked(network(dealers, waves, seed))
        for place, (found, truth) in enumerate(
            zip((*its.links, its.indirect), (0.5, 0.4, 0.2), strict=True)
        ):
            ends = found.confidence_interval()
            held[place] += ends.low <= truth <= ends.high
    assert (held / 200 > 0.9).all(), held / 200


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: linked(network(4)), DataError, "there are 4 units, which say little of how"),
        (lambda: linked(network(waves=1)), DataError, "there is one wave, so that no unit can be"),
        (
            lambda: linked(network() | {"wave": np.zeros(72)}),
            DataError,
            "there is one wave",
        ),
        (
            lambda: linked(network() | {"wave": np.tile(np.arange(6) // 2, 12)}),
            DataError,
            "D0 has 2 rows in wave 0. Give one row for each unit and wave.",
        ),
        (
            lambda: linked(network() | {"employees": np.repeat(np.arange(12.0), 6)}),
            EstimationError,
            "employees does not vary within units",
        ),
        (
            lambda: linked(network() | {"quality": np.full(72, np.nan)}),
            DataError,
            "0 rows have both employees and quality.",
        ),
        (lambda: linked(network(), order=["quality"]), ParameterError, "at least two measures"),
        (lambda: linked(network(), lags={"quality": 9}), ParameterError, "only 6 waves"),
        (lambda: linked(network(), lags={"joy": 1}), ParameterError, "lags names 'joy'"),
        (lambda: linked(network(), effects="random"), ParameterError, "effects must be one of"),
        (
            lambda: linked(network()).effect("quality", "employees"),
            ParameterError,
            "'quality' does not come before 'employees'",
        ),
        (
            lambda: linked(network() | {"quality": np.full(72, np.inf)}),
            DataError,
            "must be finite numbers",
        ),
    ],
)
def test_what_cannot_be_is_said(make, error, said):
    with pytest.raises(error) as caught:
        make()
    assert said in str(caught.value)
