"""The files of sentences."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from talkpace.alerts.speech.phrases import phrases
from talkpace.config.alert_patterns import PATTERNS
from talkpace.language.sentences import Language, sentences

PLACEHOLDERS = {"events.band_reached": {"minutes"}, "forms.for_athlete": {"name", "sentence"}}


def spoken(language: Language) -> dict[str, str]:
    """Sentences of the events, and how they are put together."""
    return {
        key: line for key, line in sentences(language).items() if key.split(".")[0] in {"events", "forms"}
    }


def placeholders(line: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(line) if field is not None}


@pytest.mark.parametrize("language", Language)
def test_every_language_has_the_same_sentences(language: Language) -> None:
    assert list(sentences(language)) == list(sentences(Language.ENGLISH))


@pytest.mark.parametrize("language", Language)
def test_a_sentence_of_an_event_has_two_to_six_words(language: Language) -> None:
    for key, line in sentences(language).items():
        if key.startswith("events."):
            assert 2 <= len(re.findall(r"[\w'{}]+", line)) <= 6, key


@pytest.mark.parametrize("language", Language)
def test_a_sentence_has_its_own_placeholders_and_no_other(language: Language) -> None:
    english = sentences(Language.ENGLISH)
    for key, line in sentences(language).items():
        assert placeholders(line) == placeholders(english[key]), key
        if key.partition(".")[0] in ("events", "forms"):
            assert placeholders(line) == PLACEHOLDERS.get(key, set()), key


@pytest.mark.parametrize("language", Language)
def test_a_sentence_is_plain_text_on_one_line(language: Language) -> None:
    for key, line in spoken(language).items():
        assert line.isprintable(), key
        assert line == line.strip(), key


@pytest.mark.parametrize("language", Language)
def test_a_sentence_that_is_spoken_has_no_markup(language: Language) -> None:
    for phrase in phrases(language, {}, band_minutes=30):
        assert not set(phrase.text) & set("<>[]&/\\"), phrase.key


def test_every_pattern_with_a_sound_has_words_but_for_the_alarm_that_ends_a_nap() -> None:
    events = {key.removeprefix("events.") for key in sentences(Language.ENGLISH) if key.startswith("events.")}
    audible = {name for name, pattern in PATTERNS.items() if pattern.sound}
    assert events == audible - {"nap_1", "nap_2", "nap_3"}
