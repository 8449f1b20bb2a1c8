"""A calibration: led by voice and sound, answered by commands, published and logged as far as it counts."""

from __future__ import annotations

from typing import Any

import pytest

from talkpace.errors import CommandError
from talkpace.habits.entries import Calibration
from talkpace.language.sentences import Language, sentences
from talkpace.storage.records import SessionOpened
from talkpace.training.calibration_load import Device
from talkpace.training.calibration_questions import Question

from .guide_harness import GuideHarness

MINUTE = 60
EASY, OVER, LIMIT = 110, 135, 153
"""of a maximum of 180: in the band; above the ceiling of 70 %; 85 %"""


class CalibrationHarness(GuideHarness):
    """Collects what is spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.spoken: list[str] = []
        self.alerts.player.say = self._say  # type: ignore[method-assign]
        self._play = self.alerts.player.play
        self.alerts.player.play = self._play_and_say  # type: ignore[method-assign]

    def _say(self, athlete: str, sentence: str) -> None:
        del athlete
        self.spoken.append(sentence)

    def _play_and_say(self, name: str, **options: Any) -> None:
        self.spoken.append(options.get("sentence") or "")
        self._play(name, **options)

    async def heart(self, heart_rate: int, seconds: float, athlete: str = "anna") -> None:
        await self.beat([60_000 / heart_rate] * round(seconds * heart_rate / 60), athlete)

    def answer(self, answer: str, athlete: str = "anna") -> None:
        self.command("calibration_answer", answer, athlete)

    async def begin(self, athlete: str = "anna") -> None:
        """Start, and answer the questions with no."""
        self.command("calibrate", "start", athlete)
        for _ in Question:
            await self.wait(1)
            self.answer("no", athlete)

    async def ramp(self, *answers: str) -> None:
        """Rest, warm up, and answer stage by stage."""
        await self.begin()
        await self.heart(70, 2 * MINUTE + 2)
        await self.heart(95, 4 * MINUTE)
        for number, answer in enumerate(answers):
            await self.heart(100 + 10 * number, 100 if number == 0 else 120)
            self.answer(answer)


async def test_a_calibration_is_led_to_its_value_which_is_logged() -> None:
    harness = CalibrationHarness()
    harness.let_the_wall_clock_tick()
    async with harness.running():
        await harness.ramp("yes", "yes", "not_sure")
        assert harness.shown("anna/calibration").state == "recovery"
        await harness.heart(80, 3 * MINUTE + 5)
        bout = harness.shown("anna/calibration")
        assert (bout.state, bout.load, bout.stage) == ("bout", "40 W", 1)
        for seconds in (6 * MINUTE + 5, 3 * MINUTE, 3 * MINUTE):
            await harness.heart(112, seconds)
            assert harness.shown("anna/calibration").asks
            harness.answer("yes")
        await harness.wait(1)
    (entry,) = harness.written()
    assert isinstance(entry, Calibration)
    assert (entry.heart_rate, entry.minutes, entry.device, entry.mets) == (112, 12.0, Device.BIKE, 4)
    said = harness.shown("anna/calibration")
    assert (said.state, said.value, said.days, said.proposed_ceiling) == ("idle", 112, 1, None)
    assert said.summary[1] == "Today's value: 112 bpm, from 12 minutes of comfortable speech."
    instructions = [key for key in harness.spoken if key.startswith("calibration.")]
    assert instructions == [
        "calibration.waiting",
        "calibration.rest",
        "calibration.warm_up",
        *["calibration.step_up", "calibration.read_aloud"] * 3,
        "calibration.recovery",
        "calibration.bout",
        *["calibration.read_aloud"] * 3,
    ]
    assert harness.spoken[-1] == "calibration_ends.complete"


async def test_the_state_has_what_to_do_the_text_and_the_load() -> None:
    harness = CalibrationHarness()
    lines = sentences(Language.ENGLISH)
    async with harness.running():
        harness.command("calibrate", {"device": "treadmill"})
        assert harness.shown("anna/calibration").instruction == lines[Question.HEART_RATE_DRUG.key]
        for _ in Question:
            await harness.wait(1)
            harness.answer("no")
        assert harness.shown("anna/calibration").state == "waiting"
        await harness.heart(70, 2 * MINUTE + 2)
        await harness.heart(95, 4 * MINUTE)
        await harness.heart(100, 100)
        state = harness.shown("anna/calibration")
    assert (state.instruction, state.text) == (
        lines["calibration.read_aloud"],
        lines["calibration_texts.bread"],
    )
    assert (state.load, state.heart_rate, state.limit) == ("4.8 km/h, 2.5 % incline", 100, 153)
    assert state.left_s <= 30


async def test_a_yes_before_the_ramp_refuses_it_and_nothing_is_logged() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        harness.command("calibrate", "start")
        await harness.wait(1)
        harness.answer("no")
        harness.answer("yes")
        said = harness.shown("anna/calibration")
        assert said.state == "idle"
        assert said.summary == [sentences(Language.ENGLISH)["calibration_refusals.irregular_rhythm"]]
        harness.command("calibrate", "start")  # another may begin
    assert harness.written() == []


async def test_a_condition_among_the_settings_refuses_it_at_once() -> None:
    harness = CalibrationHarness()
    harness.hrv_reason = "HRV and readiness do not apply"
    with pytest.raises(CommandError, match="ask your physician for a ceiling"):
        harness.command("calibrate", "start")


async def test_85_percent_in_the_warm_up_stops_it() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        await harness.begin()
        await harness.heart(70, 2 * MINUTE + 2)
        await harness.heart(LIMIT, 5)
    assert harness.shown("anna/calibration").key == "calibration_ends.limit"
    assert harness.spoken[-1] == "calibration_ends.limit"


async def test_the_ordinary_warning_is_silent_during_it_and_sounds_again_after_it() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        await harness.begin()
        await harness.heart(70, 2 * MINUTE + 5)
        before = len(harness.sounded())
        await harness.heart(OVER, MINUTE)
        assert len(harness.sounded()) == before
        harness.command("calibrate", "stop")
        after_stop = len(harness.sounded())
        await harness.heart(OVER, MINUTE)
        assert len(harness.sounded()) > after_stop
    assert [item for item in harness.recorded if isinstance(item, SessionOpened)]


async def test_before_the_warm_up_the_ordinary_warning_sounds() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        harness.command("calibrate", "start")
        await harness.heart(OVER, MINUTE)
    assert harness.sounded()


async def test_what_counts_is_logged_when_the_daemon_stops() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        await harness.ramp("yes", "yes", "no")
        await harness.heart(80, 3 * MINUTE + 5)
        await harness.heart(112, 6 * MINUTE + 10)
        harness.answer("yes")
        await harness.heart(112, MINUTE)
    (entry,) = harness.written()
    assert isinstance(entry, Calibration)
    assert entry.minutes == 6.0
    said = harness.shown("anna/calibration")
    assert said.summary[0] == sentences(Language.ENGLISH)["calibration_ends.daemon_stopped"]


async def test_a_lost_signal_is_told_and_ends_it_after_a_minute() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        await harness.begin()
        await harness.heart(70, 10)
        await harness.wait(25)
        assert harness.shown("anna/calibration").key == "calibration.no_signal"
        await harness.wait(40)
        assert harness.shown("anna/calibration").key == "calibration_ends.signal_lost"


async def test_a_stop_or_answer_without_a_calibration_or_a_second_one_is_refused() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        for name, argument in (("calibrate", "stop"), ("calibrate", "enough"), ("calibration_answer", "yes")):
            with pytest.raises(CommandError, match="no calibration is in progress"):
                harness.command(name, argument)
        harness.command("readiness", "start")
        with pytest.raises(CommandError, match="a measurement is in progress"):
            harness.command("calibrate", "start")
        harness.command("readiness", "stop")
        harness.command("calibrate", "start")
        with pytest.raises(CommandError, match="a calibration is in progress"):
            harness.command("calibrate", "start")
        with pytest.raises(CommandError, match="no ramp is in progress"):
            harness.command("calibrate", "enough")


async def test_athletes_calibrate_side_by_side() -> None:
    harness = CalibrationHarness()
    async with harness.running():
        await harness.begin("anna")
        await harness.begin("ben")
        await harness.heart(70, 5, "ben")
        assert harness.shown("ben/calibration").state == "rest"
        assert harness.shown("anna/calibration").state == "waiting"


@pytest.mark.parametrize("argument", ["begin", {"device": "boat"}, {"action": "start", "more": 1}, 5, None])
async def test_an_invalid_argument_is_refused(argument: object) -> None:
    harness = CalibrationHarness()
    with pytest.raises(CommandError):
        harness.command("calibrate", argument)
    with pytest.raises(CommandError):
        harness.command("calibration_answer", "perhaps")
