"""A device of the real ALSA library that writes what is played to a file, in no time."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Mapping
from pathlib import Path

from ...cached import unavailable

RECORDER = "recorder"
"""its file has what was played last"""
CONTINUOUS_RECORDER = "continuous"
"""its files have all that was played, and when each began"""


def alsa_environ(folder: Path) -> dict[str, str]:
    """Configure the two devices, and none else; return the environment that says so."""
    if shutil.which("aplay") is None:
        unavailable("aplay is not installed: apt install alsa-utils")
    script = folder / "append"  # ALSA replaces % in the name of a file
    script.write_text(f"date +%s.%N >>{folder}/times\nexec cat >>{folder}/played.raw\n")
    configuration = folder / "asound.conf"
    configuration.write_text(
        _device(RECORDER, str(recording(folder)), "wav")
        + _device(CONTINUOUS_RECORDER, f"|sh {script}", "raw")
    )
    return {"ALSA_CONFIG_PATH": str(configuration)}


def _device(name: str, file: str, kind: str) -> str:
    return f'pcm.{name} {{\n type file\n slave.pcm {{ type null }}\n file "{file}"\n format "{kind}"\n}}\n'


def recording(folder: Path) -> Path:
    return folder / "played.wav"


def played(folder: Path) -> bytes:
    """What the last process has played."""
    with wave.open(str(recording(folder))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        return bytes(file.readframes(file.getnframes()))


def all_played(folder: Path) -> bytes:
    """What every process so far has played on the continuous recorder."""
    file = folder / "played.raw"
    return file.read_bytes() if file.exists() else b""


def begin_times(folder: Path) -> list[float]:
    """When each process has opened the continuous recorder, on the wall clock (s)."""
    return [float(line) for line in (folder / "times").read_text().split()]


def with_path(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment in which programs are searched in this folder alone."""
    return {**environ, "PATH": str(folder)}
