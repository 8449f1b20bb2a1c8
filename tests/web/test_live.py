"""What open pages see: streams, long polls, calls, read-only links; and what happens as things stop."""

from __future__ import annotations

import asyncio
import json
from asyncio import StreamReader
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from talkpace.control.client import DaemonNotification
from talkpace.web import live_feed
from talkpace.web.access_state import View

from .household import PASSWORD, House, open_house
from .http_client import PATIENCE_S, Browser, read_answer


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, pause_s=0.1, poll_s=0.1) as house:
        yield house


async def test_a_stream_begins_with_all_states_and_goes_on_with_every_change(house: House) -> None:
    house.daemon.live("anna", 120)
    house.daemon.live("ben", 100)
    async with (await house.new_member()).stream() as stream:
        assert stream.head.headers["content-type"].startswith("text/event-stream")
        assert "no-transform" in stream.head.headers["cache-control"]
        seen = await stream.until("state", heart_rate=100)
        assert seen[0] == ("state", {"topic": "anna/live", "payload": {"heart_rate": 120}})
        house.daemon.live("anna", 121)
        await stream.until("state", heart_rate=121)
        house.daemon.feed.event("anna/event", '{"event": "over"}')
        [*_, last] = await stream.until("event", event="over")
        assert last == ("event", {"topic": "anna/event", "payload": {"event": "over"}})
        await stream.until(":")


async def test_many_pages_are_one_client_of_the_daemon(house: House) -> None:
    member = await house.new_member()
    async with member.stream() as first, member.stream() as second, member.stream() as third:
        await house.pages(3)
        house.daemon.live("anna", 140)
        for stream in (first, second, third):
            await stream.until("state", heart_rate=140)
    await house.pages(0)
    assert house.daemon.clients == 2, "one for states, one for calls"


async def test_pages_are_told_that_the_daemon_has_gone_and_see_all_states_when_it_is_back(
    house: House,
) -> None:
    house.daemon.live("anna", 120)
    async with (await house.new_member()).stream() as stream:
        await stream.until("state", heart_rate=120)
        await house.daemon.stop()
        await stream.until("daemon", connected=False)
        await house.daemon.start()
        assert ("daemon", {"connected": True}) in await stream.until("state", heart_rate=120)


async def test_the_daemon_is_back_once_states_and_calls_both_have_their_connection(house: House) -> None:
    member = await house.new_member()
    house.daemon.live("anna", 120)
    async with member.stream() as stream:
        await stream.until("state", heart_rate=120)
        await house.daemon.stop()
        await stream.until("daemon", connected=False)
        house.daemon.clients, house.daemon.places = 0, asyncio.Semaphore(1)
        await house.daemon.start()
        async with asyncio.timeout(PATIENCE_S):
            while house.daemon.clients < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert (await member.get("/api/poll?after=0")).document["connected"] is False
        house.daemon.places.release()
        await stream.until("daemon", connected=True)
        assert (await member.get("/api/athletes")).status == 200
        await stream.until("state", heart_rate=120)


async def test_without_a_daemon_a_page_opens_and_says_so(tmp_path: Path) -> None:
    async with open_house(tmp_path, daemon=False, poll_s=0.01) as house:
        member = await house.new_member()
        async with member.stream() as stream:
            await stream.until("daemon", connected=False)
        polled = (await member.get("/api/poll?after=0")).document
        assert (polled["connected"], polled["messages"]) == (False, [])
        for answer in (await member.call("node"), await member.get("/api/athletes")):
            assert answer.status == 503
            assert answer.message.startswith("the daemon does not run")


async def test_a_slow_reader_gets_the_newest_values_and_holds_nothing_up(house: House) -> None:
    member = await house.new_member()
    async with member.stream() as slow, member.stream() as fast:
        await house.pages(2)
        # More than what the kernel and both ends of the slow connection buffer, and its reader stands still.
        for number in range(1, 101):
            house.daemon.live("anna", number, padding="x" * 200_000)
            await fast.until("state", heart_rate=number)
        seen = await slow.until("state", heart_rate=100)
        numbers = [document["payload"]["heart_rate"] for name, document in seen if name == "state"]
        assert numbers == sorted(numbers)
        assert len(numbers) < 100


async def test_events_wait_for_a_slow_reader_up_to_a_limit() -> None:
    feed = live_feed.LiveFeed()
    feed.show_connection(connected=True)
    with feed.open_page(lambda _topic: True) as page:
        for number in range(live_feed.MOST_EVENTS + 50):
            feed.take(DaemonNotification("event", {"topic": "anna/event", "payload": number}))
            feed.take(DaemonNotification("state", {"topic": "anna/live", "payload": number}))
        assert await page.wait(PATIENCE_S)
        _, updates = page.take()
    assert len(updates) == live_feed.MOST_EVENTS + 1
    assert updates[-1].body == '{"topic":"anna/live","payload":249}'


async def test_a_poll_gives_all_states_then_waits_for_the_next(house: House) -> None:
    house.daemon.live("anna", 120)
    member = await house.new_member()
    first = (await member.get("/api/poll?after=0")).document
    while not first["messages"]:
        first = (await member.get("/api/poll?after=0")).document
    assert first["connected"] is True
    assert first["messages"] == [{"kind": "state", "topic": "anna/live", "payload": {"heart_rate": 120}}]
    waiting = asyncio.create_task(poll_until_news(member, first["next"]))
    await house.pages(1)
    house.daemon.feed.event("anna/event", '{"event": "over"}')
    second = await waiting
    assert second["messages"] == [{"kind": "event", "topic": "anna/event", "payload": {"event": "over"}}]
    assert second["next"] > first["next"]


async def poll_until_news(browser: Browser, after: int) -> dict[str, object]:
    """Poll again and again, as the time of this household's polls is short."""
    while True:
        document = (await browser.get(f"/api/poll?after={after}")).document
        if document["messages"]:
            return dict(document)
        after = document["next"]


async def test_a_poll_after_a_number_of_another_process_starts_again(house: House) -> None:
    house.daemon.live("anna", 120)
    member = await house.new_member()
    async with member.stream() as stream:
        await stream.until("state", heart_rate=120)
    for number in (1, 10**15):
        assert (await member.get(f"/api/poll?after={number}")).document["messages"]


async def test_a_poll_tells_that_the_daemon_has_gone(house: House) -> None:
    member = await house.new_member()
    before = (await member.get("/api/poll?after=0")).document["next"]
    await house.daemon.stop()
    await house.connected(connected=False)
    answer = (await member.get(f"/api/poll?after={before}")).document
    assert (answer["connected"], answer["messages"]) == (False, [])


async def test_a_page_that_opens_gets_the_last_minutes_of_those_whom_it_shows(house: House) -> None:
    screen, member = await house.new_screen(View(athletes=("anna",))), await house.new_member()
    async with member.stream() as stream:
        house.daemon.live("ben", 100, effort=0.5)
        house.daemon.live("anna", 120, effort=0.6)
        await stream.until("state", heart_rate=120)
        house.daemon.live("anna", 121, effort=0.61)
        await stream.until("state", heart_rate=121)
        await house.daemon.stop()
        await stream.until("daemon", connected=False)
    recent = (await screen.get("/api/recent")).document
    assert {athlete: [value[1:] for value in values] for athlete, values in recent.items()} == {
        "anna": [[120, 0.6], [121, 0.61], [None, None]]
    }
    assert (await member.get("/api/recent")).document.keys() == {"anna", "ben"}


async def test_calls_are_answered_as_the_daemon_answers_them(house: House) -> None:
    member = await house.new_member()
    done = await member.call("command", athlete="anna", name="mute", argument=60)
    assert (done.status, done.document) == (200, {"result": {"state": {}}})
    assert house.daemon.calls == [("command", {"athlete": "anna", "name": "mute", "argument": 60})]
    refused = await member.call("command", athlete="anna", name="fly")
    assert (refused.status, refused.document["error"]["code"]) == (200, -32000)
    assert refused.message == "there is no command 'fly'"
    invalid = await member.call("command", athlete=1)
    assert (invalid.status, invalid.document["error"]["code"]) == (200, -32602)
    assert (await member.get("/api/athletes")).document[0] == {"athlete": "anna", "name": "Anna"}
    changed = await member.call("settings.set", changes={"warnings.warn_after_s": 8, "athletes": {}})
    assert changed.status == 200


async def test_a_read_only_link_shows_what_the_household_chose(house: House) -> None:
    house.daemon.live("anna", 120)
    house.daemon.live("ben", 100)
    house.daemon.feed.state("anna/habits", '{"advice": "rest"}')
    house.daemon.feed.state("node", '{"adapter": "ok"}')
    screen = await house.new_screen(View(athletes=("anna",)))
    session = (await screen.get("/api/session")).document
    assert (session["state"], session["node"]) == ("watching", "gym")
    async with screen.stream() as stream:
        await stream.until("state", heart_rate=120)
        house.daemon.live("ben", 101)
        house.daemon.live("anna", 121)
        seen = await stream.until("state", heart_rate=121)
        assert {document["topic"] for name, document in seen if name == "state"} == {"anna/live"}
    polled = (await screen.get("/api/poll?after=0")).document
    assert {one["topic"] for one in polled["messages"]} == {"anna/live"}
    assert (await screen.get("/api/athletes")).document == [{"athlete": "anna", "name": "Anna"}]
    assert (await screen.call("athletes.list")).status == 403


async def test_revoking_a_link_closes_the_pages_that_it_opened(house: House) -> None:
    screen, other = await house.new_screen(), await house.new_screen(name="tablet")
    link = house.admin.state.links[0]
    async with screen.stream() as stream:
        await house.pages(1)
        house.admin.revoke_link("tv")
        assert [one async for one in stream.frames() if one[0] != ":"] == []
    assert (await screen.get("/api/session")).document["state"] == "setup"
    assert (await other.get("/api/session")).document["state"] == "watching"
    assert (await house.browser().post("/api/link", {"link": link.hash})).status == 401


async def test_signing_out_closes_open_pages(house: House) -> None:
    member = await house.new_member()
    async with member.stream() as stream:
        await house.pages(1)
        await Browser(house.port, member.cookie, member.token).post("/api/logout", {})
        assert [one async for one in stream.frames() if one[0] != ":"] == []


async def test_a_session_survives_a_restart_of_the_page(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        member = await house.new_member()
    async with open_house(tmp_path) as house:
        again = Browser(house.port, member.cookie, member.token)
        assert (await again.get("/api/session")).document["token"] == member.token
        assert (await again.call("command", athlete="anna", name="mute")).status == 200
        answer = await house.browser().post("/api/login", {"password": PASSWORD})
        assert answer.document["state"] == "signed_in"


async def test_stopping_ends_open_streams_polls_and_calls_first(tmp_path: Path) -> None:
    async with open_house(tmp_path, poll_s=1000, pause_s=1000) as house:
        member = await house.new_member()
        number = (await member.get("/api/poll?after=0")).document["next"]
        house.daemon.answering.clear()
        async with member.stream() as stream:
            poll = asyncio.create_task(member.get(f"/api/poll?after={number}"))
            call = asyncio.create_task(member.call("scan", seconds=300))
            await house.daemon.asked.wait()
            await house.pages(2)
            assert house.server is not None
            house.server.should_exit = True
            assert [one async for one in stream.frames()] == []
            assert (await poll).status == 200
            stopped = await call
            assert (stopped.status, stopped.message) == (503, "the daemon was stopped in the meantime")
        house.daemon.answering.set()


async def test_too_many_pages_are_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_feed, "MOST_PAGES", 1)
    member = await house.new_member()
    async with member.stream():
        await house.pages(1)
        refused = await member.get("/api/stream")
        assert (refused.status, refused.message) == (503, "1 pages are open already")


# -- the page's files ----------------------------------------------------------------------------------


async def test_the_page_and_its_files_are_served_to_everybody(tmp_path: Path) -> None:
    (tmp_path / "built" / "assets").mkdir(parents=True)
    (tmp_path / "built" / "index.html").write_text("<!doctype html>")
    (tmp_path / "built" / "assets" / "page-1a2b.js").write_text("// page")
    (tmp_path / "built" / "manifest.webmanifest").write_text("{}")
    async with open_house(tmp_path) as house:
        stranger = house.browser()
        page = await stranger.get("/")
        assert (page.status, page.content) == (200, b"<!doctype html>")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        script = await stranger.get("/assets/page-1a2b.js")
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        assert "immutable" in script.headers["cache-control"]
        assert (await stranger.get("/manifest.webmanifest")).headers[
            "content-type"
        ] == "application/manifest+json"
        assert (await stranger.get("/", **{"If-None-Match": page.headers["etag"]})).status == 304
        head = await stranger.send("HEAD", "/")
        assert (head.status, head.content) == (200, b"")


async def test_a_page_that_is_not_built_says_so(house: House) -> None:
    answer = await house.browser().get("/")
    assert (answer.status, answer.content.startswith(b"The page is not built")) == (503, True)


async def test_one_connection_serves_several_requests(house: House) -> None:
    browser = house.browser()
    async with browser.connected() as (reader, writer):
        for _ in range(3):
            writer.write(browser.head("GET", "/api/session", {}))
            assert await session_of(reader) == "setup"


async def session_of(reader: StreamReader) -> str:
    async with asyncio.timeout(PATIENCE_S):
        return str(json.loads((await read_answer(reader)).content)["state"])
