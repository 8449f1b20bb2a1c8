"""JSON Schemas (2020-12) of the MQTT payloads and of the arguments of commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from ..config.fields import add_field_docs, nested_models
from ..habits.status import DailyStatus
from ..training.summary import Summary
from .command_definitions import COMMANDS, CommandDefinition
from .node_commands import NodeCommandDefinition
from .payloads import (
    AthletePayload,
    BreathingPayload,
    CalibrationPayload,
    EventPayload,
    LivePayload,
    NapPayload,
    NodePayload,
    NodeResultPayload,
    ReadinessPayload,
    ResultPayload,
    SessionPayload,
    StrapPayload,
    StrapsPayload,
)


@dataclass(frozen=True, slots=True)
class PublishedTopic:
    """A topic of a node or of an athlete; `mqtt.topics.DELIVERY` has its QoS and retain flag, by level."""

    name: str
    """of its schema: the last level of the topic, with `node.` before it where athletes have one like it"""
    payload: Any
    """a type that pydantic can serialize"""
    description: str
    owner: Literal["athlete", "node"] = "athlete"
    content_type: str = "application/json"

    @property
    def level(self) -> str:
        """The last level of the topic."""
        return self.name.rpartition(".")[2]


STATUS = Literal["online", "offline"]

TOPICS: Sequence[PublishedTopic] = (
    PublishedTopic("status", STATUS, "Whether the node is online.", "node", "text/plain"),
    PublishedTopic("node", NodePayload, "The node's health.", "node"),
    PublishedTopic(
        "straps", StrapsPayload, "Straps in range and of athletes, and the choice for pairing.", "node"
    ),
    PublishedTopic("node.result", NodeResultPayload, "The result of a command to the node.", "node"),
    PublishedTopic(
        "live", LivePayload, "Live values, on change; with a strap connected, at least every 5 s."
    ),
    PublishedTopic("event", EventPayload, "A warning or another event of the training."),
    PublishedTopic("strap", StrapPayload, "The strap in use."),
    PublishedTopic("session", SessionPayload, "State of the session; activity, ceiling, mute."),
    PublishedTopic("athlete", AthletePayload, "The athlete's settings, and the suggested ceiling."),
    PublishedTopic("summary", Summary, "Summary of the last session that was not discarded."),
    PublishedTopic("habits", DailyStatus, "Status of the athlete's day and week."),
    PublishedTopic(
        "breathing", BreathingPayload, "The guided breathing exercise, at every phase of the breath."
    ),
    PublishedTopic("nap", NapPayload, "The nap timer."),
    PublishedTopic("readiness", ReadinessPayload, "The morning measurement, and the result of the last one."),
    PublishedTopic(
        "calibration", CalibrationPayload, "The calibration in progress, and what the last one has found."
    ),
    PublishedTopic("result", ResultPayload, "The result of a command."),
)


DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCES = "#/$defs/{model}"

Schema = dict[str, Any]


def schemas(node_commands: Sequence[NodeCommandDefinition]) -> dict[str, Schema]:
    """All schemas by file name, such as `live` of a topic, `command.mute` and `node.command.scan`."""
    payloads = {topic.name: {"$schema": DIALECT, **payload_schema(topic)} for topic in TOPICS}
    arguments = {
        f"command.{name}": {"$schema": DIALECT, **argument_schema(command)}
        for name, command in COMMANDS.items()
    }
    params = {
        f"node.command.{command.name}": {"$schema": DIALECT, **params_schema(command)}
        for command in node_commands
    }
    return {**payloads, **arguments, **params}


def payload_schema(topic: PublishedTopic, references: str = _REFERENCES) -> Schema:
    """The schema of a published payload; every key is required."""
    schema = TypeAdapter(topic.payload).json_schema(mode="serialization", ref_template=references)
    _add_descriptions(schema, topic.payload)
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            part["required"] = list(part["properties"])  # keys with a default are published too
    return {**schema, "title": topic.name, "description": topic.description}


def argument_schema(command: CommandDefinition, references: str = _REFERENCES) -> Schema:
    """The schema of a command's argument: the value, an object with the key `value`, or an object of keys."""
    schema = TypeAdapter(command.argument).json_schema(mode="validation", ref_template=references)
    _add_descriptions(schema, command.argument)
    definitions = schema.pop("$defs", None)
    alternatives = [
        _with_further_keys(each, command) for each in _alternatives(schema, definitions or {}, command)
    ]
    scalars = [each for each in alternatives if each.get("type") != "object"]
    if command.accepts_value_object and scalars:
        value = scalars[0] if len(scalars) == 1 else {"anyOf": scalars}
        alternatives.append(
            {
                "type": "object",
                "properties": {"value": value},
                "required": ["value"],
                "additionalProperties": False,
            }
        )
    argument: Schema = {"title": f"command {command.name}", "description": command.description}
    argument |= alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}
    if definitions:
        argument["$defs"] = definitions
    return argument


def params_schema(command: NodeCommandDefinition, references: str = _REFERENCES) -> Schema:
    """The schema of the payload of a command to the node."""
    schema = command.params.model_json_schema(mode="validation", ref_template=references)
    _add_descriptions(schema, command.params)
    return {**schema, "title": f"command {command.name} to the node", "description": command.description}


def _alternatives(schema: Schema, definitions: dict[str, Schema], command: CommandDefinition) -> list[Schema]:
    """The types of argument; an entry's definition is inlined, as it gets further keys."""
    alternatives = schema.get("anyOf", [schema])
    if command.further_keys is None:
        return list(alternatives)
    names = {model.__name__ for model in nested_models(command.argument)}
    return [
        definitions.pop(name) if (name := option.get("$ref", "").rpartition("/")[2]) in names else option
        for option in alternatives
    ]


def _with_further_keys(schema: Schema, command: CommandDefinition) -> Schema:
    """A log entry's object without `kind`, which the command's name implies, and with its further keys."""
    if command.further_keys is None or schema.get("type") != "object":
        return schema
    properties = {key: value for key, value in schema["properties"].items() if key != "kind"}
    if "replace" in command.further_keys:  # an amount of 0 then deletes the day's entries
        properties = {key: _allowing_zero(value) for key, value in properties.items()}
    return {**schema, "properties": {**properties, **command.further_keys}}


def _allowing_zero(schema: Schema) -> Schema:
    return {**schema, "minimum": 0} if "minimum" in schema else schema


def _add_descriptions(schema: Schema, kind: Any) -> None:
    """Add the fields' docstrings, and remove the titles that pydantic derives from names."""
    definitions = schema.get("$defs", {})
    for part in (schema, *definitions.values()):
        for field in part.get("properties", {}).values():
            field.pop("title", None)
    add_field_docs(schema, kind)
