"""The athletes' habits in the daemon: log and sessions in memory, the published status, reminders."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from ..clock import Clock
from ..config.model import Configuration, HabitsConfig
from ..diagnostics import HealthState
from ..errors import CommandError
from ..habits.daily_goals import drink_reminder_due, next_supplement_change, supplement_reminder_due
from ..habits.entries import EntryContent
from ..habits.history import History, SessionDigest
from ..habits.log import Entry, EntryLog, new_entry_id
from ..habits.settings import HabitsSettings
from ..habits.status import daily_status
from ..habits.symptoms import last_active_symptom
from ..pipeline.registry import AthleteRegistry
from ..pipeline.sinks import PublishSink, RecordSink
from ..storage.habits_queries import HABITS_SPAN, load_habits
from ..storage.recorder import Recorder
from ..storage.records import EntryDeleted, EntryEdited, EntryLogged, LogItem, RecordItem, SessionClosed
from ..timestamps import local_time
from ..training.calibration_age import AdoptedCeiling
from ..training.effort_zones import to_fraction
from ..training.events import EventName
from ..training.profile import AthleteValues

_log = logging.getLogger(__name__)


@dataclass
class AthleteHabits:
    """One athlete's log and sessions of the last months, ahead of what the recorder has written."""

    settings: HabitsSettings
    zone: tzinfo
    values: Callable[[], AthleteValues]
    """returns the athlete's current settings"""
    adopted: Callable[[], AdoptedCeiling | None] = lambda: None
    """returns the ceiling in force, where it comes from calibrations"""
    log: EntryLog = field(default_factory=EntryLog)
    sessions: dict[str, SessionDigest] = field(default_factory=dict)
    checked_at: datetime | None = None
    """the latest instant for which reminders were checked"""
    next_change: datetime | None = None
    """when the status changes by the passing of time alone"""

    @property
    def history(self) -> History:
        """Log and sessions, from which the status is computed."""
        values = self.values()
        sessions = tuple(self.sessions.values())
        return History(self.log, sessions, self.zone, values.weight_kg, values.hrv_reason, self.adopted())

    def load(self, entries: Iterable[Entry], sessions: Iterable[SessionDigest]) -> None:
        """Replace log and sessions by what the store has."""
        self.log = EntryLog.of(entries)
        self.sessions = {session.id: session for session in sessions}

    def apply(self, item: RecordItem) -> None:
        """Apply a recorded change; applying it twice has no further effect."""
        match item:
            case EntryLogged():
                self.log = self.log.put(item.entry)
            case EntryEdited():
                self.log = self.log.changed(item.entry)
            case EntryDeleted():
                self.log = self.log.without(item.entry)
            case SessionClosed(digest=SessionDigest() as digest):
                self.sessions[digest.id] = digest


def owner_of(item: RecordItem) -> str | None:
    """Return the athlete whose habits an item changes, or None."""
    match item:
        case EntryLogged() | EntryEdited():
            return item.entry.athlete
        case EntryDeleted():
            return item.athlete
        case SessionClosed() if item.digest is not None:
            return item.athlete
    return None


class HabitsTracker:
    """All athletes' habits. Every method but `reload` returns at once."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        environ: Mapping[str, str],
        recorder: Recorder,
        publish: PublishSink | None,
        registry: AthleteRegistry,
    ) -> None:
        """Reminders go to the athletes in `registry`."""
        self.enabled = bool(configuration.habits.enabled_features)
        self._configuration = configuration
        self._clock = clock
        self._environ = environ
        self._recorder = recorder
        self._sink = publish
        self._registry = registry
        self._athletes: dict[str, AthleteHabits] = {}
        self._recorded_during_reload: list[RecordItem] | None = None
        self._undated: dict[str, tuple[str, int]] = {}
        """entries dated by a clock that is not synchronised yet: athlete and monotonic time, by entry id"""

    @property
    def settings(self) -> HabitsConfig:
        """The settings in force."""
        return self._configuration.habits

    def configure(self, configuration: Configuration) -> None:
        """Replace the settings and publish what follows from them. Features stay on or off."""
        self._configuration = configuration
        for athlete, own in self._athletes.items():
            own.settings = configuration.habits_settings(athlete)
            own.zone = configuration.habits.zone_of(athlete, self._environ)
        self.publish_all()

    # -- log and sessions in memory ----------------------------------------------------------------

    def add_athlete(
        self,
        athlete: str,
        values: Callable[[], AthleteValues],
        adopted: Callable[[], AdoptedCeiling | None] = lambda: None,
    ) -> None:
        """Track an athlete from now on; `values` and `adopted` return the current settings."""
        habits = self._configuration.habits
        if self.enabled and athlete not in self._athletes:
            settings = self._configuration.habits_settings(athlete)
            zone = habits.zone_of(athlete, self._environ)
            self._athletes[athlete] = AthleteHabits(settings, zone, values, adopted)

    def load(self, entries: Iterable[Entry], sessions: Mapping[str, Sequence[SessionDigest]]) -> None:
        """Replace everything by what the store has: entries in the order of writing, sessions by athlete."""
        entries_of: dict[str, list[Entry]] = {}
        for entry in entries:
            entries_of.setdefault(entry.athlete, []).append(entry)
        for athlete, own in self._athletes.items():
            own.load(entries_of.get(athlete, ()), sessions.get(athlete, ()))

    async def reload(self, recorder: Recorder) -> None:
        """Load from the store again, as another process may have changed it. Raises StoreError."""
        if not self.enabled:
            return
        self._recorded_during_reload = recorder.unwritten()
        try:
            loaded = await recorder.call(load_habits, self._clock.wall() - HABITS_SPAN, list(self._athletes))
        finally:
            recorded, self._recorded_during_reload = self._recorded_during_reload, None
        self.load(*loaded)
        for item in recorded:
            self._apply(item)
        self.publish_all()

    def recorded(self, item: RecordItem) -> None:
        """Take an item that is being recorded; all but log changes and ends of sessions are ignored."""
        if self.enabled and (athlete := self._apply(item)) is not None:
            if self._recorded_during_reload is not None:
                self._recorded_during_reload.append(item)
            self.publish(athlete)

    def _apply(self, item: RecordItem) -> str | None:
        athlete = owner_of(item)
        if athlete is None or athlete not in self._athletes:
            return None
        self._athletes[athlete].apply(item)
        return athlete

    # -- status and reminders ----------------------------------------------------------------------

    def publish_all(self) -> None:
        """Publish every athlete's status."""
        for athlete in self._athletes:
            self.publish(athlete)

    def publish(self, athlete: str) -> None:
        """Publish an athlete's status; the sink drops one that has not changed."""
        own, now = self._athletes[athlete], self._clock.wall()
        history = own.history
        own.checked_at = own.checked_at or now
        own.next_change = next_supplement_change(history, own.settings.supplements or (), now)
        if self._sink is not None:
            self._sink.state(f"{athlete}/habits", daily_status(history, own.settings, now))
            self._registry.publish_states(athlete)  # symptoms may have changed the ceiling in force

    def advance(self) -> None:
        """Let time pass: a day begins, a supplement falls due, the clock is synchronised."""
        now = self._clock.wall()
        self._date_entries()
        for athlete, own in self._athletes.items():
            before, own.checked_at = own.checked_at or now, now
            if own.next_change is not None and before <= now < own.next_change:
                continue
            supplements = own.settings.supplements or ()
            due = supplement_reminder_due(own.history, supplements, before, now)
            if due and self._clock.synchronised() is not False:
                self._registry.remind(athlete, EventName.SUPPLEMENT_DUE)
            self.publish(athlete)

    def ceiling_reduction(self, athlete: str, at: datetime) -> Fraction:
        """Return the effort by which symptoms lower the ceilings of a session that starts at `at`."""
        own = self._athletes.get(athlete)
        if own is None or (rules := own.settings.symptoms) is None:
            return Fraction(0)
        if last_active_symptom(own.history, rules, at) is None:
            return Fraction(0)
        return to_fraction(rules.lower_ceiling_by)

    def reminders_at_start(self, athlete: str, start: datetime) -> list[EventName]:
        """Return the reminders for an athlete whose session starts."""
        own = self._athletes.get(athlete)
        if own is None or (rules := own.settings.water) is None:
            return []
        return [EventName.DRINK] if drink_reminder_due(own.history, rules, start) else []

    # -- the log, for commands and guides ----------------------------------------------------------

    def has(self, athlete: str) -> bool:
        """Whether this athlete has a log."""
        return athlete in self._athletes

    def log(self, athlete: str) -> EntryLog:
        """Return an athlete's log of the last months."""
        return self._athletes[athlete].log

    def history(self, athlete: str) -> History:
        """Return an athlete's log and sessions of the last months."""
        return self._athletes[athlete].history

    def zone(self, athlete: str) -> tzinfo:
        """Return the athlete's time zone."""
        return self._athletes[athlete].zone

    def now(self, athlete: str) -> datetime:
        """Return the athlete's local time."""
        return local_time(self._clock.wall(), self.zone(athlete))

    def put(self, item: LogItem, *, dated_by_clock: bool = False) -> None:
        """Record a change of a log. Raises CommandError while the store cannot be written.

        An entry that is `dated_by_clock` is dated again once the clock is synchronised.
        """
        health = self._recorder.health
        if health.state is HealthState.FAILED:
            raise CommandError(f"the log cannot be written: {health.text}")
        if dated_by_clock and isinstance(item, EntryLogged) and self._clock.synchronised() is False:
            self._undated[item.entry.id] = (item.entry.athlete, self._clock.monotonic_ms())
        self._recorder.put(item)
        self.recorded(item)

    def add_now(self, athlete: str, content: EntryContent) -> None:
        """Log an entry dated now; one that cannot be stored is reported in the daemon's log."""
        now = self.now(athlete)
        try:
            self.put(EntryLogged(Entry(new_entry_id(), athlete, now, now, content)), dated_by_clock=True)
        except CommandError as error:
            _log.warning("%s of %s is not logged: %s", content.kind, athlete, error)

    def _date_entries(self) -> None:
        if not self._undated or self._clock.synchronised() is not True:
            return
        undated, self._undated = self._undated, {}
        for entry_id, (athlete, at_ms) in undated.items():
            own = self._athletes[athlete]
            age = timedelta(milliseconds=self._clock.monotonic_ms() - at_ms)
            for entry in [entry for entry in own.log if entry.id == entry_id]:
                corrected = EntryEdited(replace(entry, at=local_time(self._clock.wall() - age, own.zone)))
                self._recorder.put(corrected)
                self.recorded(corrected)


class TrackedRecord:
    """A record sink that also hands every item to the habits tracker."""

    def __init__(self, record: RecordSink, habits: HabitsTracker) -> None:
        self._record = record
        self._habits = habits

    def put(self, item: RecordItem) -> None:
        """Record an item and apply it to the habits."""
        self._record.put(item)
        self._habits.recorded(item)
