"""A request that is refused, with the status of HTTP and the reason for a person."""

from __future__ import annotations

from ..errors import TalkpaceError


class RefusedError(TalkpaceError):
    """A request that is refused."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
