"""QEMU itself: how the machine is put together, and the monitor that saves and resumes it."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .channel import BedError, GuestGoneError
from .image import Image

# Emulation alone: /dev/kvm may open, and a guest still print nothing under it.
_ACCELERATOR = "tcg,thread=multi,tb-size=512"
_CPUS, _MEMORY_MB = 2, 1024
_KERNEL_OPTIONS = (
    "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off nowatchdog audit=0 apparmor=0 tsc=reliable "
    "no_timer_check random.trust_cpu=on systemd.show_status=false net.ifnames=0"
)


def version() -> str:
    """QEMU's version: a saved state belongs to it."""
    return subprocess.run(
        ["qemu-system-x86_64", "--version"], check=True, capture_output=True, text=True
    ).stdout.splitlines()[0]


def recipe() -> str:
    """All that a saved state depends on, apart from the disk."""
    return f"{version()} {_ACCELERATOR} {_CPUS} {_MEMORY_MB} {_KERNEL_OPTIONS} {_devices(Path())}"


def overlay(disk: Path, base: Path) -> None:
    """A new disk over `base`, which is only read."""
    subprocess.run(
        ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", str(base.resolve()), str(disk)],
        check=True,
    )


def _devices(directory: Path) -> list[str]:
    return [
        # writeback: what the guest flushed is on the disk when this process is killed, as with a real disk;
        # what it has not yet written is lost.
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
        *("-qmp", f"unix:{directory}/monitor,server=on,wait=off"),
    ]


def start(
    image: Image, directory: Path, *, state: Path | None, clock: datetime | None
) -> subprocess.Popen[bytes]:
    """Starts QEMU on `directory`/disk.qcow2: paused, from `state`, or booting with its clock at `clock`."""
    for name in ("agent", "monitor"):
        (directory / name).unlink(missing_ok=True)
    base = "utc" if clock is None else clock.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    argv = [
        # It ends with this process, however that ends.
        *("setpriv", "--pdeathsig", "KILL"),
        *("qemu-system-x86_64", "-machine", "q35", "-accel", _ACCELERATOR, "-cpu", "max,la57=off"),
        *("-smp", str(_CPUS), "-m", str(_MEMORY_MB), "-rtc", f"base={base}"),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *("-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", _KERNEL_OPTIONS),
        *_devices(directory),
        *(("-incoming", f"exec:zstd -qdc {state}") if state else ()),
    ]
    with (directory / "qemu.log").open("ab") as log:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def wait_for_socket(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until QEMU listens there. Raises GuestGoneError where it ended instead."""
    until = time.monotonic() + 120
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            said = (path.parent / "qemu.log").read_text(errors="replace")
            raise GuestGoneError(f"QEMU does not start: {said}")
        time.sleep(0.01)


def _connected(path: Path, within_s: float) -> socket.socket:
    """The file is there a moment before anybody listens on it."""
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
        self._socket = _connected(path, within_s=120)
        self._lines = self._socket.makefile("r")
        self._lines.readline()
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: object) -> Any:
        """Raises BedError where QEMU refuses."""
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        for line in self._lines:
            answer = json.loads(line)
            if "error" in answer:
                raise BedError(f"QEMU: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise GuestGoneError(f"QEMU ended during {command}")

    def resume(self) -> None:
        """Lets the machine run once its state is loaded. Raises BedError where that fails."""
        until = time.monotonic() + 180
        while (status := self.ask("query-status")["status"]) == "inmigrate" and time.monotonic() < until:
            time.sleep(0.01)
        if status != "paused":  # it was saved paused
            raise BedError(f"the saved state does not load: {status}")
        self.ask("cont")

    def save(self, state: Path) -> None:
        """Stops the machine for good and writes its state."""
        self.ask("stop")
        self.ask("migrate-set-parameters", **{"max-bandwidth": 10**10})
        self.ask("migrate", uri=f"exec:zstd -q -1 -T0 > {state}")
        while (status := self.ask("query-migrate").get("status")) != "completed":
            if status == "failed":
                raise BedError("the machine's state cannot be saved")
            time.sleep(0.05)
        self.ask("quit")

    def close(self) -> None:
        """May be called again."""
        self._lines.close()
        self._socket.close()
