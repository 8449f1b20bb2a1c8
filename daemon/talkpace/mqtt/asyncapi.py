"""The MQTT interface as one document: AsyncAPI 3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import __version__
from .command_definitions import COMMANDS, CommandDefinition
from .node_commands import NodeCommandDefinition
from .schema import TOPICS, PublishedTopic, Schema, argument_schema, params_schema, payload_schema
from .topics import DELIVERY, Delivery

_COMPONENTS = "#/components/schemas/{model}"
_SLUG = "[a-z0-9-]{1,32}"
_PARAMETERS = {
    "node": {"description": f"The node's id: {_SLUG}."},
    "athlete": {"description": f"The athlete's id: {_SLUG}."},
}


def asyncapi(node_commands: Sequence[NodeCommandDefinition]) -> dict[str, Any]:
    """The document. Topics begin with `talkpace`, the default of `mqtt.prefix`."""
    document = _Document()
    for topic in TOPICS:
        document.add_topic(topic)
    for command in COMMANDS.values():
        document.add_command(command)
    for node_command in node_commands:
        document.add_node_command(node_command)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "talkpace",
            "version": __version__,
            "description": (
                "What talkpace publishes over MQTT, and the commands it accepts. Every key of a payload is "
                "always present, null where unknown. A training aid, not a medical device."
            ),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": document.channels,
        "operations": document.operations,
        "components": {"messages": document.messages, "schemas": document.schemas},
    }


class _Document:
    """Collects channels, operations, messages, and the schemas that these share."""

    def __init__(self) -> None:
        self.channels: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.schemas: dict[str, Schema] = {}

    def add_topic(self, topic: PublishedTopic) -> None:
        """Add a topic that talkpace publishes."""
        base = "{node}" if topic.owner == "node" else "{node}/{athlete}"
        self._add_channel(
            topic.name,
            f"talkpace/{base}/{topic.level}",
            topic.description,
            payload_schema(topic, _COMPONENTS),
            topic.content_type,
        )
        self._add_operation(
            f"publish.{topic.name}", "send", topic.name, topic.description, DELIVERY[topic.level]
        )

    def add_command(self, command: CommandDefinition) -> None:
        """Add a command that talkpace accepts."""
        address = f"talkpace/{{node}}/{{athlete}}/command/{command.name}"
        payload = argument_schema(command, _COMPONENTS)
        self._add_command(f"command.{command.name}", address, command.description, payload, "result")

    def add_node_command(self, command: NodeCommandDefinition) -> None:
        """Add a command to the node."""
        address = f"talkpace/{{node}}/command/{command.name}"
        payload = params_schema(command, _COMPONENTS)
        name = f"node.command.{command.name}"
        self._add_command(name, address, command.description, payload, "node.result")

    def _add_command(self, name: str, address: str, description: str, payload: Schema, result: str) -> None:
        self._add_channel(name, address, description, payload, "application/json")
        self._add_operation(name, "receive", name, description, DELIVERY["command"])
        self.operations[name]["reply"] = {
            "channel": {"$ref": f"#/channels/{result}"},
            "messages": [{"$ref": f"#/channels/{result}/messages/{result}"}],
        }

    def _add_channel(
        self, name: str, address: str, description: str, payload: Schema, content_type: str
    ) -> None:
        self.schemas |= payload.pop("$defs", {})
        self.messages[name] = {
            "name": name,
            "summary": description,
            "contentType": content_type,
            "payload": payload,
        }
        self.channels[name] = {
            "address": address,
            "description": description,
            "parameters": {key: value for key, value in _PARAMETERS.items() if f"{{{key}}}" in address},
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        }

    def _add_operation(
        self, name: str, action: str, channel: str, description: str, delivery: Delivery
    ) -> None:
        self.operations[name] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": description,
            "messages": [{"$ref": f"#/channels/{channel}/messages/{channel}"}],
            "bindings": {"mqtt": {"qos": delivery.qos, "retain": delivery.retain, "bindingVersion": "0.2.0"}},
        }
