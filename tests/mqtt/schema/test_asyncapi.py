"""The AsyncAPI document against AsyncAPI's own JSON Schema."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from talkpace.control.node_commands import NODE_COMMANDS
from talkpace.mqtt.asyncapi import asyncapi
from talkpace.mqtt.topics import Topics

from ...cached import build_step, cached, unavailable

_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def specification() -> Any:
    """As its authors publish it; the test is skipped, with the reason, where it can't be had."""
    version = json.loads((_HERE / "package.json").read_text())["dependencies"]["@asyncapi/specs"]
    folder = cached("talkpace-asyncapi", version, _HERE / "package-lock.json", _build)
    schemas = folder / "node_modules" / "@asyncapi" / "specs" / "schemas"
    return json.loads((schemas / "3.0.0-without-$id.json").read_text(encoding="utf-8"))


def _build(folder: Path) -> None:
    if shutil.which("npm") is None:
        unavailable("AsyncAPI's schema comes by npm, and there is no npm on this machine")
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    build_step("AsyncAPI's schema", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)


def test_is_a_valid_document(specification: Any) -> None:
    errors = [
        f"{list(error.path)}: {error.message}"
        for error in Draft7Validator(specification).iter_errors(asyncapi(NODE_COMMANDS))
    ]
    assert errors == []


def test_a_document_with_a_fault_is_not(specification: Any) -> None:
    document = asyncapi(NODE_COMMANDS)
    document["operations"]["publish.live"]["action"] = "shout"
    assert not Draft7Validator(specification).is_valid(document)


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi(NODE_COMMANDS)
    references = list(_references(document))
    assert references
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_addresses_are_those_of_the_publisher() -> None:
    channels = asyncapi(NODE_COMMANDS)["channels"]
    topics = Topics("talkpace", "{node}")
    assert channels["status"]["address"] == topics.status
    assert channels["live"]["address"] == topics.live("{athlete}")
    address = channels["command.mute"]["address"].format(node="gym", athlete="anna")
    assert Topics("talkpace", "gym").command_in(address) == ("anna", "mute")
    assert channels["straps"]["address"] == topics.of("straps")
    assert channels["node.result"]["address"] == topics.result(None)
    address = channels["node.command.alerts_test"]["address"].format(node="gym")
    assert Topics("talkpace", "gym").command_in(address) == (None, "alerts_test")


def _references(part: Any) -> Any:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _references(each)
