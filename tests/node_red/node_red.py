"""A Node-RED process with the shipped flow, controlled through its editor's API."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ..broker import HOST, free_port
from ..cached import build_step, cached, unavailable

FLOW = Path(__file__).parents[2] / "config" / "node-red" / "flow.json"
PATIENCE_S = 60

# Any other warning or error is a defect of the flow.
_EXPECTED_WARNINGS = ("Projects disabled", "Encrypted credentials not found")

_HERE = Path(__file__).parent
_SETTINGS = """
module.exports = {
    flowFile: "flow.json",
    uiHost: "127.0.0.1",
    uiPort: %d,
    credentialSecret: "of a test only",
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: "info" } },
};
"""


def node_red_program() -> Path:
    """The path of Node-RED; skips the test where it cannot be installed, and fails it in CI."""
    version = json.loads((_HERE / "package.json").read_text())["dependencies"]["node-red"]
    folder = cached("talkpace-node-red", version, _HERE / "package-lock.json", _build)
    return folder / "node_modules" / "node-red" / "red.js"


def _build(folder: Path) -> None:
    if shutil.which("npm") is None:
        unavailable("Node-RED needs node and npm, and there is no npm on this machine")
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    build_step(
        "Node-RED", "npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder
    )


class NodeRed:
    """Node-RED with the shipped flow, whose broker address is replaced."""

    def __init__(self, program: Path, folder: Path, broker_port: int) -> None:
        self.log: list[str] = []
        self.debug_messages: dict[str, list[Any]] = {}
        """messages of each debug node, by its name"""
        self._port = free_port()
        self._changed = Condition()
        self._folder = folder
        flow = json.loads(FLOW.read_text(encoding="utf-8"))
        broker = next(node for node in flow if node["type"] == "mqtt-broker")
        broker |= {"broker": HOST, "port": str(broker_port)}
        (folder / "flow.json").write_text(json.dumps(flow), encoding="utf-8")
        (folder / "settings.js").write_text(_SETTINGS % self._port)
        self._ids = {node.get("name", ""): node["id"] for node in flow}
        command = ["node", str(program), "--userDir", str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._threads = [Thread(target=self._read_log)]
        self._threads[0].start()
        self._socket: ClientConnection | None = None

    def wait_until_connected(self) -> None:
        """Wait for the connection to the broker, and subscribe to debug messages."""
        self._wait(lambda: any("Connected to broker" in line for line in self.log), "connected")
        self._socket = connect(
            f"ws://{HOST}:{self._port}/comms", max_size=None, close_timeout=1, ping_interval=None
        )
        self._socket.send(json.dumps({"subscribe": "debug"}))
        self._threads.append(Thread(target=self._read_socket, args=(self._socket,)))
        self._threads[-1].start()

    def press(self, name: str) -> None:
        """Press the button of an inject node."""
        request = urllib.request.Request(
            f"http://{HOST}:{self._port}/inject/{self._ids[name]}", method="POST"
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            assert answer.status == 200

    def wait_for_messages(self, name: str, number: int = 1) -> list[Any]:
        """Wait for so many messages of a debug node; return all."""
        self._wait(lambda: len(self.debug_messages.get(name, [])) >= number, f"showed {number} of {name}")
        return self.debug_messages[name]

    def unexpected_warnings(self) -> list[str]:
        return [
            line
            for line in self.log
            if re.search(r"\[(warn|error)\]", line) and not any(known in line for known in _EXPECTED_WARNINGS)
        ]

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        finally:
            self._process.kill()
            self._process.wait()
            if self._socket is not None:
                self._socket.close()
            for thread in self._threads:
                thread.join()
            assert self._process.stdout is not None
            self._process.stdout.close()

    def _wait(self, condition: Any, what: str) -> None:
        with self._changed:
            found = self._changed.wait_for(condition, PATIENCE_S)
        assert found, f"Node-RED never {what}; its log:\n{''.join(self.log)}"

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.log.append(line)
                self._changed.notify_all()

    def _read_socket(self, socket: ClientConnection) -> None:
        try:
            for message in socket:
                notified = json.loads(message)
                with self._changed:
                    for each in notified if isinstance(notified, list) else [notified]:
                        if each.get("topic") == "debug":
                            data = each["data"]
                            text = data["format"].startswith("string")
                            debug_messages = data["msg"] if text else json.loads(data["msg"])
                            self.debug_messages.setdefault(data["name"], []).append(debug_messages)
                    self._changed.notify_all()
        except ConnectionClosed:
            return
