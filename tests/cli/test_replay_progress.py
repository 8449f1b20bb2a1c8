"""A replay reports its progress at any speed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from talkpace.clock import Clock, FastClock
from talkpace.config.model import Configuration
from talkpace.formats import open_recording
from talkpace.pipeline.sinks import SilentAlerts
from talkpace.replay.replay import Replay, ReplayRecord
from talkpace.training.profile import AthleteProfile, AthleteValues, resolve_profile


@pytest.mark.parametrize("clock", [None, FastClock(10_000)])
async def test_progress_is_reported_while_replaying(tmp_path: Path, clock: Clock | None) -> None:
    ride = tmp_path / "ride.csv"
    ride.write_text("time,hr\n" + "".join(f"{t},{100 + t % 50}\n" for t in range(20_000)))
    configuration = Configuration()

    def judge(at: datetime) -> AthleteProfile:
        ceilings = configuration.ceilings.by_activity()
        return resolve_profile(AthleteValues(max_heart_rate=190), year=at.year, ceilings=ceilings)

    replay = Replay(
        athlete="anna",
        node="gym",
        rules=configuration.rules(),
        profile_at=judge,
        alerts=SilentAlerts(),
        record=ReplayRecord(),
        clock=clock,
    )
    progress: list[int] = []
    await replay.replay_file(open_recording(ride), progress.append)
    assert progress == sorted(progress)
    assert any(0 < read < ride.stat().st_size for read in progress)
    assert progress[-1] == ride.stat().st_size
