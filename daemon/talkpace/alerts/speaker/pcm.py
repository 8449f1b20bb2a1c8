"""The one format of sound: signed 16 bit little-endian, mono, 22,050 samples a second."""

from __future__ import annotations

import sys
from array import array

RATE_HZ = 22_050
"""highest pitch of a pattern is 8,000 Hz; espeak-ng and most voices of piper have this rate too"""
SAMPLE_BYTES = 2
HIGHEST = 32_767


def silence(ms: int) -> bytes:
    """Return silence of this duration."""
    return bytes(SAMPLE_BYTES * samples_of(ms))


def samples_of(ms: int) -> int:
    """Return the number of samples in a duration."""
    return RATE_HZ * ms // 1000


def duration_ms(pcm: bytes) -> int:
    """Return the duration of PCM, without a part of a millisecond."""
    return len(pcm) // SAMPLE_BYTES * 1000 // RATE_HZ


def amplitude(volume: float) -> float:
    """Return the factor for a volume from 0 to 1: its square, as ears hear half an amplitude as more."""
    return volume * volume


def scale(pcm: bytes, volume: float) -> bytes:
    """Return PCM at a volume from 0 to 1. Takes about 0.1 ms for each 1,000 samples."""
    factor = amplitude(volume)
    return to_bytes(array("h", [round(sample * factor) for sample in from_bytes(pcm)]))


def from_bytes(pcm: bytes) -> array[int]:
    """Return the samples of PCM. Raises ValueError for half a sample."""
    samples = array("h")
    samples.frombytes(pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def to_bytes(samples: array[int]) -> bytes:
    """Return samples as PCM."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    return samples.tobytes()
