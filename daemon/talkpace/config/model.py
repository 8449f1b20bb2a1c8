"""The whole configuration: every table, and what has to fit together."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from ..effort.rules import BandRules, Rules
from .edges import Alerts, Bluetooth, Buzzer, Led, Log, Mqtt, Node, QuietHours, Source, Store
from .homeassistant import HomeAssistant
from .kinds import Section, Slug, bluetooth_address, is_bluetooth_address, is_slug
from .practice import Practice
from .training import Athlete, Ceilings, Sessions, Warnings

__all__ = [
    "Alerts",
    "Athlete",
    "Bluetooth",
    "Buzzer",
    "Ceilings",
    "Configuration",
    "HomeAssistant",
    "Led",
    "Log",
    "Mqtt",
    "Node",
    "Practice",
    "QuietHours",
    "Section",
    "Sessions",
    "Slug",
    "Source",
    "Store",
    "Warnings",
    "bluetooth_address",
    "is_bluetooth_address",
    "is_slug",
]


class Configuration(Section):
    """The whole file."""

    node: Node = Field(default_factory=Node)
    athletes: list[Athlete] = Field(default=[])
    warnings: Warnings = Warnings()
    sessions: Sessions = Sessions()
    ceilings: Ceilings = Ceilings()
    practice: Practice = Practice()
    bluetooth: Bluetooth = Bluetooth()
    sources: list[Source] = Field(default=[])
    alerts: Alerts = Alerts()
    store: Store = Store()
    mqtt: Mqtt = Mqtt()
    homeassistant: HomeAssistant = HomeAssistant()
    log: Log = Log()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [athlete.id for athlete in self.athletes]
        for athlete_id in ids:
            if ids.count(athlete_id) > 1:
                raise ValueError(f"two athletes have the id {athlete_id!r}")
        owners: dict[str, str] = {}
        for athlete in self.athletes:
            athlete.check_zones()
            for address in athlete.straps:
                owner = owners.setdefault(address, athlete.id)
                if owner != athlete.id:
                    raise ValueError(f"strap {address} belongs to both {owner!r} and {athlete.id!r}")
        for source in self.sources:
            if source.athlete not in ids:
                raise ValueError(f"a source names the athlete {source.athlete!r}, who is not declared")
        return self

    def rules(self) -> Rules:
        """As the core takes them."""
        sessions, signals = self.sessions.rules(), self.practice.signals
        band = BandRules(sessions.target_band_ms, round(signals.enough_s * 1000))
        return Rules(self.warnings.rules(), sessions, band if self.practice.has("signals") else None)
