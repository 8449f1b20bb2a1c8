"""By which names browsers may call this host, and whether a request comes from the page itself."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit


class HostNames:
    """The allow-list of the Host header, against DNS rebinding.

    An IP address is always allowed: a page that was rebound is called by a name of the attacker's.
    """

    def __init__(self, names: Iterable[str], *, host_name: str | None = None) -> None:
        """`names` are those of the configuration; `host_name` is this host's by default."""
        own = (host_name or socket.gethostname()).split(".")[0].lower()
        self._names = {"localhost", own, f"{own}.local", *(name.lower() for name in names)}

    def allow(self, host: str) -> bool:
        """Whether the value of a Host header is allowed, with or without a port."""
        name = host_without_port(host)
        return name is not None and (_is_ip(name) or name.rstrip(".") in self._names)


def host_without_port(host: str) -> str | None:
    """The name in a Host header, in lower case, IPv6 addresses without brackets; None where it is invalid."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return None
    plain = parts.netloc == host and "@" not in host
    return parts.hostname if plain else None


def is_own_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names the host that the request was sent to.

    The scheme is not compared: a proxy that adds TLS passes the name on, and not its scheme.
    """
    scheme, separator, rest = origin.partition("://")
    return bool(separator) and scheme in {"http", "https"} and rest.lower() == host.lower()


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
