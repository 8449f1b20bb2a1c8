"""Commands from the dashboard, and their results."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from ..errors import CommandError, TalkpaceError
from ..service.clock import Clock
from .arguments import Argument, check_size, parse_argument
from .flood import FloodGate, Passage
from .link import Incoming, Link
from .payloads import ResultPayload
from .topics import DELIVERY, Topics

LONGEST_QUEUE = 200
_LONGEST_NAME = 64
_LONGEST_ERROR = 500

_log = logging.getLogger(__name__)


class CommandSink(Protocol):
    """Carries out commands."""

    def command(self, athlete: str, name: str, argument: Argument) -> None:
        """Carry out one, at once. Raises CommandError (or another TalkpaceError) with the reason."""
        ...


@dataclass(frozen=True, slots=True)
class _Answer:
    topic: str
    payload: str
    correlation: bytes | None = None


class CommandLane:
    """Carries out commands as they come, and sends their results.

    At most 20 commands a second are taken for one athlete, and 100 for all: the excess is dropped, and
    answered once a second for each athlete. At most 200 results wait; then the oldest is dropped.
    """

    def __init__(self, topics: Topics, sink: CommandSink, clock: Clock) -> None:
        self.settled = asyncio.Event()
        self.settled.set()
        self._topics = topics
        self._sink = sink
        self._gate = FloodGate(clock.monotonic_ms)
        self._answers: deque[_Answer] = deque(maxlen=LONGEST_QUEUE)
        self._answered = asyncio.Event()

    def admit(self, incoming: Incoming) -> bool:
        """Whether this is a command that is to be carried out; asked before anything waits."""
        command = self._topics.command_in(incoming.topic)
        if command is None:
            _log.debug("ignored: %.200r is no command", incoming.topic)
            return False
        athlete, name = command
        if incoming.retained:
            _log.debug("ignored: a retained command %.64r to %s", name, athlete)
            return False
        passage = self._gate.passage(athlete)
        if passage is Passage.FIRST_REFUSED:
            self._answer(incoming, athlete, name, "too many commands in a second: some are dropped")
        return passage is Passage.FREE and self._fits(incoming, athlete, name)

    def take(self, incoming: Incoming) -> None:
        """Carry out what was admitted. Never waits."""
        command = self._topics.command_in(incoming.topic)
        if command is not None:
            self._answer(incoming, *command, self._carry_out(incoming, *command))

    async def run(self, link: Link) -> None:
        """Send results until cancelled. Raises LinkError."""
        while True:
            await self._answered.wait()
            while self._answers:
                answer = self._answers.popleft()
                await link.publish(
                    answer.topic, answer.payload, DELIVERY["result"], correlation=answer.correlation
                )
            self._answered.clear()
            self.settled.set()

    def _fits(self, incoming: Incoming, athlete: str, name: str) -> bool:
        """What is too large is refused at the door: the room for what waits is small."""
        try:
            check_size(incoming.payload)
        except CommandError as error:
            self._answer(incoming, athlete, name, str(error))
            return False
        return True

    def _carry_out(self, incoming: Incoming, athlete: str, name: str) -> str | None:
        """What is wrong with it, or None."""
        try:
            self._sink.command(athlete, name, parse_argument(incoming.payload))
        except CommandError as error:
            return str(error)
        except TalkpaceError as error:
            _log.warning("the command %.64r to %s failed: %s", name, athlete, error)
            return str(error)
        return None

    def _answer(self, incoming: Incoming, athlete: str, name: str, error: str | None) -> None:
        result = ResultPayload(
            name=name[:_LONGEST_NAME], ok=error is None, error=None if error is None else _sendable(error)
        )
        payload = result.model_dump_json()
        self._answers.append(_Answer(self._topics.result(athlete), payload))
        response_topic = incoming.response_topic
        if response_topic is not None and self._topics.may_answer_to(response_topic):
            self._answers.append(_Answer(response_topic, payload, incoming.correlation))
        self.settled.clear()
        self._answered.set()


def _sendable(text: str) -> str:
    """An error may quote what was sent, which need not be proper Unicode, nor short."""
    return text[:_LONGEST_ERROR].encode("utf-8", "replace").decode()
