"""All guides that are switched on, for everybody in the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..config.practice import Practice
from ..pipeline.commands import Command
from ..practice.nap import Nap
from ..record.items import NapOver
from .breathing_guide import BreathingGuide
from .morning_guide import MorningGuide, SaidOf
from .nap_guide import NapGuide
from .surroundings import Guide, Surroundings

_BUSY_S, _IDLE_S = 0.1, 0.5


class Guides:
    """What is switched off has no command, no topic and no effect."""

    def __init__(self, practice: Practice, around: Surroundings, said_of: SaidOf) -> None:
        self.by_command: dict[str, Guide] = {}
        self._around = around
        self._guides: list[Guide] = []
        self._nap: NapGuide | None = None
        self._announced: set[str] = set()
        if practice.has("breathing"):
            self._guides.append(BreathingGuide(practice.breathing, around))
        if practice.has("nap"):
            self._nap = NapGuide(practice.nap, around)
            self._guides.append(self._nap)
        if practice.has("readiness"):
            self._guides.append(MorningGuide(practice.readiness, around, said_of))
        for guide in self._guides:
            self.by_command.update(dict.fromkeys(guide.commands, guide))

    @property
    def commands(self) -> Mapping[str, Command]:
        """By name."""
        return {name: command for guide in self._guides for name, command in guide.commands.items()}

    @property
    def busy(self) -> bool:
        """Whether any of them wants to be asked often."""
        return any(guide.busy for guide in self._guides)

    def take_up(self, naps: Iterable[Nap]) -> None:
        """Go on with what an earlier run of the daemon left."""
        if self._nap is not None:
            self._nap.take_up(naps)
            return
        for nap in naps:
            self._around.record.put(NapOver(nap.athlete))

    def advance(self) -> None:
        """Let time pass, up to now."""
        now_ms = self._around.clock.monotonic_ms()
        for athlete in self._around.room.pipelines.keys() - self._announced:
            self._announced.add(athlete)
            for guide in self._guides:
                self._around.show(athlete, guide.topic, guide.payload(athlete))
        for guide in self._guides:
            guide.advance(now_ms)
        self._around.resting.advance(now_ms)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self.advance()
                await self._around.clock.sleep(_BUSY_S if self.busy else _IDLE_S)
        finally:
            for guide in self._guides:
                guide.leave(self._around.clock.monotonic_ms())
