"""Notifications as a part of the daemon: what happens becomes texts, which are stored and then sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import NoReturn

from pydantic import ValidationError

from ..clock import Clock, boot_id
from ..config.model import Configuration
from ..config.notifications import NotificationKind
from ..diagnostics import Health
from ..errors import StoreError
from ..mqtt.payloads import EventPayload
from ..notifications.destination import Destination, read_destinations
from ..notifications.faults import FaultWatch
from ..notifications.notifier import Notifier, Send
from ..notifications.sender import send
from ..notifications.texts import Text
from ..pipeline.sinks import RecordSink
from ..storage.recorder import Recorder
from ..storage.records import Notification, OutgoingMessage, QueuedNotification, RecordItem
from ..storage.store import Store
from ..training.events import EventName
from ..training.summary import Summary

FAULT_POLL_S = 15.0
_NO_FAULTS = frozenset({"athletes", "configuration", "notifications"})
"""parts whose failure is not sent: it is shown during the set-up, or nothing can be sent while it lasts"""

_log = logging.getLogger(__name__)


class StoreNotifications:
    """The store's notifications, accessed in the recorder's thread. Its methods raise StoreError."""

    def __init__(self) -> None:
        self._recorder: Recorder | None = None

    def attach(self, recorder: Recorder) -> None:
        """Set the recorder, which itself needs the notifier that these are for."""
        self._recorder = recorder

    def put(self, item: RecordItem) -> None:
        """Store a notification in one batch with what it is about."""
        if self._recorder is not None:
            self._recorder.put(item)

    async def pending(self) -> list[QueuedNotification]:
        """Return those that have not been sent, oldest first."""
        return await self._attached().call(Store.notifications)

    async def delete(self, number: int, /) -> None:
        """Delete one."""
        await self._attached().call(Store.delete_notifications, number)

    def _attached(self) -> Recorder:
        if self._recorder is None:
            raise StoreError("the notifications have no recorder yet")
        return self._recorder


class NotificationService:
    """Writes a notification for each address that wants one, and sends them."""

    def __init__(
        self,
        configuration: Configuration,
        environ: Mapping[str, str],
        *,
        clock: Clock,
        failed_parts: Callable[[], Mapping[str, str]],
        on_health: Callable[[Health], None],
        send: Send = send,
    ) -> None:
        """`failed_parts` returns the node's parts that do not work now, by name.

        An address that cannot be used is left out, and named in `problems`.
        """
        self.outbox = StoreNotifications()
        self._destinations, self.problems = read_destinations(configuration.notify, environ)
        self._node = configuration.node.id
        self._clock = clock
        self._boot = boot_id()
        self._failed_parts = failed_parts
        self._names: Mapping[str, str] = {}
        self.notifier = Notifier(
            self._destinations,
            outbox=self.outbox,
            send=send,
            clock=clock,
            on_health=on_health,
            boot=self._boot,
        )

    def set_athletes(self, names: Mapping[str, str]) -> None:
        """Set the athletes' names by id."""
        self._names = names

    def on_message(self, message: OutgoingMessage) -> None:
        """Make notifications of a summary or of a strap's low battery."""
        athlete, _, topic = message.topic.partition("/")
        if not self._destinations or not message.payload:
            return
        try:
            if topic == "summary":
                self._summary(athlete, Summary.model_validate_json(message.payload))
            elif topic == "event":
                payload = EventPayload.model_validate_json(message.payload)
                if payload.event is EventName.STRAP_BATTERY_LOW:
                    self._battery_low(athlete)
        except ValidationError as error:
            _log.error("no notification of an invalid %s (%d errors)", topic, error.error_count())

    async def run(self) -> NoReturn:
        """Send, and watch for faults, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.notifier.run())
            tasks.create_task(self.watch_faults())
        raise AssertionError("the tasks have ended")

    async def watch_faults(self) -> NoReturn:
        """Tell faults that last until cancelled."""
        watch = FaultWatch()
        while True:
            failed = self._failed_parts().keys() - _NO_FAULTS
            for change in watch.update(failed, self._clock.monotonic_ms()):
                for destination in self._destinations:
                    text = destination.texts.fault(change, self._node)
                    self._put(destination, NotificationKind.NODE_FAULT, None, text)
            await self._clock.sleep(FAULT_POLL_S)

    def _summary(self, athlete: str, summary: Summary) -> None:
        for destination in self._destinations:
            heart_data = destination.settings.heart_data
            text = destination.texts.summary(summary, self._name(athlete), heart_data=heart_data)
            self._put(destination, NotificationKind.SUMMARY, athlete, text)

    def _battery_low(self, athlete: str) -> None:
        for destination in self._destinations:
            text = destination.texts.battery_low(self._name(athlete))
            self._put(destination, NotificationKind.STRAP_BATTERY_LOW, athlete, text)

    def _put(self, destination: Destination, kind: NotificationKind, athlete: str | None, text: Text) -> None:
        notification = Notification(
            destination.name,
            kind.value,
            athlete,
            text.has_heart_data,
            text.title,
            text.text,
            self._clock.wall(),
            self._boot,
            self._clock.monotonic_ms(),
        )
        if destination.permits(notification):
            self.outbox.put(notification)

    def _name(self, athlete: str) -> str:
        return self._names.get(athlete) or athlete


class RecordWithNotifications:
    """A record sink that also makes notifications of outgoing messages."""

    def __init__(self, record: RecordSink, notifications: NotificationService) -> None:
        self._record = record
        self._notifications = notifications

    def put(self, item: RecordItem) -> None:
        """Record an item, and store the notifications that follow from it in the same batch."""
        self._record.put(item)
        if isinstance(item, OutgoingMessage):
            self._notifications.on_message(item)
