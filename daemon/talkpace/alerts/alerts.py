"""Turn events and states of the pipeline into patterns; mute and quiet hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time

from ..clock import Clock
from ..config.alert_patterns import AlertPattern
from ..config.model import QuietHoursConfig
from ..diagnostics import NOT_USED, Health, combine_health
from ..errors import CommandError
from ..training.events import Event, EventName
from ..training.warning import MAX_REPEAT_LEVEL, WarningState
from .pacing import Pacing
from .player import Player

FAULT = "fault"
_WARNINGS = frozenset({EventName.OVER, EventName.OVER_REPEAT, EventName.EASY_AGAIN})


def is_quiet(at: time, hours: Iterable[QuietHoursConfig]) -> bool:
    """Return whether a local time is in quiet hours, from `start` up to but without `end`.

    Hours that end before they start extend past midnight.
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
    """Return the name of an event's pattern; a repeated warning has one for each level."""
    if event.name is EventName.OVER_REPEAT:
        return f"{event.name.value}_{min(max(event.level, 1), MAX_REPEAT_LEVEL)}"
    return event.name.value


def sentence_of(pattern: str) -> str:
    """Return the key of the sentence that follows a pattern; not every pattern has one."""
    return f"events.{pattern}"


class Alerts:
    """Alerts of all athletes. Every method takes effect before it returns, and none raises.

    Mute and quiet hours silence the sound only, not the light.
    """

    def __init__(
        self,
        player: Player,
        quiet_hours: Sequence[QuietHoursConfig],
        clock: Clock,
        *,
        speech_health: Callable[[], Health] = lambda: NOT_USED,
    ) -> None:
        self._player = player
        self._speech_health = speech_health
        self.quiet_hours = quiet_hours
        self._clock = clock
        self._muted_until_ms: dict[str, int] = {}
        self._muted_at_ms: dict[str, int] = {}
        self._without_warnings: set[str] = set()

    @property
    def health(self) -> Health:
        """Health of buzzer, LED and speaker, and of what it speaks."""
        return combine_health(self._player.health, self._speech_health())

    def set_patterns(self, patterns: Mapping[str, AlertPattern]) -> None:
        """Replace the patterns, by the same names."""
        self._player.set_patterns(patterns)

    def event(self, athlete: str, event: Event) -> None:
        """Play the pattern of an event."""
        silent = event.name in _WARNINGS and athlete in self._without_warnings
        audible = not silent and not self._muted(athlete) and not self._quiet()
        pattern = pattern_of(event)
        self._player.play(pattern, athlete=athlete, audible=audible, sentence=sentence_of(pattern))

    def state(self, athlete: str, state: WarningState | None) -> None:
        """Show a state; None where there is no recent heart rate."""
        self._player.state_light(athlete, None if state is None else f"state_{state.value}")

    def fault(self) -> None:
        """Play the pattern for a fault of the daemon, such as a full disk."""
        self._player.play(FAULT, audible=not self._quiet(), sentence=sentence_of(FAULT))

    def sign(
        self, athlete: str, pattern: str, *, at_any_hour: bool = False, sentence: str | None = None
    ) -> None:
        """Play a pattern that the athlete requested; `at_any_hour` also in quiet hours and when muted.

        `sentence` is spoken after it.
        """
        audible = at_any_hour or (not self._muted(athlete) and not self._quiet())
        self._player.play(pattern, athlete=athlete, audible=audible, sentence=sentence)

    def say(self, athlete: str, sentence: str) -> None:
        """Speak a sentence (a key of `language.sentences`) over the speaker, after what is spoken now."""
        if not self._muted(athlete) and not self._quiet():
            self._player.say(athlete, sentence)

    def silence_warnings(self, athlete: str, *, silent: bool) -> None:
        """Silence warnings of the ceiling, not their light: a calibration passes it on purpose."""
        (self._without_warnings.add if silent else self._without_warnings.discard)(athlete)

    def test(self, pattern: str) -> None:
        """Play a pattern for somebody who wants to hear and see it, in quiet hours too.

        Raises CommandError for an unknown pattern.
        """
        if pattern not in self._player.patterns:
            names = ", ".join(sorted(self._player.patterns))
            raise CommandError(f"there is no alert pattern {pattern!r}; choose from {names}")
        self._player.play(pattern, sentence=sentence_of(pattern))

    def pace(self, athlete: str, pacing: Pacing | None, *, elapsed_ms: int = 0) -> None:
        """Repeat a breath that began `elapsed_ms` ago; None ends it. See `Player.pace`."""
        audible = not self._muted(athlete) and not self._quiet()
        self._player.pace(pacing, elapsed_ms=elapsed_ms, audible=audible)

    def muted_since(self, athlete: str, at_ms: int) -> bool:
        """Return whether the athlete was muted at this monotonic time or later."""
        return self._muted_at_ms.get(athlete, at_ms - 1) >= at_ms

    def mute(self, athlete: str, seconds: float) -> None:
        """Mute an athlete's alerts for so many seconds from now on; 0 ends the mute."""
        if seconds > 0:
            self._muted_at_ms[athlete] = self._clock.monotonic_ms()
        self._muted_until_ms[athlete] = self._clock.monotonic_ms() + round(seconds * 1000)
        if self._muted(athlete):
            self._player.stop(athlete)

    async def run(self) -> None:
        """Play until cancelled, then switch everything off."""
        await self._player.run()

    def _muted(self, athlete: str) -> bool:
        return self._clock.monotonic_ms() < self._muted_until_ms.get(athlete, 0)

    def _quiet(self) -> bool:
        return bool(self.quiet_hours) and is_quiet(self._clock.wall().time(), self.quiet_hours)
