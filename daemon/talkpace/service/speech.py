"""The voice of the daemon: what it speaks follows from the settings and from who trains here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from ..alerts.speech.cache import SpeechCache
from ..alerts.speech.voice import SpeechSettings, Voice
from ..config.model import Configuration
from ..storage.paths import SPEECH

_S_PER_MINUTE = 60


def speech_settings(configuration: Configuration, names: Mapping[str, str]) -> SpeechSettings:
    """Return what the sentences depend on; `names` of the athletes by id."""
    band_minutes = round(configuration.sessions.target_band_s / _S_PER_MINUTE)
    return SpeechSettings(configuration.alerts.speaker, band_minutes, names)


def build_voice(
    configuration: Configuration,
    *,
    folder: Path,
    is_training: Callable[[], bool],
    on_health: Callable[[], None],
) -> Voice:
    """Build the voice; `folder` is the database's."""
    settings = speech_settings(configuration, {})
    return Voice(settings, SpeechCache(folder / SPEECH), is_training=is_training, on_health=on_health)


def configure_voice(voice: Voice, configuration: Configuration) -> None:
    """Replace the voice's settings."""
    voice.configure(speech_settings(configuration, voice.settings.names))


def name_athletes(voice: Voice, names: Mapping[str, str]) -> None:
    """Replace the names of those who train here, by id."""
    voice.configure(replace(voice.settings, names=dict(names)))
