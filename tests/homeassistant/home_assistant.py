"""A Home Assistant process, controlled through its websocket API as its frontend does."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ..broker import HOST, free_port
from .configuration_folder import write_configuration_folder

PATIENCE_S = 60
START_PATIENCE_S = 600
"""it takes 15 s alone, and over 240 s on two cores beside much other work"""

# Any other warning or error fails a test.
_EXPECTED_WARNINGS = (
    "Skipping pip installation of required modules",
    "We found a custom integration room which has not been tested",
    # Not needed: the fake voice returns the requested format.
    "FFmpeg",
    "Error loading libturbojpeg",
)
_WARNING = re.compile(r" (WARNING|ERROR|CRITICAL) ")


@dataclass(frozen=True)
class State:
    """The state of an entity."""

    state: str
    attributes: Mapping[str, Any]


class HomeAssistant:
    """Home Assistant, which keeps its configuration folder over a restart."""

    def __init__(self, python: Path, folder: Path, mqtt: Mapping[str, Any]) -> None:
        self.port = free_port()
        self.folder = folder
        self.token = write_configuration_folder(folder, self.port, mqtt)
        self.log: list[str] = []
        self.states: dict[str, State] = {}
        self.calls: list[Mapping[str, Any]] = []
        """service calls, including those by automations"""
        self._python = python
        self._process: subprocess.Popen[str] | None = None
        self._changed = Condition()
        self._threads: list[Thread] = []
        self._socket: ClientConnection | None = None
        self._answers: dict[int, Any] = {}
        self._number = 0
        self._started = False
        self._read_lines = 0

    @property
    def is_connected(self) -> bool:
        """Whether it has started and the websocket is open."""
        return self._socket is not None

    def start(self) -> None:
        """Start, and wait until all integrations have started; stop it where that fails."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        command: list[str | Path] = [
            self._python,
            "-m",
            "homeassistant",
            "--config",
            self.folder,
            "--skip-pip",
        ]
        # The MQTT integration writes the certificate to a fixed name in the temporary folder.
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        process = subprocess.Popen(
            [*command, "--log-no-color"],
            env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._process = process
        self._started = False
        self._follow(self._read_log, process)
        self._wait(
            lambda: any("Home Assistant initialized" in line for line in self.log),
            "was initialized",
            START_PATIENCE_S,
        )
        self._socket = connect(
            f"ws://{HOST}:{self.port}/api/websocket", max_size=None, close_timeout=1, ping_interval=None
        )
        self._socket.recv()
        self._socket.send(json.dumps({"type": "auth", "access_token": self.token}))
        assert json.loads(self._socket.recv())["type"] == "auth_ok"
        self._follow(self._read_socket, self._socket)
        for event in ("state_changed", "call_service", "homeassistant_started"):
            self.request("subscribe_events", event_type=event)
        with self._changed:
            for each in self.request("get_states"):
                self.states[each["entity_id"]] = State(each["state"], each["attributes"])
        if self.request("get_config")["state"] != "RUNNING":
            self._wait(lambda: self._started, "started", START_PATIENCE_S)

    def stop(self) -> None:
        """Stop with SIGTERM."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
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
            self._process, self._socket, self._threads = None, None, []

    def restart(self) -> None:
        self.stop()
        self.log.clear()
        self._read_lines = 0
        self.states.clear()
        self.start()

    def request(self, kind: str, **more: Any) -> Any:
        """Send a websocket command, and return its result."""
        assert self._socket is not None
        with self._changed:
            self._number += 1
            number = self._number
            self._socket.send(json.dumps({"id": number, "type": kind, **more}))
        self._wait(lambda: number in self._answers, f"answered {kind}")
        answer = self._answers.pop(number)
        assert answer["success"], answer["error"]
        return answer["result"]

    def call(self, service: str, entity: str, **data: Any) -> None:
        """Call a service, such as `button.press`, on an entity."""
        domain, name = service.split(".")
        self.request(
            "call_service", domain=domain, service=name, service_data=data, target={"entity_id": entity}
        )

    def state(self, entity: str) -> str | None:
        """The entity's state; None where there is no such entity."""
        found = self.states.get(entity)
        return None if found is None else found.state

    def until(self, what: str | Callable[[], str], condition: Callable[[], bool]) -> None:
        """Wait for a condition, which is checked after each change."""
        self._wait(condition, what)

    def until_states(self, **wanted: str | None) -> None:
        """Wait until entities (`sensor__anna_zone`) have these states; None: the entity does not exist."""
        pairs = {entity.replace("__", ".", 1): state for entity, state in wanted.items()}
        self._wait(
            lambda: all(self.state(entity) == state for entity, state in pairs.items()),
            lambda: (
                "had all of these states: "
                + ", ".join(f"{entity} {state} (is {self.state(entity)})" for entity, state in pairs.items())
            ),
        )

    def unexpected_warnings(self) -> list[str]:
        """Unexpected warnings and errors in the log since the last call or start."""
        with self._changed:
            new, self._read_lines = self.log[self._read_lines :], len(self.log)
            return [
                line
                for line in new
                if _WARNING.search(line) and not any(known in line for known in _EXPECTED_WARNINGS)
            ]

    def _wait(
        self, condition: Callable[[], bool], what: str | Callable[[], str], patience_s: float = PATIENCE_S
    ) -> None:
        with self._changed:
            found = self._changed.wait_for(condition, patience_s)
            last = "".join(self.log[-30:])
        what = what if isinstance(what, str) or found else what()
        assert found, f"Home Assistant never {what}; its log ends:\n{last}"

    def _follow(self, how: Callable[[Any], None], source: object) -> None:
        thread = Thread(target=how, args=(source,))
        thread.start()
        self._threads.append(thread)

    def _read_log(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._changed:
                self.log.append(line)
                self._changed.notify_all()

    def _read_socket(self, socket: ClientConnection) -> None:
        try:
            for text in socket:
                with self._changed:
                    self._take(json.loads(text))
                    self._changed.notify_all()
        except ConnectionClosed:
            return

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "result":
            self._answers[message["id"]] = message
            return
        event, data = message["event"]["event_type"], message["event"]["data"]
        if event == "homeassistant_started":
            self._started = True
        elif event == "call_service":
            self.calls.append(data)
        elif data["new_state"] is None:
            self.states.pop(data["entity_id"], None)
        else:
            new = data["new_state"]
            self.states[data["entity_id"]] = State(new["state"], new["attributes"])
