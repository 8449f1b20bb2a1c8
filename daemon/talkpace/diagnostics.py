"""The result type of `talkpace doctor`'s checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of one check."""

    check: str
    """what was checked, such as "Bluetooth adapter\""""
    ok: bool
    detail: str
    """one line for a person"""
    remedy: str | None = None
    """what to do, with the commands; None where nothing is to be done"""


class HealthState(Enum):
    """What a `Health` means for the one who operates the daemon."""

    OK = "ok"
    FAILED = "failed"
    UNUSED = "unused"
    """not configured"""


_OK_TEXTS = frozenset({"ok", "connected", "recorded", "shown in the terminal"})
_UNUSED_TEXTS = frozenset({"not used", "none"})


@dataclass(frozen=True, slots=True)
class Health:
    """Health of one part of the daemon, and the text that is published and printed for it."""

    state: HealthState
    text: str

    @classmethod
    def failed(cls, reason: str) -> Health:
        """A part that does not work, with the reason in one line."""
        return cls(HealthState.FAILED, reason)

    @classmethod
    def parse(cls, text: str) -> Health:
        """The health that was published as `text`."""
        if text in _OK_TEXTS:
            return cls(HealthState.OK, text)
        return cls(HealthState.UNUSED if text in _UNUSED_TEXTS else HealthState.FAILED, text)


def combine_health(*parts: Health) -> Health:
    """Return one health for several parts: what has failed, else whether one of them works."""
    if failed := [part.text for part in parts if part.state is HealthState.FAILED]:
        return Health.failed("; ".join(failed))
    return next((part for part in parts if part.state is HealthState.OK), parts[0])


OK = Health(HealthState.OK, "ok")
CONNECTED = Health(HealthState.OK, "connected")
NOT_USED = Health(HealthState.UNUSED, "not used")
