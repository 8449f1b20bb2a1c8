"""What is set of the edges: radio, other sources, buzzer and LED, disk, broker, log."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.functional_validators import AfterValidator

from ..strap.virtual.workouts import workout
from .kinds import Section, Slug, host_slug
from .patterns import PATTERNS, Pattern


def _known_workout(name: str) -> str:
    return workout(name).name


class Node(Section):
    """The Raspberry Pi, or other host, that the daemon runs on."""

    id: Slug = Field(default_factory=host_slug)
    """The node's name in MQTT topics; the host's name by default."""


class Bluetooth(Section):
    """The radio."""

    enabled: bool = True
    """Whether to listen for straps over Bluetooth."""
    adapter: Annotated[str, Field(pattern=r"^(hci\d{1,2})?$")] = ""
    """The adapter's name, such as hci1; the first one by default."""


class Source(Section):
    """Something other than Bluetooth that lets beats in: a recording, or a virtual athlete."""

    kind: Literal["recording", "virtual"]
    """recording or virtual."""
    athlete: Slug
    """Whom the beats belong to."""
    file: Path | None = None
    """The recording: FIT, TCX, GPX, CSV or a raw capture."""
    workout: Annotated[str, AfterValidator(_known_workout)] = "demo"
    """The virtual athlete's workout: demo, steady or intervals."""
    seed: int = 1
    """The virtual athlete's day: the same seed gives the same beats."""
    repeat: bool = False
    """Whether to begin again at the end."""

    @model_validator(mode="after")
    def _has_file(self) -> Self:
        if (self.kind == "recording") != (self.file is not None):
            raise ValueError('`file` belongs to kind = "recording", and is needed there')
        return self


Line = Annotated[int, Field(ge=0, le=1000)]


class Buzzer(Section):
    """What sounds."""

    kind: Literal["none", "active", "passive"] = "none"
    """none; active: sounds by itself when its line is on; passive: needs a tone, from hardware PWM."""
    line: Line = 18
    """The GPIO line of an active buzzer (BCM number)."""
    pwm_chip: Annotated[int, Field(ge=0, le=16)] = 0
    """A passive buzzer's PWM chip, as in /sys/class/pwm/pwmchip0."""
    pwm_channel: Annotated[int, Field(ge=0, le=16)] = 0
    """And the channel on it."""
    active_low: bool = False
    """Whether the line (or a passive buzzer's channel) is on when low."""


class Led(Section):
    """What lights."""

    kind: Literal["none", "single", "rgb", "pwm"] = "none"
    """none; single or rgb: on or off by GPIO lines; pwm: a single one on hardware PWM, which can fade."""
    line: Line = 23
    """The GPIO line of a single LED (BCM number)."""
    red_line: Line = 17
    """The lines of an RGB LED."""
    green_line: Line = 27
    """See red_line."""
    blue_line: Line = 22
    """See red_line."""
    pwm_chip: Annotated[int, Field(ge=0, le=16)] = 0
    """The PWM chip of an LED that can fade, as in /sys/class/pwm/pwmchip0."""
    pwm_channel: Annotated[int, Field(ge=0, le=16)] = 1
    """And the channel on it; not the buzzer's."""
    active_low: bool = False
    """Whether the lines (or the channel) are on when low (common anode)."""


class QuietHours(Section):
    """A daily time without sound; light and record go on. `end` may lie on the next day."""

    start: time
    """Local time, such as 21:30:00."""
    end: time
    """Local time, such as 07:00:00."""

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("start and end are local times, without an offset")
        if self.start == self.end:
            raise ValueError("start and end are the same time")
        return self


class Alerts(Section):
    """Buzzer and LED."""

    chip: str = "auto"
    """The GPIO chip's label or path; auto finds that of any Raspberry Pi up to 5."""
    buzzer: Buzzer = Buzzer()
    """What sounds."""
    led: Led = Led()
    """What lights."""
    quiet_hours: list[QuietHours] = Field(default=[])
    """Times of day without sound."""
    patterns: dict[str, Pattern] = Field(default={})
    """Patterns of sound and light by event; keys left out keep their built-in values."""

    @model_validator(mode="after")
    def _own_channels(self) -> Self:
        buzzer, led = self.buzzer, self.led
        if (buzzer.kind, led.kind) == ("passive", "pwm") and (buzzer.pwm_chip, buzzer.pwm_channel) == (
            led.pwm_chip,
            led.pwm_channel,
        ):
            raise ValueError("buzzer and led are on the same PWM channel")
        return self

    @model_validator(mode="after")
    def _known_patterns(self) -> Self:
        for name in self.patterns:
            if name not in PATTERNS:
                raise ValueError(f"unknown pattern {name!r}; known are {', '.join(PATTERNS)}")
        return self


class Store(Section):
    """The record on disk."""

    path: Path | None = None
    """The database; /var/lib/talkpace/talkpace.db where that folder is the daemon's, else below
    $XDG_DATA_HOME."""


class Mqtt(Section):
    """The broker at home."""

    enabled: bool = False
    """Whether to publish at all."""
    host: Annotated[str, Field(pattern=r"^\S+$")] = "localhost"
    """The broker's name or address."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """1883 by default, 8883 with TLS."""
    version: Literal["3.1.1", "5"] = "3.1.1"
    """The protocol's version."""
    prefix: Annotated[str, Field(pattern=r"^[^#+/\s]+(/[^#+/\s]+)*$")] = "talkpace"
    """The first level of every topic."""
    username: str | None = None
    """Where the broker asks for one."""
    password_file: Path | None = None
    """A file whose first line is the password; not readable by others. A systemd credential named
    mqtt-password is used where this is not set."""
    tls: bool = False
    """Whether to use TLS."""
    ca_file: Path | None = None
    """The certificate authority to trust; the system's by default."""
    certificate_file: Path | None = None
    """A client certificate, where the broker asks for one."""
    key_file: Path | None = None
    """And its key; not readable by others."""
    keepalive_s: Annotated[int, Field(ge=5, le=300)] = 20
    """A lost connection is noticed within one and a half of this."""


class Log(Section):
    """What journalctl shows."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """debug shows heart data too."""
