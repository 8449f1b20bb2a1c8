"""The cache builds each folder once, completely or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .vm.image import Cache


def test_concurrent_requests_build_a_folder_once(tmp_path: Path) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "part").touch()

    with ThreadPoolExecutor() as pool:
        folders = set(pool.map(lambda _: Cache(tmp_path).get("thing", "key", make), range(4)))
    assert len(folders) == len(made) == 1
    assert (folders.pop() / "part").exists()


def test_a_failed_build_leaves_no_folder(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "part").touch()
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        Cache(tmp_path).get("thing", "key", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["thing.lock"]
