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
from .control_methods import NodeMethods
from .guest_methods import GuestMethods
from .habits import HabitsTracker
from .health import NodeHealth
from .log_methods import LogMethods
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
    habits: HabitsTracker,
    alerts: Alerts,
    health: NodeHealth,
    recorder: Recorder,
    tasks: BackgroundTasks,
    settings: Settings,
    straps: StrapSearch,
) -> Methods:
    """Build the methods with the functions that carry them out."""
    of_node = NodeMethods(
        clock=clock,
        environ=environ,
        database=store_path(configuration, environ),
        manager=manager,
        guides=guides,
        habits=habits,
        alerts=alerts,
        health=health,
        recorder=recorder,
        tasks=tasks,
    )
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
            **of_straps.handlers(),
            **strap_list.handlers(),
            **guests.handlers(),
            **LogMethods(habits).handlers(),
            **settings.handlers(),
        }
    )
