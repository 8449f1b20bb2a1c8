"""What athletes are judged by: declared in the configuration, changed by command, kept in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction

from ..config.model import Athlete, Configuration
from ..effort.athlete import Activity, AthleteValues, Judgement, judge_by
from ..errors import ConfigurationError

_log = logging.getLogger(__name__)

Values = Callable[[str], AthleteValues]
"""what is known of an athlete now"""

Lowered = Callable[[str, datetime], Fraction]
"""by how much effort an athlete's ceilings are lower at a date, as after symptoms"""

_FIRST_YEAR = 2026
"""A clock that says less is wrong, and must not make an athlete younger."""


def declared_values(athlete: Athlete) -> AthleteValues:
    """The values of the configuration alone."""
    chosen = {key: getattr(athlete, key) for key in athlete.declared()}
    return AthleteValues(**chosen)


def check_athletes(configuration: Configuration) -> None:
    """Raises ConfigurationError where a declared athlete could not be judged."""
    ceilings = configuration.ceilings.by_activity()
    for athlete in configuration.athletes:
        values = declared_values(athlete)
        if values.max_heart_rate is None and values.birth_year is None:
            continue  # may have been set by command
        try:
            judge_by(values, year=datetime.now().astimezone().year, ceilings=ceilings)
        except ValueError as error:
            raise ConfigurationError(f"athlete {athlete.id}: {error}") from None


class Judge:
    """Judges one athlete's sessions. It never raises: what cannot be judged is judged as before."""

    def __init__(
        self,
        athlete: str,
        values: Values,
        ceilings: Mapping[Activity, float],
        *,
        at: datetime,
        lowered: Lowered = lambda _athlete, _at: Fraction(0),
    ) -> None:
        """Raises ConfigurationError where the athlete cannot be judged now."""
        self._lowered = lowered
        self._athlete = athlete
        self._values = values
        self._ceilings = ceilings
        try:
            self._last = self._resolve(at)
        except ValueError as error:
            raise ConfigurationError(f"athlete {athlete}: {error}; see `talkpace athlete set`") from None

    def __call__(self, at: datetime) -> Judgement:
        """What a session that starts at this date is judged by."""
        try:
            self._last = self._resolve(at)
        except ValueError:
            _log.exception("%s is judged as before", self._athlete)
        return self._last

    def _resolve(self, at: datetime) -> Judgement:
        values = self._values(self._athlete)
        judgement = judge_by(values, year=max(at.year, _FIRST_YEAR), ceilings=self._ceilings)
        by = self._lowered(self._athlete, at)
        return judgement.lowered(by) if by else judgement
