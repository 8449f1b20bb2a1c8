"""`talkpace doctor`: checks everything the daemon needs, and says what to do."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict

import click

from ..config.model import Configuration, is_bluetooth_address
from ..service.finding import Finding
from .options import config_option, json_option
from .output import console, print_json, printable

_PROBE_S = 5.0


@click.command()
@config_option
@json_option
def doctor(configuration: Configuration, as_json: bool) -> None:
    """Check adapter, BlueZ, straps, permissions, GPIO, broker, database and clock; say what to do about each.

    The exit code is 1 where something is wrong.
    """
    from rich.text import Text

    findings = asyncio.run(_examine(configuration))
    if as_json:
        print_json({"ok": all(one.ok for one in findings), "findings": [asdict(one) for one in findings]})
    else:
        screen = console()
        for one in findings:
            mark = Text("ok   ", "green") if one.ok else Text("wrong", "bold red")
            screen.print(mark, printable(f"{one.check}: {one.says}"))
            if one.remedy:
                screen.print(printable(f"      → {one.remedy}"), style="yellow")
    if not all(one.ok for one in findings):
        raise click.exceptions.Exit(1)


async def _examine(configuration: Configuration) -> list[Finding]:
    from ..alert.doctor import gpio_findings
    from ..publish.credentials import read_password
    from ..publish.probe import probe
    from ..service.examine import athlete_finding, clock_finding, store_finding
    from ..strap.bluetooth.bonds import strap_findings
    from ..strap.bluetooth.findings import bluetooth_findings

    findings = [athlete_finding(configuration, os.environ)]
    if configuration.bluetooth.enabled:
        radio = await bluetooth_findings(configuration.bluetooth.adapter)
        findings += radio
        if all(one.ok for one in radio):
            findings += await strap_findings(_straps(configuration), configuration.bluetooth.adapter)
    findings += gpio_findings(configuration.alerts)
    if configuration.mqtt.enabled:
        password = read_password(configuration.mqtt, os.environ)
        findings.append(await probe(configuration.mqtt, password, _PROBE_S))
    findings.append(store_finding(configuration, os.environ))
    findings.append(clock_finding())
    return findings


def _straps(configuration: Configuration) -> set[str]:
    from ..errors import StoreError
    from ..service.known import strap_owners

    try:
        known = set(strap_owners(configuration, os.environ))
    except StoreError:  # told with the database
        known = {strap for athlete in configuration.athletes for strap in athlete.straps}
    return {address for address in known if is_bluetooth_address(address)}
