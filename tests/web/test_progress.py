"""A page sees the progress of its own call, which ends with the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from talkpace.web.progress_calls import MOST_CALLS

from .household import STRAP, open_house
from .http_client import Browser, read_chunks, read_head


@asynccontextmanager
async def searching(browser: Browser) -> AsyncIterator[AsyncIterator[Any]]:
    """Search for straps; yields the lines of the answer."""
    body = json.dumps({"method": "scan", "params": {"seconds": 5}, "progress": True}).encode()
    headers: dict[str, str | None] = {"Content-Type": "application/json", "Content-Length": str(len(body))}

    async def lines(reader: asyncio.StreamReader) -> AsyncIterator[Any]:
        async for chunk in read_chunks(reader):
            for line in chunk.splitlines():
                yield json.loads(line)

    async with browser.connected() as (reader, writer):
        writer.write(browser.head("POST", "/api/call", headers) + body)
        head = await read_head(reader)
        assert (head.status, head.headers["content-type"]) == (200, "application/x-ndjson"), head
        yield lines(reader)


async def test_what_is_found_comes_before_the_result(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.daemon.answering.clear()
        async with searching(await house.new_member()) as lines:
            found = {"notification": {"method": "found", "params": {"address": STRAP}}}
            assert await anext(lines) == found
            house.daemon.answering.set()
            assert await anext(lines) == {"result": {"state": {}}}


async def test_a_search_ends_with_its_page_and_others_go_on(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.daemon.answering.clear()
        member = await house.new_member()
        async with searching(member) as first:
            await anext(first)
            async with searching(member) as second:
                await anext(second)
            await house.daemon.cancelled.wait()
            house.daemon.answering.set()
            assert "result" in await anext(first)


async def test_a_stop_of_the_server_ends_searches_and_too_many_are_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.daemon.answering.clear()
        member = await house.new_member()
        async with asyncio.TaskGroup() as tasks:
            started = asyncio.Semaphore(0)

            async def last_line() -> Any:
                async with searching(member) as lines:
                    await anext(lines)
                    started.release()
                    return [line async for line in lines][-1]

            running = [tasks.create_task(last_line()) for _ in range(MOST_CALLS)]
            for _ in running:
                await started.acquire()
            refused = await member.post("/api/call", {"method": "scan", "progress": True})
            assert refused.status == 429
            house.app.close()
        assert all("stopped" in task.result()["error"]["message"] for task in running)


async def test_without_a_daemon_the_stream_says_so(tmp_path: Path) -> None:
    async with open_house(tmp_path, daemon=False) as house, searching(await house.new_member()) as lines:
        assert "does not run" in (await anext(lines))["error"]["message"]
