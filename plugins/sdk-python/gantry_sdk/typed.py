"""Dataclasses and JSON: the schema of a dataclass, and values from and to JSON.

Fields may be ``str``, ``int``, ``float``, ``bool``, ``Literal``, ``Optional``, ``list``, ``dict[str, …]``, ``Any`` and
dataclasses. A field with a default is optional; ``Annotated[str, "words"]`` describes it.
"""

import dataclasses
import types
import typing
from typing import Any

PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def schema(of: type) -> dict[str, Any]:
    """JSON Schema (2020-12) of a dataclass. Objects have no other fields than these."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(of)}


def _schema(of: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if of is Any:
        return {}
    if of in PLAIN:
        return {"type": PLAIN[of]}
    if dataclasses.is_dataclass(of):
        return _object(of)
    if origin is typing.Annotated:
        return {**_schema(arguments[0]), "description": arguments[1]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin in (typing.Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:
        return {"anyOf": [_schema(argument) for argument in arguments]}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0])}
    if origin is dict and arguments[0] is str:
        return {"type": "object", "additionalProperties": _schema(arguments[1])}
    raise TypeError(f"{of} has no JSON Schema here; the module says which types do")


def _object(of: type) -> dict[str, Any]:
    hints = typing.get_type_hints(of, include_extras=True)
    fields = dataclasses.fields(of)
    return {
        "type": "object",
        "properties": {field.name: _schema(hints[field.name]) for field in fields},
        "required": [field.name for field in fields if _is_required(field)],
        "additionalProperties": False,
    }


def _is_required(field: dataclasses.Field) -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def from_json(of: Any, value: Any) -> Any:
    """The value as its type. It has been validated against the schema."""
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin is typing.Annotated:
        return from_json(arguments[0], value)
    if dataclasses.is_dataclass(of):
        hints = typing.get_type_hints(of, include_extras=True)
        return of(**{name: from_json(hints[name], given) for name, given in value.items()})
    if origin is list:
        return [from_json(arguments[0], item) for item in value]
    if origin is dict:
        return {key: from_json(arguments[1], item) for key, item in value.items()}
    if origin in (typing.Union, types.UnionType):
        of = next(argument for argument in arguments if argument is not type(None))
        return None if value is None else from_json(of, value)
    if of is float:
        return float(value)
    if of is int:
        # JSON knows one kind of number, and `1.0` is an integer.
        return int(value)
    return value


def to_json(value: Any) -> Any:
    """The value as JSON has it."""
    if dataclasses.is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return value
