"""What every part of the standing is: a frozen document with all its keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the `practice` topic; every key is always there, null where unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
