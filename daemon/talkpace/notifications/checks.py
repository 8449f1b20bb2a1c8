"""The check of `talkpace doctor` for notifications; it sends nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Mapping, Sequence

from ..config.notifications import NotifyConfig
from ..diagnostics import Finding
from ..errors import ConfigurationError
from .address import AppriseAddress, NtfyAddress
from .apprise_service import NOT_INSTALLED
from .destination import credential_name, has_address, read_address_parts


def notification_findings(
    notify: Sequence[NotifyConfig], environ: Mapping[str, str], athletes: Collection[str]
) -> list[Finding]:
    """Check the file of each address, whether apprise is there where it is needed, and the athletes' ids."""
    return [_finding(settings, environ, athletes) for settings in notify]


def _finding(settings: NotifyConfig, environ: Mapping[str, str], athletes: Collection[str]) -> Finding:
    check = f"notifications to {settings.name}"
    if not has_address(settings, environ):
        detail = f"the address is the credential {credential_name(settings)}, which only the service can read"
        return Finding(check, ok=True, detail=detail)
    try:
        address = read_address_parts(settings, environ)
    except ConfigurationError as error:
        remedy = "run this as root or as the daemon's user; see docs/notifications.md"
        return Finding(check, ok=False, detail=str(error), remedy=remedy)
    if unknown := [athlete for athlete in settings.athletes if athlete not in athletes]:
        detail = f"there is no athlete {', '.join(unknown)}"
        return Finding(check, ok=False, detail=detail, remedy="correct athletes in [[notify]]")
    return _address_finding(check, address)


def _address_finding(check: str, address: NtfyAddress | AppriseAddress) -> Finding:
    if isinstance(address, AppriseAddress) and importlib.util.find_spec("apprise") is None:
        return Finding(check, ok=False, detail=NOT_INSTALLED, remedy="sudo systemd/install --with notify")
    if isinstance(address, NtfyAddress) and address.is_readable_on_the_way:
        detail = "the address is there; the text crosses the network unencrypted"
        return Finding(check, ok=True, detail=detail, remedy="use https in the address, if the server has it")
    return Finding(check, ok=True, detail="the address is there; to try it: sudo talkpace notify test")
