"""Contents of files: packed, in other encodings, with other line ends, and what they may unpack to."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from talkpace.errors import RecordingError
from talkpace.formats import open_recording
from talkpace.formats.content import MOST_UNPACKED_BYTES, open_content

from .read_recording import heart_rates, read, written
from .small_fit_files import fit_file, record

CSV = "time,hr\n0,70\n1,71\n2,72\n"
BEATS = [(0, 70), (1000, 71), (2000, 72)]
FIT = fit_file([record(1_700_000_000 + second, 70 + second) for second in range(3)])
GPX = "<gpx><trk><trkseg>{}</trkseg></trk></gpx>".format(
    "".join(
        f"<trkpt><time>2026-11-23T17:00:0{second}Z</time><extensions><hr>7{second}</hr></extensions></trkpt>"
        for second in range(3)
    )
)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv.gz", CSV.encode()), ("a.fit.gz", FIT), ("a.gpx.gz", GPX.encode()), ("a.fit", FIT)],
)
def test_a_packed_file_is_read_like_its_content_whatever_its_name(
    tmp_path: Path, name: str, content: bytes
) -> None:
    recording, beats = read(tmp_path, name, gzip.compress(content))
    assert beats == BEATS
    assert recording.problems == []
    assert heart_rates(recording) == BEATS


def test_blanks_before_the_xml_declaration_of_a_packed_file_are_skipped(tmp_path: Path) -> None:
    packed = gzip.compress(b"          <?xml version='1.0'?>" + GPX.encode())
    assert read(tmp_path, "a.gpx.gz", packed)[1] == BEATS


@pytest.mark.parametrize("keep", [10, 20, 40])
def test_a_packed_file_that_is_cut_short_is_refused_in_one_line(tmp_path: Path, keep: int) -> None:
    with pytest.raises(RecordingError, match="cannot be unpacked"):
        open_recording(written(tmp_path, "a.csv.gz", gzip.compress(CSV.encode())[:keep]))


def test_a_file_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(CSV.encode() + bytes(30_000_000))
    with pytest.raises(RecordingError, match="unpacks to more than 300 times its size"):
        open_recording(written(tmp_path, "a.fit.gz", packed))


def test_a_file_that_unpacks_to_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    block = gzip.compress(random.Random(1).randbytes(2**14) * 2**6, 1)
    packed = block * (MOST_UNPACKED_BYTES // 2**20 + 1)
    with pytest.raises(RecordingError, match="too large for a recording"):
        open_recording(written(tmp_path, "a.fit.gz", packed))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_text_is_read_in_any_usual_encoding_and_with_any_line_end(
    tmp_path: Path, encoding: str, line_end: str, packed: bool
) -> None:
    content = CSV.replace("\n", line_end).encode(encoding)
    recording, beats = read(tmp_path, "a.csv", gzip.compress(content) if packed else content)
    assert (beats, recording.problems) == (BEATS, [])


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_line_ends_are_the_same_however_the_text_falls_into_pieces(
    tmp_path: Path, line_end: str, encoding: str
) -> None:
    lines = [f"{row},{'x' * (row % 7)}" for row in range(60_000)]
    path = written(tmp_path, "a.txt", line_end.join(lines).encode(encoding))
    with open_content(path) as content:
        assert content.read().decode().splitlines() == lines


def test_letters_of_an_old_encoding_do_not_matter(tmp_path: Path) -> None:
    content = "# Übung, Straße\ntime;Herzfrequenz;Notiz\n0;70;schön\n1;71;\n2;72;\n"
    assert read(tmp_path, "a.csv", content.encode("latin-1"))[1] == BEATS
