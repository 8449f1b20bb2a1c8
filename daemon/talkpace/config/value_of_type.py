"""The value of a key in the type that TOML has for it."""

from __future__ import annotations

from typing import Annotated, Any, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from .fields import table_model
from .model import Configuration


def value_of_type(path: tuple[str, ...], value: object) -> object:
    """Return the value as the key's type, such as 8883 for "8883"; unchanged where it is not valid.

    An athlete's key is `athletes`, id, key. Tables stay as they are.
    """
    field = None if isinstance(value, dict) else _field(path)
    if field is None:
        return value
    annotation: Any = Annotated[field.annotation, field]
    adapter = TypeAdapter[Any](annotation)
    try:
        valid = adapter.validate_python(value)
    except ValidationError:
        return value
    return adapter.dump_python(valid, mode="json", exclude_unset=True, exclude_none=True)


def _field(path: tuple[str, ...]) -> FieldInfo | None:
    model: type[BaseModel] | None = Configuration
    field: FieldInfo | None = None
    names = list(path)
    while names and model is not None:
        name = names.pop(0)
        field = model.model_fields.get(name)
        if field is None:
            return None
        if names and get_origin(field.annotation) in {list, dict}:
            names.pop(0)  # the id of an athlete, the name of a pattern
            if not names:
                return None
        model = table_model(model, name)
    return None if names else field
