"""Names for sessions that order by time and are the same whenever the same recording is replayed."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

_VERSION, _VARIANT = 0x7000, 0x8000_0000_0000_0000


def session_id(athlete: str, strap_address: str, start: datetime) -> str:
    """A UUID of version 7 (RFC 9562): 48 bits of the start's Unix time in ms, the rest from who and what."""
    unix_ms = int(start.timestamp() * 1000)
    digest = int.from_bytes(
        hashlib.sha256(f"{athlete}/{strap_address}/{unix_ms}".encode()).digest()[:10], "big"
    )
    high = (unix_ms & 0xFFFF_FFFF_FFFF) << 16 | _VERSION | (digest >> 64) & 0x0FFF
    low = digest & 0x3FFF_FFFF_FFFF_FFFF | _VARIANT
    return str(uuid.UUID(int=high << 64 | low))
