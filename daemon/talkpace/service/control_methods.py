"""Methods of the control socket for the daemon itself, its commands and its alerts."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from .. import __version__
from ..alerts.alerts import Alerts
from ..config.alert_patterns import resolve_patterns
from ..control.log_models import LogEntry
from ..control.method_models import (
    AlertParams,
    AlertResult,
    CommandParams,
    CommandResult,
    DiagnosticFinding,
    Diagnostics,
    DiagnosticsParams,
    NodeInfo,
    NoParams,
    WatchParams,
)
from ..control.methods import Caller, Handler
from ..diagnostics import Health, HealthState, combine_health
from ..guided.control import GuideControl
from ..habits.log import EntryLog
from ..mqtt.payloads import NodePayload
from .athlete_manager import AthleteManager
from .checks import health_finding
from .diagnostics_to_share import to_share
from .habits import HabitsTracker
from .health import NodeHealth
from .lamps import Lamps
from .settings import Settings


class NodeMethods:
    """Carries out the methods that are about the daemon, its commands and its alerts."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        database: Path,
        manager: AthleteManager,
        guides: GuideControl,
        habits: HabitsTracker,
        alerts: Alerts,
        lamps: Lamps,
        health: NodeHealth,
        settings: Settings,
    ) -> None:
        """`database` is the path of the store that the daemon writes."""
        self._environ = environ
        self._database = database
        self._manager = manager
        self._guides = guides
        self._habits = habits
        self._alerts = alerts
        self._lamps = lamps
        self._health = health
        self._settings = settings

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {
            "node": self._node,
            "health": self._node_health,
            "diagnostics": self._diagnostics,
            "command": self._command,
            "watch": self._watch,
            "alerts.test": self._test_alert,
        }

    async def _node(self, _params: NoParams, _caller: Caller) -> NodeInfo:
        return NodeInfo(
            node=self._manager.configuration.node.id,
            version=__version__,
            database=str(self._database.resolve()),
        )

    async def _node_health(self, _params: NoParams, _caller: Caller) -> NodePayload:
        return self._health.payload

    async def _diagnostics(self, params: DiagnosticsParams, _caller: Caller) -> Diagnostics:
        from .doctor import check_all  # noqa: PLC0415 - rarely used

        health = self._health.payload
        configuration = self._settings.configuration
        findings = await check_all(configuration, self._environ, daemon=health_finding(health))
        diagnostics = Diagnostics(
            version=__version__,
            python=platform.python_version(),
            system=platform.platform(),
            health=health,
            findings=[DiagnosticFinding(**asdict(one)) for one in findings],
        )
        return to_share(diagnostics) if params.to_share else diagnostics

    async def _command(self, params: CommandParams, _caller: Caller) -> CommandResult:
        before = self._log(params.athlete)
        self._manager.registry.command(params.athlete, params.name, params.argument)
        changed = self._log(params.athlete).difference(before)
        state = await self._guides.state_after(params.athlete, params.name)
        return CommandResult(
            state={} if state is None else state.model_dump(mode="json"),
            entries=[LogEntry.of(one) for one in changed],
        )

    def _log(self, athlete: str) -> EntryLog:
        return self._habits.log(athlete) if self._habits.has(athlete) else EntryLog()

    async def _watch(self, params: WatchParams, caller: Caller) -> None:
        caller.watch(None if params.topics is None else frozenset(params.topics))

    async def _test_alert(self, params: AlertParams, _caller: Caller) -> AlertResult:
        self._alerts.test(params.pattern)
        self._lamps.test(
            resolve_patterns(self._settings.configuration.alerts.patterns)[params.pattern].colour
        )
        lamps = Health.parse(self._health.payload.lamps)
        if lamps.state is HealthState.FAILED:
            lamps = Health.failed(f"lamps: {lamps.text}")
        return AlertResult(alerts=combine_health(self._alerts.health, lamps).text)
