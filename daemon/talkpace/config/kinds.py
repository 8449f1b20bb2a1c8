"""The kinds of values that the configuration has, and what a table of it is."""

from __future__ import annotations

import re
import socket
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator

_ADDRESS = re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}")

BPM = Annotated[float, Field(gt=20, le=300)]
Effort = Annotated[float, Field(gt=0, le=1.5)]
_SLUG = r"[a-z0-9-]{1,32}"
Slug = Annotated[str, Field(pattern=f"^{_SLUG}$")]

_YEAR_AT_LEAST = 2026
"""a clock that says less is wrong, and must not make anybody unborn"""


def is_slug(text: str) -> bool:
    """Whether this can be an id, of an athlete or a node."""
    return re.fullmatch(_SLUG, text) is not None


def bluetooth_address(text: str) -> str:
    """The address in capitals. Raises ValueError where it is none."""
    address = text.strip().upper().replace("-", ":")
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{text!r} is no Bluetooth address (like A0:9E:1A:00:00:01)")
    return address


def is_bluetooth_address(text: str) -> bool:
    """Whether this is one, in capitals."""
    return _ADDRESS.fullmatch(text) is not None


Address = Annotated[str, AfterValidator(bluetooth_address)]


def printable(text: str) -> str:
    """The text itself. Raises ValueError where it would break a line or a terminal."""
    if not text.isprintable():
        raise ValueError("must be printable, and on one line")
    return text


def past(year: int) -> int:
    """The year itself. Raises ValueError where it is yet to come."""
    if year > max(datetime.now().astimezone().year, _YEAR_AT_LEAST):
        raise ValueError(f"{year} is yet to come")
    return year


def host_slug() -> str:
    """The host's name as a node id."""
    slug = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().split(".")[0].lower()).strip("-")[:32]
    return slug or "talkpace"


class Section(BaseModel):
    """A table of the file. An unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)
