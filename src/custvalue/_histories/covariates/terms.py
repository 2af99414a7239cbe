"""The coefficients of covariates, as part of a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from custvalue._histories.covariates.coding import CodedCovariate, column_names
from custvalue._rows import FloatArray, IntArray
from custvalue._values import Frozen
from custvalue._words import listed

Process = Literal["purchase", "dropout", "dropout a", "dropout b", "both", "spend"]
DropoutForm = Literal["mean", "common", "separate", "power"]


class Coefficient(Frozen):
    """One coefficient γ: of a numeric covariate, or of a level against the base.

    Parameters
    ----------
    process : str
        What it moves: ``purchase``, ``dropout``, ``both`` of them equally, ``spend``; ``dropout a``
        and ``dropout b`` where both parameters of a beta distribution have their own.
    covariate : str
        The covariate.
    level : str or None
        The level; None of a numeric covariate.
    value : float
        γ.
    """

    process: Process
    covariate: str
    level: str | None = None
    value: float

    @property
    def name(self) -> str:
        """What it is called beside the parameters of the model."""
        return f"{self.process}: {self.what}"

    @property
    def what(self) -> str:
        """The covariate, with the level if it has one."""
        return self.covariate if self.level is None else f"{self.covariate}={self.level}"


class CovariateTerms(Frozen):
    """What covariates do to a model: their coding and their coefficients.

    Parameters
    ----------
    coding : tuple of CodedCovariate
        How covariates become numbers.
    coefficients : tuple of Coefficient
        In the order of the parameters of a fit.
    dropout_form : {"mean", "common", "separate", "power"}
        In models of customers who leave at a purchase, or at a renewal: whether γ moves the mean
        a / (a + b) on the logit scale at a common a + b, multiplies a and b by one e^γ, or each by
        its own. Where covariates change: a customer who leaves at a purchase with the probability
        p stays with (1 - p)^w, w = e^(γ'z).

    Examples
    --------
    >>> from custvalue.lifetime import ParetoNBD
    >>> south = Coefficient(process="purchase", covariate="region", level="south", value=0.4)
    >>> terms = CovariateTerms(
    ...     coding=[CodedCovariate(name="region", levels=["north", "south"])], coefficients=[south]
    ... )
    >>> model = ParetoNBD(r=0.5, alpha=10, s=0.6, beta=11, unit="week", covariates=terms)
    >>> south = model.expected_purchases_new_customer("1 year", covariates={"region": "south"})
    >>> round(south, 3)
    2.076
    """

    coding: tuple[CodedCovariate, ...]
    coefficients: tuple[Coefficient, ...]
    dropout_form: DropoutForm = "mean"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Refuse coefficients of what is not coded, twice the same, or of another form."""
        columns, names = column_names(self.coding), [each.name for each in self.coefficients]
        for each in self.coefficients:
            if (each.covariate, each.level) not in columns:
                known = listed(f"{name}={level}" if level else name for name, level in columns)
                raise ValueError(f"{each.name!r} is not among the coded covariates: {known}.")
            if names.count(each.name) > 1:
                raise ValueError(f"{each.name!r} is there twice.")
            of_each = each.process in ("dropout a", "dropout b")
            if of_each != (self.dropout_form == "separate") and each.process.startswith("dropout"):
                raise ValueError(
                    f"{each.name!r} does not go with dropout_form={self.dropout_form!r}."
                )
        return self

    @property
    def values(self) -> dict[str, float]:
        """The coefficients by name."""
        return {each.name: each.value for each in self.coefficients}

    @property
    def changing(self) -> tuple[str, ...]:
        """The names of the covariates that change."""
        return tuple(each.name for each in self.coding if each.changing)


def with_values(terms: CovariateTerms, values: Mapping[str, float]) -> CovariateTerms:
    """Return the same with other values of some coefficients."""
    changed = tuple(
        each.model_copy(update={"value": values.get(each.name, each.value)})
        for each in terms.coefficients
    )
    return terms.model_copy(update={"coefficients": changed})


def predictors_of(terms: CovariateTerms, processes: Iterable[str]) -> list[Predictor]:
    """Return which columns and which coefficients each predictor has."""
    columns = column_names(terms.coding)
    found = []
    for process in processes:
        own = [
            (columns.index((each.covariate, each.level)), place)
            for place, each in enumerate(terms.coefficients)
            if each.process == process
            or (each.process == "both" and process in ("purchase", "dropout"))
        ]
        at = np.array(own, dtype=np.int64).reshape(-1, 2)
        found.append(Predictor(at[:, 0], at[:, 1]))
    return found


class Predictor(NamedTuple):
    """Which columns of the design have which of the coefficients."""

    columns: IntArray
    coefficients: IntArray


def linear(
    predictors: Sequence[Predictor], design: FloatArray, coefficients: FloatArray
) -> FloatArray:
    """Return the predictors of each pattern, shape (patterns, predictors).

    Column by column: the digits of a row do not depend on how many rows there are.
    """
    found = np.zeros((len(design), len(predictors)))
    for place, one in enumerate(predictors):
        values = coefficients[one.coefficients].tolist()
        for column, value in zip(one.columns.tolist(), values, strict=True):
            found[:, place] += design[:, column] * value
    return found
