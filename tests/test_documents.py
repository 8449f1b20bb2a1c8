"""The documents agree with the repository: the paths that they name exist, and every command is explained."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from talkpace import __version__
from talkpace.cli.main import talkpace
from talkpace.control.node_commands import NODE_COMMANDS
from talkpace.mqtt.command_definitions import COMMANDS
from talkpace.mqtt.schema import TOPICS
from talkpace.service.health import LossCounters

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "daemon" / "talkpace"
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_PATH = re.compile(r"`([\w.-]+/[\w./-]*|\w+\.(?:py|md|toml))`")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_path_that_the_document_names_exists(document: str) -> None:
    paths = _PATH.findall((ROOT / document).read_text(encoding="utf-8"))
    assert paths
    missing = [path for path in paths if not any((base / path).exists() for base in (ROOT, PACKAGE))]
    # `checks.py` and the like are in several folders.
    assert [path for path in missing if "/" in path or not any(PACKAGE.rglob(path))] == []


@pytest.mark.parametrize("document", [*GUIDES, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_lists_every_command() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## Commands\n")[1].split("\n## ")[0]
    commands = talkpace.list_commands(click.Context(talkpace))
    assert [name for name in commands if f"`{name}`" not in section] == []


@pytest.mark.parametrize("document", GUIDES, ids=lambda path: path.name)
def test_every_command_that_a_guide_calls_exists(document: Path) -> None:
    calls = re.findall(r"(?<![\w/.-])talkpace ([a-z]+)(?=[\s`])", _code(document.read_text(encoding="utf-8")))
    assert set(calls) <= set(talkpace.list_commands(click.Context(talkpace)))


def test_the_mqtt_page_names_every_topic_every_command_and_every_counter() -> None:
    page = (ROOT / "docs" / "mqtt.md").read_text(encoding="utf-8")
    topics = [f"talkpace/N/{'A/' if topic.owner == 'athlete' else ''}{topic.level}" for topic in TOPICS]
    commands = [*COMMANDS, *(command.name for command in NODE_COMMANDS)]
    counters = [field.name for field in fields(LossCounters)]
    assert [name for name in [*topics, *commands, *counters] if f"`{name}`" not in page] == []


def test_the_changelog_has_this_version_with_a_date_below_the_unreleased_changes() -> None:
    headings = re.findall(r"^## .*", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "## [Unreleased]"
    assert re.fullmatch(rf"## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d", headings[1])


def _code(text: str) -> str:
    """The code of a page: lines that are indented by four, without comments, and what is in backquotes."""
    blocks = [line.partition("#")[0] + " " for line in text.splitlines() if line.startswith("    ")]
    return "\n".join([*blocks, *(f"{code} " for code in re.findall(r"`([^`\n]+)`", text))])
