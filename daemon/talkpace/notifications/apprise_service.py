"""Send a text to a service that apprise knows. Only the process that sends one message imports it."""

from __future__ import annotations

import logging
import re

from .outcome import SENT, Outcome, Result, outcome_of_status

NOT_INSTALLED = "it needs apprise, which is not installed: sudo systemd/install --with notify"
_STATUS = re.compile(r"error=(\d{3})\b")


class _Statuses(logging.Handler):
    """The HTTP statuses that apprise logs; whatever else it logs may have parts of the address."""

    def __init__(self) -> None:
        super().__init__()
        self.last: int | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if found := _STATUS.search(record.getMessage()):
            self.last = int(found[1])


def send_by_apprise(url: str, title: str, text: str) -> Outcome:
    """Send a text; redirects are not followed, nothing is stored or logged. Blocks."""
    try:
        import apprise  # noqa: PLC0415 - an extra
    except ImportError:
        return Outcome(Result.RETRY, NOT_INSTALLED)
    statuses = _Statuses()
    log = logging.getLogger("apprise")
    log.handlers, log.propagate = [statuses], False
    log.setLevel(logging.DEBUG)
    asset = apprise.AppriseAsset(
        http_redirects=False, async_mode=False, storage_mode=apprise.PersistentStoreMode.MEMORY
    )
    service = apprise.Apprise(asset=asset)
    if not service.add(url):
        return Outcome(Result.REFUSED, "apprise does not understand the address: check it")
    if service.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT):
        return SENT
    outcome = SENT if statuses.last is None else outcome_of_status(statuses.last)
    return Outcome(Result.RETRY, "apprise could not send it") if outcome == SENT else outcome
