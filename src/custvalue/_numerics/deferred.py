"""A field of a frozen dataclass that is computed when it is first asked for."""

from __future__ import annotations

from typing import Any


class _Deferred:
    """Holds a value, or a function without arguments that returns it; None by default."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return None  # which dataclasses take for the default
        value = vars(instance)[self._name]
        if callable(value):
            vars(instance)[self._name] = value = value()
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        vars(instance)[self._name] = value


def deferred() -> Any:
    """Return what is written in place of a default, as of ``dataclasses.field``."""
    return _Deferred()
