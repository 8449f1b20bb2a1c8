"""Changes of settings.toml: valid with all other layers, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.config.layers import Layers, read_layers
from talkpace.config.load import validate, validate_usable
from talkpace.config.settings_file import change_settings
from talkpace.config.settings_tables import change_tables
from talkpace.config.toml_file import write_toml
from talkpace.config.value_of_type import value_of_type
from talkpace.errors import ConfigurationError

_KEYS = st.text(st.characters(codec="utf-8"), max_size=6)
_VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "talkpace.toml"
    path.write_text("[mqtt]\nhost = 'a'\n[[athletes]]\nid = 'anna'\nmax_heart_rate = 180\n")
    return path


def layers(file: Path, **environ: str) -> Layers:
    return read_layers(file, environ).with_settings(file.parent / "state" / "settings.toml")


def content(file: Path) -> dict[str, Any]:
    return tomllib.loads((file.parent / "state" / "settings.toml").read_text(encoding="utf-8"))


@given(tables=st.dictionaries(_KEYS, _VALUES, max_size=4))
def test_what_is_written_is_what_a_reader_of_toml_reads(tables: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        write_toml(path, tables, head="two\nlines")
        assert tomllib.loads(path.read_text(encoding="utf-8")) == tables


@given(
    tables=st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), st.integers())),
    key=st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")).map(".".join),
    value=st.integers(),
)
def test_a_key_that_is_set_and_removed_leaves_every_other_as_it_was(
    tables: dict[str, Any], key: str, value: int
) -> None:
    before = {name: dict(table) for name, table in tables.items()}
    table, _, inner = key.partition(".")
    after = change_tables(tables, {key: value})
    assert tables == before, "a change makes new tables"
    assert after[table][inner] == value
    removed = change_tables(after, {key: None})
    before.get(table, {}).pop(inner, None)
    assert [removed.get(name, {}) for name in "abc"] == [before.get(name, {}) for name in "abc"]


def test_a_change_is_in_the_file_with_the_type_of_its_key_and_in_the_layers_that_it_returns(
    file: Path,
) -> None:
    after = change_settings(
        layers(file),
        {
            "mqtt.port": "8883",
            "mqtt.version": "5",
            "mqtt.tls": "true",
            "warnings.margin": "0.03",
            "athletes.anna.straps": ["a0-9e-1a-00-00-01"],
            "alerts.quiet_hours": [{"start": "21:30", "end": "07:00"}],
            "alerts.patterns.over.tone_hz": ["900"],
        },
    )
    assert content(file) == {
        "mqtt": {"port": 8883, "version": "5", "tls": True},
        "warnings": {"margin": 0.03},
        "alerts": {
            "quiet_hours": [{"start": "21:30:00", "end": "07:00:00"}],
            "patterns": {"over": {"tone_hz": [900]}},
        },
        "athletes": [{"id": "anna", "straps": ["A0:9E:1A:00:00:01"]}],
    }
    assert validate(after) == validate(layers(file))
    assert validate(after).mqtt.host == "a"


def test_the_file_belongs_to_its_owner_alone_and_nothing_unfinished_stays(file: Path) -> None:
    change_settings(layers(file), {"mqtt.port": 1884})
    change_settings(layers(file), {"mqtt.port": 1885})
    path = file.parent / "state" / "settings.toml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"log.level": "debug", "mqtt.port": 0}, "mqtt.port: must be greater than or equal to 1, not 0"),
        ({"log.level": "debug", "mqtt.prot": 1}, "mqtt.prot: unknown key: did you mean mqtt.port?"),
        ({"mqtt.password": "x"}, "mqtt.password: unknown key: did you mean mqtt.password_file?"),
        ({"mqtt": 3}, "mqtt: must be a table [mqtt]"),
        ({"mqtt.host.name": "x"}, "mqtt.host: must be a valid string"),
        ({"store.path": "/a.db"}, "store: cannot be set here"),
        ({"node.id": "pi"}, "node: cannot be set here"),
        ({"athletes.Anna.ceiling": 0.5}, "athletes: each needs an id"),
        ({"athletes.anna": 3}, "athletes: must be tables"),
        ({"athletes.anna.id": "ben"}, "athletes.anna.id: an id does not change"),
        ({"athletes": [{"name": "Anna"}]}, "athletes: each needs an id"),
        ({"athletes.anna.resting_heart_rate": 200}, "athlete anna: resting_heart_rate must be below"),
        ({"sources": [{"kind": "virtual", "athlete": "x"}]}, "unknown athlete 'x'"),
        ({"sources": [], "sources.0": 1}, "sources.0: sources is no table: set it as a whole"),
        ({"mqtt.username": None}, "mqtt.username: is not in the settings"),
        ({"mqtt..port": 1}, "'mqtt..port' is not a key"),
    ],
)
def test_an_invalid_change_is_refused_with_all_the_others_and_the_file_stays_as_it_was(
    file: Path, changes: dict[str, object], message: str
) -> None:
    change_settings(layers(file), {"mqtt.keepalive_s": 30})
    with pytest.raises(ConfigurationError) as error:
        change_settings(layers(file), changes)
    assert message in str(error.value)
    assert "is ignored" not in str(error.value)
    assert content(file) == {"mqtt": {"keepalive_s": 30}}


def test_a_table_as_a_value_changes_the_keys_in_it(file: Path) -> None:
    change_settings(
        layers(file), {"mqtt": {"port": 1884, "username": "a"}, "athletes.ben": {"id": "ben", "name": "Ben"}}
    )
    change_settings(layers(file), {"mqtt": {"port": None, "tls": True, "ca_file": None}})
    assert content(file) == {
        "mqtt": {"username": "a", "tls": True},
        "athletes": [{"id": "ben", "name": "Ben"}],
    }


def test_the_whole_list_of_athletes_can_be_set_and_removed(file: Path) -> None:
    change_settings(
        layers(file), {"athletes": [{"id": "ben", "name": "Ben"}, {"id": "cleo", "birth_year": 1990}]}
    )
    assert [one.id for one in validate(layers(file)).athletes] == ["anna", "ben", "cleo"]
    change_settings(layers(file), {"athletes.ben": None})
    assert [one.id for one in validate(layers(file)).athletes] == ["anna", "cleo"]
    change_settings(layers(file), {"athletes": None})
    assert content(file) == {}


def test_an_athlete_of_the_file_leaves_the_settings_with_the_last_key_and_another_stays(file: Path) -> None:
    change_settings(
        layers(file), {"athletes.anna.ceiling": 0.6, "athletes.ben": {"id": "ben", "name": "Ben"}}
    )
    change_settings(layers(file), {"athletes.anna.ceiling": None, "athletes.ben.name": None})
    assert content(file) == {"athletes": [{"id": "ben"}]}


def test_a_table_that_was_invalid_before_hinders_no_other_change(file: Path) -> None:
    file.write_text("[mqtt]\nport = 0\n")
    change_settings(layers(file), {"log.level": "debug"})
    assert len(validate_usable(layers(file)).problems) == 1
    with pytest.raises(ConfigurationError, match=r"settings\.toml: mqtt\.keepalive_s"):
        change_settings(layers(file), {"mqtt.keepalive_s": 1})


def test_a_change_can_put_an_invalid_layer_right(file: Path) -> None:
    (file.parent / "state").mkdir()
    (file.parent / "state" / "settings.toml").write_text("[warnings]\nmargin = 7\n")
    with pytest.raises(ConfigurationError):
        validate_usable(layers(file))
    change_settings(layers(file), {"warnings.margin": None})
    assert content(file) == {}


def test_a_disk_that_takes_nothing_leaves_the_file_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_settings(layers(file), {"mqtt.port": 1884})

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ConfigurationError, match=r"settings\.toml: cannot write: No space left on device"):
        change_settings(layers(file), {"mqtt.port": 1885})
    assert content(file) == {"mqtt": {"port": 1884}}
    assert len(list((file.parent / "state").iterdir())) == 1


def test_settings_that_cannot_be_read_are_not_written_over(file: Path) -> None:
    unreadable = Layers(file, {}, settings=file.parent / "settings.toml", settings_problem="cannot read")
    with pytest.raises(ConfigurationError, match="cannot read"):
        change_settings(unreadable, {"mqtt.port": 1})
    with pytest.raises(ConfigurationError, match=r"set store\.path"):
        change_settings(Layers(file, {}), {"mqtt.port": 1})
    assert not (file.parent / "settings.toml").exists()


@pytest.mark.parametrize(
    ("key", "value", "typed"),
    [
        ("mqtt.port", "1884", 1884),
        ("mqtt.port", "many", "many"),
        ("mqtt.nothing", "1", "1"),
        ("nothing", "1", "1"),
        ("athletes.anna.max_heart_rate", "180", 180.0),
        ("athletes.anna.sex", "female", "female"),
        ("athletes.anna", "1", "1"),
        ("alerts.patterns.over.rank", "3", 3),
        ("mqtt", {"port": "1884"}, {"port": "1884"}),
        (
            "sources",
            [{"kind": "virtual", "athlete": "anna", "seed": "3", "file": None}],
            [{"kind": "virtual", "athlete": "anna", "seed": 3}],
        ),
    ],
)
def test_a_text_becomes_a_value_of_the_type_that_its_key_has(key: str, value: object, typed: object) -> None:
    result = value_of_type(tuple(key.split(".")), value)
    assert result == typed
    assert type(result) is type(typed)
