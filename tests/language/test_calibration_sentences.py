"""The sentences of a calibration: the same in every language, and texts of 30 to 40 words."""

from __future__ import annotations

import string

import pytest

from talkpace.guided.calibration_summary import load_line
from talkpace.language.sentences import Language, sentences
from talkpace.training.calibration_load import Device, load_plan
from talkpace.training.calibration_phases import TEXTS, End
from talkpace.training.calibration_questions import Question
from talkpace.training.calibration_result import Doubt

LONGEST_STATE = 255
"""characters of a state in Home Assistant"""
EACH_LANGUAGE = pytest.mark.parametrize("language", Language)


def calibration_lines(language: Language) -> dict[str, str]:
    return {key: line for key, line in sentences(language).items() if key.startswith("calibration")}


@EACH_LANGUAGE
def test_every_language_has_the_same_keys_and_places_for_values(language: Language) -> None:
    def places(line: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(line) if name is not None}

    english, other = calibration_lines(Language.ENGLISH), calibration_lines(language)
    assert {key: places(line) for key, line in other.items()} == {
        key: places(line) for key, line in english.items()
    }


@EACH_LANGUAGE
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_to_read_aloud_has_30_to_40_words(language: Language, name: str) -> None:
    text = sentences(language)[f"calibration_texts.{name}"]
    assert 30 <= len(text.split()) <= 40
    assert len(text) <= LONGEST_STATE


def test_every_text_in_the_file_is_read_in_turn() -> None:
    assert {f"calibration_texts.{name}" for name in TEXTS} == {
        key for key in sentences(Language.ENGLISH) if key.startswith("calibration_texts.")
    }


@EACH_LANGUAGE
def test_all_that_a_calibration_can_say_has_a_sentence_that_fits_a_state(language: Language) -> None:
    lines = sentences(language)
    keys = [
        *(key for question in Question for key in (question.key, question.refusal_key)),
        *(one.key for kind in (End, Doubt) for one in kind),
        *(f"calibration_loads.{device.value}" for device in Device),
    ]
    assert all(len(lines[key]) <= LONGEST_STATE for key in keys)


@EACH_LANGUAGE
@pytest.mark.parametrize("device", Device)
def test_a_load_is_said_with_its_values(language: Language, device: Device) -> None:
    load = load_plan(device)[2]
    said = load_line(sentences(language), load)
    assert any(character.isdigit() for character in said)
    assert "{" not in said


def test_a_decimal_number_is_written_as_the_language_does() -> None:
    load = load_plan(Device.TREADMILL)[1]
    assert load_line(sentences(Language.ENGLISH), load) == "4.8 km/h, 2.5 % incline"
    assert load_line(sentences(Language.GERMAN), load) == "4,8 km/h, 2,5 % Steigung"
