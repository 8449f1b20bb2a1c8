"""MQTT messages as lines of text."""

from __future__ import annotations

import pytest

from talkpace.cli.terminal.lines import event_line, event_text
from talkpace.mqtt.payloads import EventPayload
from talkpace.training.events import EventName

from ...mqtt.sample_messages import EVENT


@pytest.mark.parametrize("name", EventName)
def test_every_event_has_a_text(name: EventName) -> None:
    event = EventPayload.model_validate({**EVENT, "event": name, "heart_rate": None, "effort": None})
    assert event_text(event)
    assert event_line(event) == f"18:02:11  {event_text(event)}"


def test_heart_rate_and_effort_follow_where_known() -> None:
    event = EventPayload.model_validate(EVENT)
    assert event_line(event) == "18:02:11  over the ceiling: ease off (140 bpm, 74%)"
