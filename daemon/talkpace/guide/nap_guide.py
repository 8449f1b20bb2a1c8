"""`nap`: keeps who is to be woken, over restarts, and wakes them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from ..config.guides import NapTimer
from ..pipeline.commands import Command
from ..practice.entries import Nap as NapEntry
from ..practice.nap import Nap, minutes_slept, new_nap
from ..record.items import NapBegun, NapOver
from .napping import NapWatch
from .orders import MINUTES, START, STOP
from .payloads import NapPayload
from .surroundings import Surroundings

_log = logging.getLogger(__name__)


class NapGuide:
    """See `Guide`."""

    topic = "nap"

    def __init__(self, settings: NapTimer, around: Surroundings) -> None:
        self.commands: Mapping[str, Command] = {"nap": Command(MINUTES, self._command)}
        self._settings = settings
        self._around = around
        self._naps: dict[str, NapWatch] = {}

    @property
    def busy(self) -> bool:
        """Whether it wakes somebody; a sleeper needs no close look."""
        return any(watch.waking for watch in self._naps.values())

    def busy_with(self, athlete: str) -> bool:
        """Whether this one does."""
        return athlete in self._naps

    def take_up(self, naps: Iterable[Nap]) -> None:
        """Go on with what an earlier run of the daemon left."""
        for nap in naps:
            if nap.athlete in self._around.room.pipelines:
                self._naps[nap.athlete] = NapWatch(nap, self._around.alerts)
                self._around.show(nap.athlete, self.topic, self.payload(nap.athlete))
            else:
                self._around.record.put(NapOver(nap.athlete))

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        now = self._around.clock.wall()
        for athlete, watch in list(self._naps.items()):
            if watch.advance(self._around.boot, now_ms, now):
                if watch.missed:
                    _log.warning("the nap of %s ended while nobody could wake", athlete)
                if watch.over:
                    self._end(watch)
                self._around.show(athlete, self.topic, self.payload(athlete))

    def leave(self, now_ms: int) -> None:
        """A nap goes on with the next run."""

    def payload(self, athlete: str) -> NapPayload:
        """How it stands."""
        watch = self._naps.get(athlete)
        return NapPayload() if watch is None else watch.payload()

    def _command(self, athlete: str, value: Any, now_ms: int) -> None:
        watch = self._naps.get(athlete)
        now, boot = self._around.clock.wall(), self._around.boot
        if value == STOP:
            if watch is None:
                raise ValueError("no nap is under way")
            watch.elapsed_ms = watch.nap.elapsed_ms(boot, now_ms, now)
            self._end(watch)
        else:
            if watch is not None:
                raise ValueError(f"a nap is under way until {watch.nap.until:%H:%M}: stop it first")
            minutes = self._settings.minutes if value == START else value
            nap = new_nap(athlete, minutes, boot=boot, now_ms=now_ms, now=now)
            self._naps[athlete] = NapWatch(nap, self._around.alerts)
            self._around.record.put(NapBegun(nap))
        self._around.show(athlete, self.topic, self.payload(athlete))

    def _end(self, watch: NapWatch) -> None:
        athlete = watch.nap.athlete
        del self._naps[athlete]
        self._around.record.put(NapOver(athlete))
        minutes = watch.nap.minutes if watch.missed else minutes_slept(watch.elapsed_ms, watch.nap)
        if minutes is not None:
            self._around.write_down(athlete, NapEntry(minutes=minutes))
