"""What is costly to make is made once, and whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .bed.image import Cache


def test_two_builds_at_once_make_one(tmp_path: Path) -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "part").touch()

    with ThreadPoolExecutor() as pool:
        folders = set(pool.map(lambda _: Cache(tmp_path).get("thing", "key", make), range(4)))
    assert len(folders) == len(made) == 1
    assert (folders.pop() / "part").exists()


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "part").touch()
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        Cache(tmp_path).get("thing", "key", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["thing.lock"]
