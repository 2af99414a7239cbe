"""What models of purchases whose parameters may depend on covariates have in common."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, Self, cast, get_args

import numpy as np

from custvalue._checks import require_choice
from custvalue._histories.cells import Cells
from custvalue._histories.covariates.changing.arrays import PathCells, PathSegments
from custvalue._histories.covariates.changing.unanswered import no_changing
from custvalue._histories.covariates.pattern_cells import (
    EnteredPatternCells,
    PatternCells,
    pattern_cells,
    patterns_among,
)
from custvalue._histories.covariates.terms import DropoutForm
from custvalue._histories.customer_cells import Purchases, checked_purchases
from custvalue._histories.entry import EnteredCells
from custvalue._histories.history import PurchaseHistory
from custvalue._lifetime.covariates.changing.answers import answer_along, followed
from custvalue._lifetime.covariates.changing.fitting import changing_names, fit_changing
from custvalue._lifetime.covariates.changing.fitting import searched as searched_along
from custvalue._lifetime.covariates.changing.simulating import simulated_along
from custvalue._lifetime.covariates.fitting import (
    checked_asked,
    coded,
    fit_with_covariates,
    require_lists,
    searched,
)
from custvalue._lifetime.covariates.likelihoods import by_pattern
from custvalue._lifetime.covariates.surface import Likelihood
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.priors.fitting import checked_prior
from custvalue._lifetime.priors.pooled import AnyPrior
from custvalue._lifetime.purchasing.purchase_model import PurchaseFit, PurchasesAtAnyTime
from custvalue._lifetime.searched import Searched
from custvalue._numerics.maximum import highest
from custvalue._rows import FloatArray
from custvalue.errors import CustvalueWarning, ParameterError


class DrivenByCovariates(PurchasesAtAnyTime):
    """A model of purchases at any time that takes covariates."""

    _form_of_changing: ClassVar[DropoutForm | None] = None  # None where they must not change

    @classmethod
    def fit(
        cls,
        history: Purchases,
        *,
        purchase: Sequence[str] = (),
        dropout: Sequence[str] = (),
        both: Sequence[str] = (),
        dropout_form: DropoutForm | None = None,
        prior: AnyPrior | None = None,
    ) -> PurchaseFit[Self]:
        """Estimate the parameters by maximum likelihood, or by their posterior mode.

        The fit predicts as the model does, ``fit.expected_purchases(history, "1 year")``.

        Parameters
        ----------
        history : PurchaseHistory or CustomerCells
            Of all customers, including those without a repeat purchase.
        purchase, dropout : sequence of str
            Covariates of the history that may change how often customers buy, and how soon they
            leave, of customers or changing ones. Then ``fit.effects`` says what they do; the
            parameters are those of a customer with numeric covariates of 0 and the base level of
            the others.
        both : sequence of str
            Covariates with one coefficient for both.
        dropout_form : {"mean", "common", "separate", "power"}, optional
            How `dropout` enters BG/NBD and MBG/NBD. ``"mean"``, by default: as the odds a / b of
            leaving at a purchase, at a common a + b. ``"common"``: as one factor for a and b, which
            leaves the mean where it is. ``"separate"``: as a factor for each. ``"power"``, where
            covariates change: as w = e^(γ'z) in (1 - p)^w, the probability to stay at a purchase.
        prior : Prior, optional
            What is known before the data, of coefficients too. Then the fit is a posterior, whose
            intervals are credible; also few customers, such without repeat purchases, and
            covariates that follow from each other can be fitted.

        Raises
        ------
        DataError
            If it is not a history of purchases at any time; if covariates are absent, or the same
            for all customers; without a prior, if they follow from each other, or a level has one
            customer.
        ParameterError
            If the model has no such process, or does not know a covariate; if `prior` is no prior.
        EstimationError
            If no customer has a repeat purchase, or there is only one customer, and no prior.

        Warns
        -----
        ConvergenceWarning, IdentifiabilityWarning
        ForecastWarning
            If forecasts of the fit cannot be trusted.
        SubscriptionWarning
            If most customers buy at nearly equal intervals.

        Examples
        --------
        >>> from custvalue import lifetime
        >>> truth = lifetime.ParetoNBD(r=1, alpha=5, s=1, beta=20, unit="week")
        >>> history = truth.simulate(2_000, age="52 weeks", rng=1)
        >>> fit = lifetime.ParetoNBD.fit(history)
        >>> fit.converged, truth.s in fit.confidence_interval(0.99)["s"]
        (True, True)
        >>> fit.expected_purchases(history, "1 year").shape
        (2000,)

        With a covariate, which here does nothing:

        >>> table = {"id": history.customer, "app": ["yes", "no"] * 1_000}
        >>> known = history.with_covariates(table, customer="id", covariates=["app"])
        >>> effect = lifetime.ParetoNBD.fit(known, purchase=["app"]).effects["purchase: app=yes"]
        >>> 1 in effect.ratio.confidence_interval(0.99)
        True
        """
        if dropout_form is not None:
            require_choice("dropout_form", dropout_form, get_args(DropoutForm))
        require_lists(purchase=purchase, dropout=dropout, both=both)
        if not (purchase or dropout or both):
            return super().fit(history, prior=prior)
        checked_purchases(history, cls.__name__, enters=cls._enters)
        asked = {"purchase": purchase, "dropout": dropout, "both": both}
        doubts = partial(cls._all_doubts, history=history)
        known = None if prior is None else checked_prior(prior)
        if changing_names(history, asked):
            form = cls._checked_form(dropout_form)
            return fit_changing(
                cls._fit_class(),
                history,
                checked_asked(cls, asked, form),
                cls._without_covariates(history, known),
                given={"unit": history.unit},
                doubts=doubts,
                prior=known,
            )
        form = static_form(dropout_form)
        of = coded(cls, history, checked_asked(cls, asked, form), form, prior=known)
        return fit_with_covariates(
            cls._fit_class(),
            of,
            pattern_cells(history, of.found)[0],
            cls._by_covariates,
            cls._without_covariates(history, known),
            customers=history.customers,
            given={"unit": history.unit},
            doubts=doubts,
            prior=known,
        )

    @classmethod
    def _without_covariates(cls, history: Purchases, prior: AnyPrior | None = None) -> FloatArray:
        """Return the best parameters without covariates."""
        if prior is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", CustvalueWarning)
                return np.array([*super().fit(history, prior=prior).parameters.values()])
        names, starts = parameter_names(cls), cls._start(history.cells)
        points = [np.array([each[name] for name in names]) for each in starts]
        return highest(history.cells, cls._objective, points)[0]

    @classmethod
    def _checked_form(cls, form: DropoutForm | None) -> DropoutForm:
        """Return how changing covariates enter dropout, or raise where they cannot."""
        own = cls._form_of_changing
        if own is None:
            raise no_changing(cls.__name__)
        if form not in (None, own):
            raise ParameterError(
                f"dropout_form={form!r} is for covariates that do not change; {cls.__name__} has "
                f"{own!r} for those that change, and for those beside them. Omit dropout_form."
            )
        return own

    @classmethod
    def _along_paths(cls, segments: PathSegments, cells: PathCells) -> Any:  # noqa: ARG003 - of models that have one
        """Return the likelihood, and the answers, of a model with changing covariates."""
        raise no_changing(cls.__name__)

    def _along(self, method: str, history: Any, args: Sequence[Any], options: Any) -> FloatArray:
        return answer_along(self, method, history, args, options)

    def _searched(self, data: Purchases, *, centred: bool = True) -> Searched:
        if self._covariate_terms is None:
            return super()._searched(data)
        checked_purchases(data, self._name, enters=self._enters)
        if self._changes:
            followed(self, data)
            return searched_along(self, data, centred=centred)
        found = patterns_among(self, data)
        cells, _ = pattern_cells(data, found)
        return searched(self, found, cells, self._by_covariates, centred=centred)

    def _simulated_along(
        self, T: FloatArray, random: np.random.Generator, **known: Any
    ) -> PurchaseHistory:
        if not self._changes:
            return cast("PurchaseHistory", super()._simulated_along(T, random, **known))
        return simulated_along(self, T, random, **known)

    @classmethod
    def _by_covariates(
        cls, cells: PatternCells | EnteredPatternCells, design: FloatArray
    ) -> tuple[Likelihood, FloatArray]:
        """Return the likelihood of cells whose parameters differ, and its rows of the design."""
        if isinstance(cells, EnteredPatternCells):
            return by_pattern(cls._objective, EnteredCells, cells, design)
        each = cls._cell_by_cell(cells) if len(design) * SHARED > len(cells) else None
        if each is None:
            return by_pattern(cls._objective, Cells, cells, design)
        return each, design[cells.pattern]

    @classmethod
    def _cell_by_cell(cls, cells: Cells) -> Likelihood | None:  # noqa: ARG003 - of models that have one
        """Return the likelihood of cells whose parameters all differ, where the model has one."""
        return None


def static_form(form: DropoutForm | None) -> DropoutForm:
    """Return how covariates that do not change enter dropout."""
    if form == "power":
        raise ParameterError(
            "dropout_form='power' is for covariates that change, and none of these does. Use "
            "dropout_form='mean'."
        )
    return form or "mean"


SHARED = 50  # cells of a pattern, from which on what they share pays
