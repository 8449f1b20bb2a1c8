"""Send a text to a topic of ntfy, with the standard library: no redirect is followed, no proxy used."""

from __future__ import annotations

import http.client
import json
import socket
import ssl

from .address import NtfyAddress
from .outcome import SENT, Outcome, Result, outcome_of_status

TIMEOUT_S = 10.0
"""for connecting, and for each part of the answer"""
LARGEST_ANSWER = 65_536
"""bytes that are read"""
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "its certificate is not trusted"),
    (ssl.SSLError, "TLS fails: is it http, or another port?"),
    (socket.gaierror, "the host's name does not resolve"),
    (TimeoutError, f"it does not answer within {TIMEOUT_S:g} s"),
    (ConnectionRefusedError, "the connection is refused"),
    (http.client.HTTPException, "it does not answer as an HTTP server"),
)
"""by error, the first that fits"""


def send_to_ntfy(address: NtfyAddress, title: str, text: str, *, timeout_s: float = TIMEOUT_S) -> Outcome:
    """Publish as JSON, which has room for any letter. Blocks."""
    headers = {"Content-Type": "application/json", "User-Agent": "talkpace"}
    if address.authorization is not None:
        headers["Authorization"] = address.authorization
    body = json.dumps({"topic": address.topic, "title": title, "message": text})
    connection: http.client.HTTPConnection
    if address.tls:
        connection = http.client.HTTPSConnection(address.host, address.port, timeout=timeout_s)
    else:
        connection = http.client.HTTPConnection(address.host, address.port, timeout=timeout_s)
    try:
        connection.request("POST", "/", body=body, headers=headers)
        answer = connection.getresponse()
        outcome = outcome_of_status(answer.status)
        if outcome != SENT:
            return outcome
        return _check_answer(answer.read(LARGEST_ANSWER))
    except (OSError, http.client.HTTPException) as error:
        return Outcome(Result.RETRY, _reason(error))
    except UnicodeError:
        return Outcome(Result.REFUSED, "the host's name is invalid: check the address")
    finally:
        connection.close()


def _check_answer(content: bytes) -> Outcome:
    """Tell ntfy, which answers with the message, from a router's page for guests, which answers 200 too."""
    try:
        message = json.loads(content)
    except ValueError:
        message = None
    if isinstance(message, dict) and message.get("event") == "message":
        return SENT
    return Outcome(Result.REFUSED, "what answers there is no ntfy server: check the address")


def _reason(error: OSError | http.client.HTTPException) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    detail = error.strerror if isinstance(error, OSError) else None
    return f"it cannot be reached ({detail or type(error).__name__})"
