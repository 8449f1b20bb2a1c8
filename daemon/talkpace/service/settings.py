"""Settings that are changed while the daemon runs: written, and applied where that needs no restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from ..alerts.alerts import Alerts
from ..alerts.speech.voice import Voice
from ..clock import Clock
from ..config.alert_patterns import PATTERNS, resolve_patterns
from ..config.layers import Layers
from ..config.listing import changed_keys, list_values
from ..config.load import validate_usable
from ..config.model import Configuration
from ..config.setting_definitions import define_settings
from ..config.settings_file import athlete_ids, with_changes, write_settings
from ..control.method_models import NoParams
from ..control.methods import Caller, Handler
from ..control.settings_models import (
    Effect,
    SettingDescription,
    SettingEntry,
    SettingsChange,
    SettingsDescription,
    SettingsList,
    SettingsParams,
    SettingTableDescription,
)
from ..errors import ConfigurationError
from ..mqtt.broker import has_password_credential
from ..storage.athletes import configuration_changes
from ..storage.paths import SECRETS
from ..storage.recorder import Recorder
from ..storage.store import Store
from .athlete_manager import AthleteManager
from .broker import BrokerConnection
from .completion import complete
from .habits import HabitsTracker
from .health import NodeHealth
from .logs import set_level
from .setting_effects import effect_of, without_restart
from .speech import configure_voice
from .tasks import BackgroundTasks

_PASSWORD_KEY = "mqtt.password_file"  # noqa: S105 - the name of a setting

_log = logging.getLogger(__name__)


class Settings:
    """The layers of the configuration, of which the daemon writes one."""

    def __init__(
        self,
        configuration: Configuration,
        layers: Layers | None,
        problems: Sequence[str],
        *,
        faults: Sequence[str] = (),
        environ: Mapping[str, str],
        clock: Clock,
        alerts: Alerts,
        voice: Voice,
        health: NodeHealth,
        manager: AthleteManager,
        recorder: Recorder,
        tasks: BackgroundTasks,
        broker: BrokerConnection,
        habits: HabitsTracker,
        can_restart: bool,
    ) -> None:
        """`layers` is None where the daemon has no settings file.

        `problems` are the invalid keys at its start, `faults` files that are named and cannot be used.
        """
        self._start = self._configuration = configuration
        self._layers = layers
        self._problems = problems
        self._faults = faults
        self._environ = environ
        self._clock = clock
        self._alerts = alerts
        self._voice = voice
        self._health = health
        self._manager = manager
        self._recorder = recorder
        self._tasks = tasks
        self._broker = broker
        self._habits = habits
        self._can_restart = can_restart
        self._description: SettingsDescription | None = None
        self._at_start = [] if layers is None else list_values(layers, configuration)
        self._one_at_a_time = asyncio.Lock()

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {
            "settings.list": self._list,
            "settings.describe": self._describe,
            "settings.set": self._set,
        }

    @property
    def configuration(self) -> Configuration:
        """The configuration as it is set now; some of it may apply when the daemon starts again."""
        return self._configuration

    def is_set(self, key: str) -> bool:
        """Whether the settings, and not only the household's file, have this key."""
        return any(
            one.key == key and one.origin == "settings" for one in self._entries(self._require_layers())
        )

    def in_file(self, athlete: str) -> bool:
        """Whether the household's file has an athlete, whom the settings cannot remove then."""
        if self._layers is None:
            return athlete in {one.id for one in self._configuration.athletes}
        return athlete in athlete_ids(self._layers.tables)

    async def drop_athlete(self, athlete: str) -> None:
        """Drop an athlete's table from the settings, if they have one. Raises ConfigurationError."""
        if self._layers is not None and athlete in athlete_ids(self._layers.settings_tables):
            await self.change({f"athletes.{athlete}": None})

    async def _list(self, _params: NoParams, _caller: Caller) -> SettingsList:
        layers = self._require_layers()
        return SettingsList(
            file=str(layers.file),
            settings=None if layers.settings is None else str(layers.settings),
            values=self._entries(layers),
            problems=self._all_problems(),
            restart=self._waiting_for_restart(layers),
            can_restart=self._can_restart,
        )

    async def _describe(self, _params: NoParams, _caller: Caller) -> SettingsDescription:
        if self._description is None:
            self._description = await asyncio.to_thread(describe_settings)
        return self._description

    async def _set(self, params: SettingsParams, _caller: Caller) -> SettingsChange:
        return await self.change(params.changes)

    async def change(
        self, changes: Mapping[str, object], *, renewed: AbstractSet[str] = frozenset()
    ) -> SettingsChange:
        """Make all changes or none, and apply what needs no restart. Raises ConfigurationError.

        `renewed` are keys of files whose content has changed.
        """
        return await complete(self._change(changes, renewed))

    async def _change(self, changes: Mapping[str, object], renewed: AbstractSet[str]) -> SettingsChange:
        async with self._one_at_a_time:
            before = self._require_layers()
            former = list_values(before, self._configuration)
            after = await asyncio.to_thread(self._write, before, changes)
            usable = validate_usable(after)
            self._layers, self._configuration = after, usable.configuration
            self._problems = usable.problems
            changed = changed_keys(former, list_values(after, usable.configuration))
            await self._apply(changed | (changes.keys() & renewed))
            self._report_health()
        _log.info("settings changed: %s", ", ".join(sorted(changed)) or "nothing")
        return SettingsChange(
            values=[entry for entry in self._entries(after) if entry.key in changed],
            restart=[key for key in self._waiting_for_restart(after) if key in changed],
        )

    def _write(self, before: Layers, changes: Mapping[str, object]) -> Layers:
        """Write the settings with the changes; the broker's password goes to no other host."""
        athletes = self._manager.everybody
        after = with_changes(before, changes, athletes=athletes)
        mqtt, former = validate_usable(after).configuration.mqtt, self._configuration.mqtt
        if mqtt.host != former.host:
            file = mqtt.password_file
            is_own = file is not None and file.parent.name == SECRETS and self.is_set(_PASSWORD_KEY)
            if is_own and file == former.password_file:
                after, file = with_changes(after, {_PASSWORD_KEY: None}, athletes=athletes), None
            if has_password_credential(self._environ) if file is None else file == former.password_file:
                raise ConfigurationError(
                    "mqtt.host: the broker's password is set on this host, for the present broker: set host"
                    " and password together"
                )
        write_settings(after)
        return after

    def _report_health(self) -> None:
        restart = self._waiting_for_restart(self._require_layers())
        waiting = [f"{', '.join(restart)}: apply when the daemon starts again"] if restart else []
        self._health.configuration([*self._all_problems(), *waiting])

    def _all_problems(self) -> list[str]:
        broker = self._broker.problem
        return [*self._problems, *self._faults, *([broker] if broker else [])]

    async def _apply(self, changed: set[str]) -> None:
        configuration = without_restart(self._configuration, self._start)
        self._manager.configure(configuration)
        if any(key.startswith("athletes.") for key in changed):
            stored = await self._recorder.call(Store.athlete_changes)
            values = configuration_changes(configuration.athlete_values(), stored, self._clock.wall())
            await self._recorder.call(Store.add_athlete_changes, values)
            await self._tasks.reload()
        if any(key.startswith(("mqtt.", "homeassistant.")) for key in changed):
            self._broker.change(self._configuration)
        if any(key.startswith(("habits.", "sessions.")) for key in changed):
            self._habits.configure(configuration)
        configure_voice(self._voice, self._configuration)
        alerts = self._configuration.alerts
        self._alerts.quiet_hours = alerts.quiet_hours
        if any(key.startswith("alerts.patterns.") for key in changed):
            self._alerts.set_patterns(resolve_patterns(alerts.patterns))
        if "log.level" in changed:
            set_level(self._configuration.log.level)

    def _waiting_for_restart(self, layers: Layers) -> list[str]:
        """Keys whose values differ from those that the daemon works with."""
        changed = changed_keys(self._at_start, list_values(layers, self._configuration))
        return sorted(key for key in changed if not self._is_applied(key))

    def _is_applied(self, key: str) -> bool:
        if key.startswith("athletes."):  # one whose table was taken out trains on until the restart
            if not self._manager.has(key.split(".")[1]):
                return True
            return any(key.startswith(f"athletes.{one.id}.") for one in self._configuration.athletes)
        return effect_of(key) is not Effect.RESTART

    def _entries(self, layers: Layers) -> list[SettingEntry]:
        return [
            SettingEntry(key=one.key, value=one.value, origin=one.origin.value)
            for one in list_values(layers, self._configuration)
        ]

    def _require_layers(self) -> Layers:
        if self._layers is None:
            raise ConfigurationError("this daemon has no settings: it was started with a fixed configuration")
        return self._layers


def describe_settings() -> SettingsDescription:
    """Describe all settings. Takes a moment."""
    defined = define_settings()
    return SettingsDescription(
        tables=[SettingTableDescription(key=one.key, help=one.help) for one in defined.tables],
        settings=[
            SettingDescription(
                key=one.key,
                value_schema=dict(one.schema),
                help=one.help,
                unit=one.unit,
                default=one.default,
                on_host=one.on_host,
                secret=one.secret,
                effect=effect_of(one.key),
            )
            for one in defined.settings
        ],
        patterns=dict(PATTERNS),
    )
