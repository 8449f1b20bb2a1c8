"""Settings of the host: node, Bluetooth, other sources, buzzer and LED, database, log."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .alert_patterns import PATTERNS, AlertPattern
from .fields import AdapterName, Section, Slug, host_slug
from .speaker import SpeakerConfig


class NodeConfig(Section):
    """The host that the daemon runs on, such as a Raspberry Pi."""

    id: Slug = Field(default_factory=host_slug)
    """Id of the node in MQTT topics; the host name by default."""


class BluetoothConfig(Section):
    """The Bluetooth adapter."""

    enabled: bool = True
    """Whether to connect to straps over Bluetooth."""
    adapter: AdapterName = ""
    """Name of the adapter, such as hci1; the first one by default."""


class SourceConfig(Section):
    """A source of heart rates other than Bluetooth: a recording, or a simulated strap."""

    kind: Literal["recording", "virtual"]
    """recording: play back `file`; virtual: simulate a strap."""
    athlete: Slug
    """Id of the athlete that the heart rates belong to."""
    file: Path | None = None
    """The recording to play back: FIT, TCX, GPX, CSV or a raw capture."""
    workout: Literal["demo", "steady", "intervals"] = "demo"
    """Workout of the simulated athlete: demo, steady or intervals."""
    seed: int = 1
    """Seed of the simulation; the same seed gives the same heart rates."""
    repeat: bool = False
    """Whether to start again at the end."""

    @model_validator(mode="after")
    def _check_file(self) -> Self:
        if (self.kind == "recording") != (self.file is not None):
            raise ValueError('kind = "recording" needs `file`, and kind = "virtual" must not have one')
        return self


Line = Annotated[int, Field(ge=0, le=1000)]


class BuzzerConfig(Section):
    """The buzzer."""

    kind: Literal["none", "active", "passive"] = "none"
    """none; active: sounds while its GPIO line is on; passive: driven with a tone by hardware PWM."""
    line: Line = 18
    """GPIO line of an active buzzer (BCM number)."""
    pwm_chip: Annotated[int, Field(ge=0, le=16)] = 0
    """PWM chip of a passive buzzer: 0 for /sys/class/pwm/pwmchip0."""
    pwm_channel: Annotated[int, Field(ge=0, le=16)] = 0
    """PWM channel of a passive buzzer, on that chip."""
    active_low: bool = False
    """Whether the line or channel is on when low."""


class LedConfig(Section):
    """The LED."""

    kind: Literal["none", "single", "rgb", "pwm"] = "none"
    """none; single or rgb: switched by GPIO lines; pwm: one LED on hardware PWM, which can fade."""
    line: Line = 23
    """GPIO line of a single LED (BCM number)."""
    red_line: Line = 17
    """GPIO line of the red LED of an RGB LED."""
    green_line: Line = 27
    """GPIO line of the green LED."""
    blue_line: Line = 22
    """GPIO line of the blue LED."""
    pwm_chip: Annotated[int, Field(ge=0, le=16)] = 0
    """PWM chip of a pwm LED: 0 for /sys/class/pwm/pwmchip0."""
    pwm_channel: Annotated[int, Field(ge=0, le=16)] = 1
    """PWM channel of a pwm LED; must not be the buzzer's."""
    active_low: bool = False
    """Whether the lines or the channel are on when low (common anode)."""


class QuietHoursConfig(Section):
    """A daily period without sound; light and recording go on. `end` may be on the next day."""

    start: time
    """Start in local time, such as 21:30:00."""
    end: time
    """End in local time, such as 07:00:00."""

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("start and end must be local times without an offset, such as 21:30:00")
        if self.start == self.end:
            raise ValueError("start and end must differ: remove the quiet hours to switch them off")
        return self


class AlertsConfig(Section):
    """Buzzer, LED and speaker."""

    chip: str = "auto"
    """Label or path of the GPIO chip; auto finds it on every Raspberry Pi up to 5."""
    buzzer: BuzzerConfig = BuzzerConfig()
    """The buzzer."""
    led: LedConfig = LedConfig()
    """The LED."""
    speaker: SpeakerConfig = SpeakerConfig()
    """The speaker."""
    quiet_hours: list[QuietHoursConfig] = Field(default=[])
    """Daily periods without sound."""
    patterns: dict[str, AlertPattern] = Field(default={})
    """Patterns of sound and light by event; keys that are not set keep their built-in values."""

    @model_validator(mode="after")
    def _check_pwm_channels(self) -> Self:
        buzzer, led = self.buzzer, self.led
        if (buzzer.kind, led.kind) == ("passive", "pwm") and (buzzer.pwm_chip, buzzer.pwm_channel) == (
            led.pwm_chip,
            led.pwm_channel,
        ):
            raise ValueError("buzzer and led use the same PWM channel: change pwm_channel of one of them")
        return self

    @model_validator(mode="after")
    def _check_pattern_names(self) -> Self:
        for name in self.patterns:
            if name not in PATTERNS:
                raise ValueError(f"unknown pattern {name!r}: use one of {', '.join(PATTERNS)}")
        return self


class StoreConfig(Section):
    """The database."""

    path: Path | None = None
    """Path of the SQLite database; by default /var/lib/talkpace/talkpace.db if that folder can be written,
    else talkpace/talkpace.db in $XDG_DATA_HOME."""


class LogConfig(Section):
    """The log, as shown by journalctl."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """Lowest level to log; debug also logs heart rates."""
