"""Methods of the control socket for athletes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from fractions import Fraction

from ..clock import Clock
from ..control.athlete_models import AthleteDescription, AthleteThresholds, AthleteValue, ThresholdValue
from ..control.calibration_models import CalibrationAdopted, CalibrationParams
from ..control.method_models import AthleteInfo, AthleteParams, AthleteRemoval, NoParams
from ..control.methods import Caller, Handler
from ..errors import CommandError, ConfigurationError
from ..pipeline.sinks import RecordSink
from ..storage.athlete_edit import (
    EDITABLE_KEYS,
    change_athlete,
    in_configuration,
    remove_athlete,
    validate_values,
)
from ..storage.calibration import adopt_ceiling
from ..storage.recorder import Recorder
from ..storage.records import OutgoingMessage
from ..training.effort_zones import EffortScale, Zone
from ..training.profile import AthleteProfile
from .athlete_manager import AthleteManager
from .completion import complete
from .habits import HabitsTracker
from .settings import Settings
from .tasks import BackgroundTasks

_EXERCISES = ("breathe", "nap", "readiness", "calibrate")
"""commands that start, or stop, what goes on for a while"""

_log = logging.getLogger(__name__)


class AthleteMethods:
    """Carries out the methods that are about athletes."""

    def __init__(
        self,
        *,
        clock: Clock,
        recorder: Recorder,
        manager: AthleteManager,
        habits: HabitsTracker,
        tasks: BackgroundTasks,
        settings: Settings,
        to_broker: RecordSink,
    ) -> None:
        """`to_broker` takes messages to the broker, where there is one."""
        self._settings = settings
        self._to_broker = to_broker
        self._clock = clock
        self._recorder = recorder
        self._manager = manager
        self._habits = habits
        self._tasks = tasks

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {
            "athletes.list": self._list,
            "athletes.describe": self._describe,
            "athletes.add": self._add,
            "athletes.set": self._set,
            "calibration.adopt": self._adopt,
            "athletes.remove": self._remove,
        }

    async def _list(self, _params: NoParams, _caller: Caller) -> list[AthleteInfo]:
        names = self._manager.names
        return [AthleteInfo(athlete=athlete, name=name) for athlete, name in names.items()]

    async def _describe(self, _params: NoParams, _caller: Caller) -> list[AthleteDescription]:
        return [self._description(athlete) for athlete in self._manager.everybody]

    def _description(self, athlete: str) -> AthleteDescription:
        book = self._manager.profiles.book
        changes = {key: book.last(athlete, key) for key in EDITABLE_KEYS}
        try:
            thresholds, problem = thresholds_of(self._manager.profile(athlete)), None
        except ConfigurationError as error:
            thresholds, problem = None, str(error)
        return AthleteDescription(
            athlete=athlete,
            name=book.name(athlete),
            values={
                key: AthleteValue(value=change.value, source=change.source)
                for key, change in changes.items()
                if change is not None and change.value is not None
            },
            thresholds=thresholds,
            problem=problem,
            in_file=self._settings.in_file(athlete),
            guest_until=book.guest_until(athlete),
        )

    async def _add(self, params: AthleteParams, _caller: Caller) -> None:
        await self._change(params, new=True)

    async def _set(self, params: AthleteParams, _caller: Caller) -> None:
        await self._change(params, new=False)

    async def _adopt(self, params: CalibrationParams, _caller: Caller) -> CalibrationAdopted:
        if not self._habits.has(params.athlete):
            raise ConfigurationError(f"there is no athlete {params.athlete!r} with a log here")
        zone = self._habits.zone(params.athlete)
        proposal = await self._recorder.call(
            adopt_ceiling, self._manager.configuration, params.athlete, zone, self._clock.wall()
        )
        await self._tasks.reload()
        return CalibrationAdopted.of(proposal)

    async def _remove(self, params: AthleteRemoval, _caller: Caller) -> None:
        await complete(self._removal(params.athlete))

    async def _removal(self, athlete: str) -> None:
        """Raises ConfigurationError, CommandError or StoreError; then the athlete can still be removed."""
        self._require_removable(athlete)
        others = [one.id for one in self._manager.configuration.athletes if one.id != athlete]
        # First what other settings may forbid; without a table in the settings, the athlete is in the store.
        await self._settings.drop_athlete(athlete)
        self._end_exercises(athlete)
        await self._recorder.call(remove_athlete, others, athlete, self._clock.wall())
        await self._tasks.reload()
        # After the summary of a session that has begun in the meantime.
        self._to_broker.put(OutgoingMessage(f"{athlete}/summary", "", retain=True))

    def _require_removable(self, athlete: str) -> None:
        if self._settings.in_file(athlete):
            raise in_configuration(athlete, "the configuration file")
        pipeline = self._manager.registry.pipelines.get(athlete)
        if pipeline is not None and pipeline.active_session is not None:
            raise CommandError(f"a session of {athlete!r} is active: end it, then remove the athlete")
        if athlete in {source.athlete for source in self._manager.configuration.sources}:
            raise ConfigurationError(
                f"[[sources]] plays heart rates of {athlete!r}: remove it, then restart talkpace"
            )

    def _end_exercises(self, athlete: str) -> None:
        """End what the athlete could not stop any more."""
        for command in _EXERCISES:
            try:
                self._manager.registry.command(athlete, command, "stop")
            except CommandError as error:
                _log.debug("%s of %s: %s", command, athlete, error)

    async def _change(self, params: AthleteParams, *, new: bool) -> None:
        values = validate_values(params.athlete, params.values)
        if new:
            values.setdefault("name", params.athlete)
        await self._recorder.call(
            change_athlete, self._manager.configuration, params.athlete, values, self._clock.wall(), new=new
        )
        await self._tasks.reload()


def thresholds_of(profile: AthleteProfile) -> AthleteThresholds:
    """Return a profile's thresholds as efforts and heart rates."""
    bounds, scale = profile.zones, profile.scale
    return AthleteThresholds(
        max_heart_rate=round(float(profile.max_heart_rate), 1),
        max_heart_rate_source=profile.max_heart_rate_source,
        zones={
            Zone.EASY: ThresholdValue(
                effort=float(bounds.conversational_from),
                heart_rate=scale.highest_below(bounds.conversational_from),
            ),
            Zone.CONVERSATIONAL: _up_to(scale, bounds.conversational_to),
            Zone.HARD: _up_to(scale, bounds.hard_to),
        },
        ceilings={activity: _up_to(scale, ceiling) for activity, ceiling in profile.ceilings.items()},
        ceiling_lowered_by=float(profile.ceiling_lowered_by),
    )


def _up_to(scale: EffortScale, effort: Fraction) -> ThresholdValue:
    return ThresholdValue(effort=float(effort), heart_rate=scale.highest_at_or_below(effort))
