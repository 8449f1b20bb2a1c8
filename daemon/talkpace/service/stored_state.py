"""What the store has for a start: athletes, straps, habits, and what an earlier run has left."""

from __future__ import annotations

import logging
from datetime import datetime

from ..clock import Clock
from ..config.model import Configuration
from ..errors import StoreFullError, StoreReadOnlyError
from ..guided.control import GuideControl
from ..sources.bluetooth.strangers import Strangers
from ..storage.athletes import AthleteHistory, configuration_changes
from ..storage.habits_queries import HABITS_SPAN, load_habits
from ..storage.store import Store
from .athlete_manager import AthleteManager, paired_straps
from .habits import HabitsTracker
from .session_restore import unfinished_sessions

_log = logging.getLogger(__name__)


def load_state(
    store: Store | None,
    configuration: Configuration,
    clock: Clock,
    manager: AthleteManager,
    habits: HabitsTracker,
) -> None:
    """Load athletes, straps and habits."""
    now = clock.wall()
    manager.load(*_athletes_and_straps(store, configuration, now))
    if store is not None and habits.enabled:
        habits.load(*load_habits(store, now - HABITS_SPAN, list(manager.registry.pipelines)))
    habits.publish_all()


def _athletes_and_straps(
    store: Store | None, configuration: Configuration, now: datetime
) -> tuple[AthleteHistory, list[tuple[str, str]]]:
    configured = configuration.athlete_values()
    if store is None:
        return AthleteHistory(configuration_changes(configured, [], now)), []
    stored = store.athlete_changes()
    new = configuration_changes(configured, stored, now)
    if new:
        try:
            store.add_athlete_changes(new)
        except (StoreFullError, StoreReadOnlyError) as error:
            _log.error("the configured athletes are used, but not stored: %s", error)
    return AthleteHistory([*stored, *new]), paired_straps(store.straps())


def restore_state(store: Store, manager: AthleteManager, guides: GuideControl, strangers: Strangers) -> None:
    """Restore what the last run has left."""
    strangers.ignore_only(store.ignored_straps())
    manager.restore_straps(store.straps())
    manager.profiles.restore_talk_tests(store.talk_tests())
    for stored in unfinished_sessions(store):
        manager.restore_session(stored)
    manager.pending_state.restore(store.pending_states())
    guides.restore(store)
