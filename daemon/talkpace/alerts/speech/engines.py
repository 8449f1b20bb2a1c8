"""Programs that speak: espeak-ng, and piper with the model of a voice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ...config.voice import VoiceConfig
from ...language.sentences import Language
from .errors import SpeechError
from .program import run_program

ESPEAK = "espeak-ng"
PIPER = "piper"
NO_ENGINE = '`sudo apt install espeak-ng`, or alerts.speaker.voice.engine = "none" for sounds without words'

_WORDS_A_MINUTE = 155
"""of espeak-ng; its own 175 is fast for somebody who is out of breath"""
_ESPEAK_S = 10.0
_PIPER_S = 60.0
"""for a sentence; on a Raspberry Pi 4 most of it is loading the model"""


class SpeechEngine(Protocol):
    """A program that renders sentences."""

    async def identity(self) -> str:
        """Return a text that changes with whatever changes the sound of a sentence. Raises SpeechError."""
        ...

    async def render(self, text: str) -> bytes:
        """Return a sentence as a WAV file. Raises SpeechError."""
        ...


@dataclass(frozen=True)
class EspeakEngine:
    """espeak-ng, which has a voice for every language."""

    voice: str
    speed: float
    program: str = ESPEAK
    timeout_s: float = _ESPEAK_S

    async def identity(self) -> str:
        """Return version, voice and speed. Raises SpeechError."""
        version = await run_program(
            [self.program, "--version"], remedy=NO_ENGINE, timeout_s=self.timeout_s, most_bytes=10_000
        )
        number = version.decode(errors="replace").partition("Data at")[0].strip()
        return f"{number}, voice {self.voice}, speed {self.speed:g}"

    async def render(self, text: str) -> bytes:
        """Return a sentence as a WAV file. Raises SpeechError."""
        words_a_minute = round(_WORDS_A_MINUTE * self.speed)
        arguments = ["-v", self.voice, "-s", str(words_a_minute), "-b", "1", "-z", "--stdin", "--stdout"]
        remedy = f"choose a voice that `{ESPEAK} --voices` prints, or leave alerts.speaker.voice.voice out"
        return await run_program([self.program, *arguments], text, remedy=remedy, timeout_s=self.timeout_s)


@dataclass(frozen=True)
class PiperEngine:
    """piper, which the household has installed with a voice."""

    model: Path
    speed: float
    program: str = PIPER
    timeout_s: float = _PIPER_S

    async def identity(self) -> str:
        """Return model and speed. Raises SpeechError where a file of the voice is missing."""
        for file in (self.model, self.model.with_name(f"{self.model.name}.json")):
            try:
                with file.open("rb"):
                    pass
            except OSError as error:
                raise SpeechError(
                    f"{file} cannot be read: {error.strerror}",
                    "put the two files of a piper voice where the user talkpace can read them, such as"
                    " /opt/piper, and name the .onnx as alerts.speaker.voice.model_file",
                ) from None
        state = self.model.stat()
        return f"piper, {self.model.name} {state.st_size} {state.st_mtime_ns}, speed {self.speed:g}"

    async def render(self, text: str) -> bytes:
        """Return a sentence as a WAV file. Raises SpeechError."""
        arguments = [
            "--model",
            str(self.model),
            "--output_file",
            "-",
            "--length_scale",
            f"{1 / self.speed:.2f}",
        ]
        remedy = (
            f"run it as the user talkpace: echo Hello | {self.program} --model {self.model} --output_file"
            ' hello.wav; without piper set alerts.speaker.voice.engine = "espeak-ng"'
        )
        return await run_program([self.program, *arguments], text, remedy=remedy, timeout_s=self.timeout_s)


ChooseEngine = Callable[[VoiceConfig, Language], SpeechEngine | None]


def choose_engine(settings: VoiceConfig, language: Language) -> SpeechEngine | None:
    """Return the engine that is set, whether it is installed or not; None for no words.

    `auto` is piper with a model, espeak-ng where it is installed, else None. Raises SpeechError for a path
    in the home folder of a user who does not exist.
    """
    if settings.engine == "none":
        return None
    if settings.model_file is not None and settings.engine != "espeak-ng":
        program = PIPER if settings.program_file is None else str(_expand(settings.program_file))
        return PiperEngine(_expand(settings.model_file), settings.speed, program)
    if settings.engine == "auto" and shutil.which(ESPEAK) is None:
        return None
    return EspeakEngine(settings.voice or language.value, settings.speed)


def _expand(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise SpeechError(
            f"{path}: there is no such user or home folder", "write the whole path, such as /opt/piper"
        ) from None
