"""Reads the JSON body of a request within bounds."""

from __future__ import annotations

import asyncio
import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from ..errors import CommandError
from ..json_input import parse_json
from .refusal import RefusedError

LARGEST_BODY = 16_384
"""bytes; as a line of the control socket it has at most three times as many"""
BODY_S = 10.0

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, model: type[Body], *, timeout_s: float = BODY_S) -> Body:
    """Read and validate the body. Raises RefusedError."""
    try:
        async with asyncio.timeout(timeout_s):
            content = await _read(request)
    except TimeoutError:
        raise RefusedError(408, "the body did not come in time") from None
    except ClientDisconnect:
        raise RefusedError(400, "the body is not complete") from None
    try:
        document: Any = parse_json(content.decode())
        return model.model_validate(document)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise RefusedError(400, "the body is not JSON") from None
    except CommandError as error:
        raise RefusedError(400, str(error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RefusedError(400, f"{place}: {first['msg']}" if place else first["msg"]) from None


async def _read(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise RefusedError(413, f"the body has more than {LARGEST_BODY} bytes")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise RefusedError(413, f"the body has more than {LARGEST_BODY} bytes")
    return bytes(content)
