"""Text files of RR intervals, as apps write them: the same intervals, or a refusal in words."""

from __future__ import annotations

import gzip
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.errors import RecordingError
from talkpace.formats.rr_text import RrIntervals, read_intervals

from .read_recording import written

RR_MS = [790 + 7 * (place * 5 % 9) for place in range(60)]
BEATS_MS = list(accumulate(RR_MS))
SECONDS = [time / 1000 for time in BEATS_MS]


def lines(*rows: object) -> str:
    return "".join(f"{row}\n" for row in rows)


def found(folder: Path, content: str | bytes, name: str = "rr.txt") -> RrIntervals:
    intervals = read_intervals(written(folder, name, content))
    assert intervals is not None
    return intervals


PAIRS = list(zip(SECONDS, RR_MS, strict=True))
LAYOUTS = {
    "one a line": lines(*RR_MS),
    "old line ends": "\r".join(map(str, RR_MS)),
    "with decimals": lines(*(f"{rr}.0" for rr in RR_MS)),
    "with decimal commas": lines(*(f"{rr},0" for rr in RR_MS)),
    "seconds": lines(*(f"{rr / 1000:.3f}" for rr in RR_MS)),
    "seconds with decimal commas": lines(*(f"{rr / 1000:.3f}".replace(".", ",") for rr in RR_MS)),
    "on one line with commas": ",".join(map(str, RR_MS)),
    "on one line with commas and blanks": ", ".join(map(str, RR_MS)),
    "on one line with blanks": " ".join(map(str, RR_MS)),
    "on one line with semicolons": ";".join(map(str, RR_MS)),
    "time and interval with tabs": lines(*(f"{time:.3f}\t{rr}" for time, rr in PAIRS)),
    "time and interval in seconds": lines(*(f"{time:.3f} {rr / 1000:.3f}" for time, rr in PAIRS)),
    "time and interval with commas": lines(*(f"{round(time * 1000)},{rr}" for time, rr in PAIRS)),
    "time and interval with commas and points": lines(*(f"{time:.3f},{rr}" for time, rr in PAIRS)),
    "a table": "Time,RRI\n" + lines(*(f"{time:.3f},{rr}" for time, rr in PAIRS)),
    "a table of dates": "Phone timestamp;RR-interval [ms]\n"
    + lines(*(f"2026-11-01T17:{round(time) // 60:02}:{round(time) % 60:02}.123;{rr}" for time, rr in PAIRS)),
    "quoted": '"rr_ms"\n' + lines(*(f'"{rr}"' for rr in RR_MS)),
    "with comments": "# exported\n\n" + lines(*RR_MS),
    "with a title": "RR intervals\n" + lines(*RR_MS),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_intervals_are_read_from_any_usual_layout(tmp_path: Path, layout: str, encoding: str) -> None:
    intervals = found(tmp_path, LAYOUTS[layout].encode(encoding))
    assert [round(rr) for rr in intervals.rr_ms] == RR_MS
    assert intervals.skipped == 0


def test_a_packed_file_of_intervals_is_read(tmp_path: Path) -> None:
    assert found(tmp_path, gzip.compress(lines(*RR_MS).encode()), "rr.txt.gz").rr_ms == RR_MS


@pytest.mark.parametrize("times", [SECONDS, BEATS_MS, [500 + time for time in SECONDS]])
def test_times_of_beats_become_the_intervals_between_them_and_it_is_told(
    tmp_path: Path, times: list[float]
) -> None:
    intervals = found(tmp_path, lines(*times))
    assert [round(rr) for rr in intervals.rr_ms] == RR_MS[1:]
    assert intervals.remark is not None
    assert "times of beats" in intervals.remark


def test_times_of_beats_with_one_out_of_order_are_no_intervals(tmp_path: Path) -> None:
    times = [*SECONDS[:30], SECONDS[31], SECONDS[30], *SECONDS[32:]]
    with pytest.raises(RecordingError, match="only grow"):
        read_intervals(written(tmp_path, "rr.txt", lines(*times)))


def test_values_that_only_grow_and_are_no_times_of_beats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="only grow"):
        read_intervals(written(tmp_path, "rr.txt", lines(*range(1, 200))))


def test_a_comma_that_may_be_either_is_refused(tmp_path: Path) -> None:
    content = lines(*(f"{700 + place},{800 + place}" for place in range(60)))
    with pytest.raises(RecordingError, match="may separate columns or decimals"):
        read_intervals(written(tmp_path, "rr.txt", content))


@given(st.lists(st.integers(300, 1500), min_size=3, max_size=25))
def test_any_intervals_of_a_heart_are_read_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, rr_ms: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("rr")
    assert found(folder, lines(*rr_ms)).rr_ms == rr_ms
