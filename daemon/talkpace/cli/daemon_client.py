"""Ask the daemon on this host over its control socket, and follow what it leads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..control.client import ANSWER_S, ControlClient, DaemonNotification
from ..errors import DaemonError, DaemonNotRunningError

if TYPE_CHECKING:
    from ..config.model import Configuration

REPLY_TIMEOUT_S = ANSWER_S


def connect_daemon(configuration: Configuration) -> ControlClient:
    """Connect to the daemon that writes the configured database. Raises DaemonError where none runs."""
    from ..storage.paths import control_paths, daemon_database

    return ControlClient.connect(
        control_paths(configuration, os.environ), daemon_database(configuration, os.environ)
    )


def find_daemon(configuration: Configuration) -> ControlClient | None:
    """Connect to the daemon; None where none runs. Raises DaemonError where this user may not connect."""
    try:
        return connect_daemon(configuration)
    except DaemonNotRunningError:
        return None


@dataclass
class ExerciseFollower:
    """A guided exercise that the daemon leads, with its state as of the last `poll`."""

    client: ControlClient
    athlete: str
    topic: str
    state: dict[str, Any] = field(default_factory=dict)
    """the MQTT payload of the exercise"""
    finished: bool = False

    def poll(self, timeout_s: float = 0.0) -> None:
        """Take the states that have come, waiting this long for the first. Raises DaemonError."""
        while not self.finished and (notification := self._receive(timeout_s)) is not None:
            timeout_s = 0.0
            if notification.params.get("topic") == f"{self.athlete}/{self.topic}":
                self.take(notification.params["payload"])

    def send(self, name: str, argument: object) -> dict[str, Any]:
        """Send another command for the same athlete; return the state after it."""
        return _command(self.client, self.athlete, name, argument)

    def take(self, state: dict[str, Any]) -> None:
        """Take a state that has come otherwise, such as a command's answer."""
        self.state = state
        self.finished = state.get("state") == "idle"

    def _receive(self, timeout_s: float) -> DaemonNotification | None:
        try:
            return self.client.receive(timeout_s)
        except DaemonError:
            if self.finished:
                return None
            raise


@contextmanager
def follow_exercise(
    configuration: Configuration, athlete: str, name: str, argument: object, *, topic: str
) -> Iterator[ExerciseFollower]:
    """Start a guided exercise by a command, and follow its topic.

    Raises DaemonError where no daemon runs, or where it refuses the command or does not answer.
    """
    with connect_daemon(configuration) as client:
        exercise = ExerciseFollower(client, athlete, topic)
        exercise.state = _command(client, athlete, name, argument)
        client.call("watch", topics=[f"{athlete}/{topic}"])
        yield exercise


def call_daemon(configuration: Configuration, athlete: str, name: str, argument: object) -> dict[str, Any]:
    """Send a command; return the state after it. Raises DaemonError."""
    with connect_daemon(configuration) as client:
        return _command(client, athlete, name, argument)


def _command(client: ControlClient, athlete: str, name: str, argument: object) -> dict[str, Any]:
    result = client.call("command", athlete=athlete, name=name, argument=argument)
    return dict(result["state"])
