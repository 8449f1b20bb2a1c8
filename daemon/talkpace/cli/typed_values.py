"""KEY=VALUE as typed, made what the key's field is: 5 is a number of minutes, and a text of one letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..errors import ConfigurationError


def typed_values(model: type[BaseModel], texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of a model's fields from their texts; left as it is what is no field, or has one value only.

    Nothing at all takes back a value that may be missing. Bounds are not looked at. Raises
    ConfigurationError where a text cannot be of the field's type.
    """
    return {key: _typed(model, key, text) for key, text in texts.items()}


def _typed(model: type[BaseModel], key: str, text: str) -> Any:
    field = model.model_fields.get(key)
    kind: Any = None if field is None else field.annotation
    if field is None or get_origin(kind) is Literal:
        return text
    if not text and type(None) in get_args(kind):
        return None
    several = get_origin(kind) is tuple
    try:
        return TypeAdapter(kind).validate_python(text.replace(",", " ").split() if several else text)
    except ValidationError as error:
        raise ConfigurationError(f"{key}: {error.errors(include_url=False)[0]['msg']}") from None
