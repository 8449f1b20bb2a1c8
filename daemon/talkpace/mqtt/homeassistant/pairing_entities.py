"""Entities of the node's device for its commands: search for straps, pair one, test the alert.

Home Assistant takes the options of a select from its discovery document only. So the document changes with
the straps found and with the athletes, and what is chosen lives in the daemon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..payloads import Choice
from .entity import Button, Category, Entity, Select, Sensor, value

_RESULT = (
    "{{ (value_json.name ~ ': ' ~ (value_json.error if not value_json.ok"
    " else ((value_json.result | count) ~ ' found') if value_json.name == 'scan' else 'done'))[:255] }}"
)


def pairing_entities(straps: Sequence[str], athletes: Mapping[str, str]) -> Sequence[Entity]:
    """The entities; `straps` are the labels of the straps found, `athletes` has names by id."""
    return (
        Button(
            key="scan",
            name="Search for straps",
            icon="mdi:magnify",
            category=Category.CONFIG,
            command="scan",
        ),
        Select(
            key="strap_choice",
            name="Strap",
            icon="mdi:heart-pulse",
            category=Category.CONFIG,
            topic="straps",
            template=value("strap_choice.label"),
            command="strap_choice",
            command_template=_id_of_label("address"),
            choices=list(straps),
        ),
        Select(
            key="athlete_choice",
            name="Athlete for the strap",
            icon="mdi:account",
            category=Category.CONFIG,
            topic="straps",
            template=value("athlete_choice.label"),
            command="athlete_choice",
            command_template=_id_of_label("athlete"),
            choices=[Choice.of(athlete, name).label for athlete, name in athletes.items()],
        ),
        Button(
            key="pair",
            name="Pair",
            icon="mdi:link-variant",
            category=Category.CONFIG,
            command="pair_choice",
        ),
        Button(
            key="test_alert",
            name="Test the alert",
            icon="mdi:bullhorn",
            category=Category.CONFIG,
            command="alerts_test",
        ),
        Sensor(
            key="result",
            name="Last command",
            icon="mdi:message-text",
            category=Category.DIAGNOSTIC,
            topic="result",
            template=_RESULT,
        ),
    )


def _id_of_label(key: str) -> str:
    """A template that makes a command's parameters of the chosen label: `Polar H10 (A0:9E:1A:00:00:01)`."""
    return f"{{{{ {{'{key}': value.split('(')[-1].rstrip(')')}} | tojson }}}}"
