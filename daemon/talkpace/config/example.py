"""The commented example file, generated from the models so that it lists every key and default."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from datetime import time
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from .alert_patterns import PATTERNS
from .fields import field_docs
from .habits import AthleteHabitsConfig, OwnSupplementConfig
from .model import AlertsConfig, AthleteConfig, Configuration, QuietHoursConfig, SourceConfig

_HEAD = """\
talkpace: configuration.

A line with "#" and a key shows the key's default: remove the "#" to change it. Keys without a
default show an example, and say so. Every key can also be set by an environment variable
TALKPACE_SECTION__KEY, such as TALKPACE_MQTT__HOST=broker.lan. Unknown keys are errors. Check the
file with `talkpace config check`. What `talkpace config set` has set lies above this file.
"""

_SAMPLES: dict[type[BaseModel], dict[str, Any]] = {
    AthleteConfig: {
        "id": "anna",
        "name": "Anna",
        "straps": ["A0:9E:1A:00:00:01"],
        "max_heart_rate": 178,
        "birth_year": 1984,
        "resting_heart_rate": 58,
        "ceiling": 0.68,
        "sex": "female",
        "weight_kg": 64,
    },
    SourceConfig: {"kind": "virtual", "athlete": "anna", "file": "/home/pi/ride.fit"},
    AthleteHabitsConfig: {"athlete": "anna", "timezone": "Europe/Berlin"},
    OwnSupplementConfig: {"name": "collagen", "times": [time(8, 0)]},
    QuietHoursConfig: {"start": time(21, 30), "end": time(7, 0)},
}
_KEY_SAMPLES = {
    "alerts.speaker.voice.model_file": "/opt/piper/en_GB-alba-medium.onnx",
    "alerts.speaker.voice.program_file": "/opt/piper/piper",
    "store.path": "/var/lib/talkpace/talkpace.db",
    "mqtt.port": 1883,
    "mqtt.username": "talkpace",
    "mqtt.password_file": "/etc/talkpace/mqtt-password",
    "mqtt.ca_file": "/etc/talkpace/ca.crt",
    "mqtt.certificate_file": "/etc/talkpace/client.crt",
    "mqtt.key_file": "/etc/talkpace/client.key",
    "web.certificate_file": "/etc/talkpace/web.crt",
    "web.ingress": "0.0.0.0:8099",
    "web.key_file": "/etc/talkpace/web.key",
}
_DEFAULTS_ELSEWHERE = {
    "athletes.max_heart_rate_formula": "tanaka",
    "athletes.effort_method": "hrmax",
    "athletes.conversational_from": 0.5,
    "athletes.conversational_to": 0.7,
    "athletes.hard_to": 0.85,
    "athletes.heart_rate_drug": False,
    "athletes.irregular_rhythm": False,
    "athletes.name": "",
    "athletes.straps": [],
}


def example() -> str:
    """Return TOML with every key commented out, so that it changes no default."""
    lines = [f"# {line}".rstrip() for line in _HEAD.splitlines()]
    for name, field in Configuration.model_fields.items():
        lines.extend(_section(name, field.annotation))
    return "\n".join(lines) + "\n"


def _section(name: str, annotation: Any) -> Iterator[str]:
    listed = [model for model in get_args(annotation) if _is_section(model)]
    model = listed[0] if listed else annotation
    if not _is_section(model):
        return
    yield ""
    yield from _comment(model.__doc__ or "")
    yield f"# [[{name}]]" if listed else f"[{name}]"
    docs = field_docs(model)
    later: list[tuple[str, Any]] = []
    for key, field in model.model_fields.items():
        if model is AlertsConfig and key == "patterns":
            later.append((f"{name}.{key}.over", None))
        elif _is_section(field.annotation) or any(map(_is_section, get_args(field.annotation))):
            later.append((f"{name}.{key}", field.annotation))
        else:
            yield from _key(name, key, field, docs.get(key, ""), _SAMPLES.get(model, {}))
    for inner, annotation_of_inner in later:
        if annotation_of_inner is None:
            yield from _pattern(inner)
        else:
            yield from _section(inner, annotation_of_inner)


def _key(
    section: str, key: str, field: FieldInfo, description: str, samples: dict[str, Any]
) -> Iterator[str]:
    dotted = f"{section}.{key}"
    default = _DEFAULTS_ELSEWHERE.get(dotted, field.default)
    factory_made = field.default_factory is not None
    note = ""
    if default is PydanticUndefined or default is None:
        default = samples.get(key, _KEY_SAMPLES.get(dotted, "gym-pi" if factory_made else None))
        note = " (example; not set by default)" if field.default is None else " (example)"
    elif key in samples and dotted in _DEFAULTS_ELSEWHERE:
        note = f" (such as {_toml(samples[key])})"
    yield from _comment(description + note)
    yield f"# {key} = {_toml(default)}"


def _pattern(name: str) -> Iterator[str]:
    yield ""
    yield from _comment(
        "Patterns of sound and light by event; keys that are not set keep their built-in values. Durations "
        "in ms: on, off, on, off, …; tone_hz for a passive buzzer; colour for an RGB LED; higher ranks play "
        "first."
    )
    yield f"# [{name}]"
    for key, value in PATTERNS["over"].model_dump().items():
        yield f"# {key} = {_toml(value)}"


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(" ".join(text.split()), 96):
        yield f"## {line}"


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return json.dumps(value.value)
        case time():
            return value.isoformat()
        case str() | Path():
            return json.dumps(str(value))
        case list():
            return "[" + ", ".join(_toml(item) for item in value) + "]"
        case _:
            return repr(value)


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
