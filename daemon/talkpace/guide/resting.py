"""Who is at rest now: one guide at a time for each athlete, and the minute after it."""

from __future__ import annotations

from ..pipeline.room import Room
from .rest import AtRest


class RestingAthletes:
    """Hands out what listens to an athlete's beats, and sees that sessions begin again afterwards."""

    def __init__(self, room: Room, *, young_ms: int) -> None:
        """A session younger than `young_ms` gives way to a guide."""
        self._room = room
        self._young_ms = young_ms
        self._busy: dict[str, str] = {}
        self._lingering: dict[str, AtRest] = {}

    def check(self, athlete: str) -> None:
        """Raises ValueError where another guide leads this athlete."""
        if athlete in self._busy:
            raise ValueError(f"{self._busy[athlete]} is under way: stop it first")

    def rest(self, athlete: str) -> AtRest:
        """For a guide that is about to begin. Changes nothing yet."""
        return AtRest(self._room.pipelines[athlete], young_ms=self._young_ms)

    def began(self, athlete: str, what: str) -> None:
        """`what`, in words, leads this athlete."""
        self._busy[athlete] = what
        lingering = self._lingering.pop(athlete, None)
        if lingering is not None:
            # It is the new one that holds sessions back from here on.
            lingering.release()
            self._room.pipelines[athlete].hold(held=True)

    def ended(self, athlete: str, rest: AtRest) -> None:
        """It leads no more."""
        del self._busy[athlete]
        self._lingering[athlete] = rest

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        for athlete, rest in list(self._lingering.items()):
            if rest.released(now_ms):
                del self._lingering[athlete]
