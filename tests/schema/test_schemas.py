"""The schemas: current, complete, and of one mind with what talkpace itself takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from talkpace.alert.alerts import Alerts
from talkpace.alert.player import Player
from talkpace.alert.recorded import RecordedOutputs
from talkpace.config.model import Configuration
from talkpace.config.patterns import chosen
from talkpace.errors import CommandError
from talkpace.pipeline.room import Room
from talkpace.publish.topics import DELIVERY
from talkpace.record.recorder import Recorder
from talkpace.record.store import Store
from talkpace.schema.asyncapi import asyncapi
from talkpace.schema.commands import COMMANDS
from talkpace.schema.generate import schemas
from talkpace.schema.topics import TOPICS
from talkpace.service.guiding import make_guiding
from talkpace.service.household import Household
from talkpace.service.practice import Practice
from talkpace.service.practice_commands import practice_commands

from ..fake_clock import FakeClock
from ..service.running import talkpace
from .sinks import Nothing

DOCS = Path(__file__).parents[2] / "docs"
SCHEMAS = schemas()


@pytest.fixture(scope="module")
def room() -> Room:
    """That of a daemon, with every command; whatever is carried out, nothing is kept."""
    clock, nothing = FakeClock(), Nothing()
    configuration = Configuration.model_validate({"athletes": [{"id": "anna", "max_heart_rate": 180}]})
    room = Room(clock.monotonic_ms)

    def never() -> Store:
        raise AssertionError("nothing is read here")

    recorder = Recorder(never, clock, on_health=lambda _says: None, on_queued=lambda _queued: None)
    practice = Practice(configuration, clock=clock, environ={}, recorder=recorder, publish=nothing, room=room)
    room.understand(practice_commands(practice, configuration.practice))
    Household(
        configuration,
        room=room,
        clock=clock,
        alerts=nothing,
        record=nothing,
        publish=nothing,
        practice=practice,
    )
    alerts = Alerts(Player(RecordedOutputs(clock.monotonic_ms), chosen({}), clock), [], clock)
    make_guiding(
        configuration,
        room=room,
        clock=clock,
        alerts=alerts,
        recorder=recorder,
        publish=nothing,
        practice=practice,
    )
    return room


def test_the_committed_ones_are_current() -> None:
    """Otherwise: talkpace schema --out docs"""
    committed = {path.stem: json.loads(path.read_text(encoding="utf-8"))
                 for path in (DOCS / "schemas").glob("*.json")}  # fmt: skip
    assert committed == SCHEMAS
    assert json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8")) == asyncapi()


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_is_a_schema_that_knows_every_key(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["description"]
    if schema.get("type") == "object" and not name.startswith("command."):
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) == set(schema["properties"]), "every key is always there"


def test_every_topic_has_one() -> None:
    assert {topic.name for topic in TOPICS} == DELIVERY.keys() - {"command"}


def test_every_command_has_one(room: Room) -> None:
    assert {command.name for command in COMMANDS} == set(room._commands)


JSON_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 100_000),
    st.floats(-1, 2),
    st.floats(0, 90_000),
    st.sampled_from(["start", "end", "cardio", "strength", "comfortable", "unable", "0.7", "", "x"]),
)
ARGUMENTS = st.one_of(
    JSON_VALUES,
    st.fixed_dictionaries({"value": JSON_VALUES}),
    st.dictionaries(st.sampled_from(["value", "seconds"]), JSON_VALUES),
)


@pytest.mark.parametrize("name", ["session", "activity", "mute", "mute_time", "ceiling", "talk_test"])
@given(argument=ARGUMENTS)
def test_a_command_takes_what_its_schema_allows_and_nothing_else(
    room: Room, name: str, argument: Any
) -> None:
    """Whether it can be carried out at that moment is another question."""
    taken = _values(room, name)
    allowed = Draft202012Validator(SCHEMAS[f"command.{name}"]).is_valid(argument)
    assert taken(argument) == allowed


def _values(room: Room, name: str) -> Any:
    """Asks the command whether it takes an argument, and has it do nothing."""
    kind = room._commands[name].kind
    nothing = type(room._commands[name])(kind, lambda _athlete, _value, _now_ms: None)

    def taken(argument: object) -> bool:
        try:
            nothing.carry_out("anna", name, argument, 0)
        except CommandError:
            return False
        return True

    return taken


class TestCommand:
    def test_prints_one(self, tmp_path: Path) -> None:
        done = talkpace(tmp_path, "schema", "command.mute")
        assert json.loads(done.stdout) == SCHEMAS["command.mute"]

    def test_prints_all_as_one_document(self, tmp_path: Path) -> None:
        assert json.loads(talkpace(tmp_path, "schema").stdout) == SCHEMAS

    def test_prints_the_topics(self, tmp_path: Path) -> None:
        assert json.loads(talkpace(tmp_path, "schema", "--asyncapi").stdout) == asyncapi()

    def test_writes_files_and_removes_what_is_no_more(self, tmp_path: Path) -> None:
        old = tmp_path / "docs" / "schemas" / "old.json"
        old.parent.mkdir(parents=True)
        old.write_text("{}")
        done = talkpace(tmp_path, "schema", "--out", str(tmp_path / "docs"))
        assert done.returncode == 0, done.stderr
        assert {path.stem for path in old.parent.iterdir()} == SCHEMAS.keys()
        assert (tmp_path / "docs" / "asyncapi.json").exists()

    @pytest.mark.parametrize("arguments", [["nonsense"], ["live", "--asyncapi"]])
    def test_says_what_is_wrong(self, tmp_path: Path, arguments: list[str]) -> None:
        done = talkpace(tmp_path, "schema", *arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
