"""The configuration: what is wrong is named, with the key and the reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from talkpace.config.example import example
from talkpace.config.load import load
from talkpace.config.model import Configuration, Section
from talkpace.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "talkpace.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_in_the_repository_is_the_one_that_the_command_prints() -> None:
    assert (PROJECT / "config" / "talkpace.toml").read_text(encoding="utf-8") == example()


def test_the_example_changes_no_default() -> None:
    assert Configuration.model_validate(tomllib.loads(example())) == Configuration()


def test_the_example_with_every_line_in_force_is_valid_and_names_every_key(tmp_path: Path) -> None:
    lines = [line.removeprefix("# ") for line in example().splitlines() if not line.startswith("## ")]
    head = lines.index("[node]")
    configuration = load(write(tmp_path, "\n".join(lines[head:]).replace("\nfile =", "\n# file =")), {})

    def sections(model: BaseModel) -> list[BaseModel]:
        inner = [value for value in vars(model).values() if isinstance(value, Section)]
        return [model, *[found for one in inner for found in sections(one)]]

    text = example()
    for section in [*sections(configuration), configuration.athletes[0], configuration.sources[0]]:
        for key in type(section).model_fields:
            assert f"{key} = " in text or f"[{key}]" in text or f".{key}" in text or f"[[{key}]]" in text, key


def test_every_key_says_what_it_is_for() -> None:
    for model in Section.__subclasses__():
        if model is not Configuration:
            for key, field in model.model_fields.items():
                assert field.description, f"{model.__name__}.{key}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[mqtt]\nhots = 'x'", "mqtt.hots: unknown key; did you mean mqtt.host?"),
        ("[wranings]", "wranings: unknown key; did you mean warnings?"),
        ("[zzz]", "zzz: unknown key; known here are node, athletes"),
        ("[[athletes]]\nid = 'Anna Maria'", "athletes.0.id: String should match pattern"),
        ("[[athletes]]\nid='a'\nmaxheartrate=180", "did you mean athletes.0.max_heart_rate?"),
        ("[[athletes]]\nid='a'\nstraps=['12:34']", "'12:34' is no Bluetooth address"),
        (
            "athletes = [{id='a', straps=['A0:9E:1A:00:00:01']}, {id='b', straps=['a0-9e-1a-00-00-01']}]",
            "strap A0:9E:1A:00:00:01 belongs to both 'a' and 'b'",
        ),
        ("[[athletes]]\nid='a'\n[[athletes]]\nid='a'", "two athletes have the id 'a'"),
        ("[[sources]]\nkind='virtual'\nathlete='x'", "names the athlete 'x', who is not declared"),
        ("[mqtt]\nport = 70000", "mqtt.port: Input should be less than or equal to 65535"),
        ("[alerts.patterns.beep]\nsound=[1]", "unknown pattern 'beep'; known are over"),
        ("[mqtt", "is not TOML"),
        ("mqtt = 3", "mqtt: a table [mqtt] is wanted"),
        ("athletes = [3]", "athletes.0: a table [[athletes]] is wanted"),
        ("[practice]\ntimezone = 'Mars/Olympus'", "'Mars/Olympus' is no time zone (like Europe/Berlin)"),
        ("[mqtt]\nhost = ''", "mqtt.host: String should match pattern"),
        (
            "athletes = [{id='a'}]\nsources = [{kind='virtual', athlete='a', workout='foo'}]",
            "sources.0.workout: no workout is called 'foo'; there are demo",
        ),
        ("[[athletes]]\nid='a'\nconversational_to=0.9", "athlete 'a': zone bounds must ascend from above 0"),
        ("[[athletes]]\nid='a'\nbirth_year=2099", "athletes.0.birth_year: 2099 is yet to come"),
        ("[[athletes]]\nid='a'\nname=\"a\\nb\"", "athletes.0.name: must be printable, and on one line"),
        ("[[athletes]]\nid='a'\nmax_heart_rate=nan", "max_heart_rate: Input should be a finite number"),
    ],
)
def test_what_is_wrong_is_named_with_its_key(tmp_path: Path, text: str, complaint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as refused:
        load(path, {})
    assert complaint in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert refused.value.exit_code == 2


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load(write(tmp_path, "[mqtt]\nport = 0\nhots = 1\n[log]\nlevel = 'loud'"), {})
    assert len(str(refused.value).splitlines()) == 3


def test_variables_lie_over_the_file(tmp_path: Path) -> None:
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


def test_a_wrong_variable_is_named_itself(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"TALKPACE_MQTT__TSL: mqtt\.tsl: unknown key"):
        load(write(tmp_path, ""), {"TALKPACE_MQTT__TSL": "1"})
    with pytest.raises(ConfigurationError, match="TALKPACE_FOO__BAR: foo: unknown key"):
        load(write(tmp_path, ""), {"TALKPACE_FOO__BAR": "1"})
    with pytest.raises(ConfigurationError, match="TALKPACE_ATHLETES: is not JSON"):
        load(write(tmp_path, ""), {"TALKPACE_ATHLETES": "[1"})


def test_a_wrong_key_inside_a_variable_is_the_variable_s(tmp_path: Path) -> None:
    athletes = '[{"id": "a", "foo": 1}]'
    with pytest.raises(ConfigurationError, match=r"TALKPACE_ATHLETES: athletes\.0\.foo: unknown key"):
        load(write(tmp_path, "[mqtt]\nport = 1"), {"TALKPACE_ATHLETES": athletes})


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load(tmp_path / "none.toml", {})
