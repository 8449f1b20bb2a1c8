"""QEMU: the machine's hardware, and the monitor that saves and resumes it."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .agent_client import GuestExitedError, MachineError
from .image import Image

# Emulation only: in containers /dev/kvm may open although guests do not run.
_ACCELERATOR = "tcg,thread=multi,tb-size=512"
_CPUS, _MEMORY_MB = 2, 1024
PAGE_PORT = 8080
_KERNEL_OPTIONS = (
    "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off nowatchdog audit=0 apparmor=0 tsc=reliable "
    "no_timer_check random.trust_cpu=on systemd.show_status=false net.ifnames=0"
)


def version() -> str:
    """QEMU's version; a saved state can only be loaded by the same one."""
    return subprocess.run(
        ["qemu-system-x86_64", "--version"], check=True, capture_output=True, text=True
    ).stdout.splitlines()[0]


def recipe() -> str:
    """Everything except the disk that a saved state depends on, as a cache key."""
    return f"{version()} {_ACCELERATOR} {_CPUS} {_MEMORY_MB} {_KERNEL_OPTIONS} {_devices(Path(), 0)}"


def overlay(disk: Path, base: Path) -> None:
    """Create a disk on top of `base`, which is not changed."""
    subprocess.run(
        ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", str(base.resolve()), str(disk)],
        check=True,
    )


def _devices(directory: Path, page_port: int) -> list[str]:
    return [
        # writeback: flushed data survives if this process is killed, as on a real disk; the rest is lost.
        *("-drive", f"file={directory}/disk.qcow2,format=qcow2,if=none,id=root,cache=writeback"),
        *("-device", "virtio-blk-pci,drive=root"),
        *("-object", "rng-random,filename=/dev/urandom,id=rng", "-device", "virtio-rng-pci,rng=rng"),
        *("-chardev", f"file,id=console,path={directory}/console.log,append=on"),
        *("-serial", "chardev:console"),
        *("-device", "virtio-serial-pci"),
        *("-chardev", f"socket,id=agent,path={directory}/agent,server=on,wait=off"),
        *("-device", "virtserialport,chardev=agent,name=bed.agent"),
        *("-chardev", f"file,id=journal,path={directory}/journal.log,append=on"),
        *("-device", "virtserialport,chardev=journal,name=bed.journal"),
        # The guest reaches nothing; only the page's port is forwarded, from this host's loopback.
        *("-netdev", f"user,id=page,restrict=on,hostfwd=tcp:127.0.0.1:{page_port}-10.0.2.15:{PAGE_PORT}"),
        *("-device", "virtio-net-pci,netdev=page,romfile="),
        *("-qmp", f"unix:{directory}/monitor,server=on,wait=off"),
    ]


def start(
    image: Image, directory: Path, *, state: Path | None, clock: datetime | None, page_port: int
) -> subprocess.Popen[bytes]:
    """Start QEMU on `directory`/disk.qcow2: paused from `state`, or booting with its clock at `clock`.

    `page_port` of this host's loopback is forwarded to PAGE_PORT of the guest's eth0.
    """
    for name in ("agent", "monitor"):
        (directory / name).unlink(missing_ok=True)
    base = "utc" if clock is None else clock.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    argv = [
        # QEMU is killed when this process ends in any way.
        *("setpriv", "--pdeathsig", "KILL"),
        *("qemu-system-x86_64", "-machine", "q35", "-accel", _ACCELERATOR, "-cpu", "max,la57=off"),
        *("-smp", str(_CPUS), "-m", str(_MEMORY_MB), "-rtc", f"base={base}"),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", _KERNEL_OPTIONS),
        *_devices(directory, page_port),
        *(("-incoming", f"exec:zstd -qdc {state}") if state else ()),
    ]
    with (directory / "qemu.log").open("ab") as log:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_for_socket(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until QEMU listens on a socket. Raises GuestExitedError if it exited instead."""
    until = time.monotonic() + 120
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            log = (path.parent / "qemu.log").read_text(errors="replace")
            raise GuestExitedError(f"QEMU did not start: {log}")
        time.sleep(0.01)


def _connect(path: Path, within_s: float) -> socket.socket:
    """Connect with retries, because the socket file exists a moment before QEMU listens on it."""
    until = time.monotonic() + within_s
    while True:
        channel = socket.socket(socket.AF_UNIX)
        channel.settimeout(within_s)
        try:
            channel.connect(str(path))
        except ConnectionRefusedError:
            channel.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return channel


class Monitor:
    """QEMU's monitor (QMP)."""

    def __init__(self, path: Path) -> None:
        self._socket = _connect(path, within_s=120)
        self._lines = self._socket.makefile("r")
        self._lines.readline()
        self.execute("qmp_capabilities")

    def execute(self, command: str, **arguments: object) -> Any:
        """Execute a QMP command. Raises MachineError if QEMU reports an error."""
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        for line in self._lines:
            answer = json.loads(line)
            if "error" in answer:
                raise MachineError(f"QEMU: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise GuestExitedError(f"QEMU exited during {command}")

    def resume(self) -> None:
        """Resume the machine once its state is loaded. Raises MachineError if loading fails."""
        until = time.monotonic() + 180
        while (status := self.execute("query-status")["status"]) == "inmigrate" and time.monotonic() < until:
            time.sleep(0.01)
        if status != "paused":  # it was saved paused
            raise MachineError(f"the saved state could not be loaded: {status}")
        self.execute("cont")

    def save(self, state: Path) -> None:
        """Stop the machine and write its state; QEMU then exits."""
        self.execute("stop")
        self.execute("migrate-set-parameters", **{"max-bandwidth": 10**10})
        self.execute("migrate", uri=f"exec:zstd -q -1 -T0 > {state}")
        while (status := self.execute("query-migrate").get("status")) != "completed":
            if status == "failed":
                raise MachineError("QEMU could not save the machine's state")
            time.sleep(0.05)
        self.execute("quit")

    def close(self) -> None:
        """Close the connection. May be called more than once."""
        self._lines.close()
        self._socket.close()
