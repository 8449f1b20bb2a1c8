"""What a phone is told, and what it is not told."""

from __future__ import annotations

import string

import pytest

from talkpace.language.sentences import Language, sentences
from talkpace.notifications.faults import FaultChange
from talkpace.notifications.texts import Text, Texts

from .samples import summary

ENGLISH = Texts(sentences(Language.ENGLISH))


def test_without_heart_data_a_summary_has_the_duration_only() -> None:
    assert ENGLISH.summary(summary(), "Anna", heart_data=False) == Text("Anna has trained", "42 min.")


def test_with_heart_data_a_summary_has_time_in_the_zone_and_heart_rates() -> None:
    assert ENGLISH.summary(summary(), "Anna", heart_data=True) == Text(
        "Anna has trained",
        "42 min. 31 min of it at talking pace, 2 min over the ceiling. Mean heart rate 118, highest 141.",
        has_heart_data=True,
    )


def test_a_name_with_braces_or_control_characters_is_harmless() -> None:
    text = ENGLISH.battery_low("{node}\n\x1b[31m" + 100 * "A")
    assert text.title.startswith("Strap of {node}[31mAAA")
    assert text.title.isprintable()
    assert len(text.title) < 100


def test_a_fault_has_the_part_and_no_reason() -> None:
    begun = ENGLISH.fault(FaultChange("broker", has_failed=True), "gym")
    over = ENGLISH.fault(FaultChange("broker", has_failed=False), "gym")
    assert begun.text == (
        "gym: trouble with the connection to the MQTT broker for 5 min. What to do: sudo talkpace doctor"
    )
    assert over.text == "gym: no trouble with the connection to the MQTT broker for 5 min."


def test_a_part_without_words_of_its_own_is_named_as_in_the_health() -> None:
    assert "lamps" in ENGLISH.fault(FaultChange("lamps", has_failed=True), "gym").title


@pytest.mark.parametrize("language", Language)
def test_every_language_has_the_same_sentences_with_the_same_blanks(language: Language) -> None:
    def blanks(lines: dict[str, str]) -> dict[str, set[str | None]]:
        return {
            name: {blank for _, blank, _, _ in string.Formatter().parse(line) if blank}
            for name, line in lines.items()
            if name.startswith("notifications.")
        }

    assert blanks(dict(sentences(language))) == blanks(dict(sentences(Language.ENGLISH)))
