"""CSV recordings and raw captures: what is read, what is skipped, and which problems are reported."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from talkpace.errors import RecordingError
from talkpace.formats import open_recording

from .read_recording import heart_rates, intervals, read, written


@pytest.fixture
def central_europe(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The host's local time, with a change of clocks on 2026-03-29 at 02:00."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    "content",
    [
        "time,heart_rate\n0,70\n1.5,71\n",
        "t_s,hr_bpm\r\n0,70\r\n1.5,71\r\n",
        "\ufeffSeconds,HR\n0,70\n1.5,71",
        '"Time","Heart Rate"\n"0","70"\n"1.5","71"\n',
        "elapsed_s;bpm\n0;70\n1,5;71\n",
        "time\theartrate\n0\t70\n1.5\t71\n",
        'lap,note,heart_rate_bpm,timestamp\n1,"fast, then slow",70,100\n1,"said ""go""",71,101.5\n',
        "\n\ntime,heart_rate\n\n0,70\n\n1.5,71\n\n",
        "time,hr\n1700000000,70\n1700000001.5,71\n",
        "time,hr\n1700000000000,70\n1700000001500,71\n",
        "time,hr\n2026-11-23T17:00:00Z,70\n2026-11-23T18:00:01.5+01:00,71\n",
        "time,hr\n2026-11-23 17:00:00z,70\n2026-11-23t17:00:01.500000z,71\n",
        "time,hr\n-3,70\n-1.5,71\n",
    ],
)
def test_common_layouts_of_csv_are_read(tmp_path: Path, content: str) -> None:
    recording, beats = read(tmp_path, "a.csv", content)
    assert beats == [(0, 70), (1500, 71)]
    assert (recording.measurements, recording.skipped, recording.problems) == (2, 0, [])


@pytest.mark.parametrize(
    ("written_time", "start"),
    [
        ("12.5", None),
        ("1700000000.25", datetime.fromtimestamp(1_700_000_000.25, UTC)),
        ("1700000000250", datetime.fromtimestamp(1_700_000_000.25, UTC)),
        ("2026-11-23T18:00:00.25+01:00", datetime(2026, 11, 23, 17, 0, 0, 250_000, UTC)),
    ],
)
def test_a_csv_has_a_start_date_where_its_times_are_dates(
    tmp_path: Path, written_time: str, start: datetime | None
) -> None:
    assert read(tmp_path, "a.csv", f"time,hr\n{written_time},70\n")[0].start == start


@pytest.mark.usefixtures("central_europe")
def test_dates_without_an_offset_are_local_time_and_reported(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n2026-11-23T18:00:00,70\n2026-11-23T18:00:02,71\n")
    assert recording.start == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert beats == [(0, 70), (2000, 71)]
    assert recording.problems == ["times without an offset, taken as local time (UTC+01:00)"]


def test_rows_without_a_heart_rate_are_counted_and_keep_time(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n10,\n11,0\n12, \n13,70\n")
    assert beats == [(3000, 70)]
    assert (recording.skipped, recording.problems) == (3, ["row without a heart rate: 0 bpm: line 3"])


def test_values_that_stand_for_none_and_those_of_no_heart_are_skipped_and_reported(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n0,255\n1,256\n2,65535\n3,19\n4,20\n5,254\n")
    assert beats == [(1000, 256), (4000, 20), (5000, 254)]
    [problem] = recording.problems
    assert problem.startswith("row skipped, its heart rate is below 20 bpm, or a value that stands for none")
    assert problem.endswith("3 times, first in line 2")


def test_impossible_heart_rates_are_skipped_and_reported_in_one_line(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n0,70\n1,65536\n2,-1\n3,fast\n4,nan\n5,inf\n6,71\n")
    assert beats == [(0, 70), (6000, 71)]
    assert recording.skipped == 5
    assert recording.problems == [
        "row skipped, its heart rate is not a number from 0 to 65535: 5 times, first in line 3"
    ]


def test_fractional_heart_rates_are_rounded_and_reported_once(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n0,70.5\n1,70.4\n2,72.0\n")
    assert beats == [(0, 71), (1000, 70), (2000, 72)]
    assert recording.problems == ["heart rate with a fraction, rounded: 2 times, first in line 2"]


def test_rows_out_of_order_are_sorted_and_those_at_the_same_time_stay_as_they_are(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n5,70\n6,71\n6,72\n4,73\n5.9,74\n6,75\n")
    assert beats == [(0, 73), (1000, 70), (1900, 74), (2000, 71), (2000, 72), (2000, 75)]
    assert (recording.measurements, recording.skipped) == (6, 0)
    assert recording.problems == ["rows were not in order of time: 5 sorted"]


@pytest.mark.parametrize("odd_time", ["", "soon", "nan", "1e12", "2026-11-23T17:00:00Z"])
def test_a_time_that_is_missing_or_on_another_scale_is_skipped(tmp_path: Path, odd_time: str) -> None:
    recording, beats = read(tmp_path, "a.csv", f"time,hr\n0,70\n{odd_time},71\n1,72\n")
    assert beats == [(0, 70), (1000, 72)]
    assert recording.problems == ["row skipped, its time cannot be parsed: line 3"]


def test_dates_with_and_without_an_offset_are_not_mixed(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n2026-11-23T17:00:00Z,70\n2026-11-23T17:00:01,71\n")
    assert beats == [(0, 70)]
    assert recording.problems == ["row skipped, its time cannot be parsed: line 3"]


def test_a_csv_truncated_within_a_row_gives_the_rows_before(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n0,70\n1,71\n2")
    assert beats == [(0, 70), (1000, 71)]
    assert (recording.skipped, recording.problems) == (1, ["row skipped, it has too few columns: line 4"])


def test_rr_intervals_of_a_csv_belong_to_their_row(tmp_path: Path) -> None:
    recording = open_recording(
        written(tmp_path, "a.csv", "time,hr,rr\n0,70,\n1,71,840.0 850\n2,72\n3,73,  800\t790 \n")
    )
    assert intervals(recording) == [(), (840, 850), (), (800, 790)]
    assert recording.problems == []


def test_an_rr_interval_out_of_range_is_dropped_and_its_row_used(tmp_path: Path) -> None:
    recording = open_recording(
        written(tmp_path, "a.csv", "time,hr,rr\n0,70,64000 63999\n1,71,-1 x 800 nan\n2,0,800\n")
    )
    assert intervals(recording) == [(63_999,), (800,)]
    assert recording.problems == [
        "RR interval dropped, it is not a number from 0 to 63999 ms: 4 times, first in line 2",
        "row without a heart rate: 0 bpm: line 4",
        "RR interval dropped, its row has no heart rate: line 4",
    ]


def test_more_rr_intervals_than_a_notification_holds_are_dropped(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "a.csv", "time,hr,rr\n0,70," + " 800" * 300))
    used = len(intervals(recording)[0])
    assert 250 <= used < 300
    assert f"{300 - used} times" in recording.problems[0]


def test_an_endless_line_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", b"time,hr\n0,70\n" + b"7" * 20_000_000 + b"\n1,71\n")
    recording = open_recording(path)
    tracemalloc.start()
    try:
        assert heart_rates(recording) == [(0, 70), (1000, 71)]
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_payloads_of_a_capture_are_passed_on_unchanged(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "a.txt", "10.00,1648 0B03\n11.02,00\n12,\n13.001,ff\r\n"))
    assert [(beat.at_ms, beat.payload.hex()) for beat in recording] == [
        (0, "16480b03"),
        (1020, "00"),
        (2000, ""),
        (3001, "ff"),
    ]
    assert (recording.measurements, recording.skipped, recording.start) == (4, 0, None)


def test_malformed_lines_of_a_capture_are_skipped_and_reported_in_one_line(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.txt", "0,0046\n1,004\nx,0046\n2\n3,00 zz\n\n4,0047\n3.9,0048\n")
    assert beats == [(0, 70), (3900, 72), (4000, 71)]
    assert recording.skipped == 4
    assert recording.problems == [
        "rows were not in order of time: 2 sorted",
        "row skipped, it is not seconds, a comma and bytes in hex: 4 times, first in line 2",
    ]


def test_a_row_takes_little_memory_until_it_is_used(tmp_path: Path) -> None:
    def peak_bytes(rows: int) -> int:
        lines = (f"{row},{70 + row % 60}\nbad,70\n" for row in range(rows))
        recording = open_recording(written(tmp_path, "a.csv", "time,hr\n" + "".join(lines)))
        tracemalloc.start()
        try:
            for _ in recording:
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(30_000) < peak_bytes(3_000) + 27_000 * 150


@pytest.mark.usefixtures("central_europe")
def test_an_hour_between_rows_is_an_hour_where_the_clock_does_not_follow_summer_time(tmp_path: Path) -> None:
    first = datetime(2026, 3, 29, 0, 30)  # noqa: DTZ001 - the point is that no offset is given
    rows = "".join(f"{(first + timedelta(hours=hour)).isoformat()},7{hour}\n" for hour in range(4))
    assert [at_ms for at_ms, _ in read(tmp_path, "a.csv", "time,hr\n" + rows)[1]] == [
        hour * 3_600_000 for hour in range(4)
    ]


def local_rows(first: datetime, seconds: Iterable[int], zone: str = "Europe/Berlin") -> str:
    """Rows as a program writes them that shows local time without an offset."""
    dates = (first + timedelta(seconds=second) for second in seconds)
    return "".join(
        f"{date.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()},70\n" for date in dates
    )


@pytest.mark.usefixtures("central_europe")
@pytest.mark.parametrize("month_day", [(3, 29), (10, 25)])
@pytest.mark.parametrize("seconds", [range(0, 7200, 1), range(0, 7200, 9), [0, 60, 1800, 3590, 3600, 7200]])
def test_local_times_follow_a_change_of_summer_time(
    tmp_path: Path, month_day: tuple[int, int], seconds: Sequence[int]
) -> None:
    month, day = month_day
    first = datetime(2026, month, day, 0, 0, 5, tzinfo=UTC)
    recording, beats = read(tmp_path, "a.csv", "time,hr\n" + local_rows(first, seconds))
    assert [at_ms for at_ms, _ in beats] == [second * 1000 for second in seconds]
    assert recording.start == first


@pytest.mark.usefixtures("central_europe")
def test_a_pause_over_the_end_of_winter_time_is_as_long_as_it_was(tmp_path: Path) -> None:
    first = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    seconds = [0, 1, 2, 5400, 5401]
    beats = read(tmp_path, "a.csv", "time,hr\n" + local_rows(first, seconds))[1]
    assert [at_ms for at_ms, _ in beats] == [second * 1000 for second in seconds]


def test_a_capture_of_1_bpm_throughout_is_no_recording_of_a_heart(tmp_path: Path) -> None:
    content = "".join(f"{second}.0,0001\n" for second in range(130))
    with pytest.raises(RecordingError, match="without a single heart rate"):
        open_recording(written(tmp_path, "a.capture", content))
