"""The practice in the daemon: follows log and sessions, publishes what today is, reminds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from ..config.model import Configuration
from ..effort.athlete import AthleteValues
from ..effort.events import EventName
from ..effort.scale import exact
from ..errors import CommandError
from ..pipeline.room import Room
from ..pipeline.sinks import PublishSink, RecordSink
from ..practice.days import written
from ..practice.done import Known, Trained
from ..practice.log import Entry, Log
from ..practice.standing import standing
from ..practice.supplements import fall_due, next_change
from ..practice.symptoms import heeded
from ..practice.water import drink_first
from ..record.items import EntryEdited, EntryLogged, LogItem, RecordItem
from ..record.recorder import Recorder
from .clock import Clock
from .practice_held import Held, whose
from .practice_reading import KEPT, read_practice
from .zones import zone_of


class Practice:
    """Everybody's practice. Every method but `follow` returns at once.

    The core says what follows from log and sessions; this knows the clock, and who is to be told.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        clock: Clock,
        environ: Mapping[str, str],
        recorder: Recorder,
        publish: PublishSink | None,
        room: Room,
    ) -> None:
        """`room` is who trains here: those are told."""
        self.on = bool(configuration.practice.pieces)
        self._configuration = configuration
        self._clock = clock
        self._environ = environ
        self._recorder = recorder
        self._publish = publish
        self._room = room
        self._athletes: dict[str, Held] = {}
        self._meanwhile: list[RecordItem] | None = None
        self._undated: dict[str, tuple[str, int]] = {}

    # -- what is known -----------------------------------------------------------------------------

    def welcome(self, athlete: str, values: Callable[[], AthleteValues]) -> None:
        """An athlete trains here from now on, of whom `values` is known."""
        practice = self._configuration.practice
        if self.on and athlete not in self._athletes:
            settings = practice.settings(athlete, target_band_s=self._configuration.sessions.target_band_s)
            self._athletes[athlete] = Held(settings, zone_of(athlete, practice, self._environ), values)

    def know(self, entries: Iterable[Entry], sessions: Mapping[str, Sequence[Trained]]) -> None:
        """What is on record of everybody, in the order in which it was written down."""
        logs: dict[str, list[Entry]] = {}
        for entry in entries:
            logs.setdefault(entry.athlete, []).append(entry)
        for athlete, held in self._athletes.items():
            held.read(logs.get(athlete, ()), sessions.get(athlete, ()))

    async def follow(self, recorder: Recorder) -> None:
        """Read again what is on record, as another process may have changed it. Raises StoreError."""
        if not self.on:
            return
        self._meanwhile = recorder.unwritten()
        try:
            read = await recorder.call(read_practice, self._clock.wall() - KEPT, list(self._athletes))
        finally:
            meanwhile, self._meanwhile = self._meanwhile, None
        self.know(*read)
        for item in meanwhile:
            self._apply(item)
        self.tell_all()

    def took(self, item: RecordItem) -> None:
        """Something is being recorded; what is no entry and no session's end is passed over."""
        if self.on and (athlete := self._apply(item)) is not None:
            if self._meanwhile is not None:
                self._meanwhile.append(item)
            self.tell(athlete)

    def _apply(self, item: RecordItem) -> str | None:
        athlete = whose(item)
        if athlete is None or athlete not in self._athletes:
            return None
        self._athletes[athlete].apply(item)
        return athlete

    # -- what follows ------------------------------------------------------------------------------

    def tell_all(self) -> None:
        """Publish everybody's standing, where it has changed."""
        for athlete in self._athletes:
            self.tell(athlete)

    def tell(self, athlete: str) -> None:
        """Publish an athlete's standing, where it has changed."""
        held, now = self._athletes[athlete], self._clock.wall()
        known = held.known
        held.seen = held.seen or now
        held.due = next_change(known, held.settings.supplements or (), now)
        if self._publish is not None:
            self._publish.state(f"{athlete}/practice", standing(known, held.settings, now))
            self._room.announce(athlete)  # the ceiling in force may be another

    def advance(self) -> None:
        """Let time pass: a day begins, a supplement falls due, the clock becomes right."""
        now = self._clock.wall()
        self._date_entries()
        for athlete, held in self._athletes.items():
            before, held.seen = held.seen or now, now
            if held.due is not None and before <= now < held.due:
                continue
            own = held.settings.supplements or ()
            if fall_due(held.known, own, before, now) and self._clock.synchronised() is not False:
                self._room.remind(athlete, EventName.SUPPLEMENT_DUE)
            self.tell(athlete)

    def lowered(self, athlete: str, at: datetime) -> Fraction:
        """By how much effort the ceilings of a session that starts at a date are lower."""
        held = self._athletes.get(athlete)
        if held is None or (rules := held.settings.symptoms) is None:
            return Fraction(0)
        return Fraction(0) if heeded(held.known, rules, at) is None else exact(rules.lower_ceiling_by)

    def at_start(self, athlete: str, start: datetime) -> list[EventName]:
        """What an athlete is to be reminded of who begins a session."""
        held = self._athletes.get(athlete)
        if held is None or (rules := held.settings.water) is None:
            return []
        return [EventName.DRINK] if drink_first(held.known, rules, start) else []

    # -- the log, as commands change it ------------------------------------------------------------

    def log(self, athlete: str) -> Log:
        """An athlete's log of the last months."""
        return self._athletes[athlete].log

    def known(self, athlete: str) -> Known:
        """All that is known of an athlete's practice, as the core takes it."""
        return self._athletes[athlete].known

    def zone(self, athlete: str) -> tzinfo:
        """Where the athlete's days begin."""
        return self._athletes[athlete].zone

    def now(self, athlete: str) -> datetime:
        """The time there, as it is written down."""
        return written(self._clock.wall(), self.zone(athlete))

    def put(self, item: LogItem, *, dated_by_clock: bool = False) -> None:
        """Keep a change of a log. Raises CommandError where the disk is known not to take it.

        What is `dated_by_clock` gets its right date later, where the clock is not right yet.
        """
        if self._recorder.health != "ok":
            raise CommandError(f"nothing can be kept: {self._recorder.health}")
        if dated_by_clock and isinstance(item, EntryLogged) and self._clock.synchronised() is False:
            self._undated[item.entry.id] = (item.entry.athlete, self._clock.monotonic_ms())
        self._recorder.put(item)
        self.took(item)

    def _date_entries(self) -> None:
        if not self._undated or self._clock.synchronised() is not True:
            return
        undated, self._undated = self._undated, {}
        for entry_id, (athlete, at_ms) in undated.items():
            held = self._athletes[athlete]
            ago = timedelta(milliseconds=self._clock.monotonic_ms() - at_ms)
            for entry in [entry for entry in held.log if entry.id == entry_id]:
                moved = EntryEdited(replace(entry, at=written(self._clock.wall() - ago, held.zone)))
                self._recorder.put(moved)
                self.took(moved)


class PractisedRecord:
    """A record sink whose practice hears of every session that ends."""

    def __init__(self, record: RecordSink, practice: Practice) -> None:
        self._record = record
        self._practice = practice

    def put(self, item: RecordItem) -> None:
        """Keep this, and let the practice know."""
        self._record.put(item)
        self._practice.took(item)
