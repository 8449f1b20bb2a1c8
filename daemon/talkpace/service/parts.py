"""The daemon's parts: how they are built, and the order in which they stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..alerts.alerts import Alerts
from ..alerts.outputs import Outputs
from ..alerts.player import Player
from ..alerts.speaker.factory import build_speaker
from ..alerts.speech.voice import Voice
from ..clock import Clock, SystemClock
from ..config.alert_patterns import resolve_patterns
from ..config.lamps import usable_lamps
from ..config.layers import Layers
from ..config.model import Configuration
from ..control.node_commands import NodeCommands
from ..control.server import ControlServer
from ..control.state_feed import StateFeed
from ..diagnostics import Health, HealthState
from ..guided.control import GuideControl, build_guide_control
from ..pipeline.registry import AthleteRegistry
from ..storage.paths import control_paths
from ..storage.recorder import Recorder
from ..storage.store import Store
from .athlete_manager import AthleteManager
from .broker import BrokerConnection
from .control_socket import build_methods
from .habits import HabitsTracker, TrackedRecord
from .habits_commands import habits_commands
from .health import NodeHealth, failed_parts
from .lamp_file import LampFile
from .lamps import Lamps
from .notifications import NotificationService, RecordWithNotifications
from .present_athletes import PresentAthletes
from .publishing import PublishToAll, RecordForBroker, RecordWithEvents, StoreOutbox, build_publisher
from .restart import Restart
from .settings import Settings
from .speech import build_voice, name_athletes
from .stored_state import load_state
from .strap_search import StrapSearch
from .systemd import Notifier
from .tasks import BackgroundTasks

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What runs until the daemon stops."""

    alerts: Alerts
    voice: Voice
    lamps: Lamps
    broker: BrokerConnection
    notifications: NotificationService
    recorder: Recorder
    guides: GuideControl
    manager: AthleteManager
    health: NodeHealth
    tasks: BackgroundTasks
    control: ControlServer

    def start(self, group: asyncio.TaskGroup) -> list[asyncio.Task[None]]:
        """Start the parts; return their tasks in the order in which they are to be stopped.

        Sources and guides stop first, so that what they still deliver is recorded and published, also to
        the clients of the control socket; the recorder stops last.
        """
        lasting = [
            group.create_task(self.guides.run(), name="guides"),
            group.create_task(self.voice.run(), name="voice"),
            group.create_task(self.alerts.run(), name="alerts"),
            group.create_task(self.lamps.run(), name="lamps"),
        ]
        lasting.append(group.create_task(self.broker.run(), name="broker"))
        lasting.append(group.create_task(self.notifications.run(), name="notifications"))
        lasting.append(group.create_task(self.control.run(), name="control socket"))
        lasting.append(group.create_task(self.recorder.run(), name="recorder"))
        return [group.create_task(self.tasks.run(lasting), name="background tasks"), *lasting]


def build_parts(
    configuration: Configuration,
    *,
    path: Path,
    store: Store | None,
    registry: AthleteRegistry,
    clock: Clock,
    environ: Mapping[str, str],
    outputs: Outputs,
    notifier: Notifier,
    layers: Layers | None,
    problems: Sequence[str],
    restart: Restart,
) -> Parts:
    """Build every part; `store` is None while the one at `path` cannot be opened."""
    health = NodeHealth()
    faults: list[str] = []
    voice = build_voice(
        configuration,
        folder=path.parent,
        is_training=lambda: registry.session_active,
        on_health=lambda: health.alerts(alerts.health),
    )
    alerts = _build_alerts(
        configuration, outputs, clock, environ, voice=voice, on_health=lambda: health.alerts(alerts.health)
    )
    lamp_settings, lamp_problems = usable_lamps(
        configuration.alerts.lamps, configuration.mqtt, configuration.homeassistant
    )
    faults += lamp_problems
    lamps = Lamps(
        lamp_settings,
        file=LampFile(path.parent),
        clock=SystemClock(),
        on_health=health.lamps,
        has_broker=lambda: broker.is_used,
    )
    outbox = StoreOutbox()
    node_commands = NodeCommands()
    feed = StateFeed()
    broker = BrokerConnection(
        configuration,
        build=partial(
            build_publisher,
            outbox=outbox,
            commands=registry,
            node_commands=node_commands,
            lamps=lamps.queue,
            on_health=health.broker,
            environ=environ,
        ),
        on_health=health.broker,
    )
    publish = PresentAthletes(PublishToAll(feed, broker, lamps), feed=feed, broker=broker)
    notifications = NotificationService(
        configuration,
        environ,
        clock=SystemClock(),  # real time, also in a demonstration that runs faster
        failed_parts=lambda: failed_parts(health.payload),
        on_health=health.notifications,
    )
    recorder = Recorder(
        lambda: store or Store.open(path),
        clock,
        on_health=_store_health_handler(health, alerts),
        on_queued=broker.post,
        on_notifications=notifications.notifier.post,
    )
    outbox.attach(recorder)
    notifications.outbox.attach(recorder)
    habits = HabitsTracker(
        configuration,
        clock=clock,
        environ=environ,
        recorder=recorder,
        publish=publish,
        registry=registry,
    )
    registry.register_commands(habits_commands(habits))
    manager = AthleteManager(
        configuration,
        registry=registry,
        clock=clock,
        alerts=alerts,
        record=RecordWithNotifications(
            RecordWithEvents(TrackedRecord(RecordForBroker(recorder, broker), habits), feed), notifications
        ),
        publish=publish,
        habits=habits,
        on_athletes=_athletes_handler(health, broker, notifications, voice),
        on_removed=publish.set_removed,
    )
    load_state(store, configuration, clock, manager, habits)
    straps = StrapSearch(manager=manager, clock=clock, publish=publish, on_found=broker.set_straps)
    straps.publish()
    guides = build_guide_control(
        configuration,
        registry=registry,
        clock=clock,
        alerts=alerts,
        recorder=recorder,
        publish=publish,
        habits=habits,
    )
    health.alerts(alerts.health)
    health.report_to(status=notifier.status, sink=publish)
    tasks = BackgroundTasks(
        configuration,
        clock=clock,
        manager=manager,
        recorder=recorder,
        health=health,
        notifier=notifier,
        habits=habits,
        broker=broker,
        lost_notifications=lambda: notifications.notifier.lost,
        on_straps=straps.set_rows,
    )
    faults += [*tasks.problems, *notifications.problems]
    _report_problems(health, [*problems, *faults, *([broker.problem] if broker.problem else [])])
    settings = Settings(
        configuration,
        layers,
        problems,
        faults=faults,
        environ=environ,
        clock=clock,
        alerts=alerts,
        voice=voice,
        health=health,
        manager=manager,
        recorder=recorder,
        tasks=tasks,
        broker=broker,
        habits=habits,
        can_restart=restart.is_possible,
    )
    methods = build_methods(
        configuration,
        environ=environ,
        clock=clock,
        manager=manager,
        guides=guides,
        habits=habits,
        alerts=alerts,
        lamps=lamps,
        health=health,
        recorder=recorder,
        tasks=tasks,
        settings=settings,
        restart=restart,
        straps=straps,
        feed=feed,
        to_broker=RecordForBroker(recorder, broker),
    )
    node_commands.attach(methods)
    control = ControlServer(control_paths(configuration, environ), methods=methods, feed=feed)
    return Parts(
        alerts, voice, lamps, broker, notifications, recorder, guides, manager, health, tasks, control
    )


def _build_alerts(
    configuration: Configuration,
    outputs: Outputs,
    clock: Clock,
    environ: Mapping[str, str],
    *,
    voice: Voice,
    on_health: Callable[[], None],
) -> Alerts:
    settings = configuration.alerts
    # A beep takes real time, also in a demonstration that runs faster.
    real_time = SystemClock()
    speaker = build_speaker(settings.speaker, real_time, environ, clips=voice, on_health=on_health)
    player = Player(outputs, resolve_patterns(settings.patterns), real_time, speaker=speaker)
    return Alerts(player, settings.quiet_hours, clock, speech_health=lambda: voice.health)


def _store_health_handler(health: NodeHealth, alerts: Alerts) -> Callable[[Health], None]:
    def on_health(store: Health) -> None:
        health.store(store)
        if store.state is HealthState.FAILED:
            alerts.fault()

    return on_health


def _report_problems(health: NodeHealth, problems: Sequence[str]) -> None:
    for problem in problems:
        _log.warning("%s", problem)
    health.configuration(problems)


def _athletes_handler(
    health: NodeHealth, broker: BrokerConnection, notifications: NotificationService, voice: Voice
) -> Callable[[Mapping[str, str]], None]:
    def on_athletes(names: Mapping[str, str]) -> None:
        health.athletes(len(names))
        broker.set_athletes(names)
        notifications.set_athletes(names)
        name_athletes(voice, names)

    return on_athletes
