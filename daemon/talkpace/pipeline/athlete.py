"""One athlete's way from notifications to alert, record and publish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from ..effort.athlete import Activity, Judgement
from ..effort.events import Event, EventName
from ..effort.rules import Rules
from ..effort.training import MaximumSuggested, Outcome, SessionOver, Training
from ..measurement.link import Measurement
from ..measurement.payload import BadPayload
from ..record.items import ActivityChanged, MeasurementTaken
from ..strap.door import Notification, StrapEvent
from .dashboard import Dashboard
from .keeper import SessionKeeper
from .kept import KeptSession
from .mute import DEFAULT_MUTE_S, Mute
from .resume import LeftSession, measure_again
from .sinks import AlertSink, Listener, PublishSink, RecordSink
from .straps import AthleteStraps
from .timeline import Timeline

_log = logging.getLogger(__name__)


class AthletePipeline:
    """Strings the stages together for one athlete. Every method returns at once."""

    def __init__(
        self,
        athlete: str,
        *,
        node: str,
        rules: Rules,
        judge: Callable[[datetime], Judgement],
        timeline: Timeline,
        alerts: AlertSink,
        record: RecordSink,
        publish: PublishSink | None = None,
        at_start: Callable[[datetime], Iterable[EventName]] = lambda _start: (),
    ) -> None:
        """`judge` says what a session that starts at a date is judged by, `at_start` what to remind of then.

        Neither raises.
        """
        self.athlete = athlete
        self.mute_s = DEFAULT_MUTE_S
        """how long a mute lasts that does not say"""
        self.muted = Mute()
        self.straps = AthleteStraps(athlete, timeline, record)
        self._rules = rules
        self._judge = judge
        self._at_start = at_start
        self._timeline = timeline
        self._alerts = alerts
        self._record = record
        self._keeper = SessionKeeper(athlete, node, rules.session, timeline, record)
        self._dashboard = Dashboard(athlete, timeline, publish)
        self._training = Training(rules, self.judgement)
        self._listeners: list[Listener] = []
        self._now_ms = 0

    @property
    def kept(self) -> KeptSession | None:
        """The session under way."""
        return self._keeper.kept

    @property
    def training(self) -> Training:
        """To be looked at, and fed by nobody else."""
        return self._training

    def judgement(self) -> Judgement:
        """What a session would be judged by that began now."""
        return self._judge(self._timeline.wall(self._now_ms))

    # -- what comes in ------------------------------------------------------------------------

    def strap_event(self, event: StrapEvent) -> BadPayload | None:
        """Take what a strap of this athlete says; answers why a notification was no measurement."""
        self._now_ms = event.at_ms
        if isinstance(event, Notification):  # as nearly all are
            return self._notified(event)
        low = self.straps.heard(event)
        if low is not None:
            self._alerts.event(self.athlete, low)
            self._keeper.happened(low)
        self.announce()
        return None

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        self._now_ms = now_ms
        self._tell(self._training.advance(now_ms))
        if self.muted.is_over(now_ms):
            self.mute(0, now_ms)
        self._show(measured=False)
        self._training.work()

    def end_of_recording(self, now_ms: int) -> None:
        """No beat will come any more: close the session that is under way."""
        if self._training.session is not None:
            self._end(now_ms, hold_off=False)

    def correct_clock(self) -> None:
        """Move the session to its right date, once the system's clock is right."""
        if self._keeper.correct_clock():
            self.announce()

    def take_up(
        self,
        left: LeftSession,
        taken: Iterable[MeasurementTaken],
        changed: Iterable[ActivityChanged],
        *,
        origin_ms: int,
        now_ms: int,
    ) -> None:
        """Go on with a session that another run of the daemon left, or end it if it was left too long.

        What happened meanwhile is kept and posted, but not sounded. `origin_ms` is the time of its
        first measurement on today's monotonic clock. `work` does what its beats need.
        """
        judgements = [left.judgement]
        self._training = Training(self._rules, lambda: judgements.pop() if judgements else self.judgement())
        self._keeper.kept = measure_again(left, taken, changed, origin_ms=origin_ms, training=self._training)
        self._now_ms = now_ms
        self._tell(self._training.advance(now_ms), aloud=False)
        self.announce()

    def work(self) -> bool:
        """Do some of what can wait, as when a session was taken up; answers whether more is left."""
        return self._training.work()

    # -- for those who measure at rest ---------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Let it hear every measurement from now on."""
        self._listeners.append(listener)

    def unlisten(self, listener: Listener) -> None:
        """It has heard enough."""
        self._listeners.remove(listener)

    def hold(self, *, held: bool) -> None:
        """While held, beats begin no session; one under way goes on."""
        self._training.hold(held=held)

    def hold_off(self, last_ms: int, now_ms: int) -> None:
        """Begin no session, as an earlier run was told to end one; as `end_session` does."""
        self._training.hold_off(last_ms, now_ms)

    def announce(self) -> None:
        """Publish the lasting states, whatever they are."""
        self._dashboard.session(self.kept, self._training, self.muted.until)
        self._dashboard.strap(self.straps.connected, self.straps.chosen, self.straps.battery_percent)

    # -- commands; each raises ValueError, with the reason, and then has changed nothing -----------

    def start_session(self) -> None:
        """The next beat begins a session."""
        self._training.start()

    def end_session(self, now_ms: int) -> None:
        """End the session under way, by command."""
        self._end(now_ms, hold_off=True)

    def _end(self, now_ms: int, *, hold_off: bool) -> None:
        self._now_ms = now_ms
        self._tell(self._training.end(now_ms, hold_off=hold_off))

    def be(self, activity: Activity, now_ms: int) -> None:
        """Set the activity of this session, or of the next."""
        self._training.be(activity)
        if self.kept is not None:
            self._record.put(ActivityChanged(self.kept.id, now_ms - self.kept.origin_ms, activity.value))
        self.announce()

    def mute(self, seconds: float | None, now_ms: int) -> None:
        """Silence the sound, not the light and not the record; None is for the athlete's own mute time."""
        seconds = self.mute_s if seconds is None else seconds
        self._alerts.mute(self.athlete, seconds)
        self.muted = Mute.of(now_ms, seconds, self._timeline)
        self.announce()

    def remind(self, name: EventName, now_ms: int) -> None:
        """Tell an event of the practice: once a session, but each time of a supplement."""
        event = Event(name, now_ms)
        if name is EventName.SUPPLEMENT_DUE or self._keeper.is_news(event):
            self._alerts.event(self.athlete, event)
            self._keeper.happened(event)

    # -- the stages --------------------------------------------------------------------------------

    def _notified(self, event: Notification) -> BadPayload | None:
        measurement = self.straps.decode(event)
        if not isinstance(measurement, Measurement):
            return measurement
        chosen = self.straps.chosen
        if self.straps.accepts(event.address, measurement):
            if self.straps.chosen != chosen:
                self._training.another_strap()
                for listener in self._listeners:
                    listener.another_strap()
                self.announce()
            if outcomes := self._training.measure(measurement):
                self._tell(outcomes)
            self._keeper.measured(measurement)
            self._show(measured=True)
            for listener in self._listeners:
                listener.measured(measurement)
            self._training.work()
        return None

    def _tell(self, outcomes: list[Outcome], *, aloud: bool = True) -> None:
        for outcome in outcomes:
            match outcome:
                case Event():
                    self._event(outcome, aloud=aloud)
                case SessionOver():
                    worn = self.kept.strap_address if self.kept else ""
                    self._keeper.close(outcome.figures, self.straps.battery_percent.get(worn))
                    self.announce()
                case MaximumSuggested():
                    _log.info("%s: a higher maximum was seen; see `talkpace athlete show`", self.athlete)

    def _event(self, event: Event, *, aloud: bool) -> None:
        started = event.name is EventName.SESSION_STARTED
        if started and self._training.session is not None:
            self._keeper.open(self._training.session, self.straps.listened_to)
        if self._keeper.is_news(event):
            if aloud:
                self._alerts.event(self.athlete, event)
            self._keeper.happened(event)
        if started:
            self.announce()
            for name in self._at_start(self._timeline.wall(event.at_ms)):
                self.remind(name, event.at_ms)

    def _show(self, *, measured: bool) -> None:
        self._alerts.state(self.athlete, self._training.shown(self._now_ms))
        if self._dashboard.watched:
            live, zones_ms = self._training.live(self._now_ms), self._training.zones_ms
            self._dashboard.live(self._now_ms, live, self.kept, zones_ms, measured=measured)
