"""`talkpace scan`: straps in range, found by the daemon's radio or by one of our own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ..text import printable
from .options import Amount, config_option, json_option
from .output import console, note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..control.client import ControlClient

FoundStrap = Mapping[str, Any]
"""a `StrapInRange` of the control socket, as JSON"""

SCAN_S = 10.0
NO_STRAP = "no strap found; wear it with wet electrodes, and disconnect it from any watch or phone"


@click.command()
@config_option
@click.option("--seconds", metavar="N", default=SCAN_S, type=Amount(1, 300), help="Duration in seconds; 10.")
@click.option("--battery", is_flag=True, help="Connect to each strap to read its battery (%).")
@json_option
def scan(configuration: Configuration, seconds: float, battery: bool, as_json: bool) -> None:
    """Search for straps in range; list name, address, signal (dBm), battery (%) and athlete.

    Wear the strap with wet electrodes: most send only while they are worn.
    """
    found = search(configuration, seconds, battery=battery)
    if as_json:
        keys = ("address", "name", "signal_dbm", "battery_percent", "connected", "athlete")
        print_json([{key: one[key] for key in keys} for one in found])
    elif not found:
        note(NO_STRAP)
    else:
        rows = [
            (
                one["name"] or "(no name)",
                one["address"],
                "connected" if one["signal_dbm"] is None else f"{one['signal_dbm']} dBm",
                "" if one["battery_percent"] is None else f"{one['battery_percent']} %",
                one["athlete"] or "new",
            )
            for one in found
        ]
        print_table(("name", "address", "signal", "battery", "athlete"), rows)


def search(configuration: Configuration, seconds: float, *, battery: bool = False) -> list[FoundStrap]:
    """Search by the daemon's radio where it runs with Bluetooth, else by one of our own."""
    from rich.text import Text

    searching = f"searching for straps for {seconds:.0f} s"
    with console(stderr=True).status(searching) as status, daemon_with_bluetooth(configuration) as daemon:

        def show_found(found: FoundStrap) -> None:
            status.update(Text(printable(f"{searching}; found {found['name'] or found['address']}")))

        if daemon is None:
            return _scan_here(configuration, seconds, battery=battery, on_found=show_found)
        found: list[FoundStrap] = daemon.call_and_show(
            "scan",
            {"found": show_found},
            timeout_s=_scan_timeout_s(seconds, battery=battery),
            seconds=seconds,
            battery=battery,
        )
        return found


def _scan_timeout_s(seconds: float, *, battery: bool) -> float:
    """Time limit of a search, with the straps that are connected to for their batteries."""
    return seconds + (300 if battery else 60)


def _scan_here(
    configuration: Configuration,
    seconds: float,
    *,
    battery: bool,
    on_found: Callable[[FoundStrap], None],
) -> list[FoundStrap]:
    import asyncio
    from dataclasses import asdict

    from ..sources.bluetooth import survey
    from ..sources.bluetooth.bleak_radio import BleakRadio
    from ..storage.queries import strap_owners

    owners = strap_owners(configuration, os.environ)

    def document(strap: survey.FoundStrap) -> FoundStrap:
        return {**asdict(strap), "name": strap.name or None, "athlete": owners.get(strap.address)}

    found = asyncio.run(
        survey.scan(
            BleakRadio(configuration.bluetooth.adapter),
            seconds,
            with_battery=battery,
            on_found=lambda strap: on_found(document(strap)),
        )
    )
    return [document(strap) for strap in found]


@contextmanager
def daemon_with_bluetooth(configuration: Configuration) -> Iterator[ControlClient | None]:
    """The daemon, which then has to be asked: two programs that scan and connect disturb each other."""
    from ..diagnostics import NOT_USED
    from .daemon_client import find_daemon

    client = find_daemon(configuration)
    if client is None:
        yield None
        return
    with client:
        yield client if client.call("health")["adapter"] != NOT_USED.text else None
