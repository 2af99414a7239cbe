"""Every model of purchases keeps the contract that other people's models inherit."""

import contextlib
import unittest

import numpy as np
import pytest
from hypothesis import given, settings

from custvalue import datasets, lifetime, testing
from custvalue.lifetime import PurchaseHistory

RATES = {"r": 0.243, "alpha": 4.414, "unit": "week"}


class TestNBD(testing.PurchaseModelContract):
    model = lifetime.NBD(**RATES)


class TestParetoNBD(testing.PurchaseModelContract):
    model = lifetime.ParetoNBD(**RATES, s=0.606, beta=11.669)


class TestBGNBD(testing.PurchaseModelContract):
    model = lifetime.BGNBD(**RATES, a=0.793, b=2.426)


class TestMBGNBD(testing.PurchaseModelContract):
    model = lifetime.MBGNBD(**RATES, a=0.891, b=1.614)


class TestBGCNBD(testing.PurchaseModelContract):
    model = lifetime.BGCNBD(**RATES, a=0.793, b=2.426, k=2)


class TestMBGCNBD(testing.PurchaseModelContract):
    model = lifetime.MBGCNBD(**RATES, a=0.891, b=1.614, k=3)


class TestGammaGompertzNBD(testing.PurchaseModelContract):
    model = lifetime.GammaGompertzNBD(**RATES, b=0.02, s=0.5, beta=0.3)


class TestInDaysWithoutAUnit(testing.PurchaseModelContract):
    model = lifetime.ParetoNBD(r=0.243, alpha=30.9, s=0.606, beta=81.7)
    histories = (
        PurchaseHistory.from_arrays(
            frequency=[0, 2, 2], recency=[0, 30, 200], age=[10, 270, 270], unit="day"
        ),
    )
    # a new customer has no history, which would tell the unit
    test_new_customers_have_a_distribution = None
    test_the_likelihood_is_that_of_the_counts = None
    test_histories_in_another_unit_are_converted_or_refused = None


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426), "the model has no unit"),
        (object(), "the model has no purchase_count_pmf"),
    ],
)
def test_what_a_model_cannot_be_asked_is_skipped(model, reason):
    contract = testing.PurchaseModelContract()
    contract.model = model
    with pytest.raises(unittest.SkipTest, match=reason):
        contract.test_new_customers_have_a_distribution()


class TestAFit(testing.PurchaseModelContract):
    @property
    def model(self):
        log = datasets.cdnow()
        history = PurchaseHistory.from_transactions(
            log, customer="customer_id", date="date", observation_end="1997-09-30", unit="week"
        )
        return lifetime.BGNBD.fit(history)

    test_the_likelihood_is_that_of_the_counts = None  # log_likelihood is that of its own data


class TestWithEntryAndCovariates(testing.PurchaseModelContract):
    model = lifetime.ParetoNBD(**RATES, s=0.606, beta=11.669)
    histories = (
        PurchaseHistory.from_arrays(
            frequency=[0, 2, 2],
            recency=[0, 60, 90],
            age=[90, 120, 120],
            entry=[50, 0, 52],
            unit="week",
        ),
        PurchaseHistory.from_arrays(
            frequency=[2, 2], recency=[5, 20], age=[39, 39], unit="week"
        ).with_covariates(
            {"customer": [0, 1], "region": ["north", "south"]},
            customer="customer",
            covariates=["region"],
        ),
    )


# --- each test can fail -----------------------------------------------------------------------


class Honest:
    """A model that asks another one, as a service or a query would."""

    unit = "week"
    asked = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")

    def probability_alive(self, history):
        return self.asked.probability_alive(history)

    def expected_purchases(self, history, horizon):
        return self.asked.expected_purchases(history, horizon)

    def discounted_expected_purchases(self, history, *, annual_discount_rate, horizon):
        return self.asked.discounted_expected_purchases(
            history, annual_discount_rate=annual_discount_rate, horizon=horizon
        )

    def purchase_count_pmf(self, n, horizon, history=None):
        return self.asked.purchase_count_pmf(n, horizon, history)

    def expected_purchases_new_customer(self, horizon):
        return self.asked.expected_purchases_new_customer(horizon)

    def log_likelihood(self, history):
        return self.asked.log_likelihood(history)


class TestHonest(testing.PurchaseModelContract):
    model = Honest()


class NoModel:
    unit = "week"


class OneNumber(Honest):
    def probability_alive(self, history):
        return super().probability_alive(history)[:1]


class Percent(Honest):
    def probability_alive(self, history):
        return 100 * super().probability_alive(history)


class SwapsRecency(Honest):
    def probability_alive(self, history):
        return 1 - history.recency / np.maximum(history.age, 1)


class HasALastDay(Honest):
    def expected_purchases(self, history, horizon):
        days = {"5 years": 0.1}.get(horizon, 1.0)
        return days * super().expected_purchases(history, horizon)


class DiscountsTooMuch(Honest):
    def discounted_expected_purchases(self, history, *, annual_discount_rate, horizon):
        return super().discounted_expected_purchases(
            history, annual_discount_rate=annual_discount_rate + 0.01, horizon=horizon
        )


class RateOfAMonth(Honest):
    def discounted_expected_purchases(self, history, *, annual_discount_rate, horizon):
        rate = (1 + annual_discount_rate) ** 12 - 1
        return super().discounted_expected_purchases(
            history, annual_discount_rate=min(rate, 0.99), horizon=horizon
        )


class ForgetsTheRate(Honest):
    def discounted_expected_purchases(self, history, *, annual_discount_rate, horizon):
        found = super().discounted_expected_purchases(
            history, annual_discount_rate=0.1, horizon=horizon
        )
        return found * (1 + annual_discount_rate)


class ReadsNumbersOnly(Honest):
    def expected_purchases(self, history, horizon):
        weeks = horizon.split()[0] + " weeks" if isinstance(horizon, str) else horizon
        return super().expected_purchases(history, weeks)


class TakesAnyUnit(Honest):
    def expected_purchases(self, history, horizon):
        as_weeks = PurchaseHistory.from_arrays(
            frequency=history.frequency, recency=history.recency, age=history.age, unit="week"
        )
        return super().expected_purchases(as_weeks, horizon)


class SortsCustomers(Honest):
    def probability_alive(self, history):
        return np.sort(super().probability_alive(history))


class Standardises(Honest):
    def expected_purchases(self, history, horizon):
        return super().expected_purchases(history, horizon) * history.customers


class Wanders(Honest):
    def __init__(self):
        self.rng = np.random.default_rng(1)

    def probability_alive(self, history):
        return super().probability_alive(history) * self.rng.uniform(0.5, 1)


class CountsTheFirst(Honest):
    def purchase_count_pmf(self, n, horizon, history=None):
        n = np.asarray(n)
        found = super().purchase_count_pmf(np.maximum(n - 1, 0), horizon, history)
        return np.where(n == 0, 0.0, found)


class Unnormalised(Honest):
    def log_likelihood(self, history):
        return super().log_likelihood(history) - 0.1


LIARS = {
    "test_it_has_the_methods_of_a_purchase_model": (NoModel, "model must have unit, "),
    "test_there_is_a_finite_number_for_each_customer": (
        OneNumber,
        (
            "probability_alive must have the shape (11,), a number for each customer, but it has "
            "(1,)."
        ),
    ),
    "test_probabilities_lie_between_0_and_1": (
        Percent,
        (
            "P(alive) must lie between 0 and 1. Of customer 0 (frequency 0, recency 0, age 0, in "
            "weeks) it is 100; 10 customers in all."
        ),
    ),
    "test_silence_lowers_the_probability": (
        SwapsRecency,
        (
            "P(alive) must not be below that of customer 3, whose last purchase is earlier. Of "
            "customer 4 (frequency 1, recency 38.5714, age 39, in weeks) it is "
        ),
    ),
    "test_purchases_grow_with_the_horizon": (
        HasALastDay,
        "the purchases expected within 5 years must not be below those before. Of customer ",
    ),
    "test_no_discount_is_no_discount": (
        DiscountsTooMuch,
        "purchases discounted at 0 must be those expected within the same horizon. Of customer 0 ",
    ),
    "test_purchases_of_months_add_up": (
        RateOfAMonth,
        (
            "discounted purchases must not be below those of the months of a year, discounted from "
            "their ends. Of customer 0 "
        ),
    ),
    "test_a_higher_rate_is_worth_less": (
        ForgetsTheRate,
        "purchases discounted at 20 % must not be above those discounted at 10 %. Of customer 0 ",
    ),
    "test_horizons_may_be_in_any_unit": (
        ReadsNumbersOnly,
        "the purchases expected within '14 days' must be those within '2 weeks'. Of customer 0 ",
    ),
    "test_histories_in_another_unit_are_converted_or_refused": (
        TakesAnyUnit,
        "purchases of a history in days must be those of the same in its own unit. Of customer 1 ",
    ),
    "test_customers_are_answered_one_by_one": (
        Standardises,
        "expected_purchases must be the same when a customer is asked about alone. Of customer 0 ",
    ),
    "test_asking_changes_nothing": (
        Wanders,
        "probability_alive must be the same when it is asked for again. Of customer 0 ",
    ),
    "test_counts_are_a_distribution": (
        CountsTheFirst,
        "the mean of the counts must be the expected purchases. Of customer 0 ",
    ),
    "test_new_customers_have_a_distribution": (
        CountsTheFirst,
        "the mean of the counts must be the expected purchases of a new customer. Of customer 0 ",
    ),
    "test_the_likelihood_is_that_of_the_counts": (
        Unnormalised,
        (
            "without purchases, the likelihood must be the probability that there is none. Of "
            "customer 0 (frequency 0, recency 0, age 0, in weeks) it is "
        ),
    ),
}


@pytest.mark.parametrize("test", LIARS)
def test_a_wrong_model_is_told_what_is_wrong(test):
    model, message = LIARS[test]
    contract = testing.PurchaseModelContract()
    contract.model = model()
    with pytest.raises(AssertionError) as caught:
        getattr(contract, test)()
    assert str(caught.value).startswith(message)


def test_a_model_that_sorts_customers_is_caught():
    contract = testing.PurchaseModelContract()
    contract.model = SortsCustomers()
    with pytest.raises(AssertionError, match="when customers come in the opposite order"):
        contract.test_customers_are_answered_one_by_one()


def test_every_test_of_the_contract_can_fail():
    tests = {name for name in vars(testing.PurchaseModelContract) if name.startswith("test_")}
    assert tests == set(LIARS)


@given(testing.bgnbd_models(adversarial=True), testing.purchase_histories(max_customers=4))
@settings(deadline=None, derandomize=True, max_examples=15)
def test_right_models_are_not_failed_in_the_corners(model, history):
    contract = testing.PurchaseModelContract()
    contract.model, contract.histories = model, (history,)
    for test in LIARS:
        with contextlib.suppress(unittest.SkipTest):  # counts beyond reach
            getattr(contract, test)()


def test_without_a_model_the_contract_says_so():
    with pytest.raises(AssertionError) as caught:
        testing.PurchaseModelContract().test_probabilities_lie_between_0_and_1()
    assert str(caught.value) == "there is no model. Give the class one, as in model = OurModel()."
