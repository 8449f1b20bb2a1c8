"""What came of sending a notification; the reason names no part of the address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """What is to be done about a notification now."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    """it will never be accepted"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result, and for a person why it is no success."""

    result: Result
    reason: str = ""


SENT = Outcome(Result.SENT)
_REASONS = {
    401: "it wants another user, password or token: check the address",
    403: "it does not allow this user or token to send there: check the address",
    404: "there is no such page: check the address",
    413: "the text is too long for it",
}
_TRY_AGAIN = frozenset({408, 425, 429})


def outcome_of_status(status: int) -> Outcome:
    """The outcome of an HTTP status."""
    answer = f"it answers {status}"
    if 200 <= status < 300:
        return SENT
    if 300 <= status < 400:
        return Outcome(
            Result.REFUSED,
            f"{answer}: it has moved, and redirects are not followed: write the new address into the file",
        )
    if status >= 500 or status in _TRY_AGAIN:
        return Outcome(Result.RETRY, answer)
    return Outcome(Result.REFUSED, f"{answer}: {_REASONS.get(status, 'it refuses the message')}")
