"""How patterns are played: at once, one after the other, and sound and light each for itself."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alert.player import Player
from talkpace.alert.recorded import RecordedOutputs
from talkpace.alert.track import PAUSE_MS, WAITING_AT_MOST, Cue, Phrase, Track
from talkpace.config.patterns import Pattern

from .stage import Stage, StageClock

HIGH = Pattern(sound=[200, 100, 300], tone_hz=[2000, 3000], light=[500], colour="red", rank=9)
MIDDLE = Pattern(sound=[50], tone_hz=[500], rank=5)
LOW = Pattern(sound=[100, 100, 100], tone_hz=[1000], light=[50], colour="blue", rank=1)
FLASH = Pattern(light=[100], colour="white", rank=1)
BLINK = Pattern(light=[100, 200], colour="green", rank=1)
STEADY = Pattern(light=[1000], colour="yellow", rank=2)
DARK = Pattern(rank=3)

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
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("high")
        assert stage.sounding() == 2000
        assert stage.lit() == "red"


async def test_a_pattern_is_played_as_its_data_say() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("high")
        await stage.play(2000)
    assert stage.sounds() == [(0, 2000), (200, None), (300, 3000), (600, None)]
    assert stage.lights() == [(0, "red"), (500, None)]


async def test_what_is_said_before_it_runs_is_played_once_it_does() -> None:
    stage = Stage(PATTERNS)
    stage.player.say("low")
    async with stage.running():
        await stage.play(1000)
    assert stage.sounds() == [(0, 1000), (100, None), (200, 1000), (300, None)]


async def test_the_last_pitch_holds_for_the_beeps_that_follow() -> None:
    stage = Stage({"x": Pattern(sound=[10, 10, 10, 10, 10], tone_hz=[500, 600])})
    async with stage.running():
        stage.player.say("x")
        await stage.play(1000)
    assert [tone for _, tone in stage.sounds()] == [500, None, 600, None, 600, None]


async def test_a_higher_rank_replaces_at_once_and_what_it_cut_short_comes_after_it() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("low")
        await stage.play(50)
        stage.player.say("high")
        assert stage.sounding() == 2000
        await stage.play(3000)
    again = 650 + PAUSE_MS
    assert stage.sounds() == [
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
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("low")
        await stage.play(300 + PAUSE_MS // 2)
        stage.player.say("high")
        await stage.play(3000)
    assert [tone for _, tone in stage.sounds() if tone] == [1000, 1000, 2000, 3000]


async def test_the_same_rank_replaces_at_once_and_for_good() -> None:
    stage = Stage({"one": LOW, "two": LOW.model_copy(update={"tone_hz": [1500]})})
    async with stage.running():
        stage.player.say("one")
        await stage.play(50)
        stage.player.say("two")
        await stage.play(3000)
    assert stage.sounds() == [(0, 1000), (50, 1500), (150, None), (250, 1500), (350, None)]


async def test_a_lower_rank_waits_and_is_heard_apart() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("high")
        stage.player.say("middle")
        assert stage.sounding() == 2000
        await stage.play(3000)
    assert stage.sounds()[-2:] == [(600 + PAUSE_MS, 500), (650 + PAUSE_MS, None)]


async def test_of_those_that_wait_the_highest_rank_goes_first() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        for name in ("high", "low", "middle"):
            stage.player.say(name)
        await stage.play(5000)
    assert [tone for _, tone in stage.sounds() if tone] == [2000, 3000, 500, 1000, 1000]


async def test_where_too_many_wait_the_lowest_is_dropped() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("high")
        stage.player.say("low")
        for _ in range(WAITING_AT_MOST):
            stage.player.say("middle")
        await stage.play(10_000)
    assert [tone for _, tone in stage.sounds() if tone] == [2000, 3000] + [500] * WAITING_AT_MOST


async def test_a_light_need_not_wait_for_a_beep() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("middle")
        stage.player.say("flash")
        assert stage.lit() == "white"


async def test_a_silent_say_flashes_only() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("high", aloud=False)
        await stage.play(1000)
    assert stage.sounds() == []
    assert stage.lights() == [(0, "red"), (500, None)]


async def test_the_light_of_a_state_repeats_while_it_lasts() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_blink")
        assert stage.lit() == "green"
        await stage.play(650)
        stage.player.state_light("anna", None)
        await stage.play(1000)
    assert stage.lights() == [
        (0, "green"),
        (100, None),
        (300, "green"),
        (400, None),
        (600, "green"),
        (650, None),
    ]


async def test_a_state_told_again_goes_on_undisturbed() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        for _ in range(6):
            stage.player.state_light("anna", "state_blink")
            await stage.play(50)
    assert stage.lights() == [(0, "green"), (100, None), (300, "green"), (300, None)]


async def test_an_event_plays_over_the_light_of_a_state_which_then_goes_on() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_steady")
        await stage.play(150)
        stage.player.say("flash")
        await stage.play(1000)
        assert stage.lit() == "yellow"
    assert stage.lights()[:-1] == [
        (0, "yellow"),
        (150, "white"),
        (250, None),
        (250 + PAUSE_MS, "yellow"),
    ]


async def test_a_state_that_changes_under_an_event_shows_after_it() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("flash")
        stage.player.state_light("anna", "state_steady")
        assert stage.lit() == "white"
        await stage.play(100 + PAUSE_MS)
        assert stage.lit() == "yellow"


async def test_of_several_athletes_the_most_urgent_state_shows() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_steady")
        stage.player.state_light("ben", "state_blink")
        assert stage.lit() == "yellow"
        stage.player.state_light("anna", None)
        assert stage.lit() == "green"
        stage.player.state_light("ben", None)
        assert stage.lit() is None


async def test_another_athlete_in_the_same_state_does_not_disturb_its_light() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_blink")
        await stage.play(50)
        stage.player.state_light("ben", "state_blink")
        await stage.play(200)
    assert stage.lights() == [(0, "green"), (100, None)]


async def test_a_state_without_a_light_is_dark() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_blink")
        stage.player.state_light("ben", "state_dark")
        await stage.play(1000)
    assert stage.lights() == [(0, "green"), (0, None)]


async def test_hushing_ends_what_sounds_and_waits_for_one_and_leaves_the_others() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.say("high", whose="anna")
        stage.player.say("low", whose="anna")
        stage.player.say("middle", whose="ben")
        await stage.play(100)
        stage.player.hush("anna")
        assert stage.sounding() == 500
        assert stage.lit() == "red", "the light goes on"
        await stage.play(5000)
    assert [tone for _, tone in stage.sounds() if tone] == [2000, 500]


async def test_cancelled_it_leaves_everything_off_and_stays_so() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_steady")
        stage.player.say("high")
        stage.player.say("low")
    assert stage.sounding() is None
    assert stage.lit() is None
    stage.player.say("high")
    stage.player.state_light("ben", "state_steady")
    assert stage.sounding() is None
    assert stage.lit() is None


async def test_run_again_it_plays_again_and_nothing_of_before() -> None:
    stage = Stage(PATTERNS)
    async with stage.running():
        stage.player.state_light("anna", "state_steady")
        stage.player.say("high")
        stage.player.say("low")
    async with stage.running():
        await stage.play(3000)
        assert stage.lit() is None
        stage.player.state_light("anna", "state_steady")
        stage.player.say("middle")
        assert stage.lit() == "yellow"
        assert stage.sounding() == 500


async def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Stage(PATTERNS).player.say("beep")


async def test_it_ends_with_its_clock() -> None:
    class BrokenClock(StageClock):
        async def sleep(self, seconds: float) -> None:
            raise OSError("no time left")

    clock = BrokenClock()
    outputs = RecordedOutputs(clock.monotonic_ms)
    player = Player(outputs, PATTERNS, clock)
    player.say("high")
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
    pause: Cue[int] = Cue(None, PAUSE_MS)
    now = [0]
    shown: list[tuple[int, int | None]] = []
    track: Track[int] = Track(lambda value: shown.append((now[0], value)), lambda: now[0])
    for number, (after_ms, rank, steps) in enumerate(said, start=1):
        for _ in range(after_ms):
            now[0] += 1
            track.advance()
        cues = tuple(Cue(None if index % 2 else number, ms) for index, ms in enumerate(steps))
        before = shown[-1][1] if shown else None
        track.say(Phrase((*cues, pause), rank, ""))
        value = shown[-1][1] if shown else None
        assert value in (before, number)
        if before is not None and value == number:
            assert rank >= said[before - 1][1]
    while track.due_ms is not None:
        now[0] = track.due_ms
        track.advance()
    assert (shown[-1][1] if shown else None) is None
