"""Build the methods of the control socket, some of which are commands over MQTT too."""

from __future__ import annotations

from collections.abc import Mapping

from ..alerts.alerts import Alerts
from ..clock import Clock
from ..config.model import Configuration
from ..control.methods import Methods, with_handlers
from ..control.state_feed import StateFeed
from ..guided.control import GuideControl
from ..pipeline.sinks import RecordSink
from ..storage.paths import store_path
from ..storage.recorder import Recorder
from ..timestamps import time_zone
from .athlete_manager import AthleteManager
from .athlete_methods import AthleteMethods
from .broker_methods import BrokerMethods
from .control_methods import NodeMethods
from .first_use import FirstUse
from .guest_methods import GuestMethods
from .habits import HabitsTracker
from .health import NodeHealth
from .lamps import Lamps
from .log_methods import LogMethods
from .restart import Restart
from .session_methods import SessionMethods
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
    lamps: Lamps,
    health: NodeHealth,
    recorder: Recorder,
    tasks: BackgroundTasks,
    settings: Settings,
    restart: Restart,
    straps: StrapSearch,
    feed: StateFeed,
    to_broker: RecordSink,
) -> Methods:
    """Build the methods with the functions that carry them out; `to_broker` takes messages to the broker."""
    database = store_path(configuration, environ)
    of_node = NodeMethods(
        environ=environ,
        database=database,
        manager=manager,
        guides=guides,
        habits=habits,
        alerts=alerts,
        lamps=lamps,
        health=health,
        settings=settings,
    )
    athletes = AthleteMethods(
        clock=clock,
        recorder=recorder,
        manager=manager,
        habits=habits,
        tasks=tasks,
        settings=settings,
        to_broker=to_broker,
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
    sessions = SessionMethods(
        clock=clock, recorder=recorder, manager=manager, tasks=tasks, to_broker=to_broker
    )
    broker = BrokerMethods(database.parent, node=configuration.node.id, environ=environ, settings=settings)
    first_use = FirstUse(database.parent, manager=manager, settings=settings, health=health, feed=feed)
    return with_handlers(
        {
            **of_node.handlers(),
            **restart.handlers(),
            **athletes.handlers(),
            **of_straps.handlers(),
            **strap_list.handlers(),
            **guests.handlers(),
            **sessions.handlers(),
            **LogMethods(habits).handlers(),
            **settings.handlers(),
            **broker.handlers(),
            **first_use.handlers(),
        }
    )
