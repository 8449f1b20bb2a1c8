"""`talkpace schema`: the MQTT interface as documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..errors import ConfigurationError, TalkpaceError


@click.command()
@click.argument("name", required=False)
@click.option("--asyncapi", "as_asyncapi", is_flag=True, help="Print the topics as an AsyncAPI 3 document.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write DIR/asyncapi.json, and DIR/schemas with one file for each.",
)
def schema(name: str | None, as_asyncapi: bool, out: Path | None) -> None:
    """Print the JSON Schemas of what goes over MQTT: of topics, such as `live`, and of commands.

    NAME prints one of them, such as `live` or `command.mute`; without it, all are printed as one
    JSON document. They are made from the models that talkpace itself publishes and validates with.
    """
    from ..schema.asyncapi import asyncapi
    from ..schema.generate import schemas

    if sum([name is not None, as_asyncapi, out is not None]) > 1:
        raise click.UsageError("NAME, --asyncapi and --out exclude each other")
    if as_asyncapi:
        click.echo(_text(asyncapi()), nl=False)
        return
    every = schemas()
    if out is not None:
        _write(out, every, asyncapi())
    elif name is None:
        click.echo(_text(every), nl=False)
    elif name in every:
        click.echo(_text(every[name]), nl=False)
    else:
        raise ConfigurationError(f"there is no schema {name!r}; there are {', '.join(every)}")


def _write(folder: Path, every: dict[str, Any], document: dict[str, Any]) -> None:
    """Write all files, and remove those of schemas that are no more."""
    files = {"asyncapi.json": document, **{f"schemas/{name}.json": one for name, one in every.items()}}
    try:
        (folder / "schemas").mkdir(parents=True, exist_ok=True)
        for path in (folder / "schemas").glob("*.json"):
            if f"schemas/{path.name}" not in files:
                path.unlink()
        for name, one in files.items():
            (folder / name).write_text(_text(one), encoding="utf-8")
    except OSError as error:
        raise TalkpaceError(f"cannot write to {folder}: {error.strerror}") from None
    click.echo(f"{folder}: {len(files)} files written")


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
