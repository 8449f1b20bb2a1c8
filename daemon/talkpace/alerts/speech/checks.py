"""Checks of `talkpace doctor` for the voice and the household's recordings; they play nothing."""

from __future__ import annotations

import asyncio

from ...config.speaker import SpeakerConfig
from ...diagnostics import Finding
from ...language.sentences import sentences
from ...text import quantity
from .engines import NO_ENGINE, ChooseEngine, choose_engine
from .errors import SpeechError
from .phrases import EVENTS
from .recordings import read_recording
from .wav import decode_wav

_VOICE, _RECORDINGS = "voice", "recordings"


async def speech_findings(speaker: SpeakerConfig, choose: ChooseEngine = choose_engine) -> list[Finding]:
    """Render a sentence, and read every recording; nothing where there is no speaker."""
    if not speaker.enabled:
        return []
    findings = [await _voice_finding(speaker, choose)]
    if speaker.files:
        findings += await asyncio.to_thread(_recording_findings, speaker)
    return findings


async def _voice_finding(speaker: SpeakerConfig, choose: ChooseEngine) -> Finding:
    try:
        engine = choose(speaker.voice, speaker.language)
    except SpeechError as error:
        return _failure(error)
    if engine is None:
        if speaker.voice.engine == "none":
            return Finding(_VOICE, ok=True, detail="off: sounds have no words")
        detail = "sounds have no words, as espeak-ng is not installed"
        return Finding(_VOICE, ok=True, detail=detail, remedy=NO_ENGINE)
    try:
        identity = await engine.identity()
        await asyncio.to_thread(
            decode_wav, await engine.render(sentences(speaker.language)[f"{EVENTS}.over"])
        )
    except SpeechError as error:
        return _failure(error)
    return Finding(_VOICE, ok=True, detail=f"{identity}: speaks")


def _failure(error: SpeechError) -> Finding:
    return Finding(_VOICE, ok=False, detail=str(error), remedy=error.remedy)


def _recording_findings(speaker: SpeakerConfig) -> list[Finding]:
    failures = []
    for event, path in speaker.files.items():
        try:
            read_recording(path)
        except SpeechError as error:
            check = f"recording for {event}"
            failures.append(Finding(check, ok=False, detail=str(error), remedy=error.remedy))
    good = len(speaker.files) - len(failures)
    detail = f"{quantity(good, 'recording')} can be played"
    return [*failures, *([Finding(_RECORDINGS, ok=True, detail=detail)] if good else [])]
