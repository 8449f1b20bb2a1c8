"""Others' programs that tests run, installed once for each version and kept between runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest


def cached(name: str, version: str, lock_file: Path, build: Callable[[Path], None]) -> Path:
    """The folder below ~/.cache that `build` has filled, once for each content of `lock_file`.

    Only one process builds at a time; what was left half built is built again.
    """
    cache = Path.home() / ".cache" / name
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"{version}-{hashlib.sha256(lock_file.read_bytes()).hexdigest()[:12]}"
    with (cache / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "complete"
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            done.touch()
    return folder


def build_step(what: str, *command: str | Path, folder: Path | None = None) -> None:
    """Run one command of a build; the test is skipped, or fails in CI, where it doesn't work here."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        unavailable(f"{what} could not be installed: {done.stderr.strip()[-500:]}")


def unavailable(reason: str) -> NoReturn:
    """Skip the test; in CI, where everything has to be tried, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
