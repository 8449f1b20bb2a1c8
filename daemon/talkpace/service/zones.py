"""The time zone of a household: as configured, else the host's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from ..config.practice import Practice

_LOCALTIME = Path("/etc/localtime")
_DATABASE = "zoneinfo/"


def zone_of(athlete: str, practice: Practice, environ: Mapping[str, str]) -> tzinfo:
    """Where an athlete's days begin."""
    name = practice.of(athlete).timezone or practice.timezone
    return ZoneInfo(name) if name else host_zone(environ)


def host_zone(environ: Mapping[str, str], localtime: Path = _LOCALTIME) -> tzinfo:
    """The zone that the host's own clock shows: of `TZ`, else of its local time; UTC where neither says."""
    name = environ.get("TZ", "").removeprefix(":")
    if not name:
        _, found, name = str(localtime.resolve()).partition(_DATABASE)
        if not found:
            return _zone_file(localtime)
    try:
        return ZoneInfo(name.rpartition(_DATABASE)[2])
    except (KeyError, ValueError, OSError):  # also a name of no zone, such as a rule: CET-1CEST
        return _zone_file(localtime)


def _zone_file(localtime: Path) -> tzinfo:
    try:
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, "local time")
    except (ValueError, OSError):
        return UTC
