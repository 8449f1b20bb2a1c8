"""The lamps as a part of the daemon: states in, messages for the broker out, what to restore on disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from ..alerts.lamps.display import Display
from ..alerts.lamps.formats import lamp_format
from ..alerts.lamps.lamp import Lamp, Phase
from ..alerts.lamps.look import AthleteState, look_of, sample_look
from ..alerts.lamps.messages import LampFormat, Messages
from ..clock import Clock
from ..config.alert_patterns import Colour
from ..config.lamps import LampConfig
from ..diagnostics import NOT_USED, OK, Health
from ..mqtt.lamp_queue import LampCallbacks, LampQueue
from ..mqtt.payloads import LivePayload
from ..mqtt.protocols import IncomingMessage
from .completion import complete
from .lamp_file import LampFile

_RESTORE_S = 1.5
"""time limit for restoring the lamps as the daemon stops"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _LampParts:
    settings: LampConfig
    form: LampFormat
    display: Display
    lamp: Lamp


class Lamps:
    """Shows athletes' states on all lamps. Its methods return at once; `run` does the rest."""

    def __init__(
        self,
        settings: Iterable[LampConfig],
        *,
        file: LampFile,
        clock: Clock,
        on_health: Callable[[Health], None],
        has_broker: Callable[[], bool],
    ) -> None:
        """`clock` is the system's, also where everything else runs faster: a flash takes real time.

        `has_broker` tells whether the settings ask for a broker. Reads the file.
        """
        self._file = file
        self._clock = clock
        self._on_health = on_health
        self._has_broker = has_broker
        self._health: Health | None = None
        self._problems: dict[str, str] = {}
        self._states: dict[str, AthleteState] = {}
        self._changed = asyncio.Event()
        self._in_file: dict[str, Messages] = file.read(clock.wall())
        self._lamps = {one.name: self._use(one) for one in settings}
        self._by_topic = {topic: one.lamp for one in self._lamps.values() for topic in one.form.state_topics}
        self._to_remove: set[str] = set()
        self.queue = LampQueue(
            frozenset(self._by_topic),
            LampCallbacks(
                on_connect=self._connect,
                on_disconnect=self._disconnect,
                on_refusal=lambda topic: self._by_topic[topic].refuse(topic),
                on_message=self._receive,
                on_published=self._published,
            ),
        )
        for name, messages in self._in_file.items():
            self.queue.put(name, messages)

    def _use(self, settings: LampConfig) -> _LampParts:
        form = lamp_format(settings)
        display = Display(brightness=settings.brightness, flash_step_ms=form.flash_step_ms)
        return _LampParts(settings, form, display, Lamp(form, self._in_file.get(settings.name)))

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Take an athlete's live values, of which zone, warning and session count."""
        state = None if payload.session is None else AthleteState(payload.zone, payload.warning)
        if state == self._states.get(athlete):
            return
        if state is None:
            del self._states[athlete]
        else:
            self._states[athlete] = state
        self._changed.set()

    def test(self, colour: Colour) -> None:
        """Flash all lamps slowly in this colour for some seconds, for somebody who wants to see it."""
        now_ms = self._clock.monotonic_ms()
        for one in self._lamps.values():
            one.display.test(sample_look(colour), now_ms)
        self._changed.set()

    async def run(self) -> None:
        """Show until cancelled; then restore the lamps, within 1.5 s."""
        try:
            while True:
                self._changed.clear()
                await self._wait(await self._update())
        finally:
            await self._restore_all()

    async def _update(self) -> int | None:
        """Bring every lamp up to date; return when to do so again."""
        now_ms = self._clock.monotonic_ms()
        await self._remove_from_file()
        for name, one in self._lamps.items():
            self._put(name, one, self._show(one, now_ms))
        new = [one.lamp for one in self._lamps.values() if one.lamp.phase is Phase.STORING]
        if new:
            await self._store()
            for lamp in new:
                lamp.mark_stored()
            for name, one in self._lamps.items():
                if one.lamp in new:
                    self._put(name, one, self._show(one, now_ms))
        self._report_health()
        dues = [due for one in self._lamps.values() for due in (one.display.due_ms, one.lamp.due_ms)]
        return min((due for due in dues if due is not None), default=None)

    def _show(self, one: _LampParts, now_ms: int) -> Messages:
        athletes = one.settings.athletes
        states = [state for athlete, state in self._states.items() if not athletes or athlete in athletes]
        look = look_of(states, zone_colours=one.settings.zone_colours)
        return one.lamp.update(one.display.show(look, now_ms), now_ms)

    def _put(self, name: str, one: _LampParts, messages: Messages) -> None:
        """Publish what shows or restores a lamp, or asks for its state."""
        if not messages:
            return
        if one.lamp.phase in {Phase.SHOWING, Phase.RESTORING}:
            self.queue.put(name, messages)
        else:
            self.queue.ask(messages)

    async def _store(self) -> None:
        used = {name: one.lamp.restoration for name, one in self._lamps.items()}
        self._in_file |= {name: messages for name, messages in used.items() if messages is not None}
        await complete(self._write())

    async def _remove_from_file(self) -> None:
        if self._to_remove:
            for name in self._to_remove:
                self._in_file.pop(name, None)
            self._to_remove.clear()
            await complete(self._write())

    async def _write(self) -> None:
        """Write the file. A lamp is used without it too: a full disk must silence no warning."""
        try:
            await asyncio.to_thread(self._file.write, dict(self._in_file), self._clock.wall())
        except OSError as error:
            _log.warning("cannot store what restores the lamps after a crash: %s", error.strerror or error)

    async def _restore_all(self) -> None:
        now_ms = self._clock.monotonic_ms()
        for name, one in self._lamps.items():
            self._put(name, one, one.lamp.update(None, now_ms))
        if self.queue.is_connected:
            with suppress(TimeoutError):
                async with asyncio.timeout(_RESTORE_S):
                    await self.queue.empty.wait()
        unused = {name for name, one in self._lamps.items() if one.lamp.phase is Phase.IDLE}
        self._to_remove |= unused & self._in_file.keys()
        await self._remove_from_file()

    async def _wait(self, due_ms: int | None) -> None:
        remaining_s = None if due_ms is None else max(0, due_ms - self._clock.monotonic_ms()) / 1000
        with suppress(TimeoutError):
            async with asyncio.timeout(remaining_s):
                await self._changed.wait()

    def _report_health(self) -> None:
        problems = {name: one.lamp.problem for name, one in self._lamps.items() if one.lamp.problem}
        for name, problem in problems.items():
            if problem != self._problems.get(name):
                _log.warning("lamp %s: %s", name, problem)
        self._problems = problems
        if not self._lamps:
            health = NOT_USED
        elif not self._has_broker():
            health = Health.failed("there is no broker for them: set mqtt.enabled and mqtt.host")
        else:
            texts = [f"{name}: {problem}" for name, problem in problems.items()]
            health = Health.failed("; ".join(texts)) if texts else OK
        if health != self._health:
            self._health = health
            self._on_health(health)

    # -- called by the queue ------------------------------------------------------------------------

    def _connect(self) -> None:
        now_ms = self._clock.monotonic_ms()
        for one in self._lamps.values():
            self.queue.ask(one.lamp.connect(now_ms))
        self._changed.set()

    def _disconnect(self) -> None:
        for one in self._lamps.values():
            one.lamp.disconnect()
        self._changed.set()

    def _receive(self, message: IncomingMessage) -> None:
        self._by_topic[message.topic].receive(message.topic, message.payload, self._clock.monotonic_ms())
        self._changed.set()

    def _published(self, name: str) -> None:
        one = self._lamps.get(name)
        if one is None:  # of an earlier configuration
            self._to_remove.add(name)
        elif one.lamp.phase is Phase.RESTORING:
            one.lamp.mark_restored(self._clock.monotonic_ms())
            self._to_remove.add(name)
        self._changed.set()
