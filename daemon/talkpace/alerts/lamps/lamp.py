"""One lamp in use: its state is read and stored before it is touched, and restored after the session.

phase       next phase  condition
----------  ----------  ------------------------------------------------------------------------------
IDLE        READING     there is something to show, and a connection; the state is asked for
READING     STORING     a state came; without one, 3 s later: the lamp is then switched off afterwards
STORING     SHOWING     `mark_stored`: what to restore is on disk
SHOWING     RESTORING   there is nothing more to show
RESTORING   IDLE        `mark_restored`: the broker has taken what restores it
RESTORING   SHOWING     there is something to show again
"""

from __future__ import annotations

from enum import Enum, auto

from .display import Light
from .messages import LARGEST_STATE, LampFormat, LampStateError, Messages

READ_MS = 3000
SETTLE_MS = 3000
"""for so long after a restoration a state may still be that of before, and is ignored"""


class Phase(Enum):
    """Where a lamp is between two sessions."""

    IDLE = auto()
    READING = auto()
    STORING = auto()
    SHOWING = auto()
    RESTORING = auto()


class Lamp:
    """The state of one lamp. All times are ms of one monotonic clock."""

    def __init__(self, form: LampFormat, restoration: Messages | None = None) -> None:
        """`restoration` is what an earlier run has stored and not restored: publish it first."""
        self.phase = Phase.IDLE if restoration is None else Phase.RESTORING
        self.restoration = restoration
        """messages that restore the lamp; None while it is not in use"""
        self.problem: str | None = None
        """what is wrong with it, and what to do"""
        self.has_answered = False
        """whether a state has ever come"""
        self.due_ms: int | None = None
        """when `update` has to be called again"""
        self._form = form
        self._connected = False
        self._latest: Messages | None = None
        self._is_fresh = False
        self._deadline_ms: int | None = None
        self._ignore_until_ms = 0
        self._light: Light | None = None

    def connect(self, now_ms: int) -> Messages:
        """Take note of a connection to the broker; return what asks for the state."""
        self._connected = True
        return self._ask(now_ms)

    def disconnect(self) -> None:
        """Take note of a lost connection."""
        self._connected = False
        self._deadline_ms = None
        if self.phase is Phase.READING:
            self.phase = Phase.IDLE

    def refuse(self, topic: str) -> None:
        """Take note that the broker does not allow to subscribe to a state topic."""
        self.problem = (
            f"the broker does not allow to subscribe to {topic}: allow it in its access control list"
        )

    def receive(self, topic: str, payload: bytes, now_ms: int) -> None:
        """Take a message on a state topic."""
        try:
            restoration = self._restoration_in(payload)
        except LampStateError as error:
            self.problem = f"what comes on {topic} is not the state of a light: {error}; check kind and topic"
            return
        if restoration is None:
            return
        self.problem, self.has_answered = None, True
        if self.phase in {Phase.IDLE, Phase.READING} and now_ms >= self._ignore_until_ms:
            self._latest, self._is_fresh = restoration, True

    def update(self, light: Light | None, now_ms: int) -> Messages:
        """Show a light from now on, None what the lamp showed before; return what to publish for it."""
        self.due_ms = None
        is_late = self._deadline_ms is not None and now_ms >= self._deadline_ms
        if is_late or self._is_fresh:
            self._deadline_ms = None
            if not self.has_answered and self.problem is None:
                self.problem = self._silence()
        messages = self._end() if light is None else self._show(light, now_ms, is_late=is_late)
        self.due_ms = self._deadline_ms
        return messages

    def mark_stored(self) -> None:
        """Take note that `restoration` is on disk, in phase STORING."""
        self.phase = Phase.SHOWING
        self._light = None

    def mark_restored(self, now_ms: int) -> None:
        """Take note that the broker has taken the restoration, in phase RESTORING."""
        self.phase = Phase.IDLE
        self._latest, self.restoration = self.restoration, None
        self._ignore_until_ms = now_ms + SETTLE_MS

    def _restoration_in(self, payload: bytes) -> Messages | None:
        if len(payload) > LARGEST_STATE:
            raise LampStateError(f"it is longer than {LARGEST_STATE} bytes")
        return self._form.restoration(payload) if payload else None

    def _show(self, light: Light, now_ms: int, *, is_late: bool) -> Messages:
        match self.phase:
            case Phase.IDLE if self._connected:
                self.phase = Phase.READING
                question = self._ask(now_ms)
                self._end_reading(is_late=False)
                return question
            case Phase.READING:
                self._end_reading(is_late=is_late)
            case Phase.RESTORING:
                self.phase = Phase.SHOWING
                self._light = light
                return self._form.show(light)
            case Phase.SHOWING if light != self._light:
                self._light = light
                return self._form.show(light)
        return ()

    def _end_reading(self, *, is_late: bool) -> None:
        can_come = self._form.question or self._latest is None
        if self._is_fresh or is_late or not self._form.state_topics or not can_come:
            self.phase = Phase.STORING
            self.restoration = self._latest or self._form.off
            self._deadline_ms = None

    def _end(self) -> Messages:
        match self.phase:
            case Phase.READING | Phase.STORING:
                self.phase, self.restoration = Phase.IDLE, None
            case Phase.SHOWING:
                self.phase = Phase.RESTORING
                return self.restoration or ()
        return ()

    def _ask(self, now_ms: int) -> Messages:
        self._is_fresh = False
        self._deadline_ms = now_ms + READ_MS if self._form.state_topics else None
        return self._form.question

    def _silence(self) -> str:
        topics = " or ".join(self._form.state_topics)
        return (
            f"no state came on {topics} within {READ_MS // 1000} s, so it is off after a session: check its "
            "topic, and whether it retains its state"
        )
