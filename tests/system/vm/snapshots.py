"""Snapshots of running machines, so that tests do not have to boot."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from . import qemu
from .image import SYSTEM, Cache, Image, digest
from .machine import Machine, Snapshot

_GUEST = SYSTEM / "guest"


def booted_snapshot(cache: Cache, image: Image) -> Snapshot:
    """A booted machine with bluetoothd, mosquitto and the virtual strap program, without straps yet."""

    def make(folder: Path) -> None:
        with (
            tempfile.TemporaryDirectory(prefix="talkpace-vm-") as work,
            Machine(image, Path(work)) as machine,
        ):
            machine.boot()
            _install_guest_programs(machine)
            machine.save(folder)

    key = digest([image.folder.name, _GUEST, qemu.recipe()])
    return Snapshot(cache.get(f"{image.release.suite}-booted", key, make))


def prepared_snapshot(
    cache: Cache, image: Image, snapshot: Snapshot, *, kind: str, key: str, prepare: Callable[[Machine], None]
) -> Snapshot:
    """A snapshot of that machine after `prepare` has run, cached by `kind` and `key`.

    Parallel test workers share it; one of them makes it.
    """

    def make(folder: Path) -> None:
        with (
            tempfile.TemporaryDirectory(prefix="talkpace-vm-") as work,
            Machine.resumed(image, snapshot, Path(work)) as machine,
        ):
            prepare(machine)
            machine.save(folder)

    return Snapshot(cache.get(f"{image.release.suite}-{kind}", digest([snapshot.folder.name, key]), make))


def _install_guest_programs(machine: Machine) -> None:
    machine.put(_GUEST, "/opt/bed/guest")
    machine.shell(
        "install -m644 /opt/bed/guest/straps.service /etc/systemd/system/\n"
        "install -D -m644 /opt/bed/guest/start-timeout.conf /etc/systemd/system.conf.d/start-timeout.conf\n"
        "/opt/bed/bin/python -m compileall -q /opt/bed/guest\n"
        "systemctl daemon-reexec\n"
        "systemctl --quiet enable --now straps.service",
        limit_s=600,
    )
    machine.retry("bluetoothctl show | grep -q 'Powered: yes'")
    # Run once, so that these programs are in the page cache of resumed machines.
    machine.shell("/opt/bed/bin/python -c 'import bleak, gpiod'; mosquitto_pub --help > /dev/null || true")
