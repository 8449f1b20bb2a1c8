"""Options that many commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..config.load import DEFAULT_PATH, load
from ..config.model import Configuration

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(command: Command) -> Command:
    """`--config FILE`, given on as a `Configuration` named `configuration`."""
    return click.option(
        "--config",
        "configuration",
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=lambda _ctx, _option, path: configured(path),
        help=f"The configuration; {DEFAULT_PATH} by default.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`, given on as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def configured(path: Path | None) -> Configuration:
    """The configuration of a file and this process's environment."""
    return load(path, os.environ)
