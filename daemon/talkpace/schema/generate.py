"""JSON Schemas (2020-12) of every payload, by the name of its file."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from .commands import COMMANDS, CommandTopic
from .documentation import field_documents, models_in
from .topics import TOPICS, Topic

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCES = "#/$defs/{model}"

Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """All of them: `live` is that of the topic, `command.mute` that of the command."""
    published = {topic.name: {"$schema": DIALECT, **payload_schema(topic)} for topic in TOPICS}
    taken = {
        f"command.{command.name}": {"$schema": DIALECT, **argument_schema(command)} for command in COMMANDS
    }
    return {**published, **taken}


def payload_schema(topic: Topic, references: str = _REFERENCES) -> Schema:
    """What is published: every key is there."""
    schema = TypeAdapter(topic.kind).json_schema(mode="serialization", ref_template=references)
    _describe(schema, topic.kind)
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            part["required"] = list(part["properties"])  # those with a default too: it is written
    return {**schema, "title": topic.name, "description": topic.says}


def argument_schema(command: CommandTopic, references: str = _REFERENCES) -> Schema:
    """What a command takes: the value, or an object that holds it, or one that says more."""
    schema = TypeAdapter(command.kind).json_schema(mode="validation", ref_template=references)
    _describe(schema, command.kind)
    definitions = schema.pop("$defs", None)
    alternatives = [_entry(each, command) for each in _alternatives(schema, definitions or {}, command)]
    scalars = [each for each in alternatives if each.get("type") != "object"]
    if command.value_may_be_wrapped and scalars:
        value = scalars[0] if len(scalars) == 1 else {"anyOf": scalars}
        alternatives.append(
            {
                "type": "object",
                "properties": {"value": value},
                "required": ["value"],
                "additionalProperties": False,
            }
        )
    taken: Schema = {"title": f"command {command.name}", "description": command.says}
    taken |= alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}
    if definitions:
        taken["$defs"] = definitions
    return taken


def _alternatives(schema: Schema, definitions: dict[str, Schema], command: CommandTopic) -> list[Schema]:
    """Those that the command takes; an entry is put in their place, as it gets further keys."""
    each = schema.get("anyOf", [schema])
    if command.extra is None:
        return list(each)
    names = {model.__name__ for model in models_in(command.kind)}
    return [
        definitions.pop(name) if (name := option.get("$ref", "").rpartition("/")[2]) in names else option
        for option in each
    ]


def _entry(schema: Schema, command: CommandTopic) -> Schema:
    """An entry's own object: its kind is the command's, and it may have been at another time."""
    if command.extra is None or schema.get("type") != "object":
        return schema
    properties = {key: value for key, value in schema["properties"].items() if key != "kind"}
    if "replace" in command.extra:  # with it, an amount of 0 leaves none
        properties = {key: _from_zero(value) for key, value in properties.items()}
    return {**schema, "properties": {**properties, **command.extra}}


def _from_zero(schema: Schema) -> Schema:
    return {**schema, "minimum": 0} if "minimum" in schema else schema


def _describe(schema: Schema, kind: Any) -> None:
    """Put in what the models say of their fields, and leave out what says nothing."""
    definitions = schema.get("$defs", {})
    for part in (schema, *definitions.values()):
        for described in part.get("properties", {}).values():
            described.pop("title", None)  # the name once more, in capitals
    for model in models_in(kind):
        of_model = definitions.get(model.__name__) or (schema if schema.get("type") == "object" else None)
        for name, text in field_documents(model).items():
            properties = (of_model or {}).get("properties", {})
            if name in properties:
                properties[name]["description"] = text
