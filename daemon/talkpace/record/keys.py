"""How a place in a session becomes the one integer that its row is found by; see `migrations`."""

from __future__ import annotations

SEQUENCES = 1_000_000_000
"""so many rows of a kind a session can have"""
POSITIONS = 1000
"""so many RR intervals a measurement can have"""


def key(session: int, sequence: int) -> int:
    """Of a measurement, an event or a change of activity. Raises ValueError for what is out of range."""
    if not 0 <= sequence < SEQUENCES:
        raise ValueError(f"sequence {sequence} is out of range")
    return session * SEQUENCES + sequence


def keys(session: int) -> tuple[int, int]:
    """The first and the last one of a session."""
    return session * SEQUENCES, (session + 1) * SEQUENCES - 1


def rr_keys(first: int, last: int) -> tuple[int, int]:
    """The first and the last key of the RR intervals of these measurements."""
    return first * POSITIONS, last * POSITIONS + POSITIONS - 1
