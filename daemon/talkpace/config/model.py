"""The whole configuration, and the checks across its tables."""

from __future__ import annotations

from typing import Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from ..habits.settings import HabitsSettings
from ..training.rules import BandRules, Rules
from .devices import (
    AlertsConfig,
    BluetoothConfig,
    BuzzerConfig,
    LedConfig,
    LogConfig,
    NodeConfig,
    QuietHoursConfig,
    SourceConfig,
    StoreConfig,
)
from .fields import Section, Slug, bluetooth_address, is_bluetooth_address, is_slug
from .habits import HabitsConfig
from .mqtt import HomeAssistantConfig, MqttConfig
from .speaker import SpeakerConfig
from .training import AthleteConfig, CeilingsConfig, SessionsConfig, WarningsConfig
from .web import WebConfig

__all__ = [
    "AlertsConfig",
    "AthleteConfig",
    "BluetoothConfig",
    "BuzzerConfig",
    "CeilingsConfig",
    "Configuration",
    "HabitsConfig",
    "HomeAssistantConfig",
    "LedConfig",
    "LogConfig",
    "MqttConfig",
    "NodeConfig",
    "QuietHoursConfig",
    "Section",
    "SessionsConfig",
    "Slug",
    "SourceConfig",
    "SpeakerConfig",
    "StoreConfig",
    "WarningsConfig",
    "WebConfig",
    "bluetooth_address",
    "is_bluetooth_address",
    "is_slug",
]


class Configuration(Section):
    """The configuration file."""

    node: NodeConfig = Field(default_factory=NodeConfig)
    athletes: list[AthleteConfig] = Field(default=[])
    warnings: WarningsConfig = WarningsConfig()
    sessions: SessionsConfig = SessionsConfig()
    ceilings: CeilingsConfig = CeilingsConfig()
    habits: HabitsConfig = HabitsConfig()
    bluetooth: BluetoothConfig = BluetoothConfig()
    sources: list[SourceConfig] = Field(default=[])
    """Sources of heart rates other than Bluetooth: recordings and simulated straps."""
    alerts: AlertsConfig = AlertsConfig()
    store: StoreConfig = StoreConfig()
    mqtt: MqttConfig = MqttConfig()
    homeassistant: HomeAssistantConfig = HomeAssistantConfig()
    web: WebConfig = WebConfig()
    log: LogConfig = LogConfig()

    @field_validator("sources")
    @classmethod
    def _check_source_athletes(cls, sources: list[SourceConfig], info: ValidationInfo) -> list[SourceConfig]:
        if "athletes" in info.data:  # else they are invalid, which is reported
            ids = {athlete.id for athlete in info.data["athletes"]}
            for source in sources:
                if source.athlete not in ids:
                    raise ValueError(
                        f"a source names the unknown athlete {source.athlete!r}: add an [[athletes]] table"
                    )
        return sources

    @model_validator(mode="after")
    def _check_consistency(self) -> Self:
        ids = [athlete.id for athlete in self.athletes]
        for athlete_id in ids:
            if ids.count(athlete_id) > 1:
                raise ValueError(f"two [[athletes]] tables have the id {athlete_id!r}: ids must be unique")
        owners: dict[str, str] = {}
        for athlete in self.athletes:
            athlete.check_zones()
            for address in athlete.straps:
                owner = owners.setdefault(address, athlete.id)
                if owner != athlete.id:
                    raise ValueError(
                        f"strap {address} is listed for {owner!r} and for {athlete.id!r}: remove it from one"
                    )
        return self

    def athlete_values(self) -> dict[str, dict[str, object]]:
        """Name and profile values of each configured athlete, by id; only those that are set."""
        return {
            athlete.id: ({"name": athlete.name} if athlete.name else {}) | athlete.profile_values()
            for athlete in self.athletes
        }

    def habits_settings(self, athlete: str) -> HabitsSettings:
        """Resolve an athlete's settings for the habits."""
        return self.habits.settings(athlete, target_band_s=self.sessions.target_band_s)

    def rules(self) -> Rules:
        """Return the rules for a training session."""
        sessions, signals = self.sessions.rules(), self.habits.signals
        band = BandRules(sessions.target_band_ms, round(signals.enough_s * 1000))
        return Rules(self.warnings.rules(), sessions, band if self.habits.is_enabled("signals") else None)
