"""The shipped ACL has, as comments, every topic that a lamp of each kind needs."""

from __future__ import annotations

import pytest

from talkpace.alerts.lamps.display import Light
from talkpace.alerts.lamps.formats import lamp_format
from talkpace.config.lamps import LampConfig

from .shipped_broker import SHIPPED


@pytest.mark.parametrize(
    "lamp",
    [
        LampConfig(name="desk", kind="zigbee2mqtt", topic="zigbee2mqtt/desk"),
        LampConfig(name="strip", kind="wled", topic="wled/strip"),
        LampConfig(name="spot", kind="tasmota", topic="tasmota_67B1E9"),
        LampConfig(name="wall", kind="homeassistant", topic="room/desk/set", state_topic="room/desk/state"),
    ],
    ids=lambda lamp: lamp.kind,
)
def test_the_example_lines_are_what_the_lamp_reads_and_writes(lamp: LampConfig) -> None:
    lines = (SHIPPED / "talkpace.acl").read_text().splitlines()
    form = lamp_format(lamp)
    messages = [*form.question, *form.off, *form.show(Light((255, 0, 0), 1))]
    needs = {f"# topic write {one.topic}" for one in messages}
    needs |= {f"# topic read {topic}" for topic in form.state_topics}
    assert needs <= set(lines)
