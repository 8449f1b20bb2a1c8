"""One athlete's training: takes measurements and time, returns events and finished sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..hrv.live import LiveHrv
from ..measurement.heart_rate_payload import Contact
from ..measurement.link_decoder import Measurement
from .effort_zones import Zone, ZoneBounds, ZoneTable
from .events import Event, EventName
from .long_hold import LongHold
from .profile import Activity, AthleteProfile
from .rules import STALE_AFTER_MS, BandProgress, Rules
from .session import Session, SessionFigures
from .warning import HeartRateLimits, WarningEvent, WarningState, WarningStateMachine


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session has ended, as of its last measurement."""

    at_ms: int
    """when that was decided"""
    figures: SessionFigures


@dataclass(frozen=True, slots=True)
class MaximumSuggested:
    """A heart rate (bpm) above the maximum lasted for 5 s; the athlete may want to adopt it."""

    at_ms: int
    heart_rate: int


Outcome = Event | SessionEnded | MaximumSuggested


@dataclass(frozen=True, slots=True)
class LiveValues:
    """The values of an instant. Heart rate, effort and zone are None without a fresh measurement."""

    heart_rate: int | None
    effort: float | None
    zone: Zone | None
    warning: WarningState
    contact: Contact
    elapsed_ms: int | None
    hrv: LiveHrv
    hrv_reason: str | None
    """why HRV does not apply to the athlete"""


class _RunningSession:
    """A session with its warning and its signals of the band."""

    def __init__(self, session: Session, rules: Rules) -> None:
        self.session = session
        self.band = BandProgress(rules.band)
        self.end_after_ms = rules.session.end_after_ms
        self._rules = rules.warning
        self.warning = WarningStateMachine(rules.warning, self._limits(), session.start_ms)

    def set_activity(self, activity: Activity) -> None:
        self.session.set_activity(activity)
        self.warning.set_limits(self._limits())

    def _limits(self) -> HeartRateLimits:
        return HeartRateLimits.of(self.session.scale, self.session.ceiling, self._rules)


class Training:
    """The sessions of one athlete, one after the other. All times are ms of one monotonic clock."""

    def __init__(
        self,
        rules: Rules,
        profile: Callable[[], AthleteProfile],
        usual_activity: Activity = Activity.CARDIO,
    ) -> None:
        """`profile` is called once at the start of each session, which keeps the result."""
        self._rules = rules
        self._profile = profile
        self._running: _RunningSession | None = None
        self._usual_activity = self._next_activity = usual_activity
        self._auto_start_suppressed = False
        self._at_rest = False
        self._restored_profile: AthleteProfile | None = None
        self._last_ms: int | None = None
        self._last_rate = 0
        self._contact = Contact.UNKNOWN
        self._hold: LongHold | None = None

    def set_rules(self, rules: Rules) -> None:
        """Measure by other rules from the next session on."""
        self._rules = rules

    @property
    def session(self) -> Session | None:
        """The session in progress."""
        return None if self._running is None else self._running.session

    @property
    def activity(self) -> Activity:
        """The activity of the session in progress, or of the next one."""
        return self._next_activity if self._running is None else self._running.session.activity

    def ceiling(self) -> tuple[Fraction, int]:
        """Return effort and highest heart rate (bpm) of the ceiling of this session, or of the next."""
        if self._running is not None:
            ceiling, scale = self._running.session.ceiling, self._running.session.scale
        else:
            profile = self._profile()
            ceiling, scale = profile.ceilings[self._next_activity], profile.scale
        return ceiling, scale.highest_at_or_below(ceiling)

    def zone_bounds(self) -> ZoneBounds:
        """Return the bounds of the zones in this session, or of the next."""
        return (self._profile() if self._running is None else self._running.session.profile).zones

    def measure(self, measurement: Measurement) -> list[Outcome]:
        """Take a measurement. One with a heart rate of 0 only lets time pass."""
        at_ms = measurement.at_ms
        outcomes = self._advance(at_ms) if self._hold is None else self.advance(at_ms)
        if measurement.heart_rate > 0:
            outcomes += self._take(measurement)
            self._hold = None if measurement.hold_ms is None else LongHold.of(measurement)
        return outcomes

    def _take(self, measurement: Measurement, *, repeated: bool = False) -> list[Outcome]:
        """Take a measurement, or a second of the hold of the one before."""
        at_ms, heart_rate = measurement.at_ms, measurement.heart_rate
        outcomes: list[Outcome] = []
        self._last_ms, self._last_rate, self._contact = at_ms, heart_rate, measurement.contact
        running = self._running
        if running is None:
            if self._auto_start_suppressed or self._at_rest:
                return outcomes
            running = self._start(at_ms)
            outcomes.append(self._event(running, WarningEvent(EventName.SESSION_STARTED, at_ms)))
        session = running.session
        suggestion = session.measure(measurement, repeated=repeated)
        if events := running.warning.measure(at_ms, heart_rate, measurement.contact):
            outcomes += [self._event(running, event) for event in events]
        if session.activity is Activity.CARDIO:
            for name in running.band.update(session.band_ms):
                outcomes.append(self._event(running, WarningEvent(name, at_ms)))
        if suggestion is not None:
            outcomes.append(MaximumSuggested(at_ms, suggestion))
        return outcomes

    def advance(self, now_ms: int) -> list[Outcome]:
        """Let time pass: a lost signal, a repeated warning and the end of a session fall due.

        A value that holds counts as if the strap had sent it once a second.
        """
        if self._hold is None:
            return self._advance(now_ms)
        outcomes: list[Outcome] = []
        for repetition in self._hold.repetitions(now_ms):
            outcomes += self._advance(repetition.at_ms)
            outcomes += self._take(repetition, repeated=True)
        return outcomes + self._advance(now_ms)

    def _advance(self, now_ms: int) -> list[Outcome]:
        outcomes = self._end_if_due(now_ms)
        running = self._running
        if running is not None and (events := running.warning.advance(now_ms)):
            outcomes += [self._event(running, event) for event in events]
        return outcomes

    def start(self) -> None:
        """Let the next measurement start a session, by command.

        Raises ValueError while a session is in progress.
        """
        if self._running is not None:
            raise ValueError("a session is under way")
        self._auto_start_suppressed = self._at_rest = False

    def start_with(self, profile: AthleteProfile) -> None:
        """Start the next session with this profile, which an earlier run resolved for it."""
        self._restored_profile = profile

    def end(self, now_ms: int, *, suppress_auto_start: bool = True) -> list[Outcome]:
        """End the session as of its last measurement, by command or at the end of a recording.

        With `suppress_auto_start`, measurements start no session until `start`, or until none has come for
        `end_after_ms`. Raises ValueError where no session is in progress.
        """
        if self._running is None:
            raise ValueError("no session is under way")
        outcomes = self.advance(now_ms)
        if self._running is not None:
            outcomes.extend(self._end(self._running, now_ms))
            self._auto_start_suppressed = suppress_auto_start
        return outcomes

    def discard(self) -> None:
        """Drop the session in progress and what was measured last, as both are another athlete's."""
        self._running = self._hold = self._last_ms = None

    def set_at_rest(self, *, at_rest: bool) -> None:
        """While at rest, as for a guided exercise, measurements start no session; `start` ends this.

        A session in progress goes on.
        """
        self._at_rest = at_rest

    @property
    def last_suppressed_ms(self) -> int | None:
        """The arrival of the last measurement while auto-start is suppressed after `end`; else None."""
        return self._last_ms if self._auto_start_suppressed else None

    def suppress_auto_start(self, last_ms: int, now_ms: int) -> None:
        """Restore the suppression of an earlier run, whose last measurement came at `last_ms`."""
        self._auto_start_suppressed = True
        self._last_ms = min(last_ms, now_ms - STALE_AFTER_MS)
        self.advance(now_ms)

    def set_activity(self, activity: Activity) -> None:
        """Set the activity of the session in progress, or of the next one."""
        if self._running is None:
            self._next_activity = activity
        else:
            self._running.set_activity(activity)

    def light_state(self, now_ms: int) -> WarningState | None:
        """Return the warning that a light shows; None without a session or a fresh heart rate.

        A lost signal is shown until the session ends.
        """
        if self._running is None:
            return None
        state = self._running.warning.state
        if state is not WarningState.SIGNAL_LOST and self._fresh_rate(now_ms) is None:
            return None
        return state

    def live(self, now_ms: int) -> LiveValues:
        """Return the live values at `now_ms`."""
        running, rate = self._running, self._fresh_rate(now_ms)
        effort, zone = (None, None) if rate is None else self._effort_and_zone(rate)
        return LiveValues(
            heart_rate=rate,
            effort=effort,
            zone=zone,
            warning=WarningState.NONE if running is None else running.warning.state,
            contact=Contact.UNKNOWN if rate is None else self._contact,
            elapsed_ms=None if running is None else now_ms - running.session.start_ms,
            hrv=LiveHrv() if running is None or rate is None else running.session.hrv(now_ms),
            hrv_reason=None if running is None else running.session.profile.hrv_reason,
        )

    def mark_strap_change(self) -> None:
        """Mark a change of strap: the next RR interval must not be joined to the previous strap's."""
        if self._running is not None:
            self._running.session.mark_strap_change()

    def work(self) -> bool:
        """Process some pending RR intervals, when nothing is urgent; return whether more are pending."""
        return self._running is not None and self._running.session.work()

    def is_steady(self) -> bool | None:
        """Whether the session's effort has been steady for two minutes; None where that is not known."""
        return None if self._running is None else self._running.session.steady.is_steady()

    def zones_ms(self) -> dict[Zone, int] | None:
        """Return the time in each zone so far; None between sessions."""
        return None if self._running is None else self._running.session.zones_ms()

    def _effort_and_zone(self, rate: int) -> tuple[float, Zone]:
        if self._running is not None:
            session = self._running.session
            return session.effort(rate), session.zone_table.zone(rate)
        profile = self._profile()
        return profile.scale.effort(rate), ZoneTable(profile.scale, profile.zones).zone(rate)

    def _fresh_rate(self, now_ms: int) -> int | None:
        if self._last_ms is None or now_ms - self._last_ms >= STALE_AFTER_MS:
            return None
        return self._last_rate

    def _start(self, at_ms: int) -> _RunningSession:
        profile, self._restored_profile = self._restored_profile or self._profile(), None
        session = Session(at_ms, profile, self._next_activity)
        self._next_activity = self._usual_activity
        self._running = _RunningSession(session, self._rules)
        return self._running

    def _end_if_due(self, now_ms: int) -> list[Outcome]:
        if self._last_ms is None:
            return []
        running = self._running
        end_after_ms = self._rules.session.end_after_ms if running is None else running.end_after_ms
        due_ms = self._last_ms + end_after_ms
        if now_ms < due_ms:
            return []
        self._auto_start_suppressed = False
        if running is None:
            return []
        outcomes: list[Outcome] = [self._event(running, event) for event in running.warning.advance(due_ms)]
        return outcomes + self._end(running, due_ms)

    def _end(self, running: _RunningSession, at_ms: int) -> list[Outcome]:
        event = self._event(running, WarningEvent(EventName.SESSION_ENDED, at_ms))
        self._running = self._hold = None
        return [event, SessionEnded(at_ms, running.session.end())]

    def _event(self, running: _RunningSession, event: WarningEvent) -> Event:
        if event.name is EventName.OVER:
            running.session.warnings += 1
        rate = self._fresh_rate(event.at_ms)
        effort = None if rate is None else running.session.effort(rate)
        return Event(event.name, event.at_ms, rate, effort, event.level)
