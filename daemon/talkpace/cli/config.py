"""`talkpace config`: the example, a check, the schema."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ..config.example import example as example_text
from ..config.load import DEFAULT_PATH
from ..config.model import Configuration
from ..errors import ConfigurationError, TalkpaceError
from ..service.judges import check_athletes
from .options import GIVEN_PATH, configured


@click.group()
def config() -> None:
    """Print a commented example, check a file, print its JSON Schema."""


@config.command()
def example() -> None:
    """Print a commented example; as it stands it changes no default."""
    click.echo(example_text(), nl=False)


@config.command()
@click.argument("file", required=False, type=GIVEN_PATH)
def check(file: Path | None) -> None:
    """Validate FILE, or /etc/talkpace/talkpace.toml, and the environment over it.

    The files that it names are looked at too.
    """
    configuration = configured(file)
    check_athletes(configuration)
    if unusable := _unusable_files(configuration):
        raise ConfigurationError("\n".join(unusable))
    missing = "" if file or DEFAULT_PATH.exists() else " (there is no such file: all defaults)"
    click.echo(f"{file or DEFAULT_PATH}: fine{missing}")


def _unusable_files(configuration: Configuration) -> list[str]:
    """What would keep the daemon from starting, one line each."""
    from ..publish.credentials import read_password
    from ..strap.recording import open_recording

    problems = []
    for number, source in enumerate(configuration.sources):
        if source.file is not None:
            try:
                open_recording(source.file.expanduser())
            except TalkpaceError as error:
                problems.append(f"sources.{number}.file: {error}")
    if configuration.mqtt.enabled:
        try:
            read_password(configuration.mqtt, os.environ)
        except ConfigurationError as error:
            problems.append(str(error))
    return problems


@config.command()
def schema() -> None:
    """Print the JSON Schema of the configuration."""
    click.echo(json.dumps(Configuration.model_json_schema(), indent=2))
