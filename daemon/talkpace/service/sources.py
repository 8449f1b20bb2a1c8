"""What lets beats in besides Bluetooth, as the configuration names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

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


def open_source(
    source: Source, clock: Clock, judgement: Callable[[str], Judgement], *, number: int
) -> NamedSource:
    """`number` tells sources of the same name apart.

    Raises RecordingError where a recording cannot be used, ConfigurationError where the athlete
    cannot be judged.
    """
    judged = judgement(source.athlete)
    if source.kind == "recording":
        assert source.file is not None
        recording = open_recording(source.file.expanduser())
        strap = replace(recording.strap, address=f"{recording.strap.address}#{number}")
        paced = PacedSource(recording.notifications, strap, clock, repeat=source.repeat)
        return NamedSource(strap.address, source.athlete, paced)
    from ..strap.virtual import BATTERY_PERCENT, beats, workout  # noqa: PLC0415 - only where it is used

    routine = workout(source.workout)
    strap = StrapInfo(f"virtual:{number}", "virtual strap", body_location="chest", signal_dbm=-50)

    def made_up() -> Iterable[Notification]:
        return beats(
            routine,
            seed=source.seed,
            max_heart_rate=float(judged.max_heart_rate),
            resting_heart_rate=float(judged.resting_heart_rate or _RESTING_BPM),
        )

    paced = PacedSource(made_up, strap, clock, repeat=source.repeat, battery_percent=BATTERY_PERCENT)
    return NamedSource(strap.address, source.athlete, paced)
