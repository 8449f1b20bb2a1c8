"""A device that plays in the time of the tests' clock, and keeps what was heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from talkpace.alerts.outputs import AlertDeviceError
from talkpace.alerts.speaker.pcm import duration_ms

from ...fake_clock import FakeClock


@dataclass
class Sound:
    """What one call has played."""

    at_ms: int
    pcm: bytearray = field(default_factory=bytearray)
    end_ms: int | None = None
    """when its last sample was heard"""

    @property
    def complete(self) -> bool:
        return self.end_ms is not None

    @property
    def audible(self) -> bytes:
        """Without the silence around it."""
        return bytes(self.pcm).strip(b"\0")


class FakeSound:
    def __init__(self, clock: FakeClock) -> None:
        self.error: AlertDeviceError | None = None
        self.calls: list[Sound] = []
        self._clock = clock

    @property
    def sounds(self) -> list[Sound]:
        """What was more than silence."""
        return [one for one in self.calls if one.audible]

    async def play(self, pcm: Iterable[bytes]) -> None:
        sound = Sound(self._clock.monotonic_ms())
        self.calls.append(sound)
        for block in pcm:
            if self.error is not None:
                raise self.error
            sound.pcm += block
            if block:
                await self._clock.sleep(duration_ms(block) / 1000)
        sound.end_ms = self._clock.monotonic_ms()
