"""What the pipeline tells the room: which pattern, for whom, and whether aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time

from ..config.model import QuietHours
from ..effort.events import Event, EventName
from ..effort.warning import MOST_INSISTENT, WarningState
from ..service.clock import Clock
from .pacing import Pacing
from .player import Player

FAULT = "fault"


def is_quiet(at: time, hours: Iterable[QuietHours]) -> bool:
    """Whether this local time of day lies in one of the quiet hours; each begins inside and ends outside.

    Hours that end before they start go on past midnight.
    """
    now = at.replace(tzinfo=None)
    for quiet in hours:
        start, end = quiet.start.replace(tzinfo=None), quiet.end.replace(tzinfo=None)
        if start < end:
            if start <= now < end:
                return True
        elif now >= start or now < end:
            return True
    return False


def pattern_of(event: Event) -> str:
    """The name of an event's pattern; a repeated warning has one for each level."""
    if event.name is EventName.OVER_REPEAT:
        return f"{event.name.value}_{min(max(event.level, 1), MOST_INSISTENT)}"
    return event.name.value


class Alerts:
    """Alerts of all athletes. Every method takes effect before it returns, and none raises.

    Mute and quiet hours take the sound alone: lights go on.
    """

    def __init__(self, player: Player, quiet_hours: Sequence[QuietHours], clock: Clock) -> None:
        self._player = player
        self._quiet_hours = quiet_hours
        self._clock = clock
        self._muted_until_ms: dict[str, int] = {}
        self._muted_at_ms: dict[str, int] = {}

    @property
    def health(self) -> str:
        """Of buzzer and LED."""
        return self._player.health

    def event(self, athlete: str, event: Event) -> None:
        """Tell what has happened."""
        aloud = not self._muted(athlete) and not self._quiet()
        self._player.say(pattern_of(event), whose=athlete, aloud=aloud)

    def state(self, athlete: str, state: WarningState | None) -> None:
        """Show what lasts; None where there is no fresh heart rate."""
        self._player.state_light(athlete, None if state is None else f"state_{state.value}")

    def fault(self) -> None:
        """Tell that the daemon itself needs help, such as when the disk is full."""
        self._player.say(FAULT, aloud=not self._quiet())

    def sign(self, athlete: str, pattern: str, *, at_any_hour: bool = False) -> None:
        """Play a pattern that the athlete has asked for; `at_any_hour` in quiet hours too, and when muted."""
        aloud = at_any_hour or (not self._muted(athlete) and not self._quiet())
        self._player.say(pattern, whose=athlete, aloud=aloud)

    def pace(self, athlete: str, pacing: Pacing | None, *, elapsed_ms: int = 0) -> None:
        """Show this breath, which repeats and began so long ago; None ends it. See `Player.pace`."""
        aloud = not self._muted(athlete) and not self._quiet()
        self._player.pace(pacing, elapsed_ms=elapsed_ms, aloud=aloud)

    def muted_since(self, athlete: str, at_ms: int) -> bool:
        """Whether `mute` was asked for at this monotonic time or later."""
        return self._muted_at_ms.get(athlete, at_ms - 1) >= at_ms

    def mute(self, athlete: str, seconds: float) -> None:
        """Be silent about this athlete for so long, from now on; 0 ends it."""
        if seconds > 0:
            self._muted_at_ms[athlete] = self._clock.monotonic_ms()
        self._muted_until_ms[athlete] = self._clock.monotonic_ms() + round(seconds * 1000)
        if self._muted(athlete):
            self._player.hush(athlete)

    async def run(self) -> None:
        """Play, until cancelled; then everything is off."""
        await self._player.run()

    def _muted(self, athlete: str) -> bool:
        return self._clock.monotonic_ms() < self._muted_until_ms.get(athlete, 0)

    def _quiet(self) -> bool:
        return bool(self._quiet_hours) and is_quiet(self._clock.wall().time(), self._quiet_hours)
