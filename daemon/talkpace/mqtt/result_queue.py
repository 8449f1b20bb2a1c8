"""Results of commands that wait to be published."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from .payloads import NodeResultPayload, ResultPayload
from .protocols import BrokerConnection, IncomingMessage
from .topics import DELIVERY, CommandTopic, Topics

LONGEST_RESULT_QUEUE = 200
_LONGEST_NAME = 64
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class _Result:
    topic: str
    payload: str
    correlation: bytes | None = None


class ResultQueue:
    """Publishes results, also on the response topics of MQTT 5.

    At most 200 wait, also while there is no connection; then the oldest is dropped.
    """

    def __init__(self, topics: Topics) -> None:
        self.empty = asyncio.Event()
        self.empty.set()
        self._topics = topics
        self._results: deque[_Result] = deque(maxlen=LONGEST_RESULT_QUEUE)
        self._any_result = asyncio.Event()

    def put(
        self, message: IncomingMessage, command: CommandTopic, error: str | None = None, result: object = None
    ) -> None:
        """Answer a message; `result`, JSON or pydantic models, is published for commands to the node."""
        name, ok = command.name[:_LONGEST_NAME], error is None
        reason = None if error is None else _encodable(error)
        if command.athlete is None:
            payload = NodeResultPayload(name=name, ok=ok, error=reason, result=result).model_dump_json()
        else:
            payload = ResultPayload(name=name, ok=ok, error=reason).model_dump_json()
        self._results.append(_Result(self._topics.result(command.athlete), payload))
        response_topic = message.response_topic
        if response_topic is not None and self._topics.may_answer_to(response_topic):
            self._results.append(_Result(response_topic, payload, message.correlation))
        self.empty.clear()
        self._any_result.set()

    async def run(self, connection: BrokerConnection) -> None:
        """Publish results until cancelled. Raises BrokerConnectionError."""
        while True:
            await self._any_result.wait()
            while self._results:
                result = self._results.popleft()
                await connection.publish(
                    result.topic, result.payload, DELIVERY["result"], correlation=result.correlation
                )
            self._any_result.clear()
            self.empty.set()


def _encodable(text: str) -> str:
    """The error, shortened and valid as UTF-8: it may quote what was sent."""
    return text[:_LONGEST_ERROR].encode("utf-8", "replace").decode()
