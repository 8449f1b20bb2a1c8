"""Methods that test a broker, and take it into the settings; its password goes into a file of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

from ..config.model import MqttConfig
from ..config.toml_file import replace_file
from ..control.methods import Caller, Handler
from ..control.settings_models import SettingsChange
from ..control.setup_models import BrokerParams, BrokerTest
from ..errors import ConfigurationError, TalkpaceError
from ..mqtt.broker import broker_address, broker_port, read_password, sends_password_unencrypted
from ..mqtt.errors import BrokerConnectionError
from ..mqtt.topics import Topics
from ..storage.paths import SECRETS
from .completion import complete
from .settings import Settings

_FILE = "mqtt-password"
_TIMEOUT_S = 15.0


class BrokerMethods:
    """Carries out the methods for the broker."""

    def __init__(self, folder: Path, *, node: str, environ: Mapping[str, str], settings: Settings) -> None:
        """`folder` is the database's."""
        self._secrets = folder / SECRETS
        self._node = node
        self._environ = environ
        self._settings = settings

    def handlers(self) -> Mapping[str, Handler]:
        """The functions by the name of their method."""
        return {"broker.test": self._test, "broker.set": self._set}

    async def _test(self, params: BrokerParams, _caller: Caller) -> BrokerTest:
        from ..mqtt.checks import try_broker  # noqa: PLC0415 - with aiomqtt, not needed without a broker

        settings = self._with(params)
        password = await asyncio.to_thread(self._password, params)
        topics = Topics(settings.prefix, self._node)
        try:
            await try_broker(settings, password, topics, _TIMEOUT_S)
        except BrokerConnectionError as error:
            return BrokerTest(ok=False, problem=error.problem, detail=str(error), remedy=error.remedy)
        detail = f"{broker_address(settings)} accepts the connection"
        if sends_password_unencrypted(settings, password):
            detail += "; the password crosses the network unencrypted"
        return BrokerTest(ok=True, problem=None, detail=detail, remedy=None)

    async def _set(self, params: BrokerParams, _caller: Caller) -> SettingsChange:
        """Store the broker; it is used at once."""
        if params.password is None:
            password = await asyncio.to_thread(self._password, params)
        else:
            password = params.password.get_secret_value()
        keeps_file = params.password is None and password is not None
        changes: dict[str, object] = {
            "mqtt.enabled": True,
            "mqtt.host": params.host,
            "mqtt.tls": params.tls,
            "mqtt.port": broker_port(self._with(params)),
        }
        if params.username is not None:
            changes["mqtt.username"] = params.username
        elif self._settings.is_set("mqtt.username"):
            changes["mqtt.username"] = None
        if params.password is not None:
            return await complete(self._set_with_password(changes, params.password.get_secret_value()))
        if not keeps_file and self._settings.is_set("mqtt.password_file"):
            changes["mqtt.password_file"] = None
        return await self._settings.change(changes)

    async def _set_with_password(self, changes: dict[str, object], password: str) -> SettingsChange:
        """The present file stays until the settings have the new one."""
        path = self._secrets / f"{_FILE}-{token_hex(4)}"
        await asyncio.to_thread(_write_password, path, password)
        try:
            change = await self._settings.change(changes | {"mqtt.password_file": str(path)})
        except TalkpaceError:
            path.unlink(missing_ok=True)
            raise
        for former in self._secrets.glob(f"{_FILE}*"):
            if former != path:
                former.unlink(missing_ok=True)
        return change

    def _with(self, params: BrokerParams) -> MqttConfig:
        """The settings as they would be."""
        changes = {"enabled": True, **params.model_dump(include={"host", "port", "tls", "username"})}
        return self._settings.configuration.mqtt.model_copy(update=changes)

    def _password(self, params: BrokerParams) -> str | None:
        """The password that was typed, or else the stored one, which goes to no other broker."""
        if params.password is not None:
            return params.password.get_secret_value()
        present, new = self._settings.configuration.mqtt, self._with(params)
        if params.username is None or _account(present) != _account(new):
            return None
        return read_password(present, self._environ)


def _write_password(path: Path, password: str) -> None:
    """Write the file, readable by the daemon's user only. Raises ConfigurationError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, f"{password}\n".encode())
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot write: {error.strerror or error}") from None


def _account(settings: MqttConfig) -> tuple[str, int, bool, str | None]:
    return settings.host, broker_port(settings), settings.tls, settings.username
