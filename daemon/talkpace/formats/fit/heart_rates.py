"""Heart rates that a strap stored by itself, as for swimming: `hr` messages, merged with the records.

Each message has some heart rates with the strap's own times in 1/1024 s, whole or only their lowest 12 bits;
now and then one also has the watch's time. A record gets the mean of what the strap measured since the record
before, in place of the wrist's. Steps and bounds are those of Garmin's documentation and SDK.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_TICKS_PER_S = 1024
_FRACTIONS_PER_S = 32768
_WRAP_TICKS = 1 << 32
_STEP_S = 0.25
_LONGEST_FILL_S = 5.0
"""a heart rate is taken to last until the next one, for so long"""
_NO_HEART_RATE = (0, 0xFF)


@dataclass(frozen=True, slots=True)
class HeartRateMessage:
    """An `hr` message, with raw values."""

    timestamp: Any
    """s, of the watch; None without"""
    fraction: Any
    """1/32768 s"""
    bpm: tuple[Any, ...]
    event_times: tuple[Any, ...]
    """1/1024 s, of the strap"""
    packed_event_times: tuple[Any, ...]
    """bytes; two times of 12 bits in three of them"""


@dataclass(frozen=True, slots=True)
class StoredHeartRate:
    """A heart rate (bpm) at a time (s, as in the file)."""

    time_s: float
    bpm: int


def stored_heart_rates(messages: Sequence[HeartRateMessage]) -> list[StoredHeartRate]:
    """Return the heart rates of all messages, in order; those before the first time of the watch are lost."""
    found: list[StoredHeartRate] = []
    anchor: tuple[float, int] | None = None
    last_ticks = 0
    for message in messages:
        ticks = _event_ticks(message, last_ticks)
        if ticks:
            last_ticks = ticks[-1]
            if isinstance(message.timestamp, int):
                fraction = message.fraction if isinstance(message.fraction, int) else 0
                anchor = message.timestamp + fraction / _FRACTIONS_PER_S, ticks[0]
        if anchor is None:
            continue
        anchor_s, anchor_ticks = anchor
        found += [
            StoredHeartRate(anchor_s + (time - anchor_ticks) % _WRAP_TICKS / _TICKS_PER_S, bpm)
            for time, bpm in zip(ticks, message.bpm, strict=False)
            if isinstance(bpm, int) and bpm not in _NO_HEART_RATE
        ]
    return sorted(found, key=lambda one: one.time_s)


def _event_ticks(message: HeartRateMessage, last_ticks: int) -> list[int]:
    """Return the strap's times (1/1024 s); those of 12 bits continue from the last one."""
    if message.event_times:
        return [time for time in message.event_times if isinstance(time, int)]
    packed = [byte for byte in message.packed_event_times if isinstance(byte, int)]
    ticks = []
    for low, middle, high in zip(packed[::3], packed[1::3], packed[2::3], strict=False):
        for bits in (low | (middle & 0x0F) << 8, middle >> 4 | high << 4):
            last_ticks += (bits - last_ticks) & 0xFFF
            ticks.append(last_ticks)
    return ticks


def _quarters(stored: Sequence[StoredHeartRate]) -> Iterator[StoredHeartRate]:
    """Yield heart rates in steps of 250 ms, each filled up to the next one for 5 s at most."""
    previous: StoredHeartRate | None = None
    for one in stored:
        if previous is not None:
            fill_s = min(one.time_s - previous.time_s, _LONGEST_FILL_S + _STEP_S)
            step = 1
            while fill_s > _STEP_S and step * _STEP_S <= _LONGEST_FILL_S:
                yield StoredHeartRate(previous.time_s + step * _STEP_S, previous.bpm)
                fill_s -= _STEP_S
                step += 1
        yield one
        previous = one


def merge(stored: Sequence[StoredHeartRate], times_s: Sequence[float]) -> list[int | None]:
    """Return the strap's heart rate (bpm) for each of these times of records; None where it has none.

    It is the mean since the record before, or over the last second for the first record.
    """
    merged: list[int | None] = []
    quarters = _quarters(stored)
    current = next(quarters, None)
    before_s: float | None = None
    last: list[StoredHeartRate] = []
    for time_s in times_s:
        if before_s is None or time_s <= before_s:
            since_s = time_s - 1
        else:
            since_s = before_s
            last = []
        before_s = time_s
        while current is not None and current.time_s <= time_s:
            last.append(current)
            current = next(quarters, None)
        bpm = [one.bpm for one in last if since_s < one.time_s <= time_s]
        merged.append(int(sum(bpm) / len(bpm) + 0.5) if bpm else None)
    return merged
