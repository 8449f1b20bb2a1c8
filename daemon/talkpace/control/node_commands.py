"""The methods of the control socket that are also commands to the node over MQTT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import CommandError
from ..mqtt.node_commands import NodeCommandDefinition
from .messages import RequestError
from .method_definitions import METHODS
from .methods import Method, Methods

NODE_COMMANDS: Sequence[NodeCommandDefinition] = tuple(
    NodeCommandDefinition(method.mqtt_name, method.description, method.params)
    for method in METHODS.values()
    if method.over_mqtt
)


class NodeCommands:
    """Carries out commands over MQTT with the methods of the control socket, validated as there."""

    def __init__(self) -> None:
        self._methods: dict[str, Method] = {}

    def attach(self, methods: Methods) -> None:
        """Set the methods, which themselves need the publisher that receives the commands."""
        self._methods = {
            method.definition.mqtt_name: method for method in methods.values() if method.definition.over_mqtt
        }

    async def node_command(self, name: str, params: Mapping[str, Any]) -> object:
        """Carry a command out and return its result. Raises CommandError with the reason."""
        method = self._methods.get(name)
        if method is None:
            names = ", ".join(self._methods)
            raise CommandError(f"there is no command {name[:40]!r} to the node; known are {names}")
        try:
            return await method.call(dict(params), _SilentCaller())
        except RequestError as error:
            raise CommandError(str(error)) from None


class _SilentCaller:
    """A caller over MQTT, which gets the result and nothing before it."""

    def notify(self, method: str, params: object) -> None:
        """Drop progress messages: only the result is published."""

    def watch(self, topics: frozenset[str] | None) -> None:
        """Do nothing: over MQTT, states are received by subscribing at the broker."""
