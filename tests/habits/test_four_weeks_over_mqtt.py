"""The four weeks as MQTT commands to a running daemon, with and without restarts."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from ..broker import Mosquitto
from ..fake_clock import FakeClock
from .daemon_harness import configuration, running_daemon
from .four_weeks import BERLIN, Day, four_weeks

DAYS = four_weeks()


async def evenings(folder: Path, port: int, *, restart: bool) -> list[dict[str, Any]]:
    """Return the habits document of each evening, once it has the messages of the table."""
    clock = FakeClock(datetime.combine(DAYS[0].date, time(6, 0), BERLIN), zone=BERLIN)
    settings = configuration(folder, port)
    documents = []

    def has_messages(day: Day) -> Any:
        return lambda document: document["day"] == str(day.date) and document["say"] == day.messages

    def is_of(day: Day) -> Any:
        return lambda document: document["day"] == str(day.date)

    nights = [DAYS[number : number + 1] for number in range(28)] if restart else [DAYS]
    for days in nights:
        async with running_daemon(settings, clock) as harness:
            for day in days:
                await harness.replay_day(day)
                documents.append(await harness.habits(has_messages(day)))
            ben = await harness.habits(is_of(days[-1]), "ben")
            assert (ben["band_week_s"], ben["last_entry"], ben["symptoms"]["within_days"]) == (0, None, 0)
            assert "cramps" not in json.dumps(
                [seen for topic, seen in harness.seen if topic.startswith("ben/")]
            )
    return documents


@pytest.mark.parametrize("restart", [False, True], ids=["without restarts", "restarted every night"])
async def test_the_daemon_publishes_the_messages_of_the_table_each_evening(
    tmp_path: Path, mosquitto: Mosquitto, restart: bool
) -> None:
    documents = await evenings(tmp_path, mosquitto.port, restart=restart)
    assert [document["day"] for document in documents] == [str(day.date) for day in DAYS]
    week = documents[11]
    assert week["band_week_s"] == (50 + 20 + 25 + 20) * 60
    assert week["today"]["why"] == "days_on"
    assert documents[14]["symptoms"]["ceiling_lowered_by"] == 0.1
