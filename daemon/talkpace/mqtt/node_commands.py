"""Commands to the node itself, such as a search for straps: they take seconds, so each waits for its turn."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel

from ..errors import CommandError, TalkpaceError
from .protocols import BrokerConnection, IncomingMessage
from .result_queue import ResultQueue
from .topics import CommandTopic

MOST_WAITING = 5
"""commands to the node that wait while another one is carried out"""


@dataclass(frozen=True)
class NodeCommandDefinition:
    """A command to the node, without what carries it out."""

    name: str
    description: str
    params: type[BaseModel]
    """the payload, a JSON object; an empty payload stands for an object without keys"""


class NodeCommandSink(Protocol):
    """Carries out commands to the node."""

    async def node_command(self, name: str, params: Mapping[str, Any]) -> object:
        """Validate the parameters and carry one out; return its result, JSON or pydantic models.

        Raises TalkpaceError with the reason. May be cancelled.
        """
        ...


class _Waiting(NamedTuple):
    message: IncomingMessage
    command: CommandTopic
    params: Mapping[str, Any]


class NodeCommandQueue:
    """Carries out one command after another while there is a connection.

    At most five wait; further ones are refused. Those that the end of a connection interrupts, or finds
    waiting, are cancelled and answered as soon as there is another one.
    """

    def __init__(self, sink: NodeCommandSink | None, results: ResultQueue) -> None:
        """Without a sink every command is refused."""
        self.empty = asyncio.Event()
        self.empty.set()
        self._sink = sink
        self._results = results
        self._waiting: deque[_Waiting] = deque()
        self._any_waiting = asyncio.Event()

    def put(self, message: IncomingMessage, command: CommandTopic, argument: object) -> None:
        """Queue a command with its parsed payload. Never waits. Raises CommandError where it is refused."""
        if self._sink is None:
            raise CommandError("this node takes no commands")
        if argument is not None and not isinstance(argument, dict):
            raise CommandError("the payload must be a JSON object with the parameters, or empty")
        if len(self._waiting) >= MOST_WAITING:
            raise CommandError(f"{MOST_WAITING} commands to the node wait already; try again later")
        self._waiting.append(_Waiting(message, command, argument or {}))
        self.empty.clear()
        self._any_waiting.set()

    async def run(self, _connection: BrokerConnection) -> None:
        """Carry commands out until cancelled; their results go to the queue of results."""
        try:
            while True:
                await self._any_waiting.wait()
                while self._waiting:
                    await self._carry_out(self._waiting.popleft())
                self._any_waiting.clear()
                self.empty.set()
        finally:
            while self._waiting:
                self._interrupted(self._waiting.popleft())
            self._any_waiting.clear()
            self.empty.set()

    async def _carry_out(self, each: _Waiting) -> None:
        assert self._sink is not None
        try:
            result = await self._sink.node_command(each.command.name, each.params)
        except asyncio.CancelledError:
            self._interrupted(each)
            raise
        except TalkpaceError as error:
            self._results.put(each.message, each.command, str(error))
        else:
            self._results.put(each.message, each.command, result=result)

    def _interrupted(self, each: _Waiting) -> None:
        reason = "interrupted, as the connection to the broker was lost; send it again"
        self._results.put(each.message, each.command, reason)
