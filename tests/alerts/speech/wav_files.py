"""WAV files made for tests."""

from __future__ import annotations

import io
import math
import wave
from pathlib import Path


def wav(
    *,
    seconds: float = 0.5,
    rate_hz: int = 22_050,
    channels: int = 1,
    width: int = 2,
    tone_hz: float = 440,
    before_s: float = 0,
    after_s: float = 0,
    loudness: float = 0.5,
) -> bytes:
    """A tone between two silences."""
    highest = (1 << (8 * width - 1)) - 1
    offset = 128 if width == 1 else 0
    values = [0] * round(before_s * rate_hz)
    values += [
        round(loudness * highest * math.sin(math.tau * tone_hz * index / rate_hz))
        for index in range(round(seconds * rate_hz))
    ]
    values += [0] * round(after_s * rate_hz)
    frames = b"".join(
        (value + offset).to_bytes(width, "little", signed=width > 1) * channels for value in values
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate_hz)
        writer.writeframes(frames)
    return file.getvalue()


def script(path: Path, body: str) -> Path:
    """A program of /bin/sh."""
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
