"""Controls a virtual machine: boot, resume, run commands, copy files, cut the power."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ...broker import free_port
from . import qemu
from .agent_client import Channel, MachineError, Request, Result
from .image import Image

_BOOT_LIMIT_S = 600


class GuestCommandError(AssertionError):
    """A command in the guest failed, or a condition was not met in time."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The saved state and disk of a running machine."""

    folder: Path

    @property
    def disk(self) -> Path:
        return self.folder / "disk.qcow2"

    @property
    def state(self) -> Path:
        return self.folder / "state.zst"


class Machine:
    """One guest with its own disk in `folder`, from which it can be started repeatedly.

    A context manager that ends QEMU. QEMU writes journal.log and console.log to the folder as the guest
    produces them, so that they survive a power cut.
    """

    def __init__(self, image: Image, folder: Path, *, base: Path | None = None) -> None:
        self.folder = folder
        self._image = image
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._monitor: qemu.Monitor | None = None
        self.page_port = 0
        """port of this host's loopback that is forwarded to the guest's page, see `connect_page`"""
        folder.mkdir(parents=True, exist_ok=True)
        qemu.overlay(folder / "disk.qcow2", base or image.disk)

    @classmethod
    def resumed(cls, image: Image, snapshot: Snapshot, folder: Path) -> Self:
        """Resume a snapshot on a disk of its own, with the clock set to the host's time."""
        machine = cls(image, folder, base=snapshot.disk)
        try:
            machine._start(state=snapshot.state, clock=None)
            assert machine._monitor
            machine._monitor.resume()
            machine.set_clock(datetime.now(UTC))
        except BaseException:
            machine.cut_power()
            raise
        return machine

    def boot(self, *, clock: datetime | None = None) -> None:
        """Boot from the disk as it is, and wait until systemd has started everything.

        With `clock`, the hardware clock has that time and is not synchronised, as on a Raspberry Pi without
        a network. Otherwise it has the host's time and is synchronised soon after the boot.
        """
        self._start(state=None, clock=clock)
        self.run("systemctl", "is-system-running", "--wait", limit_s=_BOOT_LIMIT_S, check=False)
        if clock is None:
            self.set_clock(datetime.now(UTC))

    def save(self, folder: Path) -> Snapshot:
        """Save the running machine in `folder` and end it."""
        assert self._monitor
        self.run("sync")
        self._monitor.save(folder / "state.zst")
        assert self._process
        self._process.wait(30)
        self.cut_power()
        (self.folder / "disk.qcow2").rename(folder / "disk.qcow2")
        return Snapshot(folder)

    def cut_power(self) -> None:
        """Kill the machine; what it had not written to its disk is lost."""
        if self._process:
            self._process.kill()
            self._process.wait()
        if self._channel:
            self._channel.close()
        if self._monitor:
            self._monitor.close()
        self._process = self._channel = self._monitor = None

    def shut_down(self, *, limit_s: float = 60) -> None:
        """Shut down with `systemctl poweroff`. Raises TimeoutExpired."""
        assert self._process
        self.start("systemctl", "poweroff")
        self._process.wait(limit_s)
        self.cut_power()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, *argv: str, stdin: bytes | str = b"", limit_s: float = 180, check: bool = True) -> Result:
        """Run a command as root in the guest.

        Raises GuestCommandError unless it exits with 0 or `check` is off.
        """
        result = self.wait(self.start(*argv, stdin=stdin, limit_s=limit_s))
        if check and result.exit != 0:
            raise GuestCommandError(str(result))
        return result

    def shell(self, script: str, *, limit_s: float = 180, check: bool = True) -> Result:
        """Run a shell script, which ends at the first failing command. Otherwise like `run`."""
        return self.run("sh", "-euc", script, limit_s=limit_s, check=check)

    def start(self, *argv: str, stdin: bytes | str = b"", limit_s: float = 180) -> Request:
        """Start a command like `run` without waiting; `wait` returns its result."""
        if not self._channel:
            raise MachineError("the machine is not running")
        return self._channel.run(argv, stdin.encode() if isinstance(stdin, str) else stdin, limit_s)

    def wait(self, request: Request) -> Result:
        """Wait for the result of a started command."""
        if not self._channel:
            raise MachineError("the machine is not running")
        return self._channel.answer(request)

    def retry(self, script: str, *, limit_s: float = 120) -> str:
        """Repeat a shell script in the guest until it succeeds, and return its output."""
        end = time.monotonic() + limit_s
        while True:
            result = self.shell(script, limit_s=limit_s, check=False)
            if result.exit == 0:
                return result.text
            if time.monotonic() > end:
                raise GuestCommandError(f"no success within {limit_s} s: {result}")
            time.sleep(0.2)

    def write(self, path: str, content: bytes | str, *, mode: int = 0o644) -> None:
        """Write a file in the guest; parent folders are created."""
        self.run("install", "-D", f"-m{mode:o}", "/dev/stdin", path, stdin=content)

    def read(self, path: str) -> bytes:
        return self.run("cat", path).stdout

    def put(self, source: Path, target: str, *, files: list[Path] | None = None) -> None:
        """Copy a folder (or only `files`, relative to it) to the folder `target` of the guest."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name in files if files is not None else [Path()]:
                archive.add(source / name, arcname=str(name))
        self.run("mkdir", "-p", target)
        self.run("tar", "-x", "--no-same-owner", "-C", target, stdin=packed.getvalue(), limit_s=300)

    def get(self, source: str, target: Path) -> None:
        """Copy a folder of the guest into the folder `target`."""
        packed = self.run("tar", "-c", "-C", source, ".", limit_s=300).stdout
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(target, filter="data")

    def connect_page(self) -> None:
        """Bring up the guest's only network, over which this host reaches the page."""
        self.shell("ip address add 10.0.2.15/24 dev eth0; ip link set eth0 up")

    def set_clock(self, when: datetime, *, synchronised: bool = True) -> None:
        """Set the guest's wall clock as a time service does; its monotonic clock is not affected."""
        if not self._channel:
            raise MachineError("the machine is not running")
        self._channel.answer(self._channel.set_clock(when.timestamp(), synchronised=synchronised))

    def monotonic_s(self) -> float:
        """The guest's CLOCK_MONOTONIC, on which its journal, pins and strap notifications are dated."""
        return float(self.read("/proc/uptime").split()[0])

    def wait_for_log(self, pattern: str, *, limit_s: float = 120) -> str:
        """Wait for a journal line that matches a regular expression, and return the last such line.

        The journal begins when the machine was resumed or first booted. Raises GuestCommandError after
        `limit_s`.
        """
        end = time.monotonic() + limit_s
        while True:
            text = (self.folder / "journal.log").read_text(errors="replace")
            if found := [line for line in text.splitlines() if re.search(pattern, line)]:
                return found[-1]
            if time.monotonic() > end:
                raise GuestCommandError(f"the journal has no {pattern!r} within {limit_s} s")
            time.sleep(0.1)

    def logs(self, *, lines: int = 200) -> dict[str, str]:
        """The last lines of the logs, by file name."""
        files = [self.folder / name for name in ("journal.log", "console.log", "qemu.log")]
        return {
            file.name: "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
            for file in files
            if file.exists()
        }

    def _start(self, *, state: Path | None, clock: datetime | None) -> None:
        if self.running:
            raise MachineError("the machine is already running")
        self.cut_power()
        self.page_port = free_port()
        self._process = qemu.start(
            self._image, self.folder, state=state, clock=clock, page_port=self.page_port
        )
        qemu.wait_for_socket(self.folder / "monitor", self._process)
        # The agent's port must be open before a snapshot resumes: it was open when the guest was saved.
        self._channel = Channel(self.folder / "agent")
        self._monitor = qemu.Monitor(self.folder / "monitor")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut_power()
