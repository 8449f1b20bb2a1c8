"""A headless Chromium, controlled with the DevTools protocol over a pipe: no port, no library, no network."""

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
_ERROR_EVENTS = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")


class Page:
    """One tab. Collects its requests and errors."""

    def __init__(self, write_fd: int, read_fd: int) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._write_fd, self._read_fd = write_fd, read_fd
        self._count = 0
        self._buffer = b""
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def show(self, file: Path, width: int, *, scheme: str = "light", media: str = "screen") -> None:
        """Load a file in a window of this width (CSS pixels), and wait for the load event."""
        self.requests.clear()
        self.errors.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=True
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self.call("Page.navigate", url=file.as_uri())
        while self._receive().get("method") != "Page.loadEventFired":
            pass

    def evaluate(self, script: str) -> Any:
        """Evaluate a script in the page; the debugger is exempt from the page's policy."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self, file: Path) -> bytes:
        """Save the whole page as PNG."""
        height = self.evaluate("document.documentElement.scrollHeight")
        width = self.evaluate("window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        png = base64.b64decode(answer["data"])
        file.write_bytes(png)
        return png

    def print_pdf(self, file: Path) -> bytes:
        """Save the page as PDF on A4."""
        answer = self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        pdf = base64.b64decode(answer["data"])
        file.write_bytes(pdf)
        return pdf

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a DevTools method and wait for its result."""
        self._count += 1
        call = {"id": self._count, "method": method, "params": parameters}
        if self._session is not None:
            call["sessionId"] = self._session
        os.write(self._write_fd, json.dumps(call).encode() + b"\0")
        while True:
            message = self._receive()
            if message.get("id") == self._count:
                assert "error" not in message, message
                result: dict[str, Any] = message["result"]
                return result

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._read_fd, 1 << 16)
            assert chunk, "Chromium has exited"
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") in _ERROR_EVENTS:
            self.errors.append(json.dumps(message["params"]))
        return message


def _pipe(child_end: int) -> list[int]:
    """A pipe whose child end is above 10, as descriptors 3 and 4 are reassigned for the child."""
    ends = list(os.pipe())
    moved = fcntl.fcntl(ends[child_end], fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(ends[child_end])
    ends[child_end] = moved
    return ends


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """Start a browser with a new profile. Skips the test if there is none; in CI that is a failure."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        reason = "chromium is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    child_in, our_out = _pipe(child_end=0)
    our_in, child_out = _pipe(child_end=1)
    # Chromium reads commands from descriptor 3 and writes to 4.
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$@" 3<&{child_in} 4>&{child_out}', "bash", program, *_FLAGS,
         f"--user-data-dir={folder}"],
        pass_fds=(child_in, child_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    os.close(child_in)
    os.close(child_out)
    try:
        yield Page(our_out, our_in)
    finally:
        os.close(our_out)
        process.kill()
        process.wait()
        os.close(our_in)
