"""Everyone who trains here: each strap's beats go to the athlete who wears it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..effort.events import EventName
from ..errors import CommandError
from ..strap.door import LinkUp, Notification, StrapDescribed, StrapEvent
from .athlete import AthletePipeline
from .commands import Command, training_commands

_log = logging.getLogger(__name__)


class Room:
    """Routes strap events by address, and commands by athlete. Every method returns at once."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._pipelines: dict[str, AthletePipeline] = {}
        self._now_ms = now_ms
        self._owners: dict[str, str] = {}
        self._strangers: set[str] = set()
        self._commands = dict(training_commands(self._pipelines.__getitem__))

    @property
    def pipelines(self) -> Mapping[str, AthletePipeline]:
        """By athlete."""
        return MappingProxyType(self._pipelines)

    def welcome(self, pipeline: AthletePipeline) -> None:
        """An athlete trains here from now on."""
        self._pipelines[pipeline.athlete] = pipeline

    def understand(self, commands: Mapping[str, Command]) -> None:
        """More commands, by name, that are carried out for every athlete here."""
        self._commands.update(commands)

    @property
    def straps(self) -> frozenset[str]:
        """Addresses that belong to somebody here."""
        return frozenset(self._owners)

    @property
    def straps_connected(self) -> int:
        """How many straps are connected now."""
        return sum(len(pipeline.straps.connected) for pipeline in self._pipelines.values())

    def assign(self, owners: Mapping[str, str]) -> None:
        """Who wears which strap (address to athlete), from now on."""
        self._owners = {address: athlete for address, athlete in owners.items() if athlete in self._pipelines}

    def door(self, event: StrapEvent) -> None:
        """Let an event in; one of a strap that nobody here wears is passed over."""
        match event:
            case LinkUp() | StrapDescribed():
                address = event.strap.address
            case _:
                address = event.address
        athlete = self._owners.get(address)
        if athlete is not None:
            self._pipelines[athlete].strap_event(event)
        elif isinstance(event, Notification) and address not in self._strangers:
            self._strangers.add(address)
            _log.warning("strap %s sends, but belongs to nobody here", address)

    def advance(self) -> None:
        """Let time pass for everyone, up to now."""
        now_ms = self._now_ms()
        for pipeline in self._pipelines.values():
            pipeline.advance(now_ms)

    def work(self) -> bool:
        """Do a little of what can wait for everyone; answers whether more is to be done."""
        return any(pipeline.work() for pipeline in self._pipelines.values())

    def remind(self, athlete: str, name: EventName) -> None:
        """Tell an athlete an event of the practice."""
        if athlete in self._pipelines:
            self._pipelines[athlete].remind(name, self._now_ms())

    def announce(self, athlete: str) -> None:
        """Publish an athlete's lasting states, where they have changed."""
        if athlete in self._pipelines:
            self._pipelines[athlete].announce()

    def correct_clock(self) -> None:
        """Move sessions to their right dates where the clock has become right."""
        for pipeline in self._pipelines.values():
            pipeline.correct_clock()

    def command(self, athlete: str, name: str, argument: object) -> None:
        """Carry out a command from outside. Raises CommandError, and then has changed nothing."""
        if athlete not in self._pipelines:
            raise CommandError(f"there is no athlete {athlete!r} here")
        command = self._commands.get(name)
        if command is None:
            raise CommandError(f"there is no command {name[:40]!r}; known are {', '.join(self._commands)}")
        command.carry_out(athlete, name, argument, self._now_ms())
