"""Options and parameter types that several commands share."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..config.layers import Layers
    from ..config.model import Configuration

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path, readable=False)
"""a file or folder; the code that opens it reports why it cannot be used"""

LIMIT = click.IntRange(1, 1_000_000)


class Amount(click.FloatRange):
    """A finite number within bounds; `nan` is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a float. Raises click.BadParameter."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a valid number.", param, ctx)
        return number


def config_option(command: Command) -> Command:
    """Add `--config FILE`; the command receives a `Configuration` named `configuration`."""
    return _file_option("configuration", load_configuration)(command)


def layers_option(command: Command) -> Command:
    """Add `--config FILE`; the command receives the `Layers` of the configuration, not validated."""
    return _file_option("layers", load_layers)(command)


def _file_option(name: str, load: Callable[[Path | None], object]) -> Callable[[Command], Command]:
    return click.option(
        "--config",
        name,
        metavar="FILE",
        type=PATH,
        callback=lambda _ctx, _option, path: load(path),
        help="Configuration file (TOML); /etc/talkpace/talkpace.toml by default.",
    )


def athlete_option(help_: str, *, required: bool = False) -> Callable[[Command], Command]:
    """Add `--athlete ID`; the command receives `athlete`, for `resolve_athlete`."""
    return click.option("--athlete", metavar="ID", required=required, help=help_)


def json_option(command: Command) -> Command:
    """Add `--json`; the command receives `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def force_option(command: Command) -> Command:
    """Add `--force`; the command receives `force`, for `private_file`."""
    return click.option("--force", is_flag=True, help="Replace the file if it exists.")(command)


def activity_option(help_: str) -> Callable[[Command], Command]:
    """Add `--activity`; the command receives the activity's name or None."""
    from ..training.profile import Activity

    return click.option("--activity", type=click.Choice([one.value for one in Activity]), help=help_)


def load_configuration(path: Path | None) -> Configuration:
    """Validate a file (None: the default one), settings.toml and this process's TALKPACE_* variables."""
    from ..config.load import validate

    return validate(load_layers(path))


def load_layers(path: Path | None) -> Layers:
    """Read a file (None: the default one), settings.toml and this process's TALKPACE_* variables."""
    from ..config.layers import read_layers
    from ..storage.paths import settings_path

    layers = read_layers(path, os.environ)
    store = layers.store()
    try:
        settings = settings_path(store, os.environ)
    except ConfigurationError as error:  # a command that needs the database says so itself
        return replace(layers, settings_problem=str(error))
    return layers.with_settings(settings)


def require_habit(configuration: Configuration, name: str | None = None) -> None:
    """Raise ConfigurationError where habits, or the one named, are disabled."""
    if not configuration.habits.enabled_features:
        raise ConfigurationError("habits are disabled: set enabled = true in [habits]")
    if name is not None and not configuration.habits.is_enabled(name):
        raise ConfigurationError(f"this is disabled: set enabled = true in [habits.{name}]")
