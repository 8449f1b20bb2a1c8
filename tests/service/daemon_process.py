"""The real program as a process of its own, and a separate subscriber on a real broker."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_S = 90


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A home of its own; nothing of the caller's configuration."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TALKPACE_")}
    return {**kept, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "TZ": "Europe/Berlin", **more}


def talkpace(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "talkpace", *arguments],
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )


@dataclass
class Running:
    """`talkpace run`, started as systemd would."""

    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def says(self) -> str:
        """Its log."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running(folder: Path, configuration: Path, name: str = "run", **more: str) -> Iterator[Running]:
    """A daemon that is ready; it is killed at the end if it still runs."""
    notify, log = folder / f"{name}.socket", folder / f"{name}.log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, log.open("wb") as output:
        ready.bind(str(notify))
        ready.settimeout(PATIENCE_S)
        process = subprocess.Popen(
            [sys.executable, "-m", "talkpace", "run", "--config", str(configuration)],
            env=environment(folder, NOTIFY_SOCKET=str(notify), **more),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        daemon = Running(process, log)
        try:
            while ready.recv(1000) != b"READY=1":
                pass
            yield daemon
        except TimeoutError:
            raise AssertionError(f"the daemon never was ready:\n{daemon.says()}") from None
        finally:
            process.kill()
            process.wait()


@dataclass
class Subscriber:
    """`mosquitto_sub` for everything, line by line."""

    process: subprocess.Popen[str]
    seen: list[tuple[str, Any]] = field(default_factory=list)

    def wait_for(self, topic_end: str, **wanted: object) -> Any:
        """The next message, from here on, whose topic ends so and whose payload has these values."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            topic, _, text = line.rstrip("\n").partition(" ")
            payload = json.loads(text) if text.startswith("{") else text
            self.seen.append((topic, payload))
            fits = not wanted or (
                isinstance(payload, dict) and all(payload.get(key) == value for key, value in wanted.items())
            )
            if topic.endswith(topic_end) and fits:
                return payload
        raise AssertionError(f"{topic_end} never came; seen: {[topic for topic, _ in self.seen]}")

    def of(self, topic_end: str) -> list[Any]:
        """What was seen so far."""
        return [payload for topic, payload in self.seen if topic.endswith(topic_end)]


@contextmanager
def subscribed(port: int) -> Iterator[Subscriber]:
    """A subscriber to everything; it gives up after a while, so that a test cannot hang."""
    with subprocess.Popen(
        ["mosquitto_sub", "-p", str(port), "-t", "#", "-v", "-q", "1", "-W", str(PATIENCE_S * 2)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Subscriber(process)
        finally:
            process.kill()


def publish(port: int, topic: str, payload: str) -> None:
    """Send one message."""
    subprocess.run(
        ["mosquitto_pub", "-p", str(port), "-q", "1", "-t", topic, "-m", payload],
        check=True,
        timeout=PATIENCE_S,
    )
