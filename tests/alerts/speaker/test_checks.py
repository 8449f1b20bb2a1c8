"""What `talkpace doctor` finds of the speaker."""

from __future__ import annotations

from pathlib import Path

from talkpace.alerts.speaker.checks import speaker_finding
from talkpace.alerts.speaker.failures import MISSING_PROGRAM, NO_SUCH_DEVICE
from talkpace.config.model import SpeakerConfig
from talkpace.diagnostics import Finding

from .alsa import RECORDER, alsa_environ, played, with_path

USB = SpeakerConfig(enabled=True, device="plughw:CARD=Usb")


async def test_no_speaker_is_configured() -> None:
    assert await speaker_finding(SpeakerConfig(), {}) == Finding(
        "speaker", ok=True, detail="none is configured"
    )


async def test_a_device_that_can_be_used_is_tried_with_silence(tmp_path: Path) -> None:
    finding = await speaker_finding(SpeakerConfig(enabled=True, device=RECORDER), alsa_environ(tmp_path))
    assert finding == Finding("speaker", ok=True, detail="the device recorder can be used")
    assert played(tmp_path).strip(b"\0") == b""


async def test_a_device_that_is_not_there_and_a_program_that_is_not(tmp_path: Path) -> None:
    environ = alsa_environ(tmp_path)
    missing = await speaker_finding(USB, environ)
    assert (missing.ok, missing.remedy) == (False, NO_SUCH_DEVICE)
    assert missing.detail == "the device plughw:CARD=Usb does not exist or was unplugged"
    without = await speaker_finding(USB, with_path(environ, tmp_path))
    assert (without.ok, without.detail, without.remedy) == (False, "aplay is not installed", MISSING_PROGRAM)
