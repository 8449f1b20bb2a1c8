"""Parameters and results of the methods that are about the habits log."""

from __future__ import annotations

from pydantic import BaseModel, Field

from ..habits.entries import EntryContent
from ..habits.log import Entry
from ..timestamps import Timestamp
from .params import Params

LONGEST_LOG_DAYS = 31


class LogParams(Params):
    """Whose habits log, and which part of it."""

    athlete: str = Field(max_length=64)
    days: int = Field(default=2, ge=1, le=LONGEST_LOG_DAYS)
    """so many local days, the last of which is today"""


class LogEntry(BaseModel):
    """An entry of the habits log."""

    id: str
    at: Timestamp
    """when it was"""
    recorded_at: Timestamp
    """when it was logged"""
    words: str
    """a short description, in English"""
    content: EntryContent
    """its kind and values"""

    @classmethod
    def of(cls, entry: Entry) -> LogEntry:
        """The same entry."""
        return cls(
            id=entry.id,
            at=entry.at,
            recorded_at=entry.recorded_at,
            words=entry.words,
            content=entry.content,
        )
