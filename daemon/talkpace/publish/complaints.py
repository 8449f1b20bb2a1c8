"""What can be wrong with the broker, in words, and what to do about it."""

from __future__ import annotations

import socket
import ssl
from types import MappingProxyType

from .link import LinkError

_REFUSALS = MappingProxyType(
    {
        132: (
            "does not speak this version of MQTT",
            "set mqtt.version to the other one (3.1.1 or 5)",
        ),
        133: ("does not take the client's name", "use a shorter node.id, or look into the broker's log"),
        134: (
            "refuses the user name or password",
            "check mqtt.username and the first line of mqtt.password_file",
        ),
        135: (
            "refuses the user name or password",
            "check mqtt.username and mqtt.password_file, and what the broker lets this user do",
        ),
        136: ("is not available", "look into the broker's log"),
        138: ("has banned this client", "look into the broker's log"),
    }
)
"""by reason code of MQTT 5, which those of 3.1.1 are translated to"""


def unreachable(where: str, error: OSError) -> LinkError:
    """No connection could be made."""
    match error:
        case ssl.SSLCertVerificationError():
            return LinkError(
                f"the certificate of {where} is not trusted: {error.verify_message}",
                "set mqtt.ca_file to the authority that signed it, and mqtt.host to a name that it is for",
            )
        case ssl.SSLError() | ConnectionResetError():  # the first that is sent is a TLS handshake
            reason = (
                (getattr(error, "reason", None) or error.strerror or str(error)).replace("_", " ").lower()
            )
            return LinkError(
                f"no TLS with {where}: {reason}", "check that mqtt.port is the broker's port for TLS"
            )
        case socket.gaierror():
            return LinkError(
                f"cannot reach {where}: the name does not resolve ({error.strerror or error})",
                "check mqtt.host and the network; an address in its place needs no name server",
            )
        case TimeoutError():
            reason = "no answer in time"
        case _:
            reason = error.strerror or str(error)
    return LinkError(
        f"cannot reach {where}: {reason}",
        "check mqtt.host and mqtt.port, that the broker runs, and that it listens to more than its own host",
    )


def silent(where: str) -> LinkError:
    """Something is there, but it does not answer as a broker."""
    return LinkError(
        f"{where} does not answer as an MQTT broker",
        "check mqtt.port, whether it is one for TLS (mqtt.tls) or asks for a client certificate, "
        "and mqtt.version",
    )


def refused(where: str, code: int, name: str) -> LinkError:
    """The broker has answered, with a no."""
    says, remedy = _REFUSALS.get(code, (f"refuses: {name}", "look into the broker's log"))
    return LinkError(f"the broker {says}", f"{remedy} ({where} says: {name})")


def lost(where: str, reason: str) -> LinkError:
    """A connection is no more."""
    return LinkError(f"lost the connection to {where}: {reason}", "look into the broker's log")


def unusable(key: str, reason: str) -> LinkError:
    """A file of the configuration cannot be used."""
    return LinkError(f"{key}: {reason}", f"put a file there that talkpace can read, or change {key}")
