"""Errors of the connection to the broker, each with a remedy."""

from __future__ import annotations

import socket
import ssl
from enum import StrEnum
from types import MappingProxyType

from ..errors import BrokerError


class BrokerProblem(StrEnum):
    """What is wrong with a connection, for programs that say it in words of their own."""

    NAME = "name"
    """the host's name does not resolve"""
    UNREACHABLE = "unreachable"
    TLS = "tls"
    NO_BROKER = "no_broker"
    """something else answers there"""
    LOGIN = "login"
    """user name or password are refused"""
    PERMISSION = "permission"
    """this user may not subscribe to commands"""
    OTHER = "other"


class BrokerConnectionError(BrokerError):
    """The connection failed or was lost. The text is one line for a person."""

    def __init__(self, message: str, remedy: str, problem: BrokerProblem = BrokerProblem.OTHER) -> None:
        super().__init__(message)
        self.remedy = remedy
        """what to do about it"""
        self.problem = problem


_REFUSALS = MappingProxyType(
    {
        132: (
            "does not support this MQTT version",
            "set mqtt.version to the other one (3.1.1 or 5)",
        ),
        133: ("rejects the client id", "use a shorter node.id, or look into the broker's log"),
        134: (
            "refuses the user name or password",
            "check mqtt.username and the first line of mqtt.password_file",
        ),
        135: (
            "refuses the user name or password",
            "check mqtt.username, mqtt.password_file and the broker's access control list",
        ),
        136: ("is not available", "look into the broker's log"),
        138: ("has banned this client", "look into the broker's log"),
    }
)
"""by reason code of MQTT 5; paho translates the return codes of 3.1.1 to these"""
_LOGIN = frozenset({134, 135})


def unreachable(address: str, error: OSError) -> BrokerConnectionError:
    """The error for a failed DNS lookup, TCP connection or TLS handshake."""
    match error:
        case ssl.SSLCertVerificationError():
            return BrokerConnectionError(
                f"the certificate of {address} is not trusted: {error.verify_message}",
                "set mqtt.ca_file to the authority that signed it, mqtt.host to a name in the certificate",
                BrokerProblem.TLS,
            )
        case ssl.SSLError() | ConnectionResetError():  # the first bytes sent are a TLS handshake
            reason = (
                (getattr(error, "reason", None) or error.strerror or str(error)).replace("_", " ").lower()
            )
            return BrokerConnectionError(
                f"TLS handshake with {address} failed: {reason}",
                "check that mqtt.port is the broker's port for TLS",
                BrokerProblem.TLS,
            )
        case socket.gaierror():
            return BrokerConnectionError(
                f"cannot reach {address}: the name does not resolve ({error.strerror or error})",
                "check mqtt.host and the network, or use an IP address",
                BrokerProblem.NAME,
            )
        case TimeoutError():
            reason = "timed out"
        case _:
            reason = error.strerror or str(error)
    return BrokerConnectionError(
        f"cannot reach {address}: {reason}",
        "check mqtt.host and mqtt.port, that the broker runs, and that it listens on more than localhost",
        BrokerProblem.UNREACHABLE,
    )


def no_mqtt_answer(address: str) -> BrokerConnectionError:
    """The error for a server that accepts the TCP connection and does not answer CONNECT."""
    return BrokerConnectionError(
        f"{address} does not answer as an MQTT broker",
        "check mqtt.port, whether it is one for TLS (mqtt.tls) or requires a client certificate, "
        "and mqtt.version",
        BrokerProblem.NO_BROKER,
    )


def connection_refused(address: str, code: int, name: str) -> BrokerConnectionError:
    """The error for a broker that answers CONNECT with a failure, by reason code."""
    message, remedy = _REFUSALS.get(code, (f"refuses the connection: {name}", "look into the broker's log"))
    problem = BrokerProblem.LOGIN if code in _LOGIN else BrokerProblem.OTHER
    return BrokerConnectionError(f"the broker {message}", f"{remedy} ({address} answers: {name})", problem)


def not_permitted(address: str) -> BrokerConnectionError:
    """The error for a broker whose access control list forbids the subscription to commands."""
    return BrokerConnectionError(
        f"{address} does not allow this user to subscribe to talkpace's commands",
        "allow it in the broker's access control list",
        BrokerProblem.PERMISSION,
    )


def connection_lost(address: str, reason: str) -> BrokerConnectionError:
    """The error for an established connection that ended."""
    return BrokerConnectionError(f"lost the connection to {address}: {reason}", "look into the broker's log")


def unusable_file(key: str, reason: str) -> BrokerConnectionError:
    """The error for a certificate or key file that cannot be used; `key` is its configuration key."""
    return BrokerConnectionError(f"{key}: {reason}", f"make the file readable for talkpace, or change {key}")
