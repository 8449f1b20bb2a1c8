"""Warnings from their beginning to their end, from the events of a session."""

from __future__ import annotations

from talkpace.training.events import EventName, WarningInterval, warning_intervals

OVER = (1_000, EventName.OVER, 140)


def test_a_warning_lasts_until_it_is_easy_again_the_signal_is_lost_or_the_session_over() -> None:
    happened = [
        OVER,
        (31_000, EventName.OVER_REPEAT, 141),
        (40_000, EventName.EASY_AGAIN, 120),
        (50_000, EventName.OVER, 142),
        (55_000, EventName.SIGNAL_LOST, None),
        (56_000, EventName.SIGNAL_BACK, 130),
        (60_000, EventName.OVER, 150),
        (90_500, EventName.SESSION_ENDED, None),
    ]
    assert warning_intervals(happened, 90_000) == [
        WarningInterval(1_000, 140, 40_000),
        WarningInterval(50_000, 142, 55_000),
        WarningInterval(60_000, 150, 90_000),
    ]


def test_a_warning_without_an_end_on_record_lasts_to_the_end_of_the_session() -> None:
    assert warning_intervals([OVER], 90_000) == [WarningInterval(1_000, 140, 90_000)]


def test_a_warning_raised_twice_lasts_from_the_first_time() -> None:
    twice = [OVER, (20_000, EventName.OVER, 150), (30_000, EventName.EASY_AGAIN, 120)]
    assert warning_intervals(twice, 90_000) == [WarningInterval(1_000, 140, 30_000)]


def test_an_event_of_another_version_is_ignored() -> None:
    assert warning_intervals([(0, "thunder", None), (9_000, "easy_again", 120)], 90_000) == []
