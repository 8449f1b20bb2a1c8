"""A replay tells how far it is, however fast it goes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from talkpace.config.model import Configuration
from talkpace.effort.athlete import AthleteValues, Judgement, judge_by
from talkpace.service.clock import Clock, FastClock
from talkpace.service.replay import Replay, ReplayRecord
from talkpace.service.replay_edges import SilentAlerts
from talkpace.strap.recording import open_recording


@pytest.mark.parametrize("clock", [None, FastClock(10_000)])
async def test_progress_is_told_on_the_way(tmp_path: Path, clock: Clock | None) -> None:
    ride = tmp_path / "ride.csv"
    ride.write_text("time,hr\n" + "".join(f"{t},{100 + t % 50}\n" for t in range(20_000)))
    configuration = Configuration()

    def judge(at: datetime) -> Judgement:
        ceilings = configuration.ceilings.by_activity()
        return judge_by(AthleteValues(max_heart_rate=190), year=at.year, ceilings=ceilings)

    replay = Replay(
        athlete="anna",
        node="gym",
        rules=configuration.rules(),
        judge=judge,
        alerts=SilentAlerts(),
        record=ReplayRecord(),
        clock=clock,
    )
    told: list[int] = []
    await replay.file(open_recording(ride), told.append)
    assert told == sorted(told)
    assert any(0 < read < ride.stat().st_size for read in told)
    assert told[-1] == ride.stat().st_size
