"""Alerts on recorded outputs and a clock that moves only when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from talkpace.alerts.alerts import Alerts
from talkpace.alerts.fake import FakeOutputs
from talkpace.alerts.player import Player
from talkpace.config.alert_patterns import PATTERNS, AlertPattern
from talkpace.config.model import QuietHoursConfig

from ..fake_clock import FakeClock, let_run


class AlertsHarness:
    def __init__(
        self,
        patterns: Mapping[str, AlertPattern] = PATTERNS,
        quiet_hours: Sequence[QuietHoursConfig] = (),
        *,
        pitched: bool = False,
        fades: bool = False,
    ) -> None:
        self.clock = FakeClock()
        self.began_ms = self.clock.monotonic_ms()
        self.outputs = FakeOutputs(self.clock.monotonic_ms, pitched=pitched, fades=fades)
        self.player = Player(self.outputs, patterns, self.clock)
        self.alerts = Alerts(self.player, quiet_hours, self.clock)

    def sounding(self) -> int | None:
        """The tone that is heard now."""
        return self.outputs.sounding

    def lit(self) -> str | None:
        """The colour that is seen now."""
        return self.outputs.lit

    def sounds(self) -> list[tuple[int, int | None]]:
        """(ms since the stage began, tone)"""
        return [(at_ms - self.began_ms, tone) for at_ms, tone in self.outputs.sounds]

    def lights(self) -> list[tuple[int, str | None]]:
        """(ms since the stage began, colour)"""
        return [(at_ms - self.began_ms, colour) for at_ms, colour in self.outputs.lights]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.alerts.run())
        await let_run()
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def play(self, ms: int) -> None:
        """Let so much time pass."""
        await self.clock.advance(ms / 1000)
