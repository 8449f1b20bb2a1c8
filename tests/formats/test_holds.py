"""Values of recordings hold until the next one while the timer ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from talkpace.formats import open_recording
from talkpace.formats.holds import with_holds
from talkpace.sources.events import Notification

from .read_recording import written
from .small_fit_files import FIT_EPOCH_S, fit_file, message, record, uint8, uint32

START_S = 1_700_000_000


def notified(*seconds: float) -> list[Notification]:
    return [Notification(round(second * 1000), "a", b"\0\x64") for second in seconds]


def holds(notifications: list[Notification], *, by_cadence: bool = False) -> list[int | None]:
    return [each.hold_ms for each in with_holds(notifications, by_cadence=by_cadence)]


def timer(unix_s: int, event_type: int) -> bytes:
    return message(21, uint32(253, unix_s - FIT_EPOCH_S), uint8(0, 0), uint8(1, event_type))


def fit_holds(folder: Path, *messages: bytes) -> list[int | None]:
    recording = open_recording(written(folder, "a.fit", fit_file(messages)))
    return [each.hold_ms for each in recording]


def test_a_value_holds_until_the_next_for_a_minute_at_most() -> None:
    assert holds(notified(0, 9, 10, 70, 131)) == [9_000, None, 60_000, None, None]


def test_a_dense_recording_gets_no_holds() -> None:
    dense = notified(*range(100))
    assert all(one is other for one, other in zip(with_holds(dense), dense, strict=True))


def test_a_table_holds_values_where_half_of_its_waits_are_above_two_seconds() -> None:
    assert holds(notified(0, 9, 18, 27), by_cadence=True) == [9_000, 9_000, 9_000, None]
    assert holds(notified(0, 1, 2, 3, 12, 13), by_cadence=True) == [None] * 6


@pytest.mark.parametrize("stop", [1, 4, 8, 9])
def test_a_stop_of_the_timer_ends_a_hold(tmp_path: Path, stop: int) -> None:
    messages = [
        timer(START_S, 0),
        record(START_S, 100),
        record(START_S + 9, 100),
        timer(START_S + 12, stop),
        timer(START_S + 30, 0),
        record(START_S + 31, 100),
        record(START_S + 40, 100),
    ]
    assert fit_holds(tmp_path, *messages) == [9_000, 3_000, 9_000, None]


def test_a_pause_between_two_records_is_none_of_their_time_however_short(tmp_path: Path) -> None:
    messages = [
        record(START_S, 100),
        timer(START_S + 1, 4),
        timer(START_S + 3, 0),
        record(START_S + 3, 100),
        timer(START_S + 4, 4),
        timer(START_S + 6, 0),
        record(START_S + 6, 100),
        record(START_S + 7, 100),
    ]
    assert fit_holds(tmp_path, *messages) == [1_000, 1_000, None, None]


def test_a_timer_that_starts_at_once_was_not_stopped(tmp_path: Path) -> None:
    messages = [
        record(START_S, 100),
        timer(START_S + 3, 4),
        timer(START_S + 3, 0),
        record(START_S + 9, 100),
    ]
    assert fit_holds(tmp_path, *messages) == [9_000, None]


def test_records_of_every_second_within_a_pause_hold_all_the_same(tmp_path: Path) -> None:
    messages = [timer(START_S + 1, 4), timer(START_S + 4, 0)]
    messages += [record(START_S + second, 100) for second in range(6)]
    assert fit_holds(tmp_path, *messages) == [None] * 6


def test_the_last_record_holds_until_the_timer_stops(tmp_path: Path) -> None:
    messages = [record(START_S, 100), record(START_S + 9, 100), timer(START_S + 17, 4)]
    assert fit_holds(tmp_path, *messages) == [9_000, 8_000]


def test_a_lost_heart_rate_in_a_dense_recording_ends_a_hold(tmp_path: Path) -> None:
    dense = [record(START_S + second, None if 5 < second < 25 else 100) for second in range(30)]
    assert fit_holds(tmp_path, *dense)[5] == 1_000


def tcx(*laps: list[list[int]]) -> str:
    """Laps of tracks of seconds, with 100 bpm at each."""

    def point(second: int) -> str:
        time = f"2024-05-04T10:{second // 60:02}:{second % 60:02}Z"
        rate = "<HeartRateBpm><Value>100</Value></HeartRateBpm>"
        return f"<Trackpoint><Time>{time}</Time>{rate}</Trackpoint>"

    text = "".join(
        "<Lap>" + "".join(f"<Track>{''.join(map(point, track))}</Track>" for track in lap) + "</Lap>"
        for lap in laps
    )
    activity = f"<Activities><Activity>{text}</Activity></Activities>"
    return f"<TrainingCenterDatabase>{activity}</TrainingCenterDatabase>"


def test_a_track_that_ends_is_a_pause_and_a_lap_is_none(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "a.tcx", tcx([[0, 9], [30, 39]], [[48, 57]])))
    assert [each.hold_ms for each in recording] == [9_000, 1_000, 9_000, 9_000, 9_000, None]


def timed_laps(*laps: tuple[int, float, list[int]]) -> str:
    """Laps with their start, the seconds for which the timer ran, and the seconds of their points."""
    text = tcx(*[[points] for _, _, points in laps])
    for start, seconds, _ in laps:
        began = f'StartTime="2024-05-04T10:{start // 60:02}:{start % 60:02}Z"'
        text = text.replace("<Lap>", f"<Lap {began}><TotalTimeSeconds>{seconds}</TotalTimeSeconds>", 1)
    return text


@pytest.mark.parametrize(
    ("laps", "hold_ms"),
    [
        ([(0, 9.0, [0, 9]), (30, 9.0, [30, 39])], 1_000),
        ([(0, 12.5, [0, 9]), (30, 9.0, [30, 39])], 3_500),
        ([(0, 30.0, [0, 9]), (30, 9.0, [30, 39])], 21_000),
        ([(0, 17.0, [0, 9]), (17, 9.0, [18, 27])], 9_000),
        ([(0, 16.4, [0, 9]), (17, 9.0, [18, 27])], 9_000),
        # Less than the time of its points: the pause was within the lap.
        ([(0, 14.0, [0, 9, 30, 39]), (48, 9.0, [48, 57])], 9_000),
        # Without its seconds a lap tells nothing.
        ([(0, 0.0, [0, 9]), (30, 9.0, [30, 39])], 21_000),
    ],
)
def test_a_gap_between_laps_is_a_pause_where_their_times_say_so(
    tmp_path: Path, laps: list[tuple[int, float, list[int]]], hold_ms: int
) -> None:
    recording = open_recording(written(tmp_path, "a.tcx", timed_laps(*laps)))
    last_of_first_lap = len(laps[0][2]) - 1
    assert [each.hold_ms for each in recording][last_of_first_lap] == hold_ms


def test_a_track_that_ends_with_a_blank_point_ends_a_hold_however_short(tmp_path: Path) -> None:
    rate = "<HeartRateBpm><Value>100</Value></HeartRateBpm>"
    before, _, after = tcx([[0, 1, 2], [4, 5]]).partition(f"10:00:02Z</Time>{rate}")
    recording = open_recording(written(tmp_path, "a.tcx", f"{before}10:00:02Z</Time>{after}"))
    assert [each.hold_ms for each in recording] == [None, 1_000, None, None]
