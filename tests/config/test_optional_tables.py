"""What the daemon does with an invalid table: it goes on without those that it can do without."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.config.layers import Layers
from talkpace.config.load import validate, validate_usable
from talkpace.config.model import Configuration
from talkpace.config.toml_file import read_toml
from talkpace.errors import ConfigurationError


def layers(folder: Path, text: str) -> Layers:
    path = folder / "talkpace.toml"
    path.write_text(text, encoding="utf-8")
    return Layers(Path("talkpace.toml"), read_toml(path))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "[mqtt]\nenabled = true\nport = 0",
            (
                "talkpace.toml: mqtt.port: must be greater than or equal to 1, not 0; "
                "the table [mqtt] is ignored: nothing is published"
            ),
        ),
        ("mqtt = 3", "talkpace.toml: mqtt: must be a table [mqtt]; the table [mqtt] is ignored"),
        ("[homeassistant]\nprefix = '#'", "nothing is announced to Home Assistant"),
        ("[alerts.buzzer]\nkind = 'loud'", "the table [alerts.buzzer] is ignored: there is no buzzer"),
        ("[alerts.led]\nline = -1", "the table [alerts.led] is ignored: there is no LED"),
        ("[alerts.speaker]\ndevice = 'file:x'", "the table [alerts.speaker] is ignored: there is no speaker"),
        ("[alerts.speaker]\nvolume = 2", "the table [alerts.speaker] is ignored: there is no speaker"),
        (
            "[alerts.speaker.voice]\nengine = 'piper'",
            (
                'engine = "piper" needs `model_file`, the .onnx file of a voice; the table'
                " [alerts.speaker.voice] is ignored: nothing is spoken but own recordings"
            ),
        ),
        ("[alerts.speaker.voice]\nvoice = '-w/etc/x'", "the table [alerts.speaker.voice] is ignored"),
        (
            "[alerts.speaker.files]\novr = '/x.wav'",
            "the table [alerts.speaker.files] is ignored: own recordings are not played",
        ),
        (
            "[[alerts.lamps]]\nname = 'desk'\nkind = 'wled'\ntopic = 'wled/#'",
            "without the wildcards # and +, not 'wled/#'; the table [[alerts.lamps]] is ignored: no lamp is",
        ),
        ("[[sources]]\nkind = 'virtual'\nathlete = 'x'", "the table [[sources]] is ignored"),
        ("[log]\nlevel = 'loud'", "the table [log] is ignored: warnings and errors are logged"),
        ("[habits.nap]\nminutes = 0", "the table [habits.nap] is ignored: nap is off"),
        ("[habits.sleep]\nhours_from = 10", "the table [habits.sleep] is ignored: sleep is off"),
    ],
)
def test_a_table_that_the_daemon_can_do_without_is_ignored_and_the_problem_told(
    tmp_path: Path, text: str, problem: str
) -> None:
    given = layers(tmp_path, text)
    [told] = validate_usable(given).problems
    assert problem in told
    with pytest.raises(ConfigurationError):
        validate(given)


@pytest.mark.parametrize(
    "text",
    [
        "[warnings]\nmargin = 2",
        "[sessions]\nend_after_s = 0",
        "[ceilings]\ncardio = 0",
        "[bluetooth]\nadapter = 'x'",
        "[store]\npath = 3",
        "[node]\nid = '#'",
        "[[athletes]]\nid = '#'",
        "athletes = [{id = 'anna'}, {id = 'ben', ceiling = 3}]",
        "[habits.symptoms]\nfor_days = 0",
        "[habits]\ntimezone = 'Mars/Olympus'",
        "[habits]\nnaps = false",
        "[[alerts.quiet_hours]]\nstart = 'soon'\nend = 'later'",
        "[alerts.patterns.over]\nsound = [0]",
        "[alerts]\nchip = 1",
        "[homeassitant]\nenabled = false",
        "[alerts.buzzer]\nkind = 'loud'\n[ceilings]\ncardio = 0",
    ],
)
def test_a_table_that_is_needed_or_that_makes_the_daemon_quieter_or_stricter_stays_an_error(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(ConfigurationError):
        validate_usable(layers(tmp_path, text))


def test_everything_else_is_as_configured(tmp_path: Path) -> None:
    text = "[[athletes]]\nid = 'anna'\n[alerts.led]\nkind = 'rgb'\n"
    usable = validate_usable(layers(tmp_path, text + "[mqtt]\nport = 0\n[alerts.buzzer]\nline = -1"))
    assert usable.configuration == validate(layers(tmp_path, text))
    assert len(usable.problems) == 2


def test_what_is_ignored_is_off(tmp_path: Path) -> None:
    text = "mqtt.port = 0\nhomeassistant.prefix = 1\nalerts.buzzer.kind = 1\nlog.level = 1\nhabits.water = 1"
    configuration = validate_usable(layers(tmp_path, text)).configuration
    assert not configuration.mqtt.enabled
    assert not configuration.homeassistant.enabled
    assert configuration.alerts.buzzer.kind == "none"
    assert configuration.log.level == "warning"
    assert not configuration.habits.is_enabled("water")
    assert configuration.habits.is_enabled("symptoms")


def test_what_contradicts_across_tables_is_found_behind_a_table_that_is_ignored(tmp_path: Path) -> None:
    text = "mqtt.port = 0\nathletes = [{id = 'anna'}, {id = 'anna'}]"
    with pytest.raises(ConfigurationError) as error:
        validate_usable(layers(tmp_path, text))
    assert [line.split(": ")[1] for line in str(error.value).splitlines()] == [
        "mqtt.port",
        "two [[athletes]] tables have the id 'anna'",
    ]


def test_a_valid_configuration_has_no_problems(tmp_path: Path) -> None:
    usable = validate_usable(layers(tmp_path, ""))
    assert usable.configuration == Configuration()
    assert usable.problems == ()
