"""FIT files: heart rates, RR intervals with the record they belong to, and damage."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.strap.recording import open_recording

from ...shared_data import shared_data
from .fit_writer import FIT_EPOCH_S, fit_file, hrv, message, record, text, uint8, uint16, uint32
from .reading import heart_rates, intervals, read, written

START_S = 1_700_000_000


def test_records_with_a_heart_rate_are_let_through_and_the_others_counted(tmp_path: Path) -> None:
    messages = [
        record(START_S, None),
        record(START_S + 1, 70),
        record(START_S + 2, 0),
        record(START_S + 4, 71),
    ]
    recording, beats = read(tmp_path, "a.fit", fit_file(messages))
    assert beats == [(1000, 70), (4000, 71)]
    assert (recording.measurements, recording.skipped, recording.problems) == (2, 2, [])
    assert recording.start == datetime.fromtimestamp(START_S, UTC)


def test_rr_intervals_go_with_the_record_before_them(tmp_path: Path) -> None:
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


def test_rr_intervals_without_a_heart_rate_or_out_of_range_are_dropped(tmp_path: Path) -> None:
    messages = [hrv(900), record(START_S, None), hrv(900), record(START_S + 1, 70), hrv(65_000, 800)]
    recording = open_recording(written(tmp_path, "a.fit", fit_file(messages)))
    assert intervals(recording) == [(800,)]
    assert recording.problems == [
        "RR interval dropped, there is no heart rate to go with it: 2 times, first in record 1",
        "RR interval dropped, it is no number from 0 to 63999 ms: record 2",
    ]


def test_hours_of_rr_intervals_behind_one_record_are_bounded(tmp_path: Path) -> None:
    messages = [record(START_S, 70), *[hrv(800, 800, 800, 800, 800)] * 100]
    recording = open_recording(written(tmp_path, "a.fit", fit_file(messages)))
    kept = len(intervals(recording)[0])
    assert 250 <= kept < 500
    assert f"more than a notification holds: {500 - kept} times" in recording.problems[0]


def test_the_device_is_named(tmp_path: Path) -> None:
    known = message(0, uint16(1, 1), uint16(2, 3121))
    recording, _ = read(tmp_path, "a.fit", fit_file([known, record(START_S, 70)]))
    assert recording.strap.name == "garmin edge 530"
    assert (recording.strap.manufacturer, recording.strap.model) == ("garmin", "edge 530")
    assert recording.strap.address == "file:a.fit"
    named = message(0, uint16(1, 65_534), text(8, "Thing One"))
    assert read(tmp_path, "b.fit", fit_file([named, record(START_S, 70)]))[0].strap.name == "Thing One"
    assert read(tmp_path, "c.fit", fit_file([record(START_S, 70)]))[0].strap.name == "c.fit"


def test_times_since_the_device_was_switched_on_are_no_dates(tmp_path: Path) -> None:
    messages = [record(FIT_EPOCH_S + second, 70 + second) for second in (5, 6)]
    recording, beats = read(tmp_path, "a.fit", fit_file(messages))
    assert (recording.start, beats) == (None, [(0, 75), (1000, 76)])


def test_records_out_of_order_or_without_time_are_skipped(tmp_path: Path) -> None:
    messages = [
        record(START_S + 2, 70),
        record(START_S, 71),
        message(20, uint8(3, 72)),
        record(START_S + 2, 73),
    ]
    recording, beats = read(tmp_path, "a.fit", fit_file(messages))
    assert beats == [(0, 70), (0, 73)]
    assert recording.problems == [
        "row skipped, its time runs backwards: record 2",
        "row skipped, its time is not understood: record 3",
    ]


def test_a_heart_rate_of_an_odd_type_is_skipped(tmp_path: Path) -> None:
    odd = message(20, uint32(253, START_S + 1 - FIT_EPOCH_S), text(3, "fast"))
    pair = message(20, uint32(253, START_S + 2 - FIT_EPOCH_S), (3, 0x02, b"\x46\x47"))
    recording, beats = read(tmp_path, "a.fit", fit_file([record(START_S, 70), odd, pair]))
    assert (beats, recording.skipped) == ([(0, 70)], 2)


def test_chained_files_are_one_stream(tmp_path: Path) -> None:
    chained = fit_file([record(START_S, 70)]) + fit_file([record(START_S + 9, 71)])
    recording, beats = read(tmp_path, "a.fit", chained)
    assert (beats, recording.problems) == ([(0, 70), (9000, 71)], [])


@pytest.mark.parametrize("cut_bytes", [1, 2, 3, 10])
def test_of_a_file_cut_short_what_could_be_read_is_used(tmp_path: Path, cut_bytes: int) -> None:
    content = fit_file([record(START_S + second, 70 + second) for second in range(10)])
    recording, beats = read(tmp_path, "a.fit", content[:-cut_bytes])
    assert beats == [(second * 1000, 70 + second) for second in range(10 if cut_bytes <= 2 else 9)]
    assert recording.problems == ["the file is cut short; what could be read is used"]


def test_a_wrong_checksum_is_said_and_the_file_is_read(tmp_path: Path) -> None:
    content = bytearray(fit_file([record(START_S, 70), record(START_S + 1, 71)]))
    content[-1] ^= 1
    recording, beats = read(tmp_path, "a.fit", bytes(content))
    assert beats == [(0, 70), (1000, 71)]
    assert recording.problems == ["a checksum does not match; what could be read is used"]


def test_of_a_damaged_file_what_came_before_is_used(tmp_path: Path) -> None:
    undefined = b"\x05\x00"
    recording, beats = read(
        tmp_path, "a.fit", fit_file([record(START_S, 70), undefined, record(START_S + 1, 71)])
    )
    assert beats == [(0, 70)]
    assert len(recording.problems) == 1
    assert "the file is damaged, what came before is used" in recording.problems[0]


def table(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_published_recordings_read_as_an_independent_decoder_reads_them() -> None:
    files = sorted(shared_data().glob("*/*.fit"))
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


def test_published_csv_recordings_are_understood() -> None:
    for path in sorted(shared_data().glob("*/*.hr.csv")):
        recording = open_recording(path)
        rows = table(path)
        assert [rate for _, rate in heart_rates(recording)] == [int(r["hr_bpm"]) for r in rows if r["hr_bpm"]]
        assert recording.measurements + recording.skipped == len(rows)
