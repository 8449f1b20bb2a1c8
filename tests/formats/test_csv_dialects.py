"""Tables of other programs: whatever delimiter, names, times, marks and encoding, the same heart rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.errors import RecordingError
from talkpace.formats import open_recording
from talkpace.formats.recording import Recording

from .read_recording import heart_rates, read, written

START = datetime(2026, 11, 1, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class TimeForm:
    """Names of a column of times, and how it writes seconds since the start."""

    names: tuple[str, ...]
    text: Callable[[float], str]


def clock(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{ms:03}"


def minutes(seconds: float) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 60}:{whole % 60:02}.{ms:03}"


TIME_FORMS = (
    TimeForm(("secs", "Time (s)", "t_s", "elapsed [s]", "Seconds"), lambda seconds: f"{seconds:.3f}"),
    TimeForm(("time_ms", "Time (ms)"), lambda seconds: f"{seconds * 1000:.0f}"),
    TimeForm(("time", "Time"), clock),
    TimeForm(("Time", "elapsed_time"), minutes),
    TimeForm(
        ("timestamp", "Phone timestamp", "DateTime"),
        lambda seconds: (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds"),
    ),
    TimeForm(("unix", "timestamp")[1:], lambda seconds: f"{START.timestamp() + seconds:.3f}"),
)
HEART_RATE_NAMES = ("hr", "HR (bpm)", "Heart Rate (bpm)", "heart_rate", "heartrate", "bpm", "Herzfrequenz")


@dataclass(frozen=True)
class Dialect:
    """How a program writes a table."""

    delimiter: str
    comma: bool
    form: TimeForm
    time_name: str
    heart_rate_name: str
    others: tuple[str, ...]
    quoted: bool
    head: str
    line_end: str
    encoding: str

    def table(self, rows: list[tuple[float, int]]) -> bytes:
        """The file of rows of seconds and bpm."""
        cells = [[self.time_name, *self.others, self.heart_rate_name]]
        for seconds, bpm in rows:
            text = self.form.text(seconds)
            others = ["1.5" for _ in self.others]
            if self.comma:
                text, others = text.replace(".", ","), [one.replace(".", ",") for one in others]
            cells.append([text, *others, str(bpm)])
        quote = '"' if self.quoted else ""
        lines = [self.delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in cells]
        head = f"sep={self.delimiter}\n" if self.head == "sep" else self.head
        return (head + "\n".join(lines) + "\n").replace("\n", self.line_end).encode(self.encoding)


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    delimiter = draw(st.sampled_from(";,\t|"))
    form = draw(st.sampled_from(TIME_FORMS))
    return Dialect(
        delimiter=delimiter,
        comma=delimiter != "," and draw(st.booleans()),
        form=form,
        time_name=draw(st.sampled_from(form.names)),
        heart_rate_name=draw(st.sampled_from(HEART_RATE_NAMES)),
        others=draw(st.sampled_from([(), ("power",), ("km", "cad")])),
        quoted=draw(st.booleans()),
        head=draw(st.sampled_from(["", "sep", "# exported by a program\n", "\n"])),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])),
    )


ROWS = st.lists(st.tuples(st.integers(1, 9_000), st.integers(40, 200)), min_size=2, max_size=8)


@settings(max_examples=150, deadline=None)
@given(dialects(), ROWS)
def test_a_table_in_any_dialect_gives_the_same_heart_rates(
    dialect: Dialect, steps: list[tuple[int, int]]
) -> None:
    at_ms, expected = 0, []
    for index, (step_ms, bpm) in enumerate(steps):
        at_ms += step_ms if index else 0
        expected.append((at_ms, bpm))
    content = dialect.table([(at_ms / 1000, bpm) for at_ms, bpm in expected])
    with TemporaryDirectory() as folder:
        recording = open_recording(written(Path(folder), "a.csv", content))
        assert heart_rates(recording) == expected
    assert recording.problems == []


def test_a_decimal_comma_between_commas_is_refused_in_words(tmp_path: Path) -> None:
    content = "time,hr\n" + "".join(f"{second},5,{70 + second}\n" for second in range(20))
    with pytest.raises(RecordingError, match="cannot be told"):
        open_recording(written(tmp_path, "a.csv", content))


def test_decimal_commas_late_in_a_file_are_told(tmp_path: Path) -> None:
    rows = [f"{second},{70 + second % 60}\n" for second in range(20_000)]
    rows += [f"{second},5,{70 + second % 60}\n" for second in range(20_000, 20_100)]
    recording, beats = read(tmp_path, "a.csv", "time,hr\n" + "".join(rows))
    assert len(beats) == 20_000
    assert any("100 times, first in line 20002" in problem for problem in recording.problems)


def test_polar_flow_names_date_and_start_in_a_table_of_its_own_day_first(tmp_path: Path) -> None:
    content = (
        "Name,Sport,Date,Start time,Duration\nAnna,RUNNING,02-03-2026,07:30:00,00:00:02\n"
        "Sample rate,Time,HR (bpm),Speed (km/h)\n1,00:00:00,70,\n,00:00:01,71,\n,00:00:02,72,\n"
    )
    recording, beats = read(tmp_path, "a.csv", content)
    assert beats == [(0, 70), (1000, 71), (2000, 72)]
    assert recording.start is not None
    assert recording.start.astimezone().replace(tzinfo=None) == datetime(2026, 3, 2, 7, 30)  # noqa: DTZ001


def test_a_date_in_a_column_of_its_own_dates_the_time_of_day_beside_it(tmp_path: Path) -> None:
    content = "Date,Time,HR\n2026-03-02,23:59:59,70\n2026-03-03,00:00:00,71\n"
    recording, beats = read(tmp_path, "a.csv", content)
    assert beats == [(0, 70), (1000, 71)]
    assert recording.start is not None
    assert recording.start.astimezone().replace(tzinfo=None) == datetime(2026, 3, 2, 23, 59, 59)  # noqa: DTZ001


def local(recording: Recording) -> datetime:
    """The start of a recording by the host's clock."""
    assert recording.start is not None
    return recording.start.astimezone().replace(tzinfo=None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026/11/03 18:00:00", "2026/11/03 18:00:02"),
        ("2026/11/3 6:00:00 PM", "2026/11/3 6:00:02 PM"),
        ("2026-11-03 06:00:00 pm", "2026-11-03 06:00:02 pm"),
        ('"11/03/2026, 6:00:00 PM"', '"11/03/2026, 6:00:02 PM"'),
        ("03.11.2026 18:00:00", "03.11.2026 18:00:02"),
    ],
)
def test_dates_with_slashes_and_times_with_am_and_pm_are_read(
    tmp_path: Path, first: str, second: str
) -> None:
    # The last row has the day that tells the order of all.
    last = "11/30/2026 18:00:00" if '"' in first else second
    recording, beats = read(tmp_path, "a.csv", f"time,hr\n{first},70\n{second},71\n{last},72\n")
    assert beats[:2] == [(0, 70), (2000, 71)]
    assert local(recording) == datetime(2026, 11, 3, 18)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("dates", "start"),
    [
        (("13/11/2026", "13/11/2026"), (2026, 11, 13)),
        (("11/13/2026", "11/13/2026"), (2026, 11, 13)),
        (("12/11/2026", "13/11/2026"), (2026, 11, 12)),
        (("11/12/2026", "11/13/2026"), (2026, 11, 12)),
        (("11/11/2026", "11/11/2026"), (2026, 11, 11)),
    ],
)
def test_a_number_above_12_anywhere_in_a_file_tells_day_from_month(
    tmp_path: Path, dates: tuple[str, str], start: tuple[int, int, int]
) -> None:
    content = f"time;hr\n{dates[0]} 23:59:59;70\n{dates[1]} 23:59:59;71\n"
    assert local(read(tmp_path, "a.csv", content)[0]).timetuple()[:3] == start


def test_dates_whose_day_and_month_cannot_be_told_apart_are_refused_with_what_to_do(tmp_path: Path) -> None:
    content = "time,hr\n03/11/2026 18:00:00,70\n03/11/2026 18:00:01,71\n"
    with pytest.raises(RecordingError, match=r"03/11/2026, is ambiguous.*write them as year-month-day"):
        open_recording(written(tmp_path, "a.csv", content))


def test_dates_in_both_orders_are_refused(tmp_path: Path) -> None:
    content = "time,hr\n13/11/2026 18:00:00,70\n11/14/2026 18:00:01,71\n"
    with pytest.raises(RecordingError, match="month first in others, such as 11/14/2026"):
        open_recording(written(tmp_path, "a.csv", content))


@pytest.mark.parametrize(
    ("clocks", "expected_ms"),
    [
        (("11:59:59 AM", "12:00:00 PM", "12:00:01 PM"), [0, 1000, 2000]),
        (("11:59:59 PM", "12:00:00 AM", "12:00:01 AM"), [0, 1000, 2000]),
        (("9:59 a.m.", "10:00 a.m.", "10:01 a.m."), [0, 60_000, 120_000]),
    ],
)
def test_a_clock_with_am_and_pm_has_half_days(
    tmp_path: Path, clocks: tuple[str, ...], expected_ms: list[int]
) -> None:
    beats = read(tmp_path, "a.csv", "time,hr\n" + "".join(f"{clock},70\n" for clock in clocks))[1]
    assert [at_ms for at_ms, _ in beats] == expected_ms


def test_an_hour_of_pm_above_12_is_no_time(tmp_path: Path) -> None:
    recording, beats = read(tmp_path, "a.csv", "time,hr\n1:00:00 PM,70\n13:00:01 PM,71\n")
    assert (beats, recording.skipped) == ([(0, 70)], 1)


def test_a_date_with_slashes_in_a_column_of_its_own_dates_the_time_beside_it(tmp_path: Path) -> None:
    recording, beats = read(
        tmp_path, "a.csv", "Date,Time,HR\n11/30/2026,6:00:00 PM,70\n11/30/2026,6:00:01 PM,71\n"
    )
    assert beats == [(0, 70), (1000, 71)]
    assert local(recording) == datetime(2026, 11, 30, 18)  # noqa: DTZ001


def test_a_clock_that_passes_midnight_goes_on(tmp_path: Path) -> None:
    beats = read(tmp_path, "a.csv", "time,hr\n23:59:58,70\n23:59:59,71\n00:00:00,72\n")[1]
    assert beats == [(0, 70), (1000, 71), (2000, 72)]
