"""The layers of the configuration: which value wins, how tables and athletes merge, what errors name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from talkpace.config.layer_tables import Origin
from talkpace.config.layers import Layers, read_layers
from talkpace.config.listing import SettingValue, changed_keys, list_values
from talkpace.config.load import validate
from talkpace.errors import ConfigurationError


def layers(folder: Path, file: str = "", settings: str = "", **environ: str) -> Layers:
    path, settings_path = folder / "talkpace.toml", folder / "settings.toml"
    path.write_text(file, encoding="utf-8")
    settings_path.write_text(settings, encoding="utf-8")
    return read_layers(path, environ).with_settings(settings_path)


def listed(given: Layers) -> dict[str, tuple[object, Origin]]:
    return {one.key: (one.value, one.origin) for one in list_values(given, validate(given))}


def test_the_environment_wins_over_settings_those_over_the_file_and_that_over_the_default(
    tmp_path: Path,
) -> None:
    given = layers(
        tmp_path,
        "[mqtt]\nhost = 'file'\nusername = 'file'\nprefix = 'file'",
        "[mqtt]\nhost = 'settings'\nusername = 'settings'",
        TALKPACE_MQTT__HOST="environment",
    )
    values = listed(given)
    assert values["mqtt.host"] == ("environment", Origin.ENVIRONMENT)
    assert values["mqtt.username"] == ("settings", Origin.SETTINGS)
    assert values["mqtt.prefix"] == ("file", Origin.FILE)
    assert values["mqtt.keepalive_s"] == (20, Origin.DEFAULT)


def test_an_athlete_of_the_settings_changes_the_one_of_the_same_id_in_the_file(tmp_path: Path) -> None:
    given = layers(
        tmp_path,
        "athletes = [{id = 'anna', max_heart_rate = 180, ceiling = 0.6}, {id = 'ben'}]",
        "athletes = [{id = 'ben', ceiling = 0.5}, {id = 'anna', ceiling = 0.65}]",
    )
    assert [(one.id, one.max_heart_rate, one.ceiling) for one in validate(given).athletes] == [
        ("anna", 180, 0.65),
        ("ben", None, 0.5),
    ]
    values = listed(given)
    assert values["athletes.anna.id"] == ("anna", Origin.FILE)
    assert values["athletes.anna.max_heart_rate"] == (180, Origin.FILE)
    assert values["athletes.anna.ceiling"] == (0.65, Origin.SETTINGS)
    assert values["athletes.ben.name"] == ("", Origin.DEFAULT)


def test_an_athlete_who_is_only_in_the_settings_comes_after_those_of_the_file(tmp_path: Path) -> None:
    given = layers(tmp_path, "[[athletes]]\nid = 'ben'", "[[athletes]]\nid = 'anna'")
    assert [one.id for one in validate(given).athletes] == ["ben", "anna"]
    assert listed(given)["athletes.anna.id"] == ("anna", Origin.SETTINGS)


def test_every_other_list_is_replaced_as_a_whole(tmp_path: Path) -> None:
    given = layers(
        tmp_path,
        "[[alerts.quiet_hours]]\nstart = 21:00:00\nend = 07:00:00\n"
        "[[alerts.quiet_hours]]\nstart = 13:00:00\nend = 14:00:00",
        "[[alerts.quiet_hours]]\nstart = '22:00'\nend = '06:00'",
    )
    assert listed(given)["alerts.quiet_hours"] == (
        [{"start": "22:00:00", "end": "06:00:00"}],
        Origin.SETTINGS,
    )


def test_a_table_in_a_variable_replaces_the_whole_table(tmp_path: Path) -> None:
    given = layers(tmp_path, "[mqtt]\nport = 1", "[mqtt]\nusername = 'a'", TALKPACE_MQTT='{"host": "b"}')
    mqtt = validate(given).mqtt
    assert (mqtt.host, mqtt.port, mqtt.username) == ("b", None, None)
    assert listed(given)["mqtt.port"] == (None, Origin.DEFAULT)


def test_a_pattern_is_listed_with_the_keys_that_are_set(tmp_path: Path) -> None:
    values = listed(layers(tmp_path, "[alerts.patterns.over]\nsound = [1]"))
    assert {key: value for key, value in values.items() if "patterns" in key} == {
        "alerts.patterns.over.sound": ([1], Origin.FILE)
    }


def test_every_value_is_listed_in_a_form_that_json_has(tmp_path: Path) -> None:
    file = """
        athletes = [{id = 'anna', sex = 'female'}]
        sources = [{kind = 'recording', athlete = 'anna', file = '/ride.fit'}]
        store.path = '/a.db'
        habits.athletes = [{athlete = 'anna', supplements = [{name = 'iron', times = [08:00:00]}]}]
    """
    values = listed(layers(tmp_path, file))
    assert json.loads(json.dumps({key: value for key, (value, _) in values.items()}))["store.path"] == "/a.db"


@pytest.mark.parametrize(
    ("file", "settings", "environ", "message"),
    [
        ("", "[mqtt]\nport = 0", {}, "settings.toml: mqtt.port: must be greater"),
        ("[mqtt]\nport = 0", "[mqtt]\nhost = 'a'", {}, "talkpace.toml: mqtt.port: must be greater"),
        ("[mqtt]\nport = 1", "", {"TALKPACE_MQTT__PORT": "0"}, "TALKPACE_MQTT__PORT: mqtt.port: must be"),
        (
            "[habits.sleep]\nhours_to = 8",
            "[habits.sleep]\nhours_from = 9",
            {},
            "settings.toml: habits.sleep: hours_from must be at most",
        ),
        (
            "athletes = [{id = 'ben'}]",
            "athletes = [{id = 'anna', ceilng = 1}]",
            {},
            "settings.toml: athletes.anna.ceilng: unknown key: did you mean athletes.anna.ceiling?",
        ),
        (
            "athletes = [{id = 'ben'}, {id = 'anna', ceilng = 1}]",
            "athletes = [{id = 'anna', ceiling = 1}]",
            {},
            "talkpace.toml: athletes.1.ceilng: unknown key: did you mean athletes.1.ceiling?",
        ),
        (
            "athletes = [{id = 'ben', straps = ['A0:9E:1A:00:00:01']}]",
            "athletes = [{id = 'anna', straps = ['A0:9E:1A:00:00:01']}]",
            {},
            "settings.toml: strap A0:9E:1A:00:00:01 is listed for 'ben' and for 'anna'",
        ),
        (
            "sources = [{kind = 'virtual', athlete = 'x'}]",
            "[mqtt]\nport = 1",
            {},
            "talkpace.toml: sources: a source names the unknown athlete 'x'",
        ),
        ("mqtt = 3", "", {"TALKPACE_MQTT__PORT": "1"}, "TALKPACE_MQTT__PORT: mqtt is not a table"),
    ],
)
def test_an_error_names_the_place_that_set_the_key(
    tmp_path: Path, file: str, settings: str, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        validate(layers(tmp_path, file, settings, **environ))
    prefix = "" if environ else f"{tmp_path}/"
    assert str(error.value).startswith(prefix + message)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("[store]\npath = '/a.db'", "store: cannot be set here, as the settings themselves are found by it"),
        ("node.id = 'pi'", "node: cannot be set here, as the topics on the broker are named after it"),
        ("[mqtt", "invalid TOML"),
        ("athletes = 3", "athletes: must be tables"),
        ("[[athletes]]\nname = 'Anna'", "athletes: each needs an id"),
        ("[[athletes]]\nid = 3", "athletes: each needs an id"),
        ("[[athletes]]\nid = 'a'\n[[athletes]]\nid = 'a'", "two [[athletes]] tables have the id 'a'"),
    ],
)
def test_what_settings_may_not_hold_is_refused_by_the_name_of_their_file(
    tmp_path: Path, settings: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        layers(tmp_path, "[[athletes]]\nid = 'a'", settings)
    assert str(error.value).startswith(f"{tmp_path / 'settings.toml'}: ")
    assert message in str(error.value)


def test_a_settings_file_that_does_not_exist_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "talkpace.toml").touch()
    given = read_layers(tmp_path / "talkpace.toml", {}).with_settings(tmp_path / "none" / "settings.toml")
    assert not given.settings_tables
    given.require_settings()


def test_settings_that_this_user_may_not_read_are_left_out_and_the_daemon_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "talkpace.toml").touch()
    given = read_layers(tmp_path / "talkpace.toml", {})

    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    without = given.with_settings(tmp_path / "settings.toml")
    assert not without.settings_tables
    with pytest.raises(ConfigurationError, match=r"settings\.toml: cannot read: Permission denied"):
        without.require_settings()


def test_the_table_that_says_where_the_settings_are_is_read_without_the_others(tmp_path: Path) -> None:
    (tmp_path / "talkpace.toml").write_text("[mqtt]\nport = 0\n[store]\npath = '/a.db'")
    assert read_layers(tmp_path / "talkpace.toml", {}).store().path == Path("/a.db")
    with pytest.raises(ConfigurationError, match=r"TALKPACE_STORE__PTH: store\.pth: unknown key"):
        read_layers(tmp_path / "talkpace.toml", {"TALKPACE_STORE__PTH": "x"}).store()


def test_the_keys_that_a_change_has_changed_are_told() -> None:
    def values(**given: object) -> list[SettingValue]:
        return [SettingValue(key, value, Origin.FILE) for key, value in given.items()]

    assert changed_keys(values(a=1, b=2, c=3), values(a=1, b=3, d=4)) == {"b", "c", "d"}
