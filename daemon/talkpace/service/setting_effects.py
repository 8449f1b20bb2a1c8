"""When a change of a setting takes effect, and which of a new configuration the running daemon takes up."""

from __future__ import annotations

from ..config.model import Configuration, HabitsConfig
from ..control.settings_models import Effect

_EFFECTS = {
    "athletes": Effect.NEXT_SESSION,
    "warnings": Effect.NEXT_SESSION,
    "sessions": Effect.NEXT_SESSION,
    "ceilings": Effect.NEXT_SESSION,
    "habits": Effect.AT_ONCE,
    "habits.timezone": Effect.RESTART,
    "habits.signals": Effect.NEXT_SESSION,
    "habits.symptoms": Effect.NEXT_SESSION,
    "habits.breathing": Effect.RESTART,
    "habits.nap": Effect.RESTART,
    "habits.readiness": Effect.RESTART,
    "habits.calibration": Effect.RESTART,
    "alerts.quiet_hours": Effect.AT_ONCE,
    "alerts.patterns": Effect.AT_ONCE,
    "alerts.speaker.voice": Effect.AT_ONCE,
    "alerts.speaker.files": Effect.AT_ONCE,
    "alerts.speaker.language": Effect.AT_ONCE,
    "mqtt": Effect.AT_ONCE,
    "homeassistant": Effect.AT_ONCE,
    "log.level": Effect.AT_ONCE,
    "web": Effect.WEB_ENABLE,
}
"""by table or key; a longer one counts before a shorter one. All others apply after a restart."""


def effect_of(key: str) -> Effect:
    """Return when a change of a dotted key takes effect."""
    parts = key.split(".")
    if parts[0] == "habits" and parts[-1] == "enabled":  # commands and entities are made at the start
        return Effect.RESTART
    places = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_EFFECTS[place] for place in places if place in _EFFECTS), Effect.RESTART)


def without_restart(changed: Configuration, start: Configuration) -> Configuration:
    """Return a new configuration as far as the daemon takes it up while it runs; the rest as at its start."""
    tables = {name: getattr(changed, name) for name in ("athletes", "warnings", "sessions", "ceilings")}
    return start.model_copy(update=tables | {"habits": _with_features_of(changed.habits, start.habits)})


def _with_features_of(changed: HabitsConfig, start: HabitsConfig) -> HabitsConfig:
    features: dict[str, object] = {"enabled": start.enabled, "timezone": start.timezone}
    for name in type(start).model_fields:
        if effect_of(f"habits.{name}") is Effect.RESTART:
            features[name] = getattr(start, name)
        elif hasattr(table := getattr(changed, name), "enabled"):
            features[name] = table.model_copy(update={"enabled": getattr(start, name).enabled})
    return changed.model_copy(update=features)
