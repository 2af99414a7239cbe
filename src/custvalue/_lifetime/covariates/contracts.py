"""Covariates of contracts: the odds of leaving at a renewal, of contracts that differ in kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from custvalue._histories.contracts import Contracts, RenewalCounts, checked_contracts
from custvalue._histories.covariates.coding import patterns
from custvalue._histories.covariates.table import Covariates, of_new_customers
from custvalue._histories.covariates.terms import DropoutForm
from custvalue._lifetime.covariates.fitting import (
    LikelihoodOf,
    checked_asked,
    coded,
    fit_with_covariates,
    searched,
)
from custvalue._lifetime.covariates.likelihoods import by_pattern
from custvalue._lifetime.covariates.surface import Likelihood
from custvalue._lifetime.fit import Fit
from custvalue._lifetime.model import parameter_names
from custvalue._lifetime.priors.pooled import AnyPrior
from custvalue._lifetime.renewing.renewals import same_period
from custvalue._lifetime.searched import Searched
from custvalue._numerics.maximum import Objective, highest
from custvalue._rows import FloatArray, IntArray, LabelArray
from custvalue.errors import DataError, ParameterError

FitT = TypeVar("FitT", bound=Fit[Any])


@dataclass(frozen=True, eq=False)
class RenewalPatterns(RenewalCounts):
    """Renewals of contracts of several kinds, in ascending order of their pattern."""

    pattern: IntArray


class Kinds(NamedTuple):
    """Contracts of several kinds, with the covariates of each."""

    contracts: Sequence[Contracts]
    covariates: Covariates

    @classmethod
    def checked(cls, contracts: object, covariates: Any, model: str) -> Kinds:
        """Return contracts with covariates, one row for each of them."""
        if isinstance(contracts, Contracts) or not isinstance(contracts, Sequence):
            raise DataError(
                f"{model} with covariates needs a list of Contracts, one for each kind of "
                f"customers, but it is: {type(contracts).__name__}. Make them kind by kind."
            )
        each = [checked_contracts(one, model) for one in contracts]
        if covariates is None:
            raise ParameterError(
                "dropout names covariates, but there are none. Give covariates=, a table with one "
                "row for each of the contracts, as in covariates={'region': ['north', 'south']}."
            )
        known, _ = of_new_customers(covariates)
        if len(known) != len(each):
            raise DataError(
                f"covariates must have one row for each of the {len(each):,} contracts, but they "
                f"have {len(known):,}."
            )
        for one in each[1:]:
            same_period(each[0].period, one.period, model)
        return cls(each, known)

    @property
    def customer(self) -> LabelArray:
        """The place of each kind."""
        return np.arange(len(self.contracts))

    @property
    def weight(self) -> FloatArray:
        """Customers of each kind."""
        return np.array([each.customers for each in self.contracts], dtype=np.float64)

    def cells(self, pattern: IntArray) -> RenewalPatterns:
        """Return the renewals of all kinds."""
        order = np.argsort(pattern, kind="stable")
        counts = [self.contracts[place].counts for place in order.tolist()]
        return RenewalPatterns(
            before=np.concatenate([each.before for each in counts]),
            renewed=np.concatenate([each.renewed for each in counts]),
            left=np.concatenate([each.left for each in counts]),
            pattern=np.repeat(pattern[order], [len(each) for each in counts]),
        )


def pooled(cells: RenewalCounts) -> RenewalCounts:
    """Return the renewals of all customers together."""
    before, place = np.unique(cells.before, return_inverse=True)
    together = (np.bincount(place, column).astype(float) for column in (cells.renewed, cells.left))
    return RenewalCounts(before, *together)


def fit_contracts(
    kind: type[FitT],
    kinds: Kinds,
    dropout: Sequence[str],
    form: DropoutForm,
    *,
    objective: Callable[[RenewalCounts], Objective],
    start: Callable[[RenewalCounts], Sequence[dict[str, float]]],
    prior: AnyPrior | None = None,
) -> FitT:
    """Fit a model of contracts with covariates of dropout."""
    model: Any = kind.model_fields["model"].annotation
    asked = checked_asked(model, {"dropout": dropout}, form)
    of = coded(model, kinds, asked, form, kinds.weight, prior=prior)
    cells = kinds.cells(of.found.of_customer)
    names, together = parameter_names(model), pooled(cells)
    points = [np.array([each[name] for name in names]) for each in start(together)]

    return fit_with_covariates(
        kind,
        of,
        cells,
        _likelihood_of(objective),
        highest(together, objective, points)[0],
        customers=max(round(float(kinds.weight.sum())), 1),
        given={"period": kinds.contracts[0].period},
        doubts=lambda fitted, value: (),  # noqa: ARG005 - there are none
        prior=prior,
    )


def search_contracts(model: Any, kinds: Kinds, *, centred: bool) -> Searched:
    """Return where a fitted model of contracts with covariates is on its log-likelihood."""
    same_period(model.period, kinds.contracts[0].period, type(model).__name__)
    coding = model._covariate_terms.coding  # noqa: SLF001 - of its own room
    found = patterns(coding, kinds.covariates, kinds.customer, kinds.weight)
    cells = kinds.cells(found.of_customer)
    return searched(model, found, cells, _likelihood_of(model._objective), centred=centred)  # noqa: SLF001


def _likelihood_of(objective: Callable[[RenewalCounts], Objective]) -> LikelihoodOf:
    def likelihood(some: RenewalPatterns, design: FloatArray) -> tuple[Likelihood, FloatArray]:
        return by_pattern(objective, RenewalCounts, some, design)

    return likelihood
