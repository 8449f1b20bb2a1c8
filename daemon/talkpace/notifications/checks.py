"""The check of `talkpace doctor` for notifications; it sends nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Mapping, Sequence

from ..config.notifications import NotifyConfig
from ..diagnostics import Finding
from ..errors import ConfigurationError
from .address import AppriseAddress
from .apprise_service import NOT_INSTALLED
from .destination import read_parsed_address

_TEST = "sudo talkpace notify test"


def notification_findings(
    notify: Sequence[NotifyConfig], environ: Mapping[str, str], athletes: Collection[str]
) -> list[Finding]:
    """Check the file of each address, whether apprise is there where it is needed, and the athletes' ids."""
    return [_finding(settings, environ, athletes) for settings in notify]


def _finding(settings: NotifyConfig, environ: Mapping[str, str], athletes: Collection[str]) -> Finding:
    check = f"notifications to {settings.name}"
    try:
        address = read_parsed_address(settings, environ)
    except ConfigurationError as error:
        remedy = "run this as root or as the daemon's user; see docs/notifications.md"
        return Finding(check, ok=False, detail=str(error), remedy=remedy)
    if unknown := [athlete for athlete in settings.athletes if athlete not in athletes]:
        detail = f"there is no athlete {', '.join(unknown)}"
        return Finding(check, ok=False, detail=detail, remedy="correct athletes in [[notify]]")
    if isinstance(address, AppriseAddress):
        if importlib.util.find_spec("apprise") is None:
            return Finding(check, ok=False, detail=NOT_INSTALLED, remedy="sudo systemd/install --with notify")
        return Finding(check, ok=True, detail=f"the address is there; to try it: {_TEST}")
    if address.is_readable_on_the_way:
        return Finding(
            check,
            ok=True,
            detail="the address is there; the text crosses the network unencrypted",
            remedy="use https in the address, if the server has it",
        )
    return Finding(check, ok=True, detail=f"the address is there; to try it: {_TEST}")
