"""What the tests of all formats ask of a recording."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from talkpace.formats import Recording, open_recording
from talkpace.measurement.heart_rate_payload import HeartRatePayload, decode
from talkpace.sources.events import Notification


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def heart_rates(notifications: Iterable[Notification]) -> list[tuple[int, int]]:
    """Time (ms) and heart rate (bpm) of each."""
    return [(notification.at_ms, decoded(notification).heart_rate) for notification in notifications]


def intervals(notifications: Iterable[Notification]) -> list[tuple[float, ...]]:
    """The RR intervals of each, in whole ms: 1/1024 s is what the bytes hold."""
    return [tuple(round(rr) for rr in decoded(notification).rr_ms) for notification in notifications]


def decoded(notification: Notification) -> HeartRatePayload:
    decoded = decode(notification.payload)
    assert isinstance(decoded, HeartRatePayload)
    return decoded


def read(folder: Path, name: str, content: str | bytes) -> tuple[Recording, list[tuple[int, int]]]:
    """The recording, iterated, and its heart rates."""
    recording = open_recording(written(folder, name, content))
    return recording, heart_rates(recording)
