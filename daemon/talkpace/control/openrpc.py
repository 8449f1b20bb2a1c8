"""The control socket as a document: OpenRPC 1.3 (https://spec.open-rpc.org)."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from .. import __version__
from ..config.fields import add_field_docs
from .method_definitions import METHODS, MethodDefinition

_REFERENCES = "#/components/schemas/{model}"


def openrpc() -> dict[str, Any]:
    """The document of all methods."""
    schemas: dict[str, Any] = {}
    methods = [_method(definition, schemas) for definition in METHODS.values()]
    return {
        "openrpc": "1.3.2",
        "info": {
            "title": "talkpace control socket",
            "version": __version__,
            "description": (
                "JSON-RPC 2.0, one message a line, over the Unix socket /run/talkpace/control, or"
                " $XDG_RUNTIME_DIR/talkpace/control where the daemon runs without systemd."
                " A training aid, not a medical device."
            ),
            "license": {"name": "MIT"},
        },
        "methods": methods,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _method(definition: MethodDefinition, schemas: dict[str, Any]) -> dict[str, Any]:
    params = _schema(definition.params, schemas, mode="validation")
    required = params.get("required", [])
    return {
        "name": definition.name,
        "summary": definition.description,
        "paramStructure": "by-name",
        "params": [
            {"name": name, "required": name in required, "schema": schema}
            for name, schema in params.get("properties", {}).items()
        ],
        "result": {"name": "result", "schema": _schema(definition.result, schemas, mode="serialization")},
    }


def _schema(kind: Any, schemas: dict[str, Any], *, mode: Any) -> dict[str, Any]:
    """The JSON Schema of a type; the models that it refers to are added to `schemas`."""
    schema = TypeAdapter(kind).json_schema(mode=mode, ref_template=_REFERENCES)
    if kind is not None:
        add_field_docs(schema, kind)
    for part in (schema, *schema.get("$defs", {}).values()):
        for field in part.get("properties", {}).values():
            field.pop("title", None)
    schemas.update(schema.pop("$defs", {}))
    return dict(schema)
