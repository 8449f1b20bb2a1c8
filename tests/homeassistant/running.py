"""A Home Assistant that runs, seen and used as its own dashboard does: through its websocket."""

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
from .house import furnish

PATIENCE_S = 60
START_PATIENCE_S = 240

# Whatever else it warns of, or calls an error, fails a test.
_EXPECTED = (
    "Skipping pip installation of required modules",
    "We found a custom integration room which has not been tested",
    # Of no use here: the voice speaks in the format that is asked for.
    "FFmpeg",
    "Error loading libturbojpeg",
)
_COMPLAINT = re.compile(r" (WARNING|ERROR|CRITICAL) ")


@dataclass(frozen=True)
class State:
    """Of one entity."""

    state: str
    attributes: Mapping[str, Any]


class HomeAssistant:
    """Starts, stops, and comes back with what it knew."""

    def __init__(self, python: Path, folder: Path, mqtt: Mapping[str, Any]) -> None:
        self.port = free_port()
        self.folder = folder
        self.token = furnish(folder, self.port, mqtt)
        self.log: list[str] = []
        self.states: dict[str, State] = {}
        self.calls: list[Mapping[str, Any]] = []
        """services that were called, by automations too"""
        self._python = python
        self._process: subprocess.Popen[str] | None = None
        self._news = Condition()
        self._threads: list[Thread] = []
        self._socket: ClientConnection | None = None
        self._answers: dict[int, Any] = {}
        self._number = 0
        self._started = False
        self._looked_at = 0

    def start(self) -> None:
        """Blocks until it has started whatever it has to."""
        command: list[str | Path] = [
            self._python,
            "-m",
            "homeassistant",
            "--config",
            self.folder,
            "--skip-pip",
        ]
        # The broker's certificate is put into a temporary folder, whose name is the same for all of them.
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
        self._socket = connect(f"ws://{HOST}:{self.port}/api/websocket", max_size=None, close_timeout=1)
        self._socket.recv()
        self._socket.send(json.dumps({"type": "auth", "access_token": self.token}))
        assert json.loads(self._socket.recv())["type"] == "auth_ok"
        self._follow(self._read_socket, self._socket)
        for event in ("state_changed", "call_service", "homeassistant_started"):
            self.ask("subscribe_events", event_type=event)
        with self._news:
            for each in self.ask("get_states"):
                self.states[each["entity_id"]] = State(each["state"], each["attributes"])
        if self.ask("get_config")["state"] != "RUNNING":
            self._wait(lambda: self._started, "started", START_PATIENCE_S)

    def stop(self) -> None:
        """As at a restart of its machine."""
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
        self._looked_at = 0
        self.states.clear()
        self.start()

    def ask(self, kind: str, **more: Any) -> Any:
        """The result of one command of the websocket."""
        assert self._socket is not None
        with self._news:
            self._number += 1
            number = self._number
            self._socket.send(json.dumps({"id": number, "type": kind, **more}))
        self._wait(lambda: number in self._answers, f"answered {kind}")
        answer = self._answers.pop(number)
        assert answer["success"], answer["error"]
        return answer["result"]

    def call(self, service: str, entity: str, **data: Any) -> None:
        """Use a service (`button.press`) on an entity, as its dashboard does."""
        domain, name = service.split(".")
        self.ask("call_service", domain=domain, service=name, service_data=data, target={"entity_id": entity})

    def state(self, entity: str) -> str | None:
        """None where there is no such entity."""
        found = self.states.get(entity)
        return None if found is None else found.state

    def until(self, what: str | Callable[[], str], condition: Callable[[], bool]) -> None:
        """Blocks until it is so, looked at after each change."""
        self._wait(condition, what)

    def until_states(self, **wanted: str | None) -> None:
        """Blocks until these entities, `sensor__anna_zone`, have these states; None is no such entity."""
        pairs = {entity.replace("__", ".", 1): state for entity, state in wanted.items()}
        self._wait(
            lambda: all(self.state(entity) == state for entity, state in pairs.items()),
            lambda: (
                "had all of these states: "
                + ", ".join(f"{entity} {state} (is {self.state(entity)})" for entity, state in pairs.items())
            ),
        )

    def complaints(self) -> list[str]:
        """What it warned of since it was last asked, or started."""
        with self._news:
            new, self._looked_at = self.log[self._looked_at :], len(self.log)
            return [
                line
                for line in new
                if _COMPLAINT.search(line) and not any(known in line for known in _EXPECTED)
            ]

    def _wait(
        self, condition: Callable[[], bool], what: str | Callable[[], str], patience_s: float = PATIENCE_S
    ) -> None:
        with self._news:
            found = self._news.wait_for(condition, patience_s)
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
            with self._news:
                self.log.append(line)
                self._news.notify_all()

    def _read_socket(self, socket: ClientConnection) -> None:
        try:
            for text in socket:
                with self._news:
                    self._take(json.loads(text))
                    self._news.notify_all()
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
