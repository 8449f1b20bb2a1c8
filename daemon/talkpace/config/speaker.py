"""Settings of the speaker."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic.functional_validators import AfterValidator

from ..language.sentences import Language
from .alert_patterns import PATTERNS
from .fields import Section
from .voice import VoiceConfig

_DEVICE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:=,.@-]{0,99}")
_WRITING_PLUGINS = ("file", "tee")
"""plugins of ALSA that write a file or start a program"""


def alsa_device(text: str) -> str:
    """Return the name of an ALSA device. Raises ValueError."""
    if not _DEVICE.fullmatch(text):
        raise ValueError(
            f"{text!r} is not the name of an ALSA device: use one that `aplay -L` prints, such as default"
        )
    if text.partition(":")[0] in _WRITING_PLUGINS:
        raise ValueError(f"{text!r} writes a file: use a device that `aplay -L` prints, such as default")
    return text


class SpeakerConfig(Section):
    """A speaker on the headphone jack, HDMI, USB or Bluetooth, which plays the sounds of the patterns."""

    enabled: bool = False
    """Whether to play through a speaker."""
    device: Annotated[str, AfterValidator(alsa_device)] = "default"
    """Name of the ALSA device, as `aplay -L` prints it, such as plughw:CARD=Headphones,DEV=0."""
    volume: Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "fraction"})] = 0.8
    """Loudness, from 0 (silent) to 1 (as loud as the device is set)."""
    wake_ms: Annotated[int, Field(ge=0, le=3000)] = 200
    """Silence before the first sound after a pause, which wakes an amplifier or a Bluetooth speaker."""
    language: Language = Language.ENGLISH
    """Language of what is spoken."""
    voice: VoiceConfig = VoiceConfig()
    """The voice."""
    files: dict[str, Path] = Field(default={})
    """Recordings (WAV, up to 10 s) instead of the words, by event: {over = "/etc/talkpace/over.wav"}."""

    @field_validator("files")
    @classmethod
    def _check_events(cls, files: dict[str, Path]) -> dict[str, Path]:
        events = [name for name in PATTERNS if not name.startswith("state_")]
        for name in files:
            if name not in events:
                raise ValueError(f"unknown event {name!r}: use one of {', '.join(events)}")
        return files
