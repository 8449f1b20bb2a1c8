"""Parse the address of a notification. It is a secret: no error has any part of it."""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ..errors import ConfigurationError

_CLOUD = "ntfy.sh"
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN_START = "tk_"  # noqa: S105 - how ntfy's tokens begin
_TLS = {"https": True, "ntfys": True, "http": False, "ntfy": False}
"""by scheme of an ntfy address, whether it is with TLS"""


@dataclass(frozen=True)
class NtfyAddress:
    """A topic of an ntfy server, reached over HTTP."""

    host: str
    port: int | None
    tls: bool
    topic: str
    authorization: str | None
    """value of the HTTP header"""

    @property
    def is_readable_on_the_way(self) -> bool:
        """Whether the text crosses the network without TLS."""
        try:
            return not self.tls and not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return not self.tls and self.host != "localhost"


@dataclass(frozen=True)
class AppriseAddress:
    """An address of another service, which apprise understands."""

    url: str


def parse_address(text: str) -> NtfyAddress | AppriseAddress:
    """Parse `https://ntfy.sh/TOPIC`, `ntfys://HOST/TOPIC`, or any address that apprise knows.

    `ntfy://TOPIC` is one of ntfy.sh, as apprise reads it. Raises ConfigurationError.
    """
    scheme, separator, rest = text.strip().partition("://")
    scheme = scheme.lower()
    if not separator or not rest or not text.isprintable() or " " in text.strip():
        raise ConfigurationError("this is no address: write it as https://ntfy.sh/TOPIC, or as apprise does")
    if scheme not in _TLS:
        return AppriseAddress(text.strip())
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigurationError("the host or port of the address is invalid") from None
    topic = parts.path.strip("/")
    tls = _TLS[scheme]
    if scheme in {"ntfy", "ntfys"} and not topic:
        # The case of a topic matters, and `hostname` is in lower case.
        topic, host, port, tls = parts.netloc.rpartition("@")[2], _CLOUD, None, True
    if not host:
        raise ConfigurationError("the address has no host: write it as https://ntfy.sh/TOPIC")
    if not _is_host_name(host):
        raise ConfigurationError("the host or port of the address is invalid")
    if not _TOPIC.fullmatch(topic) or parts.query or parts.fragment:
        raise ConfigurationError(
            "the address of ntfy must end with a topic of 1 to 64 letters, digits, - or _: https://ntfy.sh/TOPIC"
        )
    return NtfyAddress(host, port, tls, topic, _authorization(parts.username, parts.password))


def _is_host_name(host: str) -> bool:
    """Whether the resolver can be asked for a host; not for one such as `a..b`."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _authorization(username: str | None, password: str | None) -> str | None:
    """The HTTP header for a user name and a password, or for an access token in place of either."""
    user, secret = unquote(username or ""), unquote(password or "")
    if not user and not secret:
        return None
    tokens = [each for each in (user, secret) if each.startswith(_TOKEN_START)]
    if tokens and not (user and secret):
        return f"Bearer {tokens[0]}"
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode("ascii")
