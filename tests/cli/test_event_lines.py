"""Whatever is told over MQTT can be said in a line."""

from __future__ import annotations

import pytest

from talkpace.cli.live import event_line
from talkpace.effort.events import EventName


@pytest.mark.parametrize("name", EventName)
def test_every_event_has_words(name: EventName) -> None:
    told = {"event": name.value, "time": "2026-11-24T18:02:11.480+01:00", "heart_rate": None, "effort": None}
    at, words = event_line(told).split("  ", 1)
    assert (at, bool(words)) == ("18:02:11", True)
