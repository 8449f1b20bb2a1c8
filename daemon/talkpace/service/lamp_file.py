"""What restores the lamps that are in use, in a file: it is there for a start after a crash."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ..alerts.lamps.messages import LampMessage, Messages
from ..config.toml_file import replace_file

LAMPS_NAME = "lamps.json"
LONGEST_AGE = timedelta(hours=12)
"""an older state is not restored: the lamp would light up at a time when nobody expects it"""
_log = logging.getLogger(__name__)


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)
    topic: str
    payload: str


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True)
    written: AwareDatetime
    lamps: dict[str, list[_Message]] = Field(default={})


class LampFile:
    """The file beside the database. Its methods read or write the disk."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the database's."""
        self._path = folder / LAMPS_NAME

    def read(self, now: datetime) -> dict[str, Messages]:
        """Return what restores each lamp; nothing where the file is missing, old or cannot be used."""
        try:
            content = _Content.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            _log.warning(
                "%s cannot be used, so no lamp is restored: %s", self._path, str(error).splitlines()[0]
            )
            return {}
        if now - content.written > LONGEST_AGE:
            _log.warning("what restores the lamps is older than 12 hours, so they stay as they are")
            return {}
        return {
            lamp: tuple(LampMessage(one.topic, one.payload) for one in messages)
            for lamp, messages in content.lamps.items()
        }

    def write(self, lamps: Mapping[str, Messages], now: datetime) -> None:
        """Write what restores each lamp, durably; without any the file is removed. Raises OSError."""
        if not lamps:
            self._path.unlink(missing_ok=True)
            return
        content = _Content(
            written=now,
            lamps={
                lamp: [_Message(topic=one.topic, payload=one.payload) for one in messages]
                for lamp, messages in lamps.items()
            },
        )
        replace_file(self._path, content.model_dump_json().encode())
