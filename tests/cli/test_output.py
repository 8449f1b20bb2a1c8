"""Private files: complete or absent, mode 600, never in place of a link, folder or device."""

from __future__ import annotations

import os
import resource
import socket
import stat
from pathlib import Path

import click
import pytest

from talkpace.cli.output import private_file
from talkpace.errors import FileError


def write_file(path: Path, content: bytes, *, replace: bool = False) -> None:
    with private_file(path, replace=replace) as file:
        file.write(content)


def test_a_new_file_has_mode_600_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".html")
    before = os.umask(0)
    try:
        write_file(path, b"heart")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"heart"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_stays_unless_replacing_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"mine")
    path.chmod(0o644)
    with pytest.raises(FileError, match=r"page.html exists; use --force to replace it"):
        write_file(path, b"heart")
    assert path.read_bytes() == b"mine"
    write_file(path, b"heart", replace=True)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"heart", 0o600)


def test_a_file_that_appears_while_writing_stays_too(tmp_path: Path) -> None:
    path = tmp_path / "page.html"

    def write() -> None:
        with private_file(path, replace=False) as file:
            file.write(b"heart")
            path.write_bytes(b"mine")

    with pytest.raises(FileError, match="exists; use --force"):
        write()
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"mine", [path])


def test_the_file_appears_only_once_it_is_complete(tmp_path: Path) -> None:
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
def test_what_is_not_a_regular_file_is_refused(tmp_path: Path, kind: str, replace: bool) -> None:
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
        with pytest.raises(click.UsageError, match="is not a regular file"):
            write_file(path, b"heart", replace=replace)
        assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("target", ["kept.txt", "missing.txt", "/dev/null", "/tmp", "page.html"])
def test_a_symbolic_link_is_neither_replaced_nor_followed(tmp_path: Path, target: str, replace: bool) -> None:
    """Such as /dev/stdout."""
    kept, link = tmp_path / "kept.txt", tmp_path / "page.html"
    kept.write_bytes(b"mine")
    link.symlink_to(target)
    with pytest.raises(click.UsageError, match="is a symbolic link; give the path of the file itself"):
        write_file(link, b"heart", replace=replace)
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
def test_where_no_file_can_be_created_the_error_has_the_reason(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match=f"cannot write: .*{why}"):
        write_file(tmp_path / name, b"heart", replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_on_a_full_disk_the_existing_file_stays(tmp_path: Path) -> None:
    """A limit of the process stands for a full disk."""
    path = tmp_path / "page.html"
    path.write_bytes(b"before")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limit[1]))
    try:
        with pytest.raises(FileError, match="cannot write: File too large"):
            write_file(path, bytes(100_000), replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"before", [path])
