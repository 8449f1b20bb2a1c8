"""What can be pressed, chosen and set on an athlete's device: each is a command."""

from __future__ import annotations

from collections.abc import Sequence

from ...effort.athlete import Activity
from .entity import Button, Category, Entity, Number, Select, Sensor
from .template import scaled, value

CONTROLS: Sequence[Entity] = (
    Button(key="start", name="Start session", icon="mdi:play", command="session", argument="start"),
    Button(key="end", name="End session", icon="mdi:stop", command="session", argument="end"),
    Select(
        key="activity",
        name="Activity",
        icon="mdi:run",
        topic="session",
        template=value("activity"),
        command="activity",
        choices=[activity.value for activity in Activity],
    ),
    Button(key="mute", name="Mute", icon="mdi:volume-off", command="mute"),
    Button(key="unmute", name="End mute", icon="mdi:volume-high", command="mute", argument=0),
    Number(
        key="mute_time",
        name="Mute time",
        icon="mdi:timer-sand",
        category=Category.CONFIG,
        topic="athlete",
        template=scaled("mute_s", 1 / 60),
        command="mute_time",
        command_template="{{ (value * 60) | round(0) | int }}",
        device_class="duration",
        unit="min",
        lowest=1,
        highest=1440,
        step=1,
    ),
    Number(
        # Of the next session: one that is under way keeps what it is judged by. Home Assistant lets
        # nobody change a number that is unknown: who has no ceiling is shown the one that changes nothing.
        key="ceiling",
        name="Ceiling",
        icon="mdi:format-vertical-align-top",
        category=Category.CONFIG,
        topic="athlete",
        template="{{ ((1 if value_json.ceiling is none else value_json.ceiling) * 100) | round(1) }}",
        command="ceiling",
        command_template="{{ (value / 100) | round(4) }}",
        unit="%",
        lowest=1,
        highest=150,
        step=1,
    ),
    Button(
        key="talk_comfortable",
        name="Talk test: comfortable",
        icon="mdi:account-voice",
        command="talk_test",
        argument="comfortable",
        of_strap=True,
    ),
    Button(
        key="talk_strained",
        name="Talk test: strained",
        icon="mdi:account-alert",
        command="talk_test",
        argument="strained",
        of_strap=True,
    ),
    Button(
        key="talk_unable",
        name="Talk test: unable",
        icon="mdi:account-voice-off",
        command="talk_test",
        argument="unable",
        of_strap=True,
    ),
    Sensor(
        key="suggested_ceiling",
        name="Suggested ceiling",
        icon="mdi:lightbulb-outline",
        topic="athlete",
        template=scaled("suggested_ceiling", 100),
        unit="%",
        precision=0,
    ),
    Sensor(
        key="talk_tests",
        name="Talk test answers",
        icon="mdi:counter",
        category=Category.DIAGNOSTIC,
        enabled=False,
        topic="athlete",
        template=value("talk_tests"),
        state_class="total_increasing",
    ),
    Sensor(
        key="max_heart_rate",
        name="Maximum heart rate",
        icon="mdi:heart-cog",
        category=Category.DIAGNOSTIC,
        topic="athlete",
        template=value("max_heart_rate"),
        unit="bpm",
        precision=0,
    ),
)
