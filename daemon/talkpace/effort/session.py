"""One workout, measured. Nearly every figure follows from how long each heart rate was held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..measurement.link import Measurement
from ..measurement.payload import Contact
from ..rr.hrv import Hrv
from ..rr.live import LiveHrv
from ..rr.session import SessionBeats
from .athlete import Activity, Judgement
from .maximum import ObservedMaximum
from .recovery import HeartRateRecovery
from .rules import HOLD_MS
from .scale import EffortScale
from .stretch import LongestStretch
from .zones import Zone, ZoneTable

LAST_HOLD_MS = 1_000
"""The last measurement has no next one; it is taken as this long."""


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """What a session amounts to, unrounded; times in ms, heart rates in bpm."""

    start_ms: int
    end_ms: int
    measurements: int
    held_ms: Mapping[int, int]
    """time held at each heart rate"""
    zones_ms: Mapping[Zone, int]
    over_ceiling_ms: int
    longest_conversational_ms: int
    warnings: int
    heart_rate_recovery_60s: int | None
    activity: Activity
    ceiling: Fraction
    judgement: Judgement
    suggested_maximum: int | None
    beats: SessionBeats | None
    """None where the strap sent no RR intervals"""

    @property
    def duration_ms(self) -> int:
        """From the first measurement to the last."""
        return self.end_ms - self.start_ms

    @property
    def recorded_ms(self) -> int:
        """The sum of all holds."""
        return sum(self.held_ms.values())

    @property
    def gap_ms(self) -> int:
        """What no measurement held."""
        return max(0, self.duration_ms + LAST_HOLD_MS - self.recorded_ms)

    def hrv(self) -> Hrv | None:
        """What the beats amount to; asked for only once nothing urgent is left, as it takes some ms."""
        return None if self.beats is None else self.beats.figures(self.duration_ms)


class Session:
    """A workout under way, fed with measurements whose heart rate is above 0, in order of time."""

    def __init__(self, start_ms: int, judgement: Judgement, activity: Activity) -> None:
        self.start_ms = start_ms
        self.judgement = judgement
        self.scale: EffortScale = judgement.scale
        self.zone_table = ZoneTable(self.scale, judgement.zones)
        self.warnings = 0
        self.measurements = 0
        self.last_ms = start_ms
        self._last_rate: int | None = None
        self._last_zone = Zone.EASY
        self._held_ms: dict[int, int] = {}
        self._efforts: dict[int, float] = {}
        self._over_ceiling_ms = 0
        self.band_ms = 0
        """time in the conversational zone, without what the last measurement will hold"""
        self._stretch = LongestStretch()
        self._recovery = HeartRateRecovery()
        self._maximum = ObservedMaximum(float(judgement.max_heart_rate))
        self._beats: SessionBeats | None = None
        self.be(activity)

    def be(self, activity: Activity) -> None:
        """Another activity, and its ceiling, from now on."""
        self.activity = activity
        self.ceiling = self.judgement.ceilings[activity]
        self._ceiling_bpm = self.scale.highest_at_or_below(self.ceiling)

    def measure(self, measurement: Measurement) -> int | None:
        """Take a measurement; answers with a newly suggested maximum heart rate (bpm), if any."""
        at_ms, heart_rate = measurement.at_ms, measurement.heart_rate
        if self._last_rate is not None:
            self._hold(self._last_rate, min(at_ms - self.last_ms, HOLD_MS))
        self.measurements += 1
        self.last_ms, self._last_rate = at_ms, heart_rate
        self._last_zone = self.zone_table.zone(heart_rate)
        self._recovery.measure(at_ms, heart_rate)
        if measurement.rr_ms or self._beats is not None:
            if self._beats is None:
                self._beats = SessionBeats(self.start_ms)
            self._beats.measure(at_ms, measurement.rr_ms)
        return self._maximum.measure(at_ms, heart_rate, contact=measurement.contact is not Contact.NO)

    def another_strap(self) -> None:
        """The next measurement comes from another strap."""
        if self._beats is not None:
            self._beats.interrupt()

    def work(self) -> bool:
        """Do some of the work on the beats, where no alert waits for it; answers whether more is left."""
        return self._beats is not None and self._beats.work()

    def hrv(self, now_ms: int) -> LiveHrv:
        """RMSSD and alpha 1 of the last two minutes."""
        return LiveHrv() if self._beats is None else self._beats.live(now_ms)

    def effort(self, heart_rate: int) -> float:
        """Effort at a whole heart rate (bpm); exact arithmetic is slow, and the same few come again."""
        effort = self._efforts.get(heart_rate)
        if effort is None:
            effort = self._efforts[heart_rate] = self.scale.effort(heart_rate)
        return effort

    def zones_ms(self) -> dict[Zone, int]:
        """Time in each zone so far, without what the last measurement will hold."""
        zones = dict.fromkeys(Zone, 0)
        for heart_rate, held in self._held_ms.items():
            zones[self.zone_table.zone(heart_rate)] += held
        return zones

    def end(self) -> SessionFigures:
        """Close the session as of its last measurement. It takes no more."""
        if self._last_rate is not None:
            self._hold(self._last_rate, LAST_HOLD_MS)
        self._recovery.end()
        return SessionFigures(
            start_ms=self.start_ms,
            end_ms=self.last_ms,
            measurements=self.measurements,
            held_ms=self._held_ms,
            zones_ms=self.zones_ms(),
            over_ceiling_ms=self._over_ceiling_ms,
            longest_conversational_ms=self._stretch.longest_ms,
            warnings=self.warnings,
            heart_rate_recovery_60s=self._recovery.largest_fall,
            activity=self.activity,
            ceiling=self.ceiling,
            judgement=self.judgement,
            suggested_maximum=self._maximum.suggested,
            beats=self._beats,
        )

    def _hold(self, heart_rate: int, for_ms: int) -> None:
        self._held_ms[heart_rate] = self._held_ms.get(heart_rate, 0) + for_ms
        if heart_rate > self._ceiling_bpm:
            self._over_ceiling_ms += for_ms
        if self._last_zone is Zone.CONVERSATIONAL:
            self.band_ms += for_ms
            self._stretch.held(self.last_ms, self.last_ms + for_ms)
