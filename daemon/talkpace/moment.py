"""Dates as they are written everywhere: RFC 3339, local, to the millisecond."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

Moment = Annotated[
    datetime,
    PlainSerializer(lambda at: at.isoformat(timespec="milliseconds"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
