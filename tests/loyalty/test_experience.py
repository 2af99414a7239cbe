"""Experience types: published trend tests, rows against counts, weights, coverage, bad input."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custvalue.errors import DataError, ParameterError
from custvalue.loyalty import ExperienceTrend

counts = ExperienceTrend.from_counts
rows = ExperienceTrend.from_arrays


def test_smokers_of_r():
    """R, prop.trend.test(smokers, patients): X-squared = 8.2249, df = 1, p-value = 0.004132."""
    found = counts({1: (83, 86), 2: (90, 93), 3: (129, 136), 4: (70, 82)})
    assert found.statistic == pytest.approx(8.2249, abs=5e-5)
    assert found.p_value == pytest.approx(0.004132, abs=5e-7)
    assert found.test == "Cochran-Armitage"


def test_alcohol_and_malformation():
    """Agresti (2013), Categorical Data Analysis, section 5.3: z² = 6.57, P = .01; X² = 12.1."""
    found = counts({0: (48, 17_114), 0.5: (38, 14_502), 1.5: (5, 793), 4: (1, 127), 7: (1, 38)})
    assert found.statistic == pytest.approx(6.570, abs=5e-4)
    assert found.p_value == pytest.approx(0.0104, abs=5e-5)
    assert found.statistic + found.departure == pytest.approx(12.1, abs=0.05)


def test_counts_by_hand():
    found = counts({0: (14, 100), 1: (21, 100), "3+": (30, 100)})
    assert [its.name for its in found.doses] == ["0", "1", "3+"]
    assert [its.chinese for its in found.doses] == ["没有", "1 种", "3 种以上"]
    assert [its.score for its in found.doses] == [0, 1, 3]
    by_hand = (-4 / 3 * 14 - 1 / 3 * 21 + 5 / 3 * 30) / (14 / 3) / 100
    assert found.slope.value == pytest.approx(by_hand)
    assert "A trend is no effect" in str(found)


def test_rows_are_counts():
    met = np.repeat([0, 1, 2, 3, 5], [10, 12, 9, 6, 4])
    says = np.r_[[1] * 2 + [0] * 8, [1] * 4 + [0] * 8, [1] * 4 + [0] * 5, [1] * 3 + [0] * 7]
    one = rows(met, says)
    other = counts({0: (2, 10), 1: (4, 12), 2: (4, 9), "3+": (3, 10)})
    assert one.doses == other.doses
    assert one.slope.value == pytest.approx(other.slope.value)
    assert one.slope.standard_error == pytest.approx(other.slope.standard_error)
    assert (one.statistic, one.departure, one.n) == (other.statistic, other.departure, other.n)
    apart = rows(met, says, at_most=None)
    assert [its.name for its in apart.doses] == ["0", "1", "2", "3", "5"]


def drawn(n=300, seed=1):
    rng = np.random.default_rng(seed)
    met = rng.poisson(1.4, n)
    return met, rng.random(n) < 0.14 + 0.05 * np.minimum(met, 3), rng


def test_equal_weights_change_nothing_and_whole_ones_repeat_rows():
    met, says, rng = drawn()
    plain, heavy = rows(met, says), rows(met, says, weights=np.full(300, 7.0))
    assert heavy.slope.standard_error == pytest.approx(plain.slope.standard_error)
    assert heavy.statistic == plain.statistic
    times = rng.integers(0, 4, 300)
    weighted = rows(met, says, weights=times)
    repeated = rows(np.repeat(met, times), np.repeat(says, times))
    assert weighted.slope.value == pytest.approx(repeated.slope.value)
    assert (weighted.without_weight, weighted.n) == ((times == 0).sum(), (times > 0).sum())
    assert weighted.departure is None
    assert "of weight 0" in str(weighted)


def test_the_slope_of_clusters_has_their_errors():
    met, says, rng = drawn()
    found = rows(met, says, cluster=rng.integers(0, 12, 300))
    assert found.slope.clusters == 12
    assert found.test.startswith("slope over its linearised error")


@given(
    table=st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 9)).map(lambda its: (min(its), its[1])),
        min_size=2,
        max_size=4,
    )
)
def test_the_slope_is_that_of_least_squares_and_the_test_that_of_a_slow_sum(table):
    found = counts(dict(enumerate(table)))
    x = np.concatenate([[k] * n for k, (_, n) in enumerate(table)])
    y = np.concatenate([[1] * yes + [0] * (n - yes) for yes, n in table])
    assert found.slope.value == pytest.approx(np.polyfit(x, y, 1)[0] if np.ptp(y) else 0, abs=1e-9)
    p = y.mean()
    off = sum((yes - n * p) * k for k, (yes, n) in enumerate(table))
    spread = p * (1 - p) * (sum(n * k**2 for k, (_, n) in enumerate(table)) - x.sum() ** 2 / len(x))
    assert found.statistic == pytest.approx(off**2 / spread if spread > 1e-12 else 0, abs=1e-9)
    assert ExperienceTrend.from_json(found.to_json()) == found


def test_columns_of_dataframes_and_missing_entries():
    met, says = [0, 1, 2, None, 3], [False, True, None, True, True]
    for frame in (
        pd.DataFrame({"met": met, "says": pd.array(says, dtype="boolean")}, index=[3, 3, 1, 0, 9]),
        pl.DataFrame({"met": met, "says": says}),
    ):
        found = rows(frame["met"], frame["says"])
        assert (found.n, found.left_out) == (3, 2)
    assert "left out 2 with one of both unknown" in str(found)


def test_counts_of_a_thousand_million_customers_are_no_rows():
    found = counts({0: (140_000_000, 10**9), 1: (210_000_000, 10**9), "3+": (300_000_000, 10**9)})
    few = counts({0: (14, 100), 1: (21, 100), "3+": (30, 100)})
    assert found.slope.value == pytest.approx(few.slope.value)
    assert found.slope.standard_error == pytest.approx(few.slope.standard_error / 10**3.5, rel=0.01)


def test_where_all_say_the_same_there_is_no_slope_with_an_error():
    found = rows([0, 1, 2], [1, 1, 1])
    assert (found.slope.value, found.slope.has_interval, found.p_value) == (0, False, 1)
    found.plot()


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("kind", ["equal", "weights", "clusters"])
def test_intervals_of_the_slope_hold(kind):
    """See the table in the docstring of ExperienceTrend."""
    rng, held, runs, n = np.random.default_rng(4), 0, 500, 400
    for _ in range(runs):
        met = np.minimum(rng.poisson(1.3, n), 3)
        p = 0.14 + 0.053 * met
        how = {}
        if kind == "weights":
            how["weights"] = rng.lognormal(0, 0.5, n)
        if kind == "clusters":
            how["cluster"] = np.arange(n) % 20
            p += rng.uniform(-0.08, 0.08, 20)[how["cluster"]]
        held += 0.053 in rows(met, rng.random(n) < p, **how).slope.confidence_interval()
    assert 0.915 < held / runs < 0.98


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (
            lambda: counts([1, 2]),
            ParameterError,
            (
                "counts must be a mapping of the number of types to customers, as in {0: (14, "
                "100), 1: (21, 100), '3+': (30, 100)}, but it is list."
            ),
        ),
        (
            lambda: counts({0: (14, 100)}),
            DataError,
            "a trend needs customers with different numbers of types, but all met 0.",
        ),
        (
            lambda: counts({}),
            DataError,
            "a trend needs customers with different numbers of types, but there are none.",
        ),
        (
            lambda: counts({0: (14, 100), "many": (3, 4)}),
            ParameterError,
            "counts must be named by numbers of types, such as 0, 1 or '3+', but it has 'many'.",
        ),
        (
            lambda: counts({0: (14, 100), 1: 0.3}),
            ParameterError,
            "counts[1] must be those who intend to buy and all, as in (14, 100), but it is 0.3.",
        ),
        (
            lambda: counts({0: (14, 100), 1: (5, 4)}),
            ParameterError,
            (
                "counts[1]: counts must be whole numbers with 0 <= count <= n and n > 0, but they "
                "are 5 and 4."
            ),
        ),
        (
            lambda: counts({1: (14, 100), "1+": (5, 40), 2: (1, 2)}),
            DataError,
            "counts has the same number of types twice. Add these customers up.",
        ),
        (
            lambda: rows([0, -1], [0, 1]),
            DataError,
            (
                "types must be a whole number from 0 to 1,000,000, but row 1 has -1. Count types "
                "of experience."
            ),
        ),
        (
            lambda: rows([0, 1.5], [0, 1]),
            DataError,
            (
                "types must be a whole number from 0 to 1,000,000, but row 1 has 1.5. Count types "
                "of experience."
            ),
        ),
        (
            lambda: rows([0, 1], [0, 4]),
            DataError,
            (
                "intends must be True or False, but row 1 has 4. Decide which answers of a scale "
                "count as an intention."
            ),
        ),
        (lambda: rows([0, 1], [0]), DataError, "types has 2 entries, but intends has 1."),
        (
            lambda: rows([2, 2], [0, 1]),
            DataError,
            "a trend needs customers with different numbers of types, but all met 2.",
        ),
        (
            lambda: rows([None, 2], [0, None]),
            DataError,
            "no customer has both a number of types and an intention.",
        ),
        (
            lambda: rows([0, 1], [0, 1], at_most=0),
            ParameterError,
            "at_most must be a whole number >= 1, but it is 0.",
        ),
    ],
)
def test_bad_input(call, kind, said):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == said


def test_one_cluster_changes_no_number_and_is_said():
    random = np.random.default_rng(1)
    types = random.integers(0, 4, 200)
    intends = random.random(200) < 0.1 + 0.1 * types
    alone, one = rows(types, intends), rows(types, intends, cluster=np.zeros(200))
    assert (one.test, one.statistic, one.p_value) == (alone.test, alone.statistic, alone.p_value)
    assert (one.departure, one.departure_p_value) == (alone.departure, alone.departure_p_value)
    ends, usual = one.slope.confidence_interval(), alone.slope.confidence_interval()
    assert (ends.low, ends.high) == (usual.low, usual.high)
    said = "One cluster: estimated from its respondents, and says nothing about others."
    assert said in str(one)
    assert "degrees of freedom" not in str(one)
    assert said not in str(alone)


def test_a_number_of_types_that_nobody_met_is_refused():
    with pytest.raises(ParameterError) as caught:
        counts({0: (0, 0), 1: (2, 4), 2: (3, 4)})
    assert str(caught.value) == (
        "counts[0] must be of somebody, but it is (0, 0). Leave a number of types that nobody met "
        "out."
    )
