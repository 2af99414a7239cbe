"""Brand choice and customer equity against a slow computation, and by simulation."""

import itertools

import numpy as np
import pytest
import reference_brands as slow

from custvalue import profit_chain
from custvalue._profit_chain import equity_draws
from custvalue._profit_chain.switching import discounted_purchases, sum_of_powers
from custvalue.datasets import simulate_brand_choice
from custvalue.errors import DataError, EstimationError, ParameterError
from custvalue.survey import Bootstrap

DRIVERS = ["quality", "price", "convenience"]
COLUMNS = {
    "respondent": "respondent",
    "brand": "brand",
    "last": "last",
    "chosen": "next",
    "drivers": DRIVERS,
}
BRINGS = {name: {"spend": 900, "margin": 0.25} for name in ("ours", "rival", "third")}


def frame(n=80, seed=1, **more):
    made = dict(simulate_brand_choice(n, rng=seed))
    return made | more


def fitted(data, **more):
    return profit_chain.BrandChoice.fit(data, **COLUMNS, **more)


def people(data, weights=None):
    """Return what the slow computation takes: one respondent after the other."""
    n = len(data["respondent"]) // 3
    ratings = np.stack([data[name] for name in DRIVERS], axis=1).reshape(n, 3, 3)
    last = data["last"].reshape(n, 3)
    chosen = data["next"].reshape(n, 3)
    every = np.ones(n) if weights is None else weights
    return [
        (ratings[at], int(last[at].argmax()), chosen[at], [True] * 3, every[at]) for at in range(n)
    ]


def market(choice, draws=20, **more):
    asked = {"customers": 50_000, "annual_discount_rate": 0.1, **more}
    return profit_chain.equity(choice, brands=BRINGS, method=Bootstrap(draws, rng=1), **asked)


def test_the_fit_is_that_of_an_independent_search():
    data = frame()
    found, reached = slow.fitted(people(data), 3)
    choice = fitted(data)
    assert choice.coefficients == pytest.approx(found, abs=1e-5)
    assert choice.log_likelihood == pytest.approx(reached, abs=1e-9)


def test_whole_weights_are_repeated_rows():
    data = frame()
    times = 1 + np.arange(80) % 3
    rows = np.concatenate([np.arange(3) + 3 * at for at in range(80) for _ in range(times[at])])
    repeated = {name: column[rows] for name, column in data.items()}
    repeated["respondent"] = np.repeat(np.arange(times.sum()), 3)
    weighted = fitted(data | {"w": np.repeat(times, 3)}, weights="w")
    assert weighted.coefficients == pytest.approx(fitted(repeated).coefficients, abs=1e-10)


def test_the_order_of_rows_and_the_size_of_weights_decide_nothing():
    data = frame()
    order = np.random.default_rng(1).permutation(240)
    shuffled = fitted({name: column[order] for name, column in data.items()})
    assert shuffled.coefficients == pytest.approx(fitted(data).coefficients, abs=1e-12)
    heavy = fitted(data | {"w": np.full(240, 7.0)}, weights="w")
    assert heavy.coefficients == pytest.approx(fitted(data).coefficients, abs=1e-12)
    assert heavy.effects[1].standard_error == pytest.approx(fitted(data).effects[1].standard_error)


def test_stated_probabilities_may_stand_for_choices():
    data = frame()
    chosen = data["next"].reshape(80, 3)
    stated = 0.8 * chosen + 0.2 / 3
    data["next"] = stated.ravel()
    found, _ = slow.fitted(
        [(*its[:2], stated[at], *its[3:]) for at, its in enumerate(people(data))], 3
    )
    assert fitted(data).coefficients == pytest.approx(found, abs=1e-5)


def test_equity_is_the_sum_over_purchases():
    data = frame()
    choice = fitted(data, purchases_a_year="purchases_a_year")
    found = market(choice)
    often = data["purchases_a_year"].reshape(80, 3)[:, 0]
    each = [
        slow.purchases(
            its[0], choice.coefficients, its[1], its[3], a_year=often[at], years=3, rate=0.1
        )
        for at, its in enumerate(people(data))
    ]
    by_hand = 50_000 * 900 * 0.25 * np.mean(each, axis=0)
    assert [its.value for its in found.estimates] == pytest.approx(by_hand, rel=1e-10)
    assert sum(its.value for its in found.shares) == pytest.approx(1)


def test_a_change_is_the_equity_of_moved_ratings():
    data = frame()
    found = market(fitted(data)).change({"quality": 0.5, "price": -0.2}, brand="rival")
    moved = {name: column.copy() for name, column in data.items()}
    rivals = moved["brand"] == "rival"
    moved["quality"] = moved["quality"] + 0.5 * rivals
    moved["price"] = moved["price"] - 0.2 * rivals
    choice = fitted(data)
    asked = fitted(moved).asked
    worth = [
        slow.purchases(
            asked.ratings[at],
            choice.coefficients,
            asked.last[at],
            [1] * 3,
            a_year=1,
            years=3,
            rate=0.1,
        )
        for at in range(80)
    ]
    after = 50_000 * 225 * np.mean(worth, axis=0)[1]
    before = market(choice).estimates[1].value
    assert found.equity.value == pytest.approx(after - before, rel=1e-9)
    assert found.return_on(10_000).value == pytest.approx((after - before) / 10_000 - 1, rel=1e-9)


def test_drivers_are_ranked_by_what_they_change():
    its = market(fitted(frame(400))).by_driver("ours", points=0.1)
    assert [one.name for one in its.estimates] == DRIVERS
    assert its.estimates[0].value > its.estimates[1].value > its.estimates[2].value > 0


def test_purchases_for_ever_are_the_limit_of_long_horizons():
    switching = np.array([[[0.7, 0.3], [0.2, 0.8]]])
    first, often = np.array([[0.6, 0.4]]), np.array([2.0])
    ever = discounted_purchases(switching, first, often, np.inf, 0.1)
    assert discounted_purchases(switching, first, often, 400.0, 0.1) == pytest.approx(ever)
    assert ever.sum() == pytest.approx(1 / (1 - 1.1**-0.5))


@pytest.mark.parametrize("terms", [1, 2, 3, 7, 8, 100])
def test_sums_of_powers(terms):
    matrix = np.random.default_rng(terms).random((1, 3, 3)) / 2
    by_hand = sum(np.linalg.matrix_power(matrix[0], power) for power in range(terms))
    assert sum_of_powers(matrix, np.array([terms]))[0] == pytest.approx(by_hand, rel=1e-12)


def test_one_newton_step_is_near_a_refit():
    data = frame(400)
    choice = fitted(data)
    found = market(choice, draws=20)
    random = np.random.default_rng(1)
    for draw in range(1, 6):
        times = np.bincount(random.integers(400, size=400), minlength=400)
        assert found.drawn.weights[draw] == pytest.approx(times)
        again = fitted(data | {"w": np.repeat(times, 3)}, weights="w")
        refit = again.coefficients
        error = np.array([its.standard_error for its in choice.effects])
        assert np.abs(found.drawn.effects[draw] - refit).max() < 0.2 * error.max()


def test_many_draws_are_near_those_computed_one_by_one(monkeypatch):
    """With few respondents, where effects differ more between draws than ever with many."""
    choice = fitted(frame(300), purchases_a_year="purchases_a_year")
    exact = market(choice, draws=50)
    slowly = exact.change({"quality": 0.3}, brand="ours").equity
    monkeypatch.setattr(equity_draws, "MANY", 0)
    near = market(choice, draws=50)
    quickly = near.change({"quality": 0.3}, brand="ours").equity
    pairs = [*zip(near.estimates, exact.estimates, strict=True), (quickly, slowly)]
    for one, other in pairs:
        assert one.value == pytest.approx(other.value, rel=1e-10)
        assert np.abs(one.draws - other.draws).max() < 0.05 * other.standard_error


@pytest.mark.slow
@pytest.mark.simulation
def test_intervals_of_equity_and_of_its_change_hold_the_truth():
    """The truth is that of a very large sample, of which small ones are drawn."""
    large = dict(simulate_brand_choice(40_000, rng=0))
    truth = profit_chain.BrandChoice.fit(large, **COLUMNS)
    exact = market(truth, draws=2)
    change = exact.change({"quality": 0.3}, brand="ours")
    held = np.zeros(2)
    for seed in range(1, 121):
        some = np.random.default_rng(seed).choice(40_000, 300, replace=False)
        rows = (3 * some[:, None] + np.arange(3)).ravel()
        sample = {name: column[rows] for name, column in large.items()}
        found = market(fitted(sample), draws=200)
        pairs = (
            (found.estimates[0], exact.estimates[0].value),
            (found.change({"quality": 0.3}, brand="ours").equity, change.equity.value),
        )
        held += [
            its.confidence_interval().low <= value <= its.confidence_interval().high
            for its, value in pairs
        ]
    assert (held / 120 > 0.89).all(), held / 120


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        (
            {"brand": np.full(240, "ours")},
            DataError,
            (
                "a choice needs at least two brands, but there is only ours. Give one row for each "
                "respondent and brand, rivals too."
            ),
        ),
        (
            {"next": np.zeros(240)},
            DataError,
            (
                "choices of respondent 1 must add up to 1, but they add up to 0. Mark one "
                "brand with 1, or give probabilities; leave out people who would choose none."
            ),
        ),
        (
            {"last": np.ones(240)},
            DataError,
            "respondent 1 bought 3 brands last. Mark the one of the last purchase with 1.",
        ),
        (
            {"last": np.zeros(240)},
            EstimationError,
            (
                "nobody bought one of these brands last, so that inertia is not known. Check the "
                "column of the last brand."
            ),
        ),
        (
            {"next": np.full(240, 33.3)},
            DataError,
            (
                "next must be from 0 to 1: 1 for the brand that was chosen, or probabilities, "
                "but row 0 has 33.3 (and 239 more rows). Divide percentages by 100."
            ),
        ),
        (
            {"price": np.repeat(np.arange(80) % 5, 3)},
            DataError,
            (
                "every respondent gave all brands the same 'price', so that it decides "
                "nothing. Leave it out."
            ),
        ),
        (
            {"quality": np.full(240, np.nan)},
            DataError,
            (
                "quality must be a number, in every row, but row 0 has nan (and 239 more "
                "rows). Leave out respondents who did not answer, all their rows."
            ),
        ),
    ],
)
def test_bad_answers_are_named(more, error, said):
    with pytest.raises(error) as caught:
        fitted(frame(80, **more))
    assert str(caught.value).endswith(said)


def test_one_cluster_and_empty_tables():
    with pytest.raises(DataError, match="there is one cluster"):
        fitted(frame() | {"c": np.zeros(240)}, cluster="c")
    with pytest.raises(DataError, match="the table is empty"):
        fitted({name: column[:0] for name, column in frame().items()})
    large = frame()
    large["quality"] = large["quality"].copy()
    large["quality"][4] = 1e300
    with pytest.raises(DataError, match="quality must be at most 1e\\+06, but row 4 has 1e\\+300"):
        fitted(large)


def test_drivers_that_follow_from_others_are_named():
    data = frame()
    data["price"] = 2 * data["quality"]
    with pytest.raises(EstimationError, match="'quality', 'price' cannot be told apart"):
        fitted(data)


def test_a_driver_that_tells_all_is_named():
    data = frame()
    data["price"] = data["next"].astype(float)
    with pytest.raises(EstimationError, match="no maximum: 'price' tells choices without a doubt"):
        fitted(data)


def test_a_respondent_with_two_rows_of_a_brand():
    data = frame()
    data["brand"] = data["brand"].copy()
    data["brand"][1] = "ours"
    with pytest.raises(
        DataError, match=r"respondent 1 has two rows for ours, the second one is row 1"
    ):
        fitted(data)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda its: its.change({"speed": 1}, brand="ours"), "points names the driver 'speed'"),
        (lambda its: its.change({"price": 0}, brand="ours"), "points['price'] must be"),
        (lambda its: its.change({}, brand="ours"), "points must be a mapping"),
        (lambda its: its.change({"price": 1}, brand="x"), "brand must be one of 'ours', 'rival'"),
        (lambda its: its.change({"price": 1}, brand="ours").return_on(0), "cost must be > 0"),
    ],
)
def test_impossible_changes_are_refused(ask, said):
    with pytest.raises(ParameterError) as caught:
        ask(market(fitted(frame()), draws=3))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"horizon": None, "annual_discount_rate": 0.0}, "annual_discount_rate must be > 0 where"),
        ({"customers": 0}, "customers must be > 0"),
        ({"customers": 1e300}, "customers must be > 0 and <= 1e12"),
        ({"horizon": "0 days"}, "horizon must be > 0, as in '3 years', but it is '0 days'."),
        ({"annual_discount_rate": 10}, "annual_discount_rate must be"),
    ],
)
def test_impossible_settings_are_refused(more, said):
    with pytest.raises(ParameterError) as caught:
        market(fitted(frame()), **more)
    assert said in str(caught.value)


def test_every_brand_must_have_its_spend():
    choice = fitted(frame())
    for brands in ({"ours": {"spend": 1, "margin": 1}}, "ours", {}):
        with pytest.raises(ParameterError, match="brands must name what each of"):
            profit_chain.equity(
                choice, brands=brands, customers=1, annual_discount_rate=0.1, horizon="1 year"
            )


def test_brands_that_were_not_asked_about_cannot_be_chosen():
    """The rest of the respondents were asked about three brands."""
    data = frame()
    kept = ~((data["brand"] == "third") & (data["last"] == 0) & (data["next"] == 0))
    fewer = {name: column[kept] for name, column in data.items()}
    choice = fitted(fewer)
    known = choice.asked.known
    assert 0 < known[:, 2].sum() < 80
    found, _ = slow.fitted(
        [
            (choice.asked.ratings[at], choice.asked.last[at], choice.asked.chosen[at], known[at], 1)
            for at in range(80)
        ],
        3,
    )
    assert choice.coefficients == pytest.approx(found, abs=1e-5)
    assert np.isfinite([its.value for its in market(choice).estimates]).all()


def test_clusters_widen_errors():
    """Respondents of one cluster are the same person ten times."""
    data = frame(40)
    rows = np.concatenate([np.arange(3) + 3 * at for at in range(40) for _ in range(10)])
    many = {name: column[rows] for name, column in data.items()}
    many["respondent"] = np.repeat(np.arange(400), 3)
    many["dealer"] = np.repeat(np.arange(40), 30)
    alone, together = fitted(data), fitted(many, cluster="dealer")
    for one, other in zip(alone.effects, together.effects, strict=True):
        assert other.standard_error == pytest.approx(one.standard_error, rel=0.03)
        assert other.clusters == 40


def test_chances_of_the_next_brand_add_up_to_one():
    its = market(fitted(frame())).switching
    assert its.shape == (3, 3)
    assert its.sum(axis=1) == pytest.approx(1)
    for one, other in itertools.permutations(range(3), 2):
        assert its[one, one] > its[other, one]  # inertia
