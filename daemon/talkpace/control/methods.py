"""Methods of the control socket with the functions that carry them out."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError

from ..errors import TalkpaceError
from ..validation import first_reason
from .messages import ErrorCode, Parameters, RequestError
from .method_definitions import METHODS, MethodDefinition

_FAULT = "a fault of talkpace's, please report it with what the log says: journalctl -u talkpace"

_log = logging.getLogger(__name__)


class Caller(Protocol):
    """The client that has called a method."""

    def notify(self, method: str, params: object) -> None:
        """Send a message while the method runs, such as a strap that was found; never waits."""
        ...

    def watch(self, topics: frozenset[str] | None) -> None:
        """Send states and events of these topics from now on; None stands for all."""
        ...


Handler = Callable[[Any, Caller], Awaitable[object]]
"""takes the validated parameters; returns the result, JSON or a pydantic model. Raises TalkpaceError."""


@dataclass(frozen=True)
class Method:
    """A method's definition with the function behind it."""

    definition: MethodDefinition
    handler: Handler

    async def call(self, params: Parameters, caller: Caller) -> object:
        """Validate the parameters and carry the method out. Raises RequestError."""
        try:
            validated = self.definition.params.model_validate(params)
        except ValidationError as error:
            raise RequestError(ErrorCode.INVALID_PARAMS, first_reason(error)) from None
        try:
            return await self.handler(validated, caller)
        except RequestError:
            raise
        except TalkpaceError as error:
            raise RequestError(ErrorCode.REFUSED, str(error)) from None
        except Exception:  # noqa: BLE001 - no client's request may end the daemon, with its warnings
            _log.exception("%s failed by a fault of talkpace's", self.definition.name)
            raise RequestError(ErrorCode.INTERNAL_ERROR, _FAULT) from None


Methods = Mapping[str, Method]
"""by name"""


def with_handlers(handlers: Mapping[str, Handler]) -> Methods:
    """Methods by name. Raises KeyError where `METHODS` does not define one."""
    return {name: Method(METHODS[name], handler) for name, handler in handlers.items()}
