"""A time zone for tests that need a day of their own: midnight is hours away, whenever they run."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def zone_at_noon() -> ZoneInfo:
    """A zone in which it is between 12:00 and 13:00 now; its key is for TALKPACE_HABITS__TIMEZONE."""
    offset_h = 12 - datetime.now(UTC).hour
    # The sign of these names is that of POSIX: Etc/GMT-3 is three hours ahead of UTC.
    return ZoneInfo(f"Etc/GMT{-offset_h:+d}" if offset_h else "Etc/GMT")
