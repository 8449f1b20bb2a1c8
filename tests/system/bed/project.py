"""The project, as it gets into a machine without a network: its files, and wheels of all it needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .image import SYSTEM, Cache, Image, Release, digest
from .machine import Machine, Snapshot
from .saved import booted, prepared

CHECKOUT = SYSTEM.parent.parent
_LOCK = Path("scripts/locks/run.txt")
"""with hashes, and with what builds the project itself"""
SOURCE, WHEELS = "/root/talkpace", "/root/wheels"
"""where they are in the guest"""
_INSTALLED = ("daemon", "config", "systemd", "scripts/locks", "pyproject.toml", "README.md", "LICENSE")
"""what the installation is made of"""


def wheel_house(cache: Cache, release: Release, checkout: Path = CHECKOUT) -> Path:
    """A folder of wheels for the guest's Python of all that the lock names, downloaded where it changed."""
    lock = checkout / _LOCK
    script = SYSTEM / "image" / "download-wheels.sh"

    def make(folder: Path) -> None:
        subprocess.run([str(script), release.python, str(folder), "--requirement", str(lock)], check=True)

    return cache.get(f"{release.suite}-wheels", digest([script, lock, release.python]), make)


def files(checkout: Path = CHECKOUT) -> list[Path]:
    """What belongs to the checkout, relative to it: tracked or new, and not ignored."""
    listed = subprocess.run(
        ["git", "-C", str(checkout), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [Path(name) for name in listed.split("\0") if name]
    return [name for name in names if (checkout / name).is_file()]


def deliver(machine: Machine, house: Path, checkout: Path = CHECKOUT) -> None:
    """Puts the checkout at SOURCE and the wheels at WHEELS, for `pip install --no-index --find-links`."""
    machine.put(checkout, SOURCE, files=files(checkout))
    machine.put(house, WHEELS)


def edition(checkout: Path = CHECKOUT) -> str:
    """Changes with whatever is installed."""
    return digest([checkout / name for name in _INSTALLED])


def install(machine: Machine) -> None:
    """Runs the installer, without starting the service; what it imports first is in memory then."""
    machine.run(f"{SOURCE}/systemd/install", "--offline", WHEELS, "--no-start", limit_s=1500)
    machine.run("talkpace", "doctor", "--json", check=False, limit_s=240)


def installed_on(cache: Cache, image: Image) -> Snapshot:
    """A machine on which the installer has run: nobody is configured yet, and the service is stopped."""
    house = wheel_house(cache, image.release)

    def prepare(machine: Machine) -> None:
        deliver(machine, house)
        install(machine)

    return prepared(cache, image, booted(cache, image), kind="installed", key=edition(), prepare=prepare)
