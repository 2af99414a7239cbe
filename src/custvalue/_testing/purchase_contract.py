"""A test class of what every model of purchases promises, for models of other people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar
from unittest import SkipTest

import numpy as np

from custvalue._histories.history import PurchaseHistory
from custvalue._histories.units import DAYS, TimeUnit
from custvalue._lifetime.protocols import PurchaseModel
from custvalue._rows import FloatArray
from custvalue._testing.expecting import expect_all, expect_close
from custvalue._words import plain
from custvalue.errors import UnitError

MONTHS = 12
RATE = 0.10  # effective, of a year
MOST_COUNTS = 1 << 14
CASES = {  # x, days to the last purchase, days to the end of observation
    "frequency": [0, 0, 0, 1, 1, 2, 2, 2, 9, 9, 40],
    "recency": [0, 0, 0, 7, 270, 14, 140, 273, 60, 250, 272],
    "age": [0, 28, 273, 273, 273, 273, 273, 273, 273, 273, 273],
}


class PurchaseModelContract:
    """Tests of what a model of purchases promises: inherit them, and give your model.

    A model is any object with the methods of :class:`~custvalue.lifetime.PurchaseModel`: a class
    of your own, or one that asks your SQL or your service. Where it has `purchase_count_pmf`,
    `log_likelihood` and `expected_purchases_new_customer` with the arguments of
    :class:`~custvalue.lifetime.BGNBD`, these are tested too; else their tests are skipped.
    pytest finds the tests in a subclass whose name begins with ``Test``. A failed test names
    the customer and the numbers. A subclass that promises less sets a test to None, as in
    ``test_silence_lowers_the_probability = None``.

    Attributes
    ----------
    model : PurchaseModel
        The model to test: an attribute, or a property.
    histories : sequence of PurchaseHistory
        Customers to ask about, in the unit of the model; by default 11 customers who are new,
        never came back, were lost, or buy often.
    tolerance : float
        Relative, of what must be equal; 1e-6 by default.

    Examples
    --------
    >>> from custvalue import lifetime, testing
    >>> class TestOurModel(testing.PurchaseModelContract):
    ...     model = lifetime.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426, unit="week")
    >>> TestOurModel().test_probabilities_lie_between_0_and_1()
    """

    model: Any = None
    histories: ClassVar[Sequence[PurchaseHistory]] = ()
    tolerance: ClassVar[float] = 1e-6

    def test_it_has_the_methods_of_a_purchase_model(self) -> None:
        """The model is a :class:`~custvalue.lifetime.PurchaseModel`."""
        if not isinstance(self.model, PurchaseModel):
            raise AssertionError(  # noqa: TRY004 - what a failed test raises
                "model must have unit, probability_alive, expected_purchases and "
                f"discounted_expected_purchases, as a PurchaseModel has, but it is {self.model!r}."
            )

    def test_there_is_a_finite_number_for_each_customer(self) -> None:
        """Each answer has the shape (n,) and is finite, also that of one new customer."""
        for history in self._histories():
            for some in (history, _at(history, [0])):
                for name, ask in self._answers().items():
                    _expect_numbers(name, np.asarray(ask(some)), some)

    def test_probabilities_lie_between_0_and_1(self) -> None:
        """P(alive) is a probability."""
        for history in self._histories():
            alive = self.model.probability_alive(history)
            fine = (alive >= 0) & (alive <= 1)
            expect_all(fine, history, "P(alive) must lie between 0 and 1", alive)

    def test_silence_lowers_the_probability(self) -> None:
        """Of customers with equal frequency and age, who bought later is no less alive."""
        for history in self._histories():
            alive = self.model.probability_alive(history)
            order = np.lexsort((history.recency, history.age, history.frequency))
            for earlier, later in pairwise(order):
                if _alike(history, earlier, later):
                    expect_all(
                        alive[[later]] >= alive[[earlier]] - self.tolerance,
                        _at(history, [later]),
                        "P(alive) must not be below that of customer "
                        f"{plain(history.customer[earlier])!r}, whose last purchase is earlier",
                        alive[[later]],
                        alive[[earlier]],
                    )

    def test_purchases_grow_with_the_horizon(self) -> None:
        """More time brings no fewer purchases, and none of them is negative."""
        for history in self._histories():
            before = np.zeros(len(history))
            for horizon in ("1 day", "1 week", "1 month", "1 year", "5 years"):
                now = self.model.expected_purchases(history, horizon)
                wanted = f"the purchases expected within {horizon} must not be below those before"
                expect_all(now >= before * (1 - self.tolerance), history, wanted, now, before)
                before = now

    def test_no_discount_is_no_discount(self) -> None:
        """Purchases discounted at a rate of 0 are the expected purchases."""
        for history in self._histories():
            expect_close(
                self._discounted(history, 0.0, "1 year"),
                self.model.expected_purchases(history, "1 year"),
                history,
                "purchases discounted at 0 must be those expected within the same horizon",
                self.tolerance,
            )

    def test_purchases_of_months_add_up(self) -> None:
        """Discounted purchases lie between those of months discounted from their ends and starts.

        A purchase in month m is worth at least (1 + d)^(-m/12) and at most (1 + d)^(-(m-1)/12), so
        the purchases of the months, each the difference of two horizons, say what a year is worth.
        """
        for history in self._histories():
            months = [f"{month} months" for month in range(1, MONTHS + 1)]
            until = [self.model.expected_purchases(history, horizon) for horizon in months]
            each = np.diff([np.zeros(len(history)), *until], axis=0)
            factor = (1 + RATE) ** (-np.arange(MONTHS + 1) / MONTHS)
            low, high = factor[1:] @ each, factor[:-1] @ each
            found = self._discounted(history, RATE, "1 year")
            wanted = "discounted purchases must not be "
            least, most = low * (1 - self.tolerance), high * (1 + self.tolerance)
            text = "those of the months of a year, discounted from"
            expect_all(found >= least, history, f"{wanted}below {text} their ends", found, low)
            expect_all(found <= most, history, f"{wanted}above {text} their starts", found, high)

    def test_a_higher_rate_is_worth_less(self) -> None:
        """A higher discount rate is worth no more, and an infinite horizon no less."""
        for history in self._histories():
            five = self._discounted(history, RATE, "5 years")
            ever = self._discounted(history, RATE, None)
            cheap = self._discounted(history, 2 * RATE, "5 years")
            slack = 1 + self.tolerance
            wanted = (
                "discounted purchases of an infinite horizon must not be below those of 5 years"
            )
            expect_all(ever * slack >= five, history, wanted, ever, five)
            wanted = "purchases discounted at 20 % must not be above those discounted at 10 %"
            expect_all(cheap <= five * slack, history, wanted, cheap, five)

    def test_horizons_may_be_in_any_unit(self) -> None:
        """``"2 weeks"``, ``"14 days"`` and a timedelta of 14 days are the same horizon."""
        for history in self._histories():
            weeks = self.model.expected_purchases(history, "2 weeks")
            for same in ("14 days", timedelta(days=14)):
                found = self.model.expected_purchases(history, same)
                wanted = f"the purchases expected within {same!r} must be those within '2 weeks'"
                expect_close(found, weeks, history, wanted, self.tolerance)

    def test_histories_in_another_unit_are_converted_or_refused(self) -> None:
        """A history in another unit gives the same answer, or a UnitError; never another answer."""
        self._require_unit()
        for history in self._histories():
            other: TimeUnit = "day" if history.unit == "week" else "week"
            try:
                found = self.model.expected_purchases(history.in_unit(other), "4 weeks")
            except UnitError:
                continue
            here = self.model.expected_purchases(history, "4 weeks")
            wanted = f"purchases of a history in {other}s must be those of the same in its own unit"
            expect_close(found, here, history, wanted, self.tolerance)

    def test_customers_are_answered_one_by_one(self) -> None:
        """Neither the order of customers nor who else is in the table changes an answer."""
        for history in self._histories():
            places = np.arange(len(history))
            for name, ask in self._answers().items():
                together = ask(history)
                turned = ask(_at(history, places[::-1]))[::-1]
                wanted = f"{name} must be the same when customers come in the opposite order"
                expect_close(turned, together, history, wanted, self.tolerance)
                alone = np.concatenate([ask(_at(history, [place])) for place in places])
                wanted = f"{name} must be the same when a customer is asked about alone"
                expect_close(alone, together, history, wanted, self.tolerance)

    def test_asking_changes_nothing(self) -> None:
        """The history stays as it is, and the second answer is the first."""
        for history in self._histories():
            kept = replace(history)
            for name, ask in self._answers().items():
                first = np.array(ask(history))
                again, wanted = ask(history), f"{name} must be the same when it is asked for again"
                expect_close(again, first, history, wanted, 0.0)
            if history != kept:
                raise AssertionError("the model must not change the history that it is given.")

    def test_counts_are_a_distribution(self) -> None:
        """Probabilities of counts sum to 1, and their mean is the expected purchases."""
        pmf = self._optional("purchase_count_pmf")
        for history in self._histories():
            expected = self.model.expected_purchases(history, "4 weeks")
            n, shares = _counts(pmf, "4 weeks", history)
            wanted = "the probability of a count must not be negative"
            expect_all(shares.min(axis=1) >= 0, history, wanted, shares.min(axis=1))
            total, wanted = shares.sum(axis=1), "the probabilities of all counts must sum to 1"
            expect_close(total, np.ones(len(history)), history, wanted, self.tolerance)
            wanted = "the mean of the counts must be the expected purchases"
            expect_close(shares @ n, expected, history, wanted, self.tolerance)

    def test_new_customers_have_a_distribution(self) -> None:
        """Probabilities of the counts of a new customer have the mean that is expected of one."""
        pmf = self._optional("purchase_count_pmf")
        ask = self._optional("expected_purchases_new_customer")
        self._require_unit()
        expected = ask("4 weeks")
        n, shares = _counts(pmf, "4 weeks")
        new = _at(cases(self.model.unit), [0])
        one, wanted = np.ones(1), "the probabilities of all counts must sum to 1"
        expect_close(shares.sum(axis=1), one, new, wanted, self.tolerance)
        wanted = "the mean of the counts must be the expected purchases of a new customer"
        expect_close(shares @ n, expected * one, new, wanted, self.tolerance)

    def test_the_likelihood_is_that_of_the_counts(self) -> None:
        """The log-likelihood is finite, and without purchases the log-probability of none."""
        log_likelihood = self._optional("log_likelihood")
        for history in self._histories():
            _expect_numbers("log_likelihood", np.asarray(log_likelihood(history)), history)
        pmf = self._optional("purchase_count_pmf")
        self._require_unit()
        never = cases(self.model.unit)
        none = _at(never, never.frequency == 0)
        days = [timedelta(days=each) for each in CASES["age"][: len(none)]]
        of_none = [pmf(np.array([0]), each)[0] for each in days]
        wanted = "without purchases, the likelihood must be the probability that there is none"
        expect_close(np.exp(log_likelihood(none)), np.array(of_none), none, wanted, self.tolerance)

    def _require_unit(self) -> None:
        if self.model.unit is None:
            raise SkipTest("the model has no unit")

    def _histories(self) -> Sequence[PurchaseHistory]:
        if self.model is None:
            raise AssertionError("there is no model. Give the class one, as in model = OurModel().")
        return self.histories or (cases(self.model.unit or "week"),)

    def _optional(self, method: str) -> Callable[..., Any]:
        found = getattr(self.model, method, None)
        if not callable(found):  # of a fit, log_likelihood is a number
            raise SkipTest(f"the model has no {method}")
        return found  # type: ignore[no-any-return]

    def _discounted(self, history: PurchaseHistory, rate: float, horizon: str | None) -> FloatArray:
        found: FloatArray = self.model.discounted_expected_purchases(
            history, annual_discount_rate=rate, horizon=horizon
        )
        return found

    def _answers(self) -> dict[str, Callable[[PurchaseHistory], FloatArray]]:
        """Return what a purchase model is asked about each customer, by the method's name."""
        return {
            "probability_alive": self.model.probability_alive,
            "expected_purchases": lambda history: self.model.expected_purchases(history, "1 year"),
            "discounted_expected_purchases": lambda history: self._discounted(history, RATE, None),
        }


def cases(unit: TimeUnit) -> PurchaseHistory:
    """Return the customers that are asked about by default."""
    days = {name: np.array(its, dtype=np.float64) for name, its in CASES.items()}
    return PurchaseHistory.from_arrays(
        frequency=days["frequency"],
        recency=days["recency"] / DAYS[unit],
        age=days["age"] / DAYS[unit],
        log_intervals=_of_equal_intervals(days["frequency"], days["recency"] / DAYS[unit]),
        unit=unit,
    )


def _of_equal_intervals(frequency: FloatArray, recency: FloatArray) -> FloatArray:
    some = np.maximum(frequency, 1)
    return frequency * np.log(np.where(frequency > 0, recency, 1.0) / some)


def _at(history: PurchaseHistory, places: Any) -> PurchaseHistory:
    return history._rows_at(np.asarray(places))  # noqa: SLF001 - what a history is to its own kind


def _alike(history: PurchaseHistory, one: int, other: int) -> bool:
    """Say whether two customers differ in their recency only."""
    if history.covariates is not None or history.changing is not None:
        return False
    known = history.columns()
    columns = [known[name] for name in ("frequency", "age", "entry") if name in known]
    return all(column[one] == column[other] for column in columns)


def _expect_numbers(name: str, found: Any, history: PurchaseHistory) -> None:
    if found.shape != (len(history),):
        raise AssertionError(
            f"{name} must have the shape ({len(history)},), a number for each customer, but it has "
            f"{found.shape}."
        )
    expect_all(np.isfinite(found), history, f"{name} must be finite", found)


def _counts(pmf: Callable[..., Any], *asked: Any) -> tuple[FloatArray, FloatArray]:
    """Return counts up to where hardly any are left, and their probabilities of each customer."""
    most = 64
    while True:
        n = np.arange(most, dtype=np.float64)
        shares = np.atleast_2d(pmf(n, *asked))
        rest = np.abs(1 - shares.sum(axis=-1)).max()
        tail = shares[..., most // 2 :].max() * most**2
        if tail < 1e-9 and (rest < 1e-9 or most >= MOST_COUNTS):
            return n, shares
        if most >= MOST_COUNTS:
            raise SkipTest(f"more than {most:,} purchases are likely within 4 weeks")
        most *= 4
