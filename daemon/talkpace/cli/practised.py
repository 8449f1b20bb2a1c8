"""The practice as it is on record, for the picture of a week and for reports."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

from ..config.model import Configuration
from ..practice.days import start_of
from ..practice.diary import DiaryDay, DiaryWeek, diary_day, diary_week
from ..practice.done import Known
from ..practice.log import Log
from ..practice.settings import PracticeSettings
from ..service.zones import zone_of

if TYPE_CHECKING:
    from ..record.store import Store


def practice_settings(configuration: Configuration, athlete: str) -> PracticeSettings:
    """As the core takes them."""
    return configuration.practice.settings(athlete, target_band_s=configuration.sessions.target_band_s)


def known_practice(
    configuration: Configuration, athlete: str, store: Store | None, at: datetime | None = None
) -> Known:
    """All that a standing at an instant, or now, rests on. Raises StoreError."""
    from ..service.known import known_athletes
    from ..service.practice_reading import KEPT, read_practice

    zone = zone_of(athlete, configuration.practice, os.environ)
    since = (at or datetime.now(zone)) - KEPT
    entries, sessions = read_practice(store, since, [athlete]) if store is not None else ([], {})
    own = Log.of(entry for entry in entries if entry.athlete == athlete)
    weight_kg = known_athletes(configuration, os.environ).book.latest(athlete).weight_kg
    return Known(own, sessions.get(athlete, []), zone, weight_kg)


def day_in_diary(configuration: Configuration, athlete: str, store: Store, at: datetime) -> DiaryDay | None:
    """The day that an instant lies in; None where the practice is off. Raises StoreError."""
    if not configuration.practice.pieces:
        return None
    known = known_practice(configuration, athlete, store, at)
    settings = practice_settings(configuration, athlete)
    return diary_day(known, settings, known.day(at), datetime.now(known.zone))


def week_in_diary(configuration: Configuration, athlete: str, store: Store, first: date) -> DiaryWeek | None:
    """The week that begins on a day; None where the practice is off. Raises StoreError."""
    if not configuration.practice.pieces:
        return None
    zone = zone_of(athlete, configuration.practice, os.environ)
    known = known_practice(configuration, athlete, store, start_of(first, zone))
    return diary_week(known, practice_settings(configuration, athlete), first, datetime.now(zone))
