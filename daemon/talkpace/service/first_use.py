"""First use: which step is next, derived from what there is, and the answers that only people can give."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ..config.model import AlertsConfig
from ..config.toml_file import replace_file
from ..control.method_models import NoParams
from ..control.methods import Caller, Handler
from ..control.setup_models import (
    BrokerState,
    FirstUseAnswer,
    FirstUseParams,
    FirstUseQuestion,
    FirstUseState,
    FirstUseStep,
)
from ..control.state_feed import StateFeed
from ..errors import StoreError
from .athlete_manager import AthleteManager
from .completion import complete
from .health import NodeHealth
from .settings import Settings

_NAME = "first_use.json"
_log = logging.getLogger(__name__)


class FirstUseAnswers(BaseModel):
    """What is stored."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    open: bool = False
    answers: dict[FirstUseQuestion, FirstUseAnswer] = {}


def configured_outputs(alerts: AlertsConfig) -> list[str]:
    """Names of what alerts are played on."""
    kinds = {"buzzer": alerts.buzzer.kind, "led": alerts.led.kind}
    names = [name for name, kind in kinds.items() if kind != "none"]
    return [*names, "speaker"] if alerts.speaker.enabled else names


def next_step(
    answers: Mapping[FirstUseQuestion, FirstUseAnswer],
    *,
    athletes: bool,
    straps: bool,
    outputs: list[str],
    broker: bool,
) -> FirstUseStep:
    """The first step that is not done; the arguments say whether there are any."""
    if not athletes:
        return "athlete"
    if not straps and "strap" not in answers:
        return "strap"
    seen = {str(question) for question, answer in answers.items() if answer == "yes"}
    if "alerts" not in answers and not (outputs and seen.issuperset(outputs)):
        return "alerts"
    if not broker and "broker" not in answers:
        return "broker"
    return "done"


class FirstUse:
    """Carries out the methods of first use. The answers are in a file beside the database."""

    def __init__(
        self,
        folder: Path,
        *,
        manager: AthleteManager,
        settings: Settings,
        health: NodeHealth,
        feed: StateFeed,
    ) -> None:
        """`folder` is the database's. Whether first use goes on is a state on `feed`, for pages alone."""
        self._path = folder / _NAME
        self._manager = manager
        self._settings = settings
        self._health = health
        self._one_at_a_time = asyncio.Lock()
        self._feed = feed
        self._stored = _read(self._path)
        self._publish()

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"first_use": self._state, "first_use.set": self._set}

    async def _state(self, _params: NoParams, _caller: Caller) -> FirstUseState:
        return self._now()

    async def _set(self, params: FirstUseParams, _caller: Caller) -> FirstUseState:
        return await complete(self._change(params))

    async def _change(self, params: FirstUseParams) -> FirstUseState:
        async with self._one_at_a_time:
            merged = {**self._stored.answers, **params.answers}
            answers = {question: answer for question, answer in merged.items() if answer is not None}
            is_open = self._stored.open if params.open is None else params.open
            stored = FirstUseAnswers(open=is_open, answers=answers)
            await asyncio.to_thread(_write, self._path, stored)
            self._stored = stored
            self._publish()
        return self._now()

    def _publish(self) -> None:
        self._feed.state("first_use", json.dumps({"open": self._stored.open}))

    def _now(self) -> FirstUseState:
        names, owners = self._manager.names, self._manager.strap_owners
        configuration, health = self._settings.configuration, self._health.payload
        outputs, mqtt = configured_outputs(configuration.alerts), configuration.mqtt
        straps: dict[str, list[str]] = {}
        for address, athlete in owners.items():
            straps.setdefault(athlete, []).append(address)
        return FirstUseState(
            open=self._stored.open,
            step=next_step(
                self._stored.answers,
                athletes=bool(names),
                straps=bool(straps),
                outputs=outputs,
                broker=mqtt.enabled,
            ),
            athletes=names,
            straps=straps,
            outputs=outputs,
            alerts=health.alerts,
            bluetooth=health.adapter,
            broker=BrokerState(
                enabled=mqtt.enabled,
                host=mqtt.host,
                port=mqtt.port,
                tls=mqtt.tls,
                username=mqtt.username,
                has_password=mqtt.password_file is not None,
                health=health.broker,
            ),
            answers=self._stored.answers,
        )


def _read(path: Path) -> FirstUseAnswers:
    """The stored answers; none where the file cannot be used, as they can be given again."""
    try:
        return FirstUseAnswers.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return FirstUseAnswers()
    except (OSError, ValidationError) as error:
        _log.warning("%s cannot be used, so first use starts again: %s", path, str(error).splitlines()[0])
        return FirstUseAnswers()


def _write(path: Path, stored: FirstUseAnswers) -> None:
    try:
        replace_file(path, stored.model_dump_json().encode())
    except OSError as error:
        raise StoreError(f"{path}: cannot write: {error.strerror or error}") from None
