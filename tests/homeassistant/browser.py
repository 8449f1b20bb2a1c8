"""A headless Chromium, controlled through the Chrome DevTools Protocol."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

PATIENCE_S = 180


def chromium() -> str:
    """The path of Chromium; skips the test where it is not installed, in CI too."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("chromium is not installed")
    return found


class Browser:
    """A browser with one page."""

    def __init__(self, program: str, folder: Path) -> None:
        options = [
            "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
            "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        ]  # fmt: skip
        if os.geteuid() == 0:
            options.insert(0, "--no-sandbox")
        self._process = subprocess.Popen([program, *options], stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := re.search(r"DevTools listening on (ws://\S+)", line):
                break
        else:
            raise AssertionError("chromium ended without a DevTools address")
        self._socket: ClientConnection = connect(found[1], max_size=None, close_timeout=1, ping_interval=None)
        self._number = 0
        self._session: str | None = None
        target = self._request("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._request("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._request("Page.enable")

    def close(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def open_as_owner(self, address: str, token: str, width: int, height: int) -> None:
        """Open a page of Home Assistant, logged in as owner, with the side bar hidden."""
        origin = "/".join(address.split("/")[:3])
        storage = {
            "hassTokens": {
                "access_token": token, "token_type": "Bearer", "expires_in": 315360000, "refresh_token": "",
                "hassUrl": origin, "clientId": f"{origin}/", "expires": 4102444800000,
            },
            "dockedSidebar": "always_hidden",
        }  # fmt: skip
        script = "".join(
            f"localStorage.setItem({json.dumps(key)}, {json.dumps(json.dumps(value))});"
            for key, value in storage.items()
        )
        self._request("Page.addScriptToEvaluateOnNewDocument", source=script)
        self.size(width, height)
        self._request("Page.navigate", url=address)

    def size(self, width: int, height: int) -> None:
        self._request(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip

    def run(self, script: str) -> Any:
        """Evaluate an expression, await it if it is a promise, and return the result."""
        answer = self._request("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """A screenshot as PNG."""
        return base64.b64decode(self._request("Page.captureScreenshot", format="png")["data"])

    def _request(self, method: str, **more: Any) -> dict[str, Any]:
        self._number += 1
        request: dict[str, Any] = {"id": self._number, "method": method, "params": more}
        if self._session is not None:
            request["sessionId"] = self._session
        self._socket.send(json.dumps(request))
        while True:
            message: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE_S))
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                result: dict[str, Any] = message["result"]
                return result
