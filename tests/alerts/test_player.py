"""How patterns are played: at once, one after the other, and sound and light each for itself."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.fake import FakeOutputs
from talkpace.alerts.player import Player
from talkpace.alerts.sequencer import MAX_WAITING, PAUSE_MS, Clip, Sequencer, Step
from talkpace.config.alert_patterns import AlertPattern

from ..fake_clock import FakeClock
from .alerts_harness import AlertsHarness

HIGH = AlertPattern(sound=[200, 100, 300], tone_hz=[2000, 3000], light=[500], colour="red", rank=9)
MIDDLE = AlertPattern(sound=[50], tone_hz=[500], rank=5)
LOW = AlertPattern(sound=[100, 100, 100], tone_hz=[1000], light=[50], colour="blue", rank=1)
FLASH = AlertPattern(light=[100], colour="white", rank=1)
BLINK = AlertPattern(light=[100, 200], colour="green", rank=1)
STEADY = AlertPattern(light=[1000], colour="yellow", rank=2)
DARK = AlertPattern(rank=3)

PATTERNS = {
    "high": HIGH,
    "middle": MIDDLE,
    "low": LOW,
    "flash": FLASH,
    "state_blink": BLINK,
    "state_steady": STEADY,
    "state_dark": DARK,
}


async def test_the_first_pin_is_set_before_say_returns() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("high")
        assert harness.sounding() == 2000
        assert harness.lit() == "red"


async def test_a_pattern_is_played_as_its_data_say() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("high")
        await harness.play(2000)
    assert harness.sounds() == [(0, 2000), (200, None), (300, 3000), (600, None)]
    assert harness.lights() == [(0, "red"), (500, None)]


async def test_what_is_said_before_it_runs_is_played_once_it_does() -> None:
    harness = AlertsHarness(PATTERNS)
    harness.player.play("low")
    async with harness.running():
        await harness.play(1000)
    assert harness.sounds() == [(0, 1000), (100, None), (200, 1000), (300, None)]


async def test_the_last_pitch_holds_for_the_beeps_that_follow() -> None:
    harness = AlertsHarness({"x": AlertPattern(sound=[10, 10, 10, 10, 10], tone_hz=[500, 600])})
    async with harness.running():
        harness.player.play("x")
        await harness.play(1000)
    assert [tone for _, tone in harness.sounds()] == [500, None, 600, None, 600, None]


async def test_a_higher_rank_replaces_at_once_and_what_it_cut_short_comes_after_it() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("low")
        await harness.play(50)
        harness.player.play("high")
        assert harness.sounding() == 2000
        await harness.play(3000)
    again = 650 + PAUSE_MS
    assert harness.sounds() == [
        (0, 1000),
        (50, 2000),
        (250, None),
        (350, 3000),
        (650, None),
        (again, 1000),
        (again + 100, None),
        (again + 200, 1000),
        (again + 300, None),
    ]


async def test_what_had_been_said_to_its_end_is_not_said_again() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("low")
        await harness.play(300 + PAUSE_MS // 2)
        harness.player.play("high")
        await harness.play(3000)
    assert [tone for _, tone in harness.sounds() if tone] == [1000, 1000, 2000, 3000]


async def test_the_same_rank_replaces_at_once_and_for_good() -> None:
    harness = AlertsHarness({"one": LOW, "two": LOW.model_copy(update={"tone_hz": [1500]})})
    async with harness.running():
        harness.player.play("one")
        await harness.play(50)
        harness.player.play("two")
        await harness.play(3000)
    assert harness.sounds() == [(0, 1000), (50, 1500), (150, None), (250, 1500), (350, None)]


async def test_a_lower_rank_waits_and_is_heard_apart() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("high")
        harness.player.play("middle")
        assert harness.sounding() == 2000
        await harness.play(3000)
    assert harness.sounds()[-2:] == [(600 + PAUSE_MS, 500), (650 + PAUSE_MS, None)]


async def test_of_those_that_wait_the_highest_rank_goes_first() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        for name in ("high", "low", "middle"):
            harness.player.play(name)
        await harness.play(5000)
    assert [tone for _, tone in harness.sounds() if tone] == [2000, 3000, 500, 1000, 1000]


async def test_where_too_many_wait_the_lowest_is_dropped() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("high")
        harness.player.play("low")
        for _ in range(MAX_WAITING):
            harness.player.play("middle")
        await harness.play(10_000)
    assert [tone for _, tone in harness.sounds() if tone] == [2000, 3000] + [500] * MAX_WAITING


async def test_a_light_need_not_wait_for_a_beep() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("middle")
        harness.player.play("flash")
        assert harness.lit() == "white"


async def test_a_silent_say_flashes_only() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("high", audible=False)
        await harness.play(1000)
    assert harness.sounds() == []
    assert harness.lights() == [(0, "red"), (500, None)]


async def test_the_light_of_a_state_repeats_while_it_lasts() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_blink")
        assert harness.lit() == "green"
        await harness.play(650)
        harness.player.state_light("anna", None)
        await harness.play(1000)
    assert harness.lights() == [
        (0, "green"),
        (100, None),
        (300, "green"),
        (400, None),
        (600, "green"),
        (650, None),
    ]


async def test_a_state_told_again_goes_on_undisturbed() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        for _ in range(6):
            harness.player.state_light("anna", "state_blink")
            await harness.play(50)
    assert harness.lights() == [(0, "green"), (100, None), (300, "green"), (300, None)]


async def test_an_event_plays_over_the_light_of_a_state_which_then_goes_on() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_steady")
        await harness.play(150)
        harness.player.play("flash")
        await harness.play(1000)
        assert harness.lit() == "yellow"
    assert harness.lights()[:-1] == [
        (0, "yellow"),
        (150, "white"),
        (250, None),
        (250 + PAUSE_MS, "yellow"),
    ]


async def test_a_state_that_changes_under_an_event_shows_after_it() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("flash")
        harness.player.state_light("anna", "state_steady")
        assert harness.lit() == "white"
        await harness.play(100 + PAUSE_MS)
        assert harness.lit() == "yellow"


async def test_of_several_athletes_the_most_urgent_state_shows() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_steady")
        harness.player.state_light("ben", "state_blink")
        assert harness.lit() == "yellow"
        harness.player.state_light("anna", None)
        assert harness.lit() == "green"
        harness.player.state_light("ben", None)
        assert harness.lit() is None


async def test_another_athlete_in_the_same_state_does_not_disturb_its_light() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_blink")
        await harness.play(50)
        harness.player.state_light("ben", "state_blink")
        await harness.play(200)
    assert harness.lights() == [(0, "green"), (100, None)]


async def test_a_state_without_a_light_is_dark() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_blink")
        harness.player.state_light("ben", "state_dark")
        await harness.play(1000)
    assert harness.lights() == [(0, "green"), (0, None)]


async def test_hushing_ends_what_sounds_and_waits_for_one_and_leaves_the_others() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.play("high", athlete="anna")
        harness.player.play("low", athlete="anna")
        harness.player.play("middle", athlete="ben")
        await harness.play(100)
        harness.player.stop("anna")
        assert harness.sounding() == 500
        assert harness.lit() == "red", "the light goes on"
        await harness.play(5000)
    assert [tone for _, tone in harness.sounds() if tone] == [2000, 500]


async def test_cancelled_it_leaves_everything_off_and_stays_so() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_steady")
        harness.player.play("high")
        harness.player.play("low")
    assert harness.sounding() is None
    assert harness.lit() is None
    harness.player.play("high")
    harness.player.state_light("ben", "state_steady")
    assert harness.sounding() is None
    assert harness.lit() is None


async def test_run_again_it_plays_again_and_nothing_of_before() -> None:
    harness = AlertsHarness(PATTERNS)
    async with harness.running():
        harness.player.state_light("anna", "state_steady")
        harness.player.play("high")
        harness.player.play("low")
    async with harness.running():
        await harness.play(3000)
        assert harness.lit() is None
        harness.player.state_light("anna", "state_steady")
        harness.player.play("middle")
        assert harness.lit() == "yellow"
        assert harness.sounding() == 500


async def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        AlertsHarness(PATTERNS).player.play("beep")


async def test_it_ends_with_its_clock() -> None:
    clock = FakeClock()
    clock.sleep_error = OSError("no time left")
    outputs = FakeOutputs(clock.monotonic_ms)
    player = Player(outputs, PATTERNS, clock)
    player.play("high")
    with pytest.raises(ExceptionGroup, match="unhandled"):
        await asyncio.wait_for(player.run(), 5)
    assert outputs.sounding is None


@given(
    said=st.lists(
        st.tuples(
            st.integers(0, 400),
            st.integers(0, 3),
            st.lists(st.integers(1, 300), min_size=1, max_size=6),
        ),
        max_size=12,
    )
)
def test_whatever_is_said_it_falls_silent_in_the_end_and_no_cue_is_cut_but_by_its_equal_or_better(
    said: list[tuple[int, int, list[int]]],
) -> None:
    pause: Step[int] = Step(None, PAUSE_MS)
    now = [0]
    shown: list[tuple[int, int | None]] = []
    sequencer: Sequencer[int] = Sequencer(lambda value: shown.append((now[0], value)), lambda: now[0])
    for number, (after_ms, rank, steps) in enumerate(said, start=1):
        for _ in range(after_ms):
            now[0] += 1
            sequencer.advance()
        timed = tuple(Step(None if index % 2 else number, ms) for index, ms in enumerate(steps))
        before = shown[-1][1] if shown else None
        sequencer.play(Clip((*timed, pause), rank, ""))
        value = shown[-1][1] if shown else None
        assert value in (before, number)
        if before is not None and value == number:
            assert rank >= said[before - 1][1]
    while sequencer.due_ms is not None:
        now[0] = sequencer.due_ms
        sequencer.advance()
    assert (shown[-1][1] if shown else None) is None
