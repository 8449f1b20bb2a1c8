"""`talkpace straps`, `ignore`, `forget`: the straps that are paired, and those of others."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ..errors import ConfigurationError, DaemonError
from .options import config_option, json_option
from .output import note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.records import StrapRow
    from ..storage.store import Store


def _strap_rows(configuration: Configuration) -> list[StrapRow]:
    from ..storage.queries import open_existing_store

    with open_existing_store(configuration, os.environ) as store:
        return store.straps() if store is not None else []


@click.command()
@config_option
@json_option
def straps(configuration: Configuration, as_json: bool) -> None:
    """List straps that are configured or paired, with athlete, battery (%) and when they were last seen.

    Where the daemon runs, straps in range that nobody owns follow; they are not connected.
    """
    from ..storage.queries import strap_owners

    by_address = {row.address: row for row in _strap_rows(configuration)}
    owners = strap_owners(configuration, os.environ)
    documents: list[dict[str, Any]] = [
        {
            "address": address,
            "athlete": owner,
            "name": (row.name or None) if (row := by_address.get(address)) else None,
            "battery_percent": row.battery_percent if row else None,
            "last_seen": row.last_seen.isoformat(timespec="seconds") if row else None,
        }
        for address, owner in sorted(owners.items())
    ]
    documents += _strangers(configuration)
    if as_json:
        print_json(documents)
    elif not documents:
        note("No straps yet. Pair one: talkpace pair --athlete ID")
    else:
        keys = ("address", "athlete", "name", "battery_percent", "last_seen")
        rows = [
            ["" if one[key] is None else str(one[key]) for key in keys]
            for one in ({**one, "athlete": one["athlete"] or "(nobody)"} for one in documents)
        ]
        print_table(("address", "athlete", "name", "battery %", "last seen"), rows)


def _strangers(configuration: Configuration) -> list[dict[str, Any]]:
    """Straps that the daemon sees and nobody owns; none where it does not run, or does not answer."""
    from .daemon_client import find_daemon

    try:
        client = find_daemon(configuration)
        if client is None:
            return []
        with client:
            strangers = client.call("straps.list")["strangers"]
    except DaemonError:
        return []
    now = datetime.now().astimezone()
    return [
        {
            "address": one["address"],
            "athlete": None,
            "name": one["name"],
            "battery_percent": None,
            "last_seen": (now - timedelta(seconds=one["seen_s"])).isoformat(timespec="seconds"),
        }
        for one in strangers
    ]


@click.command()
@click.argument("address")
@click.option("--undo", is_flag=True, help="Report the strap again.")
@config_option
def ignore(address: str, undo: bool, configuration: Configuration) -> None:
    """Stop reporting a strap in range that nobody owns, such as a neighbour's."""
    from .daemon_client import connect_daemon

    address = checked_address(address)
    with connect_daemon(configuration) as daemon:
        daemon.call("straps.unignore" if undo else "straps.ignore", address=address)
    click.echo(f"{address} is {'no longer ' if undo else ''}ignored")


@click.command()
@click.argument("address")
@config_option
def forget(address: str, configuration: Configuration) -> None:
    """Remove a paired strap. Its sessions stay."""
    from ..service.strap_methods import not_paired, require_forgettable
    from .daemon_client import find_daemon

    address = checked_address(address)
    try:
        require_forgettable(configuration, address)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from None
    client = find_daemon(configuration)
    if client is not None:
        with client:
            client.call("forget", address=address)
    else:
        with open_store(configuration) as store:
            if not store.forget_strap(address):
                raise not_paired(address)
    click.echo(f"{address} removed")


def open_store(configuration: Configuration) -> Store:
    """Open the database for writing."""
    from ..storage.paths import store_path
    from ..storage.store import Store

    return Store.open(store_path(configuration, os.environ))


def checked_address(address: str) -> str:
    """The address in upper case. Raises click.BadParameter where it is none."""
    from ..config.model import bluetooth_address

    try:
        return bluetooth_address(address)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'ADDRESS'") from None
