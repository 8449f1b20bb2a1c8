"""Types of configuration values, the base class of the tables, and the descriptions of their fields.

Descriptions are read from the source on demand: doing so at every start would be slow.
"""

from __future__ import annotations

import ast
import inspect
import re
import socket
import textwrap
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator

_ADDRESS = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}")

BPM = Annotated[float, Field(gt=20, le=300, json_schema_extra={"unit": "bpm"})]
Effort = Annotated[float, Field(gt=0, le=1.5, json_schema_extra={"unit": "fraction"})]
_SLUG = r"[a-z0-9-]{1,32}"
Slug = Annotated[str, Field(pattern=f"^{_SLUG}$")]
TopicPrefix = Annotated[str, Field(pattern=r"^[^#+/\s]+(/[^#+/\s]+)*$")]
LampTopic = Annotated[str, Field(pattern=r"^[^#+$\x00-\x1f\x7f][^#+\x00-\x1f\x7f]*$", max_length=200)]
HostName = Annotated[str, Field(pattern=r"^[^\s\x00-\x1f\x7f]+$")]
AdapterName = Annotated[str, Field(pattern=r"^(hci\d{1,2})?$")]

PATTERN_HINTS = {
    f"^{_SLUG}$": "must be 1 to 32 lower-case letters, digits or hyphens",
    r"^[^#+/\s]+(/[^#+/\s]+)*$": "must be a topic prefix without #, + and spaces",
    r"^[^#+$\x00-\x1f\x7f][^#+\x00-\x1f\x7f]*$": "must be a topic without the wildcards # and +",
    r"^[^\s\x00-\x1f\x7f]+$": "must be a host name or IP address",
    r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$": "must be a host name without a port",
    r"^(hci\d{1,2})?$": "must be an adapter's name, such as hci0",
}
"""by pattern what a value must be, for error messages"""

_EARLIEST_CURRENT_YEAR = 2026
"""a host without a synchronised clock may report an earlier year"""


def is_slug(text: str) -> bool:
    """Whether the text is valid as the id of an athlete or a node."""
    return re.fullmatch(_SLUG, text) is not None


def bluetooth_address(text: str) -> str:
    """Return the address in upper case with colons. Raises ValueError."""
    address = text.strip().upper().replace("-", ":")
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{text!r} is not a Bluetooth address: write it as A0:9E:1A:00:00:01")
    return address


def is_bluetooth_address(text: str) -> bool:
    """Whether the text is a Bluetooth address in upper case."""
    return _ADDRESS.fullmatch(text) is not None


Address = Annotated[str, AfterValidator(bluetooth_address)]


def not_in_future(year: int) -> int:
    """Return the year. Raises ValueError if it is in the future."""
    if year > max(datetime.now().astimezone().year, _EARLIEST_CURRENT_YEAR):
        raise ValueError(f"{year} is in the future")
    return year


def host_slug() -> str:
    """Return the host name as a valid node id."""
    slug = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().split(".")[0].lower()).strip("-")[:32]
    return slug or "talkpace"


class Section(BaseModel):
    """A table of the configuration file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def table_model(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a table, or of the tables in a list or dictionary; None for other fields."""
    field = model.model_fields.get(name)
    return None if field is None else next(nested_models(field.annotation), None)


def nested_models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model within a type, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from nested_models(field.annotation)
    else:
        for inner in get_args(annotation):
            yield from nested_models(inner)


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """The docstring below each field that has one, on one line, inherited fields included."""
    docs: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            docs |= _own_field_docs(base)
    return docs


def _own_field_docs(model: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(model)))
    [definition] = tree.body
    assert isinstance(definition, ast.ClassDef)
    docs: dict[str, str] = {}
    for statement, following in zip(definition.body, definition.body[1:], strict=False):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = " ".join(text.split())
    return docs


def add_field_docs(schema: dict[str, Any], annotation: Any) -> None:
    """Put the descriptions of every field into the JSON Schema that pydantic made of this type."""
    definitions = schema.get("$defs", {})
    for model in nested_models(annotation):
        of_model = definitions.get(model.__name__) or (schema if schema.get("type") == "object" else {})
        properties = of_model.get("properties", {})
        for name, text in field_docs(model).items():
            if name in properties:
                properties[name]["description"] = text
