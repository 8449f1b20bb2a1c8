"""Check of `talkpace doctor` for the speaker: open it, and play a moment of silence."""

from __future__ import annotations

from collections.abc import Mapping

from ...config.model import SpeakerConfig
from ...diagnostics import Finding
from ..outputs import AlertDeviceError
from .aplay import Aplay
from .pcm import silence

_CHECK = "speaker"
_SILENCE_MS = 50
_PATIENCE_S = 5.0


async def speaker_finding(settings: SpeakerConfig, environ: Mapping[str, str]) -> Finding:
    """Check that the device exists, may be opened, and is not in use."""
    if not settings.enabled:
        return Finding(_CHECK, ok=True, detail="none is configured")
    try:
        await Aplay(settings.device, environ, patience_s=_PATIENCE_S).play([silence(_SILENCE_MS)])
    except AlertDeviceError as error:
        return Finding(_CHECK, ok=False, detail=str(error), remedy=error.remedy)
    return Finding(_CHECK, ok=True, detail=f"the device {settings.device} can be used")
