"""TCX and GPX files, as programs write them: namespaces, blanks, cuts, and attacks by entity."""

from __future__ import annotations

import re
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.errors import RecordingError
from talkpace.formats import open_recording

from .read_recording import read, written

TCX_NAMESPACE = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"


def tcx(*points: str) -> str:
    return (
        f'<?xml version="1.0"?>\n<TrainingCenterDatabase xmlns="{TCX_NAMESPACE}"><Activities>'
        f'<Activity Sport="Running"><Lap StartTime="x"><Track>{"".join(points)}</Track></Lap>'
        '<Creator xmlns:xsi="x" xsi:type="Device_t"><Name>Forerunner &amp; Co</Name></Creator>'
        "</Activity></Activities><Author><Name>Somebody</Name></Author></TrainingCenterDatabase>"
    )


def trackpoint(time: str, heart_rate: str | None) -> str:
    rate = "" if heart_rate is None else f"<HeartRateBpm><Value>{heart_rate}</Value></HeartRateBpm>"
    return f"<Trackpoint><Time>{time}</Time>{rate}<Extensions><hr2>9</hr2></Extensions></Trackpoint>\n"


def gpx(*points: str) -> str:
    return (
        '<gpx creator="Watch 3" xmlns="http://www.topografix.com/GPX/1/1" xmlns:ns3="http://garmin/v1">'
        "<metadata><time>2020-01-01T00:00:00Z</time></metadata>"
        f"<trk><trkseg>{''.join(points)}</trkseg></trk></gpx>"
    )


def trkpt(time: str, heart_rate: str) -> str:
    extension = f"<ns3:TrackPointExtension><ns3:hr>{heart_rate}</ns3:hr></ns3:TrackPointExtension>"
    return f'<trkpt lat="1" lon="2"><time>{time}</time><extensions>{extension}</extensions></trkpt>\n'


def at(second: int) -> str:
    return f"2026-11-23T17:{second // 60:02}:{second % 60:02}.000Z"


def test_a_tcx_gives_heart_rates_start_and_device(tmp_path: Path) -> None:
    content = tcx(trackpoint(at(0), None), trackpoint(at(1), "70"), trackpoint(at(3), " 71 "))
    recording, beats = read(tmp_path, "a.tcx", content)
    assert beats == [(1000, 70), (3000, 71)]
    assert recording.start == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert (recording.skipped, recording.problems) == (1, [])
    assert recording.strap.name == "Forerunner & Co"


def test_a_gpx_gives_heart_rates_start_and_device(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.gpx", gpx(trkpt(at(0), "70"), trkpt(at(2), "0"), trkpt(at(3), "71")))
    assert beats == [(0, 70), (3000, 71)]
    assert recording.start == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert (recording.skipped, recording.strap.name) == (1, "Watch 3")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_accepted(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "a.gpx", gpx(trkpt(at(0), "70")).encode(encoding))[1] == [(0, 70)]


def test_blanks_before_the_xml_declaration_are_skipped(tmp_path: Path) -> None:
    assert read(tmp_path, "a.tcx", " \r\n  " + tcx(trackpoint(at(0), "70")))[1] == [(0, 70)]


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.99])
def test_a_truncated_xml_file_is_read_up_to_its_end(tmp_path: Path, keep: float) -> None:
    whole = gpx(*[trkpt(at(second), str(70 + second)) for second in range(100)])
    cut = whole[: int(len(whole) * keep)]
    recording, beats = read(tmp_path, "a.gpx", cut)
    assert beats == [(second * 1000, 70 + second) for second in range(cut.count("</trkpt>"))]
    assert len(recording.problems) == 1
    assert "truncated or damaged" in recording.problems[0]


def test_malformed_track_points_are_skipped(tmp_path: Path) -> None:
    points = [trkpt(at(5), "70"), trkpt("", "71"), trkpt("noon", "71"), trkpt(at(4), "71"), trkpt(at(6), "x")]
    recording, beats = read(tmp_path, "a.gpx", gpx(*points))
    assert (beats, recording.skipped) == ([(0, 71), (1000, 70)], 3)
    assert recording.problems == [
        "rows were not in order of time: 2 sorted",
        "row skipped, its time cannot be parsed: 2 times, first in track point 2",
        "row skipped, its heart rate is not a number from 0 to 65535: track point 5",
    ]


def test_times_without_an_offset_are_utc_and_reported(tmp_path: Path) -> None:
    recording, _ = read(tmp_path, "a.gpx", gpx(trkpt("2026-11-23T17:00:00", "70")))
    assert recording.start == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert recording.problems == ["times without an offset, taken as UTC"]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;',
    ],
)
def test_xml_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    content = f"<!DOCTYPE gpx [{declaration}]>" + gpx(trkpt(at(0), "70"))
    with pytest.raises(RecordingError, match="entities, which are refused"):
        open_recording(written(tmp_path, "a.gpx", content))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak_bytes(points: int) -> int:
        content = tcx(*[trackpoint(at(second % 3600), "70") for second in range(points)])
        recording = open_recording(written(tmp_path, "a.tcx", content))
        tracemalloc.start()
        try:
            for _ in recording:
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(5_000) < peak_bytes(500) + 100_000


def test_a_prefix_that_the_file_does_not_declare_is_read_all_the_same(tmp_path: Path) -> None:
    whole = gpx(*[trkpt(at(second), str(70 + second)) for second in range(3)])
    undeclared = re.sub(r'\sxmlns:[\w.-]+="[^"]*"', "", whole)
    assert undeclared != whole
    recording, beats = read(tmp_path, "a.gpx", undeclared)
    assert (beats, recording.problems) == ([(0, 70), (1000, 71), (2000, 72)], [])
