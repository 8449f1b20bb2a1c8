"""JSON-RPC 2.0 messages, one a line: https://www.jsonrpc.org/specification."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from pydantic import BaseModel

from ..errors import CommandError, TalkpaceError
from ..json_input import JsonValue, parse_json

LONGEST_LINE = 65_536
"""bytes"""
_LONGEST_ERROR = 500

RequestId = str | int | float | None
Parameters = dict[str, Any]


class ErrorCode(IntEnum):
    """Error codes of JSON-RPC, and our own from -32000 on."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    """a fault of the daemon's, which its log has; what was asked for may have been done in part"""
    REFUSED = -32000
    """a command was refused, or could not be carried out; nothing has changed"""
    TOO_MANY = -32001
    """too many connections, or requests at the same time"""


class RequestError(TalkpaceError):
    """A request that cannot be answered with a result."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Request:
    """A call of a method; without an id it is a notification, and gets no answer."""

    method: str
    params: Parameters
    id: RequestId = None
    wants_answer: bool = True


def parse_request(line: bytes) -> Request:
    """Parse one line from a client. Untrusted input. Raises RequestError."""
    document = _parse(line)
    if isinstance(document, list):
        raise RequestError(ErrorCode.INVALID_REQUEST, "batches are not supported: send one request a line")
    if not isinstance(document, dict) or document.get("jsonrpc") != "2.0":
        raise RequestError(ErrorCode.INVALID_REQUEST, 'a request is an object with "jsonrpc": "2.0"')
    number, method, params = document.get("id"), document.get("method"), document.get("params", {})
    if isinstance(number, bool) or not isinstance(number, str | int | float | None):
        raise RequestError(ErrorCode.INVALID_REQUEST, "the id must be a string or a number")
    if not isinstance(method, str):
        raise RequestError(ErrorCode.INVALID_REQUEST, "the method must be a string")
    if not isinstance(params, dict):
        raise RequestError(ErrorCode.INVALID_PARAMS, "the params must be an object")
    return Request(method, params, number, wants_answer="id" in document)


def request_id(line: bytes) -> RequestId:
    """The id of a request that was refused, for the answer; None where there is none to be found."""
    try:
        document = _parse(line)
    except RequestError:
        return None
    number = document.get("id") if isinstance(document, dict) else None
    return number if isinstance(number, str | int | float) and not isinstance(number, bool) else None


def result_message(number: RequestId, result: object) -> bytes:
    """The answer to a request that was carried out."""
    return _encode({"jsonrpc": "2.0", "id": number, "result": result})


def error_message(number: RequestId, code: ErrorCode, message: str) -> bytes:
    """The answer to a request that was refused."""
    text = message[:_LONGEST_ERROR].encode("utf-8", "replace").decode()
    return _encode({"jsonrpc": "2.0", "id": number, "error": {"code": int(code), "message": text}})


def notification_message(method: str, params: object) -> bytes:
    """A message that needs no answer, such as a new state."""
    return _encode({"jsonrpc": "2.0", "method": method, "params": params})


def encoded_notification_message(method: str, params: bytes) -> bytes:
    """A message that needs no answer, whose params are JSON already."""
    return b'{"jsonrpc":"2.0","method":"%s","params":%s}\n' % (method.encode(), params)


def request_message(number: int, method: str, params: Parameters) -> bytes:
    """A request, as a client sends it."""
    return _encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def _parse(line: bytes) -> JsonValue:
    try:
        return parse_json(line.decode())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RequestError(ErrorCode.PARSE_ERROR, f"the line is not JSON: {error}") from None
    except CommandError as error:
        raise RequestError(ErrorCode.INVALID_REQUEST, str(error)) from None


def _encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":"), default=_to_json).encode() + b"\n"


def _to_json(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is not JSON")
