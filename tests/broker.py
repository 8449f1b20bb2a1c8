"""A real mosquitto of a test's own, on a loopback port that was free."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread

import pytest

HOST = "127.0.0.1"
_PATIENCE_S = 20


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        reason = f"{name} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True)
class Certificates:
    """PEM files: an authority, a server called localhost, a client; and an authority nobody knows."""

    authority: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path
    stranger: Path


class Mosquitto:
    """Starts, stops, hangs and comes back on the same port. What it has retained goes with it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log: list[str] = []
        self._folder = folder
        self._program = _program("mosquitto")
        self._lines = ["allow_anonymous true"]
        self._process: subprocess.Popen[str] | None = None
        self._reader: Thread | None = None
        self._logged = Condition()
        self._certificates: Certificates | None = None
        self._own: Path | None = None

    def follow(self, configuration: Path, port: int) -> None:
        """A whole configuration, with its listener on `port`, in place of ours; from the next start on."""
        self._own, self.port = configuration, port

    def configure(self, *lines: str) -> None:
        """Further lines of its configuration; in force from the next start on."""
        self._lines += lines

    def ask_for_password(self, user: str, password: str) -> None:
        """Nobody else may come in, from the next start on."""
        file = self._folder / "passwords"
        command = [_program("mosquitto_passwd"), "-b", *([] if file.exists() else ["-c"])]
        subprocess.run([*command, str(file), user, password], check=True, capture_output=True)
        self._lines.remove("allow_anonymous true")
        self.configure("allow_anonymous false", f"password_file {file}")

    def use_tls(self, *, ask_for_certificate: bool = False) -> Certificates:
        """From the next start on."""
        made = self._certificates = self._certificates or make_certificates(self._folder / "tls")
        self.configure(f"cafile {made.authority}", f"certfile {made.server}", f"keyfile {made.server_key}")
        if ask_for_certificate:
            self.configure("require_certificate true")
        return made

    def start(self) -> None:
        assert self._process is None
        configuration = self._own or self._folder / "mosquitto.conf"
        # As root it would become another user, who cannot read a test's folder.
        user = ["user root"] if os.geteuid() == 0 else []
        lines = [f"listener {self.port} {HOST}", "log_type all", *user, *self._lines]
        if self._own is None:
            configuration.write_text("\n".join(lines) + "\n")
        self.log.clear()
        self._process = subprocess.Popen(
            [self._program, "-v", "-c", str(configuration)], stderr=subprocess.PIPE, text=True
        )
        self._reader = Thread(target=self._read, args=(self._process,))
        self._reader.start()
        self.wait_for_log(" running")

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Connections stay; nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def wait_for_log(self, text: str) -> None:
        """Blocks until a line of its log, since the last start, has this text."""
        with self._logged:
            found = self._logged.wait_for(lambda: any(text in line for line in self.log), _PATIENCE_S)
        assert found, f"mosquitto never said {text!r}:\n" + "".join(self.log)

    def published(self) -> list[str]:
        """The topics of what was published to it since the last start, in order."""
        # Its log comes a moment after what it does, in the same order: ours has all that came before this.
        with socket.create_connection((HOST, self.port), _PATIENCE_S) as knocking:
            self.wait_for_log(f"New connection from {HOST}:{knocking.getsockname()[1]} ")
        with self._logged:
            received = [line for line in self.log if "Received PUBLISH from" in line]
        return [line.split("'")[1] for line in received]

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            with self._logged:
                self.log.append(line)
                self._logged.notify_all()

    def _end(self, how: signal.Signals) -> None:
        process, reader = self._process, self._reader
        if process is None or reader is None:
            return
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        process.wait(_PATIENCE_S)
        reader.join(_PATIENCE_S)
        assert process.stderr is not None
        process.stderr.close()
        self._process = None


def make_certificates(folder: Path) -> Certificates:
    folder.mkdir()
    _authority(folder, "authority")
    _authority(folder, "stranger")
    _signed(folder, "server", "localhost")
    _signed(folder, "client", "talkpace")
    return Certificates(
        authority=folder / "authority.pem",
        server=folder / "server.pem",
        server_key=folder / "server.key",
        client=folder / "client.pem",
        client_key=folder / "client.key",
        stranger=folder / "stranger.pem",
    )


_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def _authority(folder: Path, name: str) -> None:
    _openssl(
        *["req", "-x509", *_NEW_KEY, "-days", "2", "-subj", f"/CN={name}"],
        *["-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem"],
    )


def _signed(folder: Path, name: str, common_name: str) -> None:
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName=DNS:{common_name}\n")
    _openssl(
        *["req", *_NEW_KEY, "-subj", f"/CN={common_name}"],
        *["-keyout", f"{folder}/{name}.key", "-out", str(request)],
    )
    _openssl(
        *["x509", "-req", "-in", str(request), "-days", "2", "-extfile", str(extensions)],
        *["-CA", f"{folder}/authority.pem", "-CAkey", f"{folder}/authority.key", "-CAcreateserial"],
        *["-out", f"{folder}/{name}.pem"],
    )


def _openssl(*arguments: str) -> None:
    subprocess.run([_program("openssl"), *arguments], check=True, capture_output=True)


@pytest.fixture
def idle_mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """One that is yet to be configured and started."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder)
    yield broker
    broker.kill()


@pytest.fixture
def mosquitto(idle_mosquitto: Mosquitto) -> Mosquitto:
    """One that runs, and lets everybody in."""
    idle_mosquitto.start()
    return idle_mosquitto
