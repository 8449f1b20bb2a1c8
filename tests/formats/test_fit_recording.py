"""FIT files: heart rates, RR intervals with the record they belong to, and damage."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.errors import RecordingError
from talkpace.formats import open_recording

from ..shared_data import recordings
from .read_recording import heart_rates, intervals, read, written
from .small_fit_files import FIT_EPOCH_S, fit_file, hrv, message, record, text, uint8, uint16, uint32

START_S = 1_700_000_000
FILE_ID = message(0, uint16(1, 1), uint16(2, 3121))


def test_records_with_a_heart_rate_are_read_and_the_others_counted(tmp_path: Path) -> None:
    messages = [
        record(START_S, None),
        record(START_S + 1, 70),
        record(START_S + 2, 0),
        record(START_S + 4, 71),
    ]
    recording, beats = read(tmp_path, "a.fit", fit_file(messages))
    assert beats == [(1000, 70), (4000, 71)]
    assert (recording.measurements, recording.skipped) == (2, 2)
    assert recording.problems == ["row without a heart rate: 0 bpm: record 3"]
    assert recording.start == datetime.fromtimestamp(START_S, UTC)


def test_rr_intervals_belong_to_the_record_before_them(tmp_path: Path) -> None:
    messages = [
        record(START_S, 70),
        record(START_S + 1, 71),
        hrv(840, 850),
        hrv(860),
        record(START_S + 3, 72),
        hrv(830),
    ]
    recording = open_recording(written(tmp_path, "a.fit", fit_file(messages)))
    assert intervals(recording) == [(), (840, 850, 860), (830,)]
    assert recording.problems == []


def test_rr_intervals_before_all_records_or_out_of_range_are_dropped(tmp_path: Path) -> None:
    messages = [hrv(900), record(START_S, None), hrv(900), record(START_S + 1, 70), hrv(65_000, 800)]
    recording = open_recording(written(tmp_path, "a.fit", fit_file(messages)))
    assert intervals(recording) == [(900, 800)]
    assert recording.problems == [
        "RR interval dropped, its row has no heart rate: record 1",
        "RR interval dropped, it is not a number from 0 to 63999 ms: record 2",
    ]


def test_hours_of_rr_intervals_behind_one_record_are_bounded(tmp_path: Path) -> None:
    messages = [record(START_S, 70), *[hrv(800, 800, 800, 800, 800)] * 100]
    recording = open_recording(written(tmp_path, "a.fit", fit_file(messages)))
    used = len(intervals(recording)[0])
    assert 250 <= used < 500
    assert f"more than a notification holds: {500 - used} times" in recording.problems[0]


def test_the_strap_is_named_after_the_device(tmp_path: Path) -> None:
    file_id = message(0, uint16(1, 1), uint16(2, 3121))
    recording, _ = read(tmp_path, "a.fit", fit_file([file_id, record(START_S, 70)]))
    assert recording.strap.name == "garmin edge 530"
    assert (recording.strap.manufacturer, recording.strap.model) == ("garmin", "edge 530")
    assert recording.strap.address == "file:a.fit"
    named = message(0, uint16(1, 65_534), text(8, "Thing One"))
    assert read(tmp_path, "b.fit", fit_file([named, record(START_S, 70)]))[0].strap.name == "Thing One"
    assert read(tmp_path, "c.fit", fit_file([record(START_S, 70)]))[0].strap.name == "c.fit"


def test_timestamps_since_power_on_are_not_dates(tmp_path: Path) -> None:
    messages = [record(FIT_EPOCH_S + second, 70 + second) for second in (5, 6)]
    recording, beats = read(tmp_path, "a.fit", fit_file(messages))
    assert (recording.start, beats) == (None, [(0, 75), (1000, 76)])


def test_records_out_of_order_are_sorted_and_those_without_time_skipped(tmp_path: Path) -> None:
    messages = [
        record(START_S + 2, 70),
        record(START_S, 71),
        message(20, uint8(3, 72)),
        record(START_S + 2, 73),
    ]
    recording, beats = read(tmp_path, "a.fit", fit_file(messages))
    assert beats == [(0, 71), (2000, 70), (2000, 73)]
    assert recording.problems == [
        "rows were not in order of time: 2 sorted",
        "row skipped, its time cannot be parsed: record 3",
    ]


def test_a_heart_rate_of_an_unexpected_type_is_skipped(tmp_path: Path) -> None:
    odd = message(20, uint32(253, START_S + 1 - FIT_EPOCH_S), text(3, "fast"))
    pair = message(20, uint32(253, START_S + 2 - FIT_EPOCH_S), (3, 0x02, b"\x46\x47"))
    recording, beats = read(tmp_path, "a.fit", fit_file([record(START_S, 70), odd, pair]))
    assert (beats, recording.skipped) == ([(0, 70)], 2)


def test_chained_files_are_one_stream(tmp_path: Path) -> None:
    chained = fit_file([record(START_S, 70)]) + fit_file([record(START_S + 9, 71)])
    recording, beats = read(tmp_path, "a.fit", chained)
    assert (beats, recording.problems) == ([(0, 70), (9000, 71)], [])


@pytest.mark.parametrize("cut_bytes", [1, 2, 3, 10])
def test_a_truncated_fit_file_is_read_up_to_its_end(tmp_path: Path, cut_bytes: int) -> None:
    content = fit_file([record(START_S + second, 70 + second) for second in range(10)])
    recording, beats = read(tmp_path, "a.fit", content[:-cut_bytes])
    assert beats == [(second * 1000, 70 + second) for second in range(10 if cut_bytes <= 2 else 9)]
    assert recording.problems == ["the file is truncated; what could be read is used"]


def test_a_wrong_checksum_is_reported_and_the_file_read(tmp_path: Path) -> None:
    content = bytearray(fit_file([record(START_S, 70), record(START_S + 1, 71)]))
    content[-1] ^= 1
    recording, beats = read(tmp_path, "a.fit", bytes(content))
    assert beats == [(0, 70), (1000, 71)]
    assert recording.problems == ["a checksum does not match; what could be read is used"]


def test_a_damaged_fit_file_is_read_up_to_the_damage(tmp_path: Path) -> None:
    undefined = b"\x05\x00"
    recording, beats = read(
        tmp_path, "a.fit", fit_file([record(START_S, 70), undefined, record(START_S + 1, 71)])
    )
    assert beats == [(0, 70)]
    assert len(recording.problems) == 1
    assert "the file is damaged, what could be read is used" in recording.problems[0]


def test_padding_behind_the_checksum_leaves_a_file_complete(tmp_path: Path) -> None:
    content = fit_file([record(START_S, 70)]) + b"\0" * 700
    recording, beats = read(tmp_path, "a.fit", content)
    assert beats == [(0, 70)]
    assert not recording.incomplete
    assert recording.problems == ["what follows the end of the FIT data is ignored"]


def test_a_field_description_without_a_developer_costs_that_field_only(tmp_path: Path) -> None:
    description = message(206, uint8(0, 0), uint8(1, 7), uint8(2, 2), text(3, "power"))
    recording, beats = read(tmp_path, "a.fit", fit_file([description, record(START_S, 70)]))
    assert beats == [(0, 70)]
    assert not recording.incomplete
    assert recording.problems == ["developer fields without a valid description, ignored: 1"]


def test_a_file_whose_header_has_no_length_is_refused_in_plain_words(tmp_path: Path) -> None:
    content = bytearray(fit_file([record(START_S, 70)]))
    content[4:8] = bytes(4)
    with pytest.raises(RecordingError, match="length of 0: the device did not finish writing the file"):
        read(tmp_path, "a.fit", bytes(content))


def table(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_published_recordings_read_as_an_independent_decoder_reads_them() -> None:
    files = recordings("*.fit")
    assert files
    for path in files:
        recording = open_recording(path)
        beats = list(recording)
        rows = table(path.with_suffix(".hr.csv"))
        expected = [(float(row["t_s"]) * 1000, int(row["hr_bpm"])) for row in rows if row["hr_bpm"]]
        assert heart_rates(beats) == expected, path.name
        assert recording.skipped == len(rows) - len(expected)
        assert recording.problems == []
        rr_file = path.with_suffix(".rr.csv")
        expected_rr: dict[float, list[float]] = {}
        for row in table(rr_file) if rr_file.exists() else ():
            expected_rr.setdefault(float(row["after_record_t_s"]) * 1000, []).append(float(row["rr_ms"]))
        found = {beat.at_ms: list(rr) for beat, rr in zip(beats, intervals(beats), strict=True) if rr}
        assert found == expected_rr, path.name


def test_published_csv_recordings_are_read() -> None:
    for path in recordings("*.hr.csv"):
        recording = open_recording(path)
        rows = table(path)
        assert [rate for _, rate in heart_rates(recording)] == [int(r["hr_bpm"]) for r in rows if r["hr_bpm"]]
        assert recording.measurements + recording.skipped == len(rows)


def test_activities_in_one_file_in_any_order_are_put_in_order_of_time(tmp_path: Path) -> None:
    later = fit_file([FILE_ID, *(record(START_S + 90_000 + second, 80) for second in range(3))])
    earlier = fit_file([FILE_ID, *(record(START_S + second, 70) for second in range(3))])
    recording, beats = read(tmp_path, "a.fit", later + earlier)
    assert beats == [(second * 1000, 70) for second in range(3)] + [
        ((90_000 + second) * 1000, 80) for second in range(3)
    ]
    assert recording.start == datetime.fromtimestamp(START_S, UTC)
