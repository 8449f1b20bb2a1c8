"""What Home Assistant finds of the practice, by the pieces that are on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pytest

from talkpace.config.practice import Practice
from talkpace.practice.done import Known
from talkpace.practice.log import Entry, Log, what_of
from talkpace.practice.settings import PracticeSettings
from talkpace.practice.standing import standing
from talkpace.publish.discovery.documents import DiscoveryTopics, documents
from talkpace.publish.topics import Topics

ON = Practice.model_validate(
    {"athletes": [{"athlete": "anna", "supplements": [{"name": "Collagen"}, {"name": "collagen (evening)"}]}]}
)
SEVERE = "You have noted a severe symptom: please see a physician. If it is acute, do not wait for that."
PIECES = Practice().pieces
WITHOUT_ENTITIES = {"signals", "supplements"}


def components(practice: Practice) -> dict[str, dict[str, Any]]:
    topics, discovery = Topics("talkpace", "gym"), DiscoveryTopics("homeassistant", "gym")
    found = documents(topics, discovery, {"anna": "Anna", "ben": "Ben"}, practice)
    anna: dict[str, dict[str, Any]] = json.loads(
        found["homeassistant/device/talkpace_gym/athlete_anna/config"]
    )["components"]
    return anna


def of_practice(practice: Practice) -> dict[str, dict[str, Any]]:
    return {
        key: component
        for key, component in components(practice).items()
        if key not in components(Practice(enabled=False))
        and component.get("state_topic", "/practice").endswith("/practice")
    }


def shown(component: dict[str, Any], document: dict[str, Any]) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(component["value_template"]).render(value_json=document)


def a_document(settings: PracticeSettings = PracticeSettings()) -> dict[str, Any]:  # noqa: B008 - frozen
    at = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    said: list[tuple[str, dict[str, Any]]] = [
        ("sleep", {"hours": 6.5}),
        ("water", {"ml": 750}),
        ("symptom", {"severity": "severe"}),
    ]
    entries = [
        Entry(str(number), "anna", at - timedelta(hours=1), at, what_of(*one))
        for number, one in enumerate(said)
    ]
    known = Known(Log.of(entries), [], ZoneInfo("Europe/Berlin"), 64)
    document: dict[str, Any] = standing(known, settings, at).model_dump(mode="json")
    return document


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("today_is", "rest"),
        ("band_week", "0.0"),
        ("cardio_week", "0"),
        ("mindful_week", "0.0"),
        ("share_week", "None"),
        ("load_trend", "too_early"),
        ("sleep", "6.5"),
        ("nap", "0.0"),
        ("water_today", "750.0"),
        ("water_target", "2086.0"),
        ("symptoms", "1"),
        ("see_physician", "ON"),
        ("supplements_due", ""),
        (
            "say",
            "You have noted a severe symptom: please see a physician. If it is acute, do not wait for that.",
        ),
    ],
)
def test_a_day_is_shown(key: str, state: str) -> None:
    assert shown(of_practice(ON)[key], a_document()) == state


def test_no_template_fails_on_a_document_without_anything() -> None:
    nothing = PracticeSettings(
        week=None,
        rest=None,
        sleep=None,
        water=None,
        symptoms=None,
        supplements=None,
        load=False,
        context=False,
        readiness=False,
        breathing=False,
    )
    for component in of_practice(ON).values():
        if "value_template" in component:
            assert shown(component, a_document(nothing)) in {"None", "0.0"}


def test_buttons_and_numbers_send_the_commands() -> None:
    found = of_practice(ON)
    assert found["glass"]["command_topic"] == "talkpace/gym/anna/command/water"
    assert found["glass"]["payload_press"] == "250"
    assert found["context_heat"]["payload_press"] == '{"heat": true}'
    assert found["supplement_collagen"]["payload_press"] == '"Collagen"'
    assert found["supplement_collagen_evening"]["payload_press"] == '"collagen (evening)"'
    sent = jinja2.Environment(autoescape=False).from_string(found["sleep"]["command_template"])
    assert json.loads(sent.render(value=7.5)) == {"hours": 7.5, "replace": True}


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_that_is_off_has_no_entity(piece: str) -> None:
    off = Practice.model_validate({piece: {"enabled": False}})
    left, all_of_them = components(off), components(Practice())
    assert left.keys() <= all_of_them.keys()
    assert (left.keys() < all_of_them.keys()) == (piece not in WITHOUT_ENTITIES)


def test_with_all_off_nothing_of_it_shows() -> None:
    off = Practice.model_validate({piece: {"enabled": False} for piece in PIECES})
    assert off.pieces == []
    assert of_practice(off) == {}
    assert not any("practice" in json.dumps(component) for component in components(off).values())
