"""Calibrations in the status of the day: what counts, and a stale one is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from talkpace.habits.calibration_status import calibration_days, calibration_status
from talkpace.habits.entries import Calibration
from talkpace.habits.history import History
from talkpace.habits.log import Entry, EntryLog
from talkpace.habits.settings import HabitsSettings
from talkpace.habits.status import daily_status, status_lines
from talkpace.training.calibration_age import AdoptedCeiling, EffortAnswer, Staleness
from talkpace.training.calibration_load import Device
from talkpace.training.calibration_result import Doubt
from talkpace.training.talk_test import TalkTestAnswer

NOW = datetime(2026, 6, 1, 20, tzinfo=UTC)


def calibration(heart_rate: int = 121, *doubts: Doubt) -> Calibration:
    return Calibration(
        heart_rate=heart_rate,
        lowest=100,
        highest=130,
        minutes=12,
        device=Device.BIKE,
        mets=5,
        doubts=doubts,
    )


def history(*days_ago: int, adopted: AdoptedCeiling | None = None) -> History:
    entries = [
        Entry(f"{number}", "anna", NOW - timedelta(days=ago), NOW, calibration(120 + number))
        for number, ago in enumerate(days_ago)
    ]
    return History(EntryLog.of(entries), (), UTC, adopted=adopted)


def adopted(days_ago: int, *answers: EffortAnswer) -> AdoptedCeiling:
    at = NOW - timedelta(days=days_ago)
    return AdoptedCeiling(0.66, at.date(), at, answers)


def lines_of(record: History) -> dict[str, str]:
    settings = HabitsSettings()
    return dict(status_lines(daily_status(record, settings, NOW), settings))


def test_days_within_90_count_three_at_most() -> None:
    status = calibration_status(history(95, 20, 9, 5, 1), NOW)
    assert (status.days, status.last_heart_rate) == (3, 124)
    assert len(calibration_days(history(95, 20, 9, 5, 1), NOW)) == 4


def test_without_calibrations_there_is_no_line() -> None:
    assert "calibration" not in lines_of(history())


def test_the_line_says_how_many_days_are_measured_and_what_is_adopted() -> None:
    assert lines_of(history(5, 1))["calibration"] == "2 of 3 days measured, the last 121 bpm"
    assert lines_of(history(1, adopted=adopted(1)))["calibration"] == "ceiling 66%, calibration of 2026-05-31"


def test_an_old_calibration_is_said() -> None:
    status = daily_status(history(adopted=adopted(91)), HabitsSettings(), NOW)
    assert status.calibration is not None
    assert status.calibration.stale is Staleness.OLD
    assert [one.code for one in status.messages if one.code.startswith("calibration")] == ["calibration_old"]
    assert any("more than 90 days old" in line for line in status.say)
    assert "stale" in lines_of(history(adopted=adopted(91)))["calibration"]


def test_talk_tests_that_contradict_it_are_said() -> None:
    strained = [
        EffortAnswer(NOW - timedelta(days=ago), TalkTestAnswer.STRAINED, 0.62, str(ago)) for ago in (1, 2, 3)
    ]
    status = calibration_status(history(adopted=adopted(10, *strained)), NOW)
    assert status.stale is Staleness.TOO_HIGH


def test_switched_off_there_is_no_status() -> None:
    status = daily_status(history(1, adopted=adopted(91)), HabitsSettings(calibration=False), NOW)
    assert status.calibration is None


def test_an_entry_is_described_with_its_doubt() -> None:
    assert calibration(121, Doubt.SHORT).words == (
        "a calibration: 121 bpm in 12 min of comfortable speech, uncertain"
    )
