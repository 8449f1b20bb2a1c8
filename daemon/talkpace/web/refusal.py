"""A request that is refused, with the status of HTTP and the reason for a person."""

from __future__ import annotations

from ..errors import TalkpaceError


class RefusedError(TalkpaceError):
    """A request that is refused; after `retry_after_s` seconds, if they are given, another may succeed."""

    def __init__(self, status: int, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_s = retry_after_s
