"""What every model of :mod:`custvalue.lifetime` is: its parameters, with a kind in its JSON."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

import numpy as np
from annotated_types import Gt
from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from custvalue._histories.covariates.terms import CovariateTerms, DropoutForm, with_values
from custvalue._lifetime.covariates.links import Links
from custvalue._lifetime.priors.quantities import Measure
from custvalue._lifetime.searched import Searched
from custvalue._numerics.maximum import Objective
from custvalue._values import Frozen
from custvalue.errors import ParameterError


class Tagged(Frozen):
    """A value whose JSON says what it is: ``{"kind": "BG/NBD", ...}``."""

    kind: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _of_this_kind(cls, data: Any) -> Any:
        """Take the kind out of what was given, and refuse another one."""
        if not isinstance(data, Mapping) or "kind" not in data:
            return data
        if data["kind"] != cls.kind:
            raise ValueError(
                f"{cls.__name__}: kind must be {cls.kind!r}, but it is {data['kind']!r}. "
                f"lifetime.from_json reads every kind."
            )
        return {name: value for name, value in data.items() if name != "kind"}

    @model_serializer(mode="wrap")
    def _with_its_kind(self, fields: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written = {"kind": self.kind, **fields(self)}
        if written.get("covariates", "") is None:  # a model without them is written without
            del written["covariates"]
        return written


class LifetimeModel(Tagged):
    """A model is its parameters; the fields declared ``Positive`` are those that are estimated."""

    @classmethod
    @abstractmethod
    def _fit_class(cls) -> type[Any]:
        """Return the class of the fits of this model."""

    @classmethod
    def _measure(cls, given: Mapping[str, Any]) -> Measure | None:  # noqa: ARG003 - k, where there is one
        """Return how the parameters say what a person can say of customers, if they do."""
        return None

    def _likelihood_of(self, data: Any) -> Objective:  # noqa: ARG002 - for models that have one
        """Return the log-likelihood of the data as a function of the parameters."""
        raise ParameterError(
            f"{self._name} does not say how its likelihood follows from data, so there is no "
            f"profile. Use method='wald'."
        )

    def _searched(self, data: Any, *, centred: bool = True) -> Searched:  # noqa: ARG002 - for models with covariates
        """Return where this fitted model is on the log-likelihood of the data."""
        if self._covariate_terms is not None:
            raise ParameterError(
                f"{self._name} with covariates does not say how its likelihood follows from data "
                f"here. Use method='wald'."
            )
        return Searched.of_parameters(self._likelihood_of(data), self._estimated)

    @property
    def _covariate_terms(self) -> CovariateTerms | None:
        """What covariates do to it, where the model can have them and has some."""
        terms: CovariateTerms | None = getattr(self, "covariates", None)
        return terms

    @property
    def _estimated(self) -> dict[str, float]:
        """The parameters by name, and the coefficients of covariates after them."""
        named = {name: getattr(self, name) for name in parameter_names(type(self))}
        return named if self._covariate_terms is None else named | self._covariate_terms.values

    def _with_estimated(self, values: Mapping[str, float]) -> Self:
        """Return the model with other values of some of these."""
        own = {name: value for name, value in values.items() if name in type(self).model_fields}
        if (terms := self._covariate_terms) is None:
            return self.model_copy(update=own)
        return self.model_copy(update={**own, "covariates": with_values(terms, values)})

    def _some(self, rows: Any) -> Self:
        """Return the model of some rows, where parameters are arrays with an entry for each."""
        each = {name: value[rows] for name, value in vars(self).items() if np.ndim(value) == 1}
        return self.model_copy(update=each) if each else self

    @classmethod
    def _links(cls, form: DropoutForm = "mean") -> Links:  # noqa: ARG003 - of models that have some
        """Return how covariates move the parameters."""
        raise ParameterError(
            f"{cls.__name__} has no covariates. Models of purchases with covariates are ParetoNBD, "
            f"BGNBD, MBGNBD, GammaGompertzNBD and NBD."
        )

    @property
    def _name(self) -> str:
        return type(self).__name__

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        return [each for each in super().__repr_args__() if each != ("covariates", None)]


def model_of_kind(content: Mapping[str, Any]) -> LifetimeModel | None:
    """Read the model that JSON of this kind describes; None where there is no such model."""
    waiting = LifetimeModel.__subclasses__()
    while waiting:
        model = waiting.pop()
        if vars(model).get("kind") == content.get("kind"):
            return model.model_validate(content)
        waiting += model.__subclasses__()
    return None


def parameter_names(model: type[Frozen]) -> tuple[str, ...]:
    """Return the fields that are estimated: those declared ``Positive``, in order."""
    return tuple(name for name, field in model.model_fields.items() if Gt(0) in field.metadata)
