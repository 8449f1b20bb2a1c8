"""The base of all methods' parameters."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Parameters of a method: an object without other keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
