"""`talkpace pair`: connect to a strap, and assign it to an athlete."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import ConfigurationError, StrapError
from ..text import printable
from .athlete_option import resolve_athlete
from .options import Amount, athlete_option, config_option
from .output import note
from .scan import NO_STRAP, SCAN_S, daemon_with_bluetooth, search
from .straps import checked_address, open_store

if TYPE_CHECKING:
    from ..config.model import Configuration

_PAIRING_S = 180.0
"""for finding, connecting and bonding, with its retries"""


@click.command()
@click.argument("address", required=False)
@config_option
@athlete_option("Who wears the strap.", required=True)
@click.option(
    "--seconds", metavar="N", default=10.0, type=Amount(1, 300), help="Show the heart rate for N seconds; 10."
)
def pair(address: str | None, configuration: Configuration, athlete: str, seconds: float) -> None:
    """Connect to a strap, bond if it requires that, show the heart rate, and assign it to an athlete.

    Example: talkpace pair A0:9E:1A:00:00:01 --athlete anna

    Without ADDRESS, choose from the straps in range. A running daemon uses the new strap at once.
    """
    from ..service.strap_methods import require_pairable

    address = checked_address(address) if address else None
    if address is not None:
        try:
            require_pairable(configuration, address, athlete)
        except ConfigurationError as error:
            raise click.BadParameter(str(error), param_hint="'--athlete'") from None
    athlete = resolve_athlete(configuration, athlete)
    address = address or _choose(configuration)
    with daemon_with_bluetooth(configuration) as daemon:
        if daemon is None:
            paired = _pair_here(configuration, address, athlete, seconds)
        else:
            paired = daemon.call_and_show(
                "pair",
                {"step": lambda step: note(step["text"]), "measurement": _show_beat},
                timeout_s=seconds + _PAIRING_S,
                address=address,
                athlete=athlete,
                seconds=seconds,
            )
    note("")
    battery = "" if paired["battery_percent"] is None else f", battery {paired['battery_percent']} %"
    bonded = ", bonded" if paired["bonded"] else ""
    name = printable(paired["name"] or paired["address"])
    click.echo(f"{name} ({paired['address']}) paired for {athlete}{battery}{bonded}")


def _pair_here(configuration: Configuration, address: str, athlete: str, seconds: float) -> dict[str, Any]:
    """Pair with a radio of our own, as no daemon uses one."""
    import asyncio

    from ..service.strap_methods import measurement_document, no_heart_rate
    from ..sources.bluetooth.bleak_radio import BleakRadio
    from ..sources.bluetooth.pairing import pair as pair_with

    with open_store(configuration) as store:
        paired = asyncio.run(
            pair_with(
                BleakRadio(configuration.bluetooth.adapter),
                address,
                seconds=seconds,
                on_step=note,
                on_measurement=lambda measurement: _show_beat(measurement_document(measurement)),
            )
        )
        if paired.measurements == 0:
            raise no_heart_rate(address, seconds)
        address = paired.strap.address  # the identity address, where it was found by a private one
        store.remember_strap(address, athlete, paired.strap.name, datetime.now().astimezone())
    return {
        "address": address,
        "name": paired.strap.name or None,
        "battery_percent": paired.battery_percent,
        "bonded": paired.bonded,
    }


def _show_beat(measurement: Mapping[str, Any]) -> None:
    rr = " ".join(f"{interval:.0f}" for interval in measurement["rr_ms"])
    line = f"  {measurement['heart_rate']:3} bpm   RR {rr or '-'} ms   contact {measurement['contact']}"
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"{line:<70}", end=end, file=sys.stderr, flush=True)  # noqa: T201 - one line, rewritten


def _choose(configuration: Configuration) -> str:
    found = [one for one in search(configuration, SCAN_S) if not one["connected"]]
    if not found:
        raise StrapError(NO_STRAP)
    if not sys.stdin.isatty():
        choices = ", ".join(f"{one['address']} ({one['name']})" for one in found)
        raise click.UsageError(f"give the ADDRESS of the strap; in range: {printable(choices)}")
    for number, one in enumerate(found, 1):
        name = printable(one["name"] or "(no name)")
        click.echo(f"{number}  {name}  {one['address']}  {one['signal_dbm']} dBm")
    chosen = click.prompt("Strap number", type=click.IntRange(1, len(found)), default=1)
    return str(found[int(chosen) - 1]["address"])
