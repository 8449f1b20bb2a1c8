"""Installs this checkout in a guest without a network: its files and the wheels of its dependencies."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .image import SYSTEM, Cache, Image, Release, digest
from .machine import Machine, Snapshot
from .snapshots import booted_snapshot, prepared_snapshot

CHECKOUT = SYSTEM.parent.parent
_LOCK = Path("scripts/locks/run.txt")
"""with hashes, and with the build dependencies of talkpace"""
SOURCE, WHEELS = "/root/talkpace", "/root/wheels"
"""folders in the guest"""
_INSTALLED = ("daemon", "config", "systemd", "scripts/locks", "pyproject.toml", "README.md", "LICENSE")
"""files on which an installation depends"""


def downloaded_wheels(cache: Cache, release: Release, checkout: Path = CHECKOUT) -> Path:
    """Return a folder with the wheels of the lock for the guest's Python, downloaded if it changed."""
    lock = checkout / _LOCK
    script = SYSTEM / "image" / "download-wheels.sh"

    def make(folder: Path) -> None:
        subprocess.run([str(script), release.python, str(folder), "--requirement", str(lock)], check=True)

    return cache.get(f"{release.suite}-wheels", digest([script, lock, release.python]), make)


def files(checkout: Path = CHECKOUT) -> list[Path]:
    """Tracked and new files of the checkout that are not ignored, relative to it."""
    listed = subprocess.run(
        ["git", "-C", str(checkout), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = [Path(name) for name in listed.split("\0") if name]
    return [name for name in names if (checkout / name).is_file()]


def copy_checkout(machine: Machine, house: Path, checkout: Path = CHECKOUT) -> None:
    """Copy the checkout to SOURCE and the wheels to WHEELS, for `pip install --no-index --find-links`."""
    machine.put(checkout, SOURCE, files=files(checkout))
    machine.put(house, WHEELS)


def installation_key(checkout: Path = CHECKOUT) -> str:
    """Cache key of an installation."""
    return digest([checkout / name for name in _INSTALLED])


def install(machine: Machine) -> None:
    """Run the installer without starting the service, and the doctor to fill the page cache."""
    machine.run(f"{SOURCE}/systemd/install", "--offline", WHEELS, "--no-start", limit_s=1500)
    machine.run("talkpace", "doctor", "--json", check=False, limit_s=240)


def installation_snapshot(cache: Cache, image: Image) -> Snapshot:
    """A machine with talkpace installed, no athlete configured, and the service stopped."""
    house = downloaded_wheels(cache, image.release)

    def prepare(machine: Machine) -> None:
        copy_checkout(machine, house)
        install(machine)

    return prepared_snapshot(
        cache, image, booted_snapshot(cache, image), kind="installed", key=installation_key(), prepare=prepare
    )
