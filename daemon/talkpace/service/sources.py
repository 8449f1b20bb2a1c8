"""What lets beats in besides Bluetooth, as the configuration names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..config.model import Source
from ..effort.athlete import Judgement
from ..strap.door import Notification, StrapInfo
from ..strap.paced import PacedSource
from ..strap.recording import open_recording
from .clock import Clock

_RESTING_BPM = 60


@dataclass(frozen=True)
class NamedSource:
    """A source of beats, the address that they come from, and whose they are."""

    address: str
    athlete: str
    source: PacedSource


def open_source(source: Source, clock: Clock, judgement: Callable[[str], Judgement]) -> NamedSource:
    """Raises RecordingError where a recording cannot be used."""
    if source.kind == "recording":
        assert source.file is not None
        recording = open_recording(source.file.expanduser())
        return NamedSource(
            recording.strap.address,
            source.athlete,
            PacedSource(recording.notifications, recording.strap, clock, repeat=source.repeat),
        )
    from ..strap.virtual import BATTERY_PERCENT, beats, workout  # noqa: PLC0415 - only where it is used

    routine = workout(source.workout)
    strap = StrapInfo(f"virtual:{source.athlete}", "virtual strap", body_location="chest", signal_dbm=-50)
    judged = judgement(source.athlete)

    def made_up() -> Iterable[Notification]:
        made = beats(
            routine,
            seed=source.seed,
            max_heart_rate=float(judged.max_heart_rate),
            resting_heart_rate=float(judged.resting_heart_rate or _RESTING_BPM),
        )
        return (beat._replace(address=strap.address) for beat in made)

    paced = PacedSource(made_up, strap, clock, repeat=source.repeat, battery_percent=BATTERY_PERCENT)
    return NamedSource(strap.address, source.athlete, paced)
