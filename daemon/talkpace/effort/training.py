"""One athlete's training: measurements and passing time go in; events and finished sessions come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..measurement.link import Measurement
from ..measurement.payload import Contact
from ..rr.live import LiveHrv
from .athlete import Activity, Judgement
from .band import BandWatch
from .events import Event, EventName
from .rules import STALE_AFTER_MS, Rules
from .session import Session, SessionFigures
from .warning import Limits, Said, WarningMachine, WarningState
from .zones import Zone, ZoneTable


@dataclass(frozen=True, slots=True)
class SessionOver:
    """A session has ended, as of its last measurement."""

    at_ms: int
    """when that was decided"""
    figures: SessionFigures


@dataclass(frozen=True, slots=True)
class MaximumSuggested:
    """A heart rate over the maximum in use was held; the athlete may want to adopt it."""

    at_ms: int
    heart_rate: int


Outcome = Event | SessionOver | MaximumSuggested


@dataclass(frozen=True, slots=True)
class Live:
    """The state of an instant. Heart rate, effort and zone are None where no fresh value is there."""

    heart_rate: int | None
    effort: float | None
    zone: Zone | None
    warning: WarningState
    contact: Contact
    elapsed_ms: int | None
    hrv: LiveHrv


class Training:
    """Sessions of one athlete, one after the other. All times are of one monotonic clock, in ms."""

    def __init__(self, rules: Rules, judgement: Callable[[], Judgement]) -> None:
        """`judgement` is asked once at each session's start; the session keeps the answer."""
        self.session: Session | None = None
        self._rules = rules
        self._judgement = judgement
        self._machine: WarningMachine | None = None
        self._band = BandWatch(None)
        self._next_activity: Activity = Activity.CARDIO
        self.held_off = False
        """whether beats begin no session, as one was ended by command: see `end`"""
        self._held = False
        self._last_ms: int | None = None
        self._last_rate = 0
        self._contact = Contact.UNKNOWN

    @property
    def activity(self) -> Activity:
        """Of the session under way, or of the next one."""
        return self.session.activity if self.session else self._next_activity

    def ceiling(self) -> tuple[Fraction, int]:
        """The effort in force, and the highest heart rate (bpm) at it: of this session, or of the next."""
        if self.session is not None:
            ceiling, scale = self.session.ceiling, self.session.scale
        else:
            judgement = self._judgement()
            ceiling, scale = judgement.ceilings[self._next_activity], judgement.scale
        return ceiling, scale.highest_at_or_below(ceiling)

    def measure(self, measurement: Measurement) -> list[Outcome]:
        """Take a measurement. One with a heart rate of 0 is as if none had come."""
        at_ms, heart_rate = measurement.at_ms, measurement.heart_rate
        outcomes = self.advance(at_ms)
        if heart_rate <= 0:
            return outcomes
        self._last_ms, self._last_rate, self._contact = at_ms, heart_rate, measurement.contact
        if self.held_off or (self._held and self.session is None):
            return outcomes
        if self.session is None:
            outcomes.append(self._start(at_ms))
        session, machine = self.session, self._machine
        assert session is not None
        assert machine is not None
        suggested = session.measure(measurement)
        for said in machine.measure(at_ms, heart_rate, measurement.contact):
            outcomes.append(self._event(said))
        if session.activity is Activity.CARDIO:
            outcomes.extend(self._event(Said(name, at_ms)) for name in self._band.held(session.band_ms))
        if suggested is not None:
            outcomes.append(MaximumSuggested(at_ms, suggested))
        return outcomes

    def advance(self, now_ms: int) -> list[Outcome]:
        """Let time pass: a lost signal, a repeated warning and a session's end fall due."""
        outcomes = self._end_if_due(now_ms)
        if self._machine is not None:
            outcomes.extend(self._event(said) for said in self._machine.advance(now_ms))
        return outcomes

    def start(self) -> None:
        """By command: the next measurement begins a session, though one was ended by command before.

        Raises ValueError while a session is under way.
        """
        if self.session is not None:
            raise ValueError("a session is under way")
        self.held_off = self._held = False

    def hold(self, *, held: bool) -> None:
        """While held, beats begin no session, as they are for a measurement at rest; one under way goes on.

        `start` ends it too.
        """
        self._held = held

    def end(self, now_ms: int, *, hold_off: bool = True) -> list[Outcome]:
        """By command, or as a recording ends: close the session as of its last measurement.

        With `hold_off`, beats that still come in begin no other session until `start`, or until the strap
        has been off for as long as ends a session. Raises ValueError where no session is under way.
        """
        if self.session is None:
            raise ValueError("no session is under way")
        outcomes = self.advance(now_ms)
        if self.session is not None:
            outcomes.extend(self._over(now_ms))
            self.held_off = hold_off
        return outcomes

    @property
    def held_off_ms(self) -> int | None:
        """When the last beat came, where beats begin no session; None where they do."""
        return self._last_ms if self.held_off else None

    def hold_off(self, last_ms: int, now_ms: int) -> None:
        """As `end` did in an earlier run, in which the last beat came at `last_ms`: it is not fresh now."""
        self.held_off = True
        self._last_ms = min(last_ms, now_ms - STALE_AFTER_MS)
        self.advance(now_ms)

    def be(self, activity: Activity) -> None:
        """The activity of the session under way, or of the next one."""
        if self.session is None or self._machine is None:
            self._next_activity = activity
            return
        self.session.be(activity)
        self._machine.limit(self._limits(self.session))

    def shown(self, now_ms: int) -> WarningState | None:
        """What a light should show; None where there is no fresh heart rate, or no session.

        A lost signal is shown for as long as the session lasts.
        """
        machine = self._machine
        if machine is None:
            return None
        if machine.state is not WarningState.SIGNAL_LOST and self._fresh_rate(now_ms) is None:
            return None
        return machine.state

    def live(self, now_ms: int) -> Live:
        """The state at `now_ms`, for those who watch."""
        session, machine = self.session, self._machine
        rate = self._fresh_rate(now_ms)
        effort, zone = (None, None) if rate is None else self._place(rate)
        return Live(
            heart_rate=rate,
            effort=effort,
            zone=zone,
            warning=machine.state if machine else WarningState.NONE,
            contact=self._contact if rate is not None else Contact.UNKNOWN,
            elapsed_ms=now_ms - session.start_ms if session else None,
            hrv=LiveHrv() if session is None or rate is None else session.hrv(now_ms),
        )

    def another_strap(self) -> None:
        """The next measurement comes from another strap; its beats follow on nobody's."""
        if self.session is not None:
            self.session.another_strap()

    def work(self) -> bool:
        """Do some of the work that can wait, where no alert waits for it; answers whether more is left."""
        return self.session is not None and self.session.work()

    def zones_ms(self) -> dict[Zone, int] | None:
        """Time in each zone so far; None between sessions."""
        return self.session.zones_ms() if self.session else None

    def _place(self, rate: int) -> tuple[float, Zone]:
        if self.session is not None:
            return self.session.effort(rate), self.session.zone_table.zone(rate)
        judgement = self._judgement()
        return judgement.scale.effort(rate), ZoneTable(judgement.scale, judgement.zones).zone(rate)

    def _fresh_rate(self, now_ms: int) -> int | None:
        if self._last_ms is None or now_ms - self._last_ms >= STALE_AFTER_MS:
            return None
        return self._last_rate

    def _start(self, at_ms: int) -> Event:
        self.session = Session(at_ms, self._judgement(), self._next_activity)
        self._next_activity = Activity.CARDIO
        self._band = BandWatch(self._rules.band)
        self._machine = WarningMachine(self._rules.warning, self._limits(self.session), at_ms)
        return self._event(Said(EventName.SESSION_STARTED, at_ms))

    def _limits(self, session: Session) -> Limits:
        return Limits.of(session.scale, session.ceiling, self._rules.warning)

    def _end_if_due(self, now_ms: int) -> list[Outcome]:
        if self._last_ms is None:
            return []
        due_ms = self._last_ms + self._rules.session.end_after_ms
        if now_ms < due_ms:
            return []
        self.held_off = False
        if self.session is None or self._machine is None:
            return []
        outcomes: list[Outcome] = [self._event(said) for said in self._machine.advance(due_ms)]
        return outcomes + self._over(due_ms)

    def _over(self, at_ms: int) -> list[Outcome]:
        assert self.session is not None
        ended = self._event(Said(EventName.SESSION_ENDED, at_ms))
        figures = self.session.end()
        self.session = self._machine = None
        return [ended, SessionOver(at_ms, figures)]

    def _event(self, said: Said) -> Event:
        assert self.session is not None
        if said.name is EventName.OVER:
            self.session.warnings += 1
        rate = self._fresh_rate(said.at_ms)
        effort = None if rate is None else self.session.effort(rate)
        return Event(said.name, said.at_ms, rate, effort, said.level)
