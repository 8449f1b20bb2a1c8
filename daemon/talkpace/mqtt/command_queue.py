"""Commands received over MQTT: parsed, rate-limited, executed, and answered with a result."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from enum import Enum
from typing import Any, Protocol

from ..clock import Clock
from ..errors import CommandError, TalkpaceError
from ..json_input import parse_json
from .node_commands import NodeCommandQueue
from .protocols import IncomingMessage
from .result_queue import ResultQueue
from .topics import CommandTopic, Topics

LARGEST_PAYLOAD = 4096
"""bytes"""
MOST_PER_ATHLETE = 20
"""commands per second"""
MOST_IN_ALL = 100
"""commands per second"""
_WINDOW_MS = 1000
_THE_NODE = ""
"""stands for the node where commands are counted by athlete"""

JsonScalar = str | int | float | bool | None
Argument = JsonScalar | dict[str, Any]

_log = logging.getLogger(__name__)


class CommandSink(Protocol):
    """Executes commands."""

    def command(self, athlete: str, name: str, argument: Argument) -> None:
        """Execute one, without waiting. Raises CommandError or another TalkpaceError with the reason."""
        ...


class CommandQueue:
    """Executes commands to athletes as they arrive, and hands those to the node on.

    Accepts 20 commands a second for one athlete, as many for the node, and 100 in all; of the excess the
    first in each second is answered, for each athlete.
    """

    def __init__(
        self, topics: Topics, sink: CommandSink, clock: Clock, *, results: ResultQueue, node: NodeCommandQueue
    ) -> None:
        self._topics = topics
        self._sink = sink
        self._results = results
        self._node = node
        self._limiter = RateLimiter(clock.monotonic_ms)
        self.rejected = 0
        """commands over the rate limit"""

    def accept(self, message: IncomingMessage) -> bool:
        """Return whether a message is a command to execute; called before it is queued."""
        command = self._topics.command_in(message.topic)
        if command is None:
            _log.debug("ignored a message on %.200r: not a command topic", message.topic)
            return False
        if message.retained:
            _log.debug("ignored a retained command %.64r to %s", command.name, command.athlete or "the node")
            return False
        decision = self._limiter.check(command.athlete or _THE_NODE)
        self.rejected += decision is not RateLimitDecision.ACCEPT
        if decision is RateLimitDecision.REJECT_WITH_ANSWER:
            self._results.put(message, command, "too many commands in a second: some are dropped")
        return decision is RateLimitDecision.ACCEPT and self._has_valid_size(message, command)

    def execute(self, message: IncomingMessage) -> None:
        """Execute a command that was accepted, or queue it for the node. Never waits."""
        command = self._topics.command_in(message.topic)
        if command is None:
            return
        try:
            argument = parse_argument(message.payload)
            if command.athlete is None:
                self._node.put(message, command, argument)
                return
            self._sink.command(command.athlete, command.name, argument)
        except CommandError as error:
            self._results.put(message, command, str(error))
        except TalkpaceError as error:
            _log.warning("the command %.64r to %s failed: %s", command.name, command.athlete, error)
            self._results.put(message, command, str(error))
        else:
            self._results.put(message, command)

    def _has_valid_size(self, message: IncomingMessage, command: CommandTopic) -> bool:
        """Reject oversized payloads before they are queued: 200 of them would fill a Pi's memory."""
        try:
            _check_size(message.payload)
        except CommandError as error:
            self._results.put(message, command, str(error))
            return False
        return True


class RateLimitDecision(Enum):
    """What to do with a command."""

    ACCEPT = "accept"
    REJECT_WITH_ANSWER = "reject with answer"
    """the first command over the limit in this second"""
    REJECT = "reject"


class RateLimiter:
    """Accepts 20 commands a second for one athlete, and 100 in all."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._window_start_ms = now_ms()
        self._accepted: dict[str, int] = {}
        self._accepted_in_all = 0
        self._answered: set[str] = set()

    def check(self, athlete: str) -> RateLimitDecision:
        """Count one more command to this athlete, and decide on it."""
        now_ms = self._now_ms()
        if now_ms - self._window_start_ms >= _WINDOW_MS:
            self._window_start_ms = now_ms
            self._accepted.clear()
            self._accepted_in_all = 0
            self._answered.clear()
        accepted = self._accepted.get(athlete, 0)
        if accepted < MOST_PER_ATHLETE and self._accepted_in_all < MOST_IN_ALL:
            self._accepted[athlete] = accepted + 1
            self._accepted_in_all += 1
            return RateLimitDecision.ACCEPT
        # Any athlete id may stand in a topic, so the number of answers is limited too.
        if athlete in self._answered or len(self._answered) >= MOST_IN_ALL:
            return RateLimitDecision.REJECT
        self._answered.add(athlete)
        return RateLimitDecision.REJECT_WITH_ANSWER


def parse_argument(payload: bytes) -> Argument:
    """A scalar or an object of JSON; text that is not JSON stands for a string, an empty payload for null.

    Untrusted input. Raises CommandError.
    """
    _check_size(payload)
    try:
        text = payload.decode().strip()
    except UnicodeDecodeError:
        raise CommandError("the payload is not UTF-8") from None
    if not text:
        return None
    try:
        value = parse_json(text)
    except json.JSONDecodeError as error:
        if text[0] in '{["':
            raise CommandError(f"the payload is not JSON: {error}") from None
        return text
    if isinstance(value, list):
        raise CommandError("the argument must be a scalar or a JSON object, not a list")
    return value


def _check_size(payload: bytes) -> None:
    if len(payload) > LARGEST_PAYLOAD:
        raise CommandError(f"the payload has {len(payload)} bytes; the limit is {LARGEST_PAYLOAD}")
