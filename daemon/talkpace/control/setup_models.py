"""Parameters and results of the methods that set a household up: its first use, and its broker."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr

from ..config.fields import HostName
from ..mqtt.errors import BrokerProblem
from ..text import require_printable
from .params import Params

_LONGEST_PASSWORD = 1024


def _one_line(secret: SecretStr) -> SecretStr:
    if "\n" in secret.get_secret_value() or "\r" in secret.get_secret_value():
        raise ValueError("must be one line")
    return secret


class BrokerParams(Params):
    """A broker and the account on it."""

    host: Annotated[HostName, Field(max_length=253)]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """1883 by default, 8883 with TLS"""
    tls: bool = False
    username: (
        Annotated[str, Field(min_length=1, max_length=256), AfterValidator(require_printable)] | None
    ) = None
    password: (
        Annotated[SecretStr, Field(min_length=1, max_length=_LONGEST_PASSWORD), AfterValidator(_one_line)]
        | None
    ) = None
    """null stands for the stored one, where host, port and user are those that it was stored for"""


class BrokerTest(BaseModel):
    """Result of a connection to a broker."""

    ok: bool
    problem: BrokerProblem | None
    detail: str
    """one line for a person"""
    remedy: str | None


FirstUseQuestion = Literal["strap", "buzzer", "led", "speaker", "alerts", "broker"]
FirstUseAnswer = Literal["yes", "no", "later"]
FirstUseStep = Literal["athlete", "strap", "alerts", "broker", "done"]


class FirstUseParams(Params):
    """What the household has answered."""

    open: bool | None = None
    """whether first use goes on: a page without a place of its own shows it then"""
    answers: dict[FirstUseQuestion, FirstUseAnswer | None] = Field(default={})
    """null takes an answer back"""


class BrokerState(BaseModel):
    """The broker of the settings."""

    enabled: bool
    host: str
    port: int | None
    tls: bool
    username: str | None
    has_password: bool
    health: str


class FirstUseState(BaseModel):
    """How far first use is: by what there is, and by the answers to what only people know."""

    open: bool
    step: FirstUseStep
    """the first that is not done"""
    athletes: dict[str, str]
    """names by id"""
    straps: dict[str, list[str]]
    """addresses by athlete"""
    outputs: list[str]
    """of alerts, as configured: buzzer, led, speaker"""
    alerts: str
    """their health"""
    bluetooth: str
    """health of the adapter"""
    broker: BrokerState
    answers: dict[FirstUseQuestion, FirstUseAnswer]
