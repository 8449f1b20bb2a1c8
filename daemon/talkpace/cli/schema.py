"""`talkpace schema`: MQTT as JSON Schemas and AsyncAPI, the control socket as OpenRPC."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..errors import FileError


@click.command()
@click.argument("name", required=False)
@click.option("--asyncapi", "as_asyncapi", is_flag=True, help="Print an AsyncAPI 3 document of the topics.")
@click.option(
    "--openrpc", "as_openrpc", is_flag=True, help="Print an OpenRPC document of the control socket."
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write DIR/asyncapi.json, DIR/openrpc.json and DIR/schemas/NAME.json.",
)
def schema(name: str | None, as_asyncapi: bool, as_openrpc: bool, out: Path | None) -> None:
    """Print the JSON Schemas of the MQTT payloads and commands.

    NAME selects one, such as `live` or `command.mute`; without it all are printed as one JSON document.
    They are generated from the models that the daemon validates with.
    """
    from ..control.node_commands import NODE_COMMANDS
    from ..control.openrpc import openrpc
    from ..mqtt.asyncapi import asyncapi
    from ..mqtt.schema import schemas

    if sum([name is not None, as_asyncapi, as_openrpc, out is not None]) > 1:
        raise click.UsageError("give only one of NAME, --asyncapi, --openrpc and --out")
    if as_openrpc:
        click.echo(_text(openrpc()), nl=False)
        return
    if as_asyncapi:
        click.echo(_text(asyncapi(NODE_COMMANDS)), nl=False)
        return
    every = schemas(NODE_COMMANDS)
    if out is not None:
        _write(out, every, {"asyncapi.json": asyncapi(NODE_COMMANDS), "openrpc.json": openrpc()})
    elif name is None:
        click.echo(_text(every), nl=False)
    elif name in every:
        click.echo(_text(every[name]), nl=False)
    else:
        raise click.BadParameter(
            f"there is no schema {name!r}; choose from {', '.join(every)}", param_hint="'NAME'"
        )


def _write(folder: Path, every: dict[str, Any], documents: dict[str, Any]) -> None:
    """Write all files; remove those of schemas that no longer exist."""
    files = {**documents, **{f"schemas/{name}.json": one for name, one in every.items()}}
    try:
        (folder / "schemas").mkdir(parents=True, exist_ok=True)
        for path in (folder / "schemas").glob("*.json"):
            if f"schemas/{path.name}" not in files:
                path.unlink()
        for name, one in files.items():
            (folder / name).write_text(_text(one), encoding="utf-8")
    except OSError as error:
        raise FileError(f"{folder}: cannot write: {error.strerror}") from None
    click.echo(f"{folder}: {len(files)} files written")


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
