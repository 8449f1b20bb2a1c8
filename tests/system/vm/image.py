"""Cache of what takes long to build (images, snapshots, wheels), and the guest's image."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

SYSTEM = Path(__file__).resolve().parent.parent
_UNUSED_DAYS = 30
_SHORT_LIVED_DAYS = {"installed": 1, "session": 1, "powercut": 1}
"""days, for what depends on the source code of talkpace"""


def digest(parts: Iterable[str | Path]) -> str:
    """One hash of texts and files; of a folder, the names, modes and contents of its files."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(part.encode() + b"\0")
            continue
        for file in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if file.is_file() and "__pycache__" not in file.parts:
                mode = file.stat().st_mode & 0o111
                total.update(f"{file.relative_to(part)} {mode}\0".encode() + file.read_bytes() + b"\0")
    return total.hexdigest()[:20]


class Cache:
    """Folders by key. Each is built once, completely or not at all, by one process at a time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    @classmethod
    def default(cls) -> Cache:
        """$TALKPACE_SYSTEM_CACHE, or talkpace-system in the user's cache folder."""
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return cls(Path(os.environ.get("TALKPACE_SYSTEM_CACHE") or Path(home) / "talkpace-system"))

    def get(self, kind: str, key: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of a key; if it does not exist, `make` fills it first."""
        folder = self._directory / f"{kind}-{key}"
        with (self._directory / f"{kind}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                self._remove_unused(kind)
                part = Path(tempfile.mkdtemp(prefix=f"part-{kind}-", dir=self._directory))
                try:
                    make(part)
                    part.rename(folder)
                finally:
                    shutil.rmtree(part, ignore_errors=True)
            os.utime(folder)
        return folder

    def _remove_unused(self, kind: str) -> None:
        """Remove incomplete folders of killed runs, and folders unused for too long."""
        unused_s = 86_400 * _SHORT_LIVED_DAYS.get(kind.rpartition("-")[2], _UNUSED_DAYS)
        for part in self._directory.glob(f"part-{kind}-*"):
            shutil.rmtree(part)
        for folder in self._directory.glob(f"{kind}-*"):
            if folder.stat().st_mtime < time.time() - unused_s:
                shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Release:
    """A supported Debian release."""

    suite: str
    python: str
    """Python version of the release"""


BOOKWORM, TRIXIE = Release("bookworm", "3.11"), Release("trixie", "3.13")


@dataclass(frozen=True, slots=True)
class Image:
    """The guest's kernel and disk, never booted."""

    folder: Path
    release: Release

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd.img"

    @property
    def disk(self) -> Path:
        return self.folder / "root.qcow2"


def built_image(cache: Cache, release: Release) -> Image:
    """Return the image; build it if its inputs have changed. Raises CalledProcessError if that fails."""
    scripts = SYSTEM / "image"

    def make(folder: Path) -> None:
        argv = ["nice", str(scripts / "build.sh"), str(folder), release.suite, release.python]
        subprocess.run(argv, check=True, stdin=subprocess.DEVNULL)

    key = digest([scripts, release.suite, release.python])
    return Image(cache.get(f"{release.suite}-image", key, make), release)
