"""Who lives here: athletes, the straps they wear, what they are judged by. Follows the store's changes."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from ..config.model import Configuration, is_bluetooth_address
from ..effort.athlete import AthleteValues, Judgement
from ..errors import ConfigurationError
from ..pipeline.athlete import AthletePipeline
from ..pipeline.resume import LeftSession, place
from ..pipeline.room import Room
from ..pipeline.sinks import AlertSink, PublishSink, RecordSink
from ..pipeline.timeline import LiveTimeline
from ..record.athletes import AthleteBook
from ..record.items import ActivityChanged, MeasurementTaken
from ..record.rows import StrapRow
from .clock import Clock
from .judges import Judge
from .practice import Practice
from .profiles import Profiles
from .replay_edges import SilentAlerts
from .wishes import KeptWishes

_log = logging.getLogger(__name__)


def remembered(straps: Iterable[StrapRow]) -> list[tuple[str, str]]:
    """Addresses and athletes of the straps that were paired; others were only seen."""
    return [(strap.address, strap.athlete) for strap in straps if strap.paired_at is not None]


class Household:
    """Keeps the room in step with the configuration and with what commands have changed."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        room: Room,
        clock: Clock,
        alerts: AlertSink,
        record: RecordSink,
        publish: PublishSink | None,
        practice: Practice,
        announce: Callable[[Mapping[str, str]], None] = lambda _names: None,
    ) -> None:
        """`announce` is told who trains here, names by id, whenever that may have changed."""
        self.room = room
        self._practice = practice
        self._announce = announce
        self._configuration = configuration
        self._clock = clock
        self._timeline = LiveTimeline(clock)
        self._alerts = alerts
        self._record = record
        self._publish = publish
        self.profiles = Profiles(room=room, clock=clock, record=record, publish=publish)
        self.wishes = KeptWishes(room, clock, record)
        room.understand(self.profiles.commands())
        self._over_bluetooth: dict[str, str] = {}
        self._otherwise: dict[str, str] = {}
        self._battery_percent: dict[str, int] = {}
        self._over: deque[AthletePipeline] = deque()
        """with the sessions that were left too long, and are to be ended"""

    def know(self, book: AthleteBook, remembered: Iterable[tuple[str, str]]) -> None:
        """Take in who there is (again), and the remembered straps (address, athlete).

        Who cannot be judged yet, as nothing is known of a maximum heart rate, is left out with a
        warning. A strap that the configuration gives to somebody is theirs, whatever is remembered.
        """
        self.profiles.know(book)
        declared_ids = [declared.id for declared in self._configuration.athletes]
        for athlete in [*declared_ids, *book.athletes]:
            if athlete not in self.room.pipelines and book.trains_here(athlete, declared_ids):
                self._welcome(athlete)
        self.profiles.announce()
        self._announce({athlete: book.name(athlete) for athlete in self.room.pipelines})
        owners = dict(remembered)
        for declared in self._configuration.athletes:
            owners.update(dict.fromkeys(declared.straps, declared.id))
        self._over_bluetooth = {
            address: athlete
            for address, athlete in owners.items()
            if athlete in self.room.pipelines and is_bluetooth_address(address)
        }
        self.room.assign({**self._over_bluetooth, **self._otherwise})

    def straps_were(self, straps: Iterable[StrapRow]) -> None:
        """What an earlier run of the daemon knew of straps' batteries."""
        for strap in straps:
            if strap.battery_percent is not None:
                self._battery_percent[strap.address] = strap.battery_percent
        for pipeline in self.room.pipelines.values():
            self._tell_batteries(pipeline)

    def also_wear(self, straps: Mapping[str, str]) -> None:
        """Straps that do not come over Bluetooth (address to athlete)."""
        self._otherwise = dict(straps)
        self.room.assign({**self._over_bluetooth, **self._otherwise})

    @property
    def bluetooth_straps(self) -> frozenset[str]:
        """Addresses of the straps to connect to."""
        return frozenset(self._over_bluetooth)

    def judgement(self, athlete: str) -> Judgement:
        """What the athlete is judged by now. Raises ConfigurationError where nothing is known."""
        return self._judge(athlete)(self._clock.wall())

    def take_up(
        self,
        left: LeftSession,
        taken: Sequence[MeasurementTaken],
        changed: Sequence[ActivityChanged],
    ) -> None:
        """Go on with a session of an earlier run, or have `work` end it as of its last measurement."""
        pipeline = self.room.pipelines.get(left.athlete)
        end_after_ms = self._configuration.rules().session.end_after_ms
        now_ms = self._clock.monotonic_ms()
        moved = place(
            left, boot=self._timeline.boot, now_ms=now_ms, now=self._clock.wall(), end_after_ms=end_after_ms
        )
        if moved is not None and pipeline is not None:
            self._record.put(moved)
            pipeline.take_up(left, taken, changed, origin_ms=moved.origin_ms, now_ms=now_ms)
            _log.info("session %s of %s goes on", left.id, left.athlete)
            return
        # On a way of its own: the beats of today do not wait for it, and nobody is told of it in the room.
        alone = self._pipeline(left.athlete, lambda _at: left.judgement, SilentAlerts(), None)
        self._tell_batteries(alone)
        last_ms = now_ms - end_after_ms
        alone.take_up(left, taken, changed, origin_ms=last_ms - left.last_offset_ms, now_ms=last_ms)
        self._over.append(alone)

    def work(self) -> bool:
        """Do a little of what is left to do for the sessions taken up; answers whether more is."""
        if not self._over:
            return self.room.work()
        if not self._over[0].work():
            self._over.popleft().advance(self._clock.monotonic_ms())
        return True

    def _tell_batteries(self, pipeline: AthletePipeline) -> None:
        for address, percent in self._battery_percent.items():
            pipeline.straps.battery_was(address, percent)

    def _welcome(self, athlete: str) -> None:
        self._practice.welcome(athlete, lambda: self._values(athlete))
        try:
            judge = self._judge(athlete)
        except ConfigurationError as error:
            _log.warning("%s", error)
            return
        pipeline = self._pipeline(athlete, judge, self._alerts, self._publish)
        self.room.welcome(pipeline)
        pipeline.announce()

    def _judge(self, athlete: str) -> Judge:
        ceilings = self._configuration.ceilings.by_activity()
        lowered = self._practice.lowered
        return Judge(athlete, self._values, ceilings, at=self._clock.wall(), lowered=lowered)

    def _pipeline(
        self,
        athlete: str,
        judge: Callable[[datetime], Judgement],
        alerts: AlertSink,
        publish: PublishSink | None,
    ) -> AthletePipeline:
        return AthletePipeline(
            athlete,
            node=self._configuration.node.id,
            rules=self._configuration.rules(),
            judge=judge,
            timeline=self._timeline,
            alerts=alerts,
            record=self._record,
            publish=publish,
            at_start=lambda start: self._practice.at_start(athlete, start),
        )

    def _values(self, athlete: str) -> AthleteValues:
        return self.profiles.book.latest(athlete)
