"""Read the sentences of a language from its file in this folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class Language(StrEnum):
    """Languages that have a file of sentences."""

    ENGLISH = "en"
    GERMAN = "de"


@cache
def sentences(language: Language) -> Mapping[str, str]:
    """Return each sentence by its dotted key, such as `events.over`; the file is read once."""
    text = files(__package__).joinpath(f"{language.value}.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = tomllib.loads(text)
    lines = {f"{table}.{name}": line for table, names in tables.items() for name, line in names.items()}
    return MappingProxyType(lines)
