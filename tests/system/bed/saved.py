"""Machines saved while they run, so that a test need not boot one."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from . import qemu
from .image import SYSTEM, Cache, Image, digest
from .machine import Machine, Snapshot

_GUEST = SYSTEM / "guest"


def booted(cache: Cache, image: Image) -> Snapshot:
    """A machine that has just booted: bluetoothd, mosquitto and the virtual straps (none yet) are running."""

    def make(folder: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="bed-") as work, Machine(image, Path(work)) as machine:
            machine.boot()
            _furnish(machine)
            machine.save(folder)

    key = digest([image.folder.name, _GUEST, qemu.recipe()])
    return Snapshot(cache.get(f"{image.release.suite}-booted", key, make))


def prepared(
    cache: Cache, image: Image, snapshot: Snapshot, *, kind: str, key: str, prepare: Callable[[Machine], None]
) -> Snapshot:
    """That machine after `prepare` (an installation, say), kept under `kind` and `key`.

    Workers side by side share it; one of them makes it.
    """

    def make(folder: Path) -> None:
        with (
            tempfile.TemporaryDirectory(prefix="bed-") as work,
            Machine.resumed(image, snapshot, Path(work)) as machine,
        ):
            prepare(machine)
            machine.save(folder)

    return Snapshot(cache.get(f"{image.release.suite}-{kind}", digest([snapshot.folder.name, key]), make))


def _furnish(machine: Machine) -> None:
    machine.put(_GUEST, "/opt/bed/guest")
    machine.shell(
        "install -m644 /opt/bed/guest/straps.service /etc/systemd/system/\n"
        "install -D -m644 /opt/bed/guest/patient.conf /etc/systemd/system.conf.d/patient.conf\n"
        "/opt/bed/bin/python -m compileall -q /opt/bed/guest\n"
        "systemctl daemon-reexec\n"
        "systemctl --quiet enable --now straps.service",
        limit_s=600,
    )
    machine.until("bluetoothctl show | grep -q 'Powered: yes'")
    # Read once, so that what the tests start first is in memory when they resume.
    machine.shell("/opt/bed/bin/python -c 'import bleak, gpiod'; mosquitto_pub --help > /dev/null || true")
