"""What `talkpace doctor` finds of the voice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from talkpace.alerts.speech.checks import speech_findings
from talkpace.alerts.speech.engines import PiperEngine, SpeechEngine
from talkpace.config.speaker import SpeakerConfig
from talkpace.config.voice import VoiceConfig
from talkpace.diagnostics import Finding
from talkpace.language.sentences import Language

from .wav_files import wav


async def found(engine: SpeechEngine | None = None, **speaker: object) -> list[Finding]:
    def choose(_settings: VoiceConfig, _language: Language) -> SpeechEngine | None:
        return engine

    return await speech_findings(SpeakerConfig.model_validate({"enabled": True} | speaker), choose)


async def test_without_a_speaker_nothing_is_checked() -> None:
    assert await found(enabled=False) == []


async def test_no_voice_is_no_fault_but_it_is_said_how_to_get_one() -> None:
    [finding] = await found()
    assert finding.ok
    assert finding.detail == "sounds have no words, as espeak-ng is not installed"
    assert finding.remedy is not None
    assert finding.remedy.startswith("`sudo apt install espeak-ng`")


async def test_a_voice_that_is_off_needs_nothing() -> None:
    assert await found(voice={"engine": "none"}) == [
        Finding("voice", ok=True, detail="off: sounds have no words")
    ]


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("language", Language)
async def test_espeak_speaks_every_language(language: Language) -> None:
    [finding] = await speech_findings(SpeakerConfig(enabled=True, language=language))
    assert finding.ok
    assert finding.detail.startswith("eSpeak NG text-to-speech")
    assert finding.detail.endswith(f"voice {language.value}, speed 1: speaks")


async def test_a_model_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    [finding] = await found(PiperEngine(tmp_path / "anna.onnx", 1.0))
    assert (finding.ok, finding.detail) == (
        False,
        f"{tmp_path}/anna.onnx cannot be read: No such file or directory",
    )


async def test_each_recording_that_cannot_be_played_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "over.wav").write_bytes(wav())
    (tmp_path / "drink.wav").write_bytes(b"OggS")
    files = {name: str(tmp_path / f"{name}.wav") for name in ("over", "drink", "easy_again")}
    findings = await found(voice={"engine": "none"}, files=files)
    assert [(finding.check, finding.ok, finding.detail) for finding in findings[1:]] == [
        ("recording for drink", False, f"{tmp_path}/drink.wav is an Ogg file, and no WAV file"),
        (
            "recording for easy_again",
            False,
            f"{tmp_path}/easy_again.wav cannot be read: No such file or directory",
        ),
        ("recordings", True, "one recording can be played"),
    ]
