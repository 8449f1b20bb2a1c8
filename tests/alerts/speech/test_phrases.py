"""Which sentences are spoken, and names as they are spoken."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.speech.phrases import phrases, spoken_name
from talkpace.language.sentences import Language


def texts(names: dict[str, str], language: Language = Language.ENGLISH) -> dict[tuple[str, str | None], str]:
    made = phrases(language, names, band_minutes=30)
    return {(phrase.key, phrase.athlete): phrase.text for phrase in made}


def test_one_athlete_is_not_called_by_name() -> None:
    assert {athlete for _, athlete in texts({"anna": "Anna"})} == {None}


def test_two_athletes_are_called_by_name_after_the_sentences_for_everybody() -> None:
    spoken = texts({"anna": "Anna", "ben": "Ben"}, Language.GERMAN)
    assert spoken["events.over", None] == "Etwas langsamer"
    assert spoken["events.over", "anna"] == "Anna, Etwas langsamer"
    assert list(dict.fromkeys(athlete for _, athlete in spoken)) == [None, "anna", "ben"]


def test_minutes_in_the_band_are_those_of_the_settings() -> None:
    spoken = {phrase.key: phrase.text for phrase in phrases(Language.ENGLISH, {}, band_minutes=40)}
    assert spoken["events.band_reached"] == "40 minutes done"


def test_what_is_incomplete_shown_or_sent_is_not_spoken() -> None:
    spoken = {key.partition(".")[0] for key, _ in texts({})}
    assert {"events", "calibration", "calibration_questions"} <= spoken
    assert not spoken & {"forms", "notifications", "calibration_texts", "calibration_results"}


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Anna-Lena O'Neill", "Anna-Lena O'Neill"),
        ("Zoë 2", "Zoë 2"),
        ("Ольга", "Ольга"),
        ("--voice=x", "voice x"),
        ("<speak>Anna</speak>", "speak Anna speak"),
        ("[[h@loU]] {name}", "h loU name"),
        ("Anna\x1b[2J\n\u202eBen", "Anna 2J Ben"),
        ("!?", ""),
        ("x" * 500, "x" * 40),
    ],
)
def test_a_name_is_spoken_without_markup_and_control_characters(name: str, spoken: str) -> None:
    assert spoken_name(name) == spoken


@given(st.text())
def test_no_name_is_an_option_or_markup(name: str) -> None:
    spoken = spoken_name(name)
    assert not spoken.startswith("-")
    assert not set(spoken) & set("<>&[]{}\\\n\x1b")
    assert all(unicodedata.category(letter)[0] in "LMNZP" for letter in spoken)


def test_an_athlete_whose_name_has_no_letters_is_not_called_by_name() -> None:
    assert {athlete for _, athlete in texts({"anna": "Anna", "ben": "!!!"})} == {None, "anna"}


def test_what_a_calibration_says_is_spoken_and_what_it_shows_is_not() -> None:
    keys = {phrase.key for phrase in phrases(Language.ENGLISH, {}, band_minutes=30)}
    assert {"calibration.step_up", "calibration_ends.limit", "calibration_questions.pregnancy"} <= keys
    assert not [key for key in keys if key.startswith(("calibration_texts", "calibration_doubts"))]
