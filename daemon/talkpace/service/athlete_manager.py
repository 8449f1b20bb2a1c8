"""Keep the registry of athletes in step with the configuration and with what commands change in the store."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType

from ..clock import Clock
from ..config.model import Configuration, is_bluetooth_address
from ..errors import ConfigurationError
from ..pipeline.athlete import AthletePipeline
from ..pipeline.registry import AthleteRegistry
from ..pipeline.sinks import AlertSink, PublishSink, RecordSink, SilentAlerts
from ..pipeline.timeline import LiveTimeline
from ..storage.athletes import AthleteHistory
from ..storage.records import StrapRow
from ..training.profile import AthleteProfile, AthleteValues, ProfileResolver
from .habits import HabitsTracker
from .pending_state import PendingStateKeeper
from .profiles import Profiles
from .session_restore import UnfinishedSession

_log = logging.getLogger(__name__)


def paired_straps(straps: Iterable[StrapRow]) -> list[tuple[str, str]]:
    """Return (address, athlete) of the straps that were paired, without those that were only seen."""
    return [(strap.address, strap.athlete) for strap in straps if strap.paired_at is not None]


class AthleteManager:
    """Creates athletes' pipelines, assigns straps, and restores the sessions of an earlier run."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        registry: AthleteRegistry,
        clock: Clock,
        alerts: AlertSink,
        record: RecordSink,
        publish: PublishSink | None,
        habits: HabitsTracker,
        on_athletes: Callable[[Mapping[str, str]], None] = lambda _names: None,
        on_removed: Callable[[AbstractSet[str]], None] = lambda _athletes: None,
    ) -> None:
        """`on_athletes` is called with names by id whenever the athletes may have changed.

        `on_removed` is called with the ids of those who were removed whenever athletes are loaded.
        """
        self._on_removed = on_removed
        self.registry = registry
        self._habits = habits
        self._on_athletes = on_athletes
        self.configuration = configuration
        self._clock = clock
        self._timeline = LiveTimeline(clock)
        self._alerts = alerts
        self._record = record
        self._publish = publish
        self.profiles = Profiles(
            registry=registry,
            clock=clock,
            record=record,
            publish=publish,
            on_change=self._publish_habits,
        )
        self.pending_state = PendingStateKeeper(registry, clock, record)
        registry.register_commands(self.profiles.commands())
        self._resolvers: dict[str, ProfileResolver] = {}
        self._bluetooth_straps: dict[str, str] = {}
        self._all_straps: frozenset[str] = frozenset()
        self._other_straps: dict[str, str] = {}
        self._paired: dict[str, str] = {}
        self._former: set[str] = set()
        """who has trained in this run and does no more: guests of before today, and who was removed"""
        self._battery_percent: dict[str, int] = {}
        self._ending: deque[AthletePipeline] = deque()
        """pipelines of sessions that are too old to go on and are to be ended"""

    def load(self, book: AthleteHistory, paired: Iterable[tuple[str, str]]) -> None:
        """Load (again) athletes and paired straps (address, athlete).

        An athlete without a maximum heart rate and a birth year is skipped with a warning. A strap in
        the configuration belongs to the athlete named there, whatever was paired.
        """
        self.profiles.load_profiles(book)
        for athlete in self.everybody:
            if athlete not in self.registry.pipelines:
                self._add(athlete)
            elif athlete in self._former:
                self._former.discard(athlete)
                self.registry.reinstate(athlete)
        for athlete in self.removed & self.registry.pipelines.keys() - self._former:
            self._former.add(athlete)
            self.registry.retire(athlete, end_session=True)
            _log.info("athlete %s was removed", athlete)
        self._on_removed(self.removed)
        self.profiles.announce()
        self._on_athletes(self.names)
        self._paired = dict(paired)
        self._find_owners()

    def end_guests(self) -> bool:
        """End the day of guests whose time is over and who have no session; return whether there were any."""
        ending = [
            athlete
            for athlete, pipeline in self.registry.pipelines.items()
            if athlete not in self._former and pipeline.active_session is None and self._is_over(athlete)
        ]
        for athlete in ending:
            self._former.add(athlete)
            self.registry.retire(athlete)
            _log.info("the day of guest %s is over", athlete)
        if ending:
            self._on_athletes(self.names)
            self._find_owners()
        return bool(ending)

    def is_guest(self, athlete: str) -> bool:
        """Whether an athlete is a guest, today or before."""
        return self.profiles.book.guest_until(athlete) is not None

    def has(self, athlete: str) -> bool:
        """Whether an athlete trains here; one who was a guest before today does not."""
        return athlete in self.registry.pipelines and athlete not in self._former

    def _was_guest(self, athlete: str) -> bool:
        return athlete in self._former or (athlete not in self.registry.pipelines and self._is_over(athlete))

    def _is_over(self, athlete: str) -> bool:
        until = self.profiles.book.guest_until(athlete)
        return until is not None and until <= self._clock.wall()

    def _find_owners(self) -> None:
        """A strap that is lent to a guest is theirs for the day, then its owner's again."""
        owners = {address: one for address, one in self._paired.items() if not self._was_guest(one)}
        for configured in self.configuration.athletes:
            owners.update(dict.fromkeys(configured.straps, configured.id))
        book = self.profiles.book
        for guest in self.registry.pipelines:
            strap = book.guest_strap(guest)
            if strap is not None and guest not in self._former:
                owners[strap] = guest
        self._all_straps = frozenset(owners)
        self._bluetooth_straps = {
            address: athlete
            for address, athlete in owners.items()
            if athlete in self.registry.pipelines and is_bluetooth_address(address)
        }
        self._assign_straps()

    def configure(self, configuration: Configuration) -> None:
        """Replace the configuration: its rules and ceilings from the next session on, athletes by `load`."""
        self.configuration = configuration
        for athlete, pipeline in self.registry.pipelines.items():
            pipeline.set_rules(configuration.rules())
            if (resolver := self._resolvers.get(athlete)) is not None:
                resolver.set_ceilings(configuration.ceilings.by_activity())

    def assign_other_straps(self, straps: Mapping[str, str]) -> None:
        """Assign the straps of recordings and the simulator (address to athlete)."""
        self._other_straps = dict(straps)
        self._assign_straps()

    @property
    def strap_owners(self) -> Mapping[str, str]:
        """Athlete of each Bluetooth strap, by address."""
        return MappingProxyType(self._bluetooth_straps)

    @property
    def all_straps(self) -> frozenset[str]:
        """Addresses of all straps that somebody owns, also of an athlete who cannot train yet."""
        return self._all_straps

    @property
    def everybody(self) -> list[str]:
        """Ids of all athletes, also of those who cannot train yet; without former guests."""
        book = self.profiles.book
        configured = [one.id for one in self.configuration.athletes]
        ids = dict.fromkeys([*configured, *book.athletes])
        return [one for one in ids if book.is_active(one, configured) and not self._is_over(one)]

    @property
    def removed(self) -> set[str]:
        """Ids of the athletes whom a command has removed, and of guests who were deleted after a week."""
        book = self.profiles.book
        removed = {one for one in book.athletes if book.is_removed(one)}
        deleted = self.registry.pipelines.keys() - set(book.athletes)
        return (removed | deleted).difference(self.everybody)

    @property
    def names(self) -> dict[str, str]:
        """Names of the athletes by id."""
        present = [athlete for athlete in self.registry.pipelines if self.has(athlete)]
        return {athlete: self.profiles.book.name(athlete) for athlete in present}

    @property
    def bluetooth_straps(self) -> frozenset[str]:
        """Addresses of the straps to connect to."""
        return frozenset(self._bluetooth_straps)

    def profile(self, athlete: str) -> AthleteProfile:
        """Return the athlete's current profile. Raises ConfigurationError where it cannot be resolved."""
        return self._resolver(athlete)(self._clock.wall())

    def restore_straps(self, straps: Iterable[StrapRow]) -> None:
        """Restore the battery levels that an earlier run has read."""
        for strap in straps:
            if strap.battery_percent is not None:
                self._battery_percent[strap.address] = strap.battery_percent
        for pipeline in self.registry.pipelines.values():
            self._restore_batteries(pipeline)

    def restore_session(self, session: UnfinishedSession) -> None:
        """Continue a session of an earlier run; one that is too old is ended by `process_backlog`."""
        pipeline = self.registry.pipelines.get(session.athlete)
        end_after_ms = self.configuration.rules().session.end_after_ms
        now_ms = self._clock.monotonic_ms()
        moved = session.move_to_boot(
            boot=self._timeline.boot, now_ms=now_ms, now=self._clock.wall(), end_after_ms=end_after_ms
        )
        if moved is not None and pipeline is not None:
            self._record.put(moved)
            session.restore(pipeline, origin_ms=moved.origin_ms, now_ms=now_ms)
            _log.info("session %s of %s continues", session.id, session.athlete)
            return
        # A pipeline of its own, silent and unpublished: live measurements do not wait for it.
        ending = self._pipeline(session.athlete, lambda _at: session.profile, SilentAlerts(), None)
        self._restore_batteries(ending)
        last_ms = now_ms - end_after_ms
        session.restore(ending, origin_ms=last_ms - session.last_offset_ms, now_ms=last_ms)
        self._ending.append(ending)

    def process_backlog(self) -> bool:
        """Process some of the restored sessions' beats; return whether more are left."""
        if not self._ending:
            return self.registry.work()
        if not self._ending[0].work():
            self._ending.popleft().advance(self._clock.monotonic_ms())
        return True

    def _assign_straps(self) -> None:
        self.registry.assign({**self._bluetooth_straps, **self._other_straps})

    def _restore_batteries(self, pipeline: AthletePipeline) -> None:
        for address, percent in self._battery_percent.items():
            pipeline.straps.restore_battery(address, percent)

    def _add(self, athlete: str) -> None:
        self._habits.add_athlete(
            athlete, lambda: self._values(athlete), lambda: self.profiles.adopted_ceiling(athlete)
        )
        try:
            resolver = self._resolver(athlete)
        except ConfigurationError as error:
            _log.warning("%s", error)
            return
        self._resolvers[athlete] = resolver
        pipeline = self._pipeline(athlete, resolver, self._alerts, self._publish)
        self.registry.add(pipeline)
        pipeline.publish_states()

    def _resolver(self, athlete: str) -> ProfileResolver:
        ceilings = self.configuration.ceilings.by_activity()
        reduction = self._habits.ceiling_reduction
        return ProfileResolver(
            athlete, self._values, ceilings, at=self._clock.wall(), ceiling_reduction=reduction
        )

    def _pipeline(
        self,
        athlete: str,
        resolver: Callable[[datetime], AthleteProfile],
        alerts: AlertSink,
        publish: PublishSink | None,
    ) -> AthletePipeline:
        return AthletePipeline(
            athlete,
            node=self.configuration.node.id,
            rules=self.configuration.rules(),
            profile_at=resolver,
            timeline=self._timeline,
            alerts=alerts,
            record=self._record,
            publish=publish,
            reminders_at_start=lambda start: self._habits.reminders_at_start(athlete, start),
        )

    def _publish_habits(self, athlete: str) -> None:
        if self._habits.has(athlete):
            self._habits.publish(athlete)

    def _values(self, athlete: str) -> AthleteValues:
        return self.profiles.book.latest(athlete)
