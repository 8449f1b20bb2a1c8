"""Adopts the ceiling that an athlete's calibrations propose, and reads what may contradict it later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from ..config.model import Configuration
from ..errors import ConfigurationError
from ..habits.calibration_status import calibration_days
from ..habits.history import History
from ..habits.log import EntryLog
from ..timestamps import local_time
from ..training.calibration_age import AdoptedCeiling, EffortAnswer
from ..training.calibration_result import DAYS, STALE_AFTER, Proposal, days_that_count, propose
from ..training.profile import require_profile
from ..training.talk_test import TalkTestAnswer
from .athlete_edit import change_athlete
from .athletes import AthleteHistory, configuration_changes
from .records import TalkTestAnswered
from .store import Store

CALIBRATION = "calibration"
"""what the source of an adopted ceiling begins with; the date follows, as in `calibration, 2026-11-30`"""
_SEPARATOR = ", "
_ANSWERS = frozenset(TalkTestAnswer)


def load_calibrations(store: Store, athlete: str, zone: tzinfo, now: datetime) -> History:
    """Load the log entries from which a ceiling is proposed. Raises StoreError."""
    entries = store.log_entries(athlete, since=now - STALE_AFTER * 2)
    return History(EntryLog.of(entries), (), zone)


def adopt_ceiling(
    store: Store, configuration: Configuration, athlete: str, zone: tzinfo, now: datetime
) -> Proposal:
    """Set the athlete's ceiling to the proposed one, and return that.

    Raises ConfigurationError, having written nothing, where none is proposed or the athlete has no profile.
    """
    stored = store.athlete_changes()
    book = AthleteHistory([*stored, *configuration_changes(configuration.athlete_values(), stored, now)])
    history = load_calibrations(store, athlete, zone, now)
    profile = require_profile(
        athlete, book.latest(athlete), year=now.year, ceilings=configuration.ceilings.by_activity()
    )
    if profile.hrv_reason is not None:
        raise ConfigurationError(f"{athlete}: no calibrated ceiling is adopted: {profile.hrv_reason}")
    days, today = calibration_days(history, now), history.day(now)
    proposal = propose(days, profile, today)
    if proposal is None:
        count = len(days_that_count(days, today))
        reason = (
            f"{count} of {DAYS} days within 90 are measured; measure another: talkpace calibrate"
            if count < DAYS
            else "the days' median is not below 85 % of the maximum heart rate in use"
        )
        raise ConfigurationError(f"{athlete}: no ceiling is proposed: {reason}")
    source = f"{CALIBRATION}{_SEPARATOR}{proposal.day.isoformat()}"
    at = local_time(now, zone)
    change_athlete(store, configuration, athlete, {"ceiling": proposal.ceiling}, at, source=source)
    return proposal


def adopted_ceiling(
    book: AthleteHistory, athlete: str, answers: Iterable[EffortAnswer]
) -> AdoptedCeiling | None:
    """Return the ceiling in force with the athlete's answers; None where no calibration has set it."""
    change = book.last(athlete, "ceiling")
    if change is None or not isinstance(change.value, int | float):
        return None
    name, _, day = change.source.partition(_SEPARATOR)
    if name != CALIBRATION:
        return None
    try:
        measured = date.fromisoformat(day)
    except ValueError:  # somebody has edited the database
        return None
    return AdoptedCeiling(float(change.value), measured, change.changed_at, tuple(answers))


def effort_answers(answers: Iterable[TalkTestAnswered]) -> list[EffortAnswer]:
    """Return stored answers to the talk test; words of later versions are ignored."""
    return [
        EffortAnswer(one.at, TalkTestAnswer(one.answer), one.effort, one.session, one.steady)
        for one in answers
        if one.answer in _ANSWERS
    ]
