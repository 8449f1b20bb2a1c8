"""What is a recording and what isn't, whatever its name; nothing but RecordingError comes out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talkpace.errors import RecordingError
from talkpace.formats import Format, open_recording
from talkpace.measurement.heart_rate_payload import encode

from .read_recording import heart_rates, read, written
from .small_fit_files import fit_file, record

CSV = "time,heart_rate\n0,70\n1,71\n"
TCX = (
    "<TrainingCenterDatabase><Activities><Activity><Lap><Track><Trackpoint><Time>2026-11-23T17:00:00Z</Time>"
    "<HeartRateBpm><Value>70</Value></HeartRateBpm></Trackpoint></Track></Lap></Activity></Activities>"
    "</TrainingCenterDatabase>"
)
GPX = (
    "<gpx><trk><trkseg><trkpt><time>2026-11-23T17:00:00Z</time><extensions><hr>70</hr></extensions>"
    "</trkpt></trkseg></trk></gpx>"
)
FIT = fit_file([record(1_700_000_000, 70), record(1_700_000_001, 71)])

SAMPLES: dict[Format, str | bytes] = {
    Format.CSV: CSV,
    Format.TCX: TCX,
    Format.GPX: GPX,
    Format.FIT: FIT,
    Format.CAPTURE: "0.0,0046\n",
}


@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("name", ["a.fit", "a.csv", "a.gpx", "a"])
def test_the_format_is_detected_by_content_whatever_the_name(
    tmp_path: Path, format_: Format, name: str
) -> None:
    recording, beats = read(tmp_path, name, SAMPLES[format_])
    assert recording.format is format_
    assert beats[0] == (0, 70)


def test_a_capture_with_a_damaged_first_line_is_detected_by_its_name(tmp_path: Path) -> None:
    content = "0.0,00\N{REPLACEMENT CHARACTER}\n1.0,0047\n"
    recording, beats = read(tmp_path, "strap.capture", content)
    assert (recording.format, beats, recording.skipped) == (Format.CAPTURE, [(0, 71)], 1)
    with pytest.raises(RecordingError, match="is not a recording"):
        open_recording(written(tmp_path, "strap.txt", content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\n", "is not a recording"),
        (bytes(range(256)) * 40, "is not a recording"),
        (json.dumps({"heart_rate": [70]}).encode(), "is not a recording"),
        (b"Dear diary, today I ran.\n", "is not a recording"),
        (b"<html><body>70</body></html>", "is not a recording"),
        (b"time,power\n0,200\n", "without a heart-rate column"),
        (b"0,70\n1,71\n", "is not a recording"),
        (b"time,heart_rate\n", "a CSV file without a single heart rate"),
        (b"time,heart_rate\n0,\n1,0\n", "a CSV file without a single heart rate"),
        (b"0.0,0000\n1.0,0000\n", "a raw capture file without a single heart rate"),
        (b"<gpx><trk/></gpx>", "a GPX file without a single heart rate"),
        (TCX.replace("70", "0").encode(), "a TCX file without a single heart rate"),
        (fit_file([record(1_700_000_000, None)]), "a FIT file without a single heart rate"),
        (fit_file([]), "a FIT file without a single heart rate"),
        (b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT", "a FIT file without a single heart rate"),
    ],
)
def test_a_file_without_heart_rates_is_refused_in_one_line(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(RecordingError, match=reason) as refused:
        open_recording(written(tmp_path, "training.dat", content))
    assert str(refused.value).startswith("training.dat: ")
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"away\.fit: cannot be read: No such file"):
        open_recording(tmp_path / "away.fit")


def test_a_directory_a_pipe_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RecordingError, match="is a directory"):
        open_recording(tmp_path)
    with pytest.raises(RecordingError, match="is not a regular file"):
        open_recording(tmp_path / "pipe")
    with pytest.raises(RecordingError, match="a file name cannot contain a NUL"):
        open_recording(tmp_path / "a\0b")


def test_a_file_without_read_permission_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "secret.csv", CSV)
    path.chmod(0)
    with as_nobody(tmp_path), pytest.raises(RecordingError, match="Permission denied"):
        open_recording(path)


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Root may read everything, so for a moment this process is somebody else."""
    if os.geteuid() != 0:
        yield
        return
    for above in [folder, *list(folder.parents)[:3]]:
        above.chmod(above.stat().st_mode | 0o011)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("header", ["time,power", "timestamp;rr;since_start", "seconds\tcadence"])
def test_a_table_without_a_heart_rate_column_is_refused_as_such(tmp_path: Path, header: str) -> None:
    with pytest.raises(RecordingError, match="without a heart-rate column"):
        open_recording(written(tmp_path, "a.csv", f"{header}\n1,2,3\n"))


def test_control_characters_of_a_file_name_are_not_printed(tmp_path: Path) -> None:
    recording, _ = read(tmp_path, "two\nlines.csv", CSV)
    assert recording.strap.address == "file:two\N{REPLACEMENT CHARACTER}lines.csv"


def test_the_start_is_known_before_the_first_notification(tmp_path: Path) -> None:
    content = "time,hr\n2026-11-23T18:00:00+01:00,\n2026-11-23T18:00:02+01:00,70\n"
    dated = open_recording(written(tmp_path, "a.csv", content)).start
    assert dated == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert open_recording(written(tmp_path, "b.csv", CSV)).start is None


def test_a_second_pass_over_a_recording_starts_its_counts_at_zero(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "a.csv", CSV + "2,\n"))
    assert (recording.measurements, recording.skipped, recording.position_bytes) == (2, 1, 0)
    first = heart_rates(recording)
    assert heart_rates(recording.notifications()) == first
    assert (recording.measurements, recording.skipped) == (2, 1)


def test_the_position_advances_to_the_size(tmp_path: Path) -> None:
    rows = "".join(f"{second},70\n" for second in range(20_000))
    recording = open_recording(written(tmp_path, "a.csv", "time,heart_rate\n" + rows))
    positions = [recording.position_bytes for _ in recording]
    assert positions == sorted(positions)
    assert 0 < positions[0] < positions[10_000] < recording.size_bytes
    assert recording.position_bytes == recording.size_bytes == recording.path.stat().st_size


def test_a_file_that_is_gone_at_the_second_pass_is_an_error(tmp_path: Path) -> None:
    recording = open_recording(written(tmp_path, "a.csv", CSV))
    assert list(recording)
    recording.path.unlink()
    with pytest.raises(RecordingError, match="cannot be read"):
        list(recording)


def check_any(content: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        try:
            recording = open_recording(written(Path(folder), name, content))
        except RecordingError:
            return
        beats = list(recording)
    assert len(beats) == recording.measurements > 0
    times = [beat.at_ms for beat in beats]
    assert times == sorted(times)
    assert times[0] >= 0
    assert all("\n" not in problem for problem in recording.problems)


NAMES = st.sampled_from(["a.fit", "a.csv", "a.tcx", "a.capture", "a"])


@given(st.binary(max_size=300), NAMES)
@example(b"time,heart_rate\n1e99,70\nnan,70\n1,nan\n1,inf\n1,1e400\n1,70\n", "a.csv")
@example(b"time,heart_rate\n0001-01-01T00:00:00,70\n9999-12-31T23:59:59-23:59,70\n", "a.csv")
@example(b'time,hr\r\n1,"70\r"\r\n"1,70\r\n1,70', "a.csv")
@example(b"<?xml version='1.0' encoding='utf-7'?><gpx></gpx>", "a.gpx")
@example(b"<?xml version='1.0' encoding='nonsense'?><gpx></gpx>", "a.gpx")
@example(b"<gpx creator='\xff'></gpx>", "a.gpx")
@example(b"<gpx>&unknown;</gpx>", "a.gpx")
def test_any_bytes_are_a_recording_or_refused(content: bytes, name: str) -> None:
    check_any(content, name)


@given(
    st.sampled_from(list(SAMPLES.values())).map(
        lambda sample: sample.encode() if isinstance(sample, str) else sample
    ),
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=6),
    st.integers(0, 2**16),
)
def test_a_damaged_recording_is_a_recording_or_refused(
    sample: bytes, changes: list[tuple[int, int]], keep: int
) -> None:
    damaged = bytearray(sample)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    check_any(bytes(damaged[: keep % (len(damaged) + 1)] or damaged), "a.dat")


HEART_RATES = st.integers(20, 254) | st.integers(256, 0xFFFE)
"""255 and 65535 stand for none"""
ROWS = st.lists(
    st.tuples(st.integers(0, 3_000), HEART_RATES, st.lists(st.integers(0, 63_999), max_size=9)),
    min_size=1,
    max_size=30,
)


@given(ROWS)
def test_rows_of_a_csv_become_the_same_notifications(rows: list[tuple[int, int, list[int]]]) -> None:
    at_ms, expected, lines = 0, [], ["time,heart_rate,rr_ms"]
    for index, (step_ms, heart_rate, rr_ms) in enumerate(rows):
        at_ms += step_ms if index else 0
        lines.append(f"{at_ms / 1000},{heart_rate},{' '.join(map(str, rr_ms))}")
        expected.append((at_ms, encode(heart_rate, rr_ms=rr_ms)))
    with TemporaryDirectory() as folder:
        recording = open_recording(written(Path(folder), "a.csv", "\n".join(lines)))
        assert [(beat.at_ms, beat.payload) for beat in recording] == expected
    assert (recording.measurements, recording.skipped, recording.problems) == (len(rows), 0, [])
