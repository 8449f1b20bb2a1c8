"""One athlete's pipeline: strap events in; alerts, records and published states out."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from ..measurement.heart_rate_payload import BadPayload, Contact
from ..measurement.link_decoder import Measurement
from ..sources.events import Notification, StrapEvent
from ..storage.records import ActivityChanged, MeasurementRecord
from ..training.athlete_training import MaximumSuggested, Outcome, SessionEnded, Training
from ..training.events import HABIT_EVENTS, Event, EventName
from ..training.profile import Activity, AthleteProfile
from ..training.rules import Rules
from .active_session import ActiveSession
from .athlete_straps import AthleteStraps
from .first_minutes import SessionMove, SessionRecord
from .mute import DEFAULT_MUTE_S, Mute
from .session_recorder import SessionRecorder
from .sinks import AlertSink, MeasurementListener, PublishSink, RecordSink
from .state_publisher import StatePublisher
from .timeline import Timeline

_log = logging.getLogger(__name__)


class AthletePipeline:
    """Connects the stages for one athlete. Every method returns at once."""

    def __init__(
        self,
        athlete: str,
        *,
        node: str,
        rules: Rules,
        profile_at: Callable[[datetime], AthleteProfile],
        timeline: Timeline,
        alerts: AlertSink,
        record: RecordSink,
        publish: PublishSink | None = None,
        reminders_at_start: Callable[[datetime], Iterable[EventName]] = lambda _start: (),
        on_problem: Callable[[str], None] | None = None,
        usual_activity: Activity = Activity.CARDIO,
    ) -> None:
        """`profile_at` resolves the profile of a session that starts at a date; it must not raise.

        `reminders_at_start` returns the habits' events to raise as a session starts; it must not raise.
        `on_problem` gets what is wrong with the measurements of a session that has ended; None logs it.
        `usual_activity` is that of every session for which none was set.
        """
        self.athlete = athlete
        self.mute_s = DEFAULT_MUTE_S
        """mute duration in seconds, used when `mute` is sent without a value"""
        self.muted = Mute()
        self.straps = AthleteStraps(athlete, timeline, record)
        self._profile_at = profile_at
        self._reminders_at_start = reminders_at_start
        self._on_problem = on_problem or self._log_problem
        self._timeline = timeline
        self._alerts = alerts
        self._record = record
        self._session_recorder = SessionRecorder(athlete, node, rules.session, timeline, record)
        self._states = StatePublisher(athlete, timeline, publish)
        self._training = Training(rules, self.profile, usual_activity)
        self._listeners: list[MeasurementListener] = []
        self._now_ms = 0

    def set_rules(self, rules: Rules) -> None:
        """Measure by other rules from the next session on."""
        self._training.set_rules(rules)
        self._session_recorder.next_rules = rules.session

    @property
    def active_session(self) -> ActiveSession | None:
        """The current session as it is recorded; None between sessions."""
        return self._session_recorder.session

    @property
    def training(self) -> Training:
        """The athlete's training, to be read only: the pipeline alone feeds it."""
        return self._training

    def profile(self) -> AthleteProfile:
        """The profile that a session starting now would get."""
        return self._profile_at(self._timeline.wall(self._now_ms))

    # -- input --------------------------------------------------------------------------------------

    def strap_event(self, event: StrapEvent) -> BadPayload | None:
        """Process an event of this athlete's strap; return why a notification was rejected."""
        self._now_ms = event.at_ms
        if isinstance(event, Notification):  # as nearly all are
            return self._process_notification(event)
        battery_low = self.straps.update(event)
        if battery_low is not None:
            self._alerts.event(self.athlete, battery_low)
            self._session_recorder.add_event(battery_low)
        self.publish_states()
        return None

    def advance(self, now_ms: int) -> None:
        """Let time pass up to `now_ms` (monotonic)."""
        self._now_ms = now_ms
        self._process(self._training.advance(now_ms))
        if self.muted.has_expired(now_ms):
            self.mute(0, now_ms)
        self._update_live(measured=False)
        if self._states.enabled:
            self._training.work()

    def end_of_recording(self, now_ms: int) -> None:
        """Close the current session, as the recording has no more measurements."""
        if self._training.session is not None:
            self._end(now_ms, suppress_auto_start=False)

    def correct_clock(self) -> None:
        """Correct the session's start time once the wall clock is synchronised."""
        if self._session_recorder.correct_clock():
            self.publish_states()

    def restore_session(
        self,
        session: ActiveSession,
        *,
        profile: AthleteProfile,
        activity: Activity,
        measurements: Iterable[MeasurementRecord],
        activity_changes: Iterable[ActivityChanged],
        now_ms: int,
    ) -> None:
        """Continue an earlier run's session by processing its measurements again; for a new pipeline only.

        `session.origin_ms` must be the first measurement's time on this boot's monotonic clock. The session
        is ended where it is over by `now_ms`. What has happened since the last measurement is recorded and
        posted, but not sounded. `work` does what is left to do for its beats.
        """
        stored: Iterable[SessionRecord] = heapq.merge(
            activity_changes, measurements, key=lambda record: record.offset_ms
        )
        records = list(stored)
        for outcome in self._measure_again(session.origin_ms, profile, activity, records):
            session.training_events += isinstance(outcome, Event) and outcome.name not in HABIT_EVENTS
        self._session_recorder.restore(session, activity, records)
        self._now_ms = now_ms
        self._process(self._training.advance(now_ms), sounding=False)
        self.publish_states()

    def _measure_again(
        self, origin_ms: int, profile: AthleteProfile, activity: Activity, records: Iterable[SessionRecord]
    ) -> Iterator[Outcome]:
        """Start a session with this profile and process its records; yield what comes of it."""
        self._training.set_activity(activity)
        self._training.start_with(profile)
        for record in records:
            at_ms = origin_ms + record.offset_ms
            if isinstance(record, ActivityChanged):
                yield from self._training.advance(at_ms)
                self._training.set_activity(Activity(record.activity))
            else:
                contact = Contact(record.contact)
                yield from self._training.measure(
                    Measurement(
                        at_ms, record.heart_rate, contact, record.rr_ms, record.energy_kj, record.hold_ms
                    )
                )

    # -- a session that moves to another athlete ----------------------------------------------------

    def can_move_session(self, strap_address: str, now_ms: int) -> bool:
        """Whether the session in progress began with this strap less than five minutes ago."""
        return self._session_recorder.can_move(strap_address, now_ms)

    def release_session(self, now_ms: int) -> SessionMove:
        """Give up the session in progress, for `adopt_session` of another athlete."""
        self._now_ms = now_ms
        moved = self._session_recorder.release(now_ms)
        self._training.discard()
        self._update_live(measured=False)
        self.publish_states()
        return moved

    def adopt_session(self, moved: SessionMove, now_ms: int) -> None:
        """Go on with a session of another athlete, by measuring it again with this one's profile.

        There must be no session in progress. Its events are recorded again, and are not sounded.
        """
        self._now_ms = now_ms
        self._training.start()  # although the end of the last session may have suppressed a start
        origin_ms = moved.session.origin_ms
        profile = self._profile_at(moved.session.start)
        outcomes = self._measure_again(origin_ms, profile, moved.activity, moved.records)
        events = [outcome for outcome in outcomes if isinstance(outcome, Event)]
        self._session_recorder.adopt(moved, profile, events)
        self._process(self._training.advance(now_ms), sounding=False)
        self._update_live(measured=True)
        self.publish_states()
        for name in self._reminders_at_start(moved.session.start):
            self.remind(name, now_ms)

    def work(self) -> bool:
        """Do a part of the deferred work, such as a restored session's beats; return whether more is left."""
        return self._training.work()

    # -- measurements at rest -----------------------------------------------------------------------

    def add_listener(self, listener: MeasurementListener) -> None:
        """Pass every measurement from now on to `listener`."""
        self._listeners.append(listener)

    def remove_listener(self, listener: MeasurementListener) -> None:
        """Pass no more measurements to `listener`."""
        self._listeners.remove(listener)

    def set_at_rest(self, *, at_rest: bool) -> None:
        """Set whether measurements start no session, as they are of a measurement at rest."""
        self._training.set_at_rest(at_rest=at_rest)

    def suppress_auto_start(self, last_ms: int, now_ms: int) -> None:
        """Restore the state after `end_session` of an earlier run, with the last measurement at `last_ms`."""
        self._training.suppress_auto_start(last_ms, now_ms)

    def publish_states(self) -> None:
        """Publish the retained states of session and strap."""
        self._states.session(self.active_session, self._training, self.muted.until)
        self._states.strap(self.straps.connected, self.straps.selected, self.straps.battery_percent)

    # -- commands: each raises ValueError with the reason, and has then changed nothing -------------

    def start_session(self) -> None:
        """Let the next measurement start a session."""
        self._training.start()

    def end_session(self, now_ms: int) -> None:
        """End the current session, and start no other while the strap is still worn."""
        self._end(now_ms, suppress_auto_start=True)

    def _end(self, now_ms: int, *, suppress_auto_start: bool) -> None:
        self._now_ms = now_ms
        self._process(self._training.end(now_ms, suppress_auto_start=suppress_auto_start))

    def set_activity(self, activity: Activity, now_ms: int) -> None:
        """Set the activity of the current session, or of the next."""
        self._training.set_activity(activity)
        self._session_recorder.add_activity_change(activity, now_ms)
        self.publish_states()

    def mute(self, seconds: float | None, now_ms: int) -> None:
        """Mute the sound, but not the light; None stands for `mute_s`, 0 unmutes."""
        seconds = self.mute_s if seconds is None else seconds
        self._alerts.mute(self.athlete, seconds)
        self.muted = Mute.starting(now_ms, seconds, self._timeline)
        self.publish_states()

    def remind(self, name: EventName, now_ms: int) -> None:
        """Raise an event of the habits: once a session, but a supplement's every time."""
        event = Event(name, now_ms)
        if name is EventName.SUPPLEMENT_DUE or self._session_recorder.is_new(event):
            self._alerts.event(self.athlete, event)
            self._session_recorder.add_event(event)

    # -- stages -------------------------------------------------------------------------------------

    def _process_notification(self, event: Notification) -> BadPayload | None:
        measurement = self.straps.decode(event)
        if not isinstance(measurement, Measurement):
            return measurement
        selected_before = self.straps.selected
        if self.straps.accepts(event.address, measurement):
            if self.straps.selected != selected_before:
                self._training.mark_strap_change()
                for listener in self._listeners:
                    listener.on_strap_change()
                self.publish_states()
            if outcomes := self._training.measure(measurement):
                self._process(outcomes)
            self._session_recorder.add_measurement(measurement)
            self._update_live(measured=True)
            for listener in self._listeners:
                listener.on_measurement(measurement)
            if self._states.enabled:  # somebody sees live values; else the session's end does all
                self._training.work()
        return None

    def _process(self, outcomes: list[Outcome], *, sounding: bool = True) -> None:
        for outcome in outcomes:
            match outcome:
                case Event():
                    self._process_event(outcome, sounding=sounding)
                case SessionEnded():
                    address = self.active_session.strap_address if self.active_session else ""
                    battery = self.straps.battery_percent.get(address)
                    for problem in self._session_recorder.close(outcome.figures, battery):
                        self._on_problem(problem)
                    self.publish_states()
                case MaximumSuggested():
                    _log.info(
                        "%s: heart rate above the maximum in use; see `talkpace athlete show`", self.athlete
                    )

    def _log_problem(self, problem: str) -> None:
        _log.warning("%s: %s", self.athlete, problem)

    def _process_event(self, event: Event, *, sounding: bool) -> None:
        started = event.name is EventName.SESSION_STARTED
        if started and self._training.session is not None:
            self._session_recorder.open(self._training.session, self.straps.selected_strap)
        if self._session_recorder.is_new(event):
            if sounding:
                self._alerts.event(self.athlete, event)
            self._session_recorder.add_event(event)
        if started:
            self.publish_states()
            for name in self._reminders_at_start(self._timeline.wall(event.at_ms)):
                self.remind(name, event.at_ms)

    def _update_live(self, *, measured: bool) -> None:
        self._alerts.state(self.athlete, self._training.light_state(self._now_ms))
        if self._states.enabled:
            live, zones_ms = self._training.live(self._now_ms), self._training.zones_ms
            self._states.live(self._now_ms, live, self.active_session, zones_ms, measured=measured)
