"""What a form needs to know of each setting is derived from the models."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from talkpace.config.layers import Layers
from talkpace.config.listing import list_values
from talkpace.config.model import Configuration
from talkpace.config.setting_definitions import SettingDefinition, SettingDefinitions, define_settings

LANGUAGES = Path(__file__).resolve().parents[2] / "client" / "src" / "language"
ATHLETE = {"id": "anna", "birth_year": 1984}


@cache
def definitions() -> SettingDefinitions:
    return define_settings()


def definition(key: str) -> SettingDefinition:
    [found] = [one for one in definitions().settings if one.key == key]
    return found


def test_every_setting_that_is_listed_is_defined() -> None:
    layers = Layers(Path("talkpace.toml"), {"athletes": [ATHLETE]})
    keys = {one.key for one in list_values(layers, Configuration.model_validate({"athletes": [ATHLETE]}))}
    defined = {one.key.replace("athletes.*", "athletes.anna") for one in definitions().settings}
    assert keys - defined == set()


def test_every_setting_and_table_has_a_help_text() -> None:
    assert [one.key for one in definitions().settings if not one.help] == []
    assert [one.key for one in definitions().tables if not one.help] == []


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("athletes.*.max_heart_rate", "bpm"),
        ("ceilings.cardio", "fraction"),
        ("warnings.margin", "fraction"),
        ("warnings.warn_after_s", "s"),
        ("habits.nap.minutes", "min"),
        ("habits.sleep.hours_from", "h"),
        ("habits.water.ml_per_kg", "ml/kg"),
        ("mqtt.port", None),
    ],
)
def test_units(key: str, unit: str | None) -> None:
    assert definition(key).unit == unit


def test_a_schema_refers_to_no_other_and_says_what_need_not_be_set() -> None:
    assert "$ref" not in json.dumps([dict(one.schema) for one in definitions().settings])
    assert definition("mqtt.port").schema["nullable"]
    assert definition("athletes.*.sex").schema["enum"] == ["female", "male"]
    supplements = definition("habits.athletes").schema["items"]["properties"]["supplements"]
    assert supplements["items"]["properties"]["times"]["items"] == {"type": "string", "format": "time"}


def test_what_a_page_may_not_change() -> None:
    on_host = {one.key for one in definitions().settings if one.on_host}
    assert {"web.listen", "store.path", "node.id", "mqtt.password_file"} <= on_host
    speaker = ("files", "voice.model_file", "voice.program_file")
    assert {f"alerts.speaker.{key}" for key in speaker} <= on_host
    assert not {"mqtt.host", "alerts.quiet_hours", "alerts.speaker.voice.voice", "log.level"} & on_host


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_setting_and_table_has_a_name_in_every_language(language: str) -> None:
    names = json.loads((LANGUAGES / f"setting_names.{language}.json").read_text(encoding="utf-8"))
    assert [one.key for one in definitions().settings if one.key not in names["settings"]] == []
    assert [one.key for one in definitions().tables if one.key not in names["tables"]] == []
