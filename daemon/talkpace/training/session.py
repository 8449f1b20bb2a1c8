"""A session in progress and its figures; most follow from the time at each heart rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ..hrv.analysis import SessionHrv
from ..hrv.live import LiveHrv
from ..hrv.time_domain import Hrv
from ..measurement.heart_rate_payload import Contact
from ..measurement.link_decoder import Measurement
from .effort_zones import EffortScale, Zone, ZoneTable
from .profile import Activity, AthleteProfile
from .rules import HOLD_MS
from .session_metrics import HeartRateRecovery, LongestStretch, ObservedMaximum
from .start_check import ImplausibleStart, StartCheck, StartMeasurement
from .talk_test import SteadyEffort

LAST_HOLD_MS = 1_000
"""The last measurement of a session has no next one and holds for this long."""


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """The figures of a finished session, unrounded; times in ms, heart rates in bpm."""

    start_ms: int
    end_ms: int
    measurements: int
    ms_at_bpm: Mapping[int, int]
    """time at each heart rate"""
    zones_ms: Mapping[Zone, int]
    over_ceiling_ms: int
    longest_conversational_ms: int
    warnings: int
    heart_rate_recovery_60s: int | None
    heart_rate_recovery_120s: int | None
    heart_rate_recovery_300s: int | None
    implausible: ImplausibleStart | None
    """heart rates of a dry strap at the start, which no other figure but `measurements` counts"""
    activity: Activity
    ceiling: Fraction
    profile: AthleteProfile
    suggested_maximum: int | None
    beats: SessionHrv | None
    """None where the strap sent no RR intervals, or HRV does not apply to the athlete"""

    @property
    def duration_ms(self) -> int:
        """Time from the first measurement to the last."""
        return self.end_ms - self.start_ms

    @property
    def recorded_ms(self) -> int:
        """Time covered by measurements, each holding until the next for 5 s at most."""
        return sum(self.ms_at_bpm.values())

    @property
    def gap_ms(self) -> int:
        """Time that no measurement covers."""
        return max(0, self.duration_ms + LAST_HOLD_MS - self.recorded_ms)

    def hrv(self) -> Hrv | None:
        """Compute the HRV figures; None without RR intervals. Takes some ms: call when nothing is urgent."""
        return None if self.beats is None else self.beats.finish(self.duration_ms)

    def problems(self) -> list[str]:
        """Say what is wrong with the measurements; to be called after `hrv`."""
        found = [] if self.implausible is None else [str(self.implausible)]
        if self.beats is not None and self.beats.problem is not None:
            found.append(self.beats.problem)
        return found


class Session:
    """A session in progress, fed with measurements whose heart rate is above 0, in order of time."""

    def __init__(self, start_ms: int, profile: AthleteProfile, activity: Activity) -> None:
        self.start_ms = start_ms
        self.profile = profile
        self.scale: EffortScale = profile.scale
        self.zone_table = ZoneTable(self.scale, profile.zones)
        self.warnings = 0
        self.measurements = 0
        self.last_ms = start_ms
        self._efforts: dict[int, float] = {}
        self._beats: SessionHrv | None = None
        self._takes_beats = profile.hrv_reason is None
        self.steady = SteadyEffort()
        self._start: StartCheck | None = StartCheck(start_ms)
        self._implausible: ImplausibleStart | None = None
        self._clear()
        self.set_activity(activity)

    def _clear(self) -> None:
        self._last_rate: int | None = None
        """None where the last measurement does not count"""
        self._hold_ms = HOLD_MS
        self._last_zone = Zone.EASY
        self._ms_at_bpm: dict[int, int] = {}
        self._over_ceiling_ms = 0
        self.band_ms = 0
        """time in the conversational zone, without that of the last measurement"""
        self._stretch = LongestStretch()
        self._recovery = HeartRateRecovery()
        self._maximum = ObservedMaximum(float(self.profile.max_heart_rate))

    def set_activity(self, activity: Activity) -> None:
        """Apply an activity and its ceiling from now on."""
        self.activity = activity
        self.ceiling = self.profile.ceilings[activity]
        self._ceiling_bpm = self.scale.highest_at_or_below(self.ceiling)

    def measure(self, measurement: Measurement, *, repeated: bool = False) -> int | None:
        """Take a measurement; return a new suggestion of the maximum heart rate (bpm), if there is one.

        A `repeated` one stands for a second of the hold of the one before, and is not counted.
        """
        at_ms, heart_rate = measurement.at_ms, measurement.heart_rate
        contact = measurement.contact is not Contact.NO
        if not repeated:
            self.measurements += 1
            if measurement.rr_ms or self._beats is not None:
                self._add_beats(measurement)
        self.steady.measure(at_ms, heart_rate)
        hold_ms = HOLD_MS if measurement.hold_ms is None else min(measurement.hold_ms, HOLD_MS)
        if self._start is not None:
            one = StartMeasurement(at_ms, heart_rate, contact, self._ceiling_bpm, hold_ms, repeated)
            return self._count_start(self._start, one)
        return self._count(at_ms, heart_rate, self._ceiling_bpm, hold_ms, contact=contact)

    def _add_beats(self, measurement: Measurement) -> None:
        if self._takes_beats:
            if self._beats is None:
                self._beats = SessionHrv(self.start_ms)
            self._beats.add(measurement.at_ms, measurement.rr_ms, measurement.hold_ms)

    def _count(
        self, at_ms: int, heart_rate: int, ceiling_bpm: int, hold_ms: int, *, contact: bool
    ) -> int | None:
        if self._last_rate is not None:
            self._add_time(self._last_rate, min(at_ms - self.last_ms, self._hold_ms), ceiling_bpm)
        self.last_ms, self._last_rate, self._hold_ms = at_ms, heart_rate, hold_ms
        self._last_zone = self.zone_table.zone(heart_rate)
        self._recovery.measure(at_ms, heart_rate, hold_ms)
        return self._maximum.measure(at_ms, heart_rate, contact=contact)

    def _count_start(self, start: StartCheck, one: StartMeasurement) -> int | None:
        """Count a measurement of the start; count all of it again once some of it proves implausible."""
        changed = start.measure(one)
        if start.is_over(one.at_ms):
            self._start = None
        if not changed:
            return self._count(one.at_ms, one.heart_rate, one.ceiling_bpm, one.hold_ms, contact=one.contact)
        holds_ms = [min(after.at_ms - each.at_ms, each.hold_ms) for each, after in pairwise(start.first)]
        self._implausible = start.result(holds_ms)
        self._clear()
        suggestion = None
        for index, each in enumerate(start.first):
            if index in start.implausible:
                self._count_nothing(each.at_ms, each.ceiling_bpm)
            else:
                suggestion = self._count(
                    each.at_ms, each.heart_rate, each.ceiling_bpm, each.hold_ms, contact=each.contact
                )
        return suggestion

    def _count_nothing(self, at_ms: int, ceiling_bpm: int) -> None:
        """Let the measurement before hold until a time from which on the heart rate is not known."""
        if self._last_rate is not None:
            self._add_time(self._last_rate, min(at_ms - self.last_ms, self._hold_ms), ceiling_bpm)
        self.last_ms, self._last_rate = at_ms, None
        self._recovery.pause(at_ms)

    def mark_strap_change(self) -> None:
        """Mark a change of strap: the next RR interval must not be joined to the previous strap's."""
        if self._beats is not None:
            self._beats.mark_strap_change()

    def work(self) -> bool:
        """Process some pending RR intervals, when nothing is urgent; return whether more are pending."""
        return self._beats is not None and self._beats.work()

    def hrv(self, now_ms: int) -> LiveHrv:
        """Return RMSSD and DFA alpha 1 of the last two minutes."""
        return LiveHrv() if self._beats is None else self._beats.live(now_ms)

    def effort(self, heart_rate: int) -> float:
        """Return the effort at a heart rate (bpm); cached, as exact arithmetic is slow."""
        effort = self._efforts.get(heart_rate)
        if effort is None:
            effort = self._efforts[heart_rate] = self.scale.effort(heart_rate)
        return effort

    def zones_ms(self) -> dict[Zone, int]:
        """Return the time in each zone so far, without that of the last measurement."""
        zones = dict.fromkeys(Zone, 0)
        for heart_rate, duration_ms in self._ms_at_bpm.items():
            zones[self.zone_table.zone(heart_rate)] += duration_ms
        return zones

    def end(self) -> SessionFigures:
        """End the session as of its last measurement; it takes no more."""
        if self._last_rate is not None:
            self._add_time(self._last_rate, LAST_HOLD_MS, self._ceiling_bpm)
        after_60s, after_120s, after_300s = self._recovery.end()
        return SessionFigures(
            start_ms=self.start_ms,
            end_ms=self.last_ms,
            measurements=self.measurements,
            ms_at_bpm=self._ms_at_bpm,
            zones_ms=self.zones_ms(),
            over_ceiling_ms=self._over_ceiling_ms,
            longest_conversational_ms=self._stretch.longest_ms,
            warnings=self.warnings,
            heart_rate_recovery_60s=after_60s,
            heart_rate_recovery_120s=after_120s,
            heart_rate_recovery_300s=after_300s,
            implausible=self._implausible,
            activity=self.activity,
            ceiling=self.ceiling,
            profile=self.profile,
            suggested_maximum=self._maximum.suggestion,
            beats=self._beats,
        )

    def _add_time(self, heart_rate: int, duration_ms: int, ceiling_bpm: int) -> None:
        self._ms_at_bpm[heart_rate] = self._ms_at_bpm.get(heart_rate, 0) + duration_ms
        if heart_rate > ceiling_bpm:
            self._over_ceiling_ms += duration_ms
        if self._last_zone is Zone.CONVERSATIONAL:
            self.band_ms += duration_ms
            self._stretch.add(self.last_ms, self.last_ms + duration_ms)
