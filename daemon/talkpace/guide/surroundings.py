"""What all guides have to do with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from ..pipeline.commands import Command
from ..pipeline.room import Room
from ..pipeline.sinks import PublishSink, RecordSink
from ..service.clock import Clock
from .aside import Aside
from .resting import RestingAthletes
from .sinks import GuideAlerts, WriteDown


@dataclass(frozen=True)
class Surroundings:
    """The room, its clock, and where results go."""

    room: Room
    clock: Clock
    boot: str
    alerts: GuideAlerts
    record: RecordSink
    publish: PublishSink | None
    write_down: WriteDown
    resting: RestingAthletes
    aside: Aside

    def show(self, athlete: str, topic: str, payload: BaseModel) -> None:
        """Publish how a guide stands with an athlete."""
        if self.publish is not None:
            self.publish.state(f"{athlete}/{topic}", payload)


class Guide(Protocol):
    """One kind of guide, for everybody in the room."""

    topic: str

    @property
    def commands(self) -> Mapping[str, Command]:
        """By name."""
        ...

    @property
    def busy(self) -> bool:
        """Whether it wants to be asked often."""
        ...

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        ...

    def payload(self, athlete: str) -> BaseModel:
        """How it stands with an athlete."""
        ...

    def busy_with(self, athlete: str) -> bool:
        """Whether it leads this one."""
        ...

    def leave(self, now_ms: int) -> None:
        """The daemon stops: end what cannot go on with its next run."""
        ...
