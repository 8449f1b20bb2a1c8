"""The node's health, as it is published and as `systemctl status` shows it."""

from __future__ import annotations

from collections.abc import Callable

from .. import __version__
from ..pipeline.sinks import PublishSink
from ..publish.payloads import NodePayload

_CLOCK: dict[bool | None, str] = {True: "synchronised", False: "not synchronised", None: "unknown"}


class NodeHealth:
    """Gathers what each part says of itself; those who follow hear of every change."""

    def __init__(self) -> None:
        self._status: Callable[[str], None] | None = None
        self._publish: PublishSink | None = None
        self._payload = NodePayload(
            version=__version__,
            adapter="not used",
            broker="not used",
            store="ok",
            clock="unknown",
            alerts="none",
            straps_connected=0,
        )

    def follow(self, status: Callable[[str], None], publish: PublishSink | None) -> None:
        """Tell these from now on: a line for `status`, the payload for the dashboard."""
        self._status, self._publish = status, publish

    def tell(self) -> None:
        """Say how the node is, changed or not."""
        if self._status is not None:
            self._status(self.line())
        if self._publish is not None:
            self._publish.state("node", self._payload)

    def adapter(self, says: str) -> None:
        """Of the Bluetooth adapter."""
        self._set(adapter=says)

    def broker(self, says: str) -> None:
        """Of the link to the MQTT broker."""
        self._set(broker=says)

    def store(self, says: str) -> None:
        """Of the disk."""
        self._set(store=says)

    def alerts(self, says: str) -> None:
        """Of buzzer and LED."""
        self._set(alerts=says)

    def clock(self, synchronised: bool | None) -> None:  # noqa: FBT001 - the clock's own answer
        """Of the wall clock."""
        self._set(clock=_CLOCK[synchronised])

    def straps(self, connected: int) -> None:
        """How many straps are connected."""
        self._set(straps_connected=connected)

    def line(self) -> str:
        """All of it in one line."""
        node = self._payload
        return (
            f"{node.straps_connected} strap(s) connected; adapter: {node.adapter}; broker: {node.broker}; "
            f"store: {node.store}; clock: {node.clock}; alerts: {node.alerts}"
        )

    def _set(self, **said: object) -> None:
        payload = self._payload.model_copy(update=said)
        if payload != self._payload:
            self._payload = payload
            self.tell()
