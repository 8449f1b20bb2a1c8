"""A file that is there whole or not at all, for its owner, and never in the place of what it is not."""

from __future__ import annotations

import os
import resource
import socket
import stat
from pathlib import Path

import pytest

from talkpace.cli.private_file import private_file
from talkpace.errors import ConfigurationError, FileError


def put(path: Path, content: bytes, *, replace: bool = False) -> None:
    with private_file(path, replace=replace) as file:
        file.write(content)


def test_a_new_file_is_its_owner_s_only_whatever_the_mask(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".html")
    before = os.umask(0)
    try:
        put(path, b"heart")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"heart"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"mine")
    path.chmod(0o644)
    with pytest.raises(FileError, match=r"page.html: is there already; --force replaces it"):
        put(path, b"heart")
    assert path.read_bytes() == b"mine"
    put(path, b"heart", replace=True)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"heart", 0o600)


def test_one_that_appears_meanwhile_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "page.html"

    def write() -> None:
        with private_file(path, replace=False) as file:
            file.write(b"heart")
            path.write_bytes(b"mine")

    with pytest.raises(FileError, match="is there already"):
        write()
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"mine", [path])


def test_until_all_of_it_is_written_nothing_has_its_name(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"before")

    def write() -> None:
        with private_file(path, replace=True) as file:
            file.write(b"half")
            file.flush()
            assert path.read_bytes() == b"before"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"before", [path])


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "socket"])
def test_what_is_no_file_is_refused_and_left_alone(tmp_path: Path, kind: str, replace: bool) -> None:
    path = tmp_path / "x"
    with socket.socket(socket.AF_UNIX) as listening:
        match kind:
            case "folder":
                path.mkdir()
            case "pipe":
                os.mkfifo(path)
            case "device":
                path = Path("/dev/null")
            case _:
                listening.bind(str(path))
        before = path.lstat()
        with pytest.raises(ConfigurationError, match="is no ordinary file"):
            put(path, b"heart", replace=replace)
        assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("target", ["kept.txt", "missing.txt", "/dev/null", "/tmp", "page.html"])
def test_a_link_is_neither_replaced_nor_followed(tmp_path: Path, target: str, replace: bool) -> None:
    """Such as /dev/stdout, which leads to wherever that goes."""
    kept, link = tmp_path / "kept.txt", tmp_path / "page.html"
    kept.write_bytes(b"mine")
    link.symlink_to(target)
    with pytest.raises(ConfigurationError, match="is a link; name the file itself"):
        put(link, b"heart", replace=replace)
    assert (str(link.readlink()), kept.read_bytes()) == (target, b"mine")
    assert sorted(tmp_path.iterdir()) == [kept, link]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no/where.html", "No such file or directory"),
        ("file/x", "Not a directory"),
        ("n" * 300, "name too long"),
    ],
)
def test_where_no_file_can_be_the_reason_is_given(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match=f"cannot be written: .*{why}"):
        put(tmp_path / name, b"heart", replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_disk_that_takes_no_more_leaves_what_was_there(tmp_path: Path) -> None:
    """A limit of the process stands for the disk's: a full one would need root."""
    path = tmp_path / "page.html"
    path.write_bytes(b"before")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(FileError, match="cannot be written: File too large"):
            put(path, bytes(100_000), replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"before", [path])
