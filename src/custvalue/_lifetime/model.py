"""What every model of :mod:`custvalue.lifetime` is: its parameters, with a kind in its JSON."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from annotated_types import Gt
from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from custvalue._lifetime.maximum import Objective
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
        return {"kind": self.kind, **fields(self)}


class LifetimeModel(Tagged):
    """A model is its parameters; the fields declared ``Positive`` are those that are estimated."""

    @classmethod
    @abstractmethod
    def _fit_class(cls) -> type[Any]:
        """Return the class of the fits of this model."""

    def _likelihood_of(self, data: Any) -> Objective:  # noqa: ARG002 - for models that have one
        """Return the log-likelihood of the data as a function of the parameters."""
        raise ParameterError(
            f"{self._name} does not say how its likelihood follows from data, so there is no "
            f"profile. Use method='wald'."
        )

    @property
    def _name(self) -> str:
        return type(self).__name__


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
