"""`talkpace config`: print an example, check a file, show and change settings, print the JSON Schema."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..config.listing import SettingValue
from ..errors import ConfigurationError, DaemonRefusedError, TalkpaceError
from .options import PATH, json_option, layers_option, load_configuration
from .output import note, print_json, print_table

if TYPE_CHECKING:
    from ..config.layers import Layers
    from ..config.model import Configuration

_AT_NEXT_START = "takes effect when the daemon starts again"


@click.group()
def config() -> None:
    """Show, set and check the configuration; print a commented example and the JSON Schema."""


@config.command()
def example() -> None:
    """Print a commented example with every key and its default.

    Example: talkpace config example > talkpace.toml
    """
    from ..config.example import example as example_text

    click.echo(example_text(), nl=False)


@config.command()
@click.argument("file", required=False, type=PATH)
def check(file: Path | None) -> None:
    """Validate FILE, or /etc/talkpace/talkpace.toml, with settings.toml and the TALKPACE_* variables.

    Also opens the recordings and the password file that it names.
    """
    from ..config.load import DEFAULT_PATH
    from ..config.training import check_profiles

    configuration = load_configuration(file)
    check_profiles(configuration.athletes, configuration.ceilings, year=datetime.now().astimezone().year)
    if unusable := _unusable(configuration):
        raise ConfigurationError("\n".join(unusable))
    missing = "" if file or DEFAULT_PATH.exists() else " (the file does not exist: all defaults)"
    click.echo(f"{file or DEFAULT_PATH}: ok{missing}")


def _unusable(configuration: Configuration) -> list[str]:
    """Return one line for each file or lamp that the daemon could not use."""
    problems = []
    for number, source in enumerate(configuration.sources):
        if source.file is not None:
            from ..formats import open_recording

            try:
                open_recording(source.file.expanduser())
            except TalkpaceError as error:
                problems.append(f"sources.{number}.file: {error}")
    if configuration.mqtt.enabled:
        from ..mqtt.broker import read_password

        try:
            read_password(configuration.mqtt, os.environ)
        except ConfigurationError as error:
            problems.append(str(error))
    if configuration.notify:
        from ..notifications.destination import has_address, read_destinations

        readable = [address for address in configuration.notify if has_address(address, os.environ)]
        problems += read_destinations(readable, os.environ)[1]
    from ..config.lamps import usable_lamps

    _, of_lamps = usable_lamps(configuration.alerts.lamps, configuration.mqtt, configuration.homeassistant)
    return problems + of_lamps


@config.command()
@layers_option
@json_option
def show(layers: Layers, as_json: bool) -> None:
    """List every key with its value and origin: default, file, settings or environment.

    Passwords are in files of their own, so none is shown.
    """
    from ..config.listing import list_values
    from ..config.load import validate_usable

    usable = validate_usable(layers)
    values = list_values(layers, usable.configuration)
    problems = [*_missing_settings(layers), *usable.problems]
    if as_json:
        print_json(
            {
                "file": str(layers.file),
                "settings": str(layers.settings) if layers.settings else None,
                "problems": problems,
                "values": [asdict(one) for one in values],
            }
        )
        return
    rows = [(one.key, _shown(one.value), one.origin.value) for one in values]
    print_table(("key", "value", "origin"), rows, shrink="value")
    note(f"file: {layers.file}; settings: {layers.settings or 'none'}")
    for problem in problems:
        note(problem)


def _missing_settings(layers: Layers) -> list[str]:
    """Say why settings are not seen by this user."""
    from ..storage.paths import hidden_state

    if layers.settings_problem:
        return [layers.settings_problem]
    folder = hidden_state(layers.store(), os.environ)
    return [f"{folder}: not this user's: the daemon's settings there are not shown"] if folder else []


def _shown(value: object) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


@config.command("set")
@click.argument("key")
@click.argument("value")
@layers_option
def set_(key: str, value: str, layers: Layers) -> None:
    """Set KEY to VALUE in settings.toml, above the configuration file.

    KEY is dotted; an athlete's is athletes.ID.KEY. A list or table is written as JSON.

    Examples: talkpace config set mqtt.host broker.lan, talkpace config set athletes.anna.ceiling 0.65
    """
    from ..config.environment import parse_value

    _change(layers, key, parse_value(key, value))


@config.command()
@click.argument("key")
@layers_option
def unset(key: str, layers: Layers) -> None:
    """Remove KEY from settings.toml, so that the configuration file or the default applies.

    Example: talkpace config unset mqtt.host
    """
    _change(layers, key, None)


def _change(layers: Layers, key: str, value: object) -> None:
    """Change a setting, and print what it is now."""
    from ..config.layer_tables import Origin

    written, values, restart = change_settings_of(layers, {key: value})
    for one in values:
        click.echo(f"{one.key} = {_shown(one.value)} ({one.origin.value})")
        if one.origin is Origin.ENVIRONMENT:
            note(f"{one.key}: an environment variable overrides the settings")
    click.echo(f"{written}: written; {_AT_NEXT_START if restart else 'in effect now'}")


def change_settings_of(
    layers: Layers, changes: Mapping[str, object]
) -> tuple[Path | None, list[SettingValue], bool]:
    """Change settings, all or none, through the daemon where it runs.

    Returns the file, the values that the keys stand for, and whether the daemon has to start again.
    """
    from ..config.layer_tables import Origin
    from ..config.load import validate_usable
    from .daemon_client import find_daemon

    client = find_daemon(validate_usable(layers).configuration)
    if client is None:
        return _change_here(layers, changes)
    with client:
        try:
            result = client.call("settings.set", changes=changes)
        except DaemonRefusedError as error:
            raise ConfigurationError(str(error)) from None
    values = [SettingValue(one["key"], one["value"], Origin(one["origin"])) for one in result["values"]]
    return layers.settings, values, bool(result["restart"])


def _change_here(
    layers: Layers, changes: Mapping[str, object]
) -> tuple[Path | None, list[SettingValue], bool]:
    """Write the settings file, as no daemon runs; return it with the values that the keys stand for."""
    from ..config.listing import list_values
    from ..config.load import validate_usable
    from ..config.settings_file import change_settings
    from ..storage.queries import load_athletes

    before = validate_usable(layers).configuration
    of_athletes = any(key.startswith("athletes") for key in changes)
    athletes = load_athletes(before, os.environ).ids if of_athletes else ()
    after = change_settings(layers, changes, athletes=athletes)
    values = list_values(after, validate_usable(after).configuration)
    changed = [one for one in values if any(f"{one.key}.".startswith(f"{key}.") for key in changes)]
    return after.settings, changed, True


@config.command()
def schema() -> None:
    """Print the JSON Schema of the configuration."""
    from ..config.fields import add_field_docs
    from ..config.model import Configuration

    document = Configuration.model_json_schema()
    add_field_docs(document, Configuration)
    click.echo(json.dumps(document, indent=2))
