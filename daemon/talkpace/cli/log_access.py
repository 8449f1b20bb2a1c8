"""Open an athlete's habits log for changes: through the daemon where one runs, else in the database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from ..habits.settings import FEATURES
from ..timestamps import local_time
from .athlete_option import resolve_athlete_on_record
from .daemon_client import find_daemon
from .daemon_log import DaemonLog
from .log_entries import LogEditor, read_entries
from .options import require_habit

if TYPE_CHECKING:
    from ..config.model import Configuration


@contextmanager
def open_log(
    configuration: Configuration, athlete: str | None, kind: str | None = None
) -> Iterator[LogEditor | DaemonLog]:
    """Open an athlete's log for changes, by entries of `kind` where given; through the daemon where it runs.

    Raises click.BadParameter for an unknown athlete, ConfigurationError where the habit is switched off,
    StoreError, DaemonError.
    """
    from ..storage.paths import store_path
    from ..storage.store import Store

    require_habit(configuration, FEATURES[kind] if kind is not None else None)
    athlete = resolve_athlete_on_record(configuration, athlete)
    zone = configuration.habits.zone_of(athlete, os.environ)
    now = local_time(datetime.now(zone), zone)
    client = find_daemon(configuration)
    if client is not None:
        with client:
            yield DaemonLog(client, athlete, zone, now, lambda: read_entries(configuration, athlete))
        return
    with Store.open(store_path(configuration, os.environ)) as store:
        yield LogEditor(athlete, zone, now, store)
