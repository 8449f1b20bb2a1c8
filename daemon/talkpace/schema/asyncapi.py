"""The topics as an AsyncAPI 3 document."""

from __future__ import annotations

from typing import Any

from .. import __version__
from ..publish.topics import DELIVERY, Delivery
from .commands import COMMANDS, CommandTopic
from .generate import Schema, argument_schema, payload_schema
from .topics import TOPICS, Topic

_REFERENCES = "#/components/schemas/{model}"
_SLUG = "[a-z0-9-]{1,32}"
_PARAMETERS = {
    "node": {"description": f"The node's id: {_SLUG}."},
    "athlete": {"description": f"The athlete's id: {_SLUG}."},
}


def asyncapi() -> dict[str, Any]:
    """The whole document. Topics begin with `talkpace`, unless `mqtt.prefix` says otherwise."""
    parts = _Parts()
    for topic in TOPICS:
        parts.publish(topic)
    for command in COMMANDS:
        parts.take(command)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "talkpace",
            "version": __version__,
            "description": (
                "What talkpace publishes over MQTT, and the commands it takes. Every key of a payload is "
                "always there, null where unknown. A training aid, not a medical device."
            ),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": parts.channels,
        "operations": parts.operations,
        "components": {"messages": parts.messages, "schemas": parts.schemas},
    }


class _Parts:
    """Gathers channels, operations, messages and the schemas that these share."""

    def __init__(self) -> None:
        self.channels: dict[str, Any] = {}
        self.operations: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.schemas: dict[str, Schema] = {}

    def publish(self, topic: Topic) -> None:
        """A topic that others listen to."""
        delivery = DELIVERY[topic.name]
        place = "{node}" if topic.of == "node" else "{node}/{athlete}"
        self._channel(
            topic.name,
            f"talkpace/{place}/{topic.name}",
            topic.says,
            payload_schema(topic, _REFERENCES),
            topic.content_type,
        )
        self._operation(f"publish.{topic.name}", "send", topic.name, topic.says, delivery)

    def take(self, command: CommandTopic) -> None:
        """A command that others send."""
        name = f"command.{command.name}"
        address = f"talkpace/{{node}}/{{athlete}}/command/{command.name}"
        self._channel(name, address, command.says, argument_schema(command, _REFERENCES), "application/json")
        self._operation(name, "receive", name, command.says, DELIVERY["command"])
        self.operations[name]["reply"] = {
            "channel": {"$ref": "#/channels/result"},
            "messages": [{"$ref": "#/channels/result/messages/result"}],
        }

    def _channel(self, name: str, address: str, says: str, payload: Schema, content_type: str) -> None:
        self.schemas |= payload.pop("$defs", {})
        self.messages[name] = {"name": name, "summary": says, "contentType": content_type, "payload": payload}
        self.channels[name] = {
            "address": address,
            "description": says,
            "parameters": {key: value for key, value in _PARAMETERS.items() if f"{{{key}}}" in address},
            "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        }

    def _operation(self, name: str, action: str, channel: str, says: str, delivery: Delivery) -> None:
        self.operations[name] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": says,
            "messages": [{"$ref": f"#/channels/{channel}/messages/{channel}"}],
            "bindings": {"mqtt": {"qos": delivery.qos, "retain": delivery.retain, "bindingVersion": "0.2.0"}},
        }
