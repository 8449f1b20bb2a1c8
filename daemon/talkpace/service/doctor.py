"""All checks, for `talkpace doctor` and the method `diagnostics`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ..alerts.checks import gpio_findings
from ..alerts.speaker.checks import speaker_finding
from ..alerts.speech.checks import speech_findings
from ..config.lamps import usable_lamps
from ..config.model import Configuration, is_bluetooth_address
from ..diagnostics import Finding
from ..errors import StoreError
from ..mqtt.broker import read_password
from ..notifications.checks import notification_findings
from ..storage.queries import load_athletes, strap_owners
from .checks import athlete_finding, clock_finding, daemon_finding, store_finding
from .page_check import page_finding

_BROKER_TIMEOUT_S = 5.0
_LAMPS_TIMEOUT_S = 10.0


async def check_all(
    configuration: Configuration, environ: Mapping[str, str], *, daemon: Finding | None = None
) -> list[Finding]:
    """Check everything that the daemon needs; `daemon` is the finding on itself, where it asks.

    What reads the disk runs in a thread. Raises ConfigurationError for an unusable password file.
    """
    findings = [await asyncio.to_thread(athlete_finding, configuration, environ)]
    if configuration.bluetooth.enabled:
        findings += await _check_bluetooth(configuration, environ)
    findings += await asyncio.to_thread(gpio_findings, configuration.alerts)
    findings.append(await speaker_finding(configuration.alerts.speaker, environ))
    findings += await speech_findings(configuration.alerts.speaker)
    if configuration.mqtt.enabled:
        from ..mqtt.checks import check_broker  # noqa: PLC0415 - with aiomqtt, not needed without a broker

        password = read_password(configuration.mqtt, environ)
        broker = await check_broker(configuration.mqtt, password, _BROKER_TIMEOUT_S)
        findings += [broker, *await _check_lamps(configuration, password, has_broker=broker.ok)]
    elif configuration.alerts.lamps:
        remedy = "set mqtt.enabled and mqtt.host"
        findings.append(Finding("lamps", ok=False, detail="there is no broker for them", remedy=remedy))
    if configuration.notify:
        findings += await asyncio.to_thread(_check_notifications, configuration, environ)
    findings.append(await asyncio.to_thread(store_finding, configuration, environ))
    findings.append(clock_finding())
    findings.append(await page_finding(configuration.web))
    findings.append(
        await asyncio.to_thread(daemon_finding, configuration, environ) if daemon is None else daemon
    )
    return findings


async def _check_lamps(
    configuration: Configuration, password: str | None, *, has_broker: bool
) -> list[Finding]:
    lamps, problems = usable_lamps(
        configuration.alerts.lamps, configuration.mqtt, configuration.homeassistant
    )
    findings = [Finding("lamps", ok=False, detail=one, remedy="see docs/lamps.md") for one in problems]
    if lamps:
        from ..mqtt.lamp_checks import NOT_ASKED, check_lamps  # noqa: PLC0415 - with aiomqtt

        if has_broker:
            findings += await check_lamps(lamps, configuration.mqtt, password, _LAMPS_TIMEOUT_S)
        else:
            findings.append(NOT_ASKED)
    return findings


async def _check_bluetooth(configuration: Configuration, environ: Mapping[str, str]) -> list[Finding]:
    from ..sources.bluetooth.checks import (  # noqa: PLC0415 - with bleak, not needed without Bluetooth
        bluetooth_findings,
        strap_findings,
    )

    adapter = configuration.bluetooth.adapter
    findings = await bluetooth_findings(adapter)
    if all(one.ok for one in findings):
        straps = await asyncio.to_thread(_straps, configuration, environ)
        findings += await strap_findings(straps, adapter)
    return findings


def _check_notifications(configuration: Configuration, environ: Mapping[str, str]) -> list[Finding]:
    try:
        athletes = load_athletes(configuration, environ).ids
    except StoreError:  # reported by the check of the database
        athletes = [athlete for one in configuration.notify for athlete in one.athletes]
    return notification_findings(configuration.notify, environ, athletes)


def _straps(configuration: Configuration, environ: Mapping[str, str]) -> set[str]:
    """Return the Bluetooth addresses of configured and paired straps."""
    try:
        straps = set(strap_owners(configuration, environ))
    except StoreError:  # reported by the check of the database
        straps = {strap for athlete in configuration.athletes for strap in athlete.straps}
    return {address for address in straps if is_bluetooth_address(address)}
