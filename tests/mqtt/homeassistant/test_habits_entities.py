"""Entities of the habits, by the habits that are enabled."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pytest

from talkpace.config.habits import HabitsConfig
from talkpace.habits.history import History
from talkpace.habits.log import Entry, EntryLog, parse_content
from talkpace.habits.settings import HabitsSettings
from talkpace.habits.status import daily_status
from talkpace.mqtt.homeassistant.documents import DiscoveryTopics, documents
from talkpace.mqtt.topics import Topics

from ...habits.four_weeks import OFF

ON = HabitsConfig.model_validate(
    {"athletes": [{"athlete": "anna", "supplements": [{"name": "Collagen"}, {"name": "collagen (evening)"}]}]}
)
SEVERE = "You have noted a severe symptom: please see a physician. If it is acute, do not wait for that."
PIECES = HabitsConfig().enabled_features
WITHOUT_ENTITIES = {"signals", "supplements"}


def components(habits: HabitsConfig) -> dict[str, dict[str, Any]]:
    topics, discovery = Topics("talkpace", "gym"), DiscoveryTopics("homeassistant", "gym")
    found = documents(topics, discovery, {"anna": "Anna", "ben": "Ben"}, habits, {})
    anna: dict[str, dict[str, Any]] = json.loads(
        found["homeassistant/device/talkpace_gym/athlete_anna/config"]
    )["components"]
    return anna


def of_habits(habits: HabitsConfig) -> dict[str, dict[str, Any]]:
    return {
        key: component
        for key, component in components(habits).items()
        if key not in components(HabitsConfig(enabled=False))
        and component.get("state_topic", "/habits").endswith("/habits")
    }


def rendered(component: dict[str, Any], document: dict[str, Any]) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(component["value_template"]).render(value_json=document)


def a_document(settings: HabitsSettings = HabitsSettings()) -> dict[str, Any]:  # noqa: B008 - frozen
    at = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    said: list[tuple[str, dict[str, Any]]] = [
        ("sleep", {"hours": 6.5}),
        ("water", {"ml": 750}),
        ("symptom", {"severity": "severe"}),
        ("symptom", {"severity": "mild"}),
        ("activity", {"activity": "cardio", "minutes": 15}),
        ("activity", {"activity": "cardio", "minutes": 25}),
    ]
    entries = [
        Entry(str(number), "anna", at - timedelta(hours=1), at, parse_content(*one))
        for number, one in enumerate(said)
    ]
    known = History(EntryLog.of(entries), [], ZoneInfo("Europe/Berlin"), 64)
    document: dict[str, Any] = daily_status(known, settings, at).model_dump(mode="json")
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
        ("without_strap_cardio", "40.0"),
        ("without_strap_strength", "0.0"),
        ("note", ""),
        ("symptom_today", "severe"),
        ("water_today", "750.0"),
        ("water_target", "2086.0"),
        ("symptoms", "2"),
        ("see_physician", "ON"),
        ("supplements_due", ""),
        (
            "say",
            "You have noted a severe symptom: please see a physician. If it is acute, do not wait for that.",
        ),
    ],
)
def test_the_status_of_a_day_is_rendered(key: str, state: str) -> None:
    assert rendered(of_habits(ON)[key], a_document()) == state


def test_no_template_fails_on_a_document_without_values() -> None:
    for component in of_habits(ON).values():
        if "value_template" in component:
            assert rendered(component, a_document(OFF)) in {"None", "", "0.0", "40.0"}


def test_buttons_numbers_and_text_send_their_commands() -> None:
    found = of_habits(ON)
    assert found["glass"]["command_topic"] == "talkpace/gym/anna/command/water"
    assert found["glass"]["payload_press"] == "250"
    assert found["context_heat"]["payload_press"] == '{"heat": true}'
    assert found["supplement_collagen"]["payload_press"] == '"Collagen"'
    assert command_payload(found["sleep"], 7.5) == {"hours": 7.5, "replace": True}
    assert command_payload(found["nap"], 25.0) == {"minutes": 25.0, "replace": True}
    assert command_payload(found["without_strap_strength"], 40.0) == {
        "activity": "strength",
        "minutes": 40.0,
        "replace": True,
    }
    assert found["symptom_today"]["command_topic"] == "talkpace/gym/anna/command/symptom"
    assert command_payload(found["symptom_today"], "mild") == {"severity": "mild", "replace": True}
    assert found["symptom_today"]["options"] == ["mild", "moderate", "severe"]
    assert command_payload(found["note"], 'she said "stop"') == {"text": 'she said "stop"'}


def command_payload(component: dict[str, Any], value: object) -> Any:
    environment = jinja2.Environment(autoescape=False)
    return json.loads(environment.from_string(component["command_template"]).render(value=value))


def supplement_keys(*names: str) -> dict[str, str]:
    own = [{"name": name} for name in names]
    found = components(HabitsConfig.model_validate({"athletes": [{"athlete": "anna", "supplements": own}]}))
    return {
        json.loads(one["payload_press"]): key
        for key, one in found.items()
        if one.get("command_topic", "").endswith("/supplement")
    }


def test_a_supplements_key_depends_on_its_name_alone() -> None:
    names = ["Collagen", "collagen (evening)", "Collagen, evening", "コラーゲン", "益生菌", "C", "C+"]
    together = supplement_keys(*names)
    assert together["Collagen"] == "supplement_collagen"
    assert len(set(together.values())) == len(names)
    for name in names:
        assert supplement_keys(name)[name] == together[name]
        assert re.fullmatch(r"[a-z0-9_]+", together[name])


@pytest.mark.parametrize("piece", PIECES)
def test_a_disabled_habit_has_no_entity(piece: str) -> None:
    off = HabitsConfig.model_validate({piece: {"enabled": False}})
    some, all_of_them = components(off), components(HabitsConfig())
    assert some.keys() <= all_of_them.keys()
    assert (some.keys() < all_of_them.keys()) == (piece not in WITHOUT_ENTITIES)


def test_without_habits_there_is_no_entity_of_them() -> None:
    off = HabitsConfig.model_validate({piece: {"enabled": False} for piece in PIECES})
    assert off.enabled_features == []
    assert of_habits(off) == {}
    assert not any("habits" in json.dumps(component) for component in components(off).values())
