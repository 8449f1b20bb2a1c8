"""A device of the real ALSA library that writes what is played to a file, in no time."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Mapping
from pathlib import Path

from ...cached import unavailable

RECORDER = "recorder"


def alsa_environ(folder: Path) -> dict[str, str]:
    """Configure a device named `recorder`, and none else; return the environment that says so."""
    if shutil.which("aplay") is None:
        unavailable("aplay is not installed: apt install alsa-utils")
    configuration = folder / "asound.conf"
    configuration.write_text(
        f'pcm.{RECORDER} {{\n  type file\n  slave.pcm {{ type null }}\n  file "{recording(folder)}"\n'
        '  format "wav"\n}\n'
    )
    return {"ALSA_CONFIG_PATH": str(configuration)}


def recording(folder: Path) -> Path:
    return folder / "played.wav"


def played(folder: Path) -> bytes:
    """What the last process has played."""
    with wave.open(str(recording(folder))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        return bytes(file.readframes(file.getnframes()))


def with_path(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment in which programs are searched in this folder alone."""
    return {**environ, "PATH": str(folder)}
