"""The history: its lists, one session as a series, report and files, a record that cannot be read."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from talkpace.report import page as report_page
from talkpace.storage.records import SessionOpened
from talkpace.storage.store import Store
from talkpace.web import record_program, record_reader
from talkpace.web.history_documents import interval_table, series
from talkpace.web.history_routes import REPORT_POLICY
from talkpace.web.record_program import RecordProgram
from talkpace.web.record_reader import RecordReader
from talkpace.web.refusal import RefusedError
from talkpace.web.refusal_answer import prefers_html

from ..formats.stored_sessions import stored_session, workout
from .household import House, open_house
from .http_client import Browser

FIRST, SECOND = datetime(2026, 10, 31, 23, 30, tzinfo=UTC), datetime(2026, 11, 1, 17, 2, tzinfo=UTC)
"""the first is on 1 November in Berlin, where it is half past midnight"""


def record(folder: Path) -> str:
    """A record with one measured session of Anna; returns its id."""
    with stored_session(folder, workout(600)) as session:
        return session.id


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "built").mkdir()
    (tmp_path / "talkpace.toml").write_text(
        f'store = {{ path = "{tmp_path}/talkpace.db" }}\nathletes = [{{ id = "anna", max_heart_rate = 190 }}]'
    )
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
async def member(house: House) -> Browser:
    return await house.new_member()


async def test_sessions_are_listed_by_month_activity_and_athlete(house: House, member: Browser) -> None:
    session = record(house.folder)
    with Store.open(house.folder / "talkpace.db") as store:
        row = store.session(session)
        names = "athlete node activity clock_synchronised boot origin_ms profile strap_name strap_address"
        opened = SessionOpened("b" * 32, start=row.start, **{one: getattr(row, one) for one in names.split()})
        store.write(
            [
                replace(opened, session="a" * 32, start=FIRST, activity="strength"),
                replace(opened, athlete="ben", start=datetime(2026, 9, 3, 8, tzinfo=UTC)),
            ]
        )
    everything = (await member.get("/api/sessions")).document
    assert (everything["month"], everything["athletes"]) == ("2026-11", ["anna", "ben"])
    assert everything["months"] == [{"month": "2026-09", "sessions": 1}, {"month": "2026-11", "sessions": 2}]
    assert everything["activities"] == ["cardio", "strength"]
    newest, oldest = everything["sessions"]
    assert (newest["session"], newest["activity"], newest["active"]) == (session, "cardio", False)
    assert (oldest["start"], oldest["active"], oldest["figures"]) == ("2026-11-01T00:30:00+01:00", True, None)

    async def listed(query: str) -> list[str]:
        return [
            one["session"][:1] for one in (await member.get(f"/api/sessions?{query}")).document["sessions"]
        ]

    assert await listed("activity=strength") == ["a"]
    assert await listed("athlete=ben") == ["b"]
    assert await listed("month=2026-09") == ["b"]
    assert await listed("month=2026-08") == []
    assert await listed("athlete=zoe") == []


async def test_a_session_has_every_figure_of_the_summary_and_its_heart_rates(
    house: House, member: Browser
) -> None:
    session = record(house.folder)
    document = (await member.get(f"/api/sessions/{session}")).document
    with Store.open(house.folder / "talkpace.db", read_only=True) as store:
        row = store.session(session)
        measurements = list(store.measurements(session))
    assert row.summary is not None
    summary = json.loads(row.summary)
    assert document["summary"] == summary
    assert document["figures"]["max"] == summary["heart_rate"]["max"]
    rates = [rate for rate in document["series"]["heart_rate"] if rate is not None]
    assert (min(rates), max(rates)) == (summary["heart_rate"]["min"], summary["heart_rate"]["max"])
    assert document["series"]["heart_rate"].count(None) == 2  # gaps
    assert document["zones"]["conversational"] == document["scale"]["base"] + document["scale"]["span"] / 2
    assert len(document["warnings"]) == summary["warnings"] > 0
    assert document["ceilings"][0]["from_s"] == 0
    assert sum(row["high"] >= row["low"] for row in document["table"]["rows"]) == len(
        document["table"]["rows"]
    )
    assert document["table"] == interval_table(measurements, measurements[-1].offset_ms)


def test_a_long_series_is_thinned_and_has_its_extremes() -> None:
    rates = [(second * 1000, 100 + second % 60) for second in range(24 * 3600)]
    rates[40_000] = (40_000_000, 199)
    thinned = series(rates, rates[-1][0])
    assert len(thinned["time_s"]) == len(thinned["heart_rate"]) <= 4 * 1001
    assert 199 in thinned["heart_rate"]


async def test_the_report_and_the_files_are_those_of_the_command_line(house: House, member: Browser) -> None:
    session = record(house.folder)
    report = await member.get(f"/api/sessions/{session}/report")
    assert (report.status, report.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert report.headers["content-security-policy"] == REPORT_POLICY
    assert REPORT_POLICY.startswith(report_page._POLICY)
    assert b"<h2" in report.content
    assert b"<script" not in report.content
    for format_, beginning in {"fit": b"\x0e", "csv": b"time"}.items():
        answer = await member.get(f"/api/sessions/{session}/export?format={format_}")
        assert answer.status == 200, answer.content
        assert answer.content.startswith(beginning)
        name = f'attachment; filename="talkpace-2026-11-01-1802-anna.{format_}"'
        assert answer.headers["content-disposition"] == name


async def test_a_deleted_session_is_only_among_those_that_can_be_restored(
    house: House, member: Browser
) -> None:
    session = record(house.folder)
    with Store.open(house.folder / "talkpace.db") as store:
        store.mark_deleted(session, datetime(2026, 11, 2, tzinfo=UTC))
    document = (await member.get("/api/sessions")).document
    assert (document["sessions"], document["months"]) == ([], [])
    [deleted] = document["deleted"]
    assert (deleted["session"], deleted["restorable_until"]) == (session, "2026-11-03T01:00:00+01:00")
    for path in ("", "/report", "/export?format=csv"):
        answer = await member.get(f"/api/sessions/{session}{path}")
        assert (answer.status, answer.message) == (404, f"there is no session {session!r}")


async def test_a_record_that_cannot_be_read_is_told_in_words(house: House, member: Browser) -> None:
    database = house.folder / "talkpace.db"

    async def message() -> str:
        answer = await member.get("/api/sessions")
        assert answer.status == 503
        return answer.message

    assert "there is no database" in await message()
    database.write_bytes(b"not a database, but of enough bytes for a header of SQLite" * 3)
    assert "is not a SQLite database" in await message()
    database.unlink()
    record(house.folder)
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()
    assert "newer talkpace" in await message()
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert "older talkpace: start the daemon once" in await message()


async def test_reads_wait_in_a_short_queue_and_not_for_ever(tmp_path: Path) -> None:
    record(tmp_path)
    reader, released = RecordReader(tmp_path / "talkpace.db", timeout_s=0.01), Event()
    reads = [
        asyncio.create_task(reader.read(lambda _store: released.wait()))
        for _ in range(record_reader.MOST_WAITING)
    ]
    results = await asyncio.gather(*reads, return_exceptions=True)
    assert {str(one) for one in results} == {"the history does not answer in time: try again in a moment"}
    with pytest.raises(RefusedError, match="too many requests"):
        await reader.read(lambda store: store.version)
    released.set()
    reader.close()


async def test_a_program_that_fails_takes_too_long_or_writes_too_much_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record_program, "LARGEST_OUTPUT", 1000)

    async def refusal(code: str, timeout_s: float = 60) -> str:
        with pytest.raises(RefusedError) as refused:
            await RecordProgram([sys.executable, "-c", code], timeout_s=timeout_s).run("report")
        assert refused.value.status == 503
        return str(refused.value)

    assert (
        await refusal("import sys; sys.exit('first line\\nError: no such thing')") == "Error: no such thing"
    )
    assert await refusal("import time; time.sleep(1000)", timeout_s=0.01) == "this took longer than 0 s"
    assert "MB: use the command line" in await refusal("while True: print('x' * 100)")
    with pytest.raises(RefusedError, match="no process can be started"):
        await RecordProgram(["/nothing/talkpace"]).run("report")


async def test_a_tab_gets_a_page_that_says_when_to_try_again(
    house: House, member: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = f"/api/sessions/{record(house.folder)}/report"
    monkeypatch.setattr(record_program, "MOST_WAITING", 0)
    answer = await member.get(report, Accept="text/html,application/xml;q=0.9,*/*;q=0.8")
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert answer.headers["retry-after"] == "60"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "Please try again in 60 seconds." in answer.content.decode()
    german = await member.get(report, Accept="text/html", **{"Accept-Language": "de-DE,en;q=0.5"})
    assert "Bitte in 60 Sekunden noch einmal versuchen" in german.content.decode()
    script = await member.get(report, Accept="*/*")
    assert (script.status, script.headers["retry-after"]) == (503, "60")
    assert "try again in a minute" in script.message


async def test_a_page_about_a_refusal_has_nothing_of_the_request_in_its_markup(
    house: House, member: Browser
) -> None:
    answer = await member.get("/api/sessions?month=%3Cb%3E", Accept="text/html")
    assert answer.status == 400
    stranger = await house.browser().get("/", Host="<script>x</script>", Accept="text/html")
    assert stranger.status == 403
    for page in (answer.content, stranger.content):
        assert b"This cannot be shown" in page
        assert b"<b>" not in page
        assert b"<script" not in page
        assert b"Try again" not in page


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/*", True),
        ("text/html;q=0.4, application/json;q=0.5", False),
        ("application/json, text/html", False),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_which_requests_prefer_a_page(accept: str, html: bool) -> None:
    assert prefers_html(accept) == html


async def test_only_so_many_runs_wait() -> None:
    program = RecordProgram([sys.executable, "-c", "print('done')"])
    runs = [program.run("report") for _ in range(record_program.MOST_WAITING + 1)]
    results = await asyncio.gather(*runs, return_exceptions=True)
    assert results[:-1] == [b"done\n"] * record_program.MOST_WAITING
    assert "one after the other" in str(results[-1])
