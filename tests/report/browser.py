"""A headless Chromium, spoken to through a pipe in its DevTools protocol: no port, no library, no network."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
_TROUBLE = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")


class Page:
    """One tab. What it asks for and complains of is gathered."""

    def __init__(self, to: int, came: int) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._to, self._from = to, came
        self._count = 0
        self._buffer = b""
        self._session: str | None = None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def show(self, file: Path, width: int, *, scheme: str = "light", media: str = "screen") -> None:
        """Load a file anew, so wide (CSS pixels), and wait until it is there."""
        self.requests.clear()
        self.complaints.clear()
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=True
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)
        self.ask("Page.navigate", url=file.as_uri())
        while self._receive().get("method") != "Page.loadEventFired":
            pass

    def value(self, script: str) -> Any:
        """What a script amounts to in the page; it comes from the debugger, so no policy forbids it."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, file: Path) -> bytes:
        """The whole page as PNG."""
        height = self.value("document.documentElement.scrollHeight")
        width = self.value("window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        picture = base64.b64decode(answer["data"])
        file.write_bytes(picture)
        return picture

    def paper(self, file: Path) -> bytes:
        """The page as PDF, on A4."""
        answer = self.ask("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        pdf = base64.b64decode(answer["data"])
        file.write_bytes(pdf)
        return pdf

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol, and wait for its answer."""
        self._count += 1
        call = {"id": self._count, "method": method, "params": parameters}
        if self._session is not None:
            call["sessionId"] = self._session
        os.write(self._to, json.dumps(call).encode() + b"\0")
        while True:
            message = self._receive()
            if message.get("id") == self._count:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._from, 1 << 16)
            assert chunk, "Chromium has ended"
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") in _TROUBLE:
            self.complaints.append(json.dumps(message["params"]))
        return message


def _pipe(its_end: int) -> list[int]:
    """Both ends; the browser's is moved out of the way of the numbers that it knows them by."""
    ends = list(os.pipe())
    moved = fcntl.fcntl(ends[its_end], fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(ends[its_end])
    ends[its_end] = moved
    return ends


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """A browser with a fresh profile; skips the test where there is none. In CI there has to be one."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "chromium is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    its_in, our_out = _pipe(its_end=0)
    our_in, its_out = _pipe(its_end=1)
    # It reads from its descriptor 3 and writes to 4.
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$@" 3<&{its_in} 4>&{its_out}', "bash", program, *_FLAGS,
         f"--user-data-dir={folder}"],
        pass_fds=(its_in, its_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    os.close(its_in)
    os.close(its_out)
    try:
        yield Page(our_out, our_in)
    finally:
        os.close(our_out)
        process.kill()
        process.wait()
        os.close(our_in)
