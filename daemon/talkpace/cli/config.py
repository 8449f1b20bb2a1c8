"""`talkpace config`: the example, a check, the schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..config.example import example as example_text
from ..config.load import DEFAULT_PATH
from ..config.model import Configuration
from ..service.judges import check_athletes
from .options import configured


@click.group()
def config() -> None:
    """Print a commented example, check a file, print its JSON Schema."""


@config.command()
def example() -> None:
    """Print a commented example; as it stands it changes no default."""
    click.echo(example_text(), nl=False)


@config.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def check(file: Path | None) -> None:
    """Validate FILE, or /etc/talkpace/talkpace.toml, and the environment over it."""
    configuration = configured(file)
    check_athletes(configuration)
    missing = "" if file or DEFAULT_PATH.exists() else " (there is no such file: all defaults)"
    click.echo(f"{file or DEFAULT_PATH}: fine{missing}")


@config.command()
def schema() -> None:
    """Print the JSON Schema of the configuration."""
    click.echo(json.dumps(Configuration.model_json_schema(), indent=2))
