"""All checks, for `talkpace doctor` and the method `diagnostics`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ..alerts.checks import gpio_findings
from ..alerts.speaker.checks import speaker_finding
from ..alerts.speech.checks import speech_findings
from ..config.model import Configuration, is_bluetooth_address
from ..diagnostics import Finding
from ..errors import StoreError
from ..mqtt.broker import read_password
from ..storage.queries import strap_owners
from .checks import athlete_finding, clock_finding, daemon_finding, store_finding
from .page_check import page_finding

_BROKER_TIMEOUT_S = 5.0


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
        findings.append(await check_broker(configuration.mqtt, password, _BROKER_TIMEOUT_S))
    findings.append(await asyncio.to_thread(store_finding, configuration, environ))
    findings.append(clock_finding())
    findings.append(await page_finding(configuration.web))
    findings.append(
        await asyncio.to_thread(daemon_finding, configuration, environ) if daemon is None else daemon
    )
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


def _straps(configuration: Configuration, environ: Mapping[str, str]) -> set[str]:
    """Return the Bluetooth addresses of configured and paired straps."""
    try:
        straps = set(strap_owners(configuration, environ))
    except StoreError:  # reported by the check of the database
        straps = {strap for athlete in configuration.athletes for strap in athlete.straps}
    return {address for address in straps if is_bluetooth_address(address)}
