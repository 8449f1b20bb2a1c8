"""Loading the configuration: the example file, overrides, and the message for every kind of mistake."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from talkpace.config.example import example
from talkpace.config.fields import field_docs
from talkpace.config.load import load
from talkpace.config.model import Configuration, Section, SourceConfig
from talkpace.errors import ConfigurationError
from talkpace.sources.simulator import WORKOUTS

PROJECT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "talkpace.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_in_the_repository_is_the_one_that_the_command_prints() -> None:
    assert (PROJECT / "config" / "talkpace.toml").read_text(encoding="utf-8") == example()


def test_the_example_changes_no_default() -> None:
    assert Configuration.model_validate(tomllib.loads(example())) == Configuration()


def test_the_example_with_every_line_uncommented_is_valid_and_names_every_key(tmp_path: Path) -> None:
    lines = [line.removeprefix("# ") for line in example().splitlines() if not line.startswith("## ")]
    head = lines.index("[node]")
    configuration = load(write(tmp_path, "\n".join(lines[head:]).replace("\nfile =", "\n# file =")), {})

    def sections(model: BaseModel) -> list[BaseModel]:
        inner = [value for value in vars(model).values() if isinstance(value, Section)]
        return [model, *[nested for one in inner for nested in sections(one)]]

    text = example()
    for section in [*sections(configuration), configuration.athletes[0], configuration.sources[0]]:
        for key in type(section).model_fields:
            assert f"{key} = " in text or f"[{key}]" in text or f".{key}" in text or f"[[{key}]]" in text, key


def test_every_key_has_a_description() -> None:
    for model in Section.__subclasses__():
        if model is not Configuration:
            docs = field_docs(model)
            for key in model.model_fields:
                assert docs.get(key), f"{model.__name__}.{key}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[mqtt]\nhots = 'x'", "mqtt.hots: unknown key: did you mean mqtt.host?"),
        ("[wranings]", "wranings: unknown key: did you mean warnings?"),
        ("[zzz]", "zzz: unknown key: use one of node, athletes"),
        (
            "[[athletes]]\nid = 'Anna Maria'",
            "athletes.0.id: must be 1 to 32 lower-case letters, digits or hyphens, not 'Anna Maria'",
        ),
        ("[[athletes]]\nid='a'\nmaxheartrate=180", "did you mean athletes.0.max_heart_rate?"),
        (
            "[[athletes]]\nid='a'\nstraps=['12:34']",
            "'12:34' is not a Bluetooth address: write it as A0:9E:1A:00:00:01",
        ),
        (
            "athletes = [{id='a', straps=['A0:9E:1A:00:00:01']}, {id='b', straps=['a0-9e-1a-00-00-01']}]",
            "strap A0:9E:1A:00:00:01 is listed for 'a' and for 'b': remove it from one",
        ),
        (
            "[[athletes]]\nid='a'\n[[athletes]]\nid='a'",
            "two [[athletes]] tables have the id 'a': ids must be unique",
        ),
        (
            "[[sources]]\nkind='virtual'\nathlete='x'",
            "a source names the unknown athlete 'x': add an [[athletes]] table",
        ),
        ("[mqtt]\nport = 70000", "mqtt.port: must be less than or equal to 65535, not 70000"),
        ("[alerts.patterns.beep]\nsound=[1]", "unknown pattern 'beep': use one of over"),
        ("[mqtt", "invalid TOML"),
        ("[practice]\nenabled = false", "practice: rename this table to [habits]"),
        ("mqtt = 3", "mqtt: must be a table [mqtt]"),
        ("athletes = [3]", "athletes.0: must be a table [[athletes]]"),
        (
            "[habits]\ntimezone = 'Mars/Olympus'",
            "'Mars/Olympus' is not a time zone: use a name such as Europe/Berlin",
        ),
        ("[mqtt]\nhost = ''", "mqtt.host: must be a host name or IP address, not ''"),
        (
            "athletes = [{id='a'}]\nsources = [{kind='virtual', athlete='a', workout='foo'}]",
            "sources.0.workout: must be 'demo', 'steady' or 'intervals', not 'foo'",
        ),
        ("[[athletes]]\nid='a'\nconversational_to=0.9", "athlete 'a': zone bounds must ascend from above 0"),
        ("[[athletes]]\nid='a'\nbirth_year=2099", "athletes.0.birth_year: 2099 is in the future"),
        ("[[athletes]]\nid='a'\nname=\"a\\nb\"", "athletes.0.name: must be printable text on one line"),
        ("[[athletes]]\nid='a'\nmax_heart_rate=nan", "max_heart_rate: must be a finite number, not nan"),
    ],
)
def test_an_invalid_key_is_reported_with_file_key_and_reason(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as error:
        load(path, {})
    assert message in str(error.value)
    assert str(error.value).startswith(str(path))
    assert error.value.exit_code == 2


def test_all_invalid_keys_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        load(write(tmp_path, "[mqtt]\nport = 0\nhots = 1\n[log]\nlevel = 'loud'"), {})
    assert len(str(error.value).splitlines()) == 3


def test_environment_variables_override_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[mqtt]\nhost = 'a'\nport = 1")
    environ = {
        "TALKPACE_MQTT__HOST": "b",
        "TALKPACE_WARNINGS__WARN_AFTER_S": "7.5",
        "TALKPACE_ATHLETES": '[{"id": "anna"}]',
        "TALKPACE_MQTT__ENABLED": "true",
        "TALKPACE_TEST_DATA": "is another matter",
    }
    configuration = load(path, environ)
    assert (configuration.mqtt.host, configuration.mqtt.port, configuration.mqtt.enabled) == ("b", 1, True)
    assert configuration.warnings.warn_after_s == 7.5
    assert configuration.athletes[0].id == "anna"


def test_an_invalid_variable_is_reported_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"TALKPACE_MQTT__TSL: mqtt\.tsl: unknown key"):
        load(write(tmp_path, ""), {"TALKPACE_MQTT__TSL": "1"})
    with pytest.raises(ConfigurationError, match="TALKPACE_FOO__BAR: foo: unknown key"):
        load(write(tmp_path, ""), {"TALKPACE_FOO__BAR": "1"})
    with pytest.raises(ConfigurationError, match="TALKPACE_ATHLETES: invalid JSON"):
        load(write(tmp_path, ""), {"TALKPACE_ATHLETES": "[1"})


def test_an_invalid_key_inside_a_json_variable_is_reported_by_the_variable(tmp_path: Path) -> None:
    athletes = '[{"id": "a", "foo": 1}]'
    with pytest.raises(ConfigurationError, match=r"TALKPACE_ATHLETES: athletes\.0\.foo: unknown key"):
        load(write(tmp_path, "[mqtt]\nport = 1"), {"TALKPACE_ATHLETES": athletes})


def test_a_file_named_on_the_command_line_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load(tmp_path / "none.toml", {})


def test_every_workout_of_the_simulator_can_be_configured_and_no_other() -> None:
    names = get_args(SourceConfig.model_fields["workout"].annotation)
    assert set(names) == set(WORKOUTS)
