"""The demonstration: a workout in the terminal, over MQTT and on the page, without any set-up."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import pytest

from ..service.daemon_process import PATIENCE_S
from ..web.http_client import Browser
from .test_interruption import start


async def test_the_page_shows_the_workout_by_a_link_and_ends_with_the_demo(tmp_path: Path) -> None:
    with start(tmp_path, "demo", "--speed", "150") as process:
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/#link=(\S+)", process.stderr.readline())
        assert found is not None
        browser = Browser(int(found[1]))
        page = await browser.get("/")
        assert b"<title>talkpace</title>" in page.content
        assert (await browser.post("/api/link", {"link": found[2]})).document["state"] == "watching"
        async with browser.stream() as stream:
            await stream.until("state", zone="conversational")
        assert (await browser.call("command", athlete="anna", name="mute")).status == 403
        process.send_signal(signal.SIGTERM)
        output, _ = await asyncio.to_thread(process.communicate, timeout=PATIENCE_S)
        assert process.returncode == 0
    assert "session ended" in output
    with pytest.raises(ConnectionError):
        await browser.get("/")
