"""A real mosquitto on a free loopback port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import NotMeasuredError

HOST = "127.0.0.1"
_START_LIMIT_S = 20


@dataclass(frozen=True)
class Mosquitto:
    """A running broker. Retained messages are lost with it."""

    port: int
    process: subprocess.Popen[bytes]

    def freeze(self) -> None:
        """Stop the process: connections stay open, but nothing answers."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def mosquitto() -> Iterator[Mosquitto]:
    """Start a broker. Raises NotMeasuredError if it is not installed or does not start."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise NotMeasuredError("mosquitto is not installed: apt-get install mosquitto")
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port = int(listener.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "mosquitto.conf"
        # As root, mosquitto would change to a user who cannot read this folder.
        user = "user root\n" if os.geteuid() == 0 else ""
        configuration.write_text(
            f"listener {port} {HOST}\nallow_anonymous true\nlog_type error\n{user}", encoding="ascii"
        )
        broker = Mosquitto(port, subprocess.Popen([program, "-c", str(configuration)]))
        try:
            _wait_for(broker)
            yield broker
        finally:
            broker.process.kill()
            broker.process.wait()


def _wait_for(broker: Mosquitto) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < deadline and broker.process.poll() is None:
        try:
            socket.create_connection((HOST, broker.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise NotMeasuredError(f"mosquitto did not start within {_START_LIMIT_S} s")
