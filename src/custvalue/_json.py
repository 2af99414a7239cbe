"""JSON of values and results: its schema version in front, and nothing but finite numbers."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from custvalue.errors import ParameterError

FAMILY = "custvalue/"
SCHEMA = 1  # raised when a field changes its name or meaning; older texts are still read


def with_schema(body: str) -> str:
    """Put the schema version in front of the fields of an object."""
    if body == "{}":
        return f'{{"schema":"{FAMILY}{SCHEMA}"}}'
    space = body[1 : body.index('"')]
    colon = ": " if space else ":"
    return f'{{{space}"schema"{colon}"{FAMILY}{SCHEMA}",{body[1:]}'


def parsed(name: str, text: str | bytes) -> dict[str, Any]:
    """Read JSON of this schema or an older one, and return it without the version."""
    try:
        content = from_json(text, allow_inf_nan=False)
    except (ValueError, TypeError) as error:
        raise ParameterError(f"{name}: this is not JSON: {error}.") from None
    if not isinstance(content, dict):
        raise ParameterError(f"{name}: JSON must be an object, {{...}}, but it is {content!r:.50}.")
    _remove_schema(name, content)
    return content


def _remove_schema(name: str, content: Any) -> None:
    """Take the version out of an object, and out of the objects that it is made of."""
    if isinstance(content, dict):
        schema = content.get("schema")
        if isinstance(schema, str) and schema.startswith(FAMILY):
            _require_known(name, content.pop("schema"))
        for value in content.values():
            _remove_schema(name, value)
    elif isinstance(content, list) and content and isinstance(content[0], dict):
        for value in content:
            _remove_schema(name, value)


def _require_known(name: str, schema: str) -> None:
    version = schema.removeprefix(FAMILY)
    if not version.isdecimal() or int(version) < 1:
        raise ParameterError(
            f"{name}: schema must be '{FAMILY}{SCHEMA}' or older, but it is {schema!r}."
        )
    if int(version) > SCHEMA:
        raise ParameterError(
            f"{name}: the schema of this text is {schema!r}, but this version of custvalue reads "
            f"up to '{FAMILY}{SCHEMA}'. Update custvalue, or write the text with this version."
        )
