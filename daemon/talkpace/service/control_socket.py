"""Build the methods of the control socket, some of which are commands over MQTT too."""

from __future__ import annotations

from collections.abc import Mapping

from ..alerts.alerts import Alerts
from ..clock import Clock
from ..config.model import Configuration
from ..control.methods import Methods, with_handlers
from ..guided.control import GuideControl
from ..storage.paths import store_path
from ..storage.recorder import Recorder
from ..timestamps import time_zone
from .athlete_manager import AthleteManager
from .athlete_methods import AthleteMethods
from .control_methods import NodeMethods
from .guest_methods import GuestMethods
from .health import NodeHealth
from .restart import Restart
from .settings import Settings
from .strap_list_methods import StrapListMethods
from .strap_methods import StrapMethods
from .strap_search import StrapSearch
from .tasks import BackgroundTasks


def build_methods(
    configuration: Configuration,
    *,
    environ: Mapping[str, str],
    clock: Clock,
    manager: AthleteManager,
    guides: GuideControl,
    alerts: Alerts,
    health: NodeHealth,
    recorder: Recorder,
    tasks: BackgroundTasks,
    settings: Settings,
    restart: Restart,
    straps: StrapSearch,
) -> Methods:
    """Build the methods with the functions that carry them out."""
    of_node = NodeMethods(
        environ=environ,
        database=store_path(configuration, environ),
        manager=manager,
        guides=guides,
        alerts=alerts,
        health=health,
    )
    athletes = AthleteMethods(clock=clock, recorder=recorder, manager=manager, tasks=tasks)
    of_straps = StrapMethods(clock=clock, recorder=recorder, manager=manager, tasks=tasks, straps=straps)
    strap_list = StrapListMethods(clock=clock, recorder=recorder, manager=manager, tasks=tasks)
    guests = GuestMethods(
        clock=clock,
        zone=time_zone(configuration.habits.timezone, environ),
        recorder=recorder,
        manager=manager,
        tasks=tasks,
    )
    return with_handlers(
        {
            **of_node.handlers(),
            **restart.handlers(),
            **athletes.handlers(),
            **of_straps.handlers(),
            **strap_list.handlers(),
            **guests.handlers(),
            **settings.handlers(),
        }
    )
