"""Guide a nap: the command `nap`, a timer that survives restarts, and the wake-up calls."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ..config.habits import NapTimerConfig
from ..habits.entries import Nap
from ..habits.nap import TOO_LATE_MS, ScheduledNap, alarm_calls, minutes_slept, start_nap
from ..mqtt.command_definitions import START, STOP
from ..mqtt.payloads import NapPayload
from ..pipeline.registry import Command, with_actions
from ..storage.records import NapEnded, NapStarted
from .context import GuideAlerts, GuideContext

_log = logging.getLogger(__name__)


class NapTimer:
    """One athlete's nap: it waits, calls, and is over once it is answered or has called for the last time.

    A mute while it calls is an answer; an earlier mute is not.
    """

    def __init__(self, nap: ScheduledNap, alerts: GuideAlerts) -> None:
        self.nap = nap
        self.over = False
        self.missed = False
        """whether it is over without a call, as it ended too long ago"""
        self.elapsed_ms = 0
        self._alerts = alerts
        self._calls: Iterator[tuple[int, int]] | None = None
        """delay after the first call in ms, and the number of the pattern"""
        self._next: tuple[int, int] | None = None
        self._called_at_ms = 0

    @property
    def waking(self) -> bool:
        """Whether it is calling."""
        return self._calls is not None and not self.over

    def advance(self, boot: str, now_ms: int, now: datetime) -> bool:
        """Let time pass; return whether the payload has changed."""
        if self.over:
            return False
        self.elapsed_ms = self.nap.elapsed_ms(boot, now_ms, now)
        late_ms = self.elapsed_ms - self.nap.duration_ms
        if self._calls is None:
            if late_ms < 0:
                return False
            if late_ms >= TOO_LATE_MS:
                self.over = self.missed = True
                return True
            self._calls, self._called_at_ms = alarm_calls(), now_ms
            self._next = next(self._calls)
            self._call(self._calls, now_ms)
            return True
        if self._alerts.muted_since(self.nap.athlete, self._called_at_ms):
            self.over = True
            return True
        self._call(self._calls, now_ms)
        return self.over

    def payload(self) -> NapPayload:
        """Return the state, to be published."""
        if self.over:
            return NapPayload()
        return NapPayload(
            state="waking" if self.waking else "napping",
            started=self.nap.started,
            until=self.nap.until,
            minutes=self.nap.minutes,
        )

    def _call(self, later: Iterator[tuple[int, int]], now_ms: int) -> None:
        """Play every call that is due; also after a restart the gentle call comes first."""
        while self._next is not None and now_ms - self._called_at_ms >= self._next[0]:
            self._alerts.sign(self.nap.athlete, f"nap_{self._next[1]}", at_any_hour=True)
            self._next = next(later, None)
        self.over = self._next is None


class NapGuide:
    """Guide of the command `nap`."""

    topic = "nap"

    def __init__(self, settings: NapTimerConfig, context: GuideContext) -> None:
        self.commands: Mapping[str, Command] = with_actions({"nap": self._command})
        self._settings = settings
        self._context = context
        self._timers: dict[str, NapTimer] = {}

    @property
    def busy(self) -> bool:
        """Whether a timer is calling; a sleeper needs no 100 ms steps."""
        return any(timer.waking for timer in self._timers.values())

    def busy_with(self, athlete: str) -> bool:
        """Return whether this athlete's nap is in progress."""
        return athlete in self._timers

    def restore(self, naps: Iterable[ScheduledNap]) -> None:
        """Continue the naps of an earlier run of the daemon."""
        for nap in naps:
            if nap.athlete in self._context.registry.pipelines:
                self._timers[nap.athlete] = NapTimer(nap, self._context.alerts)
                self._publish(nap.athlete)
            else:
                self._context.record.put(NapEnded(nap.athlete))

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        now = self._context.now()
        for athlete, timer in list(self._timers.items()):
            if timer.advance(self._context.boot, now_ms, now):
                if timer.missed:
                    _log.warning("no wake-up call for %s: the nap ended while the daemon was down", athlete)
                if timer.over:
                    self._end(timer)
                self._publish(athlete)

    def stop(self, now_ms: int) -> None:
        """Do nothing: a nap continues after a restart."""

    def payload(self, athlete: str) -> NapPayload:
        """Return the athlete's state, to be published."""
        timer = self._timers.get(athlete)
        return NapPayload() if timer is None else timer.payload()

    def _publish(self, athlete: str) -> None:
        self._context.publish(athlete, self.topic, self.payload(athlete))

    def _command(self, athlete: str, value: Any, now_ms: int) -> None:
        timer = self._timers.get(athlete)
        now, boot = self._context.now(), self._context.boot
        if value == STOP:
            if timer is None:
                raise ValueError("no nap is in progress")
            timer.elapsed_ms = timer.nap.elapsed_ms(boot, now_ms, now)
            self._end(timer)
        else:
            if timer is not None:
                raise ValueError(f"a nap is in progress until {timer.nap.until:%H:%M}: stop it first")
            minutes = self._settings.minutes if value == START else value
            nap = start_nap(athlete, minutes, boot=boot, now_ms=now_ms, now=now)
            self._timers[athlete] = NapTimer(nap, self._context.alerts)
            self._context.record.put(NapStarted(nap))
        self._publish(athlete)

    def _end(self, timer: NapTimer) -> None:
        athlete = timer.nap.athlete
        del self._timers[athlete]
        self._context.record.put(NapEnded(athlete))
        minutes = timer.nap.minutes if timer.missed else minutes_slept(timer.elapsed_ms, timer.nap)
        if minutes is not None:
            self._context.habits.add_now(athlete, Nap(minutes=minutes))
