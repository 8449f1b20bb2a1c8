"""Every key of the configuration, with its default and what it is for. Units are in the names."""

from __future__ import annotations

import re
import socket
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.functional_validators import AfterValidator

from ..effort.athlete import DEFAULT_CEILINGS, Activity, AthleteValues, MaximumFormula, Sex
from ..effort.rules import Rules, SessionRules, WarningRules
from ..effort.scale import EffortMethod, exact
from ..effort.zones import ZoneBounds
from ..strap.virtual.workouts import workout
from .patterns import PATTERNS, Pattern

_ADDRESS = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}")

BPM = Annotated[float, Field(gt=20, le=300)]
Effort = Annotated[float, Field(gt=0, le=1.5)]
_SLUG = r"[a-z0-9-]{1,32}"
Slug = Annotated[str, Field(pattern=f"^{_SLUG}$")]

_YEAR_AT_LEAST = 2026
"""a clock that says less is wrong, and must not make anybody unborn"""


def is_slug(text: str) -> bool:
    """Whether this can be an id, of an athlete or a node."""
    return re.fullmatch(_SLUG, text) is not None


def bluetooth_address(text: str) -> str:
    """The address in capitals. Raises ValueError where it is none."""
    address = text.strip().upper().replace("-", ":")
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{text!r} is no Bluetooth address (like A0:9E:1A:00:00:01)")
    return address


def is_bluetooth_address(text: str) -> bool:
    """Whether this is one, in capitals."""
    return _ADDRESS.fullmatch(text) is not None


Address = Annotated[str, AfterValidator(bluetooth_address)]


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be printable, and on one line")
    return text


def _past(year: int) -> int:
    if year > max(datetime.now().astimezone().year, _YEAR_AT_LEAST):
        raise ValueError(f"{year} is yet to come")
    return year


def _known_workout(name: str) -> str:
    return workout(name).name


def host_slug() -> str:
    """The host's name as a node id."""
    slug = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().split(".")[0].lower()).strip("-")[:32]
    return slug or "talkpace"


class Section(BaseModel):
    """A table of the file. An unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


class Node(Section):
    """The Raspberry Pi, or other host, that the daemon runs on."""

    id: Slug = Field(default_factory=host_slug)
    """The node's name in MQTT topics; the host's name by default."""


class Athlete(Section):
    """Someone who trains. Values can also be set by command; the latest change holds."""

    id: Slug
    """The athlete's name in commands and MQTT topics."""
    name: Annotated[str, AfterValidator(_printable)] = ""
    """As it is shown; the id by default."""
    straps: list[Address] = []
    """Addresses of the athlete's straps; `talkpace pair` remembers others without this."""
    max_heart_rate: BPM | None = None
    """Maximum heart rate in bpm, best measured. Without it, it is estimated from `birth_year`."""
    max_heart_rate_formula: MaximumFormula | None = None
    """tanaka (default), gellish, nes or fox; each may be wrong by some 10 bpm."""
    birth_year: Annotated[int, Field(ge=1900, le=2100), AfterValidator(_past)] | None = None
    """For the estimate."""
    resting_heart_rate: BPM | None = None
    """In bpm; needed by effort_method = "reserve" and for Banister's training load."""
    effort_method: EffortMethod | None = None
    """hrmax (default): of maximum heart rate; reserve: of heart-rate reserve, after Karvonen."""
    ceiling: Effort | None = None
    """The athlete's own ceiling; where lower than the activity's, it wins."""
    conversational_from: Effort | None = None
    """Effort where the conversational zone begins (0.50)."""
    conversational_to: Effort | None = None
    """Effort where it ends (0.70)."""
    hard_to: Effort | None = None
    """Effort where the hard zone ends (0.85)."""
    sex: Sex | None = None
    """female or male, for Banister's training load; without it the mean of both is used."""
    weight_kg: Annotated[float, Field(gt=20, le=400)] | None = None
    """For the day's water."""

    def check_zones(self) -> None:
        """Raises ValueError where the zones' bounds do not ascend; those not set here are the defaults."""
        default = ZoneBounds()
        try:
            ZoneBounds(
                default.conversational_from if (low := self.conversational_from) is None else exact(low),
                default.conversational_to if (high := self.conversational_to) is None else exact(high),
                default.hard_to if (hard := self.hard_to) is None else exact(hard),
            )
        except ValueError as error:
            raise ValueError(f"athlete {self.id!r}: {error}") from None

    def declared(self) -> dict[str, object]:
        """The judged-by values that this table sets, by name."""
        keys = AthleteValues.__dataclass_fields__.keys()
        return {
            key: value
            for key, value in self.model_dump(mode="json").items()
            if key in keys and value is not None
        }


class Warnings(Section):
    """When the room is told. Efforts are fractions of the athlete's range."""

    warn_after_s: Annotated[float, Field(ge=0, le=120)] = 5
    """Seconds above the ceiling before a warning is raised."""
    clear_after_s: Annotated[float, Field(ge=0, le=300)] = 10
    """Seconds at or below ceiling - margin before it is easy again."""
    margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.02
    """How far below the ceiling counts as easy again."""
    start_grace_s: Annotated[float, Field(ge=0, le=600)] = 20
    """Nothing is raised so early in a session: a dry strap shows wild values at first."""
    repeat_every_s: Annotated[float, Field(ge=5, le=3600)] = 30
    """A warning is said again so often while it lasts."""
    approaching_margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.03
    """So far below the ceiling the light, not the buzzer, shows that it is near."""
    signal_lost_after_s: Annotated[float, Field(ge=6, le=120)] = 10
    """Seconds without a heart rate, or without skin contact, before the signal counts as lost."""

    def rules(self) -> WarningRules:
        """As the core takes them."""
        return WarningRules(
            warn_after_ms=_ms(self.warn_after_s),
            clear_after_ms=_ms(self.clear_after_s),
            margin=exact(self.margin),
            start_grace_ms=_ms(self.start_grace_s),
            repeat_every_ms=_ms(self.repeat_every_s),
            approaching_margin=exact(self.approaching_margin),
            signal_lost_after_ms=_ms(self.signal_lost_after_s),
        )


class Sessions(Section):
    """When a session ends and which count."""

    end_after_s: Annotated[float, Field(ge=30, le=3600)] = 180
    """A session ends when no heart rate has come for so long."""
    min_duration_s: Annotated[float, Field(ge=0, le=3600)] = 120
    """Shorter ones are discarded: not published, and removed after a week."""
    target_band_s: Annotated[float, Field(ge=0, le=36000)] = 1800
    """The time in the conversational zone that a session aims at."""

    def rules(self) -> SessionRules:
        """As the core takes them."""
        return SessionRules(_ms(self.end_after_s), _ms(self.min_duration_s), _ms(self.target_band_s))


class Ceilings(Section):
    """The effort not to exceed in each activity."""

    cardio: Effort = DEFAULT_CEILINGS[Activity.CARDIO]
    """Bike, treadmill, rowing."""
    strength: Effort = DEFAULT_CEILINGS[Activity.STRENGTH]
    """Low-intensity strength work."""
    mindful: Effort = DEFAULT_CEILINGS[Activity.MINDFUL]
    """Yoga, tai chi, breathwork."""
    recovery: Effort = DEFAULT_CEILINGS[Activity.RECOVERY]
    """Active rest."""

    def by_activity(self) -> dict[Activity, float]:
        """As the core takes them."""
        return {activity: getattr(self, activity.value) for activity in Activity}


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

    kind: Literal["none", "single", "rgb"] = "none"
    """none, single or rgb."""
    line: Line = 23
    """The GPIO line of a single LED (BCM number)."""
    red_line: Line = 17
    """The lines of an RGB LED."""
    green_line: Line = 27
    """See red_line."""
    blue_line: Line = 22
    """See red_line."""
    active_low: bool = False
    """Whether the lines are on when low (common anode)."""


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
    quiet_hours: list[QuietHours] = []
    """Times of day without sound."""
    patterns: dict[str, Pattern] = {}
    """Patterns of sound and light by event; keys left out keep their built-in values."""

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


class Configuration(Section):
    """The whole file."""

    node: Node = Field(default_factory=Node)
    athletes: list[Athlete] = []
    warnings: Warnings = Warnings()
    sessions: Sessions = Sessions()
    ceilings: Ceilings = Ceilings()
    bluetooth: Bluetooth = Bluetooth()
    sources: list[Source] = []
    alerts: Alerts = Alerts()
    store: Store = Store()
    mqtt: Mqtt = Mqtt()
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
        return Rules(self.warnings.rules(), self.sessions.rules())


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
