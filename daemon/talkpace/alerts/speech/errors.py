"""What goes wrong with speech."""

from __future__ import annotations

from ...errors import TalkpaceError


class SpeechError(TalkpaceError):
    """A sentence cannot be spoken; `remedy` is what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy
