"""The same four weeks over MQTT to a running daemon: the same words, with or without restarts."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from ..broker import Mosquitto
from .diary import BERLIN, Day, four_weeks
from .household import SetClock, at_home, configuration

DAYS = four_weeks()


async def evenings(folder: Path, port: int, *, restart: bool) -> list[dict[str, Any]]:
    """The document of the practice each evening, once it says what the table says."""
    clock = SetClock(datetime.combine(DAYS[0].date, time(6, 0), BERLIN))
    settings = configuration(folder, port)
    documents = []

    def said(day: Day) -> Any:
        return lambda document: document["day"] == str(day.date) and document["say"] == day.says

    def on(day: Day) -> Any:
        return lambda document: document["day"] == str(day.date)

    nights = [DAYS[number : number + 1] for number in range(28)] if restart else [DAYS]
    for days in nights:
        async with at_home(settings, clock) as home:
            for day in days:
                await home.live(day)
                documents.append(await home.practice(said(day)))
            ben = await home.practice(on(days[-1]), "ben")
            assert (ben["band_week_s"], ben["last_entry"], ben["symptoms"]["within_days"]) == (0, None, 0)
            assert "cramps" not in json.dumps([seen for topic, seen in home.seen if topic.startswith("ben/")])
    return documents


@pytest.mark.parametrize("restart", [False, True], ids=["in one go", "restarted every night"])
async def test_each_evening_says_over_mqtt_what_stands_in_the_table(
    tmp_path: Path, mosquitto: Mosquitto, restart: bool
) -> None:
    documents = await evenings(tmp_path, mosquitto.port, restart=restart)
    assert [document["day"] for document in documents] == [str(day.date) for day in DAYS]
    week = documents[11]
    assert week["band_week_s"] == (50 + 20 + 25 + 20) * 60
    assert week["today"]["why"] == "days_on"
    assert documents[14]["symptoms"]["ceiling_lowered_by"] == 0.1
