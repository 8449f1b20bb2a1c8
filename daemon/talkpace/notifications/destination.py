"""The addresses of the configuration, with what is in their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..config.notifications import NotificationKind, NotifyConfig
from ..config.secret_file import has_credential, read_secret
from ..errors import ConfigurationError
from ..language.sentences import sentences
from ..storage.records import Notification
from .address import AppriseAddress, NtfyAddress, parse_address
from .texts import Texts


@dataclass(frozen=True)
class Destination:
    """An address that can be sent to."""

    settings: NotifyConfig
    texts: Texts
    address: str = field(repr=False)
    """a secret"""

    @property
    def name(self) -> str:
        """What the address is called in log and health."""
        return self.settings.name

    def permits(self, notification: Notification) -> bool:
        """Whether a notification may be sent here, by the settings of today."""
        try:
            kind = NotificationKind(notification.kind)
        except ValueError:
            return False
        return self.settings.permits(kind, notification.athlete, heart_data=notification.heart_data)


def has_address(settings: NotifyConfig, environ: Mapping[str, str]) -> bool:
    """Whether this process can read the address; one in a systemd credential only the service can."""
    return settings.address_file is not None or has_credential(environ, credential_name(settings))


def credential_name(settings: NotifyConfig) -> str:
    """Name of the systemd credential that may hold the address."""
    return f"notify-{settings.name}"


def read_destination(settings: NotifyConfig, environ: Mapping[str, str]) -> Destination:
    """Read an address and check its form. Raises ConfigurationError, without a part of the address."""
    address = _read_address(settings, environ)
    _parse(settings, address)
    return Destination(settings, Texts(sentences(settings.language)), address)


def read_address_parts(settings: NotifyConfig, environ: Mapping[str, str]) -> NtfyAddress | AppriseAddress:
    """Read an address as its parts. Raises ConfigurationError, without a part of the address."""
    return _parse(settings, _read_address(settings, environ))


def read_destinations(
    notify: Sequence[NotifyConfig], environ: Mapping[str, str]
) -> tuple[list[Destination], list[str]]:
    """Return the addresses that can be used, and a line for each that cannot."""
    usable, problems = [], []
    for settings in notify:
        try:
            usable.append(read_destination(settings, environ))
        except ConfigurationError as error:
            problems.append(f"{error}; nothing is sent there")
    return usable, problems


def _read_address(settings: NotifyConfig, environ: Mapping[str, str]) -> str:
    key = f"notify.{settings.name}.address_file"
    credential = credential_name(settings)
    address = read_secret(
        settings.address_file,
        environ,
        key=key,
        credential=credential,
        secret="address",  # noqa: S106
    )
    if address is None:
        raise ConfigurationError(f"{key}: is not set, and there is no systemd credential {credential} here")
    return address


def _parse(settings: NotifyConfig, address: str) -> NtfyAddress | AppriseAddress:
    try:
        return parse_address(address)
    except ConfigurationError as error:
        raise ConfigurationError(f"notify.{settings.name}: {error}") from None
