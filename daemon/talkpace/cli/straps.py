"""`talkpace scan`, `pair`, `straps`, `forget`."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..config.model import Configuration, bluetooth_address
from ..errors import ConfigurationError, StrapError
from .options import Amount, config_option, json_option
from .output import console, note, print_json, print_table, printable
from .whose import chosen_athlete

if TYPE_CHECKING:
    from ..measurement.link import Measurement
    from ..record.rows import StrapRow
    from ..record.store import Store
    from ..strap.bluetooth.scanning import Found

_SCAN_S = 10.0


@click.command()
@config_option
@click.option("--seconds", metavar="N", default=_SCAN_S, type=Amount(1, 300), help="How long; 10.")
@click.option("--battery", is_flag=True, help="Connect to each for a moment, to read its battery.")
@json_option
def scan(configuration: Configuration, seconds: float, battery: bool, as_json: bool) -> None:
    """List the straps in range: name, address, signal strength, battery, known or new.

    Put the strap on and wet its electrodes: most send only while they are worn.
    """
    from ..service.known import strap_owners

    found = _scan(configuration, seconds, battery=battery)
    owners = strap_owners(configuration, os.environ)
    if as_json:
        print_json(
            [
                {
                    "address": one.address,
                    "name": one.name or None,
                    "signal_dbm": one.signal_dbm,
                    "battery_percent": one.battery_percent,
                    "connected": one.connected,
                    "athlete": owners.get(one.address),
                }
                for one in found
            ]
        )
    elif not found:
        note("No strap was heard. Is it worn, its electrodes wet, and not connected to a watch or phone?")
    else:
        rows = [
            (
                one.name or "(no name)",
                one.address,
                "connected" if one.signal_dbm is None else f"{one.signal_dbm} dBm",
                "" if one.battery_percent is None else f"{one.battery_percent} %",
                owners.get(one.address, "new"),
            )
            for one in found
        ]
        print_table(("name", "address", "signal", "battery", "athlete"), rows)


def _scan(configuration: Configuration, seconds: float, *, battery: bool = False) -> list[Found]:
    from rich.text import Text

    from ..strap.bluetooth.scanning import scan as scan_for

    listening = f"listening for straps for {seconds:.0f} s"
    with console(stderr=True).status(listening) as status:

        def heard(found: Found) -> None:
            status.update(Text(printable(f"{listening}; last heard {found.name or found.address}")))

        return asyncio.run(
            scan_for(seconds, configuration.bluetooth.adapter, with_battery=battery, on_found=heard)
        )


def _seen(configuration: Configuration) -> list[StrapRow]:
    from ..service.known import existing_store

    with existing_store(configuration, os.environ) as store:
        return store.straps() if store is not None else []


@click.command()
@click.argument("address", required=False)
@config_option
@click.option("--athlete", required=True, metavar="ID", help="Who wears it.")
@click.option("--seconds", metavar="N", default=10.0, type=Amount(1, 300), help="Show beats so long.")
def pair(address: str | None, configuration: Configuration, athlete: str, seconds: float) -> None:
    """Connect to a strap, bond where it wants that, show live beats, and remember it for an athlete.

    Without ADDRESS the straps in range are offered, strongest first. A running daemon takes up the
    new strap by itself.
    """
    from ..strap.bluetooth.pairing import pair as pair_with

    address = _valid(address) if address else None
    owner = next((a.id for a in configuration.athletes if address in a.straps), athlete)
    if owner != athlete:
        raise ConfigurationError(f"--athlete: the configuration says that {address} is {owner}'s")
    athlete = chosen_athlete(configuration, athlete)
    with _writing(configuration) as store:
        address = address or _choose(configuration)
        with _left_alone(address):
            paired = asyncio.run(
                pair_with(
                    address,
                    configuration.bluetooth.adapter,
                    seconds=seconds,
                    on_step=note,
                    on_measurement=_show_beat(),
                )
            )
        note("")
        if paired.measurements == 0:
            raise StrapError(
                f"{address} sent no heart rate in {seconds:.0f} s: is it worn, its electrodes wet?"
            )
        address = paired.strap.address  # the lasting one, where it was found by a changing one
        store.remember_strap(address, athlete, paired.strap.name, datetime.now().astimezone())
    battery = "" if paired.battery_percent is None else f", battery {paired.battery_percent} %"
    bonded = ", bonded" if paired.bonded else ""
    name = printable(paired.strap.name or address)
    click.echo(f"{name} ({address}) is {athlete}'s from now on{battery}{bonded}")


@contextmanager
def _left_alone(address: str) -> Iterator[None]:
    """The daemon that may run lets go of the strap meanwhile."""
    from ..service.paths import runtime_folder
    from ..strap.bluetooth.reserved import HEEDED_WITHIN_S, reserved

    with ExitStack() as stack:
        folder = runtime_folder(os.environ)
        if folder is not None:
            try:
                stack.enter_context(reserved(folder, address))
            except OSError as error:
                note(f"the daemon cannot be asked to leave {address} alone ({error.strerror})")
            else:
                time.sleep(HEEDED_WITHIN_S)
        yield


def _show_beat() -> Callable[[Measurement], None]:
    end = "\r" if sys.stderr.isatty() else "\n"

    def show(measurement: Measurement) -> None:
        rr = " ".join(f"{interval:.0f}" for interval in measurement.rr_ms)
        line = f"  {measurement.heart_rate:3} bpm   RR {rr or '-'} ms   contact {measurement.contact.value}"
        print(f"{line:<70}", end=end, file=sys.stderr, flush=True)  # noqa: T201 - one line, over and over

    return show


def _choose(configuration: Configuration) -> str:
    found = [one for one in _scan(configuration, _SCAN_S) if not one.connected]
    if not found:
        raise StrapError("no strap was heard: is it worn, its electrodes wet, and free of a watch or phone?")
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "which strap? Say its ADDRESS: " + ", ".join(f"{one.address} ({one.name})" for one in found)
        )
    for number, one in enumerate(found, 1):
        click.echo(f"{number}  {printable(one.name) or '(no name)'}  {one.address}  {one.signal_dbm} dBm")
    chosen = click.prompt("Which one", type=click.IntRange(1, len(found)), default=1)
    return found[int(chosen) - 1].address


@click.command()
@config_option
@json_option
def straps(configuration: Configuration, as_json: bool) -> None:
    """List the straps that are known: declared in the configuration, or remembered by `pair`."""
    from ..service.known import strap_owners

    seen = {row.address: row for row in _seen(configuration)}
    owners = strap_owners(configuration, os.environ)
    documents: list[dict[str, Any]] = [
        {
            "address": address,
            "athlete": owner,
            "name": (row.name or None) if (row := seen.get(address)) else None,
            "battery_percent": row.battery_percent if row else None,
            "last_seen": row.last_seen.isoformat(timespec="seconds") if row else None,
        }
        for address, owner in sorted(owners.items())
    ]
    if as_json:
        print_json(documents)
    elif not documents:
        note("No strap is known yet; `talkpace pair --athlete ID` makes one known.")
    else:
        keys = ("address", "athlete", "name", "battery_percent", "last_seen")
        rows = [["" if one[key] is None else str(one[key]) for key in keys] for one in documents]
        print_table(("address", "athlete", "name", "battery %", "last seen"), rows)


@click.command()
@click.argument("address")
@config_option
def forget(address: str, configuration: Configuration) -> None:
    """Forget a strap that `pair` remembered. Its sessions stay."""
    address = _valid(address)
    for athlete in configuration.athletes:
        if address in athlete.straps:
            raise ConfigurationError(
                f"{address} is declared in the configuration; take it out of {athlete.id}'s straps"
            )
    with _writing(configuration) as store:
        if not store.forget_strap(address):
            raise StrapError(f"{address} was not known")
    click.echo(f"{address} is forgotten")


def _writing(configuration: Configuration) -> Store:
    from ..record.store import Store
    from ..service.paths import store_path

    return Store.open(store_path(configuration, os.environ))


def _valid(address: str) -> str:
    try:
        return bluetooth_address(address)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
