"""What `talkpace doctor` has found, one fact at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    check: str
    """what was looked at, such as "Bluetooth adapter\""""
    ok: bool
    says: str
    """one line for a person"""
    remedy: str | None = None
    """what to do about it, with the commands; None where nothing is to be done"""
