"""Parameters and results of the methods for settings."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, Field

from ..config.alert_patterns import AlertPattern
from .params import Params


class Effect(StrEnum):
    """When a change of a setting takes effect."""

    AT_ONCE = "at_once"
    NEXT_SESSION = "next_session"
    """from the next session of each athlete on"""
    RESTART = "restart"
    """when the daemon starts again"""
    WEB_ENABLE = "web_enable"
    """after `talkpace web enable`"""


class SettingEntry(BaseModel):
    """A setting."""

    key: str
    """dotted; an athlete's is `athletes.ID.KEY`"""
    value: Any
    origin: Literal["default", "file", "settings", "environment"]


class SettingsList(BaseModel):
    """All settings."""

    file: str
    """path of the household's file"""
    settings: str | None
    """path of the file that the daemon writes"""
    values: list[SettingEntry]
    problems: list[str]
    """what is invalid, and what follows from it"""
    restart: list[str]
    """keys that were changed and apply when the daemon starts again"""
    can_restart: bool
    """whether `node.restart` works here"""


class SettingsParams(Params):
    """Changes of settings: all of them are made, or none."""

    changes: dict[str, Any] = Field(min_length=1, max_length=100)
    """value by dotted key; null removes a setting, so that the household's file or the default applies"""


class SettingsChange(BaseModel):
    """Settings that were changed."""

    values: list[SettingEntry]
    restart: list[str]
    """those of them that apply when the daemon starts again"""


class SettingDescription(BaseModel):
    """What a form needs to know of a setting."""

    key: str
    """`*` stands for the id of an athlete or the name of an alert pattern"""
    value_schema: dict[str, Any]
    """JSON Schema of its value without references; `nullable` where it need not be set"""
    help: str
    unit: str | None
    """`fraction` is a number that reads well as a percentage"""
    default: Any
    """null where there is none, or where it depends on the host"""
    on_host: bool
    """whether a page may not change it"""
    secret: bool
    """whether its value is never shown"""
    effect: Effect


class SettingTableDescription(BaseModel):
    """A table of settings."""

    key: str
    help: str


class SettingsDescription(BaseModel):
    """All settings as they are defined, in the order of the configuration file."""

    tables: list[SettingTableDescription]
    settings: list[SettingDescription]
    patterns: dict[str, AlertPattern]
    """the built-in alert patterns by name"""
