"""The JSON Schemas are up to date and complete, and agree with what talkpace itself validates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from talkpace.alerts.alerts import Alerts
from talkpace.alerts.fake import FakeOutputs
from talkpace.alerts.player import Player
from talkpace.config.alert_patterns import resolve_patterns
from talkpace.config.model import Configuration
from talkpace.control.node_commands import NODE_COMMANDS
from talkpace.errors import CommandError
from talkpace.guided.control import build_guide_control
from talkpace.mqtt.asyncapi import asyncapi
from talkpace.mqtt.command_definitions import COMMANDS
from talkpace.mqtt.schema import TOPICS, schemas
from talkpace.mqtt.topics import DELIVERY
from talkpace.pipeline.registry import AthleteRegistry
from talkpace.service.athlete_manager import AthleteManager
from talkpace.service.habits import HabitsTracker
from talkpace.service.habits_commands import habits_commands
from talkpace.storage.recorder import Recorder
from talkpace.storage.store import Store

from ...fake_clock import FakeClock
from ...service.daemon_process import talkpace
from .discarding_sink import DiscardingSink

DOCS = Path(__file__).parents[3] / "docs"
SCHEMAS = schemas(NODE_COMMANDS)


@pytest.fixture(scope="module")
def registry() -> AthleteRegistry:
    """The registry of a daemon with every command, whose sinks discard everything."""
    clock, nothing = FakeClock(), DiscardingSink()
    configuration = Configuration.model_validate({"athletes": [{"id": "anna", "max_heart_rate": 180}]})
    registry = AthleteRegistry(clock.monotonic_ms)

    def never() -> Store:
        raise AssertionError("the store must not be opened")

    recorder = Recorder(never, clock, on_health=lambda _says: None, on_queued=lambda _queued: None)
    habits = HabitsTracker(
        configuration, clock=clock, environ={}, recorder=recorder, publish=nothing, registry=registry
    )
    registry.register_commands(habits_commands(habits))
    AthleteManager(
        configuration,
        registry=registry,
        clock=clock,
        alerts=nothing,
        record=nothing,
        publish=nothing,
        habits=habits,
    )
    alerts = Alerts(Player(FakeOutputs(clock.monotonic_ms), resolve_patterns({}), clock), [], clock)
    build_guide_control(
        configuration,
        registry=registry,
        clock=clock,
        alerts=alerts,
        recorder=recorder,
        publish=nothing,
        habits=habits,
    )
    return registry


def test_the_committed_documents_are_up_to_date() -> None:
    """If this fails, run: talkpace schema --out docs"""
    committed = {path.stem: json.loads(path.read_text(encoding="utf-8"))
                 for path in (DOCS / "schemas").glob("*.json")}  # fmt: skip
    assert committed == SCHEMAS
    assert json.loads((DOCS / "asyncapi.json").read_text(encoding="utf-8")) == asyncapi(NODE_COMMANDS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_and_lists_every_key(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["description"]
    if schema.get("type") == "object" and "command." not in name:
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) == set(schema["properties"])


def test_every_topic_has_a_schema() -> None:
    assert {topic.level for topic in TOPICS} == DELIVERY.keys() - {"command"}


def test_every_command_of_the_daemon_is_defined_and_every_definition_is_used(
    registry: AthleteRegistry,
) -> None:
    assert COMMANDS.keys() == registry._commands.keys()


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


@pytest.mark.parametrize(
    "name", [name for name, command in COMMANDS.items() if not command.validated_by_action]
)
@given(argument=ARGUMENTS)
def test_a_command_accepts_an_argument_exactly_if_its_schema_does(name: str, argument: Any) -> None:
    assert _is_accepted(name, argument) == Draft202012Validator(SCHEMAS[f"command.{name}"]).is_valid(argument)


def _is_accepted(name: str, argument: Any) -> bool:
    try:
        COMMANDS[name].validate(argument)
    except CommandError:
        return False
    return True


class TestSchemaCommand:
    def test_one_schema_is_printed_by_name(self, tmp_path: Path) -> None:
        result = talkpace(tmp_path, "schema", "command.mute")
        assert json.loads(result.stdout) == SCHEMAS["command.mute"]

    def test_all_schemas_are_printed_as_one_document(self, tmp_path: Path) -> None:
        assert json.loads(talkpace(tmp_path, "schema").stdout) == SCHEMAS

    def test_the_asyncapi_document_is_printed(self, tmp_path: Path) -> None:
        assert json.loads(talkpace(tmp_path, "schema", "--asyncapi").stdout) == asyncapi(NODE_COMMANDS)

    def test_files_are_written_and_outdated_ones_are_removed(self, tmp_path: Path) -> None:
        old = tmp_path / "docs" / "schemas" / "old.json"
        old.parent.mkdir(parents=True)
        old.write_text("{}")
        result = talkpace(tmp_path, "schema", "--out", str(tmp_path / "docs"))
        assert result.returncode == 0, result.stderr
        assert {path.stem for path in old.parent.iterdir()} == SCHEMAS.keys()
        assert (tmp_path / "docs" / "asyncapi.json").exists()

    @pytest.mark.parametrize("arguments", [["nonsense"], ["live", "--asyncapi"]])
    def test_wrong_usage_is_refused_without_a_traceback(self, tmp_path: Path, arguments: list[str]) -> None:
        result = talkpace(tmp_path, "schema", *arguments)
        assert result.returncode == 2
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
