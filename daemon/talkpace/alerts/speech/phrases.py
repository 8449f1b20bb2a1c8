"""Which sentences are spoken, in the order in which they are rendered."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ...language.sentences import Language, sentences

EVENTS, FORMS = "events", "forms"
_SPOKEN = (EVENTS, "calibration", "calibration_questions", "calibration_refusals", "calibration_ends")
"""tables of what is spoken; the rest is shown or sent"""
_FOR_ATHLETE = f"{FORMS}.for_athlete"
_LONGEST_NAME = 40
_IN_NAMES = " '\N{RIGHT SINGLE QUOTATION MARK}.-"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence, its key, and the id of the athlete whose name is in it."""

    key: str
    athlete: str | None
    text: str


def phrases(language: Language, names: Mapping[str, str], *, band_minutes: int) -> list[Phrase]:
    """Return all sentences to speak; where there are two athletes or more, the events' with each name too.

    `names` is by id; `band_minutes` is after how long `band_reached` is signalled.
    """
    lines = sentences(language)
    texts = {key: line.replace("{minutes}", str(band_minutes)) for key, line in lines.items()}
    spoken = {
        key: text for key, text in texts.items() if key.partition(".")[0] in _SPOKEN and "{" not in text
    }
    general = [Phrase(key, None, text) for key, text in spoken.items()]
    if len(names) < 2:
        return general
    form = lines[_FOR_ATHLETE]
    return general + [
        Phrase(key, athlete, form.format(name=name, sentence=text))
        for athlete, name in ((athlete, spoken_name(name)) for athlete, name in names.items())
        if name
        for key, text in spoken.items()
        if key.startswith(f"{EVENTS}.")
    ]


def spoken_name(name: str) -> str:
    """Return a name without markup, control characters and what no name has; empty where nothing is left."""
    plain = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" or letter in _IN_NAMES else " "
        for letter in unicodedata.normalize("NFC", name)
    )
    words = " ".join(plain.split())[:_LONGEST_NAME].strip(_IN_NAMES)
    return words if any(letter.isalnum() for letter in words) else ""
