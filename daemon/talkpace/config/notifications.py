"""Settings of notifications to phones."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from ..language.sentences import Language
from .fields import Section, Slug


class NotificationKind(StrEnum):
    """What a notification can be about. A warning is none: it must be heard now."""

    SUMMARY = "summary"
    STRAP_BATTERY_LOW = "strap_battery_low"
    NODE_FAULT = "node_fault"


class NotifyConfig(Section):
    """An address that notifications are sent to: ntfy, or any service that apprise knows. Others on the
    way can read the text: see docs/notifications.md.
    """

    name: Slug
    """What the address is called in log, health and `talkpace notify test`; unique."""
    address_file: Path | None = None
    """File with the address in its first line, such as https://ntfy.sh/TOPIC, readable by its owner only.
    By default the systemd credential notify-NAME is used."""
    events: Annotated[list[NotificationKind], Field(min_length=1)]
    """What is sent: summary after each session, strap_battery_low, node_fault when a part of this node has
    not worked for five minutes and when it does again."""
    athletes: list[Slug] = Field(default=[])
    """Whose summaries and straps; all by default."""
    heart_data: bool = False
    """Whether a text may have heart rates, and the time at talking pace and over the ceiling."""
    language: Language = Language.ENGLISH
    """Language of the texts."""

    @field_validator("address_file", mode="before")
    @classmethod
    def _refuse_address(cls, path: object) -> object:
        text = str(path)
        if ":/" in text:
            raise ValueError("this is an address: write it into a file, and the file's path here")
        if path is not None and not text.startswith(("/", "~")):  # or an address without https:
            raise ValueError("must be the whole path of a file, such as /etc/talkpace/notify-phone")
        return path

    def permits(self, kind: NotificationKind, athlete: str | None, *, heart_data: bool) -> bool:
        """Whether a notification may be sent to this address; `athlete` is None for one of the node."""
        return (
            kind in self.events
            and (athlete is None or not self.athletes or athlete in self.athletes)
            and (self.heart_data or not heart_data)
        )
