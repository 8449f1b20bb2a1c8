"""Options that many commands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..config.load import DEFAULT_PATH, load
from ..config.model import Configuration

Command = TypeVar("Command", bound=Callable[..., Any])


GIVEN_PATH = click.Path(path_type=Path, readable=False)
"""a file or folder; whether it can be used is for who uses it to say, in the same words everywhere"""

HOW_MANY = click.IntRange(1, 1_000_000)


class Amount(click.FloatRange):
    """A number within bounds; "nan" is none, though it is outside of no bounds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As a float. Fails, for click to say so, where it is not within bounds."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a valid number.", param, ctx)
        return number


def config_option(command: Command) -> Command:
    """`--config FILE`, given on as a `Configuration` named `configuration`."""
    return click.option(
        "--config",
        "configuration",
        metavar="FILE",
        type=GIVEN_PATH,
        callback=lambda _ctx, _option, path: configured(path),
        help=f"The configuration; {DEFAULT_PATH} by default.",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`, given on as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def configured(path: Path | None) -> Configuration:
    """The configuration of a file and this process's environment."""
    return load(path, os.environ)
