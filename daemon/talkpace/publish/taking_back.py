"""Takes back what the broker remembers of a topic that is published no more, as it was switched off."""

from __future__ import annotations

from .link import Incoming
from .states import StateLane
from .topics import Topics


class TakingBack:
    """Answers a retained message of an athlete's topic by an empty one, which makes the broker forget it."""

    def __init__(self, topics: Topics, name: str, states: StateLane) -> None:
        """`name` ends the topic."""
        self.pattern = topics.of(f"+/{name}")
        self._start, _, self._end = self.pattern.partition("+")
        self._states = states

    def take(self, incoming: Incoming) -> bool:
        """Look at a message at once; whether it was of such a topic."""
        athlete = incoming.topic.removeprefix(self._start).removesuffix(self._end)
        if incoming.topic != f"{self._start}{athlete}{self._end}" or "/" in athlete:
            return False
        if incoming.retained and incoming.payload:
            self._states.put(f"{athlete}{self._end}", "")
        return True
