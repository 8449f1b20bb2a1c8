"""Messages to and from a lamp, and what a format of payloads can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ...errors import CommandError
from ...json_input import parse_json
from .display import Light

LARGEST_STATE = 8192
"""bytes; longer messages of a lamp are no state"""


@dataclass(frozen=True, slots=True)
class LampMessage:
    """A message to publish, not retained."""

    topic: str
    payload: str


Messages = tuple[LampMessage, ...]


class LampStateError(ValueError):
    """A message on a lamp's state topic that is not the state of a light."""


class LampFormat(Protocol):
    """The payloads of one lamp."""

    @property
    def flash_step_ms(self) -> int:
        """Time between two changes of a flashing light."""
        ...

    @property
    def state_topics(self) -> tuple[str, ...]:
        """Topics on which the lamp tells its state; none where it tells none."""
        ...

    @property
    def question(self) -> Messages:
        """Messages that ask for the state; none where it cannot be asked for."""
        ...

    @property
    def off(self) -> Messages:
        """Messages that switch the lamp off."""
        ...

    def show(self, light: Light) -> Messages:
        """Messages that show a light."""
        ...

    def restoration(self, payload: bytes) -> Messages | None:
        """Messages that restore the state in a payload of a state topic; None where it has none.

        Raises LampStateError for what is not the state of a light.
        """
        ...


def read_object(payload: bytes) -> dict[str, object]:
    """Parse a JSON object from a lamp. Raises LampStateError."""
    try:
        document = parse_json(payload.decode())
    except (ValueError, CommandError):
        raise LampStateError("it is not JSON") from None
    if not isinstance(document, dict):
        raise LampStateError("it is not a JSON object")
    return document


def number_in(document: dict[str, object], key: str, least: float, most: float) -> float | None:
    """The number of a key; None where there is none. Raises LampStateError where it is out of range."""
    value = document.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LampStateError(f"its {key} is not a number from {least:g} to {most:g}")
    return value
