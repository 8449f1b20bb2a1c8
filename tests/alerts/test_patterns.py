"""The built-in patterns can be told apart, by ear on an active buzzer, and by eye on a single LED."""

from __future__ import annotations

from itertools import accumulate, combinations

import pytest
from pydantic import ValidationError

from talkpace.alerts.alerts import FAULT, pattern_of
from talkpace.config.alert_patterns import PATTERNS, AlertPattern, resolve_patterns
from talkpace.config.model import AlertsConfig
from talkpace.training.events import Event, EventName
from talkpace.training.warning import MAX_REPEAT_LEVEL, WarningState

EVENTS = {name: pattern for name, pattern in PATTERNS.items() if not name.startswith("state_")}
STATES = {name: pattern for name, pattern in PATTERNS.items() if name.startswith("state_")}

MEASURING = ("start", "end", "failed")

SURELY_LONGER = 2.5
"""a beep or a pause so many times another is heard as longer, without having both side by side"""
SURELY_MORE = 1.25
"""four beeps are heard as more than three, and five as more than four; six and five need more to differ"""


def told_apart(one: list[int], other: list[int]) -> bool:
    lengths = zip(one, other, strict=False)
    if any(max(pair) / min(pair) >= SURELY_LONGER for pair in lengths):
        return True
    beeps = sorted(((len(one) + 1) // 2, (len(other) + 1) // 2))
    return beeps[1] / beeps[0] >= SURELY_MORE


def names_of(patterns: dict[str, AlertPattern]) -> list[tuple[str, str]]:
    return list(combinations(patterns, 2))


def test_every_event_has_a_pattern() -> None:
    levels = range(1, MAX_REPEAT_LEVEL + 1)
    events = [Event(name, 0) for name in EventName] + [
        Event(EventName.OVER_REPEAT, 0, level=level) for level in levels
    ]
    asked_for = {f"nap_{level}" for level in (1, 2, 3)} | {f"measure_{what}" for what in MEASURING}
    assert {pattern_of(event) for event in events} | {FAULT} | asked_for == set(EVENTS)


def test_every_state_has_a_light_that_lasts_and_no_sound() -> None:
    assert set(STATES) == {f"state_{state.value}" for state in WarningState}
    assert all(pattern.light and not pattern.sound for pattern in STATES.values())


def test_every_event_has_a_light_and_all_but_two_that_can_wait_a_sound() -> None:
    assert [name for name, pattern in EVENTS.items() if not pattern.sound] == [
        "approaching",
        "supplement_due",
    ]
    assert all(pattern.light for pattern in EVENTS.values())


@pytest.mark.parametrize(
    ("one", "other"), names_of({name: pattern for name, pattern in EVENTS.items() if pattern.sound})
)
def test_two_sounds_are_told_apart_by_their_rhythm_alone(one: str, other: str) -> None:
    assert told_apart(EVENTS[one].sound, EVENTS[other].sound)


@pytest.mark.parametrize(("one", "other"), names_of(EVENTS))
def test_two_lights_are_told_apart_without_colour(one: str, other: str) -> None:
    assert told_apart(EVENTS[one].light, EVENTS[other].light)


@pytest.mark.parametrize(("one", "other"), names_of(STATES))
def test_two_states_are_told_apart_without_colour(one: str, other: str) -> None:
    assert told_apart(STATES[one].light * 4, STATES[other].light * 4)


def test_two_states_differ_in_colour_too() -> None:
    assert len({pattern.colour for pattern in STATES.values()}) == len(STATES)


def test_the_check_itself_hears_no_difference_where_there_is_little() -> None:
    assert not told_apart([900], [1500])
    assert not told_apart([80, 80, 80], [100, 100, 100])
    assert not told_apart([100, 100] * 5 + [100], [100, 100] * 4 + [100])


def test_a_warning_grows_more_insistent() -> None:
    family = [PATTERNS[name] for name in ("over", "over_repeat_1", "over_repeat_2", "over_repeat_3")]
    sounding_ms = [sum(pattern.sound[::2]) for pattern in family]
    beeps = [len(pattern.sound[::2]) for pattern in family]
    assert sounding_ms == sorted(set(sounding_ms))
    assert beeps == sorted(set(beeps))


def test_a_nap_is_woken_from_gently_at_first() -> None:
    family = [PATTERNS[f"nap_{level}"] for level in (1, 2, 3)]
    sounding_ms = [sum(pattern.sound[::2]) for pattern in family]
    assert sounding_ms[0] < 100
    assert sounding_ms == sorted(set(sounding_ms))
    assert [pattern.tone_hz[-1] for pattern in family] == [600, 900, 2400]


def test_nothing_outranks_a_warning_and_the_states_rank_by_urgency() -> None:
    assert max(PATTERNS.values(), key=lambda pattern: pattern.rank) == PATTERNS["over"]
    ranks = [PATTERNS[name].rank for name in ("over", "signal_lost", "fault", "easy_again", "signal_back")]
    assert ranks == sorted(ranks, reverse=True)
    assert sorted(STATES, key=lambda name: STATES[name].rank) == [
        "state_none",
        "state_approaching",
        "state_signal_lost",
        "state_over",
    ]


@pytest.mark.parametrize("name", PATTERNS)
def test_no_light_flashes_more_than_three_times_a_second(name: str) -> None:
    steps = PATTERNS[name].light * (10 if name in STATES else 1)
    begins = list(accumulate(steps, initial=0))[:-1:2]
    for fourth, first in zip(begins[3:], begins, strict=False):
        assert fourth - first >= 1000


def test_a_change_of_one_key_leaves_the_others_as_they_were() -> None:
    settings = AlertsConfig.model_validate({"patterns": {"over": {"colour": "blue"}}})
    over = resolve_patterns(settings.patterns)["over"]
    assert over == PATTERNS["over"].model_copy(update={"colour": "blue"})


def test_an_empty_sound_silences_an_event() -> None:
    settings = AlertsConfig.model_validate({"patterns": {"session_started": {"sound": []}}})
    assert resolve_patterns(settings.patterns)["session_started"].sound == []


def test_without_changes_the_patterns_are_the_built_in_ones() -> None:
    assert resolve_patterns({}) == PATTERNS


@pytest.mark.parametrize(
    "wrong",
    [
        {"sound": [0]},
        {"sound": [10_001]},
        {"light": [100] * 41},
        {"tone_hz": []},
        {"tone_hz": [20_000]},
        {"colour": "pink"},
        {"volume": 3},
    ],
)
def test_a_pattern_that_cannot_be_played_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AlertPattern.model_validate(wrong)
