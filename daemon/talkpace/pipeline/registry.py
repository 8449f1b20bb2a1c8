"""The athletes' pipelines and commands: routes strap events by address and commands by athlete."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..errors import CommandError
from ..mqtt.command_definitions import COMMANDS, CommandDefinition, SessionAction
from ..sources.events import LinkUp, Notification, StrapDescribed, StrapEvent
from ..training.events import EventName
from ..training.profile import Activity
from .athlete import AthletePipeline
from .strap_handover import hand_over

Action = Callable[[str, Any, int], None]
"""called with the athlete's id, the validated argument and the monotonic time in ms

Raises ValueError with the reason, and then has changed nothing.
"""


@dataclass(frozen=True)
class Command:
    """A command's definition with its action."""

    definition: CommandDefinition
    action: Action

    def run(self, athlete: str, argument: object, now_ms: int) -> None:
        """Validate the argument and carry the command out. Raises CommandError; then nothing has changed."""
        value = self.definition.validate(argument)
        try:
            self.action(athlete, value, now_ms)
        except ValueError as error:
            raise CommandError(str(error)) from None


def with_actions(actions: Mapping[str, Action]) -> Mapping[str, Command]:
    """Commands by name. Raises KeyError where `COMMANDS` does not define one."""
    return {name: Command(COMMANDS[name], action) for name, action in actions.items()}


def training_commands(pipeline: Callable[[str], AthletePipeline]) -> Mapping[str, Command]:
    """The commands that an athlete's pipeline carries out itself."""

    def session(athlete: str, action: SessionAction, now_ms: int) -> None:
        if action == "start":
            pipeline(athlete).start_session()
        else:
            pipeline(athlete).end_session(now_ms)

    def activity(athlete: str, value: Activity, now_ms: int) -> None:
        pipeline(athlete).set_activity(value, now_ms)

    def mute(athlete: str, seconds: float | None, now_ms: int) -> None:
        pipeline(athlete).mute(seconds, now_ms)

    return with_actions({"session": session, "activity": activity, "mute": mute})


_log = logging.getLogger(__name__)


class AthleteRegistry:
    """Holds one pipeline for each athlete. Every method returns at once."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._pipelines: dict[str, AthletePipeline] = {}
        self._now_ms = now_ms
        self._owners: dict[str, str] = {}
        self._unassigned: set[str] = set()
        self._former: set[str] = set()
        self._commands = dict(training_commands(self._pipelines.__getitem__))

    @property
    def pipelines(self) -> Mapping[str, AthletePipeline]:
        """By athlete id."""
        return MappingProxyType(self._pipelines)

    def add(self, pipeline: AthletePipeline) -> None:
        """Add an athlete's pipeline."""
        self._pipelines[pipeline.athlete] = pipeline

    def retire(self, athlete: str, *, end_session: bool = False) -> None:
        """Refuse an athlete's commands from now on. A session ends by itself, or now."""
        self._former.add(athlete)
        if end_session:
            pipeline, now_ms = self._pipelines[athlete], self._now_ms()
            pipeline.end_of_recording(now_ms)
            pipeline.advance(now_ms)

    def reinstate(self, athlete: str) -> None:
        """Take the commands of a retired athlete again."""
        self._former.discard(athlete)

    def register_commands(self, commands: Mapping[str, Command]) -> None:
        """Add commands (by name) that every athlete has."""
        self._commands.update(commands)

    @property
    def straps(self) -> frozenset[str]:
        """Addresses of the straps that are assigned to an athlete."""
        return frozenset(self._owners)

    @property
    def straps_connected(self) -> int:
        """Number of connected straps."""
        return sum(len(pipeline.straps.connected) for pipeline in self._pipelines.values())

    @property
    def session_active(self) -> bool:
        """Whether any athlete has a session."""
        return any(pipeline.active_session is not None for pipeline in self._pipelines.values())

    @property
    def bad_payloads(self) -> int:
        """Number of notifications that were not a valid measurement."""
        return sum(pipeline.straps.bad_payloads for pipeline in self._pipelines.values())

    def assign(self, owners: Mapping[str, str]) -> None:
        """Replace the assignment of straps (address to athlete id); a connected one keeps its link."""
        former_owners = self._owners
        self._owners = {address: athlete for address, athlete in owners.items() if athlete in self._pipelines}
        for address, former in former_owners.items():
            owner = self._owners.get(address)
            if owner != former:
                pipeline = None if owner is None else self._pipelines[owner]
                hand_over(address, self._pipelines[former], pipeline, self._now_ms())

    def on_event(self, event: StrapEvent) -> None:
        """Pass an event to the strap's athlete; an unassigned strap's events are dropped."""
        match event:
            case LinkUp() | StrapDescribed():
                address = event.strap.address
            case _:
                address = event.address
        athlete = self._owners.get(address)
        if athlete is not None:
            self._pipelines[athlete].strap_event(event)
        elif isinstance(event, Notification) and address not in self._unassigned:
            self._unassigned.add(address)
            _log.warning("strap %s sends, but is assigned to no athlete: see `talkpace pair`", address)

    def advance(self) -> None:
        """Let time pass for every athlete, up to now."""
        now_ms = self._now_ms()
        for pipeline in self._pipelines.values():
            pipeline.advance(now_ms)

    def work(self) -> bool:
        """Do a part of the deferred work; return whether more is left."""
        return any(pipeline.work() for pipeline in self._pipelines.values())

    def remind(self, athlete: str, name: EventName) -> None:
        """Raise an event of the habits for an athlete."""
        if athlete in self._pipelines and athlete not in self._former:
            self._pipelines[athlete].remind(name, self._now_ms())

    def publish_states(self, athlete: str) -> None:
        """Publish an athlete's retained states."""
        if athlete in self._pipelines:
            self._pipelines[athlete].publish_states()

    def correct_clock(self) -> None:
        """Correct the sessions' start times once the wall clock is synchronised."""
        for pipeline in self._pipelines.values():
            pipeline.correct_clock()

    def command(self, athlete: str, name: str, argument: object) -> None:
        """Execute a command from outside. Raises CommandError, and has then changed nothing."""
        if athlete not in self._pipelines or athlete in self._former:
            raise CommandError(f"there is no athlete {athlete!r} here")
        command = self._commands.get(name)
        if command is None:
            raise CommandError(f"there is no command {name[:40]!r}; known are {', '.join(self._commands)}")
        command.run(athlete, argument, self._now_ms())
